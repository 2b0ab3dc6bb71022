"""A provider's events become one state of each logistic order: merged, never regressing, late first parcels kept."""

from typing import Any

import pytest

from domain.fulfillment_event import FulfillmentStatus
from domain.logistic_events import HandedOver, Noted, Outcome, ProgressChanged, Raised
from domain.logistic_order import LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.logistic_standing import FindingKind
from domain.shipment_contents import SentParcel
from tests.domain.logistics import REF, after, event, kinds, orders_of, reached, stands

TWO = {"l1": 2}


def outcomes(effects: list) -> list[Outcome]:  # type: ignore[type-arg]
    """What came of each event."""
    return [one.outcome for one in effects if isinstance(one, Noted)]


def test_a_shipment_goes_its_way() -> None:
    """Each stage counts its units, and the order is settled once all of them have arrived."""
    events = [
        event("e1", "accepted"),
        event("e2", "picking", hours=1),
        event("e3", "packed", {"l1": 2}, shipment_ref="s1", hours=2),
        event("e4", "shipped", shipment_ref="s1", hours=3),
    ]
    found = stands(orders_of(a=TWO), *events)
    assert reached(found) == dict.fromkeys(("created", "accepted", "picking", "packed", "shipped"), TWO)
    assert (found.settled, found.closed) == (False, False)
    arrived = stands(orders_of(a=TWO), *events, event("e5", "delivered", shipment_ref="s1", hours=4))
    assert arrived.at(FulfillmentStatus.DELIVERED) == TWO
    assert arrived.settled
    assert not arrived.closed


def test_a_late_event_changes_nothing_and_is_on_record() -> None:
    """`picking` after `shipped` is taken in as unchanged."""
    shipped, _ = after(orders_of(a=TWO), event("e1", "shipped", TWO, shipment_ref="s1", hours=3))
    late, effects = after(shipped, event("e2", "picking", TWO, shipment_ref="s1", hours=1))
    assert kinds(effects) == ["Noted"]
    assert outcomes(effects) == [Outcome.UNCHANGED]
    order = late.of(REF)
    assert order is not None
    assert (order.events, order.status) == (("e1", "e2"), FulfillmentStatus.SHIPPED)


def test_a_repeated_event_is_a_duplicate() -> None:
    """By its id, whatever came in between."""
    first, second = event("e1", "shipped", {"l1": 1}, shipment_ref="s1"), event("e2", "accepted")
    once, _ = after(orders_of(a=TWO), first, second)
    again, effects = after(once, first)
    assert again == once
    assert outcomes(effects) == [Outcome.DUPLICATE]


def test_an_unknown_reference_is_said() -> None:
    """Nothing changes, and the outcome names it."""
    orders = orders_of(a=TWO)
    same, effects = after(orders, event("e1", "shipped", ref="SO-9-1"))
    assert same == orders
    assert outcomes(effects) == [Outcome.UNKNOWN_REF]


def test_a_late_first_parcel_is_another_parcel() -> None:
    """The second parcel comes first, with a greater sequence; the first is merged all the same."""
    second = event("e2", "shipped", {"l1": 1}, shipment_ref="s1", parcel_ref="p2", sequence=2, tracking="T2")
    first = event("e1", "shipped", {"l1": 1}, shipment_ref="s1", parcel_ref="p1", sequence=1, tracking="T1")
    found = stands(orders_of(a=TWO), second, first)
    (shipment,) = found.sent
    assert [(one.ref, one.items, one.tracking and one.tracking.tracking_id) for one in shipment.parcels] == [
        ("p1", {"l1": 1}, "T1"),
        ("p2", {"l1": 1}, "T2"),
    ]
    assert found.at(FulfillmentStatus.SHIPPED) == TWO


def test_a_late_first_shipment_is_another_shipment() -> None:
    """Also where each shipment is one parcel."""
    second = event("e2", "delivered", {"l1": 1}, shipment_ref="s2", sequence=9, hours=5)
    first = event("e1", "shipped", {"l1": 1}, shipment_ref="s1", sequence=1, hours=1)
    found = stands(orders_of(a=TWO), second, first)
    assert [(one.ref, one.items) for one in found.sent] == [("s1", {"l1": 1}), ("s2", {"l1": 1})]
    assert reached(found)["delivered"] == {"l1": 1}


def test_what_is_said_of_the_shipment_and_of_its_parcels_is_the_same_goods() -> None:
    """Packed as a whole, and shipped parcel by parcel: two units are two units."""
    packed = event("e1", "packed", TWO, shipment_ref="s1")
    parcels = [
        event(f"p{n}", "shipped", {"l1": 1}, shipment_ref="s1", parcel_ref=f"p{n}", hours=n) for n in (1, 2)
    ]
    found = stands(orders_of(a=TWO), packed, *parcels)
    assert (found.at(FulfillmentStatus.SHIPPED), found.findings) == (TWO, ())
    half = stands(orders_of(a=TWO), packed, parcels[0])
    assert reached(half) | {"created": {}} == {
        "created": {},
        "accepted": TWO,
        "picking": TWO,
        "packed": TWO,
        "shipped": {"l1": 1},
    }


