"""Opening steps and passing time: who has the authority, until when, and where it goes then."""

from datetime import datetime, timedelta

from domain.alarms import Alarm
from domain.audit import AuditKind, Detail, Fact
from domain.calling import hold
from domain.case import Case, Intent, Opens
from domain.events import Reduction
from domain.notification import Notice, NoticeKind
from domain.opening import Opening
from domain.phases import Phase
from domain.policy import Outcome
from domain.quorum import missing, settled
from domain.route import Level, RouteStep
from domain.spans import plain
from domain.telling import requester_or_desk


def open_step(case: Case, step: int, now: datetime, *, level: int = 0, routed: bool = False) -> Reduction:
    """Ask the first level of a step that has somebody left to ask. `routed`: the route was made this moment."""
    return _open_level(case, Opens(step=step, level=level, kind=NoticeKind.REQUESTED), now, routed=routed)


def after_step(case: Case, now: datetime) -> Reduction:
    """A step has its yes: the next one opens; after the last one the order is to be released."""
    if case.step + 1 < len(case.steps):
        return open_step(case, case.step + 1, now)
    return Reduction(case=case.model_copy(update={"intent": Intent.RELEASE}))


def opened(case: Case, opening: Opening | None, now: datetime, *, everybody: bool = False) -> Reduction:
    """The directory has been read for the level that opens; None: nobody of it is left.

    `everybody`: of a level that needs all, whoever has left is missed, too. Earlier versions did without them.
    """
    opens = case.opens
    if opens is None:
        return Reduction(case=case)  # what it was read for has been overtaken
    if opening is not None:
        asked = _at(case, opens).given_to(opening.mandates)
        if missing(asked, opens.step, opens.level) and not (everybody and _lacks_somebody(asked)):
            return _asked(case, asked, opens.kind, opening.due_at, opening.reminders)
    following = opens.model_copy(update={"level": opens.level + 1})
    return _open_level(case.model_copy(update={"opens": None}), following, now)


def _lacks_somebody(case: Case) -> bool:
    """Whether not all are there whom the level needs, where it needs all: those who are left are not all of them."""
    level, there = case.steps[case.step].levels[case.level], {m.decides for m in case.mandates if m.own}
    out = there | case.heard | case.never
    return level.everybody and not out.issuperset(level.approvers)


def time_passed(case: Case, now: datetime) -> Reduction:
    """Remind, escalate or apply the outcome, whichever is due; nothing if nothing is."""
    due_reminders = [instant for instant in case.reminders if instant <= now]
    step, level = case.current_step, case.current_level
    if step is None or level is None:
        return Reduction(case=case)
    if case.due_at is not None and case.due_at <= now:
        following = Opens(step=case.step, level=case.level + 1, kind=NoticeKind.ESCALATED)
        return _open_level(case, following, now)
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
    told = notice(reminded, step, NoticeKind.REMINDED, suffix=f"/{len(level.remind) - len(left)}")
    return Reduction(case=reminded, facts=(fact,), notices=(told,))


def _open_level(case: Case, opens: Opens, now: datetime, *, routed: bool = False) -> Reduction:
    """Give the authority to a level. Whoever had it before has it no longer (escalation moves authority)."""
    route, step, level = case.route, opens.step, opens.level
    if route is None:
        raise ValueError("a case without a route has no steps")
    levels = case.steps[step].levels
    done = next((n for n in range(level, len(levels)) if settled(case, step, n)), None)
    if done is not None:
        return after_step(_at(case, opens.model_copy(update={"level": done})), now)
    while level < len(levels) and not missing(case, step, level):
        level += 1  # too many there have said yes already, and nobody counts twice
    opens = opens.model_copy(update={"level": level})
    if level == len(levels):
        return _run_out(case, opens, now)
    asked = levels[level]
    first = routed and (step, level) == (0, 0)
    pinned = route.opening if first else None
    if case.delegations or (route.reads_directory and pinned is None and not (first and _is_plain(asked))):
        quiet = {"phase": Phase.PENDING, "alarm": None, "due_at": None, "reminders": (), "opens": opens}
        return Reduction(case=case.model_copy(update=quiet))
    if pinned is not None:
        return opened(case.model_copy(update={"opens": opens}), pinned, now)
    reminders = tuple(now + plain(after) for after in asked.remind)
    return _asked(case, _at(case, opens), opens.kind, now + plain(asked.within), reminders)


def _at(case: Case, opens: Opens) -> Case:
    """The case at that level of that step, whose people decide for themselves as far as is known."""
    place = {"step": opens.step, "level": opens.level, "opens": None, "mandates": ()}
    return case.model_copy(update={"phase": Phase.PENDING, "alarm": None, **place})


def _is_plain(level: Level) -> bool:
    return all(isinstance(span, timedelta) for span in (level.within, *level.remind))


