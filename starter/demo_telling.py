"""One scenario as it is told: what it does, waits for and expects, in a few words each."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Protocol, TypeVar
from uuid import uuid4

from domain.decision import Decision, DecisionReceipt, Receipt, Verdict, Withdrawal
from domain.notification import NoticeKind, Notification
from starter.demo_fulfilled import Fulfilled
from starter.demo_listener import Change, Happening, Happenings, Move
from starter.demo_shop import Shop, SiteLine
from starter.demo_warehouses import Warehouses
from starter.edge_calls import EdgeCalls
from starter.exits import CommandError

T = TypeVar("T")
PATIENCE = 30.0
"""Seconds that a scenario waits for anything."""


class UnexpectedError(CommandError):
    """A scenario went another way than it should."""


class Progress(Protocol):
    """Where a scenario says how it goes."""

    def say(self, scenario: str, text: str) -> None:
        """Something happened."""


@dataclass(frozen=True)
class World:
    """What all scenarios share."""

    shop: Shop
    edge: EdgeCalls
    warehouses: Warehouses
    happenings: Happenings
    progress: Progress
    state_keys: Mapping[str, str]
    waiting_state: str


@dataclass
class Answered:
    """A decision or withdrawal that was sent, and its answer."""

    approver: str
    verdict: str
    receipt: DecisionReceipt
    sent_at: datetime


@dataclass
class Telling:
    """A scenario under way."""

    world: World
    scenario: str
    order_number: str
    order_id: str = ""
    answers: list[Answered] = field(default_factory=list)
    to_new_state: list[float] = field(default_factory=list)
    """Seconds from sending a decision until commercetools made the move that follows from it."""
    started: float = field(default_factory=monotonic)
    seconds: float = 0.0
    approved_at: float | None = None
    """When the demo saw the order approved, on the monotonic clock."""
    lines: Mapping[str, str] = field(default_factory=dict)
    """The ids of its line items by SKU, where it has some."""
    fulfilled: Fulfilled | None = None
    """What commercetools has of its deliveries at the end, where the scenario is about them."""

    async def place(self, cents: int, currency: str = "EUR", buyer: str = "rita@example.com") -> None:
        """The shop places the order."""
        self.started = monotonic()
        order = await self.world.shop.order(
            self.order_number, cents, currency, buyer, self.world.waiting_state
        )
        self.order_id = order["id"]
        self.say(f"ordered for {currency} {cents / 100:,.2f}")

    async def place_for_two_sites(self, lines: tuple[SiteLine, ...], buyer: str = "rita@example.com") -> None:
        """The shop places an order of which each line says how many go to which site."""
        self.started = monotonic()
        order = await self.world.shop.order_for_two_sites(
            self.order_number, lines, buyer, self.world.waiting_state
        )
        self.order_id = order["id"]
        self.lines = {line["variant"]["sku"]: line["id"] for line in order["lineItems"]}
        units = sum(line["quantity"] for line in order["lineItems"])
        self.say(f"{units} pieces ordered for Berlin and Vienna")

    async def told(
        self, kind: NoticeKind, *, recipient: str | None = None, revision: int = 1
    ) -> Notification:
        """Wait until somebody is told something."""

        def wanted(happening: Happening) -> bool:
            if not isinstance(happening, Notification) or happening.kind is not kind:
                return False
            return happening.revision == revision and recipient in {None, happening.recipient}

        notice = await self._first(wanted, f"a notification of kind {kind}")
        if not isinstance(notice, Notification):
            raise TypeError("a move was taken for a notification")
        self.say(
            f"{notice.recipient} and colleagues are told" if recipient is None else f"{recipient} is told"
        )
        return notice

    async def decide(
        self,
        who: str,
        verdict: Verdict,
        *,
        expect: Receipt | set[Receipt] = Receipt.ACCEPTED,
        revision: int = 1,
        comment: str | None = None,
    ) -> Receipt:
        """Somebody decides over HTTP, and is answered as expected."""
        sent_at = datetime.now(UTC)
        decision = Decision(
            decision_id=uuid4().hex, approver=who, verdict=verdict, comment=comment, revision=revision
        )
        receipt = await self.world.edge.decide(self.order_id, decision)
        return self._answered(Answered(who, verdict.value, receipt, sent_at), expect)

    async def withdraw(self, who: str, comment: str) -> Receipt:
        """The requester takes the order back."""
        sent_at = datetime.now(UTC)
        withdrawal = Withdrawal(withdrawal_id=uuid4().hex, requester=who, comment=comment)
        receipt = await self.world.edge.withdraw(self.order_id, withdrawal)
        return self._answered(Answered(who, "withdraw", receipt, sent_at), Receipt.ACCEPTED)

    async def moved(self, *keys: str) -> Move:
        """Wait until the order is in one of these states, by commercetools' own word; the last decision caused it."""
        last = next((a for a in reversed(self.answers) if a.receipt.receipt is Receipt.ACCEPTED), None)
        move = await self._moved(keys)
        if last is not None and not self.to_new_state:
            self.to_new_state.append((move.at - last.sent_at).total_seconds())
        self.seconds = monotonic() - self.started
        return move

    async def approved(self) -> None:
        """Wait until the order is approved, and note when."""
        await self.moved("Approved")
        self.approved_at = monotonic()

    async def changed(self, kind: str, wanted: Callable[[Mapping[str, Any]], bool]) -> None:
        """Wait until commercetools tells of a change of the order, by a message of that type."""

        def told(happening: Happening) -> bool:
            return isinstance(happening, Change) and happening.kind == kind and wanted(happening.body)

        await self._first(told, f"the message {kind}")

    async def within_patience(self, awaited: Awaitable[T], what: str) -> T:
        """What comes of it, if it comes before patience is at its end."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await awaited
        except TimeoutError:
            raise UnexpectedError(f"waited {PATIENCE:g} s for {what} in vain") from None

    async def _moved(self, keys: tuple[str, ...]) -> Move:
        def wanted(happening: Happening) -> bool:
            return isinstance(happening, Move) and self.world.state_keys.get(happening.state_id) in keys

        move = await self._first(wanted, f"the state {' or '.join(keys)}")
        if not isinstance(move, Move):
            raise TypeError("a notification was taken for a move")
        self.say(f"the order is {self.world.state_keys[move.state_id]}")
        return move

    def say(self, text: str) -> None:
        """Say how it goes."""
        self.world.progress.say(self.scenario, text)

    def _answered(self, answered: Answered, expect: Receipt | set[Receipt]) -> Receipt:
        self.answers.append(answered)
        got = answered.receipt.receipt
        self.say(f"{answered.approver} says {answered.verdict}: {got}")
        if got not in (expect if isinstance(expect, set) else {expect}):
            raise UnexpectedError(f"{answered.approver} was answered {got}: {answered.receipt.message}")
        return got

    async def _first(self, wanted: Callable[[Happening], bool], what: str) -> Happening:
        return await self.within_patience(self.world.happenings.first(self.order_id, wanted), what)
