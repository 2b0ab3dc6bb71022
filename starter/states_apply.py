"""Carries out a plan of states, step by step, each told as it is done. Safe to run again after any failure.

Somebody else may write at the same time: then what they wrote is read and everything is planned anew, never the same
write with a new version.
"""

from collections.abc import AsyncIterator
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
from starter.exits import OutsideError, RefusedError
from starter.states_plan import Plan, Step, StepKind, plan

ROUNDS = 5
"""How often somebody else may come between before we give up."""
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


class Applying:
    """One run. It remembers what it wrote and read, because queries lag behind writes."""

    def __init__(self, client: Commercetools, declared: DeclaredStates, *, prune: bool = False) -> None:
        self._client, self._declared, self._prune = client, declared, prune
        self._fresh: dict[str, StateResource] = {}
        self._gone: set[str] = set()
        self._kept: set[str] = set()
        self._released: dict[str, StateResource] = {}
        self._found: dict[str, StateResource] = {}

    async def plan(self) -> Plan:
        """Read the project's states, and compare them with the file."""
        queried = {state.id: state for state in await self._client.states()}
        for state in self._fresh.values():
            if state.id not in queried or queried[state.id].version < state.version:
                queried[state.id] = state
        self._found = {id_: state for id_, state in queried.items() if id_ not in self._gone}
        return plan(self._declared, list(self._found.values()), prune=self._prune)

    async def run(self, first: Plan) -> AsyncIterator[Event]:
        """Carry out the plan that was shown; where somebody else wrote meanwhile, what is needed then.

        Raises:
            RefusedError: something cannot be as declared, or somebody else wrote ROUNDS times; what is done stays.
            OutsideError: commercetools failed or refused a step; what is done stays, and the next run does the rest.
        """
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
                await self._give_back_moves()
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
            self._released[state.id] = state
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

    async def _give_back_moves(self) -> None:
        """A state that could not be deleted gets back what was taken from it: something may be waiting in it."""
        for id_ in self._kept & self._released.keys():
            before, now = self._released[id_], self._fresh.get(id_)
            still = [self._fresh.get(target, self._found.get(target)) for target in before.transitions or ()]
            keys = [state.key for state in still if state and state.key and state.id not in self._gone]
            if keys and now is not None and not now.transitions:
                await self._client.update_state(id_, now.version, [set_transitions(keys)])

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
