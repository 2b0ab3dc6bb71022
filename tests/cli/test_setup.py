"""`placet setup` as a user runs it, against a Temporal server that knows nothing yet."""

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from starter.exits import RefusedError
from starter.setup_plan import Change, SetUp
from starter.setup_temporal import SearchAttributesPart
from starter.temporal_server import binary, search_attribute_types
from tests.cli.conftest import Placet
from tests.cli.edge_double import EdgeDouble
from tests.cli.test_outgoing import noted

pytestmark = pytest.mark.slow


@pytest.fixture
async def bare() -> AsyncIterator[Client]:
    """A dev server without our search attributes."""
    server = await WorkflowEnvironment.start_local(
        dev_server_existing_path=binary(), dev_server_log_level="error"
    )
    async with server:
        yield server.client


async def test_search_attributes_are_registered_once(bare: Client) -> None:
    """All of them are made, with their types, and then left alone."""
    types = {f"{name}: {type_}" for name, type_ in search_attribute_types().items()}
    made = [done async for done in SetUp([SearchAttributesPart(bare)]).run()]
    assert [(one.change, set(one.details)) for one in made] == [(Change.CREATED, types)]
    assert [one.change async for one in SetUp([SearchAttributesPart(bare)]).run()] == [Change.UNCHANGED]


async def test_a_search_attribute_of_another_type_is_refused(bare: Client) -> None:
    """Somebody else's attribute of our name is named, and nothing is added."""
    keyword = 2  # INDEXED_VALUE_TYPE_KEYWORD
    await bare.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace="default", search_attributes={"PlacetTotal": keyword})  # type: ignore[dict-item]
    )
    with pytest.raises(RefusedError, match="PlacetTotal is there as Keyword and must be Double"):
        assert [done async for done in SetUp([SearchAttributesPart(bare)]).run()]


async def test_plans_makes_everything_and_then_finds_nothing_to_do(
    placet: Placet, edge: EdgeDouble, bare: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan writes nothing; the run says what it created; planned and run again, all is unchanged; all end with 0.

    What was said to commercetools stands in the integration log, without the token of subscription and guard.
    """
    monkeypatch.setenv("PLACET_EXCHANGE_LOG_DIR", str(tmp_path))
    monkeypatch.setenv("TEMPORAL_ADDRESS", bare.service_client.config.target_host)
    edge.answers["/subscriptions/commercetools"] = 200, {"result": "ignored", "why": "a test"}
    planned = await placet("setup", "--plan")
    assert planned.code == 0, planned.err
    lines = planned.out.splitlines()
    assert "create     state PendingApproval: initial" in lines
    assert "create     search attributes" in lines
    assert "             PlacetTotal: Double" in lines
    assert f"             {edge.url}/extensions/order" in lines
    assert "             + field neededBy: Date" in lines
    assert not edge.asked
    again = await placet("setup", "--plan", "--json")
    assert {one["change"] for one in json.loads(again.out)["results"]} == {"create", "update", "unchanged"}
    first = await placet("setup")
    assert first.code == 0, first.err
    assert "created    state PendingApproval: initial" in first.out
    assert (
        f"created    subscription placet: ConfluentCloud {edge.url}/subscriptions/commercetools" in first.out
    )
    assert first.out.splitlines()[-1].startswith("commercetools takes up to a minute")
    assert "placet-dev" not in planned.out + first.out
    assert edge.asked[0][2]["resource"]["typeId"] == "subscription"
    second = await placet("setup", "--json")
    assert second.code == 0
    told = json.loads(second.out)
    assert told["ok"]
    assert {one["change"] for one in told["results"]} == {"unchanged"}
    assert (await placet("setup", "--plan")).out.splitlines()[-1] == "nothing to do"
    rotated = await placet("setup", "--rotate-token")
    assert "updated    extension placet: token: written again" in rotated.out
    written = noted(tmp_path)
    for kind in ("subscriptions", "extensions", "states"):
        assert any(one["path"].startswith(f"/placet-demo/{kind}") for one in written)
    assert "placet-dev" not in json.dumps(written)


async def test_the_guard_can_be_left_out(
    placet: Placet, edge: EdgeDouble, bare: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what that means, ends with 0, and makes everything else; with --rotate-token it cannot be meant."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", bare.service_client.config.target_host)
    edge.answers["/subscriptions/commercetools"] = 200, {"result": "ignored", "why": "a test"}
    ended = await placet("setup", "--without-guard")
    assert ended.code == 0, ended.err
    assert "left out   extension placet\n" in ended.out
    assert "is noticed afterwards" in ended.out
    assert "created    subscription placet" in ended.out
    assert "create     extension placet" in (await placet("setup", "--plan")).out
    assert (await placet("setup", "--without-guard", "--rotate-token")).code == 2


async def test_a_real_project_must_be_told_where_to_deliver(
    placet: Placet, bare: Client, sandbox_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a destination and an address of the edge everything else is made, and the exit code says that something is missing."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", bare.service_client.config.target_host)
    for name, value in (
        ("PROJECT_KEY", "placet-demo"),
        ("CLIENT_ID", "placet"),
        ("CLIENT_SECRET", "placet"),
        ("API_URL", sandbox_url),
        ("AUTH_URL", sandbox_url),
    ):
        monkeypatch.setenv(f"CTP_{name}", value)
    planned = await placet("setup", "--plan")
    assert planned.code == 1
    assert planned.out.splitlines()[-1].endswith(", 2 missing")
    ended = await placet("setup")
    assert ended.code == 1
    assert "missing    subscription placet: say where commercetools delivers to" in ended.out
    assert "missing    extension placet: say how commercetools reaches the edge: PLACET_EDGE_URL" in ended.out
    assert "created    state Approved" in ended.out


async def test_a_configuration_that_is_wrong_makes_nothing(
    placet: Placet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are read first."""
    shutil.copytree(Path(__file__).parents[2] / "config", tmp_path, dirs_exist_ok=True)
    (tmp_path / "states.yaml").write_text("states: []\n")
    monkeypatch.setenv("PLACET_CONFIG_DIR", str(tmp_path))
    ended = await placet("setup")
    assert ended.code == 1
    assert "states.yaml" in ended.err
    assert not ended.out


async def test_no_temporal_is_3(placet: Placet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody there: the message says so in one line."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    ended = await placet("setup")
    assert ended.code == 3
    assert len(ended.err.splitlines()) == 1
