"""A commercetools project under test, spoken to over HTTP."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx

from tests.official.transport import OFF_DEFINITION

Json = dict[str, Any]
T = TypeVar("T")

SANDBOX_PATIENCE = 3.0
REAL_PATIENCE = 45.0  # seconds; the official tests poll messages this long (section 4.3)


class Project:
    """One project and one API client's token. Remembers what it made, so that it can be removed again."""

    def __init__(self, http: httpx.AsyncClient, key: str, client_id: str, *, is_sandbox: bool) -> None:
        """Take a client that carries the bearer token; `key` is the project's."""
        self.http = http
        self.key = key
        self.client_id = client_id
        self.is_sandbox = is_sandbox
        self._run = uuid4().hex[:8]
        self._count = 0
        self._made: list[tuple[str, str]] = []

    def unique(self, prefix: str) -> str:
        """A key, slug or number that nobody else uses: `prefix-run-00042`; sorted, they stand as they were made."""
        self._count += 1
        return f"{prefix}-{self._run}-{self._count:05}"

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: Any = None,
        headers: dict[str, str] | None = None,
        off_definition: bool = False,
    ) -> httpx.Response:
        """Send one request; `path` begins after the project key, percent-encoded where it must be.

        `off_definition` says that the request breaks the official definition on purpose.
        """
        return await self.http.request(
            method,
            f"/{self.key}{path}",
            json=body,
            params=params,
            headers=headers,
            extensions=OFF_DEFINITION if off_definition else {},
        )

    async def get(self, path: str, params: Any = None) -> httpx.Response:
        """GET, whatever it answers."""
        return await self.request("GET", path, params=params)

    async def post(self, path: str, body: Any, *, off_definition: bool = False) -> httpx.Response:
        """POST a JSON body, whatever it answers."""
        return await self.request("POST", path, body=body, off_definition=off_definition)

    async def delete(self, path: str, version: int) -> httpx.Response:
        """DELETE with the version, whatever it answers."""
        return await self.request("DELETE", path, params={"version": version})

    async def read(self, path: str, params: Any = None) -> Json:
        """GET that must answer 200."""
        return answered(await self.get(path, params), 200)

    async def query(self, path: str, where: str | list[str], **params: Any) -> list[Json]:
        """The results of a query, which may lag behind the writes on a real project."""
        page = await self.read(path, {"where": where} | params)
        results: list[Json] = page["results"]
        return results

    async def create(self, path: str, draft: Json) -> Json:
        """POST a draft that must make a resource; it is removed when the run ends."""
        made = answered(await self.post(path, draft), 201)
        self.remember(path, made)
        return made

    def remember(self, path: str, made: Json) -> None:
        """Have a resource removed when the run ends. An order from `/orders/import` lives under `/orders`."""
        self._made.append((path.removesuffix("/import"), made["id"]))

    async def update(self, path: str, resource: Json, *actions: Json) -> Json:
        """POST update actions on the version at hand, which must succeed; the resource as it is now."""
        return answered(await self.attempt(path, resource, *actions), 200)

    async def attempt(self, path: str, resource: Json, *actions: Json) -> httpx.Response:
        """POST update actions on the version at hand, whatever it answers."""
        return await self.post(
            f"{path}/{resource['id']}", {"version": resource["version"], "actions": actions}
        )

    async def eventually(self, fetch: Callable[[], Awaitable[T]], accept: Callable[[T], bool]) -> T:
        """Fetch until the result is accepted or patience ends; the last result either way."""
        deadline = time.monotonic() + (SANDBOX_PATIENCE if self.is_sandbox else REAL_PATIENCE)
        pause = 0.02 if self.is_sandbox else 0.5
        while not accept(result := await fetch()) and time.monotonic() < deadline:  # noqa: ASYNC110 # HTTP only: nothing to wait on
            await asyncio.sleep(pause)
        return result

    async def remove_what_was_made(self) -> list[str]:
        """Delete what is left of what was made, the newest first; the paths that could not be removed."""
        for path, id_ in self._made:
            if path == "/states":
                await self._loosen(f"{path}/{id_}")
        left = []
        for path, id_ in reversed(self._made):
            answer = await self.get(f"{path}/{id_}")
            if answer.status_code == 200:
                answer = await self.delete(f"{path}/{id_}", answer.json()["version"])
            if answer.status_code not in (200, 404):
                left.append(f"{path}/{id_}: {answer.text}")
        return left

    async def _loosen(self, path: str) -> None:
        """States that lead to each other hold each other: take their transitions away first."""
        answer = await self.get(path)
        if answer.status_code == 200 and answer.json().get("transitions"):
            actions = [{"action": "setTransitions", "transitions": []}]
            await self.post(path, {"version": answer.json()["version"], "actions": actions})


def by_number(order_number: str) -> str:
    """The path of an order by its number, which may hold any character."""
    return f"/orders/order-number={quote(order_number, safe='')}"


def answered(answer: httpx.Response, status: int) -> Json:
    """The JSON body of an answer that must have this status."""
    assert answer.status_code == status, f"{answer.request.url} -> {answer.status_code}: {answer.text}"
    body: Json = answer.json()
    return body


def refused(answer: httpx.Response, status: int, code: str) -> Json:
    """The first error of an answer that must be an error with this status and code (section 1.8)."""
    body = answered(answer, status)
    assert body["statusCode"] == status
    error: Json = body["errors"][0]
    assert error["code"] == code, body
    assert body["message"] == error["message"], "the message is the first error's"
    return error
