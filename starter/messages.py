"""What commercetools tells us, read and classified: pure functions from a JSON document to what is to be done.

Bodies: the Platform format and CloudEvents 1.0 (reference/subscriptions, sections "Platform format payloads" and
"CloudEvents" of commercetools' documentation); the message types are those of `types/message/`.
"""

import re
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from domain.money import Money
from domain.value import Value
from starter.told_moves import ToldMove, told_move
from workflows.memory import OrderChanged
from workflows.names import OrderHint

R = TypeVar("R", bound="_Read")
ORDER_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_LONGEST_KEYWORD = 255  # of a search attribute in SQL visibility

ENTERS = frozenset({"OrderCreated", "OrderImported", "OrderCreatedFromRecurringOrder", "ResourceCreated"})
TRANSITION = "OrderStateTransition"
PAYMENT = "OrderPaymentStateChanged"
OURS_TO_CAUSE = frozenset({TRANSITION, "OrderStateChanged", "ReturnInfoAdded", "ReturnInfoSet", PAYMENT})
"""What Placet itself does to an order: by our own client, it is an echo."""
WITHOUT_EFFECT = frozenset({
    "OrderPaymentAdded", "OrderPaymentRemoved",
    "OrderShipmentStateChanged", "OrderReturnShipmentStateChanged",
    "OrderEstimatedDeliverySet",
    "DeliveryAdded", "DeliveryRemoved", "DeliveryItemsUpdated", "DeliveryAddressSet",
    "DeliveryCustomFieldAdded", "DeliveryCustomFieldChanged", "DeliveryCustomFieldRemoved",
    "DeliveryCustomTypeSet", "DeliveryCustomTypeRemoved",
    "ParcelAddedToDelivery", "ParcelRemovedFromDelivery", "ParcelMeasurementsUpdated",
    "ParcelTrackingDataUpdated", "ParcelItemsUpdated",
    "LineItemStateTransition", "CustomLineItemStateTransition",
    "OrderCustomFieldAdded", "OrderCustomFieldChanged", "OrderCustomFieldRemoved",
    "OrderCustomTypeSet", "OrderCustomTypeRemoved",
})  # fmt: skip
"""Messages about an order that change neither its state nor anything that an approver says yes to.

The state of the payment is told only to an order that is being fulfilled (`OrderChanged.payment_only`). Every other
message about an order makes its workflow look, also one of a type that we do not know: looking once too
often costs an action, looking once too seldom may cost the promise.
"""


