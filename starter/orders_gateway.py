"""What the edge needs of the running workflows, said without Temporal: so that the HTTP contract can be tested alone."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.alarms import Alarm
from domain.audit import AuditTrail
from domain.cancellation import Sayable
from domain.decision import DecisionReceipt
from domain.fulfillment import FulfillmentEvent
from domain.phases import Phase
from domain.release import ReleaseVerdict
from domain.status import OrderStatus
from workflows.memory import OrderChanged
from workflows.names import OrderHint


class GatewayError(Exception):
    """The workflow did not do what was asked of it; the subclasses say why."""


class NoWorkflowError(GatewayError):
    """No workflow of that order is known: none was started, or Temporal has forgotten it."""


class ClosedWorkflowError(GatewayError):
    """The order's workflow has come to its end."""


class UnansweredError(GatewayError):
    """Temporal or its workers gave no answer in time: what was asked may or may not have been done."""

    def __init__(self, message: str, *, retry_after_seconds: int = 5) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class NotHeardError(GatewayError):
    """The workflow refused to hear what was said: its sender has no say in this order."""

    def __init__(self, receipt: DecisionReceipt) -> None:
        super().__init__(receipt.message)
        self.receipt = receipt


class UnknownLinesError(GatewayError):
    """A decision takes out lines that the order does not have, or all of them; or a cancellation names such lines."""


class TooManyUnitsError(GatewayError):
    """A cancellation names more units than a line has."""


class ReasonRequiredError(GatewayError):
    """The policy demands a comment with that verdict, and there is none. The message is for the approver."""


class IdReusedError(GatewayError):
    """The message's id was used before, for something else. `first`: how that was answered, once it was."""

    def __init__(self, message: str, first: DecisionReceipt | None) -> None:
        super().__init__(message)
        self.first = first


class BadCursorError(GatewayError):
    """The cursor is none of ours, or of another list."""


class Reached(StrEnum):
    """Where a message ended up."""

    STARTED = "started"
    """A workflow runs for the order, since now or since a message before."""
    TOLD = "told"
    CLOSED = "closed"
    """The order's workflow has ended, and is not started again."""


class AnyAlarm(StrEnum):
    """Whichever alarm it is."""

    ANY = "any"


@dataclass(frozen=True)
class Worklist:
    """Which orders to list: all that fit everything given."""

    approver: str | None = None
    phase: Phase | None = None
    alarm: Alarm | AnyAlarm | None = None


@dataclass(frozen=True)
class Listed:
    """One order of a list, with what the index knows of it, in case its workflow does not answer."""

    order_id: str
    indexed: OrderStatus
    whole: bool = True
    """Whether the index names everybody who may decide."""


@dataclass(frozen=True)
class Page:
    """Some of the orders; more of them under the cursor, if there is one."""

    orders: tuple[Listed, ...]
    next_cursor: str | None = None


class OrderWorkflows(Protocol):
    """The workflows of all orders. Whatever returns has been acknowledged by Temporal.

    Every method raises UnansweredError; those about one order NoWorkflowError and ClosedWorkflowError where not
    said otherwise.
    """

    async def start(self, order_id: str, hint: OrderHint) -> Reached:
        """Start the order's workflow, or find it: never a second one."""

    async def tell(self, order_id: str, change: OrderChanged) -> Reached:
        """Tell the order's workflow of a change."""

    async def tell_or_start(self, order_id: str, change: OrderChanged, hint: OrderHint) -> Reached:
        """The same, starting the workflow if there is none."""

    async def say(self, order_id: str, said: Sayable) -> DecisionReceipt:
        """A person's word, answered; the same again finds its own answer.

        Also raises NotHeardError, IdReusedError, ReasonRequiredError, UnknownLinesError and TooManyUnitsError.
        """

    async def fulfillment_event(self, order_id: str, event: FulfillmentEvent) -> None:
        """What a fulfilment system reports."""

    async def park(self, order_id: str, event: FulfillmentEvent, why: str) -> None:
        """Keep an event that the order's workflow cannot take in any more; repeats are kept once."""

    async def park_change(self, order_id: str, change: OrderChanged, why: str) -> None:
        """The same for a change in commercetools."""

    async def status(self, order_id: str) -> OrderStatus:
        """How the order stands; a closed workflow still answers until Temporal forgets it."""

    async def audit(self, order_id: str) -> AuditTrail:
        """What happened to the order, as above."""

    async def released(self, order_id: str, digest: str) -> ReleaseVerdict:
        """Whether the order may go to fulfilment with that content; a closed workflow still answers, as above."""

    async def list(self, wanted: Worklist, limit: int, cursor: str | None) -> Page:
        """One page of a list, newest first; raises BadCursorError."""

    async def missing_search_attributes(self) -> frozenset[str]:
        """Which of our search attributes the namespace lacks: with any missing, workflows would get stuck."""
