"""Telling commercetools how far an order has come: what it has is read, what it lacks is written at that version."""

from collections.abc import Iterable
from typing import NamedTuple

from temporalio import activity

from activities.failures import decided_afresh, is_refusal, outside_call
from activities.records import Records
from activities.requests import ProgressRequest, ProgressTold
from clients.commercetools import Commercetools
from clients.drafts import (
    OrderUpdateAction,
    change_order_state,
    change_payment_state,
    change_shipment_state,
)
from clients.errors import ClientError
from clients.order_progress import Plan, ProgressWriter, plan
from clients.progress_drafts import progress_drafts
from clients.projections import order_from_json
from clients.written_order import OrderProgress, order_progress
from domain.audit import AuditEntry, Fact
from domain.order import Order
from domain.phases import Phase
from domain.progress import LineStage, Progress
from domain.progress_due import progressed
from domain.progress_lines import LineStates
from domain.progress_overruled import with_left_out
from domain.standing import Standing, standing
from domain.states import StateMachine
from domain.status_mapping import Kind, Mapped
from domain.status_mapping_moves import StateChange

_LINE_STATES = ("lineItems[*].state[*].state", "customLineItems[*].state[*].state")


_MOST_ALONG = 400
"""An update takes 500 actions, of which the move itself needs a few."""


class Along(NamedTuple):
    """Progress that is written with the order's last move."""

    drafts: tuple[OrderUpdateAction, ...]
    fact: Fact | None


def state_draft(change: StateChange) -> OrderUpdateAction:
    """The action that sets one of the order's free states."""
    match change.kind:
        case Kind.ORDER:
            return change_order_state(change.target)
        case Kind.PAYMENT:
            return change_payment_state(change.target)
        case Kind.SHIPMENT:
            return change_shipment_state(change.target)


class ProgressActivities:
    """Writes progress, with the line states that the project's `states.yaml` names; without any, lines stay as they are."""

    def __init__(
        self,
        commercetools: Commercetools,
        records: Records,
        machine: StateMachine,
        line_states: LineStates | None = None,
    ) -> None:
        self._commercetools = commercetools
        self._records = records
        self._machine = machine
        self._line_states = line_states
        self._writer = ProgressWriter(commercetools)

    @property
    def shown(self) -> tuple[LineStage, ...]:
        """The stages that have a line state of their own."""
        return tuple(self._line_states.keys) if self._line_states is not None else ()

    @activity.defn
    async def apply_progress(self, request: ProgressRequest) -> ProgressTold:
        """Write what the order lacks, in one update, and then the record. What is there already is not written again."""
        async with outside_call():
            try:
                told = await decided_afresh(lambda: self._apply(request))
            except ClientError as error:
                if not is_refusal(error):
                    raise
                told = ProgressTold(refused=str(error))
            facts = (told.fact,) if told.fact is not None else ()
            record = request.record.after(facts, request.at, request.record.status.state)
            recorded = await self._records.mirror(record)
            return told.model_copy(update={"recorded": recorded})

    async def read(self, order_id: str) -> tuple[Order, OrderProgress] | None:
        """The order and what it has of its progress, in one request; None if it is gone."""
        document = await self._commercetools.order_document(
            order_id, _LINE_STATES if self._line_states else ()
        )
        return None if document is None else (order_from_json(document), order_progress(document))

    def plan(self, read: OrderProgress, progress: Progress, mapped: Mapped | None) -> Plan:
        """What is to be written of it."""
        return plan(read, progress, mapped, self._line_states)

    async def along(self, read: OrderProgress, progress: Progress, mapped: Mapped | None) -> "Along | None":
        """What to send with the order's last move; None where so much had to be written before that it must be read again."""
        what = self.plan(read, progress, mapped)
        if len(what.actions) > _MOST_ALONG:
            await self._writer.write(read, what)
            return None
        drafts = [state_draft(one) for one in what.states.todo]
        drafts += progress_drafts(what.actions, read.shippings, read.providers)
        return Along(tuple(drafts), _fact(what))

    async def _apply(self, request: ProgressRequest) -> ProgressTold:
        found = await self.read(request.order_id)
        if found is None:
            return ProgressTold(elsewhere=True)
        order, read = found
        on_its_way = request.phase is Phase.IN_FULFILLMENT
        if on_its_way and standing(order, self._machine) is not Standing.IN_FULFILLMENT:
            return ProgressTold(elsewhere=True)
        what = self.plan(read, request.progress, request.mapped)
        applied = await self._writer.write(read, what)
        if not applied.whole:
            return await self._apply(request)
        return ProgressTold(fact=_fact(what, request.record.entries))


def _fact(what: Plan, entries: Iterable[AuditEntry] = ()) -> Fact | None:
    """What was written, and what of the providers' words was not and is not on record yet."""
    written = progressed(what.actions, what.states.todo, what.no_place_for)
    return with_left_out(written, what.states.left_out, entries)
