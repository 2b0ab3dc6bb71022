"""A route for new content: what was decided before is void, unless the policy says that it stands."""

from collections.abc import Callable
from datetime import datetime

from domain.added import ends, with_added
from domain.alarms import Alarm
from domain.audit import AuditKind, Detail, Fact
from domain.calling import hold
from domain.case import Answer, Case, DecisionRecord, Intent
from domain.decision import Receipt
from domain.events import Reduction, Routed
from domain.notification import Notice, NoticeKind
from domain.phases import Phase
from domain.resuming import resumed
from domain.route import Route
from domain.steps import open_step
from domain.value import digest_of

_CHANGED = "the order changed before it was released"
_QUIET = {"intent": None, "alarm": None, "due_at": None, "reminders": (), "opens": None, "mandates": ()}


def rerouted(case: Case, event: Routed, now: datetime) -> Reduction:
    """The case under a new route: what does not stand is void, and the first step that is not decided opens."""
    if _is_harmless(case, event):
        return _unharmed(case, event, now)
    is_new = event.digest != case.digest
    told = event.change.words if event.change is not None else ()
    why = f"{_CHANGED}: {'; '.join(told)}" if told else _CHANGED
    voided, first = Reduction(case=case), 0
    if is_new:
        heard, stands, first = resumed(case, event)
        voided = void(heard, why, stands)
    ended = ends(case, event.route, why, delegations=is_new)
    last = max(case.revision, event.earlier_revision)
    revision = last + 1 if is_new else last
    fresh = voided.case.model_copy(
        update={
            "phase": Phase.ROUTING,
            "revision": revision,
            "binds_from": 0,
            "asking": case.asking + 1,
            "digest": event.digest,
            "route": event.route,
            "amended": with_added(case, event.route),
            "delegations": () if is_new else case.delegations,
            "stood_in": (),
            "operators": None,
            "learned": (),
            "step": 0,
            "level": 0,
            "news": told,
            "known_people": case.known_people | event.route.people,
            **_QUIET,
        }
    )
    fact = Fact(kind=AuditKind.ROUTED, revision=revision, detail=route_detail(event.route))
    facts, notices = (*voided.facts, *ended.facts, fact), (*voided.notices, *ended.notices)
    routed = Reduction(case=fresh, facts=facts, notices=notices)
    return routed.then(lambda c: begin(c, event, now, step=first, routed=True))


def begin(case: Case, event: Routed, now: datetime, *, step: int = 0, routed: bool = False) -> Reduction:
    """Ask for the approval that the route wants, or hold the order, or have it released."""
    waiting, route = case.model_copy(update={"phase": Phase.PENDING}), event.route
    if event.alarm is not None:
        return hold(waiting, event.alarm, event.detail)
    if route.held is not None:
        return hold(waiting, Alarm.HELD, route.held)
    if route.automatic:
        return Reduction(case=case.model_copy(update={"intent": Intent.RELEASE}))
    return open_step(case, step, now, routed=routed)


def void(case: Case, why: str, stands: Callable[[DecisionRecord], bool] | None = None) -> Reduction:
    """What was decided so far is void, but for what stands, and whoever decided is told."""
    falls = [d for d in case.decisions if not d.void and not (stands is not None and stands(d))]
    if not falls:
        return Reduction(case=case)
    message = f"revision {case.revision}: {why}"
    added = []
    for record in falls:
        first = case.answer_to(record.decision_id)
        receipt = case.receipt(Receipt.SUPERSEDED, message, record.decision_id)
        added.append(Answer(body_digest=first.body_digest if first else "", receipt=receipt))
    detail: Detail = {"decisionIds": [record.decision_id for record in falls], "why": message}
    fact = Fact(kind=AuditKind.SUPERSEDED, revision=case.revision, detail=detail)
    # One person may have said several things that fall at the same place for other reasons: each is a message of its own.
    which = digest_of([record.decision_id for record in falls])[:8]
    notice = Notice(
        kind=NoticeKind.SUPERSEDED,
        recipients=tuple(dict.fromkeys(record.approver for record in falls)),
        occasion=f"{case.occasion}/superseded/{which}",
        revision=case.revision,
        detail=message,
    )
    voided = case.model_copy(
        update={
            "decisions": tuple(
                d.model_copy(update={"void": True}) if d in falls else d for d in case.decisions
            ),
            "answers": (*case.answers, *added),
        }
    )
    return Reduction(case=voided, facts=(fact,), notices=(notice,))


def route_detail(route: Route) -> Detail:
    """What the trail says of a route."""
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


def _is_harmless(case: Case, event: Routed) -> bool:
    """Whether the policy calls all that changed harmless, and the route is the same: nobody need be asked anew."""
    if case.route is None or event.change is None or event.alarm is not None or case.suspended:
        return False
    parts, harmless = event.change.parts, event.route.harmless
    return bool(parts) and set(parts) <= set(harmless) and is_same(case.route, event.route)


def is_same(route: Route, other: Route) -> bool:
    """Whether another route asks the same of the same people."""
    asked = (route.rule, route.steps, route.held, route.requester)
    return route.held is None and asked == (other.rule, other.steps, other.held, other.requester)


def _unharmed(case: Case, event: Routed, now: datetime) -> Reduction:
    """A new revision, on which everything that was decided stands."""
    revision = case.revision + 1
    same = case.model_copy(
        update={
            "revision": revision,
            "binds_from": case.binds_from or case.revision,
            "digest": event.digest,
            "route": event.route,
            "operators": None,
        }
    )
    detail = {**route_detail(event.route), "harmless": list(event.change.words if event.change else ())}
    kept = Reduction(case=same, facts=(Fact(kind=AuditKind.ROUTED, revision=revision, detail=detail),))
    if case.phase is not Phase.CHANGES_REQUESTED:
        return kept
    again = same.model_copy(update={"asking": case.asking + 1})
    return kept.model_copy(update={"case": again}).then(lambda c: open_step(c, c.step, now, level=c.level))
