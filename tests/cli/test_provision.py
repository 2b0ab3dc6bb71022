"""`placet setup` against the sandbox, every exchange held to commercetools' official definition."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities import records
from clients import drafts
from configuration import load_states
from domain.states import DeclaredStates, State
from settings import SHIPPED_CONFIG, Settings
from starter.exits import RefusedError
from starter.setup_plan import Change, Done, Part, SetUp
from starter.setup_project import SETUP_CONTAINER, SETUP_KEY, AdoptionPart, MessagesPart, StatesPart
from starter.setup_subscription import SubscriptionPart, edge_destination
from starter.subscribed import SUBSCRIBED_TYPES
from tests.clients.sandboxed import Sandboxed, sandboxed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def empty() -> AsyncIterator[Sandboxed]:
    """A sandbox that nobody has set up."""
    async with sandboxed(messages_enabled=False) as sandbox:
        yield sandbox


@pytest.fixture
def declared() -> DeclaredStates:
    """The shipped states."""
    return load_states(Path(SHIPPED_CONFIG) / "states.yaml")


async def _made(part: Part) -> list[Done]:
    return [done async for done in SetUp([part]).run()]


async def _one(part: Part) -> Done:
    (done,) = await _made(part)
    return done


async def test_states_are_made_as_declared_and_then_left_alone(
    empty: Sandboxed, declared: DeclaredStates
) -> None:
    """The first run makes every state with its moves; the second finds nothing to do and writes nothing."""
    first = await _made(StatesPart(empty.ours, declared))
    assert {one.thing for one in first if one.change is Change.CREATED} == {
        f"state {state.key}" for state in declared.states
    }
    made = await empty.ours.states("OrderState")
    keys = {state.id: state.key for state in made}
    for state in declared.states:
        present = next(found for found in made if found.key == state.key)
        assert present.initial is state.initial
        assert present.name == state.name
        assert present.description == state.description
        assert present.transitions is not None
        assert {keys[i] for i in present.transitions} == set(state.targets or ())
    again = await _made(StatesPart(empty.ours, declared))
    assert [(one.thing, one.change) for one in again] == [
        (f"state {state.key}", Change.UNCHANGED) for state in declared.states
    ]
    assert await empty.ours.states("OrderState") == made


async def test_only_what_differs_is_changed(empty: Sandboxed, declared: DeclaredStates) -> None:
    """Somebody changed one name and one set of moves: both are mended, in one run, and nothing else is touched."""
    await _made(StatesPart(empty.ours, declared))
    approved = await empty.ours.state("Approved")
    assert approved is not None
    spoilt = [drafts.set_state_name({"en": "Go"}), drafts.set_transitions(None)]
    await empty.ours.update_state(approved.id, approved.version, spoilt)
    done = await _made(StatesPart(empty.ours, declared))
    changed = [one for one in done if one.change is not Change.UNCHANGED]
    assert [(one.thing, one.change) for one in changed] == [("state Approved", Change.UPDATED)] * 2
    assert 'name.en: "Go" -> "Approved"' in changed[0].details
    assert changed[1].details[0].startswith("transitions: any -> ")


async def test_a_key_taken_by_another_type_is_refused(empty: Sandboxed) -> None:
    """A state of line items under our key is somebody else's: the message names both, and nothing is made."""
    await empty.ours.create_state(drafts.state_draft("Held", type_="LineItemState", initial=False))
    states = (State(key="Held", initial=True), State(key="Other", initial=True))
    with pytest.raises(RefusedError, match="state Held: the key is taken by a state of type LineItemState"):
        await _made(StatesPart(empty.ours, DeclaredStates(states=states)))
    assert await empty.ours.state("Other") is None


async def test_states_that_the_file_leaves_out_are_told_and_stay(
    empty: Sandboxed, declared: DeclaredStates
) -> None:
    """They are somebody's, and only `placet states apply --prune` removes them."""
    await empty.ours.create_state(drafts.state_draft("Extra", type_="OrderState", initial=False))
    done = await _made(StatesPart(empty.ours, declared))
    assert [one.thing for one in done if one.change is Change.UNMANAGED] == ["state Extra"]
    assert await empty.ours.state("Extra") is not None


