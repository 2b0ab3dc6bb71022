"""Carries out a plan of states, step by step, each told as it is done. Safe to run again after any failure.

Except for one thing that the next run could not know: what was taken from a state so that another could be deleted. So it
is given back before a run ends, however it ends; what cannot be given back is told. Only a process that is killed tells
nothing, and then the plan that it showed says what was to be taken.

Somebody else may write at the same time: then what they wrote is read and everything is planned anew, never the same
write with a new version.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from enum import StrEnum
from typing import NamedTuple

from clients.commercetools import Commercetools
from clients.errors import (
    BadRequest,
    ClientError,
    ConcurrentModification,
    DuplicateField,
    NotFound,
    ReferencedResourceNotFound,
)
from clients.resources import StateResource
from clients.state_drafts import set_transitions
from domain.states import DeclaredStates, StateType
from starter.exits import CommandError, OutsideError, RefusedError
from starter.states_plan import Plan, Step, StepKind, name, plan

ROUNDS = 5
"""How often somebody else may come between before we give up."""
_PAUSES = (0.0, 0.1, 0.4, 1.0)
"""How long to wait before each try to give something back, in seconds: not long, because somebody may have pressed Ctrl-C."""
_MEANWHILE = (ConcurrentModification, DuplicateField, NotFound, ReferencedResourceNotFound)


class Outcome(StrEnum):
    """What became of a step."""

    DONE = "done"
    KEPT = "kept"
    """The state was not deleted, because something is in it or leads to it."""
    AGAIN = "again"
    """Somebody else wrote in between: what is left is planned anew."""


class Event(NamedTuple):
    """A step, and what became of it."""

    outcome: Outcome
    step: Step


class _Taken(NamedTuple):
    """A state as it was before the moves to some targets, ids, were to be taken from it."""

    state: StateResource
    targets: frozenset[str]


class Applying:
    """One run. It remembers what it wrote and read, because queries lag behind writes."""

    def __init__(self, client: Commercetools, declared: DeclaredStates, *, prune: bool = False) -> None:
        self._client, self._declared, self._prune = client, declared, prune
        self._fresh: dict[str, StateResource] = {}
        self._gone: set[str] = set()
        self._kept: set[str] = set()
        self._taken: dict[str, _Taken] = {}
        self._found: dict[str, StateResource] = {}

    async def plan(self) -> Plan:
        """Read the project's states, and compare them with the file."""
        queried = {state.id: state for state in await self._client.states()}
        for state in self._fresh.values():
            if state.id not in queried or queried[state.id].version < state.version:
                queried[state.id] = state
        self._found = {id_: state for id_, state in queried.items() if id_ not in self._gone}
        return plan(self._declared, list(self._found.values()), prune=self._prune)

    async def run(self, first: Plan) -> AsyncGenerator[Event]:
        """Carry out the plan that was shown; where somebody else wrote meanwhile, what is needed then.

        Close it if you stop reading before its end: what was taken away for a deletion is given back then, too.

        Raises:
            RefusedError: something cannot be as declared, or somebody else wrote ROUNDS times; what is done stays.
            OutsideError: commercetools failed or refused a step; what is done stays, and the next run does the rest.
                Or a state lost transitions that could not be given back: a line for each, with what to do.
        """
        ended_by: BaseException | None = None
        try:
            async for event in self._rounds(first):
                yield event
        except BaseException as error:
            ended_by = error
            raise
        finally:
            lost = await self._give_back()
            if lost:
                before = (str(ended_by),) if isinstance(ended_by, CommandError) else ()
                raise OutsideError("\n".join((*before, *lost))) from ended_by

    async def _rounds(self, first: Plan) -> AsyncIterator[Event]:
        todo = first
        for _ in range(ROUNDS):
            if todo.refusals:
                raise RefusedError("\n".join(todo.refusals))
            disturbed: Step | None = None
            for step in todo.steps:
                try:
                    outcome = await self._carry_out(step)
                except _MEANWHILE:
                    disturbed = step
                    break
                except ClientError as error:
                    raise OutsideError(
                        f"{step.kind} {step.key}: {error}; what was done stays, run it again to do the rest"
                    ) from error
                if outcome is not None:
                    yield Event(outcome, step)
            if disturbed is None:
                return
            yield Event(Outcome.AGAIN, disturbed)
            await self._look_again(disturbed)
            todo = await self.plan()
        raise RefusedError(
            f"somebody else changed the states {ROUNDS} times meanwhile; run it again when they are done"
        )

    async def _carry_out(self, step: Step) -> Outcome | None:
        if step.draft is not None:
            self._wrote(await self._client.create_state(step.draft))
            return Outcome.DONE
        state = self._state(step)
        if step.kind is StepKind.DELETE:
            return await self._delete(state)
        if step.kind is StepKind.RELEASE:
            if await self._has_an_order(state):
                self._kept.add(state.id)
                return Outcome.KEPT
            self._taken[state.id] = _Taken(state, frozenset(step.taken))
        self._wrote(await self._client.update_state(state.id, state.version, step.actions))
        return Outcome.DONE

    async def _has_an_order(self, state: StateResource) -> bool:
        """Looked up before moves are taken away, so that no order loses its way on. Other kinds only show by deleting."""
        if state.type != StateType.ORDER:
            return False
        return bool(await self._client.orders("state(id=:id)", {"id": state.id}, limit=1))

    async def _delete(self, state: StateResource) -> Outcome | None:
        if state.id in self._kept:
            return None  # told already
        try:
            await self._client.delete_state(state.id, state.version)
        except BadRequest as error:
            if error.code != "ReferenceExists":
                raise
            self._kept.add(state.id)
            return Outcome.KEPT
        self._gone.add(state.id)
        return Outcome.DONE

    async def _give_back(self) -> list[str]:
        """Every state that is still there gets back what was taken from it: something may come to wait in it.

        A line for each that could not be given it.
        """
        lost: list[str] = []
        for taken in self._taken.values():
            failure: ClientError | None = None
            for pause in _PAUSES:
                await asyncio.sleep(pause)
                try:
                    await self._give_back_what_was(taken)
                except ClientError as error:
                    failure = error
                else:
                    break
            else:
                lost += self._lost(taken, failure)
        return lost

    async def _give_back_what_was(self, taken: _Taken) -> None:
        """Looked up afresh, because a step that failed may have been carried out all the same."""
        before = taken.state.transitions or ()
        now = await self._client.state_by_id(taken.state.id)
        if now is None or now.transitions is None or set(now.transitions) != set(before) - taken.targets:
            return  # deleted, or nothing was taken, or somebody else has said meanwhile where it leads
        there = [await self._client.state_by_id(target) for target in before]
        keys = [state.key for state in there if state is not None and state.key is not None]
        if len(keys) > len(now.transitions):
            await self._client.update_state(now.id, now.version, [set_transitions(keys)])

    def _lost(self, taken: _Taken, failure: ClientError | None) -> Iterator[str]:
        known = {**self._found, **self._fresh}
        there = [i for i in taken.state.transitions or () if i in taken.targets and i not in self._gone]
        targets = ", ".join(name(known[i]) if i in known else i for i in there)
        if targets and taken.state.id not in self._gone:
            yield (
                f"{taken.state.type} {name(taken.state)} lost transitions for a deletion, and they could not be "
                f"given back ({failure}); see to it that it leads again to {targets}"
            )

    async def _look_again(self, step: Step) -> None:
        """Read the state itself: a query might still show what it was."""
        if step.state_id is not None and await self._read(step.state_id) is None:
            self._gone.add(step.state_id)
        named = await self._client.state(step.key)
        if named is not None:
            self._wrote(named)

    async def _read(self, state_id: str) -> StateResource | None:
        state = await self._client.state_by_id(state_id)
        if state is not None:
            self._wrote(state)
        return state

    def _wrote(self, state: StateResource) -> None:
        self._fresh[state.id] = state

    def _state(self, step: Step) -> StateResource:
        """The state as it was last seen."""
        if step.state_id is not None:
            return self._fresh.get(step.state_id) or self._found[step.state_id]
        return next(state for state in self._fresh.values() if state.key == step.key)
