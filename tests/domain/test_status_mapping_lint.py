"""What cannot be right in a map is found, status by status."""

import pytest

from domain.mapping_lint import (
    USUAL_FLOWS,
    at_odds,
    differ_by_case,
    gaps,
    lowering,
    target_fault,
    unreachable,
)
from domain.phases import Phase
from domain.states import State, StateMachine
from domain.status_mapping import TARGETS, Kind

PHASES = {
    **dict.fromkeys((Phase.ROUTING, Phase.PENDING, Phase.CHANGES_REQUESTED), "Waiting"),
    **dict.fromkeys((Phase.REJECTED, Phase.WITHDRAWN, Phase.CANCELLED), "Off"),
    Phase.APPROVED: "Free",
    Phase.IN_FULFILLMENT: "Claimed",
    Phase.COMPLETED: "Done",
}


def machine(
    claimed: tuple[str, ...] = ("Done", "Off"), waiting: tuple[str, ...] = ("Free", "Off")
) -> StateMachine:
    """A project's own machine, with other names."""
    return StateMachine(
        states=(
            State(key="Waiting", initial=True, transitions=waiting),
            State(key="Free", transitions=("Claimed",)),
            State(key="Claimed", transitions=claimed),
            State(key="Done", transitions=()),
            State(key="Off", transitions=()),
        ),
        phases=PHASES,
    )


@pytest.mark.parametrize(
    ("kind", "written", "told"),
    [
        (Kind.ORDER, "Canceled", "orderState has no 'Canceled'; write 'Cancelled', with two l"),
        (Kind.ORDER, "CANCELED", "orderState has no 'CANCELED'; write 'Cancelled', with two l"),
        (Kind.SHIPMENT, "Cancelled", "shipmentState has no 'Cancelled'; write 'Canceled', with one l"),
        (Kind.PAYMENT, "Canceled", "paymentState has no 'Canceled'; it has BalanceDue, CreditOwed, Failed, Paid, Pending"),
        (Kind.ORDER, "Confirm", "orderState has no 'Confirm'; did you mean 'Confirmed'?"),
        (Kind.SHIPMENT, "Sent", f"shipmentState has no 'Sent'; it has {', '.join(TARGETS[Kind.SHIPMENT])}"),
        (Kind.ORDER, "", "orderState has no ''; it has Open, Confirmed, Complete, Cancelled"),
        (Kind.ORDER, ["Open"], "a target is a text, or null where the status means nothing for orderState"),
        (Kind.ORDER, 1, "a target is a text, or null where the status means nothing for orderState"),
    ],
)  # fmt: skip
def test_a_target_that_is_none_is_told(kind: Kind, written: object, told: str) -> None:
    """With what to write instead."""
    assert target_fault(kind, written) == told


@pytest.mark.parametrize("kind", Kind)
def test_every_target_and_silence_are_fine(kind: Kind) -> None:
    """In any case."""
    assert not any(
        target_fault(kind, written) for one in TARGETS[kind] for written in (one, one.lower(), None)
    )


def test_one_status_in_two_spellings_has_one_target() -> None:
    """Two spellings of one status may stand beside each other, but not say two things."""
    statuses = {
        "Booked": "Open",
        "BOOKED": "Confirmed",
        "booked": "Open",
        "SHIPPED": None,
        "shipped": "Complete",
    }
    assert list(differ_by_case(statuses)) == [
        ("BOOKED", "'Booked' is the same status, and means Open and not Confirmed"),
        ("shipped", "'SHIPPED' is the same status, and means None and not Complete"),
    ]


EVERY = {"A": "Open", "B": "Confirmed", "C": "Complete", "D": "Cancelled", "E": None}


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        (machine(), []),
        (machine(claimed=("Done",)),
         [("D", "orderState Cancelled is set with the move from Claimed to Off, which the declared machine does not have")]),
        (machine(claimed=("Off",)),
         [("C", "orderState Complete is set with the move from Claimed to Done, which the declared machine does not have")]),
        (machine(waiting=("Off",)),
         [("B", "orderState Confirmed is set with the move from Waiting to Free, which the declared machine does not have")]),
    ],
)  # fmt: skip
def test_what_the_machine_cannot_reach_is_told(declared: StateMachine, found: list[tuple[str, str]]) -> None:
    """The value and the move go together."""
    assert list(unreachable(EVERY, declared)) == found


def test_a_map_that_falls_back_along_the_flow_is_told() -> None:
    """Fluent's usual ways are known, so the order in which its document has them does not count; each fall once."""
    statuses = {"COMPLETE": "Complete", "pick_pack": "Open", "PICK_PACK_CC": None, "BOOKED": "Confirmed",
                "RECEIVED": "Open", "ESCALATED": "Open", "CANCELLED": "Cancelled"}  # fmt: skip
    fall = "orderState falls from Confirmed (BOOKED) to Open, which is never done: a confirmed order is not opened again"
    assert lowering("fluent", Kind.ORDER, statuses) == (("pick_pack", fall),)
    assert lowering("fluent", Kind.ORDER, statuses | {"pick_pack": "Confirmed"}) == ()


def test_a_fall_on_both_ways_is_told_once() -> None:
    """Home delivery, and click and collect, begin alike."""
    assert len(lowering("fluent", Kind.ORDER, {"RECEIVED": "Confirmed", "BOOKED": "Open"})) == 1


def test_another_providers_document_is_in_its_own_order() -> None:
    """Except one that is sorted by name, which says nothing of any flow."""
    statuses = {"new": "Open", "released": "Confirmed", "booked": "Open", "gone": "Cancelled"}
    assert [fault.status for fault in lowering("acme", Kind.ORDER, statuses)] == ["booked"]
    assert lowering("acme", Kind.ORDER, dict(sorted(statuses.items()))) == ()


def test_goods_do_not_come_back_along_the_flow_either() -> None:
    """The same for shipments."""
    assert [
        f.status for f in lowering("fluent", Kind.SHIPMENT, {"SHIPPED": "Shipped", "COMPLETE": "Ready"})
    ] == ["COMPLETE"]


def test_a_status_that_another_map_passes_over_is_told() -> None:
    """Null says that it is meant."""
    other = {"received": "Pending", "BOOKED": None}
    assert list(
        gaps({"RECEIVED": "Open", "BOOKED": "Confirmed", "PICK_PACK": "Confirmed"}, other, Kind.SHIPMENT)
    ) == [
        (
            "PICK_PACK",
            "the shipment map does not name PICK_PACK: give it a target there, or null if it means nothing",
        )
    ]


def test_the_known_flows_name_no_status_twice() -> None:
    """Otherwise a flow would fall back by itself."""
    assert all(len(flow) == len(set(flow)) for flows in USUAL_FLOWS.values() for flow in flows)


def test_an_end_beside_goods_that_are_still_to_come_is_told() -> None:
    """Complete ends the provider's part of the order, whatever the shipment map says; and what has left is not cancelled."""
    order = {"PICK": "Complete", "DONE": "Complete", "SENT": "Cancelled", "OFF": "Cancelled", "NEW": "Open"}
    shipment = {
        "pick": "Pending",
        "DONE": "Delivered",
        "SENT": "Partial",
        "OFF": "Canceled",
        "NEW": "Shipped",
    }
    assert list(at_odds(order, shipment)) == [
        (
            "PICK",
            "it is Complete by this map, which ends the provider's part, and Pending by the shipment map",
        ),
        (
            "SENT",
            "it is Cancelled by this map, which ends the provider's part, and Partial by the shipment map",
        ),
    ]
    assert list(at_odds(order, {"DONE": None, "SENT": None})) == []
