"""Everything that a person can tell an order, in every situation: one typed answer each, the same one for the same again."""

from collections.abc import Callable

import pytest

from domain.alarms import Alarm
from domain.case import Case
from domain.decision import Decision, DecisionIdReusedError, Receipt, Verdict, Withdrawal
from domain.events import Alarmed, Moved
from domain.interventions import DeadlineExtension, Delegation, Reassignment, Remark, Resubmission, Said
from domain.phases import Phase
from domain.policy import Approvers, Escalation
from tests.domain.cast import DAY, MONDAY
from tests.domain.stage import Stage, asking, ordered, policy

UP = (Escalation(to=Approvers(people=("dana",)), within=2 * DAY),)
RULES = policy(
    asking("managers", "ana", "ben", escalate=UP),
    asking("finance", "cleo", "cem", escalate=UP),
    reason_required=(Verdict.REJECT,),
)

SAID: dict[str, Said] = {
    "approve": Decision(decision_id="one", approver="ana", verdict=Verdict.APPROVE, revision=1),
    "reject": Decision(decision_id="one", approver="ben", verdict=Verdict.REJECT, comment="no", revision=1),
    "silent": Decision(decision_id="one", approver="ben", verdict=Verdict.REJECT, revision=1),
    "request": Decision(decision_id="one", approver="ana", verdict=Verdict.REQUEST_CHANGES, revision=1),
    "withdraw": Withdrawal(withdrawal_id="one", requester="rita"),
    "resubmit": Resubmission(resubmission_id="one", requester="rita"),
    "replace": Reassignment(reassignment_id="one", by="olga", approver="ana", to="eva"),
    "add": Reassignment(reassignment_id="one", by="olga", to="eva"),
    "delegate": Delegation(delegation_id="one", approver="ana", delegate="eva"),
    "extend": DeadlineExtension(extension_id="one", operator="olga", until=MONDAY + 50 * DAY),
    "comment": Remark(comment_id="one", author="ana", comment="which colour?"),
}

LETTERS = {
    "A": Receipt.ACCEPTED,
    "N": Receipt.NOT_ALLOWED,
    "D": Receipt.ALREADY_DECIDED,
    "P": Receipt.NOT_PENDING,
    "S": Receipt.SUPERSEDED,
}
TABLE = """
                 approve  reject  silent  request  withdraw  resubmit  replace  add  delegate  extend  comment
asked               A       A       N        A        A         P         A      A      A        A        A
escalated           N       N       N        N        A         P         N      A      N        A        A
overdue             N       N       N        N        A         P         N      A      N        A        A
next_step           D       D       D        D        A         P         N      A      N        A        A
changes_wanted      P       P       P        P        A         A         P      P      P        P        A
edited              S       S       S        S        A         P         A      A      A        A        A
to_be_released      D       D       D        D        D         D         D      D      D        D        A
to_be_rejected      D       D       D        D        D         D         D      D      D        D        A
taken_back          P       P       P        P        P         P         P      P      P        P        A
astray              P       P       P        P        A         P         P      P      P        P        A
in_fulfilment       D       D       D        D        D         D         D      D      D        D        A
completed           D       D       D        D        D         D         D      D      D        D        A
rejected            D       D       D        D        D         D         D      D      D        D        A
withdrawn           P       P       P        P        P         P         P      P      P        P        A
cancelled           P       P       P        P        P         P         P      P      P        P        A
"""
"""What each saying is answered in each situation."""
HEAD, *ROWS = (line.split() for line in TABLE.strip().splitlines())
ANSWERS = {
    (row[0], said): LETTERS[letter] for row in ROWS for said, letter in zip(HEAD, row[1:], strict=True)
}


def _overdue(stage: Stage) -> None:
    stage.wait(2 * DAY)
    stage.wait(2 * DAY)


def _released(stage: Stage) -> None:
    stage.decide("ben")
    stage.decide("cem")


def _moved(phase: Phase) -> Callable[[Stage], object]:
    return lambda stage: stage.feed(Moved(phase=phase))


