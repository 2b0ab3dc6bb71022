"""What stands of what was said when an order is edited after changes were requested, and where it is asked about first."""

from collections.abc import Callable

from domain.case import Case, DecisionRecord
from domain.events import Routed
from domain.phases import Phase
from domain.route import Route

Stands = Callable[[DecisionRecord], bool]


def resumed(case: Case, event: Routed) -> tuple[Case, Stands, int]:
    """The case with what was fulfilled to the line counted as a yes, what stands of it, and the step that asks first."""
    if not _may_stand(case, event):
        return case, lambda _: False, 0
    granted, first = _granted(case, event), _resumes_at(case, event)
    decided_before = {step.step for step in event.route.steps[:first]}
    heard, lent_stand = _with(case, granted), _lent_may_stand(case, event)

    def stands(record: DecisionRecord) -> bool:
        meant = record.yes and (record == granted or record.step in decided_before)
        return meant and (record.mandate.own or lent_stand)

    return heard, stands, _first_fallen(heard, event.route, first, stands)


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


def _first_fallen(case: Case, route: Route, before: int, stands: Stands) -> int:
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
