"""What people have changed about who decides, when the order is routed anew: who was added stays, all else is the route's."""

from domain.audit import AuditKind, Detail, Fact
from domain.case import Case
from domain.events import Reduction
from domain.notification import Notice, NoticeKind
from domain.route import Route, RouteStep


def with_added(case: Case, route: Route) -> tuple[RouteStep, ...]:
    """The new route's steps with those that people have added, each behind the step it was behind, or last if that is gone.

    Empty if nothing was added; nor is anything to a route that asks nobody. Whether who was added may decide still is
    read when their step opens; the requester never is asked.
    """
    added = _added(case, route)
    if not added or route.automatic:
        return ()
    steps: list[RouteStep] = []
    for step in route.steps:
        steps += [step, *(extra for extra in added if extra.behind == step.step)]
    return (*steps, *(extra for extra in added if extra not in steps))


def ends(case: Case, route: Route, why: str, *, delegations: bool) -> Reduction:
    """Whoever was put in somebody's place, or decided on somebody's behalf if `delegations` end, is told that they do no more."""
    kept = {person for step in with_added(case, route) if step.behind for person in _people(step)}
    placed = {
        (person, step.step)
        for step in case.amended
        for person in _people(step) - _planned(case, step.step)
        if person not in kept or not _is_added(case, step)
    }
    lent = case.delegations if delegations else ()
    if not placed and not lent:
        return Reduction(case=case)
    message = f"revision {case.revision}: {why}"
    detail: Detail = {"why": message}
    if placed:
        detail["reassigned"] = [f"{person} at {step}" for person, step in sorted(placed)]
    if lent:
        detail["delegated"] = [f"{mandate.decides} for {mandate.on_behalf_of}" for mandate in lent]
    told = Notice(
        kind=NoticeKind.SUPERSEDED,
        recipients=tuple(sorted({*(person for person, _ in placed), *(mandate.decides for mandate in lent)})),
        occasion=f"{case.occasion}/superseded/places",
        revision=case.revision,
        detail=f"{message}; whom the new route asks decides, and nobody in their place",
    )
    fact = Fact(kind=AuditKind.SUPERSEDED, revision=case.revision, detail=detail)
    return Reduction(case=case, facts=(fact,), notices=(told,))


def _added(case: Case, route: Route) -> list[RouteStep]:
    """The steps that people have added, without the requester of the new content, and each under a name of its own."""
    added: list[RouteStep] = []
    behind, taken = None, {step.step for step in route.steps}
    for step in case.amended:
        if not _is_added(case, step):
            behind = step.step
            continue
        levels = tuple(
            level.model_copy(update={"approvers": left})
            for level in step.levels
            if (left := tuple(person for person in level.approvers if person not in route.requester))
        )
        if levels:
            name = _free(step.step, taken)
            taken.add(name)
            kept = {"step": name, "levels": levels, "behind": step.behind or behind}
            added.append(step.model_copy(update=kept))
    return added


def _free(name: str, taken: set[str]) -> str:
    """A name that no other step has: decisions are kept by it."""
    names = (f"{name[:60]}{n}" if n else name for n in range(len(taken) + 1))
    return next(one for one in names if one not in taken)


def _is_added(case: Case, step: RouteStep) -> bool:
    planned = case.route.steps if case.route is not None else ()
    return all(step.step != one.step for one in planned)


def _planned(case: Case, name: str) -> set[str]:
    """Whom the route asks at that step."""
    steps = case.route.steps if case.route is not None else ()
    return {person for step in steps if step.step == name for person in _people(step)}


def _people(step: RouteStep) -> set[str]:
    return {person for level in step.levels for person in level.approvers}
