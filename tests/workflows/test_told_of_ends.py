"""Orders that end without an approval: who has to know is told, and nobody who cannot be told keeps one open."""

from collections.abc import AsyncIterator

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.testing import WorkflowEnvironment

from clients.errors import BadRequest
from domain.decision import Receipt
from domain.phases import Phase
from tests.workflows.office import OPERATOR, REQUESTER, office
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from tests.workflows.test_costs import cost
from tests.workflows.test_outlook import events, shown
from workflows.names import PHASE


@pytest.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """An office where nobody is away."""
    async with scene(environment, configuration=office()) as set_up:
        yield set_up


async def waiting(here: Scene) -> Placed:
    """Rita's order, which waits for ana or ben."""
    order = await here.place(customerEmail=f"{REQUESTER}@example.com")
    await order.until_pending("ana", "ben")
    await order.at_rest()
    return order


async def summaries(order: Placed) -> list[str]:
    """What the activities that told people say of themselves."""
    history = await order.handle.fetch_history()
    told = [
        event.user_metadata.summary.data.decode()
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    ]
    return [one.strip('"') for one in told if ": tell " in one]


async def test_all_hear_of_a_rejection_in_one_go(here: Scene) -> None:
    """The requester and whoever was asked beside: by one activity, before the workflow closes."""
    order = await waiting(here)
    await order.decide("ana", "reject", comment="too expensive")
    assert (await order.result()).phase is Phase.REJECTED
    assert here.inboxes.of(REQUESTER) == ["rejected"]
    assert here.inboxes.of("ana") == ["requested"]
    assert here.inboxes.of("ben") == ["requested", "noLongerPending"]
    assert await summaries(order) == ["requested: tell ana, ben", "rejected: tell rita, ben"]


async def test_what_a_rejection_costs(here: Scene) -> None:
    """14 and 3 before: telling is an activity, and once in a run there is the marker of it, and what lists it."""
    order = await waiting(here)
    before = await events(order)
    await order.decide("ana", "reject", comment="too expensive")
    await order.result()
    assert cost(await events(order) - before) == (14 + 8, 3 + 2)


async def test_those_who_are_asked_hear_of_a_withdrawal_and_of_a_cancellation(here: Scene) -> None:
    """The requester hears of the one only, where an operator has entered it."""
    withdrawn, cancelled = await waiting(here), await waiting(here)
    await withdrawn.withdraw(OPERATOR)
    await withdrawn.result()
    assert here.inboxes.of(REQUESTER) == ["withdrawn"]
    assert here.inboxes.of("ben") == ["requested", "requested", "noLongerPending"]
    await cancelled.update({"action": "changeOrderState", "orderState": "Cancelled"})
    await cancelled.changed()
    assert (await cancelled.result()).phase is Phase.CANCELLED
    assert here.inboxes.of(REQUESTER) == ["withdrawn"]
    assert here.inboxes.of("ana") == ["requested", "requested", "noLongerPending", "noLongerPending"]


async def test_who_was_reassigned_away_hears_along(here: Scene) -> None:
    """By the activity that tells whoever is asked now: it costs nothing."""
    order = await waiting(here)
    assert (await order.reassign(OPERATOR, "gil", approver="ana")).receipt is Receipt.ACCEPTED
    await order.until_pending("ben", "gil")
    await order.settled()
    assert here.inboxes.of("ana") == ["requested", "reassigned"]
    assert (await summaries(order))[-1] == "requested: tell gil, ana"


async def test_a_message_refused_for_good_closes_the_order_all_the_same(here: Scene) -> None:
    """Operators are called; the closed order is in no list of alarms."""
    order = await waiting(here)
    here.inboxes.refusal = BadRequest("no such mailbox", system="mail", status=400)
    await order.decide("ana", "reject", comment="too expensive")
    assert (await order.result()).phase is Phase.REJECTED
    assert (await shown(order)).get("Alarm") is None
    why = [entry.detail["why"] for entry in (await order.audit()).entries if entry.kind == "alarm"]
    assert why[0] == "rejected could not be told to rita; noLongerPending could not be told to ben"


async def test_lists_do_not_wait_until_everybody_was_reached(here: Scene) -> None:
    """They show at once that the order is rejected; it closes when people could be told, or after a day of trying."""
    order = await waiting(here)
    here.inboxes.broken = True
    await order.decide("ana", "reject", comment="too expensive")
    await order.until_phase(Phase.REJECTED)
    listed = (await order.handle.describe()).typed_search_attributes
    assert listed.get(PHASE) == "rejected"
    here.inboxes.broken = False
    assert (await order.result()).phase is Phase.REJECTED
    assert here.inboxes.of(REQUESTER) == ["rejected"]
