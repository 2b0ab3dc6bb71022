"""From policy and directory to the route of one order: pinned, so that a later edit changes no running order."""

from datetime import timedelta

from domain.directory import OPERATORS, Directory
from domain.money import CurrencyMismatchError
from domain.order import OrderContent
from domain.policy import Approvers, Outcome, Policy, Rule, Step
from domain.value import Value, digest_of


class Level(Value):
    """Who may decide a step at one level of its escalation. Groups are kept for the inbox; people decide."""

    approvers: tuple[str, ...]
    groups: tuple[str, ...] = ()
    within: timedelta
    remind: tuple[timedelta, ...] = ()


class RouteStep(Value):
    """One yes that is needed: its levels in order, and what a deadline missed at the last one means."""

    step: str
    levels: tuple[Level, ...]
    on_timeout: Outcome


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

    @property
    def automatic(self) -> bool:
        """Whether policy wants nobody's yes."""
        return not self.steps and self.held is None

    @property
    def people(self) -> frozenset[str]:
        """Everybody who may be asked at any step and level."""
        return frozenset(p for step in self.steps for level in step.levels for p in level.approvers)


def policy_digest(policy: Policy, directory: Directory) -> str:
    """SHA-256 in hex of the rules and of the people whom they name: which policy decided, for the audit."""
    return digest_of({"policy": policy.to_json_dict(), "directory": directory.to_json_dict()})


def route(policy: Policy, directory: Directory, content: OrderContent, digest: str) -> Route:
    """The route of an order under a policy (`digest` is that policy's). Any doubt makes it held, never automatic."""
    requester = directory.matches(content.requester)
    operators = directory.group(OPERATORS)
    base = Route(
        policy_digest=digest,
        rule="none",
        why="",
        requester=requester,
        requester_identities=content.requester.identities,
        operators=operators.members if operators else (),
        returns_within=policy.returns_within,
    )
    if content.customer_group is not None and content.customer_group.key is None:
        return base.model_copy(update={"held": "the order's customer group could not be resolved to its key"})
    try:
        rule = next((rule for rule in policy.rules if rule.matches(content)), None)
    except CurrencyMismatchError as mismatch:
        return base.model_copy(update={"held": f"the policy compares amounts across currencies: {mismatch}"})
    if rule is None:
        return base.model_copy(update={"held": "no rule of the policy matches this order"})
    return _along(rule, base, directory)


def _along(rule: Rule, base: Route, directory: Directory) -> Route:
    """The rule's steps with their people pinned and the requester taken out."""
    steps = tuple(_pinned(step, base.requester, directory) for step in rule.steps)
    stranded = [step.step for step in steps if not step.levels]
    held = (
        f"nobody is left to decide step {', '.join(stranded)}: the requester never approves"
        if stranded
        else None
    )
    return base.model_copy(update={"rule": rule.rule, "why": rule.why, "steps": steps, "held": held})


def _pinned(step: Step, requester: tuple[str, ...], directory: Directory) -> RouteStep:
    """The step with each level's people; a level left without anybody is passed over."""
    levels = []
    for named, within, remind in (
        (step.approvers, step.within, step.remind),
        *((level.to, level.within, level.remind) for level in step.escalate),
    ):
        people = tuple(person for person in _people(named, directory) if person not in requester)
        if people:
            levels.append(
                Level(approvers=people, groups=named.groups, within=within, remind=tuple(sorted(remind)))
            )
    return RouteStep(step=step.step, levels=tuple(levels), on_timeout=step.on_timeout)


def _people(named: Approvers, directory: Directory) -> tuple[str, ...]:
    """The people named, each once, in the order of the file."""
    found = dict.fromkeys(person for person in named.people if directory.person(person))
    for group_id in named.groups:
        group = directory.group(group_id)
        found.update(dict.fromkeys(group.members if group else ()))
    return tuple(found)
