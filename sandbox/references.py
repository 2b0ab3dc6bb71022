"""From ResourceIdentifiers to References, and who still refers to a resource.

The sandbox keeps states, types, customer groups, product types, associate roles, carts, orders and custom objects: a
reference to one of those must resolve. Of the rest (customers, stores, tax categories, ...) it has no resources: an id, or
a key where the wire holds a KeyReference, is taken at its word. So is the id of a channel, and the business unit that a
cart or order names, although channels and business units can be made.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.drafts import Fields
from sandbox.errors import invalid_operation, reference_exists, referenced_not_found
from sandbox.store import Resource, Transaction
from sandbox.transactions import Committed

KEPT = frozenset(
    {
        "associate-role",
        "business-unit",
        "cart",
        "customer-group",
        "key-value-document",
        "order",
        "order-edit",
        "product-type",
        "state",
        "type",
    }
)


def resolve(tx: Transaction, identifier: Fields) -> Resource:
    """The resource that an identifier names. ApiError ReferencedResourceNotFound."""
    type_id = identifier["typeId"]
    if "id" in identifier:
        found = tx.get(type_id, identifier["id"])
        if found is None:
            raise referenced_not_found(type_id, id=identifier["id"])
        return found
    found = tx.by_key(type_id, identifier["key"])
    if found is None:
        raise referenced_not_found(type_id, key=identifier["key"])
    return found


def referred(tx: Transaction, identifier: Fields) -> Fields:
    """The Reference `{typeId, id}` for an identifier. ApiError ReferencedResourceNotFound."""
    type_id = identifier["typeId"]
    if type_id in KEPT or "id" not in identifier:
        return {"typeId": type_id, "id": resolve(tx, identifier)["id"]}
    return {"typeId": type_id, "id": identifier["id"]}


def key_referred(tx: Transaction, identifier: Fields) -> Fields:
    """The KeyReference `{typeId, key}` of a store or business unit, whose id must resolve.

    ApiError: ReferencedResourceNotFound; InvalidOperation for a business unit that is inactive (source:
    `types/business-unit/BusinessUnitStatus.raml`: it can be used in no cart and no order).
    """
    type_id = identifier["typeId"]
    key = identifier["key"] if "key" in identifier else resolve(tx, identifier)["key"]
    found = tx.by_key(type_id, key)
    if found is not None and found.get("status") == "Inactive":
        raise invalid_operation(f"The {type_id} '{key}' is inactive.")
    return {"typeId": type_id, "key": key}


def refuse_if_referenced(
    store: Committed, type_id: str, resource_id: str, named: str, *, key: str | None = None
) -> None:
    """ApiError ReferenceExists if any other resource holds a reference to this one, by its id or by this key."""
    for holder in store.types():
        if holder == "message":
            continue
        for resource in store.all(holder):
            if resource["id"] != resource_id and _holds(resource, type_id, resource_id, key):
                raise reference_exists(named, holder)


def _holds(value: Any, type_id: str, resource_id: str, key: str | None) -> bool:
    if (
        isinstance(value, dict)
        and value.get("typeId") == type_id
        and (value.get("id") == resource_id or (key is not None and value.get("key") == key))
    ):
        return True
    return any(_holds(member, type_id, resource_id, key) for member in _members(value))


def _members(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
