"""How far each unit of a logistic order has come: derived from all that was reported, and stored nowhere.

What has left has left: units that were shipped are not cancelled by a word, and what of a cancellation does not fit is
a finding. So `shipped + cancelled <= ordered` always holds, in whichever order the reports came.
"""

from enum import StrEnum

from domain.fulfillment_event import FulfillmentStatus
from domain.logistic_cancelling import Cancelling, cancelling, holds
from domain.logistic_order import LogisticOrder, Return
from domain.once import worked_out_once
from domain.shipment import STAGES, Quantities, Shipment, added, most
from domain.shipment_contents import (
    Sent,
    SentParcel,
    come_to,
    contents,
    departure,
    is_open,
    less,
    says,
    says_entirely,
    sent,
    told_apart,
    tracking_of,
    within,
)
from domain.value import Value

SHIPPED, DELIVERED = FulfillmentStatus.SHIPPED, FulfillmentStatus.DELIVERED


class FindingKind(StrEnum):
    """The closed list of what cannot be as it was reported."""

    SHIPPED_BEYOND = "shippedBeyondOrdered"
    CANCELLED_TOO_LATE = "cancelledTooLate"
    RETURNED_BEYOND = "returnedBeyondShipped"
    UNKNOWN_LINE = "unknownLine"
    COMPLETED_SHORT = "completedShort"
    """It reported shipments, and then said that it is done, with less than everything in them."""
    FAILED = "failed"


class Finding(Value):
    """Something that a person should look at: so many units of that line."""

    kind: FindingKind
    ref: str
    line_item_id: str | None = None
    quantity: int = 0

    def __str__(self) -> str:
        about = f" ({self.quantity} of line {self.line_item_id})" if self.line_item_id else ""
        return f"{self.ref}: {self.kind}{about}"


class Standing(Value):
    """Units by line: `reached` of each stage or further, the rest as named. Not counted twice between stages."""

    ordered: Quantities = {}
    reached: dict[FulfillmentStatus, Quantities] = {}
    cancelled: Quantities = {}
    cancel_requested: Quantities = {}
    """Asked to be cancelled, with the provider's answer still to come."""
    cancel_refused: Quantities = {}
    returned: Quantities = {}
    sent: tuple[Sent, ...] = ()
    returns: tuple[Return, ...] = ()
    """With the quantities that can have come back, in the order in which they were heard of."""
    findings: tuple[Finding, ...] = ()
    given_up: bool = False
    """Whether all that has not left is cancelled, or failed."""
    closed: bool = False
    """Whether the provider is done with it: it said so, or it gave up all that has not left."""
    settled: bool = False
    """Whether nothing is to come any more: every unit delivered, come back or cancelled, or the provider is done."""

    @property
    def entirely_cancelled(self) -> bool:
        """Whether nothing of it was, or will be, sent."""
        if not self.ordered:
            return self.given_up
        return all(self.cancelled.get(line, 0) == quantity for line, quantity in self.ordered.items())

    def at(self, stage: FulfillmentStatus) -> Quantities:
        """How much has come to a stage or further."""
        return self.reached.get(stage, {})


@worked_out_once
def standing(order: LogisticOrder) -> Standing:
    """How the order stands."""
    order = order.model_copy(update={"shipments": told_apart(order.shipments)})
    said = {stage: _said(order, stage) for stage in STAGES}
    ordered = order.lines
    shipped = within(said[SHIPPED], ordered)
    cancel = cancelling(order, less(ordered, shipped))
    rest = less(ordered, added((shipped, cancel.named)))
    first_open, all_left = _first_open(order), order.as_whole.says_all(SHIPPED)
    if first_open is not None or all_left:
        shipped = added((shipped, rest))
    delivered = _delivered(order, said[DELIVERED], shipped, rest, first_open)
    cancelled = less(ordered, shipped) if cancel.everything else cancel.named
    reported = shipped
    if order.completed_at is not None:
        shipped = delivered = less(ordered, cancelled)
    reached = {SHIPPED: shipped, DELIVERED: delivered}
    live = less(ordered, cancelled)
    for stage in STAGES[:-2]:
        everything = order.as_whole.says_all(stage) or any(
            is_open(one) and says_entirely(one, stage) for one in order.shipments
        )
        reached[stage] = live if everything else within(most((said[stage], shipped)), live)
    returns = _returns(order, shipped)
    returned = added(one.returned for one in returns)
    open_requests, refused = cancel.requests(cancelled, less(less(ordered, shipped), cancelled))
    closed = order.completed_at is not None or (cancel.everything and not less(shipped, delivered))
    return Standing(
        ordered=ordered,
        reached={stage: reached[stage] for stage in STAGES},
        cancelled=cancelled,
        cancel_requested=open_requests,
        cancel_refused=refused,
        returned=returned,
        sent=_sent(order, reported, rest, first_open),
        returns=returns,
        findings=_findings(order, said, cancel, reported, shipped),
        given_up=cancel.everything,
        closed=closed,
        settled=closed or (bool(ordered) and not _to_come(live, shipped, delivered, returned)),
    )


