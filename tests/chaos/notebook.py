"""What the clients write down: every attempt and its answer, what they were shown, and what they waited for in vain."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


def now() -> str:
    """This instant, as JSON has it."""
    return datetime.now(UTC).isoformat()


@dataclass
class Notebook:
    """The clients' side of the evidence; see `tests.chaos.checker.dossiers` for its shape."""

    placed: list[Json] = field(default_factory=list)
    answers: list[Json] = field(default_factory=list)
    seen: list[Json] = field(default_factory=list)
    vain: list[Json] = field(default_factory=list)
    _last_seen: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def saw(self, status: Json) -> None:
        """A status that a client was shown; a revision counts as shown only once the order was routed."""
        order_id, revision = status["orderId"], status["revision"]
        if status["phase"] == "routing" or self._last_seen.get(order_id) == (revision, status["phase"]):
            return
        self._last_seen[order_id] = (revision, status["phase"])
        self.seen.append({"orderId": order_id, "revision": revision, "phase": status["phase"], "at": now()})

    def in_vain(self, order_id: str, what: str) -> None:
        """Something that a client waited for until its patience was over."""
        self.vain.append({"orderId": order_id, "what": what, "at": now()})

    def as_json(self) -> Json:
        """All of it."""
        return {"placed": self.placed, "answers": self.answers, "seen": self.seen, "vain": self.vain}
