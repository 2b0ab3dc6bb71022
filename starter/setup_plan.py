"""The set-up as a plan: what every thing needs, shown first, then carried out step by step. Safe to run again at any time.

Somebody else may write at the same time: then the thing is read and planned anew, never the same write with a new version.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from temporalio.service import RPCError

from clients.errors import (
    ClientError,
    ConcurrentModification,
    DuplicateField,
    NotFound,
    ReferencedResourceNotFound,
)
from domain.value import Value
from starter.exits import OutsideError, RefusedError

ROUNDS = 5
"""How often somebody else may come between before we give up."""


class ChangedMeanwhileError(Exception):
    """Somebody else made it in between, where the system says so in words of its own."""


_MEANWHILE = (
    ChangedMeanwhileError,
    ConcurrentModification,
    DuplicateField,
    NotFound,
    ReferencedResourceNotFound,
)


class Change(StrEnum):
    """What becomes of a thing."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    MISSING = "missing"
    """It is not there, and cannot be made without being told more."""
    DIFFERS = "differs"
    """It is not as it was asked for, and somebody has to look before it is changed."""
    REFUSED = "refused"
    """It cannot be as it was asked for. Nothing at all is done while there is one."""
    UNMANAGED = "unmanaged"
    """It is in the project and not in our files; it stays as it is."""
    LEFT_OUT = "left out"
    """We were told not to see to it."""
    AGAIN = "again"
    """Somebody else wrote in between: what is left of it is planned anew."""

    @property
    def ahead(self) -> str:
        """The same as something that is still to be done."""
        return {Change.CREATED: "create", Change.UPDATED: "update"}.get(self, self.value)


WRITES = frozenset({Change.CREATED, Change.UPDATED})
AMISS = frozenset({Change.MISSING, Change.DIFFERS, Change.REFUSED})


class Done(Value):
    """One thing of the set-up, and what became of it; a detail for each difference, or in what way it is."""

    thing: str
    change: Change
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """What a thing needs. `act` writes it, and is there exactly for what is to be created or updated."""

    thing: str
    change: Change
    details: tuple[str, ...] = ()
    act: Callable[[], Awaitable[object]] | None = None

    @property
    def done(self) -> Done:
        """The step once it is done."""
        return Done(thing=self.thing, change=self.change, details=self.details)


class Part(ABC):
    """One part of the set-up, which reads what is there and knows what it needs. `thing` is what to call it."""

    thing: str

    @abstractmethod
    async def plan(self) -> Sequence[Step]:
        """Read what is there, and compare.

        Raises:
            ClientError: it cannot be read.
        """

    async def run(self, planned: Sequence[Step]) -> AsyncIterator[Done]:
        """Carry out what was planned; where somebody else wrote meanwhile, what is needed then.

        Raises:
            RefusedError: it cannot be as asked for any more, or somebody else wrote ROUNDS times; what is done stays.
            OutsideError: a step failed or was refused; what is done stays, and the next run does the rest.
        """
        told: set[str] = set()
        for _ in range(ROUNDS):
            disturbed: Step | None = None
            for step in planned:
                try:
                    await _carry_out(step)
                except _MEANWHILE:
                    disturbed = step
                    break
                told.add(step.thing)
                yield step.done
            if disturbed is None:
                return
            yield Done(thing=disturbed.thing, change=Change.AGAIN, details=("changed by somebody else",))
            planned = [step for step in await self.plan() if step.act is not None or step.thing not in told]
            refuse(planned)
        raise RefusedError(
            f"somebody else changed {self.thing} {ROUNDS} times meanwhile; run it again when they are done"
        )


async def _carry_out(step: Step) -> None:
    if step.act is None:
        return
    try:
        await step.act()
    except _MEANWHILE:
        raise
    except (ClientError, RPCError) as error:
        told = f"{step.change.ahead} {step.thing}: {error}"
        raise OutsideError(f"{told}; what was done stays, run it again to do the rest") from error


class SetUp:
    """All parts, in the order in which they are carried out."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._planned: list[tuple[Part, Sequence[Step]]] | None = None

    async def plan(self) -> list[Step]:
        """Read everything that is there, and say what it needs.

        Raises:
            OutsideError: something cannot be read.
        """
        self._planned = []
        for part in self._parts:
            try:
                self._planned.append((part, await part.plan()))
            except (ClientError, RPCError) as error:
                raise OutsideError(f"{part.thing}: {error}; nothing was changed") from error
        return [step for _, steps in self._planned for step in steps]

    async def run(self) -> AsyncIterator[Done]:
        """Carry out the plan, each thing told as it is done.

        Raises:
            RefusedError: something cannot be as asked for. If that shows in the plan, nothing was done.
            OutsideError: a step failed; what is done stays, and the next run does the rest.
        """
        if self._planned is None:
            await self.plan()
        planned = self._planned or []
        refuse([step for _, steps in planned for step in steps])
        for part, steps in planned:
            async for done in part.run(steps):
                yield done


def refuse(steps: Sequence[Step]) -> None:
    """Raise RefusedError, with a line for each, if something cannot be as asked for."""
    refused = [step for step in steps if step.change is Change.REFUSED]
    if refused:
        raise RefusedError("\n".join(f"{step.thing}: {'; '.join(step.details)}" for step in refused))