def _said(order: LogisticOrder, stage: FulfillmentStatus) -> Quantities:
    """What was said with quantities: of the whole, or of its shipments, whichever is more."""
    return most((order.as_whole.at_least(stage), added(come_to(one, stage) for one in order.shipments)))


def _first_open(order: LogisticOrder) -> Shipment | None:
    """The first shipment that left entirely without anybody saying what is in it: it holds everything that is left."""
    unsaid = [one for one in order.shipments if is_open(one) and says_entirely(one, SHIPPED)]
    return min(unsaid, key=lambda one: (departure(one), one.ref), default=None)


def _delivered(
    order: LogisticOrder, said: Quantities, shipped: Quantities, rest: Quantities, first_open: Shipment | None
) -> Quantities:
    if order.as_whole.says_all(DELIVERED):
        return shipped
    arrived = within(said, shipped)
    if first_open is not None and says_entirely(first_open, DELIVERED):
        arrived = within(added((arrived, rest)), shipped)
    return arrived


def _to_come(
    live: Quantities, shipped: Quantities, delivered: Quantities, returned: Quantities
) -> Quantities:
    """Units that are neither delivered nor cancelled; a line of which all that left has come back is done, too."""
    back = {line for line, quantity in shipped.items() if returned.get(line, 0) >= quantity}
    return less(live, {line: shipped[line] if line in back else delivered.get(line, 0) for line in shipped})


def _sent(
    order: LogisticOrder, reported: Quantities, rest: Quantities, first_open: Shipment | None
) -> tuple[Sent, ...]:
    """What left, shipment by shipment, together no more than was ordered: whichever left first comes first."""
    everything, left = order.as_whole.says_all(SHIPPED), reported
    gone: dict[str, Sent] = {}
    for shipment in sorted(order.shipments, key=lambda one: (departure(one), one.ref)):
        if not (says(shipment, SHIPPED) or everything):
            continue
        claimed = contents(shipment) if everything else come_to(shipment, SHIPPED)
        granted = within(rest if shipment is first_open else claimed, left)
        left = less(left, granted)
        gone[shipment.ref] = sent(shipment, granted, entirely=everything)
    if left and order.as_whole.says(SHIPPED):
        gone[""] = _unnamed(order, left, gone.get(""))
    return tuple(gone[ref] for ref in sorted(gone))


def _unnamed(order: LogisticOrder, left: Quantities, known: Sent | None) -> Sent:
    """The goods that left in a shipment that nobody named."""
    report = order.as_whole
    tracking = tracking_of(report)
    parcels = known.parcels if known is not None else ()
    if not parcels and tracking is not None:
        one = SentParcel(
            ref="", items=left, tracking=tracking, went=report.went, location=report.fact("location")
        )
        parcels = (one,)
    items = added((left, known.items if known is not None else {}))
    instants = [at for at in (report.went, known.went if known else None) if at is not None]
    return Sent(ref="", items=dict(sorted(items.items())), parcels=parcels, went=min(instants, default=None))


def _returns(order: LogisticOrder, shipped: Quantities) -> tuple[Return, ...]:
    """Each return with what can have come back in it; one without quantities holds what is in no other."""
    left, granted = shipped, {}
    told = sorted(order.returns, key=lambda one: (one.at, one.ref))
    for one in sorted(told, key=lambda one: not one.returned):
        items = one.returned or (_all_of(one, order, left) if one.all_returned else {})
        granted[one.ref] = within(items, left)
        left = less(left, granted[one.ref])
    return tuple(one.model_copy(update={"returned": granted[one.ref]}) for one in told)


def _all_of(one: Return, order: LogisticOrder, left: Quantities) -> Quantities:
    if one.shipment_ref is None:
        return left
    return added(contents(shipment) for shipment in order.shipments if shipment.ref == one.shipment_ref)


def _findings(
    order: LogisticOrder,
    said: dict[FulfillmentStatus, Quantities],
    cancel: Cancelling,
    reported: Quantities,
    shipped: Quantities,
) -> tuple[Finding, ...]:
    if not order.lines:
        quantities: dict[FindingKind, Quantities] = {}
    else:
        back = added(one.returned for one in order.returns)
        known = dict.fromkeys({*said[STAGES[0]], *cancel.said, *back} & set(order.lines), 10**9)
        beyond = within(less(said[SHIPPED], order.lines), known)
        late = within(less(cancel.said, less(order.lines, reported)), known)
        unknown = less(most((said[STAGES[0]], cancel.said, back)), known)
        quantities = {
            FindingKind.SHIPPED_BEYOND: beyond,
            FindingKind.CANCELLED_TOO_LATE: late,
            FindingKind.RETURNED_BEYOND: within(less(back, shipped), known),
            FindingKind.UNKNOWN_LINE: unknown,
            FindingKind.COMPLETED_SHORT: less(shipped, reported) if reported else {},
        }
    found = [
        Finding(kind=kind, ref=order.ref, line_item_id=line, quantity=quantity)
        for kind, lines in quantities.items()
        for line, quantity in sorted(lines.items())
    ]
    if any(one.failed and holds(one, order) for one in order.cancelled):
        found.append(Finding(kind=FindingKind.FAILED, ref=order.ref))
    return tuple(found)
