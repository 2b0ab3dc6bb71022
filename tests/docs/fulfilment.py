"""What docs/fulfilment.md says in its tables, computed: what follows from events, and who fulfils what."""

import re
from datetime import timedelta
from typing import Any

import yaml

from domain.alarms import Alarm
from domain.fulfillment_event import FulfillmentEvent
from domain.logistic_events import Effect, Noted, Outcome, Raised
from domain.logistic_order import LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.logistic_reducer import reduce_logistics
from domain.logistic_standing import FindingKind
from domain.money import parse_money
from domain.order import Address, Line, OrderContent, Requester, ShippingTarget
from domain.progress import End, LineStage, Progress, infer
from domain.splitting import LineFacts, Split, SplitFacts
from tests.domain.cast import MONDAY

REF, UNITS = "SO-1-1", 3
_ENDS = {End.COMPLETED: "`Completed`, `Complete`", End.CANCELLED: "`Cancelled`, `Cancelled`", None: ""}
_NEWS = {Outcome.APPLIED, Outcome.UNCHANGED, Outcome.UNKNOWN_REF}


def events(written: str) -> list[FulfillmentEvent]:
    """Events as the table writes them: `shipped {pumps: 2, shipmentRef: S1}`, an hour between any two."""
    found = []
    for n, one in enumerate(written.strip("`").split(" then ")):
        match = re.fullmatch(r"(\w+)(?: (\{.*\}))?", one)
        assert match is not None, one
        said: dict[str, Any] = yaml.safe_load(match[2] or "{}")
        items = [{"lineItemId": "pumps", "quantity": said.pop("pumps")}] if "pumps" in said else []
        body = {"eventId": f"e{n}", "ref": REF, "status": match[1], "items": items, **said}
        body.setdefault("occurredAt", (MONDAY + timedelta(hours=n)).isoformat())
        found.append(FulfillmentEvent.model_validate(body))
    return found


def effect(written: str) -> list[str]:
    """The cells after the first: what the last of the events leaves, of an order of three pumps with one provider."""
    orders = LogisticOrders(orders=(LogisticOrder(ref=REF, lines={"pumps": UNITS}, handed_over=True),))
    effects: list[Effect] = []
    for one in events(written):
        orders, follows = reduce_logistics(orders, one, MONDAY)
        effects = [*follows]
    progress, (order,) = infer(orders), orders.orders
    return [
        f"`{order.status}`" if order.status else "",
        f"`{progress.shipment_state}`",
        _deliveries(progress),
        ", ".join(f"{units} {stage}" for stage, units in _stages(progress).items()),
        _ENDS[progress.end],
        "`fulfillment`" if any(isinstance(one, Noted) and one.outcome in _NEWS for one in effects) else "",
        _alarm(effects),
    ]


def _stages(progress: Progress) -> dict[LineStage, int]:
    return progress.lines["pumps"]


def _deliveries(progress: Progress) -> str:
    told = [
        f"{one.shipment_ref or 'one without a name'}: {one.items.get('pumps', 0)}"
        + (
            f" in {len(one.parcels)} parcels"
            if len(one.parcels) > 1
            else " in a parcel"
            if one.parcels
            else ""
        )
        for one in progress.deliveries
    ]
    told += [f"return {one.return_ref}: {one.quantity}" for one in progress.returns]
    return "; ".join(told)


def _alarm(effects: list[Effect]) -> str:
    """As `workflows.logistics` has it."""
    kinds = {one.finding.kind for one in effects if isinstance(one, Raised)}
    if any(isinstance(one, Noted) and one.outcome is Outcome.UNKNOWN_REF for one in effects):
        return f"`{Alarm.UNKNOWN_REF}`"
    alarms = {
        Alarm.FULFILLMENT_FAILED if kind is FindingKind.FAILED else Alarm.REPORTS_DISAGREE for kind in kinds
    }
    return ", ".join(f"`{alarm}`" for alarm in sorted(alarms))


def order(written: str) -> tuple[OrderContent, SplitFacts]:
    """An order as the tables of routing write it."""
    said: dict[str, Any] = yaml.safe_load(written.strip("`"))
    price = parse_money(f"{said.get('currency', 'EUR')} 10.00")
    lines, to = said["lines"], said.get("to", {})
    content = OrderContent(
        total=price,
        lines=tuple(
            Line(
                id=name,
                quantity=units,
                price=price,
                total=price,
                targets=tuple(
                    ShippingTarget(address_key=key, quantity=n) for key, n in to.get(name, {}).items()
                ),
            )
            for name, units in lines.items()
        ),
        requester=Requester(),
        store=said.get("store"),
        country=said.get("country"),
        shipping_method=said.get("shippingMethod"),
        item_shipping_addresses=tuple(
            Address(key=key, country=country) for key, country in said.get("addresses", {}).items()
        ),
    )
    facts = {
        name: LineFacts(
            supply_channel=said.get("supplyChannel", {}).get(name),
            product_type=said.get("productType", {}).get(name),
            supplier=said.get("supplier", {}).get(name),
        )
        for name in lines
        if name not in said.get("unread", [])
    }
    return content, SplitFacts(lines=facts)


def parts(found: Split) -> str:
    """Who fulfils what, as the tables of routing write it."""
    told = []
    for part in found.parts:
        units: dict[str, int] = {}
        for one in part.allotments:
            units[one.line_item_id] = units.get(one.line_item_id, 0) + one.quantity
        place = f" from {part.location}" if part.location else ""
        level = f", {part.service_level}" if part.service_level else ""
        listed = ", ".join(f"{n} {name}" for name, n in units.items())
        told.append(f"`{part.provider}`{place}{level}: {listed}")
    told += [f"held: {one.quantity} {one.line_item_id}, {one.why}" for one in found.held]
    return "; ".join(told)
