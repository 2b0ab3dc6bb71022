"""Answers of API Extensions that are none, and extensions that do not answer (section 9 and 1.8)."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tests.contract.drafts import import_order
from tests.contract.project import Json, refused
from tests.contract.sandbox_only.conftest import Sandbox
from tests.contract.sandbox_only.extending import CONFIRM, ORDER_UPDATE, Asked, Extensions, extending, says
from tests.contract.serving import serving
from tests.official.transport import shared_official_api


@pytest.fixture
async def extensions() -> AsyncIterator[Extensions]:
    """Extensions of a sandbox of one's own."""
    async with extending() as extensions:
        yield extensions


def text(status: int, body: str) -> Asked:
    """Answer with a text as it stands."""

    async def answer(_: Json) -> Response:
        return Response(body, status)

    return answer


ACCEPTING: dict[str, Asked] = {
    "200 without a body": says(200),
    "201 without a body": says(201),
    "200 {}": says(200, {}),
    "200 no actions": says(200, {"actions": []}),
    "200 null": says(200, {"actions": None}),
    "200 of a cloud function": says(200, {"responseType": "UpdateRequest", "actions": []}),
}


@pytest.mark.parametrize("name", ACCEPTING)
async def test_an_answer_accepts(extensions: Extensions, name: str) -> None:
    """The write goes on as if nobody had been asked."""
    project = extensions.sandbox.project
    order = await import_order(project)
    await extensions.create("guard", ORDER_UPDATE)
    extensions.answers["guard"] = ACCEPTING[name]
    assert (await project.update("/orders", order, CONFIRM))["version"] == 2


BAD: dict[str, tuple[int, str]] = {
    "not JSON": (200, "yes"),
    "a list": (200, "[]"),
    "actions of no list": (200, '{"actions": {}}'),
    "actions without names": (200, '{"actions": [{}]}'),
    "202": (202, ""),
    "204": (204, ""),
    "400 without a body": (400, ""),
    "400 without errors": (400, '{"errors": []}'),
    "400 without a code": (400, '{"errors": [{"message": "no"}]}'),
    "400 without a message": (400, '{"errors": [{"code": "InvalidInput"}]}'),
    "400 with extra info of no object": (
        400,
        '{"errors": [{"code": "InvalidInput", "message": "no", "extensionExtraInfo": "x"}]}',
    ),
    "401": (401, '{"errors": [{"code": "InvalidInput", "message": "no"}]}'),
    "500": (500, "Traceback"),
    "JSON with a number that JSON has not": (200, '{"actions": [], "x": NaN}'),
}


@pytest.mark.parametrize("name", BAD)
async def test_an_answer_is_bad(extensions: Extensions, name: str) -> None:
    """502 ExtensionBadResponse, with what was answered; nothing has happened."""
    project = extensions.sandbox.project
    order = await import_order(project)
    made = await extensions.create("guard", ORDER_UPDATE)
    status, body = BAD[name]
    extensions.answers["guard"] = text(status, body)
    error = refused(await project.attempt("/orders", order, CONFIRM), 502, "ExtensionBadResponse")
    assert (error["extensionStatusCode"], error["extensionBody"]) == (status, body)
    assert (error["extensionId"], error["extensionKey"]) == (made["id"], "guard")
    assert await project.read(f"/orders/{order['id']}") == order


async def no_answer(sandbox: Sandbox, order: Json) -> None:
    """The update of the order fails with 504 ExtensionNoResponse, and nothing has happened."""
    answer = await sandbox.project.attempt("/orders", order, CONFIRM)
    error = refused(answer, 504, "ExtensionNoResponse")
    assert error["message"] == "Extension did not respond in time."
    official = shared_official_api()
    assert official is None or official.problems("ErrorResponse", answer.json()) == []
    assert await sandbox.project.read(f"/orders/{order['id']}") == order


async def test_an_extension_is_too_slow(extensions: Extensions) -> None:
    """It has `timeoutInMs` for its whole answer."""
    order = await import_order(extensions.sandbox.project)
    await extensions.create("guard", ORDER_UPDATE, timeoutInMs=50)

    async def sleep(_: Json) -> Response:
        await asyncio.sleep(5)
        return Response()

    extensions.answers["guard"] = sleep
    begun = time.monotonic()
    await no_answer(extensions.sandbox, order)
    assert 0.05 <= time.monotonic() - begun < 2


async def test_an_extension_is_out_of_reach(sandbox: Sandbox) -> None:
    """Nobody listens there."""
    order = await import_order(sandbox.project)
    async with serving(Starlette()) as url:
        pass
    destination = {"type": "HTTP", "url": url}
    draft = {"destination": destination, "triggers": [ORDER_UPDATE], "timeoutInMs": 1000}
    await sandbox.project.create("/extensions", draft)
    await no_answer(sandbox, order)


async def test_a_redirect_is_not_followed(sandbox: Sandbox) -> None:
    """Over real HTTP: the redirect is a bad answer, and where it leads to is never called."""
    called: list[str] = []

    async def take(request: Request) -> Response:
        called.append(request.url.path)
        return RedirectResponse("/elsewhere", 307) if request.url.path == "/guard" else Response()

    order = await import_order(sandbox.project)
    async with serving(Starlette(routes=[Route("/{name}", take, methods=["POST"])])) as url:
        destination = {"type": "HTTP", "url": f"{url}/guard"}
        draft = {"destination": destination, "triggers": [ORDER_UPDATE]}
        made = await sandbox.project.create("/extensions", draft)
        error = refused(await sandbox.project.attempt("/orders", order, CONFIRM), 502, "ExtensionBadResponse")
        await sandbox.project.delete(f"/extensions/{made['id']}", 1)
    assert error["extensionStatusCode"] == 307
    assert called == ["/guard"]


HEADERS = {
    "AuthorizationHeader": ({"headerValue": "Basic c2VjcmV0"}, "authorization", "Basic c2VjcmV0"),
    "AzureFunctions": ({"key": "function-key"}, "x-functions-key", "function-key"),
}


@pytest.mark.parametrize("kind", HEADERS)
async def test_the_secret_goes_where_it_belongs(extensions: Extensions, kind: str) -> None:
    """Into the request's header, with the caller's correlation id; not into the journal."""
    project = extensions.sandbox.project
    secret, header, value = HEADERS[kind]
    made = await extensions.create("guard", ORDER_UPDATE)
    destination = {
        "type": "HTTP",
        "url": "http://extensions.test/other",
        "authentication": {"type": kind, **secret},
    }
    action = {"action": "changeDestination", "destination": destination}
    await project.update("/extensions", made, action)
    order = await import_order(project)
    body = {"version": order["version"], "actions": [CONFIRM]}
    correlation = {"X-Correlation-ID": "contract-correlation"}
    answer = await project.request("POST", f"/orders/{order['id']}", body=body, headers=correlation)
    assert answer.status_code == 200
    (sent,) = extensions.headers
    assert sent[header] == value
    assert sent["x-correlation-id"] == "contract-correlation"
    assert sent["content-type"] == "application/json"
    assert extensions.paths == ["other"]
    assert value not in str(await extensions.sandbox.journal())
