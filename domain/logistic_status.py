"""What is shown of logistic orders beside an order's status: totals and not lines, nobody's data, and never more than fits."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from operator import not_

from pydantic import Field

from domain.forwarding import Tell
from domain.fulfillment_event import FulfillmentStatus
from domain.logistic_order import LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.logistic_standing import Standing, standing
from domain.shipment import Quantities
from domain.value import Value

MOST_ORDERS, MOST_PARCELS, MOST_REASONS, MOST_REQUESTS = 50, 50, 10, 10
"""Of an order; of all its logistic orders; of what is held; of one logistic order. What is left out is counted."""


class HandOverStage(StrEnum):
    """How far its hand-over is, while nothing was heard of a logistic order."""

    PLANNED = "planned"
    ASKED = "asked"
    """Its provider was told, and has not answered yet: it may have it."""
    REFUSED = "refused"
    """Its provider does not take it."""
    HANDED_OVER = "handedOver"


class News(StrEnum):
    """What a provider can be told of a logistic order that it has."""

    PAYMENT = "payment"
    DELIVERY = "delivery"


class TrackedParcel(Value):
    """A parcel that has left, as far as it can be followed."""

    shipment: str | None = Field(default=None, exclude_if=not_)
    parcel: str | None = Field(default=None, exclude_if=not_)
    carrier: str | None = Field(default=None, exclude_if=not_)
    tracking_id: str | None = Field(default=None, exclude_if=not_)


class HeldUnits(Value):
    """So many units that nobody fulfils, and why."""

    units: int
    why: str


class LogisticStatus(Value):
    """How one logistic order stands. Units are totals over its lines; what is 0 or not so is absent.

    `ordered` is absent of one that was handed over by an earlier version, which knew no quantities.
    """

    ref: str
    provider: str
    location: str | None = Field(default=None, exclude_if=not_)
    service_level: str | None = Field(default=None, exclude_if=not_)
    provider_id: str | None = Field(default=None, exclude_if=not_)
    """The provider's own id of it: what to name when they are called."""
    stage: FulfillmentStatus | HandOverStage
    """What was heard last; before anything was, how far its hand-over is."""
    ordered: int = Field(default=0, exclude_if=not_)
    shipped: int = Field(default=0, exclude_if=not_)
    """These include the delivered ones."""
    delivered: int = Field(default=0, exclude_if=not_)
    cancelled: int = Field(default=0, exclude_if=not_)
    returned: int = Field(default=0, exclude_if=not_)
    cancel_requested: int = Field(default=0, exclude_if=not_)
    """Asked to be cancelled; the provider has still to answer."""
    cancellations: tuple[str, ...] = Field(default=(), exclude_if=not_)
    """The ids of the requests for that, the oldest first."""
    waits_for: str | None = Field(default=None, exclude_if=not_)
    """The reason code of why it does not get on, such as `backorder`."""
    out_of_reach: bool = Field(default=False, exclude_if=not_)
    """Whether its provider does not answer, and a person was told so."""
    telling: tuple[News, ...] = Field(default=(), exclude_if=not_)
    """What its provider has still to be told, or has not answered yet."""
    parcels: tuple[TrackedParcel, ...] = Field(default=(), exclude_if=not_)
    more_parcels: int = Field(default=0, exclude_if=not_)
    """How many can be followed beside those."""

    @property
    def words(self) -> str:
        """Its stage, what is in the way, and its units, for a person: `shipped; 3 units: 2 shipped, 1 delivered`."""
        provider = ["is out of reach"] if self.out_of_reach else []
        provider += [f"has still to be told of its {' and '.join(self.telling)}"] if self.telling else []
        way = [self.stage.value, *([f"its provider {' and '.join(provider)}"] if provider else [])]
        way += [f"waits: {self.waits_for}"] if self.waits_for else []
        counted = {
            "shipped": self.shipped,
            "delivered": self.delivered,
            "cancelled": self.cancelled,
            "asked to be cancelled": self.cancel_requested,
            "returned": self.returned,
        }
        units = ", ".join(f"{count} {name}" for name, count in counted.items() if count)
        known = f"; {self.ordered} unit{'s' * (self.ordered != 1)}" if self.ordered else ""
        return ", ".join(way) + known + (f": {units}" if known and units else "")

    @property
    def in_trouble(self) -> bool:
        """Whether a person may have to see to it."""
        return self.stage in {HandOverStage.REFUSED, FulfillmentStatus.FAILED} or self.out_of_reach


