"""A project over HTTP whose states a test looks at, and files of states to have it be like."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from clients import drafts
from clients.account import Account
from clients.commercetools import Commercetools
from clients.resources import StateResource
from tests.clients.sandboxed import order_draft

PHASES = """
phases:
  routing: Waiting
  pending: Waiting
  changesRequested: Waiting
  approved: Approved
  inFulfillment: Claimed
  completed: Done
  rejected: Refused
  withdrawn: Refused
  cancelled: Refused
"""
ORDERS = """
states:
  - { key: Waiting, initial: true, name: { en: Waiting }, transitions: [Approved, Refused] }
  - { key: Approved, name: { en: Approved, de: Frei }, transitions: [Claimed, Waiting] }
  - { key: Claimed, transitions: [Done, { to: Refused, by: operator }] }
  - { key: Done, transitions: final }
  - { key: Refused, transitions: final }
"""
SMALL = ORDERS + PHASES
"""A machine in a circle, with everything that a workflow needs."""


@dataclass
class Project:
    """The sandbox's project as somebody else's API client sees it."""

    client: Commercetools
    http: httpx.AsyncClient
    url: str
    file: Path

    def declare(self, text: str) -> str:
        """Write the file; its path."""
        self.file.write_text(text, encoding="utf-8")
        return str(self.file)

    async def states(self) -> dict[str, StateResource]:
        """All but the built-in one, by key."""
        return {state.key or "": state for state in await self.client.states() if not state.built_in}

    async def moves(self) -> dict[str, tuple[str, ...] | None]:
        """The transitions of each state, as keys."""
        found = await self.client.states()
        keys = {state.id: state.key or "" for state in found}
        return {
            state.key or "": None if state.transitions is None else tuple(keys[i] for i in state.transitions)
            for state in found
            if not state.built_in
        }

    async def state(self, key: str) -> StateResource:
        """The state of that key, which must be there."""
        found = await self.client.state(key)
        assert found is not None, key
        return found

    async def change(self, key: str, *actions: Any) -> StateResource:
        """Somebody changes a state by hand."""
        found = await self.state(key)
        return await self.client.update_state(found.id, found.version, actions)

    async def fault(self, *rules: dict[str, Any]) -> None:
        """Have requests go wrong."""
        answer = await self.http.post(f"{self.url}/sandbox/faults", json=list(rules))
        assert answer.is_success, answer.text

    async def order(self, state: str) -> None:
        """An order that is in a state."""
        found = await self.state(state)
        draft = order_draft(f"IN-{state}", state={"typeId": "state", "id": found.id})
        await self.client.import_order(drafts.import_order_draft(draft))


@asynccontextmanager
async def at(url: str, file: Path) -> AsyncIterator[Project]:
    """The project behind a URL."""
    account = Account(
        project_key="placet-demo",
        client_id="shop",
        client_secret=SecretStr("shop"),
        api_url=url,
        auth_url=url,
        scopes=("manage_project:placet-demo",),
    )
    async with httpx.AsyncClient() as http:
        yield Project(Commercetools(account, http), http, url, file)


def without(lines: str, *keys: str) -> str:
    """A file's text without the lines that declare some states."""
    return "\n".join(line for line in lines.splitlines() if not any(f"key: {key}," in line for key in keys))
