"""A provider that is asked for its records, and the events that it sends: for tests of stage 2."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from itertools import count
from time import monotonic
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities.inbound import InboundActivities
from activities.inbound_handlers import GROUP, Context, Handlers
from activities.inbound_orders import OrdersByRef
from activities.providers import ProviderActivities
from clients.commercetools import Commercetools
from clients.errors import ClientError
from configuration import Configuration
from domain.audit import AuditTrail
from domain.inbound import Handled, Received
from domain.provider_answers import Unsupported
from domain.provider_orders import (
    FulfillmentItem,
    PackedItem,
    ProviderFulfillment,
    ProviderOrder,
    ProviderParcel,
)
from domain.splitting import SplitRule, SplittingRules
from domain.status_mapping import Mappings, StatusMaps
from starter.temporal_inbound import TemporalInbound
from tests.workflows.drafts import shipped
from tests.workflows.warehouses import Warehouse
from workflows.inbound import InboundEvent
from workflows.inbound_memory import InboundState, InboundStatus
from workflows.names import ALARM, inbound_workflow_id, provider_queue

ACME, GLOBEX = "acme", "globex"
"""Who has the orders, and somebody else who sends events as well."""
NAME = "fc.connect.order.webhook.status-update"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATIENCE = 20.0
_IDS = count(1)


class Broken:
    """A partner's handler with a fault in it."""

    async def handle(self, message: Received, context: Context) -> Handled:
        """Fail, with what somebody sent in the error."""
        raise KeyError(message.entity_ref)


def entry(name: str, value: str) -> EntryPoint:
    """An installed handler."""
    return EntryPoint(name, value, GROUP)


INSTALLED = (
    entry(NAME, "activities.inbound_fluent:FluentStatusUpdate"),
    entry("placet.fulfillment.reported", "activities.inbound_events:FulfillmentReported"),
    entry("acme.broken", "tests.workflows.inbound_scene:Broken"),
    entry("acme.absent", "tests.workflows.nowhere:Nothing"),
)


class FakeRecords:
    """The provider's own records; it fails as often as it is told to."""

    def __init__(self) -> None:
        self.orders: dict[str, ProviderOrder] = {}
        self.fulfillments: dict[str, ProviderFulfillment] = {}
        self.fails: list[ClientError] = []
        self.down: ClientError | None = None
        self.asked = 0

    async def fetch(self, ref: str) -> ProviderOrder | Unsupported | None:
        """The order."""
        self._reached()
        return self.orders.get(ref)

    async def fetch_fulfillment(self, fulfillment_id: str) -> ProviderFulfillment | Unsupported | None:
        """The fulfilment."""
        self._reached()
        return self.fulfillments.get(fulfillment_id)

    def _reached(self) -> None:
        self.asked += 1
        if self.down is not None:
            raise self.down
        if self.fails:
            raise self.fails.pop(0)


class Meanwhile(OrdersByRef):
    """What orders have on record; between that it was read and that it is answered something may happen."""

    happens: Callable[[], Awaitable[None]] | None = None

    async def trail_of(self, order_id: str) -> AuditTrail | None:
        """As it was before."""
        read = await super().trail_of(order_id)
        happens, self.happens = self.happens, None
        if happens is not None:
            await happens()
        return read


