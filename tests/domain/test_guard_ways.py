"""Ways of one edge and of several: each edge open to the caller, and each gate with the workflow's word."""

from domain.guard import Caller, Objection, Refusal, refusal_of_move, way
from domain.phases import Phase
from domain.states import StateMachine
from tests.domain.machines import SHIPPED, Moves, grown, keys, machine

EVERYWHERE = dict.fromkeys(Phase, "Waiting") | {Phase.APPROVED: "Yes", Phase.IN_FULFILLMENT: "Out"}


def gate(**edge: str) -> StateMachine:
    """Waiting leads to Yes and that to Out, the two gates, both along edges of this kind."""
    out = {"to": "Out", **edge}
    return machine({"Waiting": [{"to": "Yes", **edge}], "Yes": [out], "Out": []}, EVERYWHERE, ["Waiting"])


def objection(refusal: Refusal | None) -> Objection | None:
    """What stands against it, if anything does."""
    return refusal.objection if refusal is not None else None


def test_silence_passes_an_edge_that_can_do_without() -> None:
    """`noVerdict: allow` stands for a missing answer, and never for a no."""
    strict, lax = gate(), gate(noVerdict="allow")
    assert (
        objection(refusal_of_move(strict, "Waiting", "Yes", Caller.PLACET, released=None))
        is Objection.NO_VERDICT
    )
    assert refusal_of_move(lax, "Waiting", "Yes", Caller.PLACET, released=None) is None
    refused = refusal_of_move(lax, "Waiting", "Yes", Caller.PLACET, released=False)
    assert objection(refused) is Objection.NOT_APPROVED


def test_silence_passes_a_way_only_if_each_gate_on_it_can_do_without() -> None:
    """One edge that insists on an answer is enough, and a way round it is enough to pass."""
    half = machine(
        {"Waiting": [{"to": "Yes", "noVerdict": "allow"}], "Yes": ["Out"], "Out": []}, EVERYWHERE, ["Waiting"]
    )
    assert (
        objection(refusal_of_move(half, "Waiting", "Out", Caller.PLACET, released=None))
        is Objection.NO_VERDICT
    )
    assert refusal_of_move(gate(noVerdict="allow"), "Waiting", "Out", Caller.PLACET, released=None) is None
    moves: Moves = {
        "Waiting": ["Yes", "Side"],
        "Side": [{"to": "Yes", "noVerdict": "allow"}],
        "Yes": [],
        "Out": [],
    }
    round_it = machine(moves, EVERYWHERE, ["Waiting"])
    assert objection(refusal_of_move(round_it, "Waiting", "Yes", Caller.PLACET, released=None)) is None


def test_another_callers_edge_does_not_help_in_doubt() -> None:
    """The way that can do without a verdict must be open to the caller as well."""
    moves: Moves = {
        "Waiting": [{"to": "Yes", "by": "anyone"}, {"to": "Side", "by": "operator"}],
        "Side": [{"to": "Yes", "by": "anyone", "noVerdict": "allow"}],
        "Yes": [],
        "Out": [],
    }
    found = machine(moves, EVERYWHERE, ["Waiting"])
    assert refusal_of_move(found, "Waiting", "Yes", Caller.OPERATOR, released=None) is None
    refused = refusal_of_move(found, "Waiting", "Yes", Caller.OTHER, released=None)
    assert objection(refused) is Objection.NO_VERDICT


def test_ours_makes_several_moves_in_one_update() -> None:
    """An order without a state enters, is approved and claimed at once, given the workflow's word."""
    assert refusal_of_move(SHIPPED, None, "InFulfillment", Caller.PLACET, released=True) is None
    walked = way(SHIPPED, None, "InFulfillment")
    assert walked is not None
    assert [edge.to for edge in walked] == ["PendingApproval", "Approved", "InFulfillment"]
    assert refusal_of_move(SHIPPED, "Approved", "Rejected", Caller.PLACET, released=False) is None


def test_a_way_of_several_moves_must_be_the_callers_own_all_along() -> None:
    """One edge of Placet's in the middle stops everybody else."""
    moves: Moves = {
        "PendingApproval": [{"to": "Checked", "by": "anyone"}],
        "Checked": ["Parked"],
        "Parked": [],
    }
    found = grown(moves)
    assert refusal_of_move(found, None, "Checked", Caller.OTHER, released=None) is None
    assert (
        objection(refusal_of_move(found, None, "Parked", Caller.OTHER, released=None)) is Objection.NOT_YOURS
    )
    assert refusal_of_move(found, None, "Parked", Caller.PLACET, released=None) is None


def test_where_validation_is_off_anybody_goes_anywhere_but_through_the_gate() -> None:
    """`any` opens every move to everybody; the approval is still the workflow's to tell."""
    loose = grown({"PendingApproval": None})
    for target in keys(loose):
        assert refusal_of_move(loose, "PendingApproval", target, Caller.UNKNOWN, released=True) is None
    through = {
        target
        for target in keys(loose)
        if refusal_of_move(loose, "PendingApproval", target, Caller.OTHER, released=False) is not None
    }
    assert through == {"Approved", "InFulfillment", "Completed"}
