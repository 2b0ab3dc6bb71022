"""The validating transport lets through what is right and stops what is not, on either side."""

import json
from collections.abc import Callable

import httpx
import pytest

from tests.official import documents
from tests.official.openapi import OfficialApi
from tests.official.transport import OFF_DEFINITION, ValidatingTransport

Answer = Callable[[httpx.Request], httpx.Response]


def _client(official: OfficialApi, answer: Answer, *, answers: bool = True) -> httpx.AsyncClient:
    inner = httpx.MockTransport(answer)
    transport = ValidatingTransport(inner, official, answers=answers)
    return httpx.AsyncClient(transport=transport, base_url="http://project")


def _order(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=documents.order())


def _order_with_an_unknown_field(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=documents.order() | {"approved": True})


async def test_what_is_right_passes_unchanged(official: OfficialApi) -> None:
    """Request and answer come through as they are."""
    async with _client(official, _order) as http:
        answer = await http.post("/p/orders/order-1", json=documents.order_update())
    assert answer.status_code == 200
    assert answer.json() == documents.order()


async def test_a_request_off_the_definition_is_stopped(official: OfficialApi) -> None:
    """The message names the operation, the place and the body."""
    update = documents.order_update()
    update["actions"][0]["forced"] = True
    async with _client(official, _order) as http:
        with pytest.raises(
            AssertionError, match=r"POST /\{projectKey\}/orders/\{ID\}: the request(?s:.)*'forced'"
        ):
            await http.post("/p/orders/order-1", json=update)


async def test_an_answer_off_the_definition_is_stopped(official: OfficialApi) -> None:
    """An unknown field in an answer is an error, unless answers are left unjudged."""
    async with _client(official, _order_with_an_unknown_field) as http:
        with pytest.raises(AssertionError, match=r"-> 200: the answer is off(?s:.)*unknown field 'approved'"):
            await http.get("/p/orders/order-1")
    async with _client(official, _order_with_an_unknown_field, answers=False) as http:
        assert (await http.get("/p/orders/order-1")).json()["approved"] is True


async def test_an_unknown_path_is_stopped(official: OfficialApi) -> None:
    """A path that the definition does not know is no path of the API's."""
    async with _client(official, _order) as http:
        with pytest.raises(AssertionError, match="no such path or method"):
            await http.get("/p/oders/order-1")


async def test_paths_beside_the_definition_pass(official: OfficialApi) -> None:
    """The authorisation server and the sandbox's own paths are not the definition's."""
    async with _client(official, lambda _: httpx.Response(200, json={"any": "thing"})) as http:
        assert (await http.post("/oauth/token")).status_code == 200
        assert (await http.get("/sandbox/journal")).status_code == 200


async def test_a_wrong_request_on_purpose_passes_and_a_right_one_does_not(official: OfficialApi) -> None:
    """Who says that a request is off the definition must be right about it."""
    conflict = json.dumps(documents.conflict()).encode()
    async with _client(official, lambda _: httpx.Response(400, content=conflict)) as http:
        answer = await http.post("/p/orders/order-1", json={"version": 1}, extensions=OFF_DEFINITION)
        assert answer.status_code == 400
        with pytest.raises(AssertionError, match="said to be off the definition, but it is not"):
            await http.post("/p/orders/order-1", json=documents.order_update(), extensions=OFF_DEFINITION)


async def test_graphql_is_judged_by_its_envelope(official: OfficialApi) -> None:
    """Data may hold anything; an error needs its code in the extensions."""
    error = {"message": "m", "locations": [{"line": 1, "column": 1}], "extensions": {"code": "InvalidInput"}}
    bodies = iter(
        [{"data": {"any": 1}, "errors": [error]}, {"data": None, "errors": [error | {"extensions": {}}]}]
    )
    async with _client(official, lambda _: httpx.Response(200, json=next(bodies))) as http:
        assert (await http.post("/p/graphql", json={"query": "{ any }"})).status_code == 200
        with pytest.raises(AssertionError, match="the discriminator 'code' is missing"):
            await http.post("/p/graphql", json={"query": "{ any }"})


async def test_what_an_associate_sends_is_judged_as_everybodys(official: OfficialApi) -> None:
    """Below an associate and a unit stand the paths that the definition has; others are none there either."""
    below = "/p/as-associate/a-1/in-business-unit/key=acme"
    async with _client(official, _order_with_an_unknown_field) as http:
        with pytest.raises(AssertionError, match=r"-> 200: the answer is off(?s:.)*unknown field 'approved'"):
            await http.get(f"{below}/orders/order-1")
        with pytest.raises(AssertionError, match="has no such path"):
            await http.get(f"{below}/nothing/order-1")
