"""The order's state machine: which custom states there are, and which moves between them are allowed."""

from collections.abc import Iterable
from typing import Self

from pydantic import Field, model_validator

from domain.phases import Phase
from domain.value import Value


class State(Value):
    """A custom state. `transitions` absent means validation off, empty means final (commercetools' State)."""

    key: str = Field(min_length=2, max_length=256)
    name: dict[str, str] = {}
    description: dict[str, str] = {}
    initial: bool = False
    transitions: tuple[str, ...] | None = None


class StateMachine(Value):
    """The states of one type, and which of them stands for which phase of the approval."""

    states: tuple[State, ...]
    phases: dict[Phase, str]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        keys = [state.key for state in self.states]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise ValueError(f"states declared twice: {', '.join(sorted(twice))}")
        for state in self.states:
            _all_declared(keys, state.transitions or (), f"the transitions of {state.key}")
        _all_declared(keys, self.phases.values(), "the phases")
        missing = [phase for phase in Phase if phase not in self.phases]
        if missing:
            raise ValueError(f"phases without a state: {', '.join(missing)}")
        if not any(state.initial for state in self.states):
            raise ValueError("no state is initial, so no order could enter the machine")
        return self

    def key(self, phase: Phase) -> str:
        """The key of the state that stands for a phase."""
        return self.phases[phase]

    def state(self, key: str) -> State | None:
        """The declared state of that key, if there is one."""
        return next((state for state in self.states if state.key == key), None)

    def phase(self, key: str) -> Phase | None:
        """The phase that a state stands for; the undecided ones read as pending, cancelled before withdrawn."""
        reading_order = (Phase.PENDING, Phase.CANCELLED, *Phase)
        return next((phase for phase in reading_order if self.phases[phase] == key), None)

    def allows(self, source: str | None, target: str) -> bool:
        """Whether an order in `source` (None: in no state yet) may move to `target` without force."""
        wanted = self.state(target)
        if wanted is None:
            return False
        if source is None:
            return wanted.initial
        held = self.state(source)
        if held is None:
            return False
        return held.transitions is None or target in held.transitions

    def way(self, source: str | None, target: str) -> tuple[str, ...] | None:
        """The moves that lead from `source` to `target`, in order; None if the machine has no such way.

        An order without a state enters an initial one first. Nothing else takes more than one move.
        """
        if source == target:
            return ()
        if self.allows(source, target):
            return (target,)
        if source is None:
            entries = (state.key for state in self.states if state.initial)
            return next(((entry, target) for entry in entries if self.allows(entry, target)), None)
        return None


def _all_declared(keys: list[str], named: Iterable[str], where: str) -> None:
    unknown = sorted(set(named) - set(keys))
    if unknown:
        raise ValueError(f"{where} name states that are not declared: {', '.join(unknown)}")
