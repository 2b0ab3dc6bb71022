"""`placet inbound` as a user runs it: a worker, a Temporal server, a shop, and a partner's provider behind them."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from clients.commercetools import Commercetools
from configuration import load
from domain.inbound import Received
from settings import load_settings
from starter.commercetools_account import account
from starter.inbound_pull import Pulled
from starter.inbound_views import progress, summary
from starter.temporal_inbound import TemporalInbound
from starter.temporal_server import binary
from tests.cli.conftest import Placet
from tests.cli.partner import AT, Acme, install
from tests.workflows.drafts import order_draft
from tests.workflows.inbound_scene import given_to, until
from tests.workflows.scene import provision
from worker import activities_for, build_workers, running
from workflows.memory import OrderResult, OrderStart
from workflows.names import ORDERS_QUEUE, SEARCH_ATTRIBUTES, order_workflow_id
from workflows.order import Order

pytestmark = pytest.mark.slow
NAME = "fc.connect.order.webhook.order-status-update"
SINCE = ("--since", "2026-03-01")


@dataclass
class Shop:
    """A shop behind a Placet that works."""

    http: httpx.AsyncClient
    temporal: Client

    async def in_fulfillment(self, number: str) -> str:
        """An order on its way; the id of its workflow."""
        made = await self.http.post("/orders/import", json=order_draft(number, 100))
        assert made.status_code == 201, made.text
        order_id = made.json()["id"]
        start, workflow_id = OrderStart(order_id=order_id, adopted=True), order_workflow_id(order_id)
        handle = await self.temporal.start_workflow(Order.run, start, id=workflow_id, task_queue=ORDERS_QUEUE)

        async def holds() -> bool:
            return (await handle.query(Order.status)).phase == "inFulfillment"

        await until(holds)
        return workflow_id

    async def heard(self, workflow_id: str, *statuses: str) -> None:
        """Return once the order has just these on record."""
        handle: WorkflowHandle[Order, OrderResult] = self.temporal.get_workflow_handle_for(
            Order.run, workflow_id
        )

        async def holds() -> bool:
            entries = (await handle.query(Order.audit)).entries
            return [e.detail["status"] for e in entries if e.kind == "fulfillment"] == list(statuses)

        await until(holds)

    async def webhook(self, event_id: str, ref: str, **changes: Any) -> None:
        """What stage 1 hands over."""
        known = {"entity_id": "1", "entity_ref": ref, "entity_type": "ORDER", "received_at": AT, "name": NAME}
        await TemporalInbound(self.temporal).take_in(
            Received(**{"provider": "fluent", "event_id": event_id, **known, **changes})
        )


@pytest.fixture(scope="module")
async def temporal() -> AsyncIterator[Client]:
    """A dev server."""
    server = await WorkflowEnvironment.start_local(
        dev_server_existing_path=binary(),
        dev_server_log_level="error",
        data_converter=pydantic_data_converter,
        search_attributes=SEARCH_ATTRIBUTES,
    )
    async with server:
        yield server.client


@pytest.fixture
def partner(placet: Placet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fluent as a partner's adapter has it."""
    install(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "providers.yaml").write_text("fluent:\n  adapter: acme\n")
    monkeypatch.setenv("PLACET_PROVIDERS_FILE", str(tmp_path / "providers.yaml"))
    yield
    Acme.orders.clear()
    Acme.lists = True


