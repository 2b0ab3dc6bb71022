"""OAuth scopes: which exist, what a client may ask for, and what a call needs.

Source: commercetools' `securitySchemes/oauth2.raml`. `manage_x` includes `view_x`; `manage_project` is everything.
"""

EVERYTHING = "manage_project"

_WITH_VIEW = (
    "api_clients",
    "approval_flows",
    "approval_rules",
    "associate_roles",
    "business_units",
    "cart_discounts",
    "customer_groups",
    "customers",
    "discount_codes",
    "key_value_documents",
    "order_edits",
    "orders",
    "payments",
    "products",
    "project_settings",
    "quote_requests",
    "quotes",
    "shipping_methods",
    "shopping_lists",
    "staged_quotes",
    "states",
    "stores",
    "tax_categories",
    "types",
)
_ALONE = ("manage_extensions", "manage_locked_carts", "manage_subscriptions", "view_messages")

KNOWN = frozenset(
    {EVERYTHING, "view_project", *_ALONE}
    | {f"manage_{name}" for name in _WITH_VIEW}
    | {f"view_{name}" for name in _WITH_VIEW}
)


def covers(held: frozenset[str] | set[str], wanted: str) -> bool:
    """Whether somebody who holds these scopes has `wanted` (all without the project suffix)."""
    if EVERYTHING in held or wanted in held:
        return True
    return wanted.startswith("view_") and "manage_" + wanted.removeprefix("view_") in held


def suffixed(scopes: tuple[str, ...], project_key: str) -> str:
    """The scopes as a token request writes them: space separated, each with the project key."""
    return " ".join(f"{scope}:{project_key}" for scope in scopes)


def granted(asked: str, held: tuple[str, ...], project_key: str) -> frozenset[str] | None:
    """The bare scopes of a token request, or None if one is unknown, another project's or not the client's."""
    bare: set[str] = set()
    for scope in asked.split():
        name, _, project = scope.partition(":")
        if project.partition(":")[0] != project_key or name not in KNOWN or not covers(frozenset(held), name):
            return None
        bare.add(name)
    return frozenset(bare)
