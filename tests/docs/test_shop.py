"""docs/shop.md: its snippets are run as they stand there, over HTTP, as a shop would."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from sandbox.app import create_app
from starter.demo_shop import Shop
from tests.contract.serving import serving
from tests.docs.markdown import block

pytestmark = pytest.mark.slow


@asynccontextmanager
async def waiting() -> AsyncIterator[tuple[Shop, str, dict[str, Any]]]:
    """A shop, its URL, and the state in which its orders wait."""
    async with serving(create_app()) as url, httpx.AsyncClient() as http:
        shop = Shop(url, "placet-demo", http)
        await shop.sign_in()
        draft = {"key": "PendingApproval", "type": "OrderState", "initial": True, "transitions": []}
        yield shop, url, await shop.post("states", draft)


async def run(snippet: str, url: str) -> str:
    """What a snippet prints, run as a program with the shop's credentials."""
    named = {"PROJECT_KEY": "placet-demo", "CLIENT_ID": "shop", "CLIENT_SECRET": "shop"}
    urls = {"API_URL": url, "AUTH_URL": url}
    ran = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", snippet),
        env=os.environ | {f"CTP_{name}": value for name, value in (named | urls).items()},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await ran.communicate()
    assert ran.returncode == 0, err.decode()
    return out.decode().strip()


async def test_the_snippet_places_an_order_that_waits() -> None:
    """After it has run, the order is in the state that the draft named, from its first version on."""
    async with waiting() as (shop, url, state):
        printed = await run(block("shop.md", "python", "runnable"), url)
        order = await shop.get("orders/order-number=ORDER-1001")
    assert printed == order["id"]
    assert order["state"]["id"] == state["id"]
    assert order["version"] == 1
    assert order["totalPrice"]["centAmount"] == 150_000


async def test_an_associate_places_an_order_for_their_unit() -> None:
    """With the permissions that the page names; the order names unit and associate, and waits."""
    snippet = block("shop.md", "python", "as-associate")
    found = re.search(r'customer = "(.+)"', snippet)
    assert found is not None
    async with waiting() as (shop, url, state):
        permissions = ["CreateMyCarts", "CreateMyOrdersFromMyCarts"]
        await shop.post("associate-roles", {"key": "buyer", "permissions": permissions})
        buyer = {
            "customer": {"typeId": "customer", "id": found[1]},
            "associateRoleAssignments": [{"associateRole": {"typeId": "associate-role", "key": "buyer"}}],
        }
        acme = {"key": "acme", "name": "Acme", "unitType": "Company", "associates": [buyer]}
        await shop.post("business-units", acme)
        assert await run(snippet, url) == f"acme {found[1]}"
        order = await shop.get("orders/order-number=ORDER-1002")
    assert order["state"]["id"] == state["id"]
    assert (order["version"], order["customerId"]) == (1, found[1])
