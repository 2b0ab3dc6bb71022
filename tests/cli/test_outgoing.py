"""What commands say to outside systems stands in the integration log, where there is one."""

import json
from pathlib import Path
from typing import Any

import pytest

from clients.commercetools import Commercetools
from settings import load_settings
from starter.commercetools_account import account
from starter.outgoing import outgoing
from tests.cli.conftest import Placet


def noted(folder: Path) -> list[dict[str, Any]]:
    """All that was written down."""
    lines = [line for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines()]
    return [json.loads(line) for line in lines]


async def test_states_are_planned_alike_with_and_without_a_log(
    placet: Placet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the terminal nothing changes; the file has the requests, with their answers."""
    bare = await placet("states", "plan")
    assert (bare.code, bare.err) == (0, "")
    monkeypatch.setenv("PLACET_EXCHANGE_LOG_DIR", str(tmp_path))
    assert await placet("states", "plan") == bare
    token, states = noted(tmp_path)[:2]
    assert (token["system"], token["method"], token["path"]) == ("commercetools", "POST", "/oauth/token")
    assert (states["path"], states["status"]) == ("/placet-demo/states", 200)
    assert "results" in states["response"]["json"]


async def test_a_destination_with_secrets_is_written_down_without_them(
    placet: Placet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for the worker: what a set-up sends may hold keys of queues and the guard's token."""
    monkeypatch.setenv("PLACET_EXCHANGE_LOG_DIR", str(tmp_path))
    queue = {"type": "SQS", "queueUrl": "https://q.example/1", "region": "eu"}
    secret = {"accessKey": "AKIA-very-hidden", "accessSecret": "hush-hush-hush"}
    header = {"type": "AuthorizationHeader", "headerValue": "Bearer guard-token-1"}
    settings = load_settings()
    async with outgoing(settings) as http:
        session = Commercetools(account(settings), http)
        await session.graphql("{ __typename }", {"destination": queue | secret, "authentication": header})
    written = json.dumps(noted(tmp_path))
    assert "https://q.example/1" in written
    assert not [one for one in ("AKIA", "hush", "guard-token") if one in written]


async def test_a_log_that_cannot_be_written_stops_nothing(
    placet: Placet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command does what it is there for."""
    bare = await placet("states", "plan")
    (tmp_path / "file").touch()
    monkeypatch.setenv("PLACET_EXCHANGE_LOG_DIR", str(tmp_path / "file"))
    ended = await placet("states", "plan")
    assert (ended.code, ended.out) == (0, bare.out)
