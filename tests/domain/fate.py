"""What a policy may be, picked by whoever plays fate (hypothesis, or a seed)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol, TypeVar

from domain.policy import Approvers, Changes, Escalation, Needs, Outcome, Policy, Step
from tests.domain.stage import policy
from tests.domain.world import APPROVERS

Picked = TypeVar("Picked")


class Fate(Protocol):
    """Picks one of several."""

    def __call__(self, among: Sequence[Picked], /) -> Picked: ...


def luck(fate: Fate, of: int) -> bool:
    """Once in so many times."""
    return fate(range(of)) == of - 1


def policy_of(fate: Fate) -> Policy:
    """One to three steps, or seldom none; with what a policy may say of changes."""
    names = () if luck(fate, 15) else ("one", "two", "three")[: fate((1, 2, 2, 3))]
    changes = Changes(resume_at=fate((None, *names)), rounds=fate((0, 1, 3, 3, 5)))
    harmless = fate(((), ("purchaseOrderNumber",)))
    steps = [step_of(fate, name) for name in names]
    return policy(*steps, changes=changes if names else None, harmless=harmless)


def step_of(fate: Fate, name: str) -> Step:
    """A step of one to three levels."""
    people = people_of(fate)
    escalate = []
    for _ in range(fate((0, 1, 1, 2))):
        heirs = people_of(fate)
        stays = luck(fate, 2)
        to, needs = Approvers(people=heirs), needs_of(fate, len(heirs))
        escalate.append(Escalation(to=to, needs=needs, keeps_earlier=stays, within=hours(fate)))
    within = hours(fate)
    return Step(
        step=name,
        approvers=Approvers(people=people),
        needs=needs_of(fate, len(people)),
        within=within,
        remind=(within / 2,) if luck(fate, 2) else (),
        escalate=tuple(escalate),
        on_timeout=fate(tuple(Outcome)),
    )


def people_of(fate: Fate) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fate(APPROVERS) for _ in range(fate((1, 2, 3)))))


def needs_of(fate: Fate, of: int) -> Needs:
    """Any, all, or so many of them."""
    how = fate(("any", "any", "all", "of"))
    return Needs(of=fate(range(1, of + 1))) if how == "of" else Needs(everybody=how == "all")


def hours(fate: Fate) -> timedelta:
    return timedelta(hours=fate(range(1, 49)))
