"""How plans of states, and what became of them, are shown in a terminal."""

from collections.abc import Iterator
from typing import Any

from starter.states_apply import Event, Outcome
from starter.states_plan import Plan, Step, StepKind, name

_NUMBER_OF = {
    StepKind.CREATE: "to create",
    StepKind.RENAME: "to rename",
    StepKind.UPDATE: "to update",
    StepKind.TRANSITIONS: "with other transitions",
    StepKind.DELETE: "to delete",
}


def plan_lines(plan: Plan) -> Iterator[str]:
    """The whole plan, a line for each step and each change in it."""
    for step in plan.steps:
        yield step_line(step)
        if len(step.words) > 1:
            yield from (f"{'':<13}{words}" for words in step.words)
    for state in plan.unmanaged:
        yield f"{'unmanaged':<11}  {state.type} {name(state)}: in the project and not in the file"
    yield summary(plan)


def step_line(step: Step) -> str:
    """One step; its change too where there is only one."""
    only = f": {step.words[0].removeprefix(f'{step.kind}: ')}" if len(step.words) == 1 else ""
    return f"{step.kind:<11}  {step.type} {step.key}{only}"


def summary(plan: Plan) -> str:
    """The plan in numbers."""
    counted = {kind: sum(step.kind is kind for step in plan.steps) for kind in _NUMBER_OF}
    parts = [f"{count} {_NUMBER_OF[kind]}" for kind, count in counted.items() if count]
    rest = f"; {len(plan.unmanaged)} unmanaged, which only --prune deletes" if plan.unmanaged else ""
    return (", ".join(parts) if parts else "nothing to change") + rest


def event_line(event: Event) -> str:
    """What became of a step."""
    outcome, step = event
    if outcome is Outcome.DONE:
        return f"{'done':<11}  {step.kind} {step.key}"
    if outcome is Outcome.KEPT:
        return f"{'kept':<11}  {step.key}: something is in this state, or a state that stays leads to it"
    return f"{'again':<11}  {step.key} was changed by somebody else meanwhile; reading and planning anew"


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan for `--json`; `ok` is whether nothing stands against it."""
    return {
        "ok": not plan.refusals,
        "steps": [step.to_json_dict() for step in plan.steps],
        "refusals": list(plan.refusals),
        "unmanaged": unmanaged_json(plan),
    }


def unmanaged_json(plan: Plan) -> list[dict[str, str]]:
    """The states that are in the project and not in the file."""
    return [{"type": state.type, "state": name(state)} for state in plan.unmanaged]
