"""States as `config/states.yaml` declares them, and the machine that the order's states make up.

Rules of State: commercetools' `types/state/State.raml` (transitions absent, empty, listed; roles by type).
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from domain.phases import Phase
from domain.progress import LineStage
from domain.progress_lines import LineStates
from domain.value import Value

FINAL_WORD, ANY_WORD = "final", "any"
INITIAL = "Initial"
"""The built-in state in which every unit of a line item begins."""


class StateType(StrEnum):
    """What kind of thing is in the state (commercetools' StateTypeEnum)."""

    ORDER = "OrderState"
    RECURRING_ORDER = "RecurringOrderState"
    LINE_ITEM = "LineItemState"
    PRODUCT = "ProductState"
    REVIEW = "ReviewState"
    PAYMENT = "PaymentState"
    QUOTE_REQUEST = "QuoteRequestState"
    STAGED_QUOTE = "StagedQuoteState"
    QUOTE = "QuoteState"


class StateRole(StrEnum):
    """What a state stands for besides itself (commercetools' StateRoleEnum)."""

    REVIEW_INCLUDED_IN_STATISTICS = "ReviewIncludedInStatistics"
    RETURN = "Return"


ROLE_BELONGS_TO = {
    StateRole.REVIEW_INCLUDED_IN_STATISTICS: StateType.REVIEW,
    StateRole.RETURN: StateType.LINE_ITEM,
}
"""The one type that may have a role."""


class Mover(StrEnum):
    """Who may move an order along an edge."""

    PLACET = "placet"
    """Only Placet's own API client."""
    OPERATOR = "operator"
    """The API clients that `PLACET_OPERATOR_CLIENT_IDS` names, and Placet."""
    ANYONE = "anyone"


class Doubt(StrEnum):
    """What the guard answers where it cannot find out what it would have to know."""

    REFUSE = "refuse"
    ALLOW = "allow"


class Edge(Value):
    """A move that the machine has. Doubt means no, unless the edge says otherwise."""

    to: str
    by: Mover = Mover.PLACET
    unknown_caller: Doubt = Doubt.REFUSE
    """When commercetools does not tell who moves the order."""
    no_verdict: Doubt = Doubt.REFUSE
    """When the order's workflow does not say in time whether the order is approved."""


def _read_edges(written: Any) -> Any:
    if written == FINAL_WORD:
        return ()
    if written == ANY_WORD:
        return None
    if isinstance(written, str):
        wanted = f"a list of states, '{FINAL_WORD}' or '{ANY_WORD}'"
        raise ValueError(f"{wanted}, and not '{written}'")  # noqa: TRY004 - pydantic's validators raise these
    if isinstance(written, list | tuple):
        return tuple({"to": edge} if isinstance(edge, str) else edge for edge in written)
    return written


def _write_edges(edges: tuple[Edge, ...] | None) -> Any:
    """As the file has it: a word, or a list in which an edge with nothing special is just its state."""
    if not edges:
        return ANY_WORD if edges is None else FINAL_WORD
    return [
        edge.to if edge == Edge(to=edge.to) else edge.model_dump(mode="json", exclude_defaults=True)
        for edge in edges
    ]


Transitions = Annotated[tuple[Edge, ...] | None, BeforeValidator(_read_edges)]


class State(Value):
    """A custom state. `transitions` None (`any`) means validation off, empty (`final`) means the end."""

    key: str = Field(min_length=2, max_length=256)
    type: StateType = StateType.ORDER
    name: dict[str, str] = {}
    description: dict[str, str] = {}
    initial: bool = False
    roles: tuple[StateRole, ...] = ()
    transitions: Transitions = None
    previous_keys: tuple[str, ...] = ()
    """What the state was called before: a state found under one of these is renamed, not made anew."""

    @model_serializer(mode="wrap")
    def _write(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Where a state leads is always said: a file that leaves it out is refused."""
        return {**write(self), "transitions": _write_edges(self.transitions)}

    @property
    def targets(self) -> tuple[str, ...] | None:
        """The keys of the states that may follow; None: any of the same type."""
        return None if self.transitions is None else tuple(edge.to for edge in self.transitions)

    def edge(self, target: str) -> Edge | None:
        """The edge to a state, if there is one; where validation is off anyone may go anywhere."""
        if self.transitions is None:
            return Edge(to=target, by=Mover.ANYONE)
        return next((edge for edge in self.transitions if edge.to == target), None)


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
            _all_declared(keys, state.targets or (), f"the transitions of {state.key}")
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

    @property
    def entries(self) -> tuple[str, ...]:
        """The states in which an order may enter the machine."""
        return tuple(state.key for state in self.states if state.initial)

    def edges(self, source: str | None) -> Iterator[Edge]:
        """Every move from a state, or into the machine (None); anyone may enter it."""
        held = self.state(source) if source is not None else None
        if source is None:
            yield from (Edge(to=key, by=Mover.ANYONE) for key in self.entries)
        elif held is not None and held.transitions is None:
            yield from (Edge(to=state.key, by=Mover.ANYONE) for state in self.states)
        elif held is not None:
            yield from held.transitions or ()

    def allows(self, source: str | None, target: str) -> bool:
        """Whether an order in `source` (None: in no state yet) may move to `target` without force."""
        return any(edge.to == target for edge in self.edges(source))

    def way(self, source: str | None, target: str) -> tuple[str, ...] | None:
        """The moves that lead from `source` to `target`, in order; None if the machine has no such way.

        An order without a state enters an initial one first. Nothing else takes more than one move.
        """
        if source == target:
            return ()
        if self.allows(source, target):
            return (target,)
        if source is None:
            return next(((entry, target) for entry in self.entries if self.allows(entry, target)), None)
        return None


class DeclaredStates(Value):
    """The file: states of any type, which of the order's stands for which phase, and what was meant to be unusual."""

    states: tuple[State, ...]
    phases: dict[Phase, str] = {}
    several_initial: tuple[StateType, ...] = ()
    """The types that are meant to have more than one initial state."""
    line_item_states: dict[LineStage, str] = {}
    """Which state of line items stands for which stage of fulfilment; without any they are left alone."""

    @property
    def machine(self) -> StateMachine:
        """The order's own machine.

        Raises:
            ValidationError: it is none, such as one without a state for each phase.
        """
        return StateMachine(states=self.of(StateType.ORDER), phases=self.phases)

    @property
    def line_states(self) -> LineStates | None:
        """The states of line items as fulfilment moves units along them; None if it is to leave them alone."""
        if not self.line_item_states:
            return None
        return LineStates(
            keys={LineStage.PENDING: INITIAL, **self.line_item_states},
            transitions={state.key: state.targets for state in self.of(StateType.LINE_ITEM)},
        )

    def of(self, type_: StateType) -> tuple[State, ...]:
        """The states of a type."""
        return tuple(state for state in self.states if state.type is type_)

    @property
    def types(self) -> tuple[StateType, ...]:
        """The types that have states here, in the order of the file."""
        return tuple(dict.fromkeys(state.type for state in self.states))


def _all_declared(keys: list[str], named: Iterable[str], where: str) -> None:
    unknown = sorted(set(named) - set(keys))
    if unknown:
        raise ValueError(f"{where} name states that are not declared: {', '.join(unknown)}")
