"""Random machines, one applied over the other: what the file says is what the project has, whatever was there before."""

import random
from collections.abc import AsyncIterator

import pytest

from domain.states import DeclaredStates, Edge, State, StateRole, StateType
from starter.exits import OutsideError
from starter.states_apply import Applying, Event, Outcome
from starter.states_drift import compare
from starter.states_plan import StepKind
from starter.states_pull import pull
from tests.clients.sandboxed import Sandboxed, sandboxed

TYPES = (StateType.ORDER, StateType.LINE_ITEM)
NAMES: tuple[dict[str, str], ...] = ({}, {"en": "One"}, {"en": "Other", "de": "Andere"})


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandboxed]:
    """An empty project, every exchange with it held to the official definition."""
    async with sandboxed() as sandbox:
        yield sandbox


def _machine(dice: random.Random, before: DeclaredStates | None = None) -> DeclaredStates:
    """Some states of two types, always the same keys for the same type; some renamed since the machine before."""
    states: list[State] = []
    for type_ in TYPES:
        keys = dice.sample([f"{type_[0]}{n}" for n in range(6)], dice.randint(1, 5))
        previous: dict[str, tuple[str, ...]] = dict.fromkeys(keys, ())
        for former in (state.key for state in before.of(type_)) if before is not None else ():
            if former not in keys and dice.random() < 0.4:
                fresh = f"{type_[0]}{dice.randrange(10**9)}"
                keys.append(fresh)
                previous[fresh] = (former,)
        states += [_state(dice, key, type_, keys, previous[key]) for key in keys]
    dice.shuffle(states)
    return DeclaredStates(states=tuple(states))


def _state(
    dice: random.Random, key: str, type_: StateType, keys: list[str], previous: tuple[str, ...]
) -> State:
    targets = dice.sample(keys, dice.randint(0, len(keys)))
    role = type_ is StateType.LINE_ITEM and dice.random() < 0.3
    return State(
        key=key,
        type=type_,
        initial=dice.random() < 0.4,
        name=dice.choice(NAMES),
        description=dice.choice(NAMES),
        roles=(StateRole.RETURN,) if role else (),
        transitions=None if dice.random() < 0.2 else tuple(Edge(to=target) for target in targets),
        previous_keys=previous,
    )


async def _apply(sandbox: Sandboxed, declared: DeclaredStates) -> list[Event]:
    applying = Applying(sandbox.ours, declared, prune=True)
    return [event async for event in applying.run(await applying.plan())]


@pytest.mark.parametrize("seed", range(8))
async def test_any_machine_over_any_other(sandbox: Sandboxed, seed: int) -> None:
    """Created, renamed, changed and pruned: no drift is left, what is pulled is what was declared, ids stay."""
    dice = random.Random(seed)
    declared: DeclaredStates | None = None
    ids: dict[str, str] = {}
    for _ in range(4):
        declared = _machine(dice, declared)
        events = await _apply(sandbox, declared)
        assert {event.outcome for event in events} <= {Outcome.DONE}
        assert await _apply(sandbox, declared) == []
        found = await sandbox.ours.states()
        assert compare(declared, found).drift == ()
        kept = tuple(state.model_copy(update={"previous_keys": ()}) for state in declared.states)
        pulled = pull(found, DeclaredStates(states=kept)).declared.states
        assert {state.key: state for state in pulled if state.key != "Initial"} == {
            state.key: state for state in kept
        }
        renamed = {event.step.key for event in events if event.step.kind is StepKind.RENAME}
        now = {state.key or "": state.id for state in found}
        for state in declared.states:
            if state.key in renamed:
                assert now[state.key] == ids[state.previous_keys[0]]
        ids = now


@pytest.mark.slow
async def test_after_any_failure_the_next_run_does_the_rest(sandbox: Sandboxed) -> None:
    """Each request of an apply fails once, before or after it was carried out: the second run always ends right."""
    dice = random.Random(20)
    first, second = _machine(dice), _machine(dice)
    for kind in ("errorBeforeCommit", "errorAfterCommit"):
        for failing in range(1, 40):
            await _apply(sandbox, first)
            planned = await Applying(sandbox.ours, second, prune=True).plan()
            if failing > len(planned.steps):
                break
            assert await _fails_at(sandbox, second, failing, kind)
            await _apply(sandbox, second)
            assert compare(second, await sandbox.ours.states()).drift == ()
        assert failing > 5


async def _fails_at(sandbox: Sandboxed, declared: DeclaredStates, failing: int, kind: str) -> bool:
    """Apply until the given write, which fails. Whether it did."""
    applying = Applying(sandbox.ours, declared, prune=True)
    run = applying.run(await applying.plan())
    for _ in range(failing - 1):
        await anext(run)
    for method in ("POST", "DELETE"):
        await sandbox.fault(kind, method=method, path="^/states", status=503)
    try:
        await anext(run)
    except OutsideError:
        return True
    finally:
        await sandbox.http.delete("http://sandbox/sandbox/faults")
    return False
