"""Who may create and move an order on the shipped machine and on small ones, rule by rule."""

import pytest

from domain.guard import (
    Caller,
    Objection,
    Refusal,
    may_walk,
    refusal_of_creation,
    refusal_of_move,
)
from domain.phases import Phase
from domain.states import Doubt, Edge, Mover, StateMachine
from tests.domain.machines import SHIPPED, Place, grown, machine

EVERYWHERE = dict.fromkeys(Phase, "Waiting") | {Phase.APPROVED: "Yes", Phase.IN_FULFILLMENT: "Out"}


def small(**edge: str) -> StateMachine:
    """Waiting goes on to Open along one edge, which has nothing to do with approval."""
    return machine(
        {"Waiting": [{"to": "Open", **edge}], "Open": [], "Yes": [], "Out": []}, EVERYWHERE, ["Waiting"]
    )


def objection(refusal: Refusal | None) -> Objection | None:
    """What stands against it, if anything does."""
    return refusal.objection if refusal is not None else None


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("PendingApproval", None),
        ("Approved", Objection.NOT_INITIAL),
        ("InFulfillment", Objection.NOT_INITIAL),
        ("Cancelled", Objection.NOT_INITIAL),
        ("Limbo", Objection.NOT_DECLARED),
        ("pendingapproval", Objection.NOT_DECLARED),
        ("", Objection.NOT_DECLARED),
    ],
)
def test_an_order_is_created_in_an_initial_state(state: str, expected: Objection | None) -> None:
    """In no other declared one, and in none that is not declared."""
    assert objection(refusal_of_creation(SHIPPED, state)) is expected


@pytest.mark.parametrize("state", ["Approved", "InFulfillment", "Completed"])
def test_no_order_is_created_approved(state: str) -> None:
    """Not even where such a state is declared initial: nobody can have approved the order yet."""
    entered = grown({}, initial=("PendingApproval", state))
    assert objection(refusal_of_creation(entered, state)) is Objection.NOT_APPROVED
    assert refusal_of_creation(entered, "PendingApproval") is None


def test_a_refused_creation_says_where_an_order_enters() -> None:
    """Every way in is named."""
    entered = grown({"Draft": ["PendingApproval"]}, initial=("PendingApproval", "Draft"))
    refusal = refusal_of_creation(entered, "Rejected")
    assert refusal is not None
    assert refusal.message == (
        "An order cannot be created in the state Rejected; it enters in PendingApproval or Draft."
    )


@pytest.mark.parametrize(
    ("source", "target", "caller", "released", "expected"),
    [
        ("PendingApproval", "Approved", Caller.PLACET, True, None),
        ("PendingApproval", "Rejected", Caller.PLACET, False, None),
        ("PendingApproval", "Cancelled", Caller.OPERATOR, None, None),
        ("Limbo", "Approved", Caller.PLACET, True, Objection.NOT_DECLARED),
        ("PendingApproval", "Limbo", Caller.PLACET, True, Objection.NOT_DECLARED),
        (None, "Limbo", Caller.OTHER, None, Objection.NOT_DECLARED),
        ("Rejected", "Approved", Caller.PLACET, True, Objection.NOT_ON_THE_MACHINE),
        ("Completed", "PendingApproval", Caller.OTHER, None, Objection.NOT_ON_THE_MACHINE),
        ("PendingApproval", "Approved", Caller.OTHER, True, Objection.NOT_YOURS),
        ("PendingApproval", "Approved", Caller.OPERATOR, True, Objection.NOT_YOURS),
        ("PendingApproval", "Cancelled", Caller.OTHER, True, Objection.NOT_YOURS),
        ("PendingApproval", "Cancelled", Caller.UNKNOWN, True, Objection.CALLER_UNKNOWN),
        ("PendingApproval", "Approved", Caller.PLACET, False, Objection.NOT_APPROVED),
        ("PendingApproval", "InFulfillment", Caller.PLACET, False, Objection.NOT_APPROVED),
        ("Approved", "InFulfillment", Caller.PLACET, False, Objection.NOT_APPROVED),
        ("PendingApproval", "Approved", Caller.PLACET, None, Objection.NO_VERDICT),
        ("Approved", "InFulfillment", Caller.PLACET, None, Objection.NO_VERDICT),
        ("InFulfillment", "Completed", Caller.PLACET, None, None),
        ("InFulfillment", "Cancelled", Caller.OPERATOR, False, None),
        (None, "PendingApproval", Caller.UNKNOWN, None, None),
        (None, "Cancelled", Caller.OPERATOR, None, None),
        (None, "Approved", Caller.OTHER, True, Objection.NOT_YOURS),
    ],
)
def test_what_stands_against_a_move(
    source: Place, target: str, caller: Caller, released: bool | None, expected: Objection | None
) -> None:
    """The machine first, then whose the move is, then whether the order is approved."""
    assert objection(refusal_of_move(SHIPPED, source, target, caller, released=released)) is expected


