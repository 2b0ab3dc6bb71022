"""Calling a person: what only somebody outside can mend."""

from domain.alarms import BLOCKING, SUSPENDING, Alarm
from domain.audit import AuditKind, Detail, Fact
from domain.case import Case
from domain.events import Alarmed, Reduction
from domain.notification import OPERATORS_DESK, Notice, NoticeKind
from domain.phases import UNDECIDED
from domain.value import digest_of


def hold(case: Case, alarm: Alarm, detail: str) -> Reduction:
    """Stop the clock and call a person: the order waits, it is not approved."""
    quiet = {"intent": None, "due_at": None, "reminders": (), "opens": None}
    return _call_a_person(case.model_copy(update={"alarm": alarm, **quiet}), alarm, detail)


def alarmed(case: Case, event: Alarmed) -> Reduction:
    """Call a person; what only stands beside the approval neither stops it nor hides what it waits for."""
    if event.alarm in SUSPENDING:
        return hold(case, event.alarm, event.detail)
    waits = case.suspended or (case.phase in UNDECIDED and case.alarm in BLOCKING)
    beside = case if waits else case.model_copy(update={"alarm": event.alarm})
    return _call_a_person(beside, event.alarm, event.detail, event.message_id)


def _call_a_person(case: Case, alarm: Alarm, detail: str, message_id: str | None = None) -> Reduction:
    told: Detail = {"alarm": alarm.value, "why": detail}
    if message_id is not None:
        told["messageId"] = message_id
    fact = Fact(kind=AuditKind.ALARM, revision=case.revision or None, detail=told)
    notice = Notice(
        kind=NoticeKind.ALARM,
        recipients=(OPERATORS_DESK,),
        occasion=f"{case.occasion}/{alarm.value}/{digest_of(detail)[:8]}",
        revision=max(case.revision, 1),
        detail=detail,
    )
    return Reduction(case=case, facts=(fact,), notices=(notice,))
