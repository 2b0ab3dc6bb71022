"""What is in a shipment, and how much of it has come how far: read out of what was reported of it.

A word with quantities counts. A word without is about all there is: of a parcel or a shipment whose contents are
known from another word, those contents; of one of which nobody ever said what is in it, everything that is left.
What is said of the whole and what is said of its parts are about the same goods: the greater of the two holds.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from domain.fulfillment_event import FulfillmentStatus, Tracking
from domain.shipment import STAGES, Parcel, Quantities, Report, Shipment, added, most, reaches
from domain.value import Value

_ANY = FulfillmentStatus.CREATED
_LATEST = datetime.max.replace(tzinfo=UTC)


class SentParcel(Value):
    """A parcel that has left. Its `ref` is "" where the shipment is one parcel that nobody named."""

    ref: str
    items: Quantities = {}
    tracking: Tracking | None = None
    went: datetime | None = None
    location: str | None = None


class Sent(Value):
    """A shipment that has left, or the part of it that has. `ref` is "" where nobody named it."""

    ref: str
    items: Quantities = {}
    parcels: tuple[SentParcel, ...] = ()
    went: datetime | None = None


def less(quantities: Mapping[str, int], others: Mapping[str, int]) -> Quantities:
    """The one without the other, line by line, never below zero; lines with nothing left are left out."""
    left = {line: quantity - others.get(line, 0) for line, quantity in quantities.items()}
    return {line: quantity for line, quantity in left.items() if quantity > 0}


def within(quantities: Mapping[str, int], limit: Mapping[str, int]) -> Quantities:
    """As much of it as the limit has, line by line."""
    kept = {line: min(quantity, limit.get(line, 0)) for line, quantity in quantities.items()}
    return {line: quantity for line, quantity in kept.items() if quantity > 0}


def told_apart(shipments: tuple[Shipment, ...]) -> tuple[Shipment, ...]:
    """The shipments, in which each tracking number is one parcel.

    A parcel that was known by its number alone is the one that another report names, or the shipment that it follows.
    """
    named = {
        number: (one.ref, parcel.ref if isinstance(parcel, Parcel) else None)
        for one in reversed(shipments)
        for parcel in (*reversed(one.parcels), one.as_whole)
        if (number := parcel.fact("trackingId")) is not None
        and not (isinstance(parcel, Parcel) and parcel.ref == number)
    }
    nameless = next((one.parcels for one in shipments if not one.ref), ())
    known = {parcel.ref: parcel for parcel in nameless if parcel.ref in named}
    if not known:
        return shipments
    found = []
    for one in shipments:
        parcels = tuple(one.parcels if one.ref else (each for each in one.parcels if each.ref not in known))
        report = one.as_whole
        for number, parcel in known.items():
            ref, name = named[number]
            if ref == one.ref and name is None:
                report = report.with_report(parcel)
            elif ref == one.ref:
                parcels = tuple(each.with_report(parcel) if each.ref == name else each for each in parcels)
        if parcels or report != Report():
            found.append(one.model_copy(update={"as_whole": report, "parcels": parcels}))
    return tuple(found)


def contents(shipment: Shipment) -> Quantities:
    """What is in it, as far as anybody said so with quantities."""
    return most((shipment.as_whole.at_least(_ANY), added(_in(parcel) for parcel in shipment.parcels)))


def is_open(shipment: Shipment) -> bool:
    """Whether nobody ever said what is in it."""
    return not shipment.as_whole.names_any and all(map(_unknown, shipment.parcels))


def come_to(shipment: Shipment, stage: FulfillmentStatus) -> Quantities:
    """How much of it has come to a stage."""
    if shipment.as_whole.says_all(stage):
        packed = shipment.as_whole.at_least(FulfillmentStatus.PACKED)
        if not packed or not reaches(stage, FulfillmentStatus.PACKED):
            return contents(shipment)
        # What was asked for, and not found, does not leave with the rest.
        return most((packed, added(_in(parcel) for parcel in shipment.parcels)))
    parts = [_in(parcel) if parcel.says_all(stage) else parcel.at_least(stage) for parcel in shipment.parcels]
    if _all_unknown(shipment, stage):
        parts.append(_unaccounted(shipment))
    return most((shipment.as_whole.at_least(stage), added(parts)))


def says(shipment: Shipment, stage: FulfillmentStatus) -> bool:
    """Whether anything of it was said to have come to a stage."""
    return shipment.as_whole.says(stage) or any(parcel.says(stage) for parcel in shipment.parcels)


def says_entirely(shipment: Shipment, stage: FulfillmentStatus) -> bool:
    """Whether all of a shipment of which nobody said what is in it has come to a stage: it, or each of its parcels."""
    return shipment.as_whole.says_all(stage) or _all_unknown(shipment, stage)


def departure(shipment: Shipment) -> datetime:
    """When the first of it left; where that is not known, after everything else."""
    instants = [report.went for report in (shipment.as_whole, *shipment.parcels) if report.went is not None]
    return min(instants, default=_LATEST)


def sent(shipment: Shipment, granted: Quantities, *, entirely: bool) -> Sent:
    """The shipment as it left, with the quantities that it is granted.

    `entirely`: it was said of more than this shipment that everything has left, so that its parcels have, too.
    """
    out = FulfillmentStatus.SHIPPED
    carried = entirely or shipment.as_whole.says(out)
    left = granted
    unaccounted = _unaccounted(shipment) if carried or _all_unknown(shipment, out) else {}
    parcels = []
    for parcel in shipment.parcels:
        if not (carried or parcel.says(out)):
            continue
        items = _in(parcel) if carried or parcel.says_all(out) else parcel.at_least(out)
        if _unknown(parcel):
            items = unaccounted if not is_open(shipment) else left
            unaccounted = {}
        items = within(items, left)
        left = less(left, items)
        parcels.append(_sent_parcel(parcel.ref, parcel, items, shipment.as_whole))
    if not parcels and tracking_of(shipment.as_whole) is not None:
        parcels.append(_sent_parcel("", shipment.as_whole, granted, shipment.as_whole))
    went = departure(shipment)
    return Sent(
        ref=shipment.ref, items=granted, parcels=tuple(parcels), went=None if went == _LATEST else went
    )


def tracking_of(report: Report) -> Tracking | None:
    """Where it can be followed, the newest of each; None where nothing was said."""
    tracking = Tracking(
        tracking_id=report.fact("trackingId"),
        carrier=report.fact("carrier"),
        service=report.fact("service"),
        url=report.fact("url"),
    )
    return tracking if tracking != Tracking() else None


def _sent_parcel(ref: str, report: Report, items: Quantities, around: Report) -> SentParcel:
    return SentParcel(
        ref=ref,
        items=items,
        tracking=tracking_of(report) or tracking_of(around),
        went=report.went or around.went,
        location=report.fact("location") or around.fact("location"),
    )


def _in(parcel: Parcel) -> Quantities:
    return parcel.at_least(_ANY)


def _unknown(parcel: Parcel) -> bool:
    return not parcel.names_any


def _all_unknown(shipment: Shipment, stage: FulfillmentStatus) -> bool:
    """Whether there are parcels of unknown contents, and each of them has come to a stage.

    Before the last of them has, nobody knows which of the units are in those that have.
    """
    unknown = [parcel for parcel in shipment.parcels if _unknown(parcel)]
    return bool(unknown) and all(parcel.says_all(stage) for parcel in unknown)


def _unaccounted(shipment: Shipment) -> Quantities:
    """What is in the shipment and in none of the parcels whose contents are known.

    The word of the furthest stage says what is in it, once it is packed: what was asked for, and not found, is in
    no parcel.
    """
    words = shipment.as_whole.items
    packed = [words[stage] for stage in STAGES if stage in words and reaches(stage, FulfillmentStatus.PACKED)]
    known = packed[-1] if packed else shipment.as_whole.at_least(_ANY)
    return less(known, added(_in(parcel) for parcel in shipment.parcels))
