"""How a project's states differ from the file's, and what only force can do in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from clients.resources import StateResource
from domain.states import DeclaredStates, State, StateType
from domain.states_lint import reachable
from starter.states_plan import Plan, name, plan
from starter.states_views import unmanaged_json


@dataclass(frozen=True)
class Comparison:
    """The plan that would mend it, and the order states to which no way leads. A state left out is no drift."""

    plan: Plan
    only_by_force: tuple[str, ...]

    @property
    def drift(self) -> tuple[str, ...]:
        """A line for everything that is not as declared."""
        return tuple(_drift(self.plan))

    @property
    def ok(self) -> bool:
        """Whether nothing is amiss."""
        return not self.drift and not self.only_by_force

    def to_json_dict(self) -> dict[str, Any]:
        """As `--json` shows it."""
        return {
            "drift": list(self.drift),
            "onlyByForce": list(self.only_by_force),
            "unmanaged": unmanaged_json(self.plan),
        }


def compare(declared: DeclaredStates, found: Sequence[StateResource]) -> Comparison:
    """Compare the file with all states of a project."""
    return Comparison(plan(declared, found), only_by_force(found))


def only_by_force(found: Sequence[StateResource]) -> tuple[str, ...]:
    """The project's order states that cannot be come to from an initial one along the project's own transitions."""
    of_orders = [state for state in found if state.type == StateType.ORDER]
    # By id, because a state need not have a key.
    as_linked = tuple(
        State.model_validate({"key": state.id, "initial": state.initial, "transitions": state.transitions})
        for state in of_orders
    )
    found_ways = reachable(as_linked)
    return tuple(sorted(name(state) for state in of_orders if state.id not in found_ways))


def _drift(plan: Plan) -> Iterator[str]:
    yield from plan.refusals
    for step in plan.steps:
        if step.draft is not None:
            yield f"state {step.key}: missing"
        else:
            yield from (f"state {step.key}: {words}" for words in step.words)
