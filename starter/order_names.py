"""An order by what people call it: its id, or its order number."""

import re

import httpx

from clients.commercetools import Commercetools
from domain.order import Order
from settings import Settings
from starter.commercetools_account import account
from starter.exits import UnknownOrderError

_ID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


async def order_as_it_is(settings: Settings, name: str) -> Order:
    """The order with that number or id, read from commercetools.

    Raises:
        UnknownOrderError: there is no such order.
        ClientError: commercetools does not answer as it should.
    """
    async with httpx.AsyncClient() as http:
        commercetools = Commercetools(account(settings), http)
        order = await commercetools.order(name) if _ID.match(name) else None
        order = order or await commercetools.order_by_number(name)
    if order is None:
        raise UnknownOrderError(f"no order has the number or id {name}")
    return order
