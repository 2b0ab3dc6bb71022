"""A decision is known by its id and its body, whoever sends it how often."""

import hashlib
import json

import pytest
from pydantic import ValidationError

from domain.decision import Decision, Verdict, Withdrawal

DECISION = Decision(decision_id="d-1", approver="ana", verdict=Verdict.APPROVE, revision=1)
WITHDRAWAL = Withdrawal(withdrawal_id="w-1", requester="rita")


def test_the_update_id_is_the_id_and_the_beginning_of_the_bodys_digest() -> None:
    """What any other sender can compute: SHA-256 of the canonical JSON body, 16 hex characters of it."""
    body = {"decisionId": "d-1", "approver": "ana", "verdict": "approve", "revision": 1}
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    assert DECISION.body_digest == digest
    assert DECISION.update_id == f"d-1/{digest[:16]}"


def test_a_withdrawal_has_an_update_id_of_the_same_form() -> None:
    """Its id, and the beginning of its digest."""
    assert WITHDRAWAL.update_id == f"w-1/{WITHDRAWAL.body_digest[:16]}"


@pytest.mark.parametrize("sent", [DECISION, WITHDRAWAL])
def test_another_sending_is_the_same_decision(sent: Decision | Withdrawal) -> None:
    """The request id names a sending, not what is decided."""
    again = sent.model_copy(update={"request_id": "request-2"})
    assert (again.body_digest, again.update_id) == (sent.body_digest, sent.update_id)


@pytest.mark.parametrize(
    "other",
    [
        {"decision_id": "d-2"},
        {"approver": "ben"},
        {"verdict": Verdict.REJECT},
        {"revision": 2},
        {"revision": None},
        {"comment": ""},
    ],
)
def test_another_word_is_another_decision(other: dict[str, object]) -> None:
    """Each part of the body counts."""
    assert DECISION.model_copy(update=other).body_digest != DECISION.body_digest


@pytest.mark.parametrize(
    "wrong",
    [
        {"revision": 0},
        {"revision": -1},
        {"decisionId": ""},
        {"decisionId": "has space"},
        {"decisionId": "d/1"},
        {"decisionId": "x" * 129},
        {"approver": ""},
        {"verdict": "maybe"},
        {"comment": "x" * 2001},
        {"force": True},
    ],
)
def test_what_is_no_decision_is_refused(wrong: dict[str, object]) -> None:
    """Malformed, too long, or with something in it that nobody knows."""
    with pytest.raises(ValidationError):
        Decision.model_validate({**DECISION.to_json_dict(), **wrong})
