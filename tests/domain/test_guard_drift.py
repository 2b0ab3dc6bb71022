"""What is wrong with moves that were made although nobody asked the guard."""

import pytest

from domain.guard import Caller, Drift, drift
from tests.domain.machines import SHIPPED, Place, grown


@pytest.mark.parametrize(
    ("source", "target", "caller", "expected"),
    [
        ("PendingApproval", "Approved", Caller.PLACET, None),
        ("Approved", "PendingApproval", Caller.PLACET, None),
        (None, "PendingApproval", Caller.PLACET, None),
        ("PendingApproval", "InFulfillment", Caller.PLACET, Drift.NOT_ALLOWED),
        (None, "Approved", Caller.PLACET, Drift.NOT_ALLOWED),
        ("Rejected", "Approved", Caller.PLACET, Drift.NOT_ALLOWED),
        ("PendingApproval", "Cancelled", Caller.OPERATOR, None),
        ("PendingApproval", "Approved", Caller.OPERATOR, Drift.NOT_ALLOWED),
        (None, "PendingApproval", Caller.OTHER, None),
        (None, "PendingApproval", Caller.UNKNOWN, None),
        ("PendingApproval", "Cancelled", Caller.OTHER, Drift.NOT_ALLOWED),
        ("PendingApproval", "Approved", Caller.OTHER, Drift.NOT_ALLOWED),
        ("PendingApproval", "Approved", Caller.UNKNOWN, Drift.NOT_ALLOWED),
        ("Limbo", "PendingApproval", Caller.PLACET, Drift.NOT_ALLOWED),
        ("PendingApproval", "Limbo", Caller.PLACET, Drift.NOT_ALLOWED),
        ("Limbo", "Nowhere", Caller.OPERATOR, None),
        ("Limbo", "PendingApproval", Caller.OPERATOR, None),
        ("InFulfillment", "PendingApproval", Caller.OPERATOR, None),
        ("InFulfillment", "PendingApproval", Caller.OTHER, Drift.NOT_ALLOWED),
        ("Rejected", "PendingApproval", Caller.OPERATOR, Drift.NOT_ALLOWED),
        ("Approved", "Approved", Caller.PLACET, Drift.NOT_ALLOWED),
    ],
)
def test_a_single_move_is_its_movers_to_make(
    source: Place, target: str, caller: Caller, expected: Drift | None
) -> None:
    """Message by message, so an edge for each; ours is held to the machine as well."""
    assert drift(SHIPPED, source, target, caller, forced=False) is expected


@pytest.mark.parametrize("caller", Caller)
@pytest.mark.parametrize(
    ("source", "target"),
    [("PendingApproval", "Cancelled"), ("Rejected", "Approved"), (None, "Limbo"), ("Limbo", "Completed")],
)
def test_force_is_drift_whoever_uses_it(caller: Caller, source: Place, target: str) -> None:
    """Also along an edge that would have been theirs."""
    assert drift(SHIPPED, source, target, caller, forced=True) is Drift.FORCED


def test_no_drift_where_unknown_callers_are_allowed() -> None:
    """An edge that says `unknownCaller: allow` was open to whoever took it."""
    edge = {"to": "Cancelled", "by": "operator", "unknownCaller": "allow"}
    found = grown({"PendingApproval": ["Approved", "Rejected", edge]})
    assert drift(found, "PendingApproval", "Cancelled", Caller.UNKNOWN, forced=False) is None
    assert drift(found, "PendingApproval", "Cancelled", Caller.OTHER, forced=False) is Drift.NOT_ALLOWED


def test_no_drift_where_validation_is_off() -> None:
    """From an `any` state to every declared one, and to no other."""
    found = grown({"PendingApproval": None})
    assert drift(found, "PendingApproval", "InFulfillment", Caller.OTHER, forced=False) is None
    assert drift(found, "PendingApproval", "Limbo", Caller.OTHER, forced=False) is Drift.NOT_ALLOWED
