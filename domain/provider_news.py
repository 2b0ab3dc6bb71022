"""What a provider's full record says, as fulfilment events: read by its status maps, and the same whenever it is read.

An event's id is made of what the event says. So the same record read again, for another webhook or by a pull, makes
events that the order has had already, and two webhooks that met the same record tell one thing.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from domain.fulfillment_event import (
    FulfillmentEvent,
    FulfillmentStatus,
    ShippedItem,
    StatedTargets,
    Tracking,
)
from domain.provider_orders import ProviderFulfillment, ProviderOrder, ProviderParcel, ProviderReturn
from domain.provider_stages import STAGE_OF, WAITS, Stage, parcel_stage, reaches, stage_at
from domain.shipment import STAGES, Quantities, added
from domain.status_mapping import Kind, StatusMaps, Unmapped
from domain.value import Value, digest_of

NOT_SENT = "notSent"
"""The reason of units that a completed order did not send."""


class News(Value):
    """The events of a record. With anything `unmapped` there are none: a record half understood is not understood.

    Nor where it does not say how many of which line it is about (`unreadable`, for a person): an event without
    quantities is about everything, which such a record does not mean.
    """

    events: tuple[FulfillmentEvent, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    unreadable: tuple[str, ...] = ()


def order_news(order: ProviderOrder, maps: StatusMaps, seen_at: datetime) -> News:
    """All that the record of an order says. `seen_at` is when things happened whose time the provider does not tell."""
    said: list[FulfillmentEvent] = []
    unmapped: list[Unmapped] = []
    unreadable: list[str] = []
    for news in (
        *(fulfillment_news(order.ref, one, maps, seen_at) for one in order.fulfillments),
        *(return_news(order.ref, one, maps, seen_at) for one in order.returns),
        _whole_order(order, maps, seen_at),
    ):
        said += news.events
        unmapped += news.unmapped
        unreadable += news.unreadable
    if unmapped or unreadable:
        return News(unmapped=tuple(unmapped), unreadable=tuple(unreadable))
    return News(events=tuple(said))


def fulfillment_news(ref: str, one: ProviderFulfillment, maps: StatusMaps, seen_at: datetime) -> News:
    """What the record of one fulfilment says about the logistic order with that reference, as one shipment of it."""
    stage = stage_at(maps, one.status)
    if isinstance(stage, Unmapped):
        return News(unmapped=(stage,))
    if stage.at is None:
        return News()
    make = _Maker(maps.provider, ref, one.updated_on or seen_at)
    packed = reaches(stage.at, FulfillmentStatus.PACKED)
    quantities = _held(one, packed=packed)
    if quantities is None or (packed and not quantities and not _tells_its_parcels(one)):
        return News(unreadable=(f"fulfilment {one.ref} is {one.status}, and does not say what is in it",))
    events = []
    if quantities:
        left = min((p.shipped_at for p in one.parcels if p.shipped_at is not None), default=None)
        gone = reaches(stage.at, FulfillmentStatus.SHIPPED)
        events.append(
            make.event(
                stage.at,
                quantities,
                shipment_ref=one.ref,
                location=one.location,
                shipped_at=left if gone else None,
                reason_code=stage.waits,
            )
        )
    staged = [(parcel, parcel_stage(maps, stage, parcel)) for parcel in one.parcels]
    # Those that are behind first: until they are known, what a parcel holds that does not say it could be all.
    staged.sort(key=lambda each: STAGES.index(each[1]))
    events += [
        make.parcel(one.ref, one.location, parcel, at) for parcel, at in staged if quantities or parcel.items
    ]
    return News(events=tuple(events))


def return_news(ref: str, one: ProviderReturn, maps: StatusMaps, seen_at: datetime) -> News:
    """What came back: told once the return's status is one that is mapped to `Delivered`."""
    found = maps.find(Kind.SHIPMENT, one.status)
    if isinstance(found, Unmapped):
        return News(unmapped=(found,))
    if found != "Delivered":
        return News()
    quantities: Quantities = {}
    for item in one.items:
        if item.line_item_id is None or item.quantity is None:
            return News(unreadable=(f"return {one.ref}: {item.ref} does not say how many of which line",))
        quantities = added((quantities, {item.line_item_id: item.quantity}))
    if not one.items:
        return News(unreadable=(f"return {one.ref} does not say what came back",))
    quantities = {line: quantity for line, quantity in quantities.items() if quantity > 0}
    if not quantities:
        return News()
    reason = next((item.reason for item in one.items if item.reason), None)
    make = _Maker(maps.provider, ref, one.updated_on or seen_at)
    event = make.event(FulfillmentStatus.RETURNED, quantities, return_ref=one.ref, reason_code=reason)
    return News(events=(event,))


def _held(one: ProviderFulfillment, *, packed: bool) -> Quantities | None:
    """What was found of each line, or until it is packed asked for; None where nobody says."""
    told = [(item.line_item_id, item.filled if packed else item.requested) for item in one.items]
    if any(units is None for _, units in told):
        return None
    return added({line: units} for line, units in told if units)


def _tells_its_parcels(one: ProviderFulfillment) -> bool:
    """Whether each of its parcels says what is in it; one that found nothing, and has no parcel, says it as well."""
    return all(parcel.items for parcel in one.parcels) and bool(one.parcels or one.items)


