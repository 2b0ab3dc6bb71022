"""Handlers as they are installed and found, what they say without a provider, and whose logistic order it is."""

import tomllib
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from activities.inbound_fluent import FluentStatusUpdate
from activities.inbound_handlers import GROUP, Context, Handlers, NoHandlerError
from activities.inbound_orders import OrdersByRef
from clients.resources import CustomObject
from domain.inbound import Handled, ParkReason, Received
from domain.money import parse_money
from domain.order import Order, OrderContent, Requester
from domain.provider_answers import Unsupported
from domain.provider_orders import ProviderFulfillment, ProviderOrder
from domain.status_mapping import StatusMaps
from starter.inbound_pull import PULLED

AT = datetime(2026, 3, 1, tzinfo=UTC)
DECLARED = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
HANDLERS: dict[str, str] = DECLARED["project"]["entry-points"][GROUP]
ORDER_ID = "3c0fd5ad-0000-4000-8000-000000000001"
MAPS = StatusMaps(
    provider="fluent", order={"BOOKED": "Confirmed"}, shipment={"BOOKED": None, "SHIPPED": "Shipped"}
)


class FakeShop:
    """One order, and the hand-overs that were put in."""

    def __init__(self, order_number: str | None = "ON-7", handed_over: dict[str, Any] | None = None) -> None:
        self.handed_over = handed_over or {}
        content = OrderContent(total=parse_money("EUR 1.00"), lines=(), requester=Requester(customer_id="c"))
        self.held = Order(
            id=ORDER_ID,
            version=1,
            created_at=AT,
            order_state="Open",
            order_number=order_number,
            content=content,
        )
        self.asked: list[str] = []

    async def custom_object(self, container: str, key: str) -> CustomObject | None:
        """A hand-over."""
        self.asked.append(f"{container}/{key}")
        if key not in self.handed_over:
            return None
        value = self.handed_over[key]
        return CustomObject(
            container=container, key=key, version=1, created_at=AT, last_modified_at=AT, value=value
        )

    async def order(self, order_id: str) -> Order | None:
        """By id."""
        self.asked.append(order_id)
        return self.held if order_id == self.held.id else None

    async def order_by_number(self, order_number: str) -> Order | None:
        """By number."""
        self.asked.append(order_number)
        return self.held if order_number == self.held.order_number else None


class Answers:
    """A provider that answers each question alike."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    async def fetch(self, ref: str) -> ProviderOrder | Unsupported | None:
        """The answer."""
        found: ProviderOrder | Unsupported | None = self.answer
        return found

    async def fetch_fulfillment(self, fulfillment_id: str) -> ProviderFulfillment | Unsupported | None:
        """The answer."""
        found: ProviderFulfillment | Unsupported | None = self.answer
        return found


def message(**changes: Any) -> Received:
    """About an order."""
    known = {"entity_id": "1", "entity_ref": "ON-7-1", "entity_type": "ORDER", "received_at": AT}
    return Received(**{"provider": "fluent", "event_id": "e-1", "name": "n", **known, **changes})


async def handled(answer: Any = None, *, asked: bool = True, **changes: Any) -> Handled:
    """What the handler says."""
    records = Answers(answer) if asked else None
    context = Context("fluent", OrdersByRef(FakeShop()), MAPS, records)
    return await FluentStatusUpdate().handle(message(**changes), context)


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_every_handler_that_the_project_declares_can_be_loaded(name: str) -> None:
    """By the names that Fluent's messages and our own have."""
    found = Handlers([EntryPoint(name, HANDLERS[name], GROUP)])
    assert callable(found.named(name).handle)
    assert found.named(name) is found.named(name)
    assert found.names == (name,)


def test_fluents_two_names_of_a_status_update_and_our_pull_are_declared() -> None:
    """Both spellings of the documents, and what `placet inbound pull` makes."""
    wanted = {
        "fc.connect.order.webhook.order-status-update",
        "fc.connect.order.webhook.status-update",
        PULLED,
    }
    assert wanted <= set(HANDLERS)
    with pytest.raises(NoHandlerError):
        Handlers([]).named("fc.connect.order.webhook.status-update")


