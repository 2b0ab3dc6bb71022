"""The local Fluent's door: logging in, tokens, and requests that are none."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sandbox.app import create_app
from sandbox.fluent_options import FluentOptions
from sandbox.options import Options
from tests.sandbox.fluent_surroundings import HOST, LOGIN, Here, fluent_here


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    async with fluent_here() as running:
        yield running


@pytest.mark.parametrize("place", ["params", "data"])
async def test_the_password_grant_gives_a_token(here: Here, place: str) -> None:
    """Query parameters and form fields are the same."""
    granted = (
        await here.http.post("/oauth/token", params=LOGIN)
        if place == "params"
        else await here.http.post("/oauth/token", data=LOGIN)
    )
    assert granted.status_code == 200
    assert granted.json() | {"access_token": ""} == {
        "access_token": "",
        "token_type": "bearer",
        "expires_in": 3600,
        "scope": "api",
    }


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"client_secret": "guess"}, 401, "invalid_client"),
        ({"password": "guess"}, 400, "invalid_grant"),
        ({"username": "somebody"}, 400, "invalid_grant"),
        ({"scope": "everything"}, 400, "invalid_scope"),
    ],
)
async def test_other_grants_are_refused(here: Here, change: dict[str, str], status: int, code: str) -> None:
    """One thing wrong is refused by its OAuth name."""
    refused = await here.http.post("/oauth/token", params=LOGIN | change)
    assert (refused.status_code, refused.json()["error"]) == (status, code)


@pytest.mark.parametrize("path", ["graphql", "api/v4.1/event/sync", "api/v4.1/event/async"])
async def test_nothing_without_a_token(here: Here, path: str) -> None:
    """A missing or invented token is 401."""
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer guess"}):
        refused = await here.http.post(f"/{path}", json={"query": "{__typename}"}, headers=headers)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")


async def test_tokens_expire() -> None:
    """A token is good until its end, and not at it."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    clock = [now]
    app = create_app(Options(clock=lambda: clock[0], fluent=FluentOptions(token_seconds=60)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as http:
        token = (await http.post("/oauth/token", params=LOGIN)).json()["access_token"]
        headers = {"Authorization": f"bearer {token}"}
        clock[0] = now + timedelta(seconds=59)
        assert (
            await http.post("/graphql", json={"query": "{__typename}"}, headers=headers)
        ).status_code == 200
        clock[0] = now + timedelta(seconds=60)
        assert (
            await http.post("/graphql", json={"query": "{__typename}"}, headers=headers)
        ).status_code == 401


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"query": 1}', b'{"query": "{__typename}", "variables": []}', b"{}"]
)
async def test_what_is_no_request_is_400(here: Here, body: bytes) -> None:
    """A body that is not a GraphQL request."""
    assert (await here.http.post("/graphql", content=body)).status_code == 400


@pytest.mark.parametrize("query", ["{", "{ nothing }", "{ orders(first: 0) { pageInfo { hasNextPage } } }"])
async def test_a_wrong_document_is_answered_with_errors(here: Here, query: str) -> None:
    """200, no data, and what is wrong with it."""
    answer = await here.ask(query)
    assert answer["errors"]
    assert not (answer["data"] or {}).get("orders")


async def test_fluent_hides_no_project_of_commercetools(here: Here) -> None:
    """The commercetools endpoints answer as before beside it."""
    answer = await here.http.post("http://sandbox.test/placet-demo/graphql", json={"query": "{__typename}"})
    assert answer.status_code == 401
    assert answer.json()["statusCode"] == 401
