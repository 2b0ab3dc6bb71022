"""What comes from a provider unasked: the event as it was received, and what is to be done about it."""

from enum import StrEnum
from operator import not_
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, JsonValue, model_validator

from domain.fulfillment import FulfillmentEvent
from domain.value import Value

PROVIDERS = ("fluent", "webhook")
"""Who may send webhooks; the second stands for a system of your own that signs with a shared secret."""
EventId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:~-]{1,128}$")]
ProviderName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
Named = Annotated[str, Field(min_length=1, max_length=256)]


class Origin(StrEnum):
    """How we came to know of it."""

    WEBHOOK = "webhook"
    PULL = "pull"


class Received(Value):
    """One event of a provider, verified, its content not looked at: a hint what to ask the provider about.

    The fields are those of Fluent's webhooks (`id, name, accountId, retailerId, entityId, entityRef, entityType`
    required, the others not); another provider's event fills in what it has. `attributes` are as they came.
    """

    provider: ProviderName
    event_id: EventId
    name: Named
    account_id: str | None = Field(default=None, max_length=256)
    retailer_id: str | None = Field(default=None, max_length=256)
    entity_id: Named
    entity_ref: Named
    entity_type: Named
    entity_subtype: str | None = Field(default=None, max_length=256)
    entity_status: str | None = Field(default=None, max_length=256)
    root_entity_id: str | None = Field(default=None, max_length=256)
    root_entity_ref: str | None = Field(default=None, max_length=256)
    root_entity_type: str | None = Field(default=None, max_length=256)
    attributes: dict[str, JsonValue] = Field(default={}, repr=False)
    received_at: AwareDatetime
    origin: Origin = Origin.WEBHOOK


class ParkReason(StrEnum):
    """Why an event waits for a person: a closed list."""

    UNKNOWN_NAME = "unknownName"
    """No handler is installed for a message of that name."""
    UNMAPPED = "unmapped"
    """The provider's status maps do not name a status."""
    UNKNOWN_ORDER = "unknownOrder"
    """Nobody knows whose logistic order it is."""
    NOT_THEIRS = "notTheirs"
    """It tells of a logistic order that another provider has."""
    UNREADABLE = "unreadable"
    """The provider answers something else than it should, or refuses to answer."""
    NOT_SET_UP = "notSetUp"
    """This worker cannot ask the provider."""
    HANDLER_FAILED = "handlerFailed"
    NO_WORKFLOW = "noWorkflow"
    """The order's workflow has ended, or there is none."""
    TOO_LATE = "tooLate"
    """It was parked by the edge, because its order had come to its end."""


class Parking(Value):
    """That an event has to wait for a person."""

    reason: ParkReason
    why: str = Field(max_length=500)


class Delivery(Value):
    """News for the workflow of one order."""

    order_id: Named
    events: tuple[FulfillmentEvent, ...] = Field(min_length=1)
    had: bool = Field(default=False, exclude_if=not_)
    """Whether the order's record has each of them already: then nothing is lost where its workflow has ended."""


class Handled(Value):
    """What a handler says: deliver this; or park it; or, with nothing of both, there is nothing to do, and why."""

    deliveries: tuple[Delivery, ...] = ()
    parked: Parking | None = None
    note: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if self.parked is not None and self.deliveries:
            raise ValueError("what is parked is delivered when it is handled again, and not before")
        if self.parked is None and not self.deliveries and not self.note:
            raise ValueError("where nothing is to be done, the note says why")
        return self

    @classmethod
    def deliver(cls, order_id: str, *events: FulfillmentEvent) -> Self:
        """Tell one order of this."""
        return cls(deliveries=(Delivery(order_id=order_id, events=events),))

    @classmethod
    def park(cls, reason: ParkReason, why: str) -> Self:
        """Have a person see to it."""
        return cls(parked=Parking(reason=reason, why=why[:500]))

    @classmethod
    def nothing(cls, note: str) -> Self:
        """It means nothing to any order."""
        return cls(note=note)
