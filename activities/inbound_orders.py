"""Whose logistic order it is: by the hand-over that is written down for it, or by the name that its reference is made of."""

import re
from typing import Any, Protocol

from pydantic import ValidationError

from clients.resources import CustomObject
from domain.audit import AuditTrail
from domain.fulfillment import AUDIT_CONTAINER, FULFILLMENT_CONTAINER, logistic_order_ref
from domain.order import Order
from domain.status import OrderRecord

# commercetools allows these in the key of a custom object, and in nothing else that is looked for here.
_REF = re.compile(r"([A-Za-z0-9_.~-]{1,250})-([1-9][0-9]{0,4})")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Shop(Protocol):
    """What is read of commercetools; `clients.commercetools.Commercetools` is one."""

    async def custom_object(self, container: str, key: str) -> CustomObject | None:
        """The custom object, None if there is none."""

    async def order(self, order_id: str) -> Order | None:
        """The order, None if there is none."""

    async def order_by_number(self, order_number: str) -> Order | None:
        """The same, by order number."""


class OrdersByRef:
    """`Orders` and `Trails` by commercetools."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def order_of(self, ref: str) -> str | None:
        """See Orders. A reference is the order's number or id, and a number from 1 (`logistic_order_ref`)."""
        parts = _REF.fullmatch(ref)
        if parts is None:
            return None
        handed_over = await self._shop.custom_object(FULFILLMENT_CONTAINER, ref)
        named = _order_id(handed_over.value) if handed_over is not None else None
        if named is not None:
            return named
        name, number = parts[1], int(parts[2])
        order = await self._shop.order(name) if _ID.fullmatch(name) else None
        order = order or await self._shop.order_by_number(name)
        if order is None or logistic_order_ref(order.order_number, order.id, number) != ref:
            return None
        return order.id

    async def trail_of(self, order_id: str) -> AuditTrail | None:
        """See Trails. Something that is no record tells nothing; the order's workflow has the last word in any case."""
        if not _KEY.fullmatch(order_id):
            return None
        held = await self._shop.custom_object(AUDIT_CONTAINER, order_id)
        try:
            if held is None:
                return None
            # A newer worker may have written more.
            return OrderRecord.model_validate(held.value, extra="ignore")
        except ValidationError:
            return None


def _order_id(value: Any) -> str | None:
    found = value.get("orderId") if isinstance(value, dict) else None
    return found if isinstance(found, str) and found else None
