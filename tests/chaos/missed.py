"""Orders whose first notification was dropped for good: nobody but commercetools knows of them."""

import asyncio

import httpx

from tests.chaos.doors import Shop
from tests.chaos.evidence import everything
from tests.chaos.notebook import Notebook

_GRACE_SECONDS = 3.0


async def notice(shop: Shop, http: httpx.AsyncClient, sandbox: str, notebook: Notebook) -> None:
    """Have an operator move orders that never got a state into their first one, for as long as this is let run.

    That move's own message makes Placet take them up (DESIGN 5). What is still on its way is left alone.
    """
    while True:
        await asyncio.sleep(_GRACE_SECONDS)
        if await _on_its_way(http, sandbox):
            continue
        await asyncio.sleep(_GRACE_SECONDS)
        without = {order["id"] for order in await everything(http, "orders") if "state" not in order}
        for placed in notebook.placed:
            if placed["id"] in without and "PendingApproval" not in placed["movedByOthers"]:
                placed["movedByOthers"].append("PendingApproval")
                first = {"action": "transitionState", "state": {"typeId": "state", "key": "PendingApproval"}}
                await shop.change(placed["id"], first)


async def _on_its_way(http: httpx.AsyncClient, sandbox: str) -> bool:
    """Whether notifications wait to be delivered."""
    answer = await http.get(f"{sandbox}/sandbox/deliveries", timeout=30)
    pending: int = answer.json()["pending"]
    return pending > 0
