"""What commercetools has of an order's fulfilment, read back over its API: by SKU, in the order of keys."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from domain.value import Value
from starter.demo_shop import Shop

Json = dict[str, Any]


class ParcelSeen(Value):
    """A parcel, with what is in it by SKU."""

    key: str
    tracking_id: str | None
    carrier: str | None
    items: dict[str, int]


class DeliverySeen(Value):
    """A delivery, with what is in it by SKU."""

    key: str
    items: dict[str, int]
    parcels: tuple[ParcelSeen, ...]


class ReturnSeen(Value):
    """One return: what came back by SKU, in which state its items are, and why they came back, by our codes."""

    tracking_id: str | None
    items: dict[str, int]
    state: str
    reason: str = ""


class Fulfilled(Value):
    """An order's fulfilment in commercetools."""

    state: str | None
    """The key of its custom state."""
    order_state: str
    shipment_state: str | None
    lines: dict[str, dict[str, int]] = {}
    """By SKU, how many units are in which line item state."""
    deliveries: tuple[DeliverySeen, ...] = ()
    returns: tuple[ReturnSeen, ...] = ()

    def differences(self, wanted: "Fulfilled") -> str:
        """Field by field, what there is in place of what is wanted."""
        here, there = self.to_json_dict(), wanted.to_json_dict()
        different = [name for name in here | there if here.get(name) != there.get(name)]
        return "; ".join(f"{name} {here.get(name)} and not {there.get(name)}" for name in different)


async def fulfilled(shop: Shop, order_id: str, state_keys: Mapping[str, str]) -> Fulfilled:
    """Read an order, as any client of commercetools does; `state_keys` are the keys of all states by id."""
    order = await shop.get(f"orders/{order_id}")
    skus = {line["id"]: line["variant"]["sku"] for line in order["lineItems"]}
    deliveries = order.get("shippingInfo", {}).get("deliveries", [])
    return Fulfilled(
        state=state_keys.get(order["state"]["id"]) if "state" in order else None,
        order_state=order["orderState"],
        shipment_state=order.get("shipmentState"),
        lines={line["variant"]["sku"]: _units(line, state_keys) for line in order["lineItems"]},
        deliveries=tuple(sorted((_delivery(one, skus) for one in deliveries), key=lambda one: one.key)),
        returns=tuple(_return(one, skus) for one in order["returnInfo"]),
    )


def goods_table(order_number: str, found: Fulfilled) -> Table:
    """What became of the goods, for people: a row for each parcel, each return and each line."""
    title = f"{order_number} in commercetools: {found.order_state}, shipment {found.shipment_state}"
    table = Table(box=None, pad_edge=False, title=title, title_justify="left")
    for column in ("delivery", "parcel", "carrier", "items"):
        table.add_column(column)
    for delivery in found.deliveries:
        for parcel in delivery.parcels:
            table.add_row(
                delivery.key, parcel.tracking_id or "", parcel.carrier or "", _counted(parcel.items)
            )
    for sku, units in found.lines.items():
        table.add_row("units by state", sku, "", _counted(units))
    for one in found.returns:
        how = ", ".join(filter(None, (one.state, one.reason)))
        table.add_row("back again", one.tracking_id or "", "", f"{_counted(one.items)} ({how})")
    return table


def _counted(quantities: Mapping[str, int]) -> str:
    return ", ".join(f"{units} {name}" for name, units in quantities.items())


def _units(line: Json, state_keys: Mapping[str, str]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in line["state"]:
        key = state_keys.get(one["state"]["id"], "")
        counted[key] = counted.get(key, 0) + one["quantity"]
    return counted


def _delivery(delivery: Json, skus: Mapping[str, str]) -> DeliverySeen:
    parcels = [
        ParcelSeen(
            key=one.get("key", ""),
            tracking_id=one.get("trackingData", {}).get("trackingId"),
            carrier=one.get("trackingData", {}).get("carrier"),
            items=_by_sku(one["items"], skus),
        )
        for one in delivery["parcels"]
    ]
    return DeliverySeen(
        key=delivery.get("key", ""),
        items=_by_sku(delivery["items"], skus),
        parcels=tuple(sorted(parcels, key=lambda one: one.key)),
    )


def _return(info: Json, skus: Mapping[str, str]) -> ReturnSeen:
    states = {item["shipmentState"] for item in info["items"]}
    reasons = {item["comment"] for item in info["items"] if "comment" in item}
    return ReturnSeen(
        tracking_id=info.get("returnTrackingId"),
        items=_by_sku(
            [{"id": one["lineItemId"], "quantity": one["quantity"]} for one in info["items"]], skus
        ),
        state=", ".join(sorted(states)),
        reason=", ".join(sorted(reasons)),
    )


def _by_sku(items: list[Json], skus: Mapping[str, str]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for item in items:
        sku = skus.get(item["id"], item["id"])
        counted[sku] = counted.get(sku, 0) + item["quantity"]
    return dict(sorted(counted.items()))
