"""OAuth 2.0 client credentials: tokens, scopes and refusals (section 1.2)."""

from urllib.parse import urlencode

import httpx
import pytest

from tests.contract.drafts import state_draft
from tests.contract.project import Project, answered, refused
from tests.contract.targets import Target


async def test_client_credentials_answer_a_bearer_token(target: Target) -> None:
    """The token comes with its type, its life in seconds and its scope."""
    async with target.anonymous() as http:
        token = answered(await target.fetch_token(http, target.scopes or None), 200)
    assert token["token_type"] == "Bearer"
    assert isinstance(token["access_token"], str)
    assert token["access_token"]
    assert 0 < token["expires_in"] <= 604_800
    assert isinstance(token["scope"], str)


async def test_the_scope_that_was_asked_for_is_echoed(target: Target) -> None:
    """Clients refuse a token whose scope differs from what they asked for (section 10.1)."""
    if not target.scopes:
        pytest.skip("CTP_SCOPES is not set")
    async with target.anonymous() as http:
        token = answered(await target.fetch_token(http, target.scopes), 200)
    assert token["scope"].split() == target.scopes.split()


async def test_the_grant_may_stand_in_the_query(target: Target) -> None:
    """The RAML models `grant_type` and `scope` as query parameters."""
    query = urlencode(
        {"grant_type": "client_credentials"} | ({"scope": target.scopes} if target.scopes else {})
    )
    async with target.anonymous() as http:
        answer = await http.post(f"{target.token_url}?{query}", auth=(target.client_id, target.client_secret))
    assert answered(answer, 200)["token_type"] == "Bearer"


async def test_assumed_no_scope_means_all_scopes_of_the_client(target: Target) -> None:
    """The scope is optional; left out, the token has what the API client has [memory]."""
    async with target.anonymous() as http:
        token = answered(await target.fetch_token(http), 200)
    assert f":{target.project_key}" in token["scope"]


async def test_assumed_further_form_fields_are_ignored(target: Target) -> None:
    """The Python SDK leaks its call into the token request (section 10.1)."""
    form = {"grant_type": "client_credentials", "json": "{}", "params": ""}
    async with target.anonymous() as http:
        answer = await http.post(target.token_url, data=form, auth=(target.client_id, target.client_secret))
    assert answer.status_code == 200


async def test_a_wrong_secret_is_refused(target: Target) -> None:
    """The authorisation server answers 401 `invalid_client`."""
    async with target.anonymous() as http:
        answer = await http.post(
            target.token_url, data={"grant_type": "client_credentials"}, auth=(target.client_id, "wrong")
        )
    body = answered(answer, 401)
    assert body["error"] == "invalid_client"
    refused(answer, 401, "invalid_client")


async def test_a_scope_that_the_client_has_not_is_refused(target: Target) -> None:
    """A scope of another project cannot be had: 400 `invalid_scope`."""
    async with target.anonymous() as http:
        answer = await target.fetch_token(http, "manage_orders:somebody-elses-project")
    assert answered(answer, 400)["error"] == "invalid_scope"


async def test_assumed_another_grant_is_refused(target: Target) -> None:
    """An unknown grant type is a client's error."""
    async with target.anonymous() as http:
        answer = await http.post(
            target.token_url, data={"grant_type": "divination"}, auth=(target.client_id, target.client_secret)
        )
    assert answered(answer, 400)["error"] == "unsupported_grant_type"


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer none-such"}], ids=["no token", "unknown token"]
)
async def test_a_call_without_a_good_token_is_refused(target: Target, headers: dict[str, str]) -> None:
    """401 with the error object of authentication: `invalid_token` twice over."""
    async with target.anonymous() as http:
        answer = await http.get(f"/{target.project_key}/orders", headers=headers)
    body = answered(answer, 401)
    assert answer.headers["X-Correlation-ID"]
    if headers:
        assert body["error"] == "invalid_token"
        refused(answer, 401, "invalid_token")


async def test_a_scope_that_is_missing_forbids_the_call(target: Target) -> None:
    """With `view_states` one reads states and makes none: 403 `insufficient_scope`."""
    async with target.anonymous() as http:
        if (await target.fetch_token(http, f"view_states:{target.project_key}")).status_code == 400:
            pytest.skip("this API client cannot be given view_states alone")
    async with target.project(f"view_states:{target.project_key}") as viewer:
        assert (await viewer.get("/states")).status_code == 200
        answer = await viewer.post("/states", state_draft(viewer))
        error = refused(answer, 403, "insufficient_scope")
        assert error["message"].startswith("Insufficient scope. One of the following scopes is missing:")
        refused(await viewer.get("/orders"), 403, "insufficient_scope")


async def test_assumed_to_manage_is_to_view(target: Target) -> None:
    """`manage_states` includes `view_states` [memory]."""
    async with target.anonymous() as http:
        if (await target.fetch_token(http, f"manage_states:{target.project_key}")).status_code == 400:
            pytest.skip("this API client cannot be given manage_states alone")
    async with target.project(f"manage_states:{target.project_key}") as manager:
        assert (await manager.get("/states")).status_code == 200


async def test_a_token_can_be_introspected(target: Target, project: Project) -> None:
    """The authorisation server says whether a token is active, for what and until when."""
    token = project.http.headers["Authorization"].removeprefix("Bearer ")
    url = target.token_url.removesuffix("token") + "introspect"
    async with target.anonymous() as http:
        body = answered(await _introspect(http, url, token, target), 200)
        assert body["active"] is True
        assert body["scope"]
        assert isinstance(body["exp"], int)
        assert answered(await _introspect(http, url, "none-such", target), 200)["active"] is False


async def _introspect(http: httpx.AsyncClient, url: str, token: str, target: Target) -> httpx.Response:
    return await http.post(url, params={"token": token}, auth=(target.client_id, target.client_secret))
