"""Drafts that make resources with as little as needs be, each with a key of its own."""

from typing import Any

from tests.contract.project import Json, Project


def money(cent_amount: int, currency: str = "EUR") -> Json:
    """Money as drafts write it, in minor units."""
    return {"currencyCode": currency, "centAmount": cent_amount}


def cent_precision(cent_amount: int, currency: str = "EUR") -> Json:
    """Money as answers write it."""
    return {"type": "centPrecision", **money(cent_amount, currency), "fractionDigits": 2}


def state_draft(project: Project, **fields: Any) -> Json:
    """A StateDraft of type OrderState; `initial` is left to its default."""
    return {"key": project.unique("state"), "type": "OrderState", **fields}


def custom_item(project: Project, **fields: Any) -> Json:
    """Two pieces at 625.00 EUR: needs no product."""
    slug = project.unique("item")
    return {"name": {"en": "Pump"}, "slug": slug, "quantity": 2, "money": money(62_500), **fields}


def line_item(project: Project, **fields: Any) -> Json:
    """A LineItemImportDraft: two pieces at 625.00 EUR; the variant is named by its SKU."""
    variant = {"sku": project.unique("sku")}
    return {
        "name": {"en": "Valve"},
        "variant": variant,
        "quantity": 2,
        "price": {"value": money(62_500)},
        **fields,
    }


def order_draft(project: Project, **fields: Any) -> Json:
    """An OrderImportDraft over 1,250.00 EUR with one custom line item."""
    draft = {
        "orderNumber": project.unique("order"),
        "totalPrice": money(125_000),
        "customLineItems": [custom_item(project)],
        "shippingAddress": {"country": "DE", "city": "Berlin"},
    }
    return draft | fields


def cart_draft(project: Project, **fields: Any) -> Json:
    """A CartDraft with one custom line item and a shipping address; taxes are none of its business."""
    draft = {
        "currency": "EUR",
        "taxMode": "Disabled",
        "customLineItems": [custom_item(project)],
        "shippingAddress": {"country": "DE"},
    }
    return draft | fields


def field_definition(name: str, type_: Json, *, required: bool = False) -> Json:
    """A FieldDefinition; `type_` is a FieldType such as `{"name": "String"}`."""
    return {"name": name, "type": type_, "label": {"en": name}, "required": required}


def type_draft(project: Project, *fields: Json, **more: Any) -> Json:
    """A TypeDraft for orders (and carts, which share it)."""
    return {
        "key": project.unique("type"),
        "name": {"en": "Contract"},
        "resourceTypeIds": ["order"],
        "fieldDefinitions": list(fields),
        **more,
    }


async def import_order(project: Project, **fields: Any) -> Json:
    """An order over 1,250.00 EUR, imported."""
    return await project.create("/orders/import", order_draft(project, **fields))


async def create_state(project: Project, **fields: Any) -> Json:
    """A State of type OrderState."""
    return await project.create("/states", state_draft(project, **fields))


def reference(type_id: str, resource: Json) -> Json:
    """A Reference to a resource, as answers and id-only drafts write it."""
    return {"typeId": type_id, "id": resource["id"]}


def by_key(type_id: str, resource: Json) -> Json:
    """A ResourceIdentifier that names a resource by its key."""
    return {"typeId": type_id, "key": resource["key"]}
