"""`placet setup` against the sandbox, every exchange held to commercetools' official definition."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities import records
from clients import drafts
from configuration import load_machine
from domain.states import State, StateMachine
from settings import SHIPPED_CONFIG, Settings
from starter.exits import RefusedError
from starter.provision import (
    SETUP_CONTAINER,
    SETUP_KEY,
    Change,
    Done,
    adoption,
    edge_destination,
    messages,
    states,
    subscription,
)
from starter.subscribed import SUBSCRIBED_TYPES
from tests.clients.sandboxed import Sandboxed, sandboxed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def empty() -> AsyncIterator[Sandboxed]:
    """A sandbox that nobody has set up."""
    async with sandboxed(messages_enabled=False) as sandbox:
        yield sandbox


@pytest.fixture
def machine() -> StateMachine:
    """The shipped state machine."""
    return load_machine(Path(SHIPPED_CONFIG) / "states.yaml")


def _changed(done: list[Done]) -> dict[str, Change]:
    return {one.thing: one.change for one in done}


async def test_states_are_made_as_declared_and_then_left_alone(
    empty: Sandboxed, machine: StateMachine
) -> None:
    """The first run makes every state with its moves; the second finds nothing to do and writes nothing."""
    assert set(_changed(await states(empty.ours, machine)).values()) == {Change.CREATED}
    made = await empty.ours.states("OrderState")
    keys = {state.id: state.key for state in made}
    for declared in machine.states:
        present = next(state for state in made if state.key == declared.key)
        assert present.initial is declared.initial
        assert present.name == declared.name
        assert present.description == declared.description
        assert present.transitions is not None
        assert tuple(keys[i] for i in present.transitions) == declared.targets
    assert set(_changed(await states(empty.ours, machine)).values()) == {Change.UNCHANGED}
    assert await empty.ours.states("OrderState") == made


async def test_only_what_differs_is_changed(empty: Sandboxed, machine: StateMachine) -> None:
    """Somebody changed one name and one set of moves: both are mended, in one run, and nothing else is touched."""
    await states(empty.ours, machine)
    approved = await empty.ours.state("Approved")
    assert approved is not None
    spoilt = [drafts.set_state_name({"en": "Go"}), drafts.set_transitions(None)]
    await empty.ours.update_state(approved.id, approved.version, spoilt)
    done = await states(empty.ours, machine)
    assert [one for one in done if one.change is not Change.UNCHANGED] == [
        Done(thing="state Approved", change=Change.UPDATED, detail="name, transitions")
    ]


async def test_a_key_taken_by_another_type_is_refused(empty: Sandboxed) -> None:
    """A state of line items under our key is somebody else's: the message names both."""
    await empty.ours.create_state(drafts.state_draft("Held", type_="LineItemState", initial=False))
    machine = StateMachine.model_construct(states=(State(key="Held", initial=True),), phases={})
    with pytest.raises(RefusedError, match="state Held: the key is taken by a state of type LineItemState"):
        await states(empty.ours, machine)


async def test_messages_are_switched_on_once(empty: Sandboxed) -> None:
    """The query of messages is enabled if it is not."""
    assert (await messages(empty.ours)).change is Change.UPDATED
    assert (await empty.ours.project()).messages.enabled
    assert (await messages(empty.ours)).change is Change.UNCHANGED


async def test_the_subscription_asks_for_what_the_bridge_heeds(empty: Sandboxed) -> None:
    """It is created with its types, left alone, and its types are mended; without a destination it is missing."""
    assert (await subscription(empty.ours, None)).change is Change.MISSING
    destination = edge_destination(Settings(), "http://127.0.0.1:1/subscriptions/commercetools")
    made = await subscription(empty.ours, destination)
    assert made.change is Change.CREATED
    assert "placet-dev" not in str(made)
    assert (await subscription(empty.ours, None)).change is Change.UNCHANGED
    assert (await subscription(empty.ours, destination)).change is Change.UNCHANGED
    elsewhere = await subscription(empty.ours, edge_destination(Settings(), "http://127.0.0.1:2/other"))
    assert elsewhere.change is Change.DIFFERS
    assert "http://127.0.0.1:2/other" in (elsewhere.detail or "")
    present = await empty.ours.subscription("placet")
    assert present is not None
    fewer = drafts.set_subscribed_messages(["OrderCreated"])
    await empty.ours.update_subscription(present.id, present.version, [fewer])
    assert (await subscription(empty.ours, None)).change is Change.UPDATED
    mended = await empty.ours.subscription("placet")
    assert mended is not None
    assert set(mended.messages[0].types) == set(SUBSCRIBED_TYPES)


async def test_since_when_orders_are_taken_up_is_written_once(empty: Sandboxed) -> None:
    """The first run's instant stays, and the worker reads it where setup wrote it."""
    assert (await adoption(empty.ours, NOON)).change is Change.CREATED
    later = await adoption(empty.ours, datetime.now(UTC))
    assert later.change is Change.UNCHANGED
    assert later.detail == f"since {NOON.isoformat()}"
    assert await records.adopt_since(empty.ours) == NOON
    assert (SETUP_CONTAINER, SETUP_KEY) == (records.SETUP_CONTAINER, records.SETUP_KEY)
