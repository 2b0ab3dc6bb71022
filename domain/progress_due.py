"""When commercetools has to be told of an order's progress, and what was told, in words for the audit."""

from collections.abc import Collection, Iterable

from domain.audit import AuditKind, Detail, Fact
from domain.progress import LineStage, Progress, ShipmentState, WantedParcel
from domain.progress_actions import (
    AddDelivery,
    AddParcel,
    AddReturn,
    ChangeShipmentState,
    MoveLine,
    ProgressAction,
    RemoveDelivery,
    SetDeliveryItems,
    SetParcelItems,
    SetParcelTracking,
    SetReturnPaymentState,
    SetReturnShipmentState,
)
from domain.status_mapping import Kind, Mapped
from domain.status_mapping_moves import StateChange
from domain.value import digest_of

_FIRST = LineStage.PENDING
_MOST_WORDS = 40


def due(progress: Progress, mapped: Mapped, shown: Collection[LineStage] = ()) -> str:
    """What commercetools should know beyond what it knows of every order, as a digest; "" while that is nothing.

    `shown` are the stages of line items that have states of their own: a stage that nobody sees is not worth a call.
    """
    lines = {
        line: {
            stage.value: units for stage, units in stages.items() if stage in shown and stage is not _FIRST
        }
        for line, stages in progress.lines.items()
    }
    shipment = progress.shipment_state or mapped.shipment
    told = {
        "shipment": shipment if shipment != ShipmentState.PENDING else None,
        "payment": mapped.payment,
        "deliveries": [one.to_json_dict() for one in progress.deliveries],
        "returns": [one.to_json_dict() for one in progress.returns],
        "lines": {line: stages for line, stages in lines.items() if stages},
    }
    told = {name: value for name, value in told.items() if value}
    return digest_of(told) if told else ""


def progressed(
    actions: Iterable[ProgressAction],
    states: Iterable[StateChange] = (),
    no_place_for: Iterable[str] = (),
) -> Fact | None:
    """The fact that this was written; None where nothing was, and nothing had to be left out."""
    words = [*(f"{one.kind.field} {one.target}" for one in states), *map(_words, actions)]
    detail: Detail = {}
    if words:
        more = [f"and {len(words) - _MOST_WORDS} more"] if len(words) > _MOST_WORDS else []
        detail["written"] = [*words[:_MOST_WORDS], *more]
    left_out = list(no_place_for)
    if left_out:
        detail["noShippingFor"] = left_out
    return Fact(kind=AuditKind.PROGRESSED, detail=detail) if detail else None


def paid(fact: Fact | None, state: str) -> bool:
    """Whether the fact says that this state of the payment was written."""
    written = fact.detail.get("written") if fact is not None else None
    return isinstance(written, list) and f"{Kind.PAYMENT.field} {state}" in written


def _words(action: ProgressAction) -> str:  # noqa: C901, PLR0911 - one return for each kind of action
    match action:
        case AddDelivery():
            parcels = "".join(f", {_tracked(one)}" for one in action.parcels)
            return f"delivery {action.key}{parcels}"
        case RemoveDelivery():
            return f"no delivery {action.key}: what was in it is in named ones"
        case AddParcel():
            return f"{_tracked(action.parcel)} in delivery {action.delivery_key}"
        case SetDeliveryItems():
            return f"contents of delivery {action.key}"
        case SetParcelItems() | SetParcelTracking():
            what = "contents" if isinstance(action, SetParcelItems) else "tracking"
            return f"{what} of parcel {action.parcel_key}"
        case MoveLine():
            return f"{action.quantity} of line {action.line_item_id}: {action.from_key} -> {action.to_key}"
        case AddReturn():
            return f"return {action.return_ref}: {sum(one.quantity for one in action.items)} units"
        case SetReturnShipmentState():
            return f"return item {action.item_key} {action.shipment_state}"
        case SetReturnPaymentState():
            return f"return item {action.item_key} {action.payment_state}"
        case ChangeShipmentState():
            return f"shipmentState {action.shipment_state}"


def _tracked(parcel: WantedParcel) -> str:
    """A parcel with all that is known of its way, of which commercetools has no place for service, place and time."""
    tracking = parcel.tracking
    known = [tracking.carrier, tracking.tracking_id, tracking.service, tracking.url] if tracking else []
    told = [one for one in known if one]
    if parcel.location:
        told.append(f"from {parcel.location}")
    if parcel.went is not None:
        told.append(f"left {parcel.went.isoformat()}")
    return f"parcel {parcel.key}{' (' + ', '.join(told) + ')' if told else ''}"
