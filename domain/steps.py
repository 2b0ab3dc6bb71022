"""Opening steps and passing time: who has the authority, until when, and where it goes then."""

from datetime import datetime

from domain.alarms import BLOCKING, SUSPENDING, Alarm
from domain.audit import AuditKind, Detail, Fact
from domain.case import Case, Intent
from domain.events import Alarmed, Reduction
from domain.notification import OPERATORS_DESK, Notice, NoticeKind
from domain.phases import UNDECIDED, Phase
from domain.policy import Outcome
from domain.route import Level, RouteStep
from domain.spans import plain
from domain.value import digest_of


def open_step(case: Case, step: int, now: datetime) -> Reduction:
    """Ask the first level of a step that has somebody left to ask."""
    return _open_level(case, step, 0, now, NoticeKind.REQUESTED)


def after_step(case: Case, now: datetime) -> Reduction:
    """A step has its yes: the next one opens; after the last one the order is to be released."""
    if case.route is not None and case.step + 1 < len(case.route.steps):
        return open_step(case, case.step + 1, now)
    return Reduction(case=case.model_copy(update={"intent": Intent.RELEASE}))


def time_passed(case: Case, now: datetime) -> Reduction:
    """Remind, escalate or apply the outcome, whichever is due; nothing if nothing is."""
    due_reminders = [instant for instant in case.reminders if instant <= now]
    step, level = case.current_step, case.current_level
    if step is None or level is None:
        return Reduction(case=case)
    if case.due_at is not None and case.due_at <= now:
        return _open_level(case, case.step, case.level + 1, now, NoticeKind.ESCALATED)
    if not due_reminders:
        return Reduction(case=case)
    left = tuple(instant for instant in case.reminders if instant > now)
    reminded = case.model_copy(update={"reminders": left})
    fact = Fact(
        kind=AuditKind.REMINDED,
        step=step.step,
        revision=case.revision,
        detail={"approvers": list(case.deciders)},
    )
    notice = _notice(reminded, step, NoticeKind.REMINDED, suffix=f"/{len(level.remind) - len(left)}")
    return Reduction(case=reminded, facts=(fact,), notices=(notice,))


def hold(case: Case, alarm: Alarm, detail: str) -> Reduction:
    """Stop the clock and call a person: the order waits, it is not approved."""
    held = case.model_copy(update={"alarm": alarm, "intent": None, "due_at": None, "reminders": ()})
    return _call_a_person(held, alarm, detail)


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


def _open_level(case: Case, step: int, level: int, now: datetime, kind: NoticeKind) -> Reduction:
    """Give the authority to a level. Whoever had it before has it no longer (escalation moves authority)."""
    if case.route is None:
        raise ValueError("a case without a route has no steps")
    named = case.route.steps[step]
    while level < len(named.levels) and not case.missing(step, level):
        level += 1  # too many there have said yes already, and nobody counts twice
    moved = case.model_copy(update={"phase": Phase.PENDING, "step": step, "level": level, "alarm": None})
    if level == len(named.levels):
        return _run_out(moved, named, now, opened=kind is NoticeKind.ESCALATED)
    asked = named.levels[level]
    opened = moved.model_copy(
        update={
            "due_at": now + plain(asked.within),
            "reminders": tuple(now + plain(after) for after in asked.remind),
        }
    )
    audit = AuditKind.ESCALATED if kind is NoticeKind.ESCALATED else AuditKind.REQUESTED
    detail: Detail = {
        "approvers": list(opened.deciders),
        "dueAt": _text(opened.due_at),
        "then": _then(opened, named),
    }
    if asked.needed > 1:
        detail["needed"] = opened.missing(step, level) or 0
    fact = Fact(kind=audit, step=named.step, revision=opened.revision, detail=detail)
    return Reduction(case=opened, facts=(fact,), notices=(_notice(opened, named, kind),))


def _run_out(case: Case, step: RouteStep, now: datetime, *, opened: bool) -> Reduction:
    """No level is left: the outcome that the policy declares, or an alarm if nobody could be asked at all."""
    if not opened:
        return hold(case, Alarm.HELD, f"nobody is left to decide step {step.step}: nobody counts twice")
    able = [n for n in range(len(step.levels)) if case.missing(case.step, n)]
    last = case.model_copy(update={"level": able[-1], "due_at": None, "reminders": ()})
    fact = Fact(
        kind=AuditKind.TIMED_OUT,
        step=step.step,
        revision=case.revision,
        detail={"outcome": step.on_timeout.value},
    )
    timed_out = Reduction(case=last, facts=(fact,))
    if step.on_timeout is Outcome.HOLD:
        return timed_out.then(lambda c: hold(c, Alarm.OVERDUE, f"step {step.step} was not decided in time"))
    if step.on_timeout is Outcome.REJECT:
        return timed_out.then(lambda c: Reduction(case=c.model_copy(update={"intent": Intent.REJECT})))
    return timed_out.then(lambda c: after_step(c, now))


def _notice(case: Case, step: RouteStep, kind: NoticeKind, suffix: str = "") -> Notice:
    return Notice(
        kind=kind,
        recipients=case.deciders,
        occasion=f"{case.occasion}/{kind.value}{suffix}",
        revision=case.revision,
        step=step.step,
        due_at=case.due_at,
        then=_then(case, step),
        detail=_how_many(case, step.levels[case.level]),
    )


def _how_many(case: Case, level: Level) -> str | None:
    """How many have to say yes, where one is not enough."""
    missing = case.missing(case.step, case.level)
    if level.needed == 1 or missing is None:
        return None
    return (
        "everybody who is asked has to say yes" if level.everybody else f"{missing} of them have to say yes"
    )


def _then(case: Case, step: RouteStep) -> str:
    """What happens if this level does not decide in time, in words."""
    for n in range(case.level + 1, len(step.levels)):
        if case.missing(case.step, n):
            heirs = [person for person in step.levels[n].approvers if person not in case.counted]
            return f"it escalates to {', '.join(heirs)}"
    if step.on_timeout is Outcome.APPROVE and case.route is not None:
        following = case.route.steps[case.step + 1 :]
        return f"it goes on to {following[0].step}" if following else "the order is approved"
    return {
        Outcome.HOLD: "it waits and the operators are told",
        Outcome.REJECT: "the order is rejected",
    }[step.on_timeout]


def _text(instant: datetime | None) -> str:
    return "" if instant is None else instant.isoformat()
