"""How a quorum counts: distinct voices at one level of one step (docs/decisions/0022)."""

from domain.case import Case


def yes_at(case: Case, step: int, level: int) -> int:
    """How many have said yes at that level of that step; a level that the authority has moved on to begins anew."""
    name = case.steps[step].step
    return sum(d.yes and (d.step, d.level) == (name, level) for d in case.decisions)


def missing(case: Case, step: int, level: int) -> int | None:
    """How many more have to say yes at that level; None if there are not that many left who may."""
    asked = case.steps[step].levels[level]
    open_now = case.opens is None and (step, level) == (case.step, case.level)
    people = (
        [m.on_behalf_of for m in case.mandates if m.own] if open_now and case.mandates else asked.approvers
    )
    still = len({person for person in people if person not in case.heard and person not in case.learned})
    if asked.everybody:
        return still
    needed = max(0, asked.needed - yes_at(case, step, level))
    return needed if needed <= still else None


def settled(case: Case, step: int, level: int) -> bool:
    """Whether that level has its yes already: those who gave it need not be asked again."""
    return yes_at(case, step, level) > 0 and missing(case, step, level) == 0
