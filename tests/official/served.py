"""The operations of the official definition that the sandbox serves."""

_ONE = ("GET", "HEAD", "POST", "DELETE")
_ALL = ("GET", "HEAD", "POST")
_READ = ("GET", "HEAD")

_TEMPLATES: dict[str, tuple[str, ...]] = {
    "": _ALL,
    "/states": _ALL,
    "/states/{ID}": _ONE,
    "/states/key={key}": _ONE,
    "/orders": _ALL,
    "/orders/import": ("POST",),
    "/orders/{ID}": _ONE,
    "/orders/order-number={orderNumber}": _ONE,
    "/orders/edits": _ALL,
    "/orders/edits/{ID}": _ONE,
    "/orders/edits/key={key}": _ONE,
    "/orders/edits/{ID}/apply": ("POST",),
    "/carts": _ALL,
    "/carts/{ID}": _ONE,
    "/carts/key={key}": _ONE,
    "/carts/customer-id={customerId}": _READ,
    "/types": _ALL,
    "/types/{ID}": _ONE,
    "/types/key={key}": _ONE,
    "/customer-groups": _ALL,
    "/customer-groups/{ID}": _ONE,
    "/customer-groups/key={key}": _ONE,
    "/associate-roles": _ALL,
    "/associate-roles/{ID}": _ONE,
    "/associate-roles/key={key}": _ONE,
    "/business-units": _ALL,
    "/business-units/{ID}": _ONE,
    "/business-units/key={key}": _ONE,
    "/business-units/{businessUnitId}/associates/{associateId}": ("GET",),
    "/business-units/key={key}/associates/{associateId}": ("GET",),
    "/custom-objects": _ALL,
    "/custom-objects/{container}": ("GET",),
    "/custom-objects/{container}/{key}": ("GET", "DELETE"),
    "/messages": _READ,
    "/messages/{ID}": _READ,
    "/subscriptions": _ALL,
    "/subscriptions/{ID}": _ONE,
    "/subscriptions/key={key}": _ONE,
    "/subscriptions/{ID}/health": ("GET",),
    "/extensions": _ALL,
    "/extensions/{ID}": _ONE,
    "/extensions/key={key}": _ONE,
    "/graphql": ("POST",),
}

SERVED = [
    ("/{projectKey}" + template, method) for template, methods in _TEMPLATES.items() for method in methods
]
"""Pairs of path template and method."""
