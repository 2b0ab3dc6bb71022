"""Evidence written by hand: what a flawless run would leave behind, for the checker's own tests to spoil."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import yaml

from settings import SHIPPED_CONFIG
from tests.chaos.checker.hand_overs import digest_of_content

Json = dict[str, Any]
_STATES = ("PendingApproval", "Approved", "InFulfillment", "Completed", "Rejected", "Cancelled")
_ORDER_STATE = {
    "Approved": "Confirmed",
    "Completed": "Complete",
    "Rejected": "Cancelled",
    "Cancelled": "Cancelled",
}
_BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass
class Written:
    """A run in which every second something happens, without anything going wrong."""

    evidence: Json = field(default_factory=dict)
    _seconds: "count[int]" = field(default_factory=count)
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        lists = "journal messages orders handOvers records placed answers seen vain".split()
        self.evidence |= {name: [] for name in lists}
        self.evidence["states"] = {f"id-{key}": key for key in _STATES}
        self.evidence["machine"] = yaml.safe_load((SHIPPED_CONFIG / "demo" / "states.yaml").read_text())

    def now(self) -> str:
        """The next second."""
        return (_BEGIN + timedelta(seconds=next(self._seconds))).isoformat()

    def place(self, story: str, cents: int, currency: str = "EUR") -> "WrittenOrder":
        """An order, just imported."""
        order: Json = {"id": f"order-{next(self._ids)}", "version": 1, "orderState": "Open"}
        told = {
            "number": f"N-{order['id']}",
            "story": story,
            "cents": cents,
            "currency": currency,
            "city": "Berlin",
        }
        also = {"movedByOthers": [], "cancelledOutside": False, "at": self.now()}
        self.evidence["placed"].append({"id": order["id"], **told, **also})
        self.evidence["orders"].append(order)
        written = WrittenOrder(self, order, self.evidence["placed"][-1])
        written.journal(order["id"], [], None, 1, "shop")
        return written


@dataclass
class WrittenOrder:
    """One order of it, and what happens to it."""

    run: Written
    order: Json
    placed: Json
    entries: list[Json] = field(default_factory=list)
    sequence: int = 0

    def journal(
        self, resource: str, actions: list[Json], before: int | None, after: int, client: str
    ) -> None:
        """A write."""
        line = {"at": self.run.now(), "resource": {"typeId": "order", "id": resource}, "actions": actions}
        versions = {"versionBefore": before, "versionAfter": after}
        self.run.evidence["journal"].append(line | versions | {"clientId": client})

    def message(self, kind: str, client: str, **payload: Any) -> None:
        """A message about the order."""
        self.sequence += 1
        head = {
            "type": kind,
            "resource": {"typeId": "order", "id": self.order["id"]},
            "createdAt": self.run.now(),
        }
        by = {"lastModifiedBy": {"clientId": client}, "sequenceNumber": self.sequence}
        self.run.evidence["messages"].append(head | by | payload)

    def move(self, *targets: str, client: str = "placet") -> None:
        """Moves in one update."""
        before = self.order["version"]
        self.order["version"] += len(targets)
        actions = [{"action": "transitionState", "state": {"key": target}} for target in targets]
        self.journal(self.order["id"], actions, before, self.order["version"], client)
        for target in targets:
            old = self.order.get("state")
            self.order["state"] = {"id": f"id-{target}"}
            self.order["orderState"] = _ORDER_STATE.get(target, self.order["orderState"])
            told = {"state": self.order["state"]} | ({"oldState": old} if old else {})
            self.message("OrderStateTransition", client, **told, force=False)
            source = {"from": old["id"].removeprefix("id-")} if old else {}
            self.note("transitioned", "placet", to=target, **source)

    def ship_to(self, city: str) -> None:
        """The shop changes the content."""
        before = self.order["version"]
        self.order["version"] += 1
        self.journal(self.order["id"], [{"action": "setShippingAddress"}], before, before + 1, "shop")
        self.message("OrderShippingAddressSet", "shop", address={"city": city})
        self.placed["ships"] = city

    def note(self, kind: str, actor: str, **detail: Any) -> None:
        """An entry of the record."""
        self.entries.append({"seq": len(self.entries) + 1, "kind": kind, "actor": actor, "detail": detail})

    def shown(self, revision: int) -> None:
        """A client is shown the status."""
        line = {"orderId": self.order["id"], "revision": revision, "phase": "pending", "at": self.run.now()}
        self.run.evidence["seen"].append(line)

    def say(self, who: str, verdict: str, receipt: str = "accepted", revision: int = 1, **more: Any) -> Json:
        """A decision, its answer, and its entry if it was accepted; the attempt, to be spoilt or repeated."""
        sent_id = f"{self.order['id']}-{who}-{revision}"
        body = {"decisionId": sent_id, "approver": who, "verdict": verdict, "revision": revision}
        answer = {"receipt": receipt, "revision": revision} | more
        return self._told(
            sent_id, body, answer, lambda: self.note("decided", who, decisionId=sent_id, verdict=verdict)
        )

    def withdraw(self) -> Json:
        """The requester takes it back."""
        sent_id = f"{self.order['id']}-back"
        body = {"withdrawalId": sent_id, "requester": "buyer"}
        answer = {"receipt": "accepted", "revision": 1}
        return self._told(
            sent_id, body, answer, lambda: self.note("withdrawn", "outsider", withdrawalId=sent_id)
        )

    def _told(self, sent_id: str, body: Json, answer: Json, noted: Any) -> Json:
        line = {"orderId": self.order["id"], "id": sent_id, "body": body, "sentAt": self.run.now()}
        attempt = line | {"answeredAt": self.run.now(), "status": 200, "answer": answer, "why": ""}
        self.run.evidence["answers"].append(attempt)
        if answer["receipt"] == "accepted":
            noted()
        return attempt

    def hand_over(self) -> Json:
        """The hand-over of the content as it is now."""
        total = {"centAmount": self.placed["cents"], "currencyCode": self.placed["currency"]}
        city = self.placed.get("ships", self.placed["city"])
        line = {"sku": "PUMP", "quantity": 1, "price": total, "total": total, "targets": []}
        content = {"total": total, "lines": [line], "shippingAddress": {"city": city}, "shippings": []}
        key = f"{self.placed['number']}-1"
        value = {
            "ref": key,
            "orderId": self.order["id"],
            "digest": digest_of_content(content),
            "content": content,
        }
        held: Json = {"id": f"object-{key}", "key": key, "version": 1, "value": value}
        self.journal(held["id"], [], None, 1, "placet")
        self.run.evidence["handOvers"].append(held)
        return held

    def recorded(self, phase: str, *, closed: bool = True) -> Json:
        """The lasting record."""
        if closed:
            self.note("closed", "placet", phase=phase)
        value = {"entries": self.entries, "status": {"phase": phase}}
        record = {"key": self.order["id"], "value": value}
        self.run.evidence["records"].append(record)
        return record

    def released(self) -> None:
        """Approved, claimed, handed over and completed."""
        self.move("Approved", "InFulfillment")
        self.hand_over()
        self.move("Completed")
        self.recorded("completed")