@pytest.mark.parametrize(
    ("caller", "mine"),
    [
        (Caller.PLACET, {Mover.PLACET, Mover.OPERATOR, Mover.ANYONE}),
        (Caller.OPERATOR, {Mover.OPERATOR, Mover.ANYONE}),
        (Caller.OTHER, {Mover.ANYONE}),
        (Caller.UNKNOWN, {Mover.ANYONE}),
    ],
)
@pytest.mark.parametrize("by", Mover)
def test_each_caller_on_each_edge(caller: Caller, mine: set[Mover], by: Mover) -> None:
    """Placet walks every edge, an operator those of operators, everybody those of everybody."""
    refused = refusal_of_move(small(by=by), "Waiting", "Open", caller, released=None)
    assert may_walk(Edge(to="Open", by=by), caller) is (by in mine)
    expected = Objection.CALLER_UNKNOWN if caller is Caller.UNKNOWN else Objection.NOT_YOURS
    assert objection(refused) is (None if by in mine else expected)


@pytest.mark.parametrize("by", Mover)
@pytest.mark.parametrize("caller", Caller)
def test_an_edge_for_unknown_callers_is_for_no_known_one(caller: Caller, by: Mover) -> None:
    """`unknownCaller: allow` opens an edge where commercetools does not tell who moves, and only there."""
    open_edge = Edge(to="Open", by=by, unknown_caller=Doubt.ALLOW)
    expected = caller is Caller.UNKNOWN or may_walk(Edge(to="Open", by=by), caller)
    assert may_walk(open_edge, caller) is expected
    refused = refusal_of_move(small(by=by, unknownCaller="allow"), "Waiting", "Open", caller, released=None)
    assert (refused is None) is expected


@pytest.mark.parametrize("caller", Caller)
@pytest.mark.parametrize("place", ["PendingApproval", "Approved", "Completed", "Limbo"])
def test_staying_is_no_move(caller: Caller, place: str) -> None:
    """Nothing stands against an order that is where it was, whatever its workflow says."""
    for released in (True, False, None):
        assert refusal_of_move(SHIPPED, place, place, caller, released=released) is None


def test_a_refusal_tells_a_person_what_is_possible() -> None:
    """Names of states, no more; what it says is what the shop's staff reads."""
    told = {
        objection(refusal): refusal.message
        for refusal in (
            refusal_of_move(SHIPPED, "Rejected", "Approved", Caller.PLACET, released=True),
            refusal_of_move(SHIPPED, None, "Approved", Caller.OTHER, released=True),
            refusal_of_move(SHIPPED, "PendingApproval", "Approved", Caller.UNKNOWN, released=True),
            refusal_of_move(SHIPPED, "PendingApproval", "Approved", Caller.PLACET, released=False),
        )
        if refusal is not None
    }
    assert told == {
        Objection.NOT_ON_THE_MACHINE: (
            "The machine does not lead from Rejected to Approved; from there it goes on to nowhere."
        ),
        Objection.NOT_YOURS: (
            "This API client may not move an order from no state to Approved; Placet does so once it is decided."
        ),
        Objection.CALLER_UNKNOWN: (
            "Who wants to move the order from PendingApproval to Approved is not known, and not everybody may."
        ),
        Objection.NOT_APPROVED: (
            "The order is not approved with its present content, so it cannot be moved to Approved."
        ),
    }
