"""The state of an order's payment as its JSON has it (`types/order/Order`, `paymentState`)."""

from collections.abc import Mapping
from typing import Any

from clients.reading import Projection, parsed
from clients.session import SYSTEM


class _Order(Projection):
    payment_state: str | None = None


def found_payment(document: Mapping[str, Any]) -> str | None:
    """The state, None where the order has none; raises Unreadable."""
    return parsed(_Order, document, system=SYSTEM).payment_state
