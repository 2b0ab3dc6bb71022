"""What the contract cannot see of API Extensions: strict predicates, waves, secrets, and many writers at once."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.extensions_calling import ExtensionCalls
from sandbox.extensions_destinations import destination, endpoint_of, masked
from sandbox.extensions_errors import RefusedByExtensionsError, bad_response, no_response, veto
from sandbox.extensions_triggers import EXTENDABLE, waves
from sandbox.predicates import MissingFieldError, compile_predicate
from tests.official.definition import definition_or_skip
from tests.sandbox.core_orders import order_draft
from tests.sandbox.surroundings import Surroundings, surroundings

RESOURCE: dict[str, Any] = {
    "orderState": "Open",
    "lineItems": [],
    "returnInfo": [{"items": [{"quantity": 2}]}, {}],
    "custom": {"fields": {"amount": 3}},
}

STRICT: dict[str, bool | None] = {
    'orderState = "Open"': True,
    'state(id = "x")': None,
    'state is defined and state(id = "x")': False,
    'state is not defined or state(id = "x")': True,
    'state(id = "x") or orderState = "Open"': None,
    'orderState = "Open" or state(id = "x")': True,
    "state is empty": True,
    'custom(fields(approved = "yes"))': None,
    "custom(fields(approved is not defined))": True,
    "custom(fields(amount > 2))": True,
    'lineItems(variant(sku = "A"))': False,
    "returnInfo(items(quantity = 2))": True,
    "returnInfo(items(quantity = 3))": None,
    'not(paymentState = "Paid")': None,
    'paymentState != "Paid"': None,
    'paymentState in ("Paid")': None,
    "custom(fields(tags contains any (1)))": None,
}


@pytest.mark.parametrize(("text", "expected"), STRICT.items(), ids=STRICT)
def test_a_strict_predicate_fails_on_a_missing_field(text: str, expected: bool | None) -> None:
    """None: MissingFieldError. What is never looked at is never missed, and a lenient one never fails."""
    predicate = compile_predicate(text, strict=True)
    if expected is None:
        with pytest.raises(MissingFieldError):
            predicate(RESOURCE)
        assert compile_predicate(text)(RESOURCE) in (True, False)
    else:
        assert predicate(RESOURCE) is expected
        assert compile_predicate(text)(RESOURCE) is expected


def test_the_extendable_types_are_the_official_ones() -> None:
    """No type more and none less."""
    schema = definition_or_skip()["components"]["schemas"]["ExtensionResourceTypeId"]
    assert sorted(EXTENDABLE) == sorted(schema["enum"])


def _extension(name: str, *dependencies: str) -> dict[str, Any]:
    return {"id": name, "dependencies": [{"typeId": "extension", "id": each} for each in dependencies]}


def test_waves_follow_dependencies() -> None:
    """Each comes as soon as all that it depends on have been; who is not asked is not waited for."""
    given = [_extension("d", "b", "c"), _extension("b", "a"), _extension("a"), _extension("c", "nobody")]
    found = [[each["id"] for each in wave] for wave in waves(given)]
    assert found == [["a", "c"], ["b"], ["d"]]


def test_secrets_stay_out_of_representations() -> None:
    """Neither the endpoint nor the masked destination shows one, short or long."""
    for secret in ("short", "a-very-long-secret-value"):
        authentication = {"type": "AuthorizationHeader", "headerValue": secret}
        given = destination({"type": "HTTP", "url": "http://x/", "authentication": authentication}, "d")
        endpoint = endpoint_of(given)
        assert endpoint.headers == {"Authorization": secret}
        assert secret not in repr(endpoint)
        assert secret not in repr(masked(given))
        assert given["authentication"]["headerValue"] == secret


def test_the_lowest_status_is_told() -> None:
    """A veto before a bad response before none, and everybody who says the same."""
    one, two = {"id": "1"}, {"id": "2", "key": "two"}
    silent, bad = no_response(one), bad_response(two, 500, "", "why")
    assert RefusedByExtensionsError([silent, bad]).body()["statusCode"] == 502
    both = RefusedByExtensionsError([silent, no_response(two)]).body()
    assert [error["extensionId"] for error in both["errors"]] == ["1", "2"]
    assert RefusedByExtensionsError([bad, veto(one, "InvalidInput", "no", {})]).status == 400


async def test_an_extension_that_is_gone_is_not_waited_for() -> None:
    """Deleted while another one was asked before it: it has no say."""
    verdict = await ExtensionCalls().ask({"id": "gone"}, {}, None)
    assert (verdict.refusals, verdict.actions) == ([], [])


async def test_secrets_go_with_their_extension() -> None:
    """A deleted extension's secret is forgotten, and a reset forgets them all."""
    async with surroundings() as here:
        draft = {"destination": {"type": "HTTP", "url": "http://extension.test/"}, "triggers": []}
        made = [(await here.http.post("/extensions", json=draft)).json()["id"] for _ in range(2)]
        await here.http.delete(f"/extensions/{made[0]}", params={"version": 1})
        assert list(here.sandbox.extensions.endpoints) == made[1:]
        here.sandbox.store.reset()
        assert here.sandbox.extensions.endpoints == {}


async def _slowly(request: Request) -> Response:
    """Accept after a while that differs from write to write."""
    shown = (await request.json())["resource"]["obj"]
    await asyncio.sleep(sum(shown["purchaseOrderNumber"].encode()) % 7 / 500)
    return Response()


async def _write(here: Surroundings, path: str, writer: int, times: int) -> int:
    """Try to change an order, whatever others do; how often it worked."""
    won = 0
    for turn in range(times):
        order = (await here.http.get(path)).json()
        number = {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": f"{writer}-{turn}"}
        answer = await here.http.post(path, json={"version": order["version"], "actions": [number]})
        assert answer.status_code in (200, 409), answer.text
        won += answer.status_code == 200
    return won


async def test_many_writers_leave_a_whole_history() -> None:
    """Each accepted update is one version and one message, without gaps; each other is a 409 without a trace."""
    app = Starlette(routes=[Route("/", _slowly, methods=["POST"])])
    async with surroundings(push_transport=httpx.ASGITransport(app=app)) as here:
        answer = await here.http.post("/orders/import", json=order_draft())
        path = f"/orders/{answer.json()['id']}"
        draft = {
            "destination": {"type": "HTTP", "url": "http://extension.test/"},
            "triggers": [{"resourceTypeId": "order", "actions": ["Update"]}],
        }
        assert (await here.http.post("/extensions", json=draft)).status_code == 201
        won = sum(await asyncio.gather(*(_write(here, path, writer, 10) for writer in range(8))))
        order = (await here.http.get(path)).json()
        assert 10 <= won < 80  # some of each, or nothing was tried
        assert order["version"] == 1 + won
        page = await here.http.get("/messages", params={"sort": "sequenceNumber", "limit": 500})
        numbers = [message["sequenceNumber"] for message in page.json()["results"]]
        assert numbers == list(range(1, won + 2))
        stamps = [message["createdAt"] for message in page.json()["results"]]
        assert stamps == sorted(stamps)
        written = [e for e in here.sandbox.store.journal if e["resource"]["typeId"] == "order"]
        assert len(written) == 1 + won