@dataclass
class Acme:
    """A provider whose events come in."""

    client: Client
    orders: Meanwhile
    records: FakeRecords = field(default_factory=FakeRecords)
    mappings: Mappings = field(default_factory=Mappings)

    def clear(self) -> None:
        """Nothing wrong with it, and nothing known."""
        self.records.orders.clear()
        self.records.fulfillments.clear()
        self.records.fails, self.records.down, self.records.asked = [], None, 0
        self.map(SHIPPED="Shipped", BOOKED="Pending")

    def map(self, **shipment: str | None) -> None:
        """Have these statuses mapped, and no others."""
        order = {"BOOKED": "Confirmed", "COMPLETE": "Complete"}
        for name in (ACME, GLOBEX):
            self.mappings.providers[name] = StatusMaps(provider=name, order=order, shipment=shipment)

    def ships(self, ref: str, line: str, status: str = "SHIPPED") -> ProviderFulfillment:
        """One unit of a line is in a parcel with a number."""
        parcel = ProviderParcel(
            ref=f"{ref}-F1-P1",
            status=status,
            carrier="DHL",
            tracking_number="TN-1",
            items=(PackedItem(line_item_id=line, quantity=1),),
        )
        made = ProviderFulfillment(
            id="f-1",
            ref=f"{ref}-F1",
            order_ref=ref,
            status=status,
            location="Berlin",
            updated_on=AT,
            items=(FulfillmentItem(line_item_id=line, requested=1, filled=1),),
            parcels=(parcel,),
        )
        self.records.fulfillments[made.id] = made
        self.records.orders[ref] = ProviderOrder(
            ref=ref, status="BOOKED", updated_on=AT, fulfillments=(made,)
        )
        return made

    def message(self, ref: str, **changes: Any) -> Received:
        """A message about an order."""
        known = {
            "provider": ACME,
            "event_id": f"e-{next(_IDS)}",
            "name": NAME,
            "entity_id": "1",
            "entity_ref": ref,
            "entity_type": "ORDER",
            "received_at": AT,
        }
        return Received(**(known | changes))

    def fulfillment_message(self, one: ProviderFulfillment, **changes: Any) -> Received:
        """A message about a fulfilment."""
        about = {"entity_type": "FULFILMENT", "entity_id": one.id, "entity_ref": one.ref}
        return self.message(one.ref, **about, **changes)

    async def send(self, message: Received) -> WorkflowHandle[InboundEvent, str]:
        """What stage 1 does."""
        await TemporalInbound(self.client).take_in(message)
        workflow_id = inbound_workflow_id(message.provider, message.event_id)
        return self.client.get_workflow_handle_for(InboundEvent.run, workflow_id)

    async def sent(self, message: Received) -> str:
        """The same, awaited: how it ended."""
        return await asyncio.wait_for((await self.send(message)).result(), PATIENCE)


async def until(holds: Callable[[], Awaitable[bool]], pause: float = 0.05) -> None:
    """Return once it holds."""
    deadline = monotonic() + PATIENCE
    while not await holds():
        assert monotonic() < deadline, "it never came to that"
        await asyncio.sleep(pause)


async def until_parked(handle: WorkflowHandle[InboundEvent, str]) -> InboundStatus:
    """How an event stands once it waits for a person, and the index says so: that is told a little later."""
    deadline = monotonic() + PATIENCE
    while (status := await handle.query(InboundEvent.inbound)).state is not InboundState.PARKED or (
        await alarm(handle)
    ) is None:
        assert monotonic() < deadline, status
        await asyncio.sleep(0.05)
    return status


async def alarm(handle: WorkflowHandle[InboundEvent, str]) -> str | None:
    """What the index has."""
    return (await handle.describe()).typed_search_attributes.get(ALARM)


def given_to(provider: str, **changed: Any) -> Configuration:
    """The shipped example in which that provider fulfils everything."""
    rule = SplitRule(rule="everything", provider=provider)
    return replace(shipped(**changed), splitting=SplittingRules(rules=(rule,)))


def exports_of(provider: str) -> list[Callable[..., Any]]:
    """The activities by which a provider is given orders: it takes whatever it is given."""
    given = ProviderActivities({provider: Warehouse(provider)})
    return [given.export_order, given.cancel_at_provider]


@asynccontextmanager
async def acme(client: Client, commercetools: Commercetools) -> AsyncIterator[Acme]:
    """Workers for the queues of the provider, and of the other one, who has the same to tell."""
    provider = Acme(client, Meanwhile(commercetools))
    provider.clear()
    records = {ACME: provider.records, GLOBEX: provider.records}
    inbound = InboundActivities(
        provider.orders, provider.mappings, records, Handlers(INSTALLED)
    ).handle_inbound
    async with (
        Worker(client, task_queue=provider_queue(ACME), activities=[inbound, *exports_of(ACME)]),
        Worker(client, task_queue=provider_queue(GLOBEX), activities=[inbound]),
    ):
        yield provider
