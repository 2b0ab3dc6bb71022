"""Everything that is known of one order, put together from the evidence of a run.

The evidence is one JSON document: `journal` (the sandbox's, in its order), `messages`, `orders`, `handOvers` and `records`
(custom objects), `states` (id to key), `machine` (states.yaml), `placed` (what the shop ordered), `answers` (every attempt
of a client and what came back), `seen` (what clients were shown), `vain` (what clients waited for in vain).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.chaos.checker.findings import Finding

Json = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """A transition as a message tells it: states by key, by which API client, and whether it was forced."""

    source: str | None
    target: str
    client: str | None
    forced: bool
    at: datetime
    sequence: int


@dataclass(frozen=True)
class Dossier:
    """One order. `journal` holds its writes with their place in the whole journal, oldest first."""

    placed: Json
    order: Json | None
    moves: tuple[Move, ...]
    changes: tuple[Json, ...]
    journal: tuple[tuple[int, Json], ...]
    hand_overs: tuple[tuple[Json, tuple[tuple[int, Json], ...]], ...]
    """Each hand-over with the writes of it in the journal."""
    record: Json | None
    answers: tuple[Json, ...]
    seen: tuple[Json, ...]
    vain: tuple[str, ...]
    keys: dict[str, str] = field(repr=False)

    @property
    def state(self) -> str | None:
        """The key of the state in which the order is now."""
        held = (self.order or {}).get("state")
        return None if held is None else self.keys.get(held["id"], held["id"])

    def found(self, rule: str, what: str) -> Finding:
        """A finding about this order."""
        name = self.placed.get("number") or self.placed["id"]
        return Finding(name, self.placed["story"], rule, what)

    def decisions(self) -> dict[str, list[Json]]:
        """The attempts of each decision or withdrawal by its id, in the order in which they were answered."""
        by_id: dict[str, list[Json]] = defaultdict(list)
        for answer in sorted(self.answers, key=lambda one: one["answeredAt"]):
            by_id[answer["id"]].append(answer)
        return by_id

    def entries(self, kind: str) -> list[Json]:
        """The entries of that kind in the order's lasting record."""
        found = ((self.record or {}).get("value") or {}).get("entries") or []
        return [entry for entry in found if entry["kind"] == kind]


def moment(written: str) -> datetime:
    """An instant as JSON has it."""
    return datetime.fromisoformat(written)


def dossiers(evidence: Json) -> Iterator[Dossier]:
    """One for each order that was placed or that the sandbox has."""
    journal, messages = _by_resource(enumerate(evidence["journal"])), defaultdict(list)
    for message in sorted(evidence["messages"], key=lambda one: one["sequenceNumber"]):
        messages[message["resource"]["id"]].append(message)
    orders = {order["id"]: order for order in evidence["orders"]}
    records = {record["key"]: record for record in evidence["records"]}
    answers, seen = _by_order(evidence["answers"]), _by_order(evidence["seen"])
    vain, hand_overs = _by_order(evidence["vain"]), defaultdict(list)
    for hand_over in evidence["handOvers"]:
        hand_overs[hand_over["value"].get("orderId")].append(hand_over)
    placed = {one["id"]: one for one in evidence["placed"]}
    strangers = {order: {"id": order, "story": "nobody's", "cents": 0, "currency": "EUR"} for order in orders}
    for order_id, told in (strangers | placed).items():
        yield Dossier(
            placed=told,
            order=orders.get(order_id),
            moves=tuple(_moves(messages[order_id], evidence["states"])),
            changes=tuple(m for m in messages[order_id] if m["type"] == "OrderShippingAddressSet"),
            journal=tuple(journal[order_id]),
            hand_overs=tuple((one, tuple(journal[one["id"]])) for one in hand_overs[order_id]),
            record=records.get(order_id),
            answers=tuple(answers[order_id]),
            seen=tuple(seen[order_id]),
            vain=tuple(one["what"] for one in vain[order_id]),
            keys=evidence["states"],
        )


def _moves(messages: list[Json], keys: dict[str, str]) -> Iterator[Move]:
    for message in messages:
        if message["type"] == "OrderStateTransition":
            old, new = message.get("oldState"), message["state"]
            yield Move(
                source=None if old is None else keys.get(old["id"], old["id"]),
                target=keys.get(new["id"], new["id"]),
                client=(message.get("lastModifiedBy") or {}).get("clientId"),
                forced=message.get("force", False),
                at=moment(message["createdAt"]),
                sequence=message["sequenceNumber"],
            )


def _by_resource(journal: "enumerate[Json]") -> dict[str, list[tuple[int, Json]]]:
    found: dict[str, list[tuple[int, Json]]] = defaultdict(list)
    for place, entry in journal:
        found[entry["resource"]["id"]].append((place, entry))
    return found


def _by_order(told: list[Json]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = defaultdict(list)
    for one in told:
        found[one["orderId"]].append(one)
    return found
