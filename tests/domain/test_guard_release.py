"""Which moves need the workflow's word: into Approved and InFulfillment always, and into what is behind them."""

import pytest

from domain.guard import Caller, Objection, needs_release, refusal_of_move, released_states
from domain.phases import Phase
from tests.domain.machines import SHIPPED, Place, grown, keys, machine

AFTER = {"Approved", "InFulfillment", "Completed"}


def test_the_shipped_machine() -> None:
    """Approved, in fulfilment and completed; nothing of what is before them or ended without them."""
    assert released_states(SHIPPED) == AFTER


def test_the_moves_of_the_shipped_machine_that_need_a_release() -> None:
    """Every one through the gate, also the second time; completing what is released is none."""
    places: list[Place] = [None, *keys(SHIPPED)]
    needing = {(s, t) for s in places for t in keys(SHIPPED) if s != t and needs_release(SHIPPED, s, t)}
    outside: list[Place] = [None, "PendingApproval", "Rejected", "Cancelled"]
    assert needing == {
        *((s, t) for s in places for t in ("Approved", "InFulfillment") if s != t),
        *((s, "Completed") for s in outside),
    }


@pytest.mark.parametrize("back", [[], ["PendingApproval", "Rejected"]])
def test_a_hold_before_the_approval_is_not_released(back: list[str]) -> None:
    """OnCreditHold between pending and approved: in without a yes, out only with one."""
    hold = {"to": "OnCreditHold", "by": "operator"}
    found = grown({"PendingApproval": ["Approved", "Rejected", hold], "OnCreditHold": ["Approved", *back]})
    assert released_states(found) == AFTER
    assert refusal_of_move(found, "PendingApproval", "OnCreditHold", Caller.OPERATOR, released=False) is None
    assert needs_release(found, "OnCreditHold", "Approved")


def test_a_hold_that_approved_orders_come_to_as_well_counts_as_released() -> None:
    """Any doubt means not approved: an order on such a hold may ship, so a pending one needs a yes to come to it."""
    found = grown(
        {
            "PendingApproval": ["Approved", "Rejected", "OnCreditHold"],
            "Approved": ["InFulfillment", "PendingApproval", "OnCreditHold"],
            "OnCreditHold": ["Approved", "Packing"],
            "Packing": [],
        }
    )
    assert released_states(found) == {*AFTER, "OnCreditHold", "Packing"}
    assert needs_release(found, "PendingApproval", "OnCreditHold")
    assert not needs_release(found, "Approved", "OnCreditHold")
    assert needs_release(found, "OnCreditHold", "Approved")


def test_what_follows_the_fulfilment_is_released() -> None:
    """Packing after InFulfillment, by a warehouse: free within, closed from before."""
    by_anyone = {"to": "Packing", "by": "anyone"}
    found = grown(
        {
            "PendingApproval": ["Approved", "Rejected", by_anyone],
            "InFulfillment": [by_anyone, "Completed"],
            "Packing": ["Shipped"],
            "Shipped": ["Completed"],
        }
    )
    assert released_states(found) == {*AFTER, "Packing", "Shipped"}
    assert refusal_of_move(found, "InFulfillment", "Packing", Caller.OTHER, released=None) is None
    assert not needs_release(found, "Packing", "Shipped")
    past = refusal_of_move(found, "PendingApproval", "Packing", Caller.OTHER, released=False)
    assert past is not None
    assert past.objection is Objection.NOT_APPROVED


def test_an_archive_of_rejected_and_completed_orders_counts_as_released() -> None:
    """The state alone does not tell that an order in it was refused, so a rejected order cannot come to it."""
    found = grown({"Rejected": ["Archived"], "Completed": ["Archived"], "Archived": []})
    assert released_states(found) == {*AFTER, "Archived"}
    assert not needs_release(found, "Completed", "Archived")
    assert needs_release(found, "Rejected", "Archived")


def test_an_archive_of_its_own_for_each_end() -> None:
    """Then both can be archived, and only the one is released."""
    found = grown({"Rejected": ["Shelved"], "Shelved": [], "Completed": ["Archived"], "Archived": []})
    assert released_states(found) == {*AFTER, "Archived"}
    assert refusal_of_move(found, "Rejected", "Shelved", Caller.PLACET, released=False) is None


def test_the_way_back_ends_what_is_released() -> None:
    """Pending, rejected and cancelled orders are not, although approved ones come to be them; nor what follows."""
    found = grown({"Cancelled": ["Refunded"], "Refunded": []})
    assert released_states(found) == AFTER


def test_an_entry_behind_the_gate_is_not_released() -> None:
    """Returned orders of old may be entered, so the state says nothing about approval; nor does what follows it."""
    found = grown(
        {"Completed": ["Returned"], "Returned": ["Inspected"], "Inspected": []},
        initial=("PendingApproval", "Returned"),
    )
    assert released_states(found) == AFTER


@pytest.mark.parametrize("phase", [Phase.APPROVED, Phase.IN_FULFILLMENT, Phase.COMPLETED])
def test_a_phase_that_shares_its_state_with_a_gate_is_behind_the_gate(phase: Phase) -> None:
    """Where pending, or the entry, is the same state as an approved one, nothing comes to it without a yes."""
    shared = grown({}, **{phase.name: "PendingApproval"})
    assert "PendingApproval" in released_states(shared)
    assert needs_release(shared, None, "PendingApproval")


def test_approved_and_claimed_may_be_one_state() -> None:
    """A machine of two: pending and out."""
    phases = dict.fromkeys(Phase, "Waiting") | dict.fromkeys(
        (Phase.APPROVED, Phase.IN_FULFILLMENT, Phase.COMPLETED), "Out"
    )
    found = machine({"Waiting": ["Out"], "Out": []}, phases, ["Waiting"])
    assert released_states(found) == {"Out"}
    assert needs_release(found, "Waiting", "Out")
    assert not needs_release(found, "Out", "Waiting")


@pytest.mark.parametrize("key", ["Approved", "InFulfillment", "Completed"])
def test_from_an_approved_state_with_any_move_all_that_is_not_before_follows(key: str) -> None:
    """`any` lets an approved order come to every state, so each further one counts as released."""
    found = grown({key: None, "Parked": [], "Audited": ["Parked"]})
    assert released_states(found) == {*AFTER, "Parked", "Audited"}


def test_a_circle_of_released_states_ends() -> None:
    """Repacking and shipping in a circle, and back to the claim, which needs the word again."""
    found = grown(
        {"InFulfillment": ["Packing"], "Packing": ["Shipped"], "Shipped": ["Packing", "InFulfillment"]}
    )
    assert released_states(found) == {*AFTER, "Packing", "Shipped"}
    assert not needs_release(found, "Shipped", "Packing")
    assert needs_release(found, "Shipped", "InFulfillment")


def test_an_undeclared_state_is_not_released() -> None:
    """Nobody knows what it stands for, so an order in it needs the word for everything behind the gate."""
    assert needs_release(SHIPPED, "Limbo", "Completed")
    assert not needs_release(SHIPPED, "Limbo", "Rejected")