def _asked(
    before: Case, at: Case, kind: NoticeKind, due_at: datetime, reminders: tuple[datetime, ...]
) -> Reduction:
    """The level has the authority from now on, and its people are told; so are those who had it, and the requester."""
    named = at.steps[at.step]
    case = at.model_copy(update={"due_at": due_at, "reminders": reminders})
    audit = AuditKind.ESCALATED if kind is NoticeKind.ESCALATED else AuditKind.REQUESTED
    detail: Detail = {
        "approvers": list(case.deciders),
        "dueAt": due_at.isoformat(),
        "then": _then(case, named),
    }
    if named.levels[case.level].needed > 1:
        detail["needed"] = missing(case, case.step, case.level) or 0
    standing_in = [f"{m.decides} for {m.on_behalf_of}" for m in case.authority if not m.own]
    if standing_in:
        detail["onBehalfOf"] = standing_in
    fact = Fact(kind=audit, step=named.step, revision=case.revision, detail=detail)
    told = [notice(case, named, kind)]
    if kind is NoticeKind.ESCALATED and case.route is not None and case.route.reads_directory:
        told.append(_informed(before, case, named))
    return Reduction(case=case, facts=(fact,), notices=tuple(told))


def _informed(before: Case, case: Case, step: RouteStep) -> Notice:
    """For those who did not decide in time, and for the requester or who stands for them: who decides now."""
    had, requester = (m.decides for m in before.authority), requester_or_desk(case)
    decide = ", ".join(case.deciders)
    return Notice(
        kind=NoticeKind.INFORMED,
        recipients=tuple(p for p in dict.fromkeys((*had, *requester)) if p not in case.deciders),
        occasion=f"{case.occasion}/{NoticeKind.INFORMED.value}",
        revision=case.revision,
        step=step.step,
        due_at=case.due_at,
        detail=f"step {step.step} was not decided in time; {decide} may decide now",
    )


def _run_out(case: Case, opens: Opens, now: datetime) -> Reduction:
    """No level is left: the outcome that the policy declares, or an alarm if nobody could be asked at all."""
    step = case.steps[opens.step]
    if opens.kind is not NoticeKind.ESCALATED:
        why = f"nobody is left to decide step {step.step}: nobody counts twice"
        return hold(_at(case, opens), Alarm.HELD, why)
    # The level that was asked last keeps the authority, beside what the outcome says.
    outcome = _outcome(case, step)
    last = case.model_copy(update={"alarm": None, "due_at": None, "reminders": (), "opens": None})
    fact = Fact(
        kind=AuditKind.TIMED_OUT,
        step=step.step,
        revision=case.revision,
        detail={"outcome": outcome.value},
    )
    timed_out = Reduction(case=last, facts=(fact,))
    if outcome is Outcome.HOLD:
        # The deadline is in the words, so that one that was moved and missed again is another message.
        until = f", until {case.due_at.isoformat(timespec='seconds')}" if case.due_at is not None else ""
        why = f"step {step.step} was not decided in time{until}"
        if outcome is not step.on_timeout:
            why += "; nobody is left of those to whom it escalates, so that their silence is no yes"
        return timed_out.then(lambda c: hold(c, Alarm.OVERDUE, why))
    if outcome is Outcome.REJECT:
        return timed_out.then(lambda c: Reduction(case=c.model_copy(update={"intent": Intent.REJECT})))
    return timed_out.then(lambda c: after_step(c, now))


def _outcome(case: Case, step: RouteStep) -> Outcome:
    """The declared outcome; but nobody's silence is a yes where a later level was declared and could not be asked."""
    asks_later = case.route is not None and case.route.reads_directory and case.level + 1 < len(step.levels)
    return Outcome.HOLD if asks_later and step.on_timeout is Outcome.APPROVE else step.on_timeout


def notice(
    case: Case, step: RouteStep, kind: NoticeKind, suffix: str = "", to: tuple[str, ...] | None = None
) -> Notice:
    """Tell those who may decide, or only those of them who are given, what is asked of them."""
    level = step.levels[case.level]
    asks = kind in {NoticeKind.REQUESTED, NoticeKind.ESCALATED}
    said = [_how_many(case, level), f"changed: {'; '.join(case.news)}" if asks and case.news else None]
    return Notice(
        kind=kind,
        recipients=case.deciders if to is None else to,
        occasion=f"{case.occasion}/{kind.value}{suffix}",
        revision=case.revision,
        step=step.step,
        due_at=case.due_at,
        then=_then(case, step),
        detail=". ".join(one for one in said if one) or None,
    )


def _how_many(case: Case, level: Level) -> str | None:
    """How many have to say yes, where one is not enough."""
    count = missing(case, case.step, case.level)
    if level.needed == 1 or count is None:
        return None
    return "everybody who is asked has to say yes" if level.everybody else f"{count} of them have to say yes"


def _then(case: Case, step: RouteStep) -> str:
    """What happens if this level does not decide in time, in words."""
    for n in range(case.level + 1, len(step.levels)):
        if missing(case, case.step, n):
            heirs = [person for person in step.levels[n].approvers if person not in case.heard]
            return f"it escalates to {', '.join(heirs)}"
    outcome = _outcome(case, step)
    if outcome is Outcome.APPROVE:
        following = case.steps[case.step + 1 :]
        return f"it goes on to {following[0].step}" if following else "the order is approved"
    return {
        Outcome.HOLD: "it waits and the operators are told",
        Outcome.REJECT: "the order is rejected",
    }[outcome]