@pytest.mark.parametrize(
    ("answer", "changes", "reason"),
    [
        (None, {"asked": False}, ParkReason.NOT_SET_UP),
        (Unsupported(operation="fetch", why="no"), {}, ParkReason.NOT_SET_UP),
        (Unsupported(operation="fetch", why="no"), {"entity_type": "FULFILMENT"}, ParkReason.NOT_SET_UP),
        (None, {}, ParkReason.UNKNOWN_ORDER),
        (None, {"entity_type": "RETURN_ORDER"}, ParkReason.UNKNOWN_ORDER),
        (
            ProviderFulfillment(id="f", ref="F", status="SHIPPED"),
            {"entity_type": "FULFILMENT"},
            ParkReason.UNKNOWN_ORDER,
        ),
        (ProviderOrder(ref="ON-8-1", status="BOOKED"), {}, ParkReason.UNKNOWN_ORDER),
        (ProviderOrder(ref="ON-7-1", status="LOST"), {}, ParkReason.UNMAPPED),
        (
            ProviderFulfillment(id="f", ref="F", order_ref="ON-7-1", status="SHIPPED"),
            {"entity_type": "FULFILMENT"},
            ParkReason.UNREADABLE,
        ),
    ],
)
async def test_what_cannot_be_delivered_is_parked(
    answer: Any, changes: dict[str, Any], reason: ParkReason
) -> None:
    """With a reason of a closed list."""
    found = await handled(answer, **changes)
    assert found.parked is not None
    assert found.parked.reason is reason


class OfRetailer(Answers):
    """The records of retailer 7 of ACME."""

    def serves(self, account_id: str | None, retailer_id: str | None) -> bool:
        """See OfOneSeller."""
        return (account_id or "ACME", retailer_id or "7") == ("ACME", "7")


@pytest.mark.parametrize("entity_type", ["ORDER", "FULFILMENT", "RETURN_ORDER"])
async def test_a_message_of_another_seller_is_not_ours(entity_type: str) -> None:
    """Though it names an order that we have: references are unique to a retailer. Nobody is asked, nothing parked."""
    context = Context("fluent", OrdersByRef(FakeShop()), MAPS, OfRetailer(None))
    others: tuple[tuple[str, str | None], ...] = (("ACME", "8"), ("OTHER", "7"), ("OTHER", None))
    for account, retailer in others:
        theirs = message(entity_type=entity_type, account_id=account, retailer_id=retailer)
        found = await FluentStatusUpdate().handle(theirs, context)
        assert (found.deliveries, found.parked) == ((), None)
        assert "another seller" in found.note
    for named in ({"account_id": "ACME", "retailer_id": "7"}, {}):
        ours = message(entity_type=entity_type, **named)
        assert (await FluentStatusUpdate().handle(ours, context)).parked is not None


async def test_a_return_names_its_order_in_its_attributes_or_as_its_root() -> None:
    """Its own reference is no order's."""
    order = ProviderOrder(ref="ON-7-1", status="BOOKED")
    about: dict[str, Any] = {"entity_type": "RETURN_ORDER", "entity_ref": "R-1"}
    for more in (
        {"attributes": {"orderRef": "ON-7-1"}},
        {"root_entity_type": "ORDER", "root_entity_ref": "ON-7-1"},
    ):
        assert [one.order_id for one in (await handled(order, **about, **more)).deliveries] == [ORDER_ID]


async def test_a_status_that_is_silent_needs_nobody() -> None:
    """Nothing is told, nothing is parked, and the note says so."""
    fulfillment = ProviderFulfillment(id="f", ref="F", order_ref="ON-7-1", status="BOOKED")
    found = await handled(fulfillment, entity_type="FULFILMENT")
    assert (found.deliveries, found.parked, "tells nothing" in found.note) == ((), None, True)


@pytest.mark.parametrize(
    ("ref", "number", "found"),
    [
        ("ON-7-1", "ON-7", ORDER_ID),
        ("ON-7-12", "ON-7", ORDER_ID),
        ("ON-7", "ON-7", None),
        ("ON-7-0", "ON-7", None),
        ("ON-8-1", "ON-7", None),
        (f"{ORDER_ID}-1", "a number/with a slash", ORDER_ID),
        (f"{ORDER_ID}-1", None, ORDER_ID),
        (f"{ORDER_ID}-1", "ON-7", None),
        ("../../orders-1", "ON-7", None),
    ],
)
async def test_a_reference_tells_whose_it_is(ref: str, number: str | None, found: str | None) -> None:
    """By number or by id, whichever its order would be referred to by; anything else is nobody's."""
    shop = FakeShop(number)
    assert await OrdersByRef(shop).order_of(ref) == found
    assert not any("/orders" in asked for asked in shop.asked)


async def test_the_written_hand_over_is_believed_first() -> None:
    """It says which order it belongs to, whatever the reference looks like."""
    shop = FakeShop(handed_over={"X-1": {"orderId": "another"}, "ON-7-1": {"something": "else"}})
    assert await OrdersByRef(shop).order_of("X-1") == "another"
    assert await OrdersByRef(shop).order_of("ON-7-1") == ORDER_ID


def test_a_handler_cannot_say_two_things_or_nothing() -> None:
    """Deliver, park, or say why there is nothing to do."""
    with pytest.raises(ValidationError):
        Handled()
    parked = Handled.park(ParkReason.UNMAPPED, "x" * 600)
    assert parked.parked is not None
    assert len(parked.parked.why) == 500
    assert Handled.nothing("old news").note == "old news"
