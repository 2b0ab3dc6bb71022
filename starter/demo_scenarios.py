"""The scenarios of the demo. Amounts and people fit config/demo/; deadlines stand there, in seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain.decision import Receipt, Verdict
from domain.notification import NoticeKind
from domain.phases import Phase
from starter.demo_split import two_sites
from starter.demo_telling import Telling, UnexpectedError

APPROVED, COMPLETED, REJECTED, CANCELLED = "Approved", "Completed", "Rejected", "Cancelled"
_YES, _NO = Verdict.APPROVE, Verdict.REJECT


@dataclass(frozen=True)
class Scenario:
    """What is told, and how it must end."""

    name: str
    tell: Callable[[Telling], Awaitable[None]]
    phase: Phase = Phase.COMPLETED
    state: str = COMPLETED


async def automatic(telling: Telling) -> None:
    """Below the threshold nobody is asked."""
    await telling.place(24_000)
    await _approved(telling)


async def by_manager(telling: Telling) -> None:
    """One manager's yes."""
    await telling.place(150_000)
    await telling.told(NoticeKind.REQUESTED)
    await telling.decide("ana", _YES, comment="within budget")
    await _approved(telling)


async def two_steps(telling: Telling) -> None:
    """A large order: a manager, then finance."""
    await telling.place(1_200_000)
    await telling.told(NoticeKind.REQUESTED, recipient="ana")
    await telling.decide("ana", _YES)
    await telling.told(NoticeKind.REQUESTED, recipient="cleo")
    await telling.decide("cleo", _YES, comment="funds are there")
    await _approved(telling)


async def escalated(telling: Telling) -> None:
    """The managers miss their deadline; the director has the say then, and only she."""
    await telling.place(600_000)
    await telling.told(NoticeKind.REQUESTED)
    await telling.told(NoticeKind.ESCALATED, recipient="dana")
    await telling.decide("ben", _YES, expect=Receipt.NOT_ALLOWED)
    await telling.decide("dana", _YES)
    await _approved(telling)


async def rejected(telling: Telling) -> None:
    """A no, with its reason."""
    await telling.place(200_000)
    await telling.told(NoticeKind.REQUESTED)
    await telling.decide("ben", _NO, comment="we have three of these in stock")
    await telling.moved(REJECTED)


async def timed_out(telling: Telling) -> None:
    """Nobody answers, and the policy takes that as a no."""
    await telling.place(80_000, "USD")
    await telling.told(NoticeKind.REQUESTED)
    await telling.moved(REJECTED)


async def withdrawn(telling: Telling) -> None:
    """The requester thinks better of it."""
    await telling.place(180_000)
    await telling.told(NoticeKind.REQUESTED)
    await telling.withdraw("rita", "ordered twice")
    await telling.moved(CANCELLED)


async def superseded(telling: Telling) -> None:
    """The order changes while its approval is on the way: the yes was about something else."""
    await telling.place(160_000)
    await telling.told(NoticeKind.REQUESTED)
    await telling.world.shop.change_quantity(telling.order_id, 2)
    telling.say("the shop has changed the quantity")
    await telling.told(NoticeKind.REQUESTED, revision=2)
    await telling.decide("ana", _YES, expect=Receipt.SUPERSEDED)
    await telling.decide("ana", _YES, revision=2)
    await _approved(telling)


async def not_allowed(telling: Telling) -> None:
    """Somebody of another department, and then the right one."""
    await telling.place(170_000)
    await telling.told(NoticeKind.REQUESTED)
    await telling.decide("cem", _YES, expect=Receipt.NOT_ALLOWED)
    await telling.decide("ben", _YES)
    await _approved(telling)


async def at_once(telling: Telling) -> None:
    """Two managers click in the same moment: one yes counts, the other is told so."""
    await telling.place(190_000)
    await telling.told(NoticeKind.REQUESTED)
    either = {Receipt.ACCEPTED, Receipt.ALREADY_DECIDED}
    receipts = await asyncio.gather(
        telling.decide("ana", _YES, expect=either), telling.decide("ben", _YES, expect=either)
    )
    if set(receipts) != either:
        raise UnexpectedError(f"two approvers at once were answered {' and '.join(receipts)}")
    await _approved(telling)


async def guarded(telling: Telling) -> None:
    """Somebody with the rights to do so sets the order to approved; the guard does not let them."""
    await telling.place(210_000)
    await telling.told(NoticeKind.REQUESTED)
    refused = await telling.world.shop.refused_move(telling.order_id, APPROVED)
    if refused is None:
        raise UnexpectedError("the shop's own API client could approve the order")
    telling.say(f"the shop tries to set it to {APPROVED}: {refused}")
    await telling.decide("ana", _YES)
    await _approved(telling)


async def _approved(telling: Telling) -> None:
    """Approved, and seen through to the customer's door."""
    await telling.approved()
    await telling.moved(COMPLETED)


SCENARIOS = (
    Scenario("approved automatically", automatic),
    Scenario("approved by a manager", by_manager),
    Scenario("two steps by value", two_steps),
    Scenario("escalated, then approved", escalated),
    Scenario("rejected with a reason", rejected, Phase.REJECTED, REJECTED),
    Scenario("timed out: rejected", timed_out, Phase.REJECTED, REJECTED),
    Scenario("withdrawn", withdrawn, Phase.WITHDRAWN, CANCELLED),
    Scenario("changed, superseded, approved", superseded),
    Scenario("not allowed, then approved", not_allowed),
    Scenario("two approvers at once", at_once),
    Scenario("pushed past its approval", guarded),
    Scenario("split over two sites", two_sites),
)
