"""Lives of events from outside worth keeping: taken in and not handled yet, delivered, parked."""

from collections.abc import Awaitable, Callable

from temporalio.client import WorkflowHandle

from domain.phases import Phase
from tests.workflows.inbound_scene import ACME, Acme, given_to, until, until_parked
from tests.workflows.scene import Scene
from workflows.inbound import InboundEvent
from workflows.names import inbound_workflow_id

InboundStory = Callable[[Scene, Acme], Awaitable[str]]
"""What is played; the workflow's id."""
CONFIGURATION = given_to(ACME)
NOWHERE = "nobody"
"""A provider whose worker is down."""


async def received(_: Scene, provider: Acme) -> str:
    """Verified and taken in, while nobody is there to handle it."""
    handle = await provider.send(provider.message("ON-1-1", provider=NOWHERE))
    await until(lambda: is_under_way(handle))
    return handle.id


async def received_delivered(here: Scene, provider: Acme) -> str:
    """The provider is asked for its record, fails once, and the order hears of it."""
    order = await here.place(5_000)
    await order.until(lambda status: status.phase is Phase.IN_FULFILLMENT)
    await order.at_rest()
    (line,) = await order.lines()
    message = provider.fulfillment_message(provider.ships(f"{order.number}-1", line))
    await provider.sent(message)
    return inbound_workflow_id(ACME, message.event_id)


async def received_parked(_: Scene, provider: Acme) -> str:
    """Nobody handles messages of that name; it is tried again, and a person sees to it."""
    handle = await provider.send(provider.message("ON-1-1", name="acme.unheard-of"))
    await until_parked(handle)
    await handle.execute_update(InboundEvent.replay)
    await handle.signal(InboundEvent.settle, "booked by hand")
    await handle.result()
    return handle.id


async def received_too_late(here: Scene, provider: Acme) -> str:
    """Its order has ended: looked at again, parked, tried again by a person, and settled.

    `received_too_late_once.json` is the same life from before such an event was looked at again by itself.
    """
    order = await here.place(5_000)
    await order.until(lambda status: status.phase is Phase.IN_FULFILLMENT)
    await order.at_rest()
    (line,) = await order.lines()
    await order.report("cancelled")
    await order.result()
    handle = await provider.send(provider.fulfillment_message(provider.ships(f"{order.number}-1", line)))
    await until_parked(handle)
    await handle.execute_update(InboundEvent.replay)
    await handle.signal(InboundEvent.settle, "seen to")
    await handle.result()
    return handle.id


async def is_under_way(handle: WorkflowHandle[InboundEvent, str]) -> bool:
    """Whether it waits to be handled."""
    return bool((await handle.describe()).raw_description.pending_activities)


INBOUND: tuple[InboundStory, ...] = (
    received,
    received_delivered,
    received_parked,
    received_too_late,
)
