"""docs/shop.md: its snippet is run as it stands there, over HTTP, as a shop would."""

import asyncio
import os
import sys

import httpx
import pytest

from sandbox.app import create_app
from starter.demo_shop import Shop
from tests.contract.serving import serving
from tests.docs.markdown import block


@pytest.mark.slow
async def test_the_snippet_places_an_order_that_waits() -> None:
    """After it has run, the order is in the state that the draft named, from its first version on."""
    async with serving(create_app()) as url, httpx.AsyncClient() as http:
        shop = Shop(url, "placet-demo", http)
        await shop.sign_in()
        state = await shop.post(
            "states", {"key": "PendingApproval", "type": "OrderState", "initial": True, "transitions": []}
        )
        ran = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", block("shop.md", "python", "runnable")),
            env={
                **os.environ,
                "CTP_PROJECT_KEY": "placet-demo",
                "CTP_CLIENT_ID": "shop",
                "CTP_CLIENT_SECRET": "shop",
                "CTP_API_URL": url,
                "CTP_AUTH_URL": url,
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await ran.communicate()
        assert ran.returncode == 0, err.decode()
        order = await shop.get("orders/order-number=ORDER-1001")
    assert out.decode().strip() == order["id"]
    assert order["state"]["id"] == state["id"]
    assert order["version"] == 1
    assert order["totalPrice"]["centAmount"] == 150_000
