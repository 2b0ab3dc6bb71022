"""The approval case as a pure reducer: `(case, event, now) -> (case, what follows)`.

The workflow, the property tests and the replay of a policy over past orders all drive this one function.
"""

from datetime import datetime
from typing import assert_never

from domain.alarms import Alarm
from domain.audit import AuditKind, Detail, Fact
from domain.case import Answer, Case, Intent
from domain.deciding import decide, refuse, withdraw
from domain.decision import Decision, Receipt, Withdrawal
from domain.events import Alarmed, Event, Moved, Reached, Reduction, Resumed, Routed, TimePassed
from domain.notification import Notice, NoticeKind
from domain.phases import FINAL, Phase
from domain.route import Route
from domain.steps import alarmed, hold, open_step, time_passed


def reduce(case: Case, event: Event, now: datetime) -> Reduction:  # noqa: PLR0911  (one return for each kind of event)
    """The case after an event at an instant, and what follows from it.

    Raises:
        DecisionIdReusedError: a decision id came again with another body.
    """
    match event:
        case Routed():
            return _routed(case, event, now)
        case Decision():
            return decide(case, event, now)
        case Withdrawal():
            return withdraw(case, event)
        case TimePassed():
            return time_passed(case, now)
        case Moved():
            return _moved(case, event.phase, now)
        case Resumed():
            return _resumed(case, now)
        case Reached():
            return _reached(case)
        case Alarmed():
            return alarmed(case, event)
        case _:
            assert_never(event)


_CHANGED = "the order changed before it was released"
_MOVED_PAST = "the order was moved past its approval, so it is asked for again"
_NOT_CARRIED_OUT = "what was decided could not be carried out, so it is asked for again"
_STALE = "the order was taken up anew; say which revision you decide on"
_ABOUT_WAITING = frozenset({Alarm.HELD, Alarm.OVERDUE, Alarm.OUT_OF_REACH, Alarm.NOT_DELIVERED})
_PAST_ROUTING = FINAL | {Phase.IN_FULFILLMENT}


def _moved(case: Case, phase: Phase, now: datetime) -> Reduction:
    """The order is there. At its end everybody who still waits for an answer gets one."""
    rest = {"phase": phase, "intent": None, "due_at": None, "reminders": ()}
    if phase in FINAL and case.alarm in _ABOUT_WAITING:
        rest["alarm"] = None  # nobody waits any more
    moved = Reduction(case=case.model_copy(update=rest))
    return moved.then(lambda c: _answer_early(c, now)) if phase in FINAL else moved


def _routed(case: Case, event: Routed, now: datetime) -> Reduction:
    """A new route: decisions on other content are void, the first step opens, early decisions are answered."""
    if case.phase in _PAST_ROUTING:
        return Reduction(case=case)
    if case.withdrawn:
        return _withdrawing(case) if event.alarm is None else Reduction(case=case)
    if _is_known(case, event):
        return Reduction(case=case)
    voided = _voided(case, _CHANGED) if event.digest != case.digest else Reduction(case=case)
    last = max(case.revision, event.earlier_revision)
    revision = last + 1 if event.digest != case.digest else last
    fresh = voided.case.model_copy(
        update={
            "phase": Phase.ROUTING,
            "revision": revision,
            "asking": case.asking + 1,
            "digest": event.digest,
            "route": event.route,
            "step": 0,
            "level": 0,
            "intent": None,
            "alarm": None,
            "due_at": None,
            "reminders": (),
            "known_people": case.known_people | event.route.people,
        }
    )
    fact = Fact(kind=AuditKind.ROUTED, revision=revision, detail=_route_detail(event.route))
    routed = Reduction(case=fresh, facts=(*voided.facts, fact), notices=voided.notices)
    begun = routed.then(lambda c: _begin(c, event, now))
    return begun.then(lambda c: _answer_early(c, now, stale=event.earlier_revision > 0))


def _is_known(case: Case, event: Routed) -> bool:
    """Whether the event says what the case knows; only a held order can be routed anew with the same content."""
    if case.route is None or event.digest != case.digest:
        return False
    return case.route.held is None or (
        event.route == case.route and case.alarm is (event.alarm or Alarm.HELD)
    )


def _reached(case: Case) -> Reduction:
    """Nobody is needed any more for what mended itself. An order on its way goes on where it was stopped."""
    stopped = case.phase is Phase.IN_FULFILLMENT and case.suspended
    if case.alarm is not Alarm.OUT_OF_REACH and not stopped:
        return Reduction(case=case)
    return Reduction(case=case.model_copy(update={"alarm": None}))


