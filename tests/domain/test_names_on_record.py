"""Who is not in the directory is named nowhere on record: an e-mail address that somebody enters goes into no trail."""

import pytest
from pydantic import ValidationError

from domain.audit import OUTSIDER, AuditKind
from domain.decision import Decision, Receipt, Verdict, Withdrawal
from domain.interventions import DeadlineExtension, Delegation, Reassignment, Remark, Resubmission, Said
from domain.status import status_of
from tests.domain.cast import DAY, MONDAY
from tests.domain.stage import Stage, asking, ordered, policy

JANE = "jane.doe@acme.example"
STEPS = (asking("first", "ana", "ben"), asking("second", "cleo"))
SAID: tuple[Said, ...] = (
    Decision(decision_id="1", approver=JANE, verdict=Verdict.APPROVE),
    Withdrawal(withdrawal_id="1", requester=JANE),
    Resubmission(resubmission_id="1", requester=JANE),
    DeadlineExtension(extension_id="1", operator=JANE, until=MONDAY + 9 * DAY),
    Reassignment(reassignment_id="1", by=JANE, approver="ana", to="finn"),
    Reassignment(reassignment_id="1", by="olga", approver=JANE, to="finn"),
    Delegation(delegation_id="1", approver=JANE, delegate="finn"),
    Remark(comment_id="1", author=JANE, comment="hello"),
)


def on_record(stage: Stage) -> str:
    """All that is kept and told of the order."""
    told = [notice.model_dump_json() for notice in stage.notices]
    return "\n".join(
        [stage.trail.model_dump_json(), status_of(stage.case, None, None).model_dump_json(), *told]
    )


@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize("sent", SAID, ids=lambda sent: type(sent).__name__)
def test_somebody_whom_nobody_knows_is_not_named(sent: Said, *, early: bool) -> None:
    """Neither as who acted, nor in the reason, nor in the receipt: whatever they say, and before the order is routed, too."""
    stage = Stage(policy(*STEPS), None, None if early else ordered())
    stage.say(sent)
    if early:
        stage.place(ordered())
    assert stage.answer("1") is not Receipt.ACCEPTED
    assert "jane" not in on_record(stage)
    assert stage.trail.entries[-1].kind in {AuditKind.REFUSED, AuditKind.REQUESTED}
    refused = [entry.actor for entry in stage.trail.entries if entry.kind is AuditKind.REFUSED]
    assert refused == ["olga" if sent.sender == "olga" else OUTSIDER]


def test_nor_in_a_later_word() -> None:
    """Nor once it is another level's turn, or the order is decided."""
    stage = Stage(policy(*STEPS), None, ordered())
    for person in ("ana", "cleo"):
        stage.decide(person)
        stage.decide(JANE)
    assert "jane" not in on_record(stage)


def test_who_is_known_is_named() -> None:
    """Cleo is not asked yet, and the trail says that it was she."""
    stage = Stage(policy(*STEPS), None, ordered())
    assert stage.decide("cleo") is Receipt.NOT_ALLOWED
    assert "cleo may not decide step first now" in stage.why()
    assert stage.trail.entries[-1].actor == "cleo"


def test_only_whom_a_directory_could_have_is_put_in_anybodys_place() -> None:
    """An address is no person's id, and neither is what the trail means something else by."""
    for to in (JANE, "outsider", "", "x" * 65):
        with pytest.raises(ValidationError):
            Reassignment(reassignment_id="1", by="ana", to=to)
        with pytest.raises(ValidationError):
            Delegation(delegation_id="1", approver="ana", delegate=to)


def test_an_id_that_the_directory_does_not_have_is_not_kept_either() -> None:
    """It could be somebody's name."""
    stage = Stage(policy(*STEPS), None, ordered())
    assert stage.reassign("olga", "jane.doe", "ana") is Receipt.NOT_ALLOWED
    assert stage.delegate("ana", "jane.doe") is Receipt.NOT_ALLOWED
    assert "jane" not in on_record(stage)