def _whole_order(order: ProviderOrder, maps: StatusMaps, seen_at: datetime) -> News:
    mapped = maps.mapped_alike(order.status)
    if mapped.unmapped:
        return News(unmapped=mapped.unmapped)
    make = _Maker(maps.provider, order.ref, order.updated_on or seen_at)
    targets = StatedTargets(order=mapped.order, payment=mapped.payment, shipment=mapped.shipment)
    if mapped.order == "Cancelled":
        cancelled = make.event(
            FulfillmentStatus.CANCELLED, {}, reason_code=order.cancel_reason, targets=targets
        )
        return News(events=(cancelled,))
    events = [*_cancelled_lines(order, maps, make)]
    waits = mapped.shipment.casefold() if mapped.shipment in WAITS else None
    if mapped.order == "Complete":
        to_come = [one for one in order.fulfillments if _is_to_come(one, maps)]
        if to_come:
            what = ", ".join(f"{one.ref} is {one.status}" for one in to_come)
            return News(unreadable=(f"{order.ref} is {order.status}, and its fulfilment {what}",))
        short = _not_sent(order, maps)
        if short:
            events.append(make.event(FulfillmentStatus.CANCELLED, short, reason_code=NOT_SENT))
        events.append(make.event(FulfillmentStatus.COMPLETED, {}, targets=targets))
        return News(events=tuple(events))
    stage = STAGE_OF.get(mapped.shipment or "") if not order.fulfillments else None
    if stage is None or stage is FulfillmentStatus.ACCEPTED:
        says_nothing = mapped.order is None and mapped.shipment is None
        new = mapped.order == "Open" or says_nothing
        stage = FulfillmentStatus.CREATED if new else FulfillmentStatus.ACCEPTED
    if targets != StatedTargets():
        events.append(make.event(stage, {}, reason_code=waits, targets=targets))
    return News(events=tuple(events))


def _cancelled_lines(order: ProviderOrder, maps: StatusMaps, make: "_Maker") -> Iterator[FulfillmentEvent]:
    """Lines of which something is cancelled while the order is not, each an event of its own: so many altogether.

    A line says so by its status, or by standing at less than was exported.
    """
    for item in order.items:
        own = item.status if item.status != order.status else None
        exported = item.quantity if item.exported is None else item.exported
        entirely = own is not None and maps.find(Kind.ORDER, own) == "Cancelled"
        cancelled = exported if entirely else exported - item.quantity
        if cancelled > 0:
            yield make.event(
                FulfillmentStatus.CANCELLED,
                {item.line_item_id: cancelled},
                altogether=True,
                reason_code=order.cancel_reason,
            )


def _not_sent(order: ProviderOrder, maps: StatusMaps) -> Quantities:
    """Of a complete order what no fulfilment has sent, where the record knows its fulfilments' quantities."""
    if not any(one.items for one in order.fulfillments):
        return {}
    sent = added(
        {item.line_item_id: item.filled}
        for one in order.fulfillments
        for item in one.items
        if _live(maps, one)
    )
    live = [
        one for one in order.items if one.status is None or maps.find(Kind.ORDER, one.status) != "Cancelled"
    ]
    short = {one.line_item_id: one.quantity - sent.get(one.line_item_id, 0) for one in live}
    return {line: quantity for line, quantity in short.items() if quantity > 0}


def _is_to_come(one: ProviderFulfillment, maps: StatusMaps) -> bool:
    """Whether a location has still to look for something. What was found is not: nobody need say that it was collected."""
    stage = stage_at(maps, one.status)
    if not isinstance(stage, Stage) or stage.at is None or reaches(stage.at, FulfillmentStatus.PACKED):
        return False
    return any((item.requested or 0) > item.filled + item.rejected for item in one.items)


def _live(maps: StatusMaps, one: ProviderFulfillment) -> bool:
    stage = stage_at(maps, one.status)
    return isinstance(stage, Stage) and stage.at is not None


class _Maker:
    """Makes the events of one record."""

    def __init__(self, provider: str, ref: str, at: datetime) -> None:
        self._provider = provider
        self._ref = ref
        self._at = at

    def event(
        self, status: FulfillmentStatus, quantities: Mapping[str, int], **more: object
    ) -> FulfillmentEvent:
        """An event whose id is made of everything in it but the time."""
        items = tuple(ShippedItem(line_item_id=line, quantity=n) for line, n in sorted(quantities.items()))
        made = FulfillmentEvent.model_validate(
            {
                "event_id": "0",
                "ref": self._ref,
                "status": status,
                "occurred_at": self._at,
                "items": items,
                **more,
            }
        )
        said = {k: v for k, v in made.to_json_dict().items() if k not in {"eventId", "occurredAt"}}
        return made.model_copy(update={"event_id": f"{self._provider}.{digest_of(said)[:32]}"})

    def parcel(
        self, shipment: str, location: str | None, parcel: ProviderParcel, stage: FulfillmentStatus
    ) -> FulfillmentEvent:
        """The event of one parcel."""
        tracking = Tracking(
            tracking_id=parcel.tracking_number,
            carrier=parcel.carrier,
            service=parcel.service,
            url=parcel.tracking_url,
        )
        return self.event(
            stage,
            added({item.line_item_id: item.quantity} for item in parcel.items),
            shipment_ref=shipment,
            parcel_ref=parcel.ref,
            tracking=tracking if tracking != Tracking() else None,
            shipped_at=parcel.shipped_at if reaches(stage, FulfillmentStatus.SHIPPED) else None,
            location=location,
        )


def statuses_of(unmapped: Iterable[Unmapped]) -> str:
    """What is not mapped, for a person."""
    return "; ".join(dict.fromkeys(map(str, unmapped)))