def _resumed(case: Case, now: datetime) -> Reduction:
    """Any doubt means not approved: after somebody moved the order past us, everybody is asked again."""
    if case.route is None or not case.suspended or case.phase in _PAST_ROUTING:
        return Reduction(case=case)
    if case.withdrawn:
        return _withdrawing(case)
    route = case.route
    why = _NOT_CARRIED_OUT if case.alarm in {Alarm.NO_WAY, Alarm.REFUSED} else _MOVED_PAST
    quiet = _voided(case.model_copy(update={"alarm": None}), why)
    fact = Fact(kind=AuditKind.ROUTED, revision=case.revision, detail={**_route_detail(route), "again": why})
    again = quiet.then(lambda c: Reduction(case=c.model_copy(update={"asking": c.asking + 1}), facts=(fact,)))
    return again.then(lambda c: _begin(c, Routed(route=route, digest=c.digest), now))


def _withdrawing(case: Case) -> Reduction:
    """The order is back where it can be moved: a withdrawal that could not be carried out is tried again."""
    if not case.suspended:
        return Reduction(case=case)
    again = case.model_copy(update={"alarm": None, "intent": Intent.WITHDRAW})
    detail: Detail = {"why": "the withdrawal could not be carried out before, and is tried again"}
    return Reduction(
        case=again, facts=(Fact(kind=AuditKind.WITHDRAWN, revision=case.revision, detail=detail),)
    )


def _begin(case: Case, event: Routed, now: datetime) -> Reduction:
    waiting, route = case.model_copy(update={"phase": Phase.PENDING}), event.route
    if event.alarm is not None:
        return hold(waiting, event.alarm, event.detail)
    if route.held is not None:
        return hold(waiting, Alarm.HELD, route.held)
    if route.automatic:
        return Reduction(case=case.model_copy(update={"intent": Intent.RELEASE}))
    return open_step(case, 0, now)


def _answer_early(case: Case, now: datetime, *, stale: bool = False) -> Reduction:
    """Decisions that came before the route was known, in the order of coming.

    `stale`: they may have been made for an earlier workflow of this order, so one that names no revision is void.
    """
    after = Reduction(case=case.model_copy(update={"early": ()}))
    for sent in case.early:
        if stale and isinstance(sent, Decision) and sent.revision is None:
            after = after.then(lambda c, d=sent: refuse(c, d, Receipt.SUPERSEDED, _STALE))  # type: ignore[misc]
        elif isinstance(sent, Decision):
            after = after.then(lambda c, d=sent: decide(c, d, now))  # type: ignore[misc]
        else:
            after = after.then(lambda c, w=sent: withdraw(c, w))  # type: ignore[misc]
    return after.model_copy(update={"receipt": None})


def _voided(case: Case, why: str) -> Reduction:
    """What was decided so far is void, and whoever decided is told."""
    standing = [record for record in case.decisions if not record.void]
    if not standing:
        return Reduction(case=case)
    message = f"revision {case.revision}: {why}"
    added = []
    for record in standing:
        first = case.answer_to(record.decision_id)
        receipt = case.receipt(Receipt.SUPERSEDED, message, record.decision_id)
        added.append(Answer(body_digest=first.body_digest if first else "", receipt=receipt))
    detail: Detail = {"decisionIds": [record.decision_id for record in standing], "why": message}
    fact = Fact(kind=AuditKind.SUPERSEDED, revision=case.revision, detail=detail)
    notice = Notice(
        kind=NoticeKind.SUPERSEDED,
        recipients=tuple(dict.fromkeys(record.approver for record in standing)),
        occasion=f"{case.occasion}/superseded",
        revision=case.revision,
        detail=message,
    )
    voided = case.model_copy(
        update={
            "decisions": tuple(record.model_copy(update={"void": True}) for record in case.decisions),
            "answers": (*case.answers, *added),
        }
    )
    return Reduction(case=voided, facts=(fact,), notices=(notice,))


def _route_detail(route: Route) -> Detail:
    detail: Detail = {
        "rule": route.rule,
        "why": route.why,
        "policyDigest": route.policy_digest,
        "automatic": route.automatic,
        "steps": [step.step for step in route.steps],
    }
    if route.held is not None:
        detail["held"] = route.held
    if route.evidence is not None:
        detail["facts"] = route.evidence.words()
    if not route.requester_identities:
        detail["requester"] = "unidentified"
    elif route.requester:
        detail["requester"] = list(route.requester)
    else:
        detail["requester"] = "outsider"
    return detail
