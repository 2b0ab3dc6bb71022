"""Return orders: made by a behaviour, or by whoever asks for one over GraphQL.

The published extract leaves out a return item's quantity and order item; the full introspection has `unitQuantity`
and `orderItem`. Both are served, and stand in the item's attributes too (`quantity`, `orderItemRef`).
"""

from typing import Any

from sandbox.fluent_entities import RETURN_ORDER, Entities, Entity, attribute


def created_return(
    entities: Entities, order: Entity, items: list[tuple[Entity, int]], told: dict[str, Any]
) -> Entity:
    """A return of an order's items by quantity, CREATED; the webhook is the caller's."""
    number = 1 + sum(one["order"] is order for one in entities.returns)
    returned = return_record(entities, told.get("ref", f"{order['ref']}-R{number}"), order["retailer"], order)
    for item, quantity in items:
        line = return_item(entities, returned, f"{returned['ref']}-{item['ref']}", item, quantity)
        line["returnReason"] = _setting(told.get("reason"))
        line["returnReasonComment"] = told.get("reasonComment")
        line["returnCondition"] = _setting(told.get("condition"))
    return returned


def return_record(
    entities: Entities, ref: str, retailer: Entity, order: Entity | None, kind: str = "DEFAULT"
) -> Entity:
    """A return order without items, CREATED."""
    made = entities.record(
        kind=RETURN_ORDER,
        ref=ref,
        type=kind,
        status="CREATED",
        retailer=retailer,
        order=order,
        items=[],
        **entities.workflow("RETURN_ORDER::DEFAULT"),
    )
    made["returnOrderItems"] = made["items"]
    entities.returns.append(made)
    return made


def return_item(entities: Entities, returned: Entity, ref: str, item: Entity | None, quantity: int) -> Entity:
    """One more item of a return order."""
    made = entities.record(
        ref=ref,
        status=returned["status"],
        returnOrder=returned,
        orderItem=item,
        unitQuantity={"quantity": quantity, "unit": "EA"},
    )
    made["attributes"].append(attribute("quantity", quantity, "INTEGER"))
    if item is not None:
        made["attributes"].append(attribute("orderItemRef", item["ref"]))
    returned["items"].append(made)
    return made


def _setting(value: str | None) -> Entity | None:
    return None if value is None else {"value": value, "label": value}
