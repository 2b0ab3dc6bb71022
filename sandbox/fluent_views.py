"""What `GET /sandbox/fluent` shows: plain JSON, without the circles that the records have."""

from typing import Any

from sandbox.fluent import Fluent
from sandbox.fluent_entities import Entity

_ORDER = (
    "id",
    "ref",
    "type",
    "status",
    "createdOn",
    "updatedOn",
    "attributes",
    "totalPrice",
    "totalTaxPrice",
)
_FULFILMENT = ("id", "ref", "type", "status", "deliveryType", "attributes", "createdOn", "updatedOn")
_RETURN = ("id", "ref", "type", "status", "attributes", "createdOn", "updatedOn")


def shown(fluent: Fluent) -> dict[str, Any]:
    """Everything that came in and what became of it."""
    return {
        "account": fluent.options.account,
        "retailers": list(fluent.options.retailers),
        "webhookUrl": fluent.webhooks.url,
        "orders": [_order(one) for one in fluent.entities.orders],
        "returnOrders": [_return(one) for one in fluent.entities.returns],
        "webhooks": list(fluent.webhooks.sent),
        "events": list(fluent.events.taken),
        "behaviours": list(fluent.behaviours.told.values()),
        "faults": fluent.faults.rules,
    }


def _picked(entity: Entity, names: tuple[str, ...]) -> Entity:
    return {name: entity.get(name) for name in names}


def _order(order: Entity) -> Entity:
    choice = order["fulfilmentChoice"]
    return _picked(order, _ORDER) | {
        "retailerId": order["retailer"]["id"],
        "customerId": order["customer"]["id"],
        "fulfilmentChoice": choice,
        "items": [
            _picked(item, ("id", "ref", "productRef", "quantity", "status")) for item in order["items"]
        ],
        "fulfilments": [_fulfilment(one) for one in order["fulfilments"]],
    }


def _fulfilment(fulfilment: Entity) -> Entity:
    quantities = ("ref", "requestedQuantity", "filledQuantity", "rejectedQuantity")
    return _picked(fulfilment, _FULFILMENT) | {
        "location": fulfilment["fromLocation"]["ref"],
        "items": [_picked(item, quantities) for item in fulfilment["items"]],
        "parcels": [_parcel(article) for article in fulfilment["articles"]],
    }


def _parcel(article: Entity) -> Entity:
    consignment = article["consignmentArticles"][0]["consignment"]
    items = [{"ref": one["orderItem"]["ref"], "quantity": one["quantity"]} for one in article["items"]]
    return {"ref": article["ref"], "trackingNumber": consignment["trackingLabel"], "items": items}


def _return(returned: Entity) -> Entity:
    lines = [
        {
            "ref": one["ref"],
            "orderItemRef": None if one["orderItem"] is None else one["orderItem"]["ref"],
            "quantity": one["unitQuantity"]["quantity"],
        }
        for one in returned["items"]
    ]
    order = returned["order"]
    return _picked(returned, _RETURN) | {"orderRef": None if order is None else order["ref"], "items": lines}
