"""`placet reconcile` as a user runs it, with a worker, a commercetools and a Temporal server at hand."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from clients.commercetools import Commercetools
from configuration import load
from domain.findings import LISTED_OF_A_KIND, Finding, Kind, Page, Reconciled
from settings import load_settings
from starter.cli_reconcile import Telling
from starter.commercetools_account import account
from starter.reconcile_views import report
from starter.temporal_server import binary
from tests.cli.conftest import Placet
from tests.workflows.drafts import order_draft
from tests.workflows.scene import provision
from worker import activities_for, build_workers, running
from workflows.names import RECONCILIATION_ID, SEARCH_ATTRIBUTES, order_workflow_id

pytestmark = pytest.mark.slow

EVER = ("--adopt-since", "2020-01-01")


@dataclass
class Shop:
    """A shop behind a Placet that works."""

    http: httpx.AsyncClient
    temporal: Client
    sandbox: str

    async def place(self, number: str) -> str:
        """An order of which no notification was sent; its id."""
        made = await self.http.post("/orders/import", json=order_draft(number, 150_000))
        assert made.status_code == 201, made.text
        order_id: str = made.json()["id"]
        return order_id

    async def fault(self, **rule: Any) -> None:
        """Have something go wrong."""
        assert (await self.http.post(f"{self.sandbox}/sandbox/faults", json=rule)).status_code == 201


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
async def shop(
    placet: Placet, temporal: Client, sandbox_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Shop]:
    """A shop with its machine, and workers; every workflow ends with the test."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal.service_client.config.target_host)
    settings = load_settings()
    configuration = load(settings.config_dir)
    project = f"{sandbox_url}/{settings.project_key}"
    async with httpx.AsyncClient(base_url=project) as http, httpx.AsyncClient() as ours:
        form = {"grant_type": "client_credentials"}
        granted = await http.post(f"{sandbox_url}/oauth/token", auth=("shop", "shop"), data=form)
        http.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"
        await provision(Commercetools(account(settings), ours), configuration)
        async with running(build_workers(temporal, activities_for(settings, configuration, ours, temporal))):
            yield Shop(http, temporal, sandbox_url)
            async for left in temporal.list_workflows("ExecutionStatus = 'Running'"):
                with suppress(RPCError):  # the list lags behind: it may have ended
                    await temporal.get_workflow_handle(left.id).terminate("the test is over")


async def test_what_was_missed_is_started_and_listed(placet: Placet, shop: Shop) -> None:
    """With why; the second time there is nothing to do, in JSON as well. Both end with 0."""
    order_id = await shop.place("MISSED-1")
    first = await placet("reconcile", *EVER)
    assert first.code == 0, first.err
    assert "1 started\n  noWorkflow\n    MISSED-1  no workflow holds it" in first.out
    assert "for this run only, orders are taken up since 2020-01-01T00:00:00+00:00" in first.err
    await shop.temporal.get_workflow_handle(order_workflow_id(order_id)).describe()
    second = await placet("reconcile", *EVER, "--json")
    assert second.code == 0
    told = json.loads(second.out)
    assert (told["orders"], told["findings"], told["joined"]) == (1, [], False)


async def test_a_dry_run_says_what_would_be_done(placet: Placet, shop: Shop) -> None:
    """And starts nothing."""
    order_id = await shop.place("MISSED-2")
    ended = await placet("reconcile", "--dry-run", *EVER)
    assert (ended.code, "1 would be started" in ended.out) == (0, True)
    with pytest.raises(RPCError, match="not found"):
        await shop.temporal.get_workflow_handle(order_workflow_id(order_id)).describe()


async def test_older_orders_are_left_alone(placet: Placet, shop: Shop) -> None:
    """Counted, and no reason to end with anything but 0."""
    await shop.place("OLD-1")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    ended = await placet("reconcile", "--adopt-since", tomorrow)
    assert ended.code == 0
    assert "1 left alone: placed before orders were taken up" in ended.out


