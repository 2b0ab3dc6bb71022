"""Tokens: their life, their scopes."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.app import create_app
from sandbox.errors import ApiError
from sandbox.oauth import Tokens
from sandbox.options import ApiClient, Options
from sandbox.scopes import covers, granted
from tests.sandbox.surroundings import surroundings

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_token_ends_with_its_lifetime() -> None:
    """Good for `token_seconds`, refused from that moment on."""
    clock = [NOW]
    options = Options(token_seconds=60)
    tokens = Tokens(options, lambda: clock[0])
    token, _ = tokens.issue(options.clients[0], None)
    clock[0] = NOW + timedelta(seconds=59)
    assert tokens.check(f"Bearer {token}", ("view_orders",)).client_id == "placet"
    clock[0] = NOW + timedelta(seconds=60)
    with pytest.raises(ApiError) as refusal:
        tokens.check(f"Bearer {token}", ("view_orders",))
    assert (refusal.value.status, refusal.value.body()["error"]) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("held", "wanted", "holds"),
    [
        ("manage_project", "manage_types", True),
        ("manage_orders", "view_orders", True),
        ("view_orders", "manage_orders", False),
        ("manage_orders", "manage_states", False),
    ],
)
def test_what_a_scope_covers(held: str, wanted: str, holds: bool) -> None:
    """To manage is to view, the project is everything, and nothing else follows."""
    assert covers({held}, wanted) is holds


@pytest.mark.parametrize(
    "asked", ["manage_orders:other", "fly_to_moon:shop", "manage_states:shop", "manage_orders"]
)
def test_a_scope_of_another_project_or_client_is_not_granted(asked: str) -> None:
    """Unknown names, other projects, and what the client itself does not hold."""
    assert granted(asked, ("manage_orders",), "shop") is None
    assert granted("view_orders:shop", ("manage_orders",), "shop") == frozenset({"view_orders"})


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic !", "Basic cGxhY2V0", "Bearer cGxhY2V0OnBsYWNldA==", "Basic /w=="]
)
def test_malformed_credentials_are_an_invalid_client(header: str) -> None:
    """Whatever is not `Basic base64(id:secret)` of a client."""
    with pytest.raises(ApiError) as refusal:
        Tokens(Options(), lambda: NOW).client(header)
    assert (refusal.value.status, refusal.value.code) == (401, "invalid_client")


async def test_a_narrow_client_is_held_to_its_scopes() -> None:
    """403 insufficient_scope names what is missing."""
    narrow = ApiClient("portal", "secret", ("view_orders",))
    async with surroundings(clients=(narrow,)) as here:
        assert (await here.http.get("/orders")).status_code == 200
        answer = await here.http.get("/states")
        assert answer.status_code == 403
        assert "view_states:placet-demo" in answer.json()["message"]


def test_two_sandboxes_share_nothing() -> None:
    """Each application has a store and tokens of its own."""
    one, other = create_app(), create_app()
    assert one.state.sandbox.store is not other.state.sandbox.store
    assert one.state.sandbox.tokens is not other.state.sandbox.tokens