def test_without_quantities_it_is_about_everything_that_is_left() -> None:
    """What another shipment holds, and what was cancelled, is not left."""
    orders = orders_of(a={"l1": 3, "l2": 1})
    events = [
        event("e1", "shipped", {"l1": 1}, shipment_ref="s1"),
        event("e2", "cancelled", {"l2": 1}, hours=1),
        event("e3", "shipped", shipment_ref="s2", hours=2),
    ]
    found = stands(orders, *events)
    assert [(one.ref, one.items) for one in found.sent] == [("s1", {"l1": 1}), ("s2", {"l1": 2})]
    assert found.at(FulfillmentStatus.SHIPPED) == {"l1": 3}
    assert found.cancelled == {"l2": 1}


def test_parcels_that_do_not_say_what_is_in_them_hold_it_once_the_last_has_come_so_far() -> None:
    """Whether or not the shipment is known by its contents: before that, nobody knows which units they are."""
    for known in ({"a1": 3}, None):
        told = [
            event("e1", "packed", known, shipment_ref="S1"),
            event("e2", "packed", shipment_ref="S1", parcel_ref="P1", tracking="T1"),
            event("e3", "packed", shipment_ref="S1", parcel_ref="P2", tracking="T2"),
            event("e4", "packed", {"a1": 1}, shipment_ref="S1", parcel_ref="P3", tracking="T3"),
        ][: 4 if known else 3]
        one, two = (
            event(f"{n}{status}", status, shipment_ref="S1", parcel_ref=parcel)
            for n, (status, parcel) in enumerate((("delivered", "P1"), ("delivered", "P2")))
        )
        found = stands(orders_of(a={"a1": 3}), *told, one)
        assert "shipped" not in reached(found)
        assert [(box.ref, box.items) for sent in found.sent for box in sent.parcels] == [("P1", {})]
        assert not found.settled
        found = stands(orders_of(a={"a1": 3}), *told, one, two)
        assert reached(found)["delivered"] == {"a1": 2 if known else 3}
        assert found.settled is (known is None)


def test_what_is_in_a_parcel_that_does_not_say_it_is_what_was_packed_last() -> None:
    """Of two that were packed one was found damaged: the parcel holds the other."""
    found = stands(
        orders_of(a={"a1": 2}),
        event("e1", "packed", {"a1": 2}, shipment_ref="S1"),
        event("e2", "shipped", {"a1": 1}, shipment_ref="S1", hours=1),
        event("e3", "delivered", shipment_ref="S1", parcel_ref="P1", hours=2),
    )
    assert (reached(found)["shipped"], reached(found)["delivered"]) == ({"a1": 1}, {"a1": 1})


def test_what_was_not_found_does_not_leave_with_the_rest() -> None:
    """A shipment that left, without quantities, holds what was packed in it and not what was asked for."""
    found = stands(
        orders_of(a={"a1": 2}),
        event("e1", "accepted", {"a1": 2}, shipment_ref="S1"),
        event("e2", "packed", {"a1": 1}, shipment_ref="S1", hours=1),
        event("e3", "shipped", shipment_ref="S1", hours=2),
    )
    assert (reached(found)["accepted"], reached(found)["shipped"]) == ({"a1": 2}, {"a1": 1})


def test_parcels_of_no_named_shipment_are_known_by_their_number() -> None:
    """Two tracking numbers are two parcels, and what nobody named is one shipment."""
    found = stands(
        orders_of(a=TWO),
        event("e1", "shipped", {"l1": 1}, tracking="T1"),
        event("e2", "shipped", {"l1": 1}, tracking="T2", hours=1),
    )
    (shipment,) = found.sent
    assert (shipment.ref, [one.ref for one in shipment.parcels]) == ("", ["T1", "T2"])
    assert found.at(FulfillmentStatus.SHIPPED) == TWO


@pytest.mark.parametrize(
    "named", [{"parcel_ref": "p1"}, {"shipment_ref": "s1"}, {"shipment_ref": "s1", "parcel_ref": "p1"}]
)
def test_a_parcel_known_by_its_number_is_the_one_that_is_named_later(named: dict[str, Any]) -> None:
    """Its units count once, whichever word came first."""
    nameless = event("e1", "shipped", {"l1": 1}, tracking="T1")
    later = event("e2", "delivered", {"l1": 1}, hours=1, tracking="T1", **named)
    for events in ((nameless, later), (later, nameless)):
        found = stands(orders_of(a=TWO), *events)
        assert found.at(FulfillmentStatus.SHIPPED) == {"l1": 1}
        assert [len(one.parcels) for one in found.sent] == [1]
        assert [one.ref for one in found.sent] == [named.get("shipment_ref", "")]


