"""A route for new content: what was decided before is void, unless the policy says that it stands."""

from collections.abc import Callable
from datetime import datetime

from domain.alarms import Alarm
from domain.audit import AuditKind, Detail, Fact
from domain.calling import hold
from domain.case import Answer, Case, DecisionRecord, Intent
from domain.decision import Receipt
from domain.events import Reduction, Routed
from domain.notification import Notice, NoticeKind
from domain.phases import Phase
from domain.route import Route
from domain.steps import open_step

_CHANGED = "the order changed before it was released"
_QUIET = {"intent": None, "alarm": None, "due_at": None, "reminders": (), "opens": None, "mandates": ()}


def rerouted(case: Case, event: Routed, now: datetime) -> Reduction:
    """The case under a new route: what does not stand is void, and the first step that is not decided opens."""
    if _is_harmless(case, event):
        return _unharmed(case, event, now)
    is_new = event.digest != case.digest
    voided, first = Reduction(case=case), 0
    if is_new:
        told = event.change.words if event.change is not None else ()
        why = f"{_CHANGED}: {'; '.join(told)}" if told else _CHANGED
        granted, first = (
            (_granted(case, event), _resumes_at(case, event)) if _may_stand(case, event) else (None, 0)
        )
        decided_before = {step.step for step in event.route.steps[:first]}
        heard, lent_stand = _with(case, granted), _lent_may_stand(case, event)

        def stands(record: DecisionRecord) -> bool:
            meant = record.yes and (record == granted or record.step in decided_before)
            return meant and (record.mandate.own or lent_stand)

        first = _first_fallen(heard, event.route, first, stands)
        voided = void(heard, why, stands)
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
            "amended": (),
            "stood_in": (),
            "operators": None,
            "learned": (),
            "step": 0,
            "level": 0,
            "news": event.change.words if event.change is not None else (),
            "known_people": case.known_people | event.route.people,
            **_QUIET,
        }
    )
    fact = Fact(kind=AuditKind.ROUTED, revision=revision, detail=route_detail(event.route))
    routed = Reduction(case=fresh, facts=(*voided.facts, fact), notices=voided.notices)
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
    notice = Notice(
        kind=NoticeKind.SUPERSEDED,
        recipients=tuple(dict.fromkeys(record.approver for record in falls)),
        occasion=f"{case.occasion}/superseded",
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
    return bool(parts) and set(parts) <= set(harmless) and _is_same(case.route, event.route)


def _is_same(route: Route, other: Route) -> bool:
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


def _may_stand(case: Case, event: Routed) -> bool:
    """Whether anything can stand that was said before: after requested changes, if nothing else is in doubt."""
    old, new = case.route, event.route
    doubtful = case.suspended or event.alarm is not None or new.held is not None or bool(case.amended)
    asked = case.phase is Phase.CHANGES_REQUESTED and old is not None
    return asked and not doubtful and old is not None and old.requester == new.requester


def _resumes_at(case: Case, event: Routed) -> int:
    """The step that asks first about the new content: the one that the policy names, if those before are the same."""
    new = event.route
    names = [step.step for step in new.steps]
    if new.resume_at not in names:
        return 0
    first = names.index(new.resume_at or "")
    return first if new.steps[:first] == case.steps[:first] and first <= case.step else 0


def _lent_may_stand(case: Case, event: Routed) -> bool:
    """Whether who was stood in for still would be: a substitute may be let decide some rules, up to some total, alone."""
    old, new = case.route, event.route
    same = old is not None and (old.rule, old.rules) == (new.rule, new.rules)
    return same and event.change is not None and not event.change.dearer


def _first_fallen(case: Case, route: Route, before: int, stands: Callable[[DecisionRecord], bool]) -> int:
    """The earliest step before that one of which a yes falls: it is asked again, and skipped if the others suffice."""
    names = [step.step for step in route.steps[:before]]
    fallen = (names.index(d.step) for d in case.decisions if d.yes and d.step in names and not stands(d))
    return min(fallen, default=before)


def _granted(case: Case, event: Routed) -> DecisionRecord | None:
    """The request for changes that was fulfilled to the line, as a yes to what is left."""
    last = case.decisions[-1] if case.decisions else None
    removed = set(event.change.removed) if event.change is not None else set()
    if last is None or last.void or not last.without or set(last.without) != removed:
        return None
    steps = {step.step: step for step in event.route.steps}
    return (
        last.model_copy(update={"granted": True}) if case.steps[case.step] == steps.get(last.step) else None
    )


def _with(case: Case, granted: DecisionRecord | None) -> Case:
    if granted is None:
        return case
    return case.model_copy(update={"decisions": (*case.decisions[:-1], granted)})
