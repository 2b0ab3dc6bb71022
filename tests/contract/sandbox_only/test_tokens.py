"""Tokens that grow old, and clients with less than everything (sections 1.2 and DESIGN 4.7)."""

from datetime import UTC, datetime, timedelta

from sandbox.options import ApiClient, Options
from tests.contract.drafts import order_draft, state_draft
from tests.contract.project import refused
from tests.contract.sandbox_only.conftest import start


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The hour."""
        return self.now


async def test_a_token_lives_as_long_as_it_says() -> None:
    """Good until `expires_in` has gone by, refused after it; a new one is good."""
    clock = Clock()
    async for sandbox in start(Options(token_seconds=3600, clock=clock)):
        async with sandbox.target.anonymous() as http:
            assert (await sandbox.target.fetch_token(http)).json()["expires_in"] == 3600
        clock.now += timedelta(seconds=3590)
        assert (await sandbox.project.get("/states")).status_code == 200
        clock.now += timedelta(seconds=20)
        refused(await sandbox.project.get("/states"), 401, "invalid_token")
        async with sandbox.target.project() as again:
            assert (await again.get("/states")).status_code == 200


async def test_a_client_has_its_scopes_and_no_others() -> None:
    """A client for orders makes orders and no states; it cannot ask for more."""
    narrow = ApiClient("placet", "placet", ("manage_orders", "view_states"))
    async for sandbox in start(Options(clients=(narrow,))):
        project = sandbox.project
        assert (await project.get("/states")).status_code == 200
        assert (await project.post("/orders/import", order_draft(project))).status_code == 201
        refused(await project.post("/states", state_draft(project)), 403, "insufficient_scope")
        refused(await project.get("/subscriptions"), 403, "insufficient_scope")
        async with sandbox.target.anonymous() as http:
            answer = await sandbox.target.fetch_token(http, "manage_states:placet-demo")
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
