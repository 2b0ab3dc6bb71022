"""The returns of an order as its JSON has them (`types/order/ReturnInfo`, `ReturnItem`), whoever wrote them."""

from collections.abc import Mapping
from typing import Any

from clients.reading import Projection, parsed
from clients.session import SYSTEM
from domain.portal_returns import FoundReturn


class _Item(Projection):
    id: str
    key: str | None = None
    quantity: int
    line_item_id: str | None = None
    custom_line_item_id: str | None = None
    shipment_state: str


class _Info(Projection):
    return_tracking_id: str | None = None
    items: tuple[_Item, ...] = ()


class _Order(Projection):
    return_info: tuple[_Info, ...] = ()


def found_returns(document: Mapping[str, Any]) -> tuple[FoundReturn, ...]:
    """Every item of every return; raises Unreadable."""
    return tuple(
        FoundReturn(
            id=item.id,
            key=item.key,
            return_ref=info.return_tracking_id,
            line_item_id=item.line_item_id or item.custom_line_item_id,
            quantity=item.quantity,
            state=item.shipment_state,
        )
        for info in parsed(_Order, document, system=SYSTEM).return_info
        for item in info.items
    )
