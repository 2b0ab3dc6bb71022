"""What of a logistic order is cancelled, and what became of the requests to cancel: both sides' words together.

The provider's own cancellations add up by event; of those that count altogether the greatest holds. A request of ours that it confirmed in its answer, and the event by
which it tells of the same cancellation, are about the same units: per line the greater of the two holds, unless the event
names the request (`requestRef`), which then is confirmed by it.
"""

from typing import NamedTuple

from domain.logistic_order import CancelAnswer, Cancelled, CancelRequest, LogisticOrder
from domain.shipment import Quantities, added, most
from domain.shipment_contents import contents, less, within


class Cancelling(NamedTuple):
    """What was said about cancelling. `named` fits what has not left, `said` is all that was said."""

    said: Quantities
    named: Quantities
    everything: bool
    """Whether all that has not left is cancelled."""
    confirmed: Quantities
    answered: tuple[CancelRequest, ...]
    waiting: tuple[CancelRequest, ...]

    def requests(self, cancelled: Quantities, open_units: Quantities) -> tuple[Quantities, Quantities]:
        """Of the units asked to be cancelled: those that still may be, and those that will not.

        `cancelled` is what is cancelled in all, `open_units` what has neither left nor is cancelled. An unanswered
        request is met by a cancellation that nobody asked for, and refused by goods that left meanwhile.
        """
        refused = added(less(one.items, one.confirmed) for one in self.answered)
        unmet = less(added(one.items for one in self.waiting), less(cancelled, self.confirmed))
        still = within(unmet, open_units)
        return still, added((refused, less(unmet, still)))


def cancelling(order: LogisticOrder, not_left: Quantities) -> Cancelling:
    """What is cancelled of that which has not left."""
    counted = most(_units(one, order) for one in order.cancelled if one.altogether)
    by_provider = added((counted, *(_units(one, order) for one in order.cancelled if not one.altogether)))
    answered = tuple(one for one in order.requests if one.answer is not None)
    confirmed = added(one.confirmed for one in answered if one.answer is CancelAnswer.CONFIRMED)
    said = most((by_provider, confirmed))
    return Cancelling(
        said=said,
        named=within(said, not_left),
        everything=any(_is_everything(one) and holds(one, order) for one in order.cancelled),
        confirmed=confirmed,
        answered=answered,
        waiting=tuple(one for one in order.requests if one.answer is None),
    )


def holds(word: Cancelled, order: LogisticOrder) -> bool:
    """Whether a word still holds: what failed once, and then was done after all, is done."""
    completed = order.completed_at
    return not (word.failed and _is_everything(word) and completed is not None and word.at <= completed)


def _is_everything(word: Cancelled) -> bool:
    return not word.items and word.shipment_ref is None


def _units(word: Cancelled, order: LogisticOrder) -> Quantities:
    """What a word names: quantities, or a shipment and so what is in it."""
    if word.items or word.shipment_ref is None:
        return word.items
    return added(contents(one) for one in order.shipments if one.ref == word.shipment_ref)
