"""A provider's late word takes nothing back, and what is so already is not written again."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.status_mapping import TARGETS, Kind, Mapped, Unmapped
from domain.status_mapping_moves import REGRESS, Changes, LeftOut, StateChange, States, changes, regress

FREE = {
    Kind.ORDER: {("Open", "Confirmed"), ("Open", "Complete"), ("Open", "Cancelled"), ("Confirmed", "Complete"),
                 ("Confirmed", "Cancelled")},
    Kind.SHIPMENT: {
        *product(("Pending",), ("Backorder", "Delayed", "Ready", "Canceled", "Partial", "Shipped", "Delivered")),
        *((one, other) for one, other in product(("Backorder", "Delayed", "Ready"), repeat=2) if one != other),
        *product(("Backorder", "Delayed", "Ready"), ("Canceled", "Partial", "Shipped", "Delivered")),
        *product(("Canceled",), ("Partial", "Shipped", "Delivered")),
        ("Partial", "Shipped"), ("Partial", "Delivered"), ("Shipped", "Delivered"),
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", FREE)
def test_every_pair_is_free_or_in_the_table(kind: Kind) -> None:
    """All pairs of different states, against a list of the free ones that was written by hand."""
    pairs = {(one, other) for one, other in product(TARGETS[kind], repeat=2) if one != other}
    assert {pair for pair in pairs if regress(kind, *pair) is None} == FREE[kind]


@pytest.mark.parametrize("kind", Kind)
def test_the_table_speaks_of_what_there_is(kind: Kind) -> None:
    """Every name in it is one of commercetools', every row has a reason, and no pair is in it twice."""
    pairs = [(s, t) for row in REGRESS[kind] for s in row.sources for t in row.targets]
    assert len(pairs) == len(set(pairs))
    assert all({s, t} <= set(TARGETS[kind]) and s != t for s, t in pairs)
    assert all(row.why for row in REGRESS[kind])


@pytest.mark.parametrize("target", TARGETS[Kind.PAYMENT])
def test_what_is_paid_stays_paid(target: str) -> None:
    """Late news of the attempt is no news; what is owed afterwards is."""
    kept = {"Pending", "Failed"}
    assert (regress(Kind.PAYMENT, "Paid", target) is not None) == (target in kept)


@pytest.mark.parametrize("kind", Kind)
def test_anything_is_a_first_state(kind: Kind) -> None:
    """An order without a payment or shipment state may get any."""
    assert all(regress(kind, None, target) is None for target in TARGETS[kind])


def test_only_real_changes_are_left() -> None:
    """One to make, one that is so already, one that would take something back; each left out with its why."""
    current = States(order="Confirmed", payment="Paid", shipment="Ready")
    found = changes(current, Mapped(order="Open", payment="Paid", shipment="Shipped"))
    assert found.todo == (StateChange(kind=Kind.SHIPMENT, target="Shipped"),)
    assert [(str(one), one.is_regress) for one in found.left_out] == [
        ("orderState Confirmed -> Open left out: a confirmed order is not opened again", True),
        ("paymentState Paid -> Paid left out: it is so already", False),
    ]


def test_silence_changes_nothing() -> None:
    """No target is neither a change nor anything left out."""
    assert changes(States(order="Open"), Mapped()) == Changes()


def test_what_is_not_understood_changes_nothing() -> None:
    """Not even the part that was: the whole message is parked, and comes again when the map is mended."""
    unmapped = (Unmapped(kind=Kind.PAYMENT, status="ODD", provider="fluent"),)
    assert changes(States(order="Open"), Mapped(order="Confirmed", unmapped=unmapped)) == Changes(
        unmapped=unmapped
    )


def _after(current: States, mapped: Mapped) -> States:
    made = {change.kind.value: change.target for change in changes(current, mapped).todo}
    return States.model_validate({**current.model_dump(), **made})


MAPPED = st.builds(
    Mapped, **{kind.value: st.none() | st.sampled_from(TARGETS[kind]) for kind in Kind}
)  # fmt: skip
STATES = st.builds(
    States,
    order=st.sampled_from(TARGETS[Kind.ORDER]),
    payment=st.none() | st.sampled_from(TARGETS[Kind.PAYMENT]),
    shipment=st.none() | st.sampled_from(TARGETS[Kind.SHIPMENT]),
)
REACHED = ("Open", "Confirmed", "Complete")
GONE = ("Partial", "Shipped", "Delivered")


@given(STATES, st.lists(MAPPED, max_size=8))
def test_nothing_is_ever_taken_back(current: States, messages: list[Mapped]) -> None:
    """Whatever comes, in whatever order: the order does not fall back, ends are ends, goods that went stay gone."""
    for mapped in messages:
        after = _after(current, mapped)
        if current.order in ("Complete", "Cancelled"):
            assert after.order == current.order
        elif after.order != "Cancelled":
            assert REACHED.index(after.order) >= REACHED.index(current.order)
        if current.shipment in GONE:
            assert after.shipment in GONE[GONE.index(current.shipment) :]
        assert _after(after, mapped) == after  # a repeat changes nothing
        current = after


@given(STATES, MAPPED)
def test_every_target_is_made_or_explained(current: States, mapped: Mapped) -> None:
    """None is lost: it is set, or it is among those left out."""
    found = changes(current, mapped)
    targets = {(kind, target) for kind in Kind if (target := mapped.target(kind)) is not None}
    told: list[StateChange | LeftOut] = [*found.todo, *found.left_out]
    assert {(one.kind, one.target) for one in told} == targets
    assert len(told) == len(targets)
