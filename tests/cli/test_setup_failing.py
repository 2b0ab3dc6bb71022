"""The set-up where something fails halfway, or somebody else writes at the same time."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from clients import drafts
from configuration import load_states
from configuration.types import load_types
from settings import SHIPPED_CONFIG, Settings
from starter.exits import OutsideError, RefusedError
from starter.setup_extension import Address, ExtensionPart
from starter.setup_plan import ROUNDS, Change, Done, Part, SetUp, Step
from starter.setup_project import AdoptionPart, MessagesPart, StatesPart
from starter.setup_subscription import SubscriptionPart, edge_destination
from starter.setup_types import TypesPart
from tests.clients.sandboxed import Sandboxed, sandboxed

FOLDER = Path(SHIPPED_CONFIG)
GUARD = Address("https://edge.example/extensions/order", SecretStr("t"))


@pytest.fixture
async def empty() -> AsyncIterator[Sandboxed]:
    """A sandbox that nobody has set up."""
    async with sandboxed(messages_enabled=False) as sandbox:
        yield sandbox


def _everything(there: Sandboxed) -> SetUp:
    """All of commercetools' side, in the order of `placet setup`."""
    destination = edge_destination(Settings(), "http://127.0.0.1:1/subscriptions/commercetools")
    return SetUp(
        (
            StatesPart(there.ours, load_states(FOLDER / "states.yaml")),
            TypesPart(there.ours, load_types(FOLDER)),
            MessagesPart(there.ours),
            AdoptionPart(there.ours, datetime.now(UTC)),
            ExtensionPart(there.ours, GUARD),
            SubscriptionPart(there.ours, destination),
        )
    )


async def _made(everything: SetUp) -> list[Done]:
    return [done async for done in everything.run()]


async def _listened(everything: SetUp, told: list[Done]) -> None:
    async for done in everything.run():
        told.append(done)  # noqa: PERF401 - what was told before the failure is what is looked at


async def _written(there: Sandboxed) -> int:
    return len((await there.http.get("http://sandbox/sandbox/journal")).json())


async def test_the_plan_is_what_is_done_and_nothing_is_left_afterwards(empty: Sandboxed) -> None:
    """Planning writes nothing; the run does exactly what was planned; planned again, all is unchanged."""
    everything = _everything(empty)
    before = await _written(empty)
    planned = await everything.plan()
    assert await _written(empty) == before
    assert {step.change for step in planned} == {Change.CREATED, Change.UPDATED}
    assert {step.thing for step in planned} >= {
        "type placet-order",
        "messages",
        "orders are taken up",
        "extension placet",
        "subscription placet",
    }
    assert await _made(everything) == [step.done for step in planned]
    after = await _written(empty)
    assert {step.change for step in await _everything(empty).plan()} == {Change.UNCHANGED}
    await _made(_everything(empty))
    assert await _written(empty) == after


@pytest.mark.parametrize("kind", ["errorBeforeCommit", "errorAfterCommit"])
@pytest.mark.parametrize("path", ["states", "types", "extensions", "subscriptions"])
async def test_a_failure_halfway_is_gone_on_from(empty: Sandboxed, path: str, kind: str) -> None:
    """What was done stays and was told; the next run does the rest, whether or not the failed write was carried out."""
    await empty.fault(kind, method="POST", path=f"^/?{path}", status=503)
    told: list[Done] = []
    with pytest.raises(OutsideError, match="what was done stays, run it again to do the rest"):
        await _listened(_everything(empty), told)
    carried_out = {one.thing for one in await _made(_everything(empty)) if one.change is not Change.UNCHANGED}
    # The moves of a state are a step of their own.
    assert not {one for one in carried_out if not one.startswith("state ")} & {one.thing for one in told}
    assert {step.change for step in await _everything(empty).plan()} == {Change.UNCHANGED}


async def test_what_cannot_be_read_is_named_and_nothing_was_done(empty: Sandboxed) -> None:
    """Everything is read before anything is written."""
    before = await _written(empty)
    await empty.fault("errorBeforeCommit", method="GET", path="extensions", status=502)
    with pytest.raises(OutsideError, match=r"extension placet: .* nothing was changed"):
        await _made(_everything(empty))
    assert await _written(empty) == before


async def test_a_refusal_of_one_part_keeps_all_others_from_being_done(empty: Sandboxed) -> None:
    """A state that cannot be as declared is told before anything is written, also by the parts before it."""
    await empty.ours.create_state(drafts.state_draft("Approved", type_="LineItemState", initial=False))
    before = await _written(empty)
    everything = SetUp(
        [MessagesPart(empty.ours), StatesPart(empty.ours, load_states(FOLDER / "states.yaml"))]
    )
    with pytest.raises(RefusedError, match="states: state Approved: the key is taken"):
        await _made(everything)
    assert await _written(empty) == before


async def test_somebody_who_makes_the_same_at_the_same_time_is_noticed(empty: Sandboxed) -> None:
    """Two set-ups, both planned on the empty project: the second finds what the first has made, and ends well."""
    first, second = _everything(empty), _everything(empty)
    await second.plan()
    await _made(first)
    after = await _written(empty)
    done = await _made(second)
    disturbed = {one.thing for one in done if one.change is Change.AGAIN}
    assert disturbed >= {"type placet-order", "messages", "extension placet", "subscription placet"}
    assert await _written(empty) == after


async def test_a_concurrent_change_is_read_and_planned_anew(empty: Sandboxed) -> None:
    """commercetools answers 409: never the same write with the new version, but what is needed then."""
    await _made(SetUp([ExtensionPart(empty.ours, GUARD)]))
    other = SetUp([ExtensionPart(empty.ours, Address("https://new.example/x", SecretStr("t")))])
    await empty.fault("conflict", path="extensions/", times=2)
    done = await _made(other)
    assert [one.change for one in done] == [Change.AGAIN, Change.AGAIN, Change.UPDATED]
    found = await empty.ours.extension("placet")
    assert found is not None
    assert found.destination["url"] == "https://new.example/x"


async def test_it_gives_up_when_somebody_else_does_not(empty: Sandboxed) -> None:
    """Bounded: the answer is no, in one line."""
    await _made(SetUp([ExtensionPart(empty.ours, GUARD)]))
    other = SetUp([ExtensionPart(empty.ours, Address("https://new.example/x", SecretStr("t")))])
    await empty.fault("conflict", path="extensions/", times=50)
    told = f"somebody else changed extension placet {ROUNDS} times meanwhile; run it again"
    with pytest.raises(RefusedError, match=told):
        await _made(other)


class _Turning(Part):
    """Planned as something to write, and impossible when it is looked at again."""

    thing = "thing"

    def __init__(self, there: Sandboxed) -> None:
        self._there = there
        self._looked = 0

    async def plan(self) -> Sequence[Step]:
        self._looked += 1
        if self._looked > 1:
            return [Step(self.thing, Change.REFUSED, ("somebody else's now",))]

        async def act() -> None:
            await self._there.ours.configure_messages(99, enabled=True)

        return [Step(self.thing, Change.UPDATED, ("x",), act)]


async def test_what_becomes_impossible_meanwhile_is_refused(empty: Sandboxed) -> None:
    """The plan that is made anew may say no, and then nothing more is written."""
    with pytest.raises(RefusedError, match="thing: somebody else's now"):
        await _made(SetUp([_Turning(empty)]))
    assert not (await empty.ours.project()).messages.enabled
