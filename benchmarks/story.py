"""The one story that is measured, and which writes it makes: the floor has to make as many, the sink counts both.

One order of EUR 1,500.00 under the shipped policy: one of two managers has to say yes. What the product writes, in order:

    1      the order moves to PendingApproval                     on the order's first look
    2-4    the lasting record; a notification to each manager     side by side, while the order waits
           -- waits for a decision, with one timer for the reminder; the decision is an update --
    5      the order moves to Approved and on to InFulfillment    one request, two transitions
    6      the hand-over as a custom object, create-only
    7      the lasting record
    8      the announcement to the fulfilment system
           -- waits for the fulfilment system; its event is a signal --
    9      the order moves to Completed
    10     the lasting record, closed

The product makes these ten in six activities. Reads that it makes besides (nine an order) are its own affair, as are
routing, audit, search attributes and summaries: the floor does none of it, so they count against the product.
"""

from collections import Counter
from collections.abc import Mapping

GROUPS: tuple[tuple[int, ...], ...] = ((1,), (2, 3, 4), (5,), (6, 7), (8,), (9, 10))
"""The ten writes as the product puts them into activities."""
PENDING, RELEASED, HANDED_OVER, DONE = 4, 5, 8, 10
"""How many writes an order has made when it waits for its decision, is released, handed over, and at its end."""
BY_KIND: Mapping[str, int] = {
    "order:PendingApproval": 1,
    "object:placet-audit": 3,
    "notification": 2,
    "order:InFulfillment": 1,
    "object:placet-fulfillment": 1,
    "announcement": 1,
    "order:Completed": 1,
}
"""What the sink must have counted for each order of the product."""


class UnequalError(RuntimeError):
    """The two sides did not write as much as the story says: the figures would compare different things."""


def demand_whole_stories(
    before: Mapping[str, int], after: Mapping[str, int], orders: int, *, product: bool
) -> None:
    """Insist that between two counts of the sink each order made exactly the writes of the story.

    Raises:
        UnequalError: it did not.
    """
    made = Counter(after)
    made.subtract(before)
    each = BY_KIND if product else {"write": DONE}
    wanted = {kind: count * orders for kind, count in each.items()}
    if +made != wanted:
        raise UnequalError(f"{orders} orders wrote {dict(+made)} and not {wanted}")
