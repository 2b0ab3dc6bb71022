"""How far goods have come whose status a provider's maps name: of a fulfilment, and of a parcel in it."""

from collections.abc import Mapping

from domain.fulfillment_event import FulfillmentStatus
from domain.provider_orders import ProviderParcel
from domain.shipment import STAGES
from domain.status_mapping import Kind, Silent, StatusMaps, Unmapped
from domain.value import Value

STAGE_OF: Mapping[str, FulfillmentStatus | None] = {
    "Pending": FulfillmentStatus.ACCEPTED,
    "Backorder": FulfillmentStatus.ACCEPTED,
    "Delayed": FulfillmentStatus.ACCEPTED,
    "Ready": FulfillmentStatus.PACKED,
    "Partial": FulfillmentStatus.PACKED,
    "Shipped": FulfillmentStatus.SHIPPED,
    "Delivered": FulfillmentStatus.DELIVERED,
    "Canceled": None,
}
"""How far goods have come whose status is mapped to a ShipmentState. Of `Partial` all is packed, and some parcels left.

A cancelled fulfilment is no cancelled quantity: another location may send it. What is cancelled, the order tells.
"""
WAITS = frozenset({"Backorder", "Delayed"})


class Stage(Value):
    """How far something has come, where its status says so. `waits`: why it gets no further."""

    at: FulfillmentStatus | None = None
    waits: str | None = None


def stage_at(maps: StatusMaps, status: str) -> Stage | Unmapped:
    """How far that status says that goods have come."""
    found = maps.find(Kind.SHIPMENT, status)
    if isinstance(found, Unmapped):
        return found
    if isinstance(found, Silent):
        return Stage()
    waits = found.casefold() if found in WAITS else None
    return Stage(at=STAGE_OF.get(found), waits=waits)


def parcel_stage(maps: StatusMaps, around: Stage, parcel: ProviderParcel) -> FulfillmentStatus:
    """Its own word, if the maps know it; but no less than its shipment says of all of it, and packed in any case."""
    own = stage_at(maps, parcel.status) if parcel.status is not None else Stage()
    known = [FulfillmentStatus.PACKED, around.at]
    if isinstance(own, Stage):
        known.append(own.at)
    elif parcel.shipped_at is not None:
        known.append(FulfillmentStatus.SHIPPED)
    return max((one for one in known if one is not None), key=STAGES.index)


def reaches(stage: FulfillmentStatus, wanted: FulfillmentStatus) -> bool:
    """Whether a stage is another or comes after it."""
    return STAGES.index(stage) >= STAGES.index(wanted)
