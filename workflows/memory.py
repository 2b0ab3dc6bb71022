"""What one run of the workflow hands to the next, so that continue-as-new loses nothing."""

from collections.abc import Iterable
from operator import not_
from typing import Self

from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from domain.audit import AuditTrail
from domain.case import Case
from domain.forwarding import Forwarding, Tell
from domain.fulfillment import FulfillmentEvent, HandOver, LogisticOrder
from domain.guard import Drift
from domain.logistic_events import CancelToAsk
from domain.logistic_orders import LogisticOrders
from domain.logistic_status import shown_of
from domain.notification import Notice
from domain.order import Order
from domain.phases import Phase
from domain.progress import LineStage
from domain.status import OrderRecord, OrderStatus, alarm_why_of, status_of
from domain.value import Value


class DriftedMove(Value):
    """A move of the order that was not its mover's to make; states by key, or by id where that is all there is."""

    drift: Drift
    source: str | None = None
    target: str

    def words(self, by: str | None) -> str:
        """What happened, for an operator."""
        how = "by force" if self.drift is Drift.FORCED else "along an edge that is not theirs"
        return f"{by or 'somebody'} moved the order from {self.source or 'no state'} to {self.target} {how}"


class OrderChanged(Value):
    """Signal: something happened to the order in commercetools. A hint to look, never evidence."""

    message_id: str
    type: str
    sequence_number: int | None = None
    resource_version: int | None = None
    by: str | None = None
    """The API client that did it, where the message says so."""
    drifted: DriftedMove | None = None
    """What the bridge found wrong with it."""
    payment_only: bool = Field(default=False, exclude_if=not_)
    """Whether it is about the payment alone, on which no approval depends."""


class Parked(Value):
    """An event that found nobody to take it in."""

    provider: str
    order_id: str
    event: FulfillmentEvent | None = None
    change: OrderChanged | None = None
    why: str


class Ending(Value):
    """Where the order has to go, and what its last entry will say."""

    phase: Phase
    detail: dict[str, str]