async def test_what_a_person_must_see_ends_with_1(placet: Placet, shop: Shop) -> None:
    """A workflow that somebody terminated, with what to do about it."""
    order_id = await shop.place("LOST-1")
    await placet("reconcile", *EVER)
    await shop.temporal.get_workflow_handle(order_workflow_id(order_id)).terminate("by mistake")
    ended = await placet("reconcile", *EVER)
    assert ended.code == 1
    assert "1 for a person to see to\n  endedBadly: find out why" in ended.out
    assert "LOST-1  its workflow has ended (terminated)" in ended.out


async def test_without_a_set_up_it_says_so(placet: Placet, shop: Shop) -> None:
    """Nothing is taken up that nobody asked for."""
    ended = await placet("reconcile")
    assert ended.code == 1
    assert "It stopped before its end: nothing says since when" in ended.out


async def test_one_that_is_under_way_is_followed(placet: Placet, shop: Shop) -> None:
    """The same asked for twice at once is done once; something else has to wait."""
    await shop.place("ONCE-1")
    await shop.fault(kind="slow", delayMs=2500, method="GET", path="^/orders")
    first = asyncio.create_task(placet("reconcile", *EVER))
    await asyncio.sleep(1)
    other = await placet("reconcile", "--dry-run")
    assert other.code == 1
    assert "is under way, and not a dry run: wait until it has ended" in other.err
    joined = await placet("reconcile", *EVER, "--json")
    assert (joined.code, json.loads(joined.out)["joined"]) == (0, True)
    assert (await first).code == 0


async def test_one_that_is_ended_by_somebody_ends_with_3(placet: Placet, shop: Shop) -> None:
    """It is no result that nothing was found."""
    await shop.fault(kind="slow", delayMs=2000, method="GET", path="^/orders")
    following = asyncio.create_task(placet("reconcile", *EVER))
    await asyncio.sleep(1)
    await shop.temporal.get_workflow_handle(RECONCILIATION_ID).terminate("not now")
    ended = await following
    assert (ended.code, ended.out) == (3, "")
    assert "the reconciliation was ended" in ended.err


async def test_no_temporal_is_3(placet: Placet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody there: one line says so."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    ended = await placet("reconcile")
    assert (ended.code, len(ended.err.splitlines())) == (3, 1)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("yesterday", "is no date and no time"),
        ("2026-13-01", "is no date and no time"),
        ("2026-01-01T00:00:00", "does not say its zone"),
    ],
)
async def test_a_time_that_cannot_be_meant_is_2(placet: Placet, written: str, why: str) -> None:
    """Before anything is started."""
    ended = await placet("reconcile", "--adopt-since", written)
    assert ended.code == 2
    assert why in ended.err


def test_one_kind_hides_no_other() -> None:
    """Of each so many are listed, and the rest is counted."""
    many = tuple(Finding(order_id=str(n), kind=Kind.NO_WORKFLOW, why="so") for n in range(150))
    last = Finding(order_id="x", kind=Kind.SILENT, why="nothing was heard")
    found = Reconciled(after="149").with_page(Page(looked_at=151, findings=(*many, last)))
    lines = list(report(found))
    assert len(found.findings) == LISTED_OF_A_KIND + 1
    assert "\n150 started" in lines
    assert "    and 50 more" in lines
    assert "    x  nothing was heard" in lines


def test_progress_is_shown_to_people_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """One line that is written over, on a terminal; nobody at work is said once, to everybody."""
    so_far = Reconciled(orders=100, workflows=3, counts={Kind.OLDER: 2})
    for terminal in (False, True):
        telling = Telling(terminal=terminal)
        for heard in (None, None, so_far):
            telling(heard)
        telling.end()
    quiet, shown = capsys.readouterr().err.split("placet: no worker answers")[1:]
    assert "looked at" not in quiet
    assert "\r100 orders and 3 workflows looked at, 2 found" in shown
    assert shown.endswith("\n")
