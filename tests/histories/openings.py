"""Lives of orders whose levels open by a reading of the directory, and to which people say more than yes or no."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from configuration import Configuration
from domain.phases import Phase
from tests.histories.stories import Story, delivered
from tests.workflows.drafts import order_draft
from tests.workflows.office import OPERATOR, POLICY, REQUESTER, away, office
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene

_LARGE = 1_000_000
_RITA = f"{REQUESTER}@example.com"
_NO_RETURNS = POLICY.replace("returnsWithin: P30D", "returnsWithin: PT0S")
_BRIEF = _NO_RETURNS.replace("P2D", "PT1S").replace("P1D", "PT0.5S").replace("PT12H", "PT0.2S")
CALM = office(policy=_NO_RETURNS)
BRISK = office(policy=_BRIEF)
AWAY = office({"cem": {"absences": [away("fay")]}}, policy=_NO_RETURNS)
STUCK = office({"cem": {"hours": "never"}}, policy=_NO_RETURNS)


async def two_steps_opened(here: Scene) -> Placed:
    """The second step is read while somebody decides already; a substitute's word is the one that counts."""
    order = await _waiting(here, _LARGE)
    here.lookups.clear()
    await order.decide("ana", revision=1)
    early = asyncio.create_task(order.decide("cleo"))
    await order.settled()
    here.lookups.set()
    await early
    await order.until_pending("cem", "fay")
    await order.decide("fay", revision=1)
    return await delivered(order)


async def escalated_opened(here: Scene) -> Placed:
    """Nobody answers in time; the next level is read, and those before it are told."""
    order = await _waiting(here)
    await order.until_pending("dana")
    await order.decide("dana", revision=1)
    return await delivered(order)


async def extended(here: Scene) -> Placed:
    """Overdue at its last level, given new time, decided in it."""
    order = await _waiting(here)
    await order.until_alarm("overdue")
    await order.extend(OPERATOR, datetime.now(UTC) + timedelta(hours=1))
    await order.until(lambda status: status.alarm is None)
    await order.decide("dana", revision=1)
    return await delivered(order)


async def delegated(here: Scene) -> Placed:
    """One refused, one carried out; the delegate decides, and the approver comes too late. With a comment."""
    order = await _waiting(here, _LARGE)
    await order.delegate("ana", REQUESTER)
    await order.delegate("ana", "gil")
    await order.comment("ana", "gil knows the site")
    await order.until_pending("ana", "ben", "gil")
    await order.decide("gil", revision=1)
    await order.until_pending("cem")
    await order.decide("ana", revision=1)
    await order.decide("cem", revision=1)
    return await delivered(order)


async def reassigned(here: Scene) -> Placed:
    """Two proposals at once, of which one is left over; then somebody is added, whose step opens behind."""
    order = await _waiting(here)
    await asyncio.gather(
        order.reassign(OPERATOR, "gil", approver="ana"), order.reassign("ana", "gil", approver="ana")
    )
    await order.until_pending("ben", "gil")
    await order.reassign("gil", "fay")
    await order.decide("gil", revision=1)
    await order.until_pending("fay")
    await order.decide("fay", revision=1)
    return await delivered(order)


async def resubmitted(here: Scene) -> Placed:
    """Sent back, asked again without an edit; once more is more often than the policy lets it be."""
    order = await _waiting(here)
    await order.decide("ana", "requestChanges", comment="why two?")
    await order.until_phase(Phase.CHANGES_REQUESTED)
    await order.resubmit(_RITA, comment="one is a spare")
    await order.until_pending("ana", "ben")
    await order.decide("ben", "requestChanges")
    await order.decide("ana", revision=1)
    return await delivered(order)


async def resumed(here: Scene) -> Placed:
    """Finance wants a change, and is asked about it; the manager's yes stands."""
    order = await _waiting(here, _LARGE)
    await order.decide("ana", revision=1)
    await order.until_pending("cem")
    await order.decide("cem", "requestChanges")
    await order.until_phase(Phase.CHANGES_REQUESTED)
    await order.edit()
    await order.changed()
    await order.until_pending("cem", revision=2)
    await order.decide("cem", revision=2)
    return await delivered(order)


async def trimmed(here: Scene) -> Placed:
    """Edited to the rest that its approver would agree to: nobody is asked again."""
    lines = [order_draft("", cents)["lineItems"][0] for cents in (150_000, 60_000)]
    lines[1] |= {"variant": {"sku": "VALVE-2"}}
    order = await _waiting(here, 210_000, lineItems=lines)
    _, valve = await order.lines()
    await order.decide("ana", "requestChanges", without=(valve,))
    await order.until_phase(Phase.CHANGES_REQUESTED)
    await order.take_out(valve)
    await order.changed()
    return await delivered(order)


async def harmless(here: Scene) -> Placed:
    """Two changes without harm: one that is told of while finance is asked, one that is found at the gate."""
    order = await _waiting(here, _LARGE)
    await order.decide("ana", revision=1)
    await order.until_pending("cem")
    await order.name_purchase("PO-1")
    await order.changed()
    await order.until(lambda status: status.revision == 2)
    await order.name_purchase("PO-2")
    await order.decide("cem", revision=1)
    return await delivered(order)


async def unopened(here: Scene) -> Placed:
    """A level that cannot be opened: an alarm, and then the requester takes the order back."""
    order = await _waiting(here, _LARGE)
    await order.decide("ana", revision=1)
    await order.until_alarm("refused")
    await order.withdraw(_RITA)
    await order.result()
    return order


async def told_of_its_end(here: Scene) -> Placed:
    """Somebody is reassigned away, and nobody is asked who was not before; then it is rejected. Both are told to people."""
    order = await _waiting(here)
    await order.delegate("ana", "gil")
    await order.until_pending("ana", "ben", "gil")
    await order.reassign(OPERATOR, "gil", approver="ana")
    await order.until_pending("ben", "gil")
    await order.settled()
    await order.decide("gil", "reject", revision=1, comment="too expensive")
    await order.result()
    return order


async def _waiting(here: Scene, cents: int = 150_000, **draft: Any) -> Placed:
    """An order of rita's that waits for ana or ben."""
    order = await here.place(cents, customerEmail=_RITA, **draft)
    await order.until_pending("ana", "ben")
    return order


OPENINGS: tuple[tuple[Story, Configuration], ...] = (
    (two_steps_opened, AWAY),
    (escalated_opened, BRISK),
    (extended, BRISK),
    (delegated, CALM),
    (reassigned, CALM),
    (resubmitted, CALM),
    (resumed, CALM),
    (trimmed, CALM),
    (harmless, CALM),
    (unopened, STUCK),
    (told_of_its_end, CALM),
)
