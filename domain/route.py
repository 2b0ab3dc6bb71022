"""The route of one order: who has to say yes, by when, and why. Pinned, so that no later edit changes it."""

from datetime import timedelta
from operator import not_

from pydantic import Field

from domain.decision import Verdict
from domain.facts import Evidence
from domain.opening import Opening
from domain.policy import Outcome
from domain.spans import Span
from domain.value import Value


def _is_none(value: object) -> bool:
    return value is None


class Level(Value):
    """Who may decide a step at one level of its escalation. Groups are kept for the inbox; people decide."""

    approvers: tuple[str, ...]
    groups: tuple[str, ...] = ()
    needed: int = Field(default=1, ge=1, exclude_if=lambda needed: needed == 1)
    """How many of them have to say yes at this level, each a different person."""
    roles: tuple[str, ...] = Field(default=(), exclude_if=not_)
    """The associate roles in the order's business unit of which one is needed by those who are asked for it alone."""
    by_role: tuple[str, ...] = Field(default=(), exclude_if=not_)
    """Who is asked for a role alone: when the level opens they have to have it still."""
    everybody: bool = Field(default=False, exclude_if=not_)
    """Whether all have to who have not said yes to this revision already; then `needed` is how many there are."""
    within: Span
    remind: tuple[Span, ...] = ()

    @property
    def rests_on_roles(self) -> bool:
        """Whether somebody is asked for a role alone."""
        return not set(self.by_role).isdisjoint(self.approvers)


class RouteStep(Value):
    """One yes that is needed: its levels in order, and what a deadline missed at the last one means."""

    step: str
    levels: tuple[Level, ...]
    on_timeout: Outcome
    behind: str | None = Field(default=None, exclude_if=_is_none)
    """The step of the route behind which people have added it; None: it is one of the route's own."""


class Route(Value):
    """Who has to say yes to one order, and why. No steps and not held: approved automatically."""

    policy_digest: str
    rule: str
    why: str
    steps: tuple[RouteStep, ...] = ()
    held: str | None = None
    """Why nobody can decide this order: it waits, with an alarm, until a person mends the cause."""
    requester: tuple[str, ...] = ()
    """Directory ids of the requester; empty for an outsider."""
    requester_identities: tuple[str, ...] = ()
    """How commercetools knows the requester: associate, customer, e-mail; empty if the order names nobody."""
    operators: tuple[str, ...] = ()
    returns_within: timedelta
    evidence: Evidence | None = Field(default=None, exclude_if=_is_none)
    """What the policy asked for beside the content, as it was then."""
    rules: tuple[str, ...] = Field(default=(), exclude_if=not_)
    """The rules that match, where there is more than one."""
    reads_directory: bool = Field(default=False, exclude_if=not_)
    """Whether the directory is read again whenever a level opens; routes of earlier versions were pinned with all times."""
    opening: Opening | None = Field(default=None, exclude_if=_is_none)
    """The opening of the first level, where it is more than its people and plain times."""
    reason_required: tuple[Verdict, ...] = Field(default=(), exclude_if=not_)
    """The verdicts that need a comment."""
    harmless: tuple[str, ...] = Field(default=(), exclude_if=not_)
    """The parts of the content, by their camelCase names, whose change voids no decision if the route stays the same."""
    resume_at: str | None = Field(default=None, exclude_if=_is_none)
    """The step that asks first after requested changes were made; what was decided before it stands."""
    rounds: int | None = Field(default=None, exclude_if=_is_none)
    """How often changes may be requested; None: as often as anybody likes."""

    @property
    def automatic(self) -> bool:
        """Whether policy wants nobody's yes."""
        return not self.steps and self.held is None

    @property
    def people(self) -> frozenset[str]:
        """Everybody who may be asked at any step and level."""
        return frozenset(p for step in self.steps for level in step.levels for p in level.approvers)
