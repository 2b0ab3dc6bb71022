"""What may stand in a path."""

from typing import Annotated

from fastapi import Depends, Path

from starter.closed_orders import not_found
from starter.messages import ORDER_ID


def _order_id(
    order_id: Annotated[str, Path(alias="orderId", description="The id of the order in commercetools")],
) -> str:
    """The order's id.

    Raises:
        Problem: 404, no order can have that id.
    """
    if not ORDER_ID.fullmatch(order_id):
        raise not_found(may_be_starting=False)
    return order_id


OrderId = Annotated[str, Depends(_order_id)]
