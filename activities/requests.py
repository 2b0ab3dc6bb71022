"""What the workflow asks of the activities, and what they answer. Small: content travels only when it is new."""

from enum import StrEnum
from operator import not_

from pydantic import AwareDatetime, Field

from domain.alarms import Alarm
from domain.audit import Fact, Transition
from domain.fulfillment import HandOver
from domain.logistic_orders import LogisticOrders
from domain.notification import Notification
from domain.opening import Opening, Reading
from domain.order import Order, OrderContent
from domain.phases import Phase
from domain.portal_returns import FoundReturn
from domain.progress import LineStage, Progress
from domain.route import Level, Route
from domain.standing import Standing
from domain.status import OrderRecord
from domain.status_mapping import Mapped
from domain.substitution import Matter
from domain.value import Value


class KnownContent(Value):
    """What the workflow knows already, so that it need not travel again."""

    digest: str
    automatic: bool


class RouteRequest(Value):
    """Read the order and route it. Without `known`, it is routed afresh; `first` asks whether it is ours to take up."""

    order_id: str
    known: KnownContent | None = None
    known_state: str | None = None
    """The state that the workflow last saw, so that a move whose reply was lost is told all the same."""
    first: bool = False
    adopted: bool = False
    """Whether it was decided before that the order is taken up, however old it is."""
    at: AwareDatetime | None = None
    """The workflow's time, from which the first level has its own; None from workflows of an earlier version."""


class OpenRequest(Value):
    """Read the directory for a level that is to decide from an instant on."""

    level: Level
    at: AwareDatetime
    matter: Matter
    requester_identities: tuple[str, ...] = ()
    """Whoever has become one of these people since the order was routed does not decide either."""
    business_unit: str | None = Field(default=None, exclude_if=not_)
    """Of the order, by key, where somebody of the level is asked for a role in it."""


class OpenedLevel(Value):
    """Who may decide at the level, until when; without an opening, nobody of it may."""

    opening: Opening | None = None
    reading: Reading | None = None
    """What else the directory says; None from workers of an earlier version."""


class Routing(Value):
    """The order as found and routed, and where it was moved so that it waits for its approval."""

    standing: Standing
    found_state: str | None = None
    """Where others left it: before the moves of ours that are told here."""
    state: str | None = None
    modified_by: str | None = None
    order: Order | None = None
    """Only where the content is new to the workflow."""
    route: Route | None = None
    reading: Reading | None = Field(default=None, exclude_if=not_)
    """Where there is no new route: what else the directory says by now."""
    moves: tuple[Transition, ...] = ()
    no_way: bool = False
    """Whether the machine has no move to where the order would have to wait."""
    earlier: OrderRecord | None = None
    """At the first look: the open record of an earlier workflow of this order, which was reset or terminated."""
    not_taken_up: str | None = None
    """Why this order is none of ours; then nothing was moved."""
    closed_before: bool = False
    """Whether that is because its case was closed by an earlier workflow, whose record tells how."""


class LookRequest(Value):
    """Read the order without touching it. With `known`, digests of contents, also the content if it is none of these."""

    order_id: str
    known: tuple[str, ...] = Field(default=(), exclude_if=not_)


class Seen(Value):
    """The order as it is now."""

    standing: Standing
    state: str | None = None
    digest: str | None = None
    modified_by: str | None = None
    returns: tuple[FoundReturn, ...] = Field(default=(), exclude_if=not_)
    """What comes back by what stands in commercetools, whoever wrote it."""
    payment: str | None = Field(default=None, exclude_if=not_)
    """The order's `paymentState`."""
    content: OrderContent | None = Field(default=None, exclude_if=not_)
    """Only where it is none of those that were known."""
    route: Route | None = Field(default=None, exclude_if=not_)
    """With the content: its route under the policy as it is now."""


class MoveOutcome(StrEnum):
    """How an attempt to move the order ended. All but the first have moved nothing, but may tell of earlier moves."""

    MOVED = "moved"
    CHANGED = "changed"
    """The content is not the one that was decided on, or its requester turns out to be one of those who decided."""
    ELSEWHERE = "elsewhere"
    """The order stands where this move does not begin."""
    NO_WAY = "noWay"
    """The machine does not have the move."""