async def test_messages_are_switched_on_once(empty: Sandboxed) -> None:
    """The query of messages is enabled if it is not."""
    assert (await _one(MessagesPart(empty.ours))).change is Change.UPDATED
    assert (await empty.ours.project()).messages.enabled
    assert (await _one(MessagesPart(empty.ours))).change is Change.UNCHANGED


async def test_the_subscription_asks_for_what_the_bridge_heeds(empty: Sandboxed) -> None:
    """It is created with its types, left alone, and its types are mended; without a destination it is missing."""
    unknown = SubscriptionPart(empty.ours, None)
    assert (await _one(unknown)).change is Change.MISSING
    destination = edge_destination(Settings(), "http://127.0.0.1:1/subscriptions/commercetools")
    known = SubscriptionPart(empty.ours, destination)
    made = await _one(known)
    assert made.change is Change.CREATED
    assert "placet-dev" not in str(made)
    assert (await _one(unknown)).change is Change.UNCHANGED
    assert (await _one(known)).change is Change.UNCHANGED
    present = await empty.ours.subscription("placet")
    assert present is not None
    other = drafts.set_subscribed_messages([*SUBSCRIBED_TYPES[1:], "OrderPaymentAdded"])
    await empty.ours.update_subscription(present.id, present.version, [other])
    mended = await _one(unknown)
    assert mended.change is Change.UPDATED
    assert mended.details == (f"messages: + {SUBSCRIBED_TYPES[0]}, - OrderPaymentAdded",)
    found = await empty.ours.subscription("placet")
    assert found is not None
    assert set(found.messages[0].types) == set(SUBSCRIBED_TYPES)


async def test_another_destination_is_told_and_not_written(empty: Sandboxed) -> None:
    """Where messages go is for a person to say; what else differs is mended all the same."""
    await _one(SubscriptionPart(empty.ours, edge_destination(Settings(), "http://127.0.0.1:1/one")))
    present = await empty.ours.subscription("placet")
    assert present is not None
    fewer = drafts.set_subscribed_messages(["OrderCreated"])
    await empty.ours.update_subscription(present.id, present.version, [fewer])
    elsewhere = edge_destination(Settings(), "http://127.0.0.1:2/other")
    done = await _made(SubscriptionPart(empty.ours, elsewhere))
    assert [one.change for one in done] == [Change.UPDATED, Change.DIFFERS]
    assert "http://127.0.0.1:2/other" in done[1].details[0]
    found = await empty.ours.subscription("placet")
    assert found is not None
    assert found.destination["bootstrapServer"] == "http://127.0.0.1:1/one"


async def test_since_when_orders_are_taken_up_is_written_once(empty: Sandboxed) -> None:
    """The first run's instant stays, and the worker reads it where setup wrote it."""
    assert (await _one(AdoptionPart(empty.ours, NOON))).change is Change.CREATED
    later = await _one(AdoptionPart(empty.ours, datetime.now(UTC)))
    assert later.change is Change.UNCHANGED
    assert later.details == (f"since {NOON.isoformat()}",)
    assert await records.adopt_since(empty.ours) == NOON
    assert (SETUP_CONTAINER, SETUP_KEY) == (records.SETUP_CONTAINER, records.SETUP_KEY)


async def test_whoever_was_first_stays_first(empty: Sandboxed) -> None:
    """Somebody else's set-up wrote its instant after ours was planned: theirs is kept."""
    late = SetUp([AdoptionPart(empty.ours, datetime.now(UTC))])
    await late.plan()
    await _one(AdoptionPart(empty.ours, NOON))
    done = [one async for one in late.run()]
    assert [one.change for one in done] == [Change.AGAIN, Change.UNCHANGED]
    assert await records.adopt_since(empty.ours) == NOON