@pytest.fixture
def reached(placet: Placet, partner: None, temporal: Client, monkeypatch: pytest.MonkeyPatch) -> Placet:
    """The command line, with the server and the partner at hand."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal.service_client.config.target_host)
    return placet


@pytest.fixture
async def shop(reached: Placet, temporal: Client, sandbox_url: str) -> AsyncIterator[Shop]:
    """A shop with its machine, and workers; every workflow ends with the test."""
    settings = load_settings()
    configuration = replace(load(settings.config_dir), splitting=given_to("fluent").splitting)
    project = f"{sandbox_url}/{settings.project_key}"
    async with httpx.AsyncClient(base_url=project) as http, httpx.AsyncClient() as ours:
        form = {"grant_type": "client_credentials"}
        granted = await http.post(f"{sandbox_url}/oauth/token", auth=("shop", "shop"), data=form)
        http.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"
        await provision(Commercetools(account(settings), ours), configuration)
        async with running(build_workers(temporal, activities_for(settings, configuration, ours, temporal))):
            yield Shop(http, temporal)
            async for left in temporal.list_workflows("ExecutionStatus = 'Running'"):
                with suppress(RPCError):  # the list lags behind: it may have ended
                    await temporal.get_workflow_handle(left.id).terminate("the test is over")


async def listed(placet: Placet, *ids: str) -> list[dict[str, Any]]:
    """What waits, once it is just these; lists lag behind by a moment."""
    async with asyncio.timeout(20):
        while True:
            ended = await placet("inbound", "list", "--json")
            assert ended.code == 0, ended.err
            found: list[dict[str, Any]] = json.loads(ended.out)["results"]
            if sorted(one["eventId"] for one in found) == sorted(ids):
                return found
            await asyncio.sleep(0.2)


async def test_what_waits_is_listed_replayed_and_gone(placet: Placet, shop: Shop) -> None:
    """An unmapped status and an unknown name, with why; after it is mended one goes through, the other still waits."""
    order = await shop.in_fulfillment("IN-1")
    Acme.orders["IN-1-1"] = "BY_PIGEON"
    await shop.webhook("w-1", "IN-1-1")
    await shop.webhook("w-2", "IN-1-1", name="fc.connect.unheard-of")
    first, second = sorted(await listed(placet, "w-1", "w-2"), key=lambda one: str(one["eventId"]))
    assert (first["reason"], first["ref"], first["state"]) == ("unmapped", "IN-1-1", "parked")
    assert (second["reason"], second["name"]) == ("unknownName", "fc.connect.unheard-of")
    shown = await placet("inbound", "list", "--provider", "fluent")
    assert "fluent/w-1" in shown.out
    assert "names the status 'BY_PIGEON'" in shown.out
    assert "nothing waits" in (await placet("inbound", "list", "--provider", "webhook")).out
    assert "raise --limit" in (await placet("inbound", "list", "--limit", "1")).err
    still = await placet("inbound", "replay", "fluent/w-1")
    assert (still.code, "still parked (unmapped)" in still.out) == (1, True)
    Acme.orders["IN-1-1"] = "BOOKED"
    done = await placet("inbound", "replay", "w-1")
    assert (done.code, done.out.startswith("fluent/w-1: done: delivered: 1 to order")) == (0, True)
    await shop.heard(order, "accepted")
    await listed(placet, "w-2")
    rest = await placet("inbound", "replay", "--all", "--json")
    assert (rest.code, json.loads(rest.out)["results"][0]["eventId"]) == (1, "w-2")


async def test_what_never_came_is_pulled_once(placet: Placet, shop: Shop) -> None:
    """On pages; the same pull again changes nothing, and nor does it after a webhook told the same."""
    orders = {number: await shop.in_fulfillment(number) for number in ("P-1", "P-2", "P-3")}
    for number in orders:
        Acme.orders[f"{number}-1"] = "BOOKED"
    await shop.webhook("w-9", "P-1-1")
    await shop.heard(orders["P-1"], "accepted")
    pulled = await placet("inbound", "pull", "fluent", *SINCE)
    assert (pulled.code, pulled.out) == (0, "3 orders on 2 pages, 3 taken in\n"), pulled.err
    for order in orders.values():
        await shop.heard(order, "accepted")
    async with asyncio.timeout(20):
        while (again := await placet("inbound", "pull", "fluent", *SINCE, "--json")).code == 0:
            if json.loads(again.out)["known"] == 3:
                break
    assert json.loads(again.out) == {
        "pages": 2, "orders": 3, "known": 3, "takenIn": 0, "latest": "2026-03-01T12:00:00+00:00",
    }  # fmt: skip
    later = await placet("inbound", "pull", "fluent", "--since", "2026-03-02")
    assert later.out == "0 orders on 1 pages, 0 taken in\n"
    for order in orders.values():
        await shop.heard(order, "accepted")


async def test_a_pull_stands_in_the_integration_log(
    reached: Placet, sandbox_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the provider's name, without what it logs in with; and nothing of it on the terminal."""
    host = {"host": f"{sandbox_url}/fluent", "account": "PLACET_DEMO", "retailer_id": "1"}
    login = {
        "username": "placet",
        "password": "placet",
        "client_id": "PLACET_DEMO",
        "client_secret": "placet",
    }
    (tmp_path / "providers.yaml").write_text(json.dumps({"fluent": host | login}))
    monkeypatch.setenv("PLACET_EXCHANGE_LOG_DIR", str(tmp_path / "log"))
    ended = await reached("inbound", "pull", "fluent", *SINCE)
    assert (ended.code, ended.out, ended.err) == (0, "0 orders on 1 pages, 0 taken in\n", "")
    (file,) = (tmp_path / "log").iterdir()
    noted = [json.loads(line) for line in file.read_text().splitlines()]
    assert {one["system"] for one in noted} == {"fluent"}
    assert [one["path"] for one in noted] == ["/oauth/token", "/graphql"]


async def test_a_provider_that_has_no_list_of_changes_says_so(placet: Placet, shop: Shop) -> None:
    """1, with its own words."""
    Acme.lists = False
    ended = await placet("inbound", "pull", "fluent", *SINCE)
    assert (ended.code, "fluent cannot tell what has changed: no list of changes" in ended.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("replay",), 2, "say which event to replay, or --all"),
        (("replay", "x", "--all"), 2, "say which event to replay, or --all"),
        (("replay", "nobody-knows"), 1, "nobody has sent an event of the id nobody-knows"),
        (("replay", "fluent/nobody-knows"), 1, "nothing waits under that id"),
        (("list", "--provider", "'"), 2, "is no provider's name"),
        (("pull", "fluent", "--since", "yesterday"), 2, "is no date and no time"),
        (("pull", "fluent", "--since", "2026-01-01T00:00:00"), 2, "does not say its zone"),
        (("pull", "nobody", "--since", "2026-01-01"), 2, "PLACET_PROVIDERS_FILE has no provider nobody"),
    ],
)
async def test_what_cannot_be_done_is_said_in_one_line(
    reached: Placet, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """With the exit code that says whose fault it is."""
    ended = await reached("inbound", *arguments)
    assert ended.code == code, ended.err
    assert said in ended.err


async def test_no_temporal_is_3(placet: Placet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody there: one line says so."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    ended = await placet("inbound", "list")
    assert (ended.code, len(ended.err.splitlines())) == (3, 1)


def test_a_bar_is_shown_to_people_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe there is none."""
    with progress(AT) as told:
        told(Pulled(pages=1, orders=2, taken_in=1, known=1, latest=datetime.now(UTC)))
    assert capsys.readouterr().err == ""
    assert (
        summary(Pulled(pages=1, orders=2, taken_in=1, known=1))
        == "2 orders on 1 pages, 1 taken in, 1 known before"
    )
