"""What providers have to be told after the hand-over follows from what they were told and what stands now."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit import AuditKind, Fact
from domain.forwarding import Delivery, Forwarding, Tell, Told, delivery_of, is_harmless
from domain.fulfillment_event import FulfillmentEvent, FulfillmentStatus, ShippedItem
from domain.logistic_order import CUSTOM_OBJECT, LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.logistic_reducer import reduce_logistics
from domain.order import Address, OrderContent, Shipping
from domain.provider_answers import Accepted, ChangeAnswer, Refused, Unsupported
from domain.route import Route
from domain.status_mapping import Mapped
from tests.domain.cast import MONDAY, content

HOME, AWAY = Address(country="DE", city="Berlin"), Address(country="DE", city="Bonn")
APPROVED = content("EUR 5.00").model_copy(update={"shipping_address": HOME, "shipping_method": "DHL"})
MOVED = Delivery(address=AWAY, method="DHL")
ROUTE = Route(
    policy_digest="p",
    rule="r",
    why="w",
    returns_within=timedelta(0),
    harmless=("shippingAddress", "shippingMethod", "purchaseOrderNumber"),
)
YES = Accepted(ref="O-1", settled=True)
NO = Refused(ref="O-1", why="onItsWay")
CANNOT = Unsupported(operation="o", why="not here")


def a_part(ref: str = "O-1", provider: str = "north", *, handed_over: bool = True) -> LogisticOrder:
    """Three pumps for a provider."""
    return LogisticOrder(ref=ref, provider=provider, lines={"pump": 3}, handed_over=handed_over)


def due(forwarding: Forwarding, *orders: LogisticOrder) -> list[Tell]:
    """What has to be told."""
    return list(forwarding.due(orders or (a_part(),), APPROVED))


def told_all(forwarding: Forwarding, answer: ChangeAnswer, *orders: LogisticOrder) -> Forwarding:
    """After everybody was told everything."""
    for tell in due(forwarding, *orders):
        forwarding = forwarding.answered(tell, answer)
    return forwarding


@given(
    st.lists(st.sampled_from(["Pending", "Paid", "Failed"]), max_size=6), st.sampled_from([YES, NO, CANNOT])
)
def test_each_state_is_told_once(states: list[str], answer: ChangeAnswer) -> None:
    """Whatever was answered, nothing is due after it; whoever cannot be told is asked but once."""
    forwarding, asked, last = Forwarding(), 0, None
    for state in states:
        forwarding = forwarding.model_copy(update={"payment": state})
        now = due(forwarding)
        deaf = answer is CANNOT and asked > 0
        assert [tell.payment for tell in now] == ([] if state == last or deaf else [state])
        asked, last = asked + len(now), state
        forwarding = told_all(forwarding, answer)
        assert due(forwarding) == []


@pytest.mark.parametrize(
    "order",
    [
        a_part(provider=CUSTOM_OBJECT),
        a_part(handed_over=False),
        a_part().model_copy(update={"lines": {}}),
    ],
    ids=["custom object", "not handed over", "nothing in it"],
)
def test_nobody_is_told_of_a_delivery_who_has_no_goods_to_send(order: LogisticOrder) -> None:
    """Nor who cannot be told."""
    assert due(Forwarding(delivery=MOVED), order) == []


def test_only_what_is_new_is_told() -> None:
    """A method that stays is not asked for again; the way back is one, too."""
    forwarding = Forwarding(delivery=MOVED)
    (tell,) = due(forwarding)
    assert (tell.changes, tell.delivery) == (Delivery(address=AWAY), MOVED)
    forwarding = forwarding.answered(tell, YES).model_copy(update={"delivery": delivery_of(APPROVED)})
    (back,) = due(forwarding)
    assert back.changes == Delivery(address=HOME)


@pytest.mark.parametrize("answer", [NO, CANNOT])
def test_what_is_refused_is_not_asked_again(answer: ChangeAnswer) -> None:
    """Another delivery is."""
    forwarding = told_all(Forwarding(delivery=MOVED), answer)
    assert due(forwarding) == []
    assert forwarding.is_refused
    other = forwarding.model_copy(update={"delivery": Delivery(address=AWAY, method="UPS")})
    assert not other.is_refused
    (tell,) = due(other)
    assert tell.changes == Delivery(address=AWAY, method="UPS")


@pytest.mark.parametrize("kind", ["payment", "delivery"])
def test_what_was_asked_and_not_answered_stays_due(kind: str) -> None:
    """Also where it was taken back meanwhile, and in a later run; an answer ends it, whatever it says."""
    home = delivery_of(APPROVED)
    update: dict[str, object]
    if kind == "payment":
        forwarding = Forwarding(payment="Paid", told={"O-1": Told(payment="Pending")})
        update = {"payment": "Pending"}
    else:
        forwarding, update = Forwarding(delivery=MOVED), {"delivery": home}
    (tell,) = due(forwarding)
    forwarding = forwarding.asking(tell)
    assert due(forwarding) == [tell]
    back = Forwarding.model_validate_json(forwarding.model_copy(update=update).model_dump_json())
    (again,) = due(back)
    assert (again.payment, again.delivery) == (("Pending", None) if kind == "payment" else (None, home))
    assert again.changes.address == (None if kind == "payment" else HOME)
    assert due(back.asking(again)) == [again]
    assert due(back.asking(again).answered(again, YES)) == []
    assert due(back.asking(again).answered(again, NO)) == []


def test_tellings_are_counted() -> None:
    """What comes back has another number; what is told again for want of an answer has the same, also in a later run."""
    forwarding, numbers = Forwarding(told={"O-1": Told(payment="Pending")}), []
    for state in ("Paid", "Pending", "Paid"):
        (tell,) = due(forwarding.model_copy(update={"payment": state}))
        asked = forwarding.model_copy(update={"payment": state}).asking(tell)
        (again,) = due(Forwarding.model_validate_json(asked.model_dump_json()))
        assert again.telling == tell.telling
        forwarding = asked.answered(tell, YES)
        numbers.append(tell.telling)
    assert numbers == [1, 2, 3]


def test_what_takes_back_what_nobody_answered_has_a_number_of_its_own() -> None:
    """And so has what is told after all."""
    forwarding, numbers = Forwarding(told={"O-1": Told(payment="Pending")}), []
    for state in ("Paid", "Pending", "Paid"):
        (tell,) = due(forwarding.model_copy(update={"payment": state}))
        forwarding = forwarding.model_copy(update={"payment": state}).asking(tell)
        numbers.append(tell.telling)
    assert numbers == [1, 2, 3]


def test_all_that_may_have_been_taken_is_taken_back() -> None:
    """An address was asked for, then a method instead, and nobody answered: both are told."""
    forwarding = Forwarding(delivery=MOVED)
    for delivery in (Delivery(address=HOME, method="UPS"), delivery_of(APPROVED)):
        (tell,) = due(forwarding)
        forwarding = forwarding.asking(tell).model_copy(update={"delivery": delivery})
    (tell,) = due(forwarding)
    assert tell.changes == delivery_of(APPROVED)


def back_home(forwarding: Forwarding) -> Forwarding:
    """After the shop went back to what was approved, as it is kept for a later run."""
    back = forwarding.model_copy(update={"delivery": delivery_of(APPROVED)})
    return Forwarding.model_validate_json(back.model_dump_json())


def test_what_a_refusal_may_have_left_is_taken_back() -> None:
    """A method was asked for and not answered, then an address, refused: both are told, and only a yes settles it."""
    forwarding = Forwarding(delivery=Delivery(address=HOME, method="UPS"))
    (tell,) = due(forwarding)
    forwarding = forwarding.asking(tell).model_copy(update={"delivery": MOVED})
    (tell,) = due(forwarding)
    forwarding = back_home(forwarding.asking(tell).answered(tell, NO))
    assert forwarding.was_changed
    assert not forwarding.is_settled
    (tell,) = due(forwarding)
    assert tell.changes == delivery_of(APPROVED)
    refused = forwarding.asking(tell).answered(tell, NO)
    assert (due(refused), refused.is_settled) == ([], False)
    taken = forwarding.asking(tell).answered(tell, YES)
    assert (due(taken), taken.is_settled) == ([], True)


def test_whoever_has_no_such_operation_did_nothing() -> None:
    """There is nothing to take back."""
    forwarding = back_home(told_all(Forwarding(delivery=MOVED), CANNOT))
    assert (due(forwarding), forwarding.is_settled) == ([], True)


def test_what_no_word_can_take_back_stays_in_doubt() -> None:
    """No method was approved, one was refused: there is nothing to tell, and a person has to look."""
    approved = APPROVED.model_copy(update={"shipping_method": None})
    (tell,) = Forwarding(delivery=delivery_of(APPROVED)).due((a_part(),), approved)
    forwarding = Forwarding(delivery=delivery_of(APPROVED)).answered(tell, NO)
    forwarding = forwarding.model_copy(update={"delivery": delivery_of(approved)})
    assert (list(forwarding.due((a_part(),), approved)), forwarding.is_settled) == ([], False)


@pytest.mark.parametrize(("shipped", "tells"), [(None, 1), ({"pump": 2}, 1), ({"pump": 3}, 0), ({}, 0)])
def test_what_has_left_goes_where_it_goes(shipped: dict[str, int] | None, tells: int) -> None:
    """While something is left the provider is asked; a word without quantities is about everything."""
    orders = LogisticOrders(orders=(a_part(),), rules_digest="r")
    if shipped is not None:
        items = tuple(ShippedItem(line_item_id=line, quantity=units) for line, units in shipped.items())
        event = FulfillmentEvent(
            event_id="e", ref="O-1", status=FulfillmentStatus.SHIPPED, occurred_at=MONDAY, items=items
        )
        orders, _ = reduce_logistics(orders, event, MONDAY)
    assert len(due(Forwarding(delivery=MOVED), *orders.orders)) == tells


@pytest.mark.parametrize(
    ("written", "tells"),
    [(["paymentState Paid"], 0), (["shipmentState Shipped"], 2), (None, 2)],
    ids=["ours", "something else", "nothing"],
)
def test_what_our_own_write_has_set_is_no_news(written: list[str] | None, tells: int) -> None:
    """Only where the write says so; a state that others set is told."""
    orders = (a_part("O-1"), a_part("O-2", "south"), a_part("O-3", CUSTOM_OBJECT))
    fact = Fact(kind=AuditKind.PROGRESSED, detail={"written": written}) if written is not None else None
    forwarding = Forwarding().wrote(orders, Mapped(payment="Paid"), fact)
    seen = forwarding.model_copy(update={"payment": "Paid"})
    assert len(due(seen, *orders)) == tells
    assert len(due(seen.model_copy(update={"payment": "Failed"}), *orders)) == 2


@pytest.mark.parametrize(
    ("changes", "harmless"),
    [
        ({"shipping_address": AWAY}, True),
        ({"shipping_address": AWAY, "purchase_order_number": "PO-1"}, True),
        ({"shipping_address": None}, False),
        ({"shipping_method": None}, False),
        ({"shipping_address": AWAY, "billing_address": AWAY}, False),
        ({}, False),
    ],
)
def test_all_that_changed_has_to_be_harmless(changes: dict[str, object], harmless: bool) -> None:
    """And to leave a place to deliver to."""
    now = APPROVED.model_copy(update=changes)
    camel = {
        "shipping_address": "shippingAddress",
        "shipping_method": "shippingMethod",
        "billing_address": "billingAddress",
        "purchase_order_number": "purchaseOrderNumber",
    }
    assert is_harmless(APPROVED, now, [camel[name] for name in changes], ROUTE) is harmless


@pytest.mark.parametrize(
    "several", [{"item_shipping_addresses": (HOME,)}, {"shippings": (Shipping(key="s"),)}]
)
def test_several_deliveries_are_nobodys_to_change(several: dict[str, object]) -> None:
    """It is not known whose goods are meant."""
    approved: OrderContent = APPROVED.model_copy(update=several)
    now = approved.model_copy(update={"shipping_address": AWAY})
    assert not is_harmless(approved, now, ["shippingAddress"], ROUTE)


def test_no_fact_has_an_address_in_it() -> None:
    """Which parts changed, and the provider's word."""
    forwarding = Forwarding(delivery=MOVED)
    (tell,) = due(forwarding)
    fact = tell.fact(NO)
    assert "Bonn" not in fact.model_dump_json()
    assert fact.detail == {
        "ref": "O-1",
        "changed": ["shippingAddress"],
        "answer": "refused",
        "why": "onItsWay",
    }
