"""The approval case as a pure reducer: `(case, event, now) -> (case, what follows)`.

The workflow, the property tests and the replay of a policy over past orders all drive this one function.
"""

from datetime import datetime

from domain.alarms import Alarm
from domain.answering import is_early, refuse
from domain.audit import AuditKind, Detail, Fact
from domain.calling import alarmed
from domain.case import Case, Intent
from domain.deciding import decide, withdraw
from domain.decision import Decision, Receipt, Withdrawal
from domain.events import (
    Alarmed,
    Consulted,
    DirectoryRead,
    Event,
    Moved,
    Opened,
    Reached,
    Reduction,
    Resumed,
    Routed,
    TimePassed,
)
from domain.intervening import intervene, refusal_of
from domain.interventions import Said
from domain.learning import learned
from domain.phases import FINAL, Phase
from domain.reassigning import consulted
from domain.rerouting import begin, rerouted, route_detail, void
from domain.steps import opened, time_passed
from domain.telling import of_the_end, remembering

_MOVED_PAST = "the order was moved past its approval, so it is asked for again"
_NOT_CARRIED_OUT = "what was decided could not be carried out, so it is asked for again"
_STALE = "the order was taken up anew; say which revision you decide on"
_CHANGED_SINCE = "the order has changed since; say which revision you decide on"
_ABOUT_WAITING = frozenset({Alarm.HELD, Alarm.OVERDUE, Alarm.OUT_OF_REACH, Alarm.NOT_DELIVERED})
_PAST_ROUTING = FINAL | {Phase.IN_FULFILLMENT}


def reduce(case: Case, event: Event, now: datetime) -> Reduction:
    """The case after an event at an instant, and what follows from it; whoever waits and can be answered is.

    Raises:
        DecisionIdReusedError: a decision id came again with another body.
    """
    after = remembering(case, event, _reduced(case, event, now))
    if after.case.early or after.case.proposals:
        return after.then(lambda c: _answer_waiting(c, now))
    return after


def _reduced(case: Case, event: Event, now: datetime) -> Reduction:  # noqa: PLR0911  (one return for each kind of event)
    match event:
        case Routed():
            return _routed(case, event, now)
        case Opened() | Consulted() | DirectoryRead():
            return _read(case, event, now)
        case Decision() | Withdrawal():
            return _told(case, event, now)
        case TimePassed():
            return time_passed(case, now)
        case Moved():
            return _moved(case, event.phase)
        case Resumed():
            return _resumed(case, now)
        case Reached():
            return _reached(case, event.mended)
        case Alarmed():
            return alarmed(case, event)
        case _:
            return intervene(case, event, now)


def _read(case: Case, event: Opened | Consulted | DirectoryRead, now: datetime) -> Reduction:
    """What it was read for comes about, unless what was read takes the case back to an earlier step."""
    after = learned(case, event.reading, now)
    match event:
        case Consulted():
            return after.then(lambda c: consulted(c, event, now))
        case Opened() if after.case.opens == case.opens:
            return after.then(lambda c: opened(c, event.opening, now, everybody=event.reading is not None))
        case _:
            return after


def _told(case: Case, sent: Said, now: datetime) -> Reduction:
    match sent:
        case Decision():
            return decide(case, sent, now)
        case Withdrawal():
            return withdraw(case, sent)
        case _:
            return intervene(case, sent, now)


def _moved(case: Case, phase: Phase) -> Reduction:
    """The order is there. At its end everybody who still waits for an answer gets one."""
    rest = {"phase": phase, "intent": None, "due_at": None, "reminders": (), "opens": None, "asked": ()}
    if phase in FINAL and case.alarm in _ABOUT_WAITING:
        rest["alarm"] = None  # nobody waits any more
    return Reduction(case=case.model_copy(update=rest), notices=of_the_end(case, phase))


def _routed(case: Case, event: Routed, now: datetime) -> Reduction:
    """A new route: decisions on other content are void, the first step opens, early decisions are answered."""
    if case.phase in _PAST_ROUTING:
        return Reduction(case=case)
    if case.withdrawn:
        return _withdrawing(case) if event.alarm is None else Reduction(case=case)
    if _is_known(case, event):
        return Reduction(case=case)
    after = rerouted(case, event, now)
    if event.earlier_revision > 0:
        return after.then(lambda c: _answer_stale(c, _STALE))
    if case.route is not None and case.revision < (after.case.binds_from or after.case.revision):
        return after.then(lambda c: _answer_stale(c, _CHANGED_SINCE))
    return after


def _is_known(case: Case, event: Routed) -> bool:
    """Whether the event says what the case knows; only a held order can be routed anew with the same content."""
    if case.route is None or event.digest != case.digest:
        return False
    return case.route.held is None or (
        event.route == case.route and case.alarm is (event.alarm or Alarm.HELD)
    )


def _reached(case: Case, mended: Alarm | None) -> Reduction:
    """Nobody is needed any more for what mended itself. An order on its way goes on where it was stopped."""
    if mended is not None:
        update = {"alarm": None} if case.alarm is mended else {}
        return Reduction(case=case.model_copy(update=update))
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
    quiet = void(case.model_copy(update={"alarm": None}), why)
    fact = Fact(kind=AuditKind.ROUTED, revision=case.revision, detail={**route_detail(route), "again": why})
    again = quiet.then(lambda c: Reduction(case=c.model_copy(update={"asking": c.asking + 1}), facts=(fact,)))
    return again.then(lambda c: begin(c, Routed(route=route, digest=c.digest), now))


def _withdrawing(case: Case) -> Reduction:
    """The order is back where it can be moved: a withdrawal that could not be carried out is tried again."""
    if not case.suspended:
        return Reduction(case=case)
    again = case.model_copy(update={"alarm": None, "intent": Intent.WITHDRAW})
    detail: Detail = {"why": "the withdrawal could not be carried out before, and is tried again"}
    return Reduction(
        case=again, facts=(Fact(kind=AuditKind.WITHDRAWN, revision=case.revision, detail=detail),)
    )


def _answer_stale(case: Case, why: str) -> Reduction:
    """What came early was meant for what the order was then: a decision that names no revision does not bind to this one."""
    stale = [s for s in case.early if isinstance(s, Decision) and s.revision is None]
    rest = tuple(s for s in case.early if s not in stale)
    after = Reduction(case=case.model_copy(update={"early": rest}))
    for sent in stale:
        after = after.then(lambda c, d=sent: refuse(c, d, Receipt.SUPERSEDED, why))  # type: ignore[misc]
    return after.model_copy(update={"receipt": None})


def _answer_waiting(case: Case, now: datetime) -> Reduction:
    """What came before it was known who decides, in the order of coming; and proposals that have become pointless."""
    after = Reduction(case=case)
    if not is_early(case):
        after = Reduction(case=case.model_copy(update={"early": ()}))
        for sent in case.early:
            after = after.then(lambda c, s=sent: remembering(c, s, _told(c, s, now)))  # type: ignore[misc]
    for proposal in () if is_early(after.case) else after.case.proposals:
        refusal = refusal_of(after.case, proposal, now)
        if refusal is not None:
            left = tuple(p for p in after.case.proposals if p != proposal)
            dropped = after.case.model_copy(update={"proposals": left})
            after = after.model_copy(update={"case": dropped})
            after = after.then(lambda c, p=proposal, r=refusal: refuse(c, p, *r))  # type: ignore[misc]
    return after.model_copy(update={"receipt": None})
