"""What was reported of a shipment and of its parcels, merged: the order in which the reports came leaves no trace.

Quantities only grow (the most that was said of each stage), and of anything else the newest word holds, by sequence
and then by time. So a late, repeated or reordered report takes nothing back.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import not_
from typing import Self

from pydantic import AwareDatetime, Field

from domain.fulfillment_event import FulfillmentEvent, FulfillmentStatus
from domain.value import Value

Quantities = dict[str, int]
"""Units by line item id."""

STAGES = (
    FulfillmentStatus.CREATED,
    FulfillmentStatus.ACCEPTED,
    FulfillmentStatus.PICKING,
    FulfillmentStatus.PACKED,
    FulfillmentStatus.SHIPPED,
    FulfillmentStatus.DELIVERED,
)
"""The way of the goods, in its order."""
_RANK = {stage: n for n, stage in enumerate(STAGES)}


def reaches(stage: FulfillmentStatus, wanted: FulfillmentStatus) -> bool:
    """Whether a stage is that stage or a later one."""
    return _RANK[stage] >= _RANK[wanted]


def added(several: Iterable[Mapping[str, int]]) -> Quantities:
    """The sum, line by line."""
    total: Quantities = {}
    for quantities in several:
        for line, quantity in quantities.items():
            total[line] = total.get(line, 0) + quantity
    return total


def most(several: Iterable[Mapping[str, int]]) -> Quantities:
    """The greatest of each line."""
    greatest: Quantities = {}
    for quantities in several:
        for line, quantity in quantities.items():
            if quantity > greatest.get(line, -1):
                greatest[line] = quantity
    return greatest


def items_of(event: FulfillmentEvent) -> Quantities:
    """The quantities that an event names; a line named twice counts twice, none of a line is nothing said."""
    named = added({item.line_item_id: item.quantity} for item in event.items)
    return {line: quantity for line, quantity in sorted(named.items()) if quantity}


class Told(Value):
    """One thing said of a parcel, and when: the newest holds."""

    value: str
    sequence: int | None = None
    at: AwareDatetime
    event_id: str
    tracking_id: str | None = Field(default=None, exclude_if=not_)
    """The parcel's number in the same report: what was said of another number is not true of this one."""

    @property
    def stamp(self) -> tuple[bool, int, datetime, str, str]:
        """By sequence, then by time; a report without a sequence is older than any that has one."""
        return (self.sequence is not None, self.sequence or 0, self.at, self.event_id, self.value)


class Report(Value):
    """What was said of one thing: a parcel, a shipment as a whole, or a logistic order as a whole."""

    items: dict[FulfillmentStatus, Quantities] = Field(default={}, exclude_if=not_)
    """The most that was said to have come as far as a stage."""
    whole: tuple[FulfillmentStatus, ...] = Field(default=(), exclude_if=not_)
    """The stages that were said of all there is, without quantities; in their order."""
    went: AwareDatetime | None = Field(default=None, exclude_if=not_)
    """When it left: the earliest that was said."""
    told: dict[str, Told] = Field(default={}, exclude_if=not_)
    """`trackingId`, `carrier`, `service`, `url` and `location`."""

    def at_least(self, stage: FulfillmentStatus) -> Quantities:
        """What was said, with quantities, to have come as far as that stage or further."""
        return most(items for at, items in self.items.items() if reaches(at, stage))

    @property
    def names_any(self) -> bool:
        """Whether anything was said with quantities, of whatever stage."""
        return any(self.items.values())

    def says_all(self, stage: FulfillmentStatus) -> bool:
        """Whether all there is was said to have come that far."""
        return any(reaches(at, stage) for at in self.whole)

    def says(self, stage: FulfillmentStatus) -> bool:
        """Whether anything of it was said to have come that far."""
        return self.says_all(stage) or any(reaches(at, stage) for at in self.items)

    def heard(self, event: FulfillmentEvent, stage: FulfillmentStatus) -> Self:
        """This, and what an event about it says."""
        items, named = dict(self.items), items_of(event)
        if named:
            items[stage] = dict(sorted(most((items.get(stage, {}), named)).items()))
        whole = set(self.whole) if event.items else {*self.whole, stage}
        went = self.went
        if reaches(stage, FulfillmentStatus.SHIPPED):
            left = event.shipped_at or event.occurred_at
            went = left if went is None else min(went, left)
        told = dict(self.told)
        for name, word in _words(event):
            known = told.get(name)
            told[name] = word if known is None else max(known, word, key=lambda one: one.stamp)
        return self.model_copy(
            update={
                "items": {at: items[at] for at in STAGES if at in items},
                "whole": tuple(at for at in STAGES if at in whole),
                "went": went,
                "told": dict(sorted(told.items())),
            }
        )

    def with_report(self, other: "Report") -> Self:
        """This, and what another report says of the same thing."""
        told = dict(self.told)
        for name, word in other.told.items():
            told[name] = max(told.get(name, word), word, key=lambda one: one.stamp)
        stages = [stage for stage in STAGES if stage in self.items or stage in other.items]
        instants = [at for at in (self.went, other.went) if at is not None]
        return self.model_copy(
            update={
                "items": {at: most((self.items.get(at, {}), other.items.get(at, {}))) for at in stages},
                "whole": tuple(at for at in STAGES if at in {*self.whole, *other.whole}),
                "went": min(instants, default=None),
                "told": told,
            }
        )

    def fact(self, name: str) -> str | None:
        """The newest that was said under a name, unless it belongs to another tracking number than the newest."""
        word, number = self.told.get(name), self.told.get("trackingId")
        if word is None or (number is not None and word.tracking_id not in {None, number.value}):
            return None
        return word.value


class Parcel(Report):
    """One parcel of a shipment."""

    ref: str


class Shipment(Value):
    """One shipment of a logistic order. Without a `ref` it holds the parcels whose shipment nobody named."""

    ref: str
    as_whole: Report = Field(default=Report(), exclude_if=lambda report: report == Report())
    parcels: tuple[Parcel, ...] = Field(default=(), exclude_if=not_)
    """In the order of their references."""

    def heard(self, event: FulfillmentEvent, stage: FulfillmentStatus, parcel: str | None) -> "Shipment":
        """This, and what an event says of it, or of one of its parcels."""
        if parcel is None:
            return self.model_copy(update={"as_whole": self.as_whole.heard(event, stage)})
        parcels = {one.ref: one for one in self.parcels}
        parcels[parcel] = parcels.get(parcel, Parcel(ref=parcel)).heard(event, stage)
        return self.model_copy(update={"parcels": tuple(parcels[ref] for ref in sorted(parcels))})


def _words(event: FulfillmentEvent) -> Iterable[tuple[str, Told]]:
    tracking = event.tracking.to_json_dict() if event.tracking is not None else {}
    if event.location is not None:
        tracking["location"] = event.location
    for name, value in tracking.items():
        yield (
            name,
            Told(
                value=value,
                sequence=event.sequence,
                at=event.occurred_at,
                event_id=event.event_id,
                tracking_id=event.tracking.tracking_id if event.tracking and name != "trackingId" else None,
            ),
        )