class Moves(Value):
    """What became of the order: the moves made, and where it stands now."""

    outcome: MoveOutcome
    standing: Standing
    state: str | None = None
    moves: tuple[Transition, ...] = ()
    moved_before: str | None = None
    """Where somebody else had moved it without our knowing, before our moves; told by the release."""
    moved_before_by: str | None = None
    """The API client that wrote last then."""
    recorded: bool = True
    """Whether the record was written along, where one was given."""
    logistics: LogisticOrders | None = Field(default=None, exclude_if=not_)
    """The released order, split; None from a worker of an earlier version, and where `split_again`."""
    line_stages: tuple[LineStage, ...] = Field(default=(), exclude_if=not_)
    """The stages that line items have states for, told by the release."""
    progressed: Fact | None = Field(default=None, exclude_if=not_)
    """What was written of the order's progress along with its end."""
    progress_refused: str | None = Field(default=None, exclude_if=not_)
    """Why the progress could not be written; the order was brought to its end all the same."""
    split_again: bool = Field(default=False, exclude_if=not_)
    """Whether the order reads otherwise by now than when it was claimed: what was approved has to be split by itself."""
    payment: str | None = Field(default=None, exclude_if=not_)
    """The `paymentState` of the released order."""


class SplitRequest(Value):
    """Split this content of an order. `first` is the number of the first logistic order that is made."""

    order_id: str
    order_number: str | None = None
    content: OrderContent
    first: int = 1


class ReleaseRequest(Value):
    """Approve the order and claim it for fulfilment, if its content is still the one with this digest."""

    order_id: str
    digest: str
    known_state: str | None = None
    """The state that the workflow last saw, so that moves whose reply was lost are told all the same."""
    on_behalf_of: str | None = None
    """The approver whose yes was the last one needed."""
    agreed: tuple[str, ...] = Field(default=(), exclude_if=not_)
    """Everybody whose voice counts, own or lent: the requester may be none of them, as the directory has it now."""


class CloseRequest(Value):
    """Move the order to its end. `digest` binds the move to a content.

    `record` is the record at that end without the entries of the move itself: what was written of the order's progress,
    the transitions, then `closed`.
    """

    order_id: str
    phase: Phase
    digest: str | None = None
    known_state: str | None = None
    on_behalf_of: str | None = None
    at: AwareDatetime
    closed: Fact
    record: OrderRecord
    progress: Progress | None = Field(default=None, exclude_if=not_)
    """To be written in the same update, as far as the order lacks it."""
    mapped: Mapped | None = Field(default=None, exclude_if=not_)
    """What its providers' statuses mean."""


class ProgressRequest(Value):
    """Tell commercetools how far the order has come, and then write the record."""

    order_id: str
    phase: Phase
    progress: Progress
    mapped: Mapped | None = Field(default=None, exclude_if=not_)
    at: AwareDatetime
    record: OrderRecord


class ProgressTold(Value):
    """What became of it."""

    fact: Fact | None = None
    """What was written, if anything was."""
    elsewhere: bool = False
    """Whether somebody else has moved the order, so that nothing was written: look at it."""
    refused: str | None = None
    """Why commercetools does not take it."""
    recorded: bool = True


class HandOverRequest(Value):
    """Write the hand-over, create-only, and then the record."""

    hand_over: HandOver
    record: OrderRecord


class HandedOver(Value):
    """The hand-over is written. `announce`: a fulfilment system is configured that wants to be told."""

    announce: bool
    recorded: bool = True
    """Whether the record was written along."""


class TellRequest(Value):
    """Messages to send, and the record as it is now; without one for an order that is not Placet's."""

    notifications: tuple[Notification, ...]
    record: OrderRecord | None


class AfterEnd(Value):
    """Something wrong with an order whose workflow has closed: for its record, and for the operators."""

    order_id: str
    alarm: Alarm
    detail: str
    message_id: str
    """The message in commercetools that tells of it."""
    at: AwareDatetime
