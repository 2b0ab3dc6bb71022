"""The sandbox as a process calls API Extensions, and takes what is not documented of them as arguments."""

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.contract.serving import serving
from tests.sandbox.core_orders import made, order_draft, updated
from tests.sandbox.test_core_process import authorised, running

pytestmark = pytest.mark.slow

CONFIRM = {"action": "changeOrderState", "orderState": "Confirmed"}
HIDING = ("--extensions-not-on-import", "--extensions-hide-caller")


@pytest.mark.parametrize("arguments", [(), HIDING], ids=["told", "hidden"])
async def test_imports_and_callers_are_arguments(arguments: tuple[str, ...]) -> None:
    """With neither, imports are shown and the caller is named; with both, only updates are, without a name."""
    asked: list[Any] = []

    async def take(request: Request) -> Response:
        asked.append(await request.json())
        return Response()

    app = Starlette(routes=[Route("/guard", take, methods=["POST"])])
    async with (
        serving(app) as extension,
        running(*arguments) as url,
        httpx.AsyncClient(base_url=url) as http,
    ):
        await authorised(http, "shop", "shop")
        triggers = [{"resourceTypeId": "order", "actions": ["Create", "Update"]}]
        destination = {"type": "HTTP", "url": f"{extension}/guard"}
        await made(http, "/placet-demo/extensions", {"destination": destination, "triggers": triggers})
        order = await made(http, "/placet-demo/orders/import", order_draft())
        await updated(http, "/placet-demo/orders", order, CONFIRM)
    told = [(each["action"], each["resource"]["obj"].get("lastModifiedBy")) for each in asked]
    shop = {"clientId": "shop"}
    assert told == ([("Update", None)] if arguments else [("Create", shop), ("Update", shop)])
