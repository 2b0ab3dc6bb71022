"""Faults on demand: `POST /sandbox/faults` adds rules, GET lists those that are left, DELETE clears them.

A rule is `{"kind", "times"?: 1, "method"?, "path"?: regex on the path after the project key, "action"?: name of an
update action in the body, "status"?: 500|502|503|504, "retryAfterSeconds"?, "delayMs"?, "copies"?, "window"?}`.
Request kinds are struck here; the notification kinds are taken by the delivery of subscriptions.

- `conflict`: somebody else touches the addressed resource first, so that the caller gets an honest 409
- `rateLimit`: 429 with Retry-After; nothing happens
- `errorBeforeCommit`: a 5xx; nothing happens
- `errorAfterCommit`: everything happens, then a 5xx; with `"drop": true` the reply is cut off instead
- `slow`: waits `delayMs`, then goes on
- `expireTokens`: every token issued so far is refused from now on
"""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.addressed import addressed
from sandbox.errors import ApiError, invalid_field, invalid_json, required_field
from sandbox.http import json_response, read_json
from sandbox.oauth import Tokens
from sandbox.store import Actor, Store

REQUEST_KINDS = ("conflict", "rateLimit", "errorBeforeCommit", "errorAfterCommit", "slow", "expireTokens")
NOTIFICATION_KINDS = ("dropNotification", "repeatNotification", "reorderNotifications")
KINDS = (*REQUEST_KINDS, *NOTIFICATION_KINDS)
SOMEBODY_ELSE = Actor(client_id="sandbox-faults", method="POST", path="/sandbox/faults")
_ON_WRITES = ("conflict", "errorAfterCommit")
_NUMBERS = ("times", "retryAfterSeconds", "delayMs", "copies", "window")
_CODES = {500: "General", 502: "BadGateway", 503: "OverCapacity", 504: "ExtensionNoResponse"}

Rule = dict[str, Any]


class InjectedError(ApiError):
    """A fault's answer. Like the edge of the real API, a 429 or 504 names no error code."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, _CODES.get(status, "General"), message)
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """The ErrorResponse."""
        whole = super().body()
        if self.status in (429, 504):
            del whole["errors"]
        return whole


class DroppedReplyError(Exception):
    """The request was carried out, and the connection breaks before the reply is through."""


@dataclass(frozen=True)
class Strike:
    """The rules that hit one request, to be played out around its handler."""

    rules: tuple[Rule, ...]
    path: str
    raw: bytes

    async def before(self, tokens: Tokens) -> None:
        """What comes before anything has happened. Raises InjectedError."""
        for rule in self.rules:
            if rule["kind"] == "slow":
                await asyncio.sleep(rule.get("delayMs", 1000) / 1000)
            elif rule["kind"] == "expireTokens":
                tokens.expire_all()
            elif rule["kind"] == "rateLimit":
                seconds = str(rule.get("retryAfterSeconds", 1))
                raise InjectedError(429, "Too many requests.", {"Retry-After": seconds})
            elif rule["kind"] == "errorBeforeCommit":
                raise InjectedError(
                    rule.get("status", 503), "An injected fault, before anything was written."
                )

    def conflict(self, store: Store) -> None:
        """Somebody else touches the addressed resource: its version rises, nothing else changes."""
        if any(rule["kind"] == "conflict" for rule in self.rules):
            with store.transaction(SOMEBODY_ELSE) as tx:
                for type_id, resource in addressed(store, self.path, self.raw):
                    tx.save(type_id, {**resource, "version": resource["version"] + 1})

    def after(self) -> None:
        """What comes once everything has been committed. Raises InjectedError or DroppedReplyError."""
        for rule in self.rules:
            if rule["kind"] == "errorAfterCommit":
                if rule.get("drop"):
                    raise DroppedReplyError
                raise InjectedError(
                    rule.get("status", 500), "An injected fault, after everything was written."
                )


_NOTHING = Strike((), "", b"")


@dataclass
class Faults:
    """The rules that are left, oldest first. A rule that has been used up disappears."""

    rules: list[Rule] = field(default_factory=list)

    def strike(self, method: str, path: str, raw: bytes) -> Strike:
        """Use up one time of each request rule that matches; `path` is what follows the project key."""
        if not self.rules:
            return _NOTHING
        hit = [rule for rule in self.rules if _hits(rule, method, path, raw)]
        return Strike(tuple(self._use(rule) for rule in hit), path, raw)

    def take(self, kind: str) -> Rule | None:
        """Use up one time of the oldest rule of a kind, e.g. `dropNotification`; None if there is none."""
        for rule in self.rules:
            if rule["kind"] == kind:
                return self._use(rule)
        return None

    def _use(self, rule: Rule) -> Rule:
        rule["times"] -= 1
        if rule["times"] <= 0:
            self.rules.remove(rule)
        return rule


def _hits(rule: Rule, method: str, path: str, raw: bytes) -> bool:
    if rule["kind"] not in REQUEST_KINDS:
        return False
    if rule["kind"] in _ON_WRITES and method not in ("POST", "DELETE"):
        return False
    return (
        rule.get("method", method) == method
        and re.search(rule.get("path", ""), path) is not None
        and rule.get("action", "").encode() in raw
    )


def _rule(given: Any) -> Rule:
    """A rule as given, checked. ApiError 400."""
    if not isinstance(given, dict):
        raise invalid_json("A fault is a JSON object.")
    if "kind" not in given:
        raise required_field("kind")
    if given["kind"] not in KINDS:
        raise invalid_field("kind", given["kind"], list(KINDS))
    for name in _NUMBERS:
        if name in given and (type(given[name]) is not int or given[name] < 0):
            raise invalid_field(name, given[name])
    if given.get("status", 500) not in _CODES:
        raise invalid_field("status", given["status"], list(_CODES))
    for name in ("method", "path", "action"):
        if not isinstance(given.get(name, ""), str):
            raise invalid_field(name, given[name])
    try:
        re.compile(given.get("path", ""))
    except re.error:
        raise invalid_field("path", given["path"]) from None
    return {"times": 1, **given}


async def _post(request: Request) -> Response:
    given = read_json(await request.body())
    added = [_rule(one) for one in (given if isinstance(given, list) else [given])]
    request.app.state.sandbox.faults.rules.extend(rule for rule in added if rule["times"] > 0)
    return json_response(201, added)


async def _get(request: Request) -> Response:
    return json_response(200, request.app.state.sandbox.faults.rules)


async def _delete(request: Request) -> Response:
    request.app.state.sandbox.faults.rules.clear()
    return json_response(200, [])


def routes() -> list[Route]:
    """The fault endpoints, open to everybody who reaches the sandbox."""
    return [
        Route("/sandbox/faults", _post, methods=["POST"]),
        Route("/sandbox/faults", _get, methods=["GET"]),
        Route("/sandbox/faults", _delete, methods=["DELETE"]),
    ]
