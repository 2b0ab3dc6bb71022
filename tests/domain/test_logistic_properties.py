"""Whatever the order and multiplicity of events, the logistic orders and the progress in the end are the same."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.fulfillment_event import FulfillmentEvent, FulfillmentStatus, StatedTargets
from domain.logistic_orders import LogisticOrders
from domain.logistic_standing import Standing, standing
from domain.progress import LineStage, infer
from domain.shipment import STAGES
from tests.domain.logistics import after, event, orders_of

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ORDERED = orders_of(a={"l1": 3, "l2": 2}, b={"l1": 1, "l3": 4})
STATUSES = [status.value for status in FulfillmentStatus]
TARGETS = (
    None,
    StatedTargets(payment="Paid"),
    StatedTargets(payment="Pending", order="Confirmed"),
    StatedTargets(order="Open", shipment="Delayed"),
    StatedTargets(order="Complete", payment="Failed"),
    StatedTargets(order="Cancelled", shipment="Canceled"),
)
lines = st.dictionaries(st.sampled_from(["l1", "l2", "l3"]), st.integers(0, 3), min_size=1, max_size=3)


@st.composite
def events(draw: st.DrawFn, *, named: bool = False) -> list[FulfillmentEvent]:
    """Events about both logistic orders and one that is not there; with `named` all of them say quantities."""
    return [draw(_event(n, named=named)) for n in range(draw(st.integers(1, 9)))]


@st.composite
def _event(draw: st.DrawFn, n: int, *, named: bool) -> FulfillmentEvent:
    shipment_ref = draw(st.sampled_from([None, "s1", "s2"]))
    parcel_ref = draw(st.sampled_from([None, None, "p1", "p2"]))
    nameless = shipment_ref is None and parcel_ref is None
    return event(
        f"e{n}",
        draw(st.sampled_from(STATUSES if not named else [stage.value for stage in STAGES])),
        draw(lines if named else st.none() | lines),
        ref=draw(st.sampled_from(["SO-1-1", "SO-1-1", "SO-1-2", "SO-9-9"])),
        hours=draw(st.integers(0, 3)),
        shipment_ref=shipment_ref,
        parcel_ref=parcel_ref,
        sequence=draw(st.none() | st.integers(0, 3)),
        # A parcel that is known by its number alone is one with another as soon as that has this number.
        tracking=None if named and nameless else draw(st.sampled_from([None, "T1", "T2"])),
        carrier=draw(st.sampled_from([None, "DHL", "UPS"])),
        reason_code=draw(st.sampled_from([None, "backorder", "damaged"])),
        return_ref=draw(st.sampled_from([None, "R1"])),
        altogether=draw(st.booleans()),
        targets=draw(st.sampled_from(TARGETS)),
    )


@st.composite
def of_one_shipment(draw: st.DrawFn) -> list[FulfillmentEvent]:
    """Events about one shipment with at most one named parcel: the ones that meet in the same place."""
    return [
        event(
            f"e{n}",
            draw(st.sampled_from(["packed", "shipped", "shipped", "delivered", "returned"])),
            draw(st.none() | st.fixed_dictionaries({"l1": st.integers(1, 4)})),
            hours=draw(st.integers(0, 3)),
            shipment_ref="s1",
            parcel_ref=draw(st.sampled_from([None, "p1", "p1"])),
            sequence=draw(st.none() | st.integers(0, 2)),
            tracking=draw(st.sampled_from([None, "T1", "T2"])),
            carrier=draw(st.sampled_from([None, "DHL", "UPS"])),
            return_ref=draw(st.sampled_from([None, "R1"])),
            reason_code=draw(st.sampled_from([None, "damaged", "tooSmall"])),
        )
        for n in range(draw(st.integers(4, 8)))
    ]


def every(orders: LogisticOrders) -> list[Standing]:
    """How each of them stands."""
    return [standing(one) for one in orders.orders]


@settings(patient, max_examples=60)
@given(data=st.data())
@pytest.mark.parametrize("kind", [events, of_one_shipment])
def test_any_order_and_multiplicity_end_in_the_same(
    data: st.DataObject, kind: Callable[[], st.SearchStrategy[list[FulfillmentEvent]]]
) -> None:
    """Of one shipment's events, and any interleaving over shipments and logistic orders."""
    told = data.draw(kind())
    repeated = told + data.draw(st.lists(st.sampled_from(told), max_size=5))
    one, _ = after(ORDERED, *told)
    for shuffled in (repeated[::-1], data.draw(st.permutations(repeated))):
        other, _ = after(ORDERED, *shuffled)
        assert one == other
        assert infer(one) == infer(other)
        assert one.model_dump_json() == other.model_dump_json()