SITUATIONS: dict[str, Callable[[Stage], object]] = {
    "asked": lambda stage: None,
    "escalated": lambda stage: stage.wait(2 * DAY),
    "overdue": _overdue,
    "next_step": lambda stage: stage.decide("ben"),
    "changes_wanted": lambda stage: stage.request_changes("ben"),
    "edited": lambda stage: stage.place(ordered("EUR 13,000.00")),
    "to_be_released": _released,
    "to_be_rejected": lambda stage: stage.decide("ben", Verdict.REJECT, comment="no"),
    "taken_back": lambda stage: stage.withdraw(),
    "astray": lambda stage: stage.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved")),
    "in_fulfilment": _moved(Phase.IN_FULFILLMENT),
    "completed": _moved(Phase.COMPLETED),
    "rejected": _moved(Phase.REJECTED),
    "withdrawn": _moved(Phase.WITHDRAWN),
    "cancelled": _moved(Phase.CANCELLED),
}


def test_the_table_is_whole() -> None:
    """Every saying in every situation."""
    assert set(ANSWERS) == {(situation, said) for situation in SITUATIONS for said in SAID}


def at(situation: str) -> Stage:
    """An order in that situation."""
    stage = Stage(RULES, order=ordered())
    SITUATIONS[situation](stage)
    return stage


@pytest.mark.parametrize(("situation", "said"), ANSWERS)
def test_the_answer(situation: str, said: str) -> None:
    """Never silence; refused, it changes nothing but the record; repeated, it is told what it was told."""
    stage, answer = at(situation), ANSWERS[situation, said]
    before, told = stage.case, len(stage.notices)
    first = stage.say(SAID[said])
    assert first is not None
    assert first.receipt is answer
    assert (first.decision_id, first.order_id) == ("one", "order-1")
    assert first.message
    if answer is not Receipt.ACCEPTED:
        assert stage.case.model_copy(update={"answers": before.answers}) == before
        assert len(stage.notices) == told
    heard, facts = stage.case, len(stage.trail.entries)
    again = stage.say(SAID[said].model_copy(update={"request_id": "again"}))
    assert again is not None
    assert (again.receipt, again.first, again.request_id) == (Receipt.DUPLICATE, answer, "again")
    assert (stage.case, len(stage.trail.entries)) == (heard, facts)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("said", SAID)
def test_another_body_under_the_same_id(situation: str, said: str) -> None:
    """A fault of the sender, whatever the order is doing: nothing changes, and what was answered stands."""
    stage = at(situation)
    stage.say(SAID[said])
    before = stage.case
    with pytest.raises(DecisionIdReusedError):
        stage.say(SAID[said].model_copy(update={"comment": "something else"}))
    other = SAID["comment" if said == "withdraw" else "withdraw"]
    with pytest.raises(DecisionIdReusedError):
        stage.say(other)
    assert stage.case == before


@pytest.mark.parametrize("said", SAID)
def test_early_it_waits_and_is_answered_as_in_time(said: str) -> None:
    """Before the order was ever read; written out and read back meanwhile, as a new run would have it."""
    stage = Stage(RULES)
    sent = SAID[said]
    assert stage.say(sent) is None
    assert stage.say(sent) is None, "the same again waits with it"
    with pytest.raises(DecisionIdReusedError):
        stage.say(sent.model_copy(update={"comment": "something else"}))
    stage.case = Case.model_validate_json(stage.case.model_dump_json())
    stage.place(ordered())
    assert stage.answer("one") is ANSWERS["asked", said]
    assert stage.case.early == ()


@pytest.mark.parametrize("first", SAID)
@pytest.mark.parametrize("second", SAID)
def test_two_at_once_are_answered_one_after_the_other(first: str, second: str) -> None:
    """Whatever comes together: each has its one answer, the first is answered as if alone, and nothing contradicts."""
    stage = Stage(RULES, order=ordered())
    stage.waits = True
    stage.say(SAID[first])
    other = _under(SAID[second], "two")
    stage.say(other)
    stage.read_directory()
    assert stage.case.early == ()
    assert stage.case.proposals == ()
    given = [a.receipt.decision_id for a in stage.case.answers]
    assert sorted(given) == ["one", "two"]
    overtaken = first in {"replace", "add", "delegate"}
    assert overtaken or stage.answer("one") is ANSWERS["asked", first]
    accepted = [stage.answer(one) is Receipt.ACCEPTED for one in ("one", "two")]
    settling = {"approve", "reject", "request"}
    assert not (all(accepted) and first in settling and second in settling)


def _under(sent: Said, name: str) -> Said:
    """The same under another id."""
    field = next(name for name in type(sent).model_fields if name.endswith("_id") and name != "request_id")
    return sent.model_copy(update={field: name})