class LogisticsShown(Value):
    """All that is shown of an order's logistic orders."""

    orders: tuple[LogisticStatus, ...] = ()
    more: int = 0
    """How many there are beside those: the ones in trouble are among those shown, as far as they fit."""
    held: tuple[HeldUnits, ...] = ()


def shown_of(
    known: LogisticOrders,
    *,
    attempted: Collection[str] = (),
    refused: Collection[str] = (),
    unreached: Collection[str] = (),
    telling: Iterable[Tell] = (),
) -> LogisticsShown:
    """How they stand. `attempted` and `refused` are references, `unreached` providers."""
    found, news = list[LogisticStatus](), _news(telling)
    for one in known.orders:
        stage = _stage(one, attempted, refused)
        shown = _status(one, stage, out_of_reach=one.provider in unreached)
        found.append(shown.model_copy(update={"telling": news.get(one.ref, ())}))
    wanted = sorted(range(len(found)), key=lambda n: (not found[n].in_trouble, n))[:MOST_ORDERS]
    kept = [found[n] for n in sorted(wanted)]
    return LogisticsShown(
        orders=tuple(_with_few_parcels(kept)), more=len(found) - len(kept), held=_held(known)
    )


def _news(telling: Iterable[Tell]) -> dict[str, tuple[News, ...]]:
    """What there is to tell, by reference."""
    found: dict[str, tuple[News, ...]] = {}
    for one in telling:
        what = News.DELIVERY if one.payment is None else News.PAYMENT
        found[one.ref] = (*found.get(one.ref, ()), what)
    return found


def _stage(
    one: LogisticOrder, attempted: Collection[str], refused: Collection[str]
) -> FulfillmentStatus | HandOverStage:
    if one.status is not None:
        return one.status
    if one.handed_over:
        return HandOverStage.HANDED_OVER
    if one.ref in refused:
        return HandOverStage.REFUSED
    return HandOverStage.ASKED if one.ref in attempted else HandOverStage.PLANNED


def _status(
    one: LogisticOrder, stage: FulfillmentStatus | HandOverStage, *, out_of_reach: bool
) -> LogisticStatus:
    stands = standing(one)
    asked = _total(stands.cancel_requested)
    waiting = [request.id for request in one.requests if request.answer is None] if asked else []
    return LogisticStatus(
        ref=one.ref,
        provider=one.provider,
        location=one.location,
        service_level=one.service_level,
        provider_id=one.provider_id,
        stage=stage,
        ordered=_total(stands.ordered),
        shipped=_total(stands.at(FulfillmentStatus.SHIPPED)),
        delivered=_total(stands.at(FulfillmentStatus.DELIVERED)),
        cancelled=_total(stands.cancelled),
        returned=_total(stands.returned),
        cancel_requested=asked,
        cancellations=tuple(waiting[:MOST_REQUESTS]),
        waits_for=one.waits_for,
        out_of_reach=out_of_reach,
        parcels=_parcels(stands),
    )


def _parcels(stands: Standing) -> tuple[TrackedParcel, ...]:
    return tuple(
        TrackedParcel(
            shipment=shipment.ref or None,
            parcel=parcel.ref or None,
            carrier=parcel.tracking.carrier,
            tracking_id=parcel.tracking.tracking_id,
        )
        for shipment in stands.sent
        for parcel in shipment.parcels
        if parcel.tracking is not None and (parcel.tracking.carrier or parcel.tracking.tracking_id)
    )


def _with_few_parcels(orders: Iterable[LogisticStatus]) -> Iterable[LogisticStatus]:
    room = MOST_PARCELS
    for one in orders:
        kept = one.parcels[:room]
        room -= len(kept)
        yield one.model_copy(update={"parcels": kept, "more_parcels": len(one.parcels) - len(kept)})


def _held(known: LogisticOrders) -> tuple[HeldUnits, ...]:
    units: dict[str, int] = {}
    for one in known.held:
        units[one.why] = units.get(one.why, 0) + one.quantity
    reasons = list(units)
    if len(reasons) > MOST_REASONS:
        rest = reasons[MOST_REASONS - 1 :]
        other = HeldUnits(units=sum(units[why] for why in rest), why=f"{len(rest)} other reasons")
        return (*(HeldUnits(units=units[why], why=why) for why in reasons[: MOST_REASONS - 1]), other)
    return tuple(HeldUnits(units=units[why], why=why) for why in reasons)


def _total(units: Quantities) -> int:
    return sum(units.values())