@settings(patient, max_examples=150)
@given(events())
def test_quantities_are_conserved(told: list[FulfillmentEvent]) -> None:
    """Every unit is in one stage, none leaves that was not ordered or is cancelled, deliveries hold what has left."""
    orders, _ = after(ORDERED, *told)
    for found in every(orders):
        for line, ordered in found.ordered.items():
            counts = [found.at(stage).get(line, 0) for stage in STAGES]
            assert counts == sorted(counts, reverse=True)
            assert 0 <= counts[0] <= ordered - found.cancelled.get(line, 0)
            assert found.returned.get(line, 0) <= found.at(FulfillmentStatus.SHIPPED).get(line, 0)
            sent = sum(one.items.get(line, 0) for one in found.sent)
            assert sent <= found.at(FulfillmentStatus.SHIPPED).get(line, 0)
            assert found.closed or sent == found.at(FulfillmentStatus.SHIPPED).get(line, 0)
            for one in found.sent:
                assert sum(parcel.items.get(line, 0) for parcel in one.parcels) <= one.items.get(line, 0)
        assert all(set(found.at(stage)) <= set(found.ordered) for stage in STAGES)
    progress = infer(orders)
    totals = {"l1": 4, "l2": 2, "l3": 4}
    assert {line: sum(stages.values()) for line, stages in progress.lines.items()} == totals
    assert all(set(stages) <= set(LineStage) for stages in progress.lines.values())


@settings(patient, max_examples=120)
@given(events(named=True))
def test_what_is_said_with_quantities_never_goes_back(told: list[FulfillmentEvent]) -> None:
    """After each event every unit is where it was, or further; no delivery, parcel or order status is lost."""
    orders = ORDERED
    for one in told:
        later, _ = after(orders, one)
        for before, now in zip(every(orders), every(later), strict=True):
            for stage in STAGES:
                assert all(now.at(stage).get(line, 0) >= n for line, n in before.at(stage).items())
            gone = {(sent.ref, parcel.ref) for sent in before.sent for parcel in sent.parcels if parcel.ref}
            assert gone <= {(sent.ref, parcel.ref) for sent in now.sent for parcel in sent.parcels}
            assert {sent.ref for sent in before.sent if sent.ref} <= {sent.ref for sent in now.sent}
        for was, is_now in zip(orders.orders, later.orders, strict=True):
            if was.status is not None:
                assert is_now.status is not None
                assert STAGES.index(is_now.status) >= STAGES.index(was.status)
        orders = later


@settings(patient, max_examples=100)
@given(events())
def test_the_memory_survives_its_journey(told: list[FulfillmentEvent]) -> None:
    """What is written as JSON and read again is the same."""
    orders, _ = after(ORDERED, *told)
    assert LogisticOrders.model_validate_json(orders.model_dump_json(by_alias=True)) == orders


@settings(patient, max_examples=120)
@given(events(named=True), st.sampled_from(TARGETS))
def test_what_statuses_are_mapped_to_ends_nothing(
    told: list[FulfillmentEvent], targets: StatedTargets | None
) -> None:
    """The same events with other targets, or none, leave every unit where it is and the order as far as it is."""
    one, _ = after(ORDERED, *told)
    other, _ = after(ORDERED, *(event.model_copy(update={"targets": targets}) for event in told))
    assert infer(one) == infer(other)
    assert [one.status for one in one.orders] == [one.status for one in other.orders]
