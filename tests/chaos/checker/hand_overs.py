"""The hand-over: once, by us, after the claim, with exactly the content that was released."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from tests.chaos.checker.dossiers import Dossier, Json
from tests.chaos.checker.findings import Finding
from tests.chaos.checker.machine import Machine
from tests.chaos.checker.policy import OUR_CLIENT


def handed_over_once(dossier: Dossier, machine: Machine) -> Iterator[Finding]:
    """An order that was claimed has one hand-over, written once, by us and after the claim; no other order has one."""
    claimed = machine.phases["inFulfillment"]
    claim = next((place for place, entry in dossier.journal if _claims(entry, claimed, dossier.keys)), None)
    wanted = 0 if claim is None else 1
    if len(dossier.hand_overs) != wanted:
        yield dossier.found("handOver", f"{len(dossier.hand_overs)} hand-overs instead of {wanted}")
    for hand_over, writes in dossier.hand_overs:
        if len(writes) != 1 or hand_over["version"] != 1:
            yield dossier.found("handOver", f"{hand_over['key']} was written {len(writes)} times")
        for place, entry in writes:
            if entry["clientId"] != OUR_CLIENT:
                yield dossier.found("handOver", f"{entry['clientId']} wrote {hand_over['key']}")
            if claim is None or place < claim:
                yield dossier.found(
                    "handOver", f"{hand_over['key']} was written before the order was claimed"
                )


def handed_over_what_was_released(dossier: Dossier, machine: Machine) -> Iterator[Finding]:
    """The digest is that of the content, and the content that of the order when it was released."""
    released = _released_at(dossier, machine)
    for hand_over, _ in dossier.hand_overs:
        value = hand_over["value"]
        if digest_of_content(value["content"]) != value["digest"]:
            yield dossier.found("content", "the digest is not that of the content handed over")
        line = value["content"]["lines"][0]
        total = value["content"]["total"]
        handed = (total["centAmount"], total["currencyCode"], line["sku"], line["quantity"])
        placed = (dossier.placed["cents"], dossier.placed["currency"], "PUMP", 1)
        if handed != placed:
            yield dossier.found("content", f"handed over {handed}, ordered was {placed}")
        city = (value["content"].get("shippingAddress") or {}).get("city")
        wanted = city_at(dossier, released)
        if city != wanted:
            yield dossier.found("content", f"handed over to {city}, released was {wanted}")


def city_at(dossier: Dossier, sequence: int | None) -> str:
    """Where the order was to be shipped to when the message of that number was written."""
    city: str = dossier.placed["city"]
    for change in dossier.changes:
        if sequence is None or change["sequenceNumber"] < sequence:
            city = change["address"]["city"]
    return city


def digest_of_content(content: Json) -> str:
    """SHA-256 of the canonical JSON (sorted names, no spaces) of a content, without what is empty."""
    document = _full(content)
    if "customerGroup" in document:
        document["customerGroup"] = document["customerGroup"]["id"]
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _full(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _full(member) for name, member in value.items() if member not in (None, [], {})}
    return [_full(member) for member in value] if isinstance(value, list) else value


def _released_at(dossier: Dossier, machine: Machine) -> int | None:
    approved = machine.phases["approved"]
    return next((move.sequence for move in dossier.moves if move.target == approved), None)


def _claims(entry: Json, claimed: str, keys: dict[str, str]) -> bool:
    named = [action["state"] for action in entry["actions"] if action["action"] == "transitionState"]
    return any(state.get("key") == claimed or keys.get(state.get("id")) == claimed for state in named)