class MessageError(ValueError):
    """The document is no notification for us. `field` is where, in the document's own names."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.message = message


class Heed(StrEnum):
    """What a notification asks for."""

    START = "start"
    TELL = "tell"
    TELL_OR_START = "tellOrStart"
    FETCH = "fetch"
    """Its content was too large to be sent: ask for the message."""
    ECHO = "echo"
    IGNORE = "ignore"


class Instruction(Value):
    """What is to be done. `change` and `hint` are there for everything about an order that is heeded."""

    heed: Heed
    why: str
    order_id: str | None = None
    change: OrderChanged | None = None
    move: ToldMove | None = None
    """The transition that the message is about."""
    hint: OrderHint = OrderHint()


class _Read(BaseModel):
    """Just the fields that we use; any number of others may stand beside them."""

    model_config = ConfigDict(
        extra="ignore", strict=True, alias_generator=to_camel, hide_input_in_errors=True, frozen=True
    )


class _CloudEvent(_Read):
    specversion: str
    data: dict[str, Any]


class _Head(_Read):
    notification_type: str
    project_key: str


class _Resource(_Read):
    type_id: str = Field(max_length=256)
    id: str = Field(max_length=256)


class _Client(_Read):
    client_id: str | None = None


class _Change(_Read):
    resource: _Resource
    version: int | None = None


class _Message(_Read):
    resource: _Resource
    id: str = Field(min_length=1, max_length=256)
    type: str | None = Field(default=None, max_length=256)
    sequence_number: int | None = Field(default=None, ge=0, le=2**53)
    resource_version: int | None = Field(default=None, ge=0, le=2**53)
    last_modified_by: _Client | None = None


def classify(document: object, project_key: str, client_id: str) -> Instruction:
    """What a notification asks for, from the body of a subscription in either format.

    Raises:
        MessageError: it is malformed, of an unknown kind, or of another project.
    """
    body = _platform(document)
    head = _read(_Head, body)
    if head.project_key != project_key:
        raise MessageError("projectKey", f"this edge serves another project than '{head.project_key[:64]}'")
    if head.notification_type == "Event":
        return Instruction(heed=Heed.IGNORE, why="an event of another service")
    if head.notification_type in {"ResourceCreated", "ResourceUpdated", "ResourceDeleted"}:
        return _of_change(head.notification_type, body)
    if head.notification_type == "Message":
        return classify_message(body, client_id)
    raise MessageError(
        "notificationType", "is none of Message, ResourceCreated, ResourceUpdated, ResourceDeleted"
    )


def classify_message(body: dict[str, Any], client_id: str) -> Instruction:
    """What a message asks for: one of a subscription, or as the API returns it; raises as `classify`."""
    message = _read(_Message, body)
    if message.resource.type_id != "order":
        return Instruction(heed=Heed.IGNORE, why="not about an order")
    order_id = _order_id(message.resource)
    change = OrderChanged(
        message_id=message.id,
        type=message.type or "unknown",
        sequence_number=message.sequence_number,
        resource_version=message.resource_version,
        by=message.last_modified_by.client_id if message.last_modified_by else None,
        payment_only=message.type == PAYMENT,
    )
    hint = _hint(body)
    if body.get("payloadNotIncluded") is not None:
        why = "its content was too large to be sent"
        return Instruction(heed=Heed.FETCH, why=why, order_id=order_id, change=change, hint=hint)
    if message.type is None:
        raise MessageError("type", "is missing")
    move = told_move(body) if message.type == TRANSITION else None
    # Placet never forces: whoever did so with our client is not us.
    echo = change.by == client_id and not (move is not None and move.forced)
    heed, why = _heeded(message.type, echo=echo)
    return Instruction(heed=heed, why=why, order_id=order_id, change=change, move=move, hint=hint)


def _heeded(message_type: str, *, echo: bool) -> tuple[Heed, str]:
    if message_type in ENTERS:
        return Heed.START, "a new order"
    if message_type in OURS_TO_CAUSE and echo:
        return Heed.ECHO, "our own doing"
    if message_type == TRANSITION:
        return Heed.TELL_OR_START, "the order has moved"
    if message_type in WITHOUT_EFFECT:
        return Heed.IGNORE, "changes nothing that an approval depends on"
    if message_type == PAYMENT:
        return Heed.TELL, "providers may have to be told of the payment"
    return Heed.TELL, "the order may have changed"


def _of_change(kind: str, body: dict[str, Any]) -> Instruction:
    """A change notification: it has no id, no content, and does not say who did it."""
    change = _read(_Change, body)
    if change.resource.type_id != "order":
        # Among them the test notification: ResourceCreated of the subscription itself.
        return Instruction(heed=Heed.IGNORE, why="not about an order")
    order_id = _order_id(change.resource)
    version = change.version if change.version is None or 0 <= change.version <= 2**53 else None
    told = OrderChanged(message_id=f"{kind}/{order_id}/{version}", type=kind, resource_version=version)
    heed = Heed.START if kind in ENTERS else Heed.TELL
    return Instruction(
        heed=heed, why="a change notification", order_id=order_id, change=told, hint=_hint(body)
    )


def _platform(document: object) -> dict[str, Any]:
    """The Platform payload; a CloudEvent carries it as its data."""
    if not isinstance(document, dict):
        raise MessageError("", "the body must be a JSON object")
    if "specversion" not in document:
        return document
    event = _read(_CloudEvent, document)
    if event.specversion != "1.0":
        raise MessageError("specversion", "only CloudEvents 1.0 is read")
    return event.data


def _order_id(resource: _Resource) -> str:
    if not ORDER_ID.fullmatch(resource.id):
        raise MessageError("resource.id", "is not an order id")
    return resource.id


def _hint(body: dict[str, Any]) -> OrderHint:
    """What the lists can show before the order has been read. A hint that cannot be read is no hint."""
    order = _object(body.get("order"))
    identifiers = _object(body.get("resourceUserProvidedIdentifiers"))
    return OrderHint(
        order_number=_keyword(order.get("orderNumber")) or _keyword(identifiers.get("orderNumber")),
        total=_money(_object(order.get("totalPrice"))),
        business_unit=_keyword(_object(order.get("businessUnit")).get("key")),
    )


def _money(price: dict[str, Any]) -> Money | None:
    if not isinstance(price.get("centAmount"), int) or abs(price["centAmount"]) > 2**53:
        return None
    try:
        known = {
            name: price[name] for name in ("centAmount", "currencyCode", "fractionDigits") if name in price
        }
        return Money.model_validate(known, strict=True)
    except ValidationError:
        return None


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _keyword(value: object) -> str | None:
    """A text that every visibility store takes as a keyword."""
    fits = isinstance(value, str) and 0 < len(value) <= _LONGEST_KEYWORD and value.isprintable()
    return value if fits and isinstance(value, str) else None


def _read(model: type[R], document: dict[str, Any]) -> R:
    try:
        return model.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False)[0]
        message = "is missing" if first["type"] == "missing" else first["msg"]
        raise MessageError(".".join(map(str, first["loc"])), message) from None
