"""An order by what people call it: its id, or its order number."""

import asyncio
import re
from collections.abc import Iterable

import httpx

from clients.commercetools import Commercetools
from domain.order import Order
from settings import Settings
from starter.commercetools_account import account
from starter.exits import UnknownOrderError

ORDER_ID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_AT_ONCE = 8


async def order_as_it_is(settings: Settings, name: str) -> Order:
    """The order with that number or id, read from commercetools.

    Raises:
        UnknownOrderError: there is no such order.
        ClientError: commercetools does not answer as it should.
    """
    async with httpx.AsyncClient() as http:
        commercetools = Commercetools(account(settings), http)
        order = await commercetools.order(name) if ORDER_ID.match(name) else None
        order = order or await commercetools.order_by_number(name)
    if order is None:
        raise UnknownOrderError(f"no order has the number or id {name}")
    return order


async def ids_of(settings: Settings, names: Iterable[str]) -> dict[str, str | None]:
    """The id of each order by its name, None where no order has that number. What looks like an id is one.

    Raises:
        ClientError: commercetools does not answer as it should.
    """
    given = list(names)
    numbers, at_once = [name for name in given if not ORDER_ID.match(name)], asyncio.Semaphore(_AT_ONCE)
    if not numbers:
        return {name: name for name in given}
    async with httpx.AsyncClient() as http:
        commercetools = Commercetools(account(settings), http)

        async def looked_up(number: str) -> str | None:
            async with at_once:
                order = await commercetools.order_by_number(number)
            return order.id if order is not None else None

        found = dict(zip(numbers, await asyncio.gather(*map(looked_up, numbers)), strict=True))
    return {name: found.get(name, name) for name in given}
