"""From approval to delivery: the hand-over of pinned content, and the events that come back."""

import re
from operator import not_
from typing import Any

from pydantic import Field

from domain.fulfillment_event import GAVE_UP, FulfillmentEvent, FulfillmentStatus, ShippedItem, Tracking
from domain.logistic_export import LogisticOrderDraft
from domain.logistic_order import LogisticOrder
from domain.order import OrderContent
from domain.value import Value

# Handed on, so that a caller needs to know one module; what is defined here needs no mention.
__all__ = [
    "GAVE_UP",
    "FulfillmentEvent",
    "FulfillmentStatus",
    "LogisticOrder",
    "ShippedItem",
    "Tracking",
]

AUDIT_CONTAINER = "placet-audit"
"""Custom objects: the lasting record of each order, key = order id."""
FULFILLMENT_CONTAINER = "placet-fulfillment"
"""Custom objects: the hand-overs, key = logistic order ref."""

# commercetools allows these characters in the key of a custom object; the rest of 256 is left for `-{n}`.
_USABLE_AS_KEY = re.compile(r"[A-Za-z0-9_.~-]{1,200}")


class HandOver(Value):
    """What a fulfilment system is given: the approved content, pinned. Create-only."""

    ref: str
    order_id: str
    order_number: str | None = None
    revision: int
    digest: str
    content: OrderContent
    part: LogisticOrderDraft | None = Field(default=None, exclude_if=not_)
    """What of it is to be fulfilled, where that is not simply all of it."""

    @property
    def document(self) -> dict[str, Any]:
        """As the fulfilment system is given it: the part's own lines, total and place stand beside the whole content."""
        whole = self.model_copy(update={"part": None}).to_json_dict()
        return whole if self.part is None else {**whole, **self.part.document}


def logistic_order_ref(order_number: str | None, order_id: str, n: int = 1) -> str:
    """The reference of an order's n-th logistic order, n from 1; usable as the key of a custom object."""
    name = order_number if order_number and _USABLE_AS_KEY.fullmatch(order_number) else order_id
    return f"{name}-{n}"