class OrderMemory(Value):
    """Everything that a run knows about its order."""

    model_config = ConfigDict(frozen=False)

    case: Case
    trail: AuditTrail
    order: Order | None = None
    """The order with the content that the case is about."""
    state: str | None = None
    """The key of the order's custom state as we last saw or set it."""
    look: bool = True
    """Whether the order may have changed since we last looked."""
    outbox: list[Notice] = []
    announcements: list[HandOver] = []
    """The hand-overs of which the fulfilment system has not been told."""
    announcement: HandOver | None = Field(default=None, exclude_if=not_)
    """The same, from a run of an earlier version."""
    inbox: list[FulfillmentEvent] = []
    drifts: list[OrderChanged] = []
    """Moves past the guard that nobody has been told of yet."""
    drifts_told: list[str] = []
    """The messages of those that somebody was told of: each may be delivered again."""
    logistics: LogisticOrders | None = None
    """Absent while nothing was claimed for fulfilment by us."""
    split_again: bool = Field(default=False, exclude_if=not_)
    """Whether the approved content, or what is held of it, has to be split first."""
    line_stages: tuple[LineStage, ...] = Field(default=(), exclude_if=not_)
    """The stages that line items have states for."""
    progress_told: str = Field(default="", exclude_if=not_)
    """The digest of the progress that commercetools was told of."""
    progress_refused: str = Field(default="", exclude_if=not_)
    """The digest of one that it does not take; tried again when a person has the order looked at."""
    refused_exports: list[str] = Field(default=[], exclude_if=not_)
    """The logistic orders that their providers do not take; tried again when a person has the order looked at."""
    export_attempts: list[str] = Field(default=[], exclude_if=not_)
    """The logistic orders that their providers may have: an export was begun, and nobody said what became of it."""
    returns_noted: list[str] = Field(default=[], exclude_if=not_)
    """The items of others' returns in commercetools that are on record, by id."""
    cancel_digests: dict[str, str] = Field(default={}, exclude_if=not_)
    """What people asked to cancel: the digest of each request's body by its id."""
    cancellations: list[CancelToAsk] = Field(default=[], exclude_if=not_)
    """What providers have not been asked yet."""
    cancellations_put_off: list[CancelToAsk] = Field(default=[], exclude_if=not_)
    """What they could not be asked for a fault of ours; asked again when a person has the order looked at."""
    payment_news: bool = Field(default=False, exclude_if=not_)
    """Whether the payment may have changed since we last looked."""
    forwarding: Forwarding | None = Field(default=None, exclude_if=not_)
    """What providers have to be told after the hand-over; absent while there is nothing."""
    unreached: list[str] = Field(default=[], exclude_if=not_)
    """The providers that do not answer, and of whom a person was told."""
    logistic_order: LogisticOrder | None = Field(default=None, exclude_if=not_)
    """The one logistic order, and whether it was handed over: from a run of an earlier version."""
    handed_over: bool = Field(default=False, exclude_if=not_)
    recorded: int = 0
    """How many entries of the trail are in the lasting record."""
    stays_until: AwareDatetime | None = None
    """The end of the window in which returns are taken in."""
    not_taken_up: str | None = None
    """Why the order is none of ours."""
    earlier_revision: int = 0
    """The last revision of an earlier workflow of this order that was reset or terminated."""
    ending: Ending | None = None
    """The end that the fulfilment system reported, while the order is not there yet."""
    closed_before: bool = False
    """Whether an earlier workflow has closed the order's case; its record is the truth, not this run."""
    adopted: bool = False
    """Whether somebody has decided that the order is taken up, however old it is."""

    @model_validator(mode="after")
    def _from_before(self) -> Self:
        """Take over what a run of an earlier version has left."""
        if self.logistic_order is not None and self.logistics is None:
            one = self.logistic_order.model_copy(update={"handed_over": self.handed_over})
            self.logistics, self.logistic_order = LogisticOrders(orders=(one,)), None
        if self.announcement is not None:
            self.announcements, self.announcement = [*self.announcements, self.announcement], None
        return self

    @classmethod
    def fresh(cls, order_id: str, *, adopted: bool = False) -> "OrderMemory":
        """The memory of an order that nobody has looked at yet."""
        return cls(case=Case(order_id=order_id), trail=AuditTrail(order_id=order_id), adopted=adopted)

    @property
    def order_number(self) -> str | None:
        """The order number, once the order was read."""
        return self.order.order_number if self.order is not None else None

    def status(self) -> OrderStatus:
        """How the order stands, with its logistic orders, and with what an alarm is about."""
        status = status_of(self.case, self.order_number, self.state)
        if self.case.alarm is not None:
            why = alarm_why_of(self.trail, self.case.alarm)
            status = status.model_copy(update={"alarm_why": why if why != status.why else None})
        if self.forwarding is not None and self.forwarding.content:
            status = status.model_copy(update={"noted_content": self.forwarding.content})
        if self.logistics is None:
            return status
        shown = shown_of(
            self.logistics,
            attempted=self.export_attempts,
            refused=self.refused_exports,
            unreached=self.unreached,
            telling=self._untold(self.logistics),
        )
        return status.with_logistics(shown)

    def _untold(self, logistics: LogisticOrders) -> Iterable[Tell]:
        """What providers have still to be told, also what is put off until a person has mended something."""
        if self.forwarding is None or self.case.phase is not Phase.IN_FULFILLMENT:
            return ()
        all_of_it = self.forwarding.model_copy(update={"put_off": ()})
        return all_of_it.due(logistics.orders, self.order.content if self.order is not None else None)

    def record(self) -> OrderRecord:
        """The lasting record as it would be now."""
        return OrderRecord(**dict(self.trail), status=self.status())


class OrderStart(Value):
    """The workflow's input: the commercetools order id; `memory` only from an earlier run of the same workflow."""

    order_id: str
    memory: OrderMemory | None = None
    adopted: bool = False
    """From a reconciliation that was told since when orders are taken up: this one is, however old it is."""


class OrderResult(Value):
    """How the order ended. Every expected end is a value; `note` tells why nothing was done, where nothing was."""

    order_id: str
    phase: Phase
    note: str | None = None
