"""Comments: anybody on the case, any time; they decide nothing."""

import pytest
from pydantic import ValidationError

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Case
from domain.decision import Receipt, Verdict
from domain.events import Alarmed, Moved
from domain.interventions import Remark
from domain.phases import Phase
from tests.domain.cast import DAY
from tests.domain.stage import Stage, asking, away, ordered, policy, staff

STEPS = (asking("managers", "ana", "ben"), asking("finance", "cleo", "cem"))


def open_stage() -> Stage:
    """An order that waits for managers and then finance; eva stands in for ben."""
    return Stage(policy(*STEPS), staff(ben=away("eva")), ordered())


@pytest.mark.parametrize("who", ["ana", "cleo", "eva", "rita", "customer-rita", "olga"])
def test_whoever_is_on_the_case_has_a_word(who: str) -> None:
    """Approvers of any step, stand-ins, the requester by any identity, operators; nothing else changes."""
    stage = open_stage()
    before = stage.case
    assert stage.remark(who, "which colour?") is Receipt.ACCEPTED
    assert stage.case.model_copy(update={"answers": before.answers}) == before
    entry = stage.trail.entries[-1]
    assert (entry.kind, entry.detail["comment"]) == (AuditKind.COMMENTED, "which colour?")
    assert entry.actor == ("outsider" if who == "customer-rita" else who)


@pytest.mark.parametrize("who", ["stan", "finn", "someone@example.com"])
def test_nobody_else_has(who: str) -> None:
    """Not even if the directory knows them."""
    stage = open_stage()
    assert stage.remark(who) is Receipt.NOT_ALLOWED
    assert AuditKind.COMMENTED not in stage.kinds()


def test_any_time_until_the_close() -> None:
    """Overdue, sent back, out of place, decided, withdrawn, on its way."""
    overdue = open_stage()
    overdue.wait(3 * DAY)
    back = open_stage()
    back.request_changes("ana")
    astray = open_stage()
    astray.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved"))
    rejected = open_stage()
    rejected.decide("ana", Verdict.REJECT)
    withdrawn = open_stage()
    withdrawn.withdraw()
    on_its_way = open_stage()
    on_its_way.feed(Moved(phase=Phase.IN_FULFILLMENT))
    for stage in (overdue, back, astray, rejected, withdrawn, on_its_way):
        assert stage.remark("cem") is Receipt.ACCEPTED
    closed = open_stage()
    closed.feed(Moved(phase=Phase.COMPLETED))
    assert closed.remark("cem") is Receipt.ACCEPTED
    assert "closed" in closed.why()


def test_before_the_order_was_read_it_waits() -> None:
    """Nobody knows yet who is on the case; nothing is lost, also if the order ends before it is routed."""
    stage = Stage(policy(*STEPS))
    assert (stage.remark("ana"), stage.remark("stan")) == (None, None)
    stage.place(ordered())
    assert [stage.answer(one) for one in ("id-1", "id-2")] == [Receipt.ACCEPTED, Receipt.NOT_ALLOWED]
    ended = Stage(policy(*STEPS))
    ended.remark("ana")
    ended.feed(Moved(phase=Phase.CANCELLED))
    assert ended.answer("id-1") is Receipt.NOT_ALLOWED
    assert ended.case.early == ()


def test_a_comment_says_something() -> None:
    """An empty one is no comment, and nor is a book."""
    for words in ("", "x" * 2001):
        with pytest.raises(ValidationError):
            Remark(comment_id="c", author="ana", comment=words)


def test_a_case_forgets_no_comment_that_waits() -> None:
    """Written out and read back, it is a comment still."""
    stage = Stage(policy(*STEPS))
    stage.remark("ana")
    [kept] = Case.model_validate_json(stage.case.model_dump_json()).early
    assert isinstance(kept, Remark)
