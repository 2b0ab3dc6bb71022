"""Orders whose first notification was dropped for good: nobody but commercetools knows of them."""

import asyncio

import httpx

from tests.chaos.doors import Shop
from tests.chaos.evidence import everything
from tests.chaos.notebook import Notebook

_GRACE_SECONDS = 6.0


async def notice(shop: Shop, http: httpx.AsyncClient, notebook: Notebook) -> list[str]:
    """Have an operator move orders that never got a state into their first one, until there are none; their numbers.

    That move's own message makes Placet take them up (DESIGN 5). Bounded by whoever cancels it.
    """
    noticed: list[str] = []
    while True:
        await asyncio.sleep(_GRACE_SECONDS)
        without = {order["id"] for order in await everything(http, "orders") if "state" not in order}
        for placed in notebook.placed:
            if placed["id"] in without:
                placed["movedByOthers"] = [*placed["movedByOthers"], "PendingApproval"]
                noticed.append(placed["number"])
                first = {"action": "transitionState", "state": {"typeId": "state", "key": "PendingApproval"}}
                await shop.change(placed["id"], first)
