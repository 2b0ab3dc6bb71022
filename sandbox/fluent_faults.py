"""Faults of the local Fluent: `POST /sandbox/fluent/faults` adds rules, GET lists what is left, DELETE clears them.

A rule is `{"kind", "times"?: 1, ...}`. Of the API, struck by requests whose path after `/fluent` matches `path` (a
regex) and whose body holds `operation` (such as `createOrder`):

- `slow`: waits `delayMs` (1000), then goes on
- `rateLimit`: 429 with Retry-After `retryAfterSeconds` (1); nothing happens
- `errorBeforeCommit`: `status` (503); nothing happens
- `errorAfterCommit`: everything happens, then `status` (500); with `"drop": true` the reply is cut off instead
- `expireTokens`: every token given out so far is refused

Of webhooks, struck by those of `entityType`, `entityStatus` and `entityRef`, as far as given:

- `repeatWebhook`: sent `copies` (1) times more, the same request; with `"freshId": true` each with an id of its own
- `reorderWebhooks`: the next `window` (2) of them go out in reverse
- `lateWebhook`: held until `behind` (2) later ones have been handed over, at most `delayMs` (5000)
- `lateParcel`: the same for the first that tells of a shipped fulfilment
- `wrongSignature`, `noSignature`
- `dropWebhook`: never sent

- `unmappedStatus`: the entity that would get `entityStatus` gets `becomes` (`AWAITING_CARRIER_PIGEON`) instead
"""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.drafts import boolean, one_of, record, text, whole
from sandbox.errors import invalid_field
from sandbox.faults import DroppedReplyError
from sandbox.fluent_entities import FULFILMENT, Entity
from sandbox.fluent_refusals import FluentError
from sandbox.fluent_tokens import FluentTokens

REQUEST_KINDS = ("slow", "rateLimit", "errorBeforeCommit", "errorAfterCommit", "expireTokens")
WEBHOOK_KINDS = (
    "repeatWebhook",
    "reorderWebhooks",
    "lateWebhook",
    "lateParcel",
    "wrongSignature",
    "noSignature",
    "dropWebhook",
)
KINDS = (*REQUEST_KINDS, *WEBHOOK_KINDS, "unmappedStatus")
SHIPPED = ("SHIPPED", "FULFILLED", "COMPLETE", "DELIVERED")
_DAY_MS = 86_400_000

Rule = dict[str, Any]
rule = record(
    {"kind": one_of(*KINDS)},
    {
        "times": whole(1, 10_000),
        "path": text(),
        "operation": text(),
        "status": whole(400, 599),
        "delayMs": whole(0, _DAY_MS),
        "retryAfterSeconds": whole(0, 3600),
        "drop": boolean,
        "copies": whole(1, 100),
        "freshId": boolean,
        "window": whole(2, 100),
        "behind": whole(1, 100),
        "entityType": text(),
        "entityStatus": text(),
        "entityRef": text(),
        "becomes": text(),
    },
)


@dataclass
class FluentFaults:
    """The rules that are left, oldest first."""

    rules: list[Rule] = field(default_factory=list)

    def add(self, given: Any) -> Rule:
        """One rule more, checked. ApiError 400."""
        checked = {"times": 1, **rule(given, "")}
        try:
            re.compile(checked.get("path", ""))
        except re.error:
            raise invalid_field("path", checked["path"]) from None
        self.rules.append(checked)
        return checked

    def take(self, kind: str, entity: Entity) -> Rule | None:
        """Use up one time of the oldest rule of a kind that an entity (`kind`, `status`, `ref`) falls under."""
        for one in self.rules:
            if one["kind"] == kind and _meant(one, entity):
                return self._use(one)
        return None

    def strike(self, path: str, raw: bytes) -> list[Rule]:
        """Use up one time of each request rule that matches."""
        hit = [one for one in self.rules if one["kind"] in REQUEST_KINDS and _hits(one, path, raw)]
        return [self._use(one) for one in hit]

    def _use(self, one: Rule) -> Rule:
        one["times"] -= 1
        if one["times"] <= 0:
            self.rules.remove(one)
        return one


async def before(struck: list[Rule], tokens: FluentTokens) -> None:
    """What comes before anything has happened. Raises FluentError."""
    for one in struck:
        if one["kind"] == "slow":
            await asyncio.sleep(one.get("delayMs", 1000) / 1000)
        elif one["kind"] == "expireTokens":
            tokens.expire_all()
        elif one["kind"] == "rateLimit":
            raise FluentError(429, _injected(), {"Retry-After": str(one.get("retryAfterSeconds", 1))})
        elif one["kind"] == "errorBeforeCommit":
            raise FluentError(one.get("status", 503), _injected())


def after(struck: list[Rule]) -> None:
    """What comes once everything has been committed. Raises FluentError or DroppedReplyError."""
    for one in struck:
        if one["kind"] == "errorAfterCommit":
            if one.get("drop"):
                raise DroppedReplyError
            raise FluentError(one.get("status", 500), _injected())


def _injected() -> dict[str, Any]:
    return {"errors": [{"message": "An injected fault."}]}


def _hits(one: Rule, path: str, raw: bytes) -> bool:
    return re.search(one.get("path", ""), path) is not None and one.get("operation", "").encode() in raw


def _meant(one: Rule, entity: Entity) -> bool:
    wanted = {"kind": one.get("entityType"), "status": one.get("entityStatus"), "ref": one.get("entityRef")}
    if one["kind"] == "lateParcel" and (entity["kind"] != FULFILMENT or entity["status"] not in SHIPPED):
        return False
    return all(value is None or entity[name] == value for name, value in wanted.items())