def test_the_newest_tracking_holds_and_older_words_complete_it() -> None:
    """By sequence; what was said of another number is not taken over."""
    newest = event("e3", "packed", shipment_ref="s1", sequence=3, tracking="T3")
    older = event("e2", "packed", shipment_ref="s1", sequence=2, hours=9, tracking="T2", carrier="DHL")
    carrier = event("e1", "shipped", TWO, shipment_ref="s1", sequence=1, carrier="UPS")
    for events in ((newest, older, carrier), (carrier, older, newest), (older, carrier, newest)):
        (shipment,) = stands(orders_of(a=TWO), *events).sent
        assert [
            (one.tracking.tracking_id, one.tracking.carrier) for one in shipment.parcels if one.tracking
        ] == [("T3", None)]
    (shipment,) = stands(orders_of(a=TWO), newest, carrier).sent
    assert isinstance(shipment.parcels[0], SentParcel)
    assert shipment.parcels[0].tracking is not None
    assert shipment.parcels[0].tracking.carrier == "UPS"


def test_more_than_was_ordered_is_a_finding() -> None:
    """It is raised once, and no delivery holds more than there can be."""
    orders, effects = after(
        orders_of(a=TWO),
        event("e1", "shipped", {"l1": 2}, shipment_ref="s1"),
        event("e2", "shipped", {"l1": 1}, shipment_ref="s2", hours=1),
        event("e3", "delivered", {"l1": 1}, shipment_ref="s2", hours=2),
    )
    raised = [one.finding for one in effects if isinstance(one, Raised)]
    assert [(one.kind, one.line_item_id, one.quantity) for one in raised] == [
        (FindingKind.SHIPPED_BEYOND, "l1", 1)
    ]
    found = stands(orders)
    assert [(one.ref, one.items) for one in found.sent] == [("s1", TWO), ("s2", {})]


@pytest.mark.parametrize("status", ["shipped", "cancelled", "returned"])
def test_a_line_that_is_not_in_it_is_a_finding(status: str) -> None:
    """Whatever is said of it."""
    _, effects = after(orders_of(a=TWO), event("e1", status, {"other": 1}))
    assert [(one.finding.kind, one.finding.line_item_id) for one in effects if isinstance(one, Raised)] == [
        (FindingKind.UNKNOWN_LINE, "other")
    ]


def test_completed_closes_it_with_everything_that_is_left() -> None:
    """Also where nothing was ever said of a shipment; then there is no delivery to write."""
    found = stands(
        orders_of(a={"l1": 2, "l2": 1}), event("e1", "cancelled", {"l2": 1}), event("e2", "completed")
    )
    assert (found.closed, found.settled, found.sent) == (True, True, ())
    assert found.at(FulfillmentStatus.DELIVERED) == TWO
    assert found.findings == ()


def test_completed_with_less_than_everything_shipped_is_a_finding() -> None:
    """A provider that tells of shipments should have told of all of them."""
    found = stands(
        orders_of(a=TWO), event("e1", "shipped", {"l1": 1}, shipment_ref="s1"), event("e2", "completed")
    )
    assert [(one.kind, one.quantity) for one in found.findings] == [(FindingKind.COMPLETED_SHORT, 1)]


def test_a_failure_gives_up_what_has_not_left_until_it_is_done_after_all() -> None:
    """A failure is told; a completion that is newer makes it void, whichever came first."""
    failed, done = event("e1", "failed", reason="no stock"), event("e2", "completed", hours=1)
    orders, effects = after(orders_of(a=TWO), failed)
    assert [(one.finding.kind, one.reason) for one in effects if isinstance(one, Raised)] == [
        (FindingKind.FAILED, "no stock")
    ]
    order = orders.of(REF)
    assert order is not None
    assert order.status is FulfillmentStatus.FAILED
    assert stands(orders).entirely_cancelled
    for events in ((failed, done), (done, failed)):
        found = stands(orders_of(a=TWO), *events)
        assert (found.cancelled, found.at(FulfillmentStatus.DELIVERED), found.findings) == ({}, TWO, ())


def test_a_change_of_progress_is_said() -> None:
    """So that commercetools is told only then."""
    orders, effects = after(orders_of(a=TWO), event("e1", "picking"))
    assert kinds(effects) == ["Noted", "ProgressChanged"]
    _, effects = after(orders, event("e2", "picking", hours=1))
    assert not [one for one in effects if isinstance(one, ProgressChanged)]


def test_the_hand_over_is_noted_once() -> None:
    """With the provider's own id."""
    orders = LogisticOrders(orders=(LogisticOrder(ref=REF, lines=TWO),))
    orders, effects = after(orders, HandedOver(ref=REF, provider_id="77"), HandedOver(ref=REF))
    assert outcomes(effects) == [Outcome.APPLIED, Outcome.DUPLICATE]
    order = orders.of(REF)
    assert order is not None
    assert (order.handed_over, order.provider_id) == (True, "77")


def test_an_order_of_an_earlier_version_has_no_quantities() -> None:
    """It still goes its way by what is said of the whole of it, without findings."""
    old = LogisticOrders(orders=(LogisticOrder(ref=REF),))
    shipped, effects = after(old, event("e1", "shipped", {"l1": 1}))
    assert outcomes(effects) == [Outcome.APPLIED]
    assert not stands(shipped).settled
    assert stands(shipped, event("e2", "completed")).settled
    given_up = stands(shipped, event("e3", "cancelled"))
    assert given_up.entirely_cancelled
    assert given_up.settled
