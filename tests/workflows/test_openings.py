"""Levels open by a reading of the directory: whose authority it is, until when by whose clocks, and what is said meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.audit import AuditKind
from domain.decision import Receipt
from domain.phases import Phase
from tests.workflows.office import away, office
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOKYO = ZoneInfo("Asia/Tokyo")
LARGE = 1_000_000


@pytest.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """An office where ben and cleo are away: gil and fay stand in for them."""
    people = {"ben": {"absences": [away("gil")]}, "cleo": {"absences": [away("fay")]}}
    async with scene(environment, configuration=office(people)) as set_up:
        yield set_up


def in_tokyo(at: datetime, left: timedelta) -> datetime:
    """The instant at which so much time has passed between nine and five, by the clocks of Tokyo."""
    now = at.astimezone(TOKYO)
    while True:
        opens, closes = (datetime.combine(now, time(hour), TOKYO) for hour in (9, 17))
        now = max(now, opens)
        if now + left <= closes:
            return now + left
        left -= max(closes - now, timedelta(0))
        now = opens + DAY


async def at_finance(here: Scene) -> Placed:
    """A large order that a manager has agreed to."""
    order = await here.place(LARGE)
    await order.until_pending("ana", "ben", "gil")
    assert (await order.decide("ana", revision=1)).receipt is Receipt.ACCEPTED
    return order


async def cems_time_is_over(order: Placed) -> datetime:
    """An hour ago; when it was."""
    due = (await order.status()).pending[0].due_at
    last = (await order.audit()).entries[-1].at
    assert due is not None
    await order.pass_time(due - last + HOUR)
    return due


async def test_a_substitute_decides_for_one_who_is_away(here: Scene) -> None:
    """Pinned when the order is routed: gil is asked beside ben, decides on ben's behalf, and all records say so."""
    order = await here.place()
    status = await order.until_pending("ana", "ben", "gil")
    assert [(p.approver, p.on_behalf_of) for p in status.pending if p.on_behalf_of] == [("gil", "ben")]
    await order.until(lambda _: here.inboxes.of("gil") == ["requested"])
    assert (await order.decide("gil")).receipt is Receipt.ACCEPTED
    status = await order.until_phase(Phase.IN_FULFILLMENT)
    assert [(d.approver, d.on_behalf_of) for d in status.decisions or ()] == [("gil", "ben")]
    assert (await order.details(AuditKind.REQUESTED))[0]["onBehalfOf"] == ["gil for ben"]
    assert (await order.details(AuditKind.DECIDED))[0]["onBehalfOf"] == "ben"
    assert (await order.decide("ben")).receipt is Receipt.ALREADY_DECIDED


async def test_a_second_step_has_the_working_hours_of_its_approver(here: Scene) -> None:
    """Eight hours between nine and five in Tokyo, from the first step's yes on: an instant in UTC, and the reminder's."""
    order = await at_finance(here)
    status = await order.until_pending("cem")
    decided = next(e.at for e in (await order.audit()).entries if e.kind is AuditKind.DECIDED)
    due = in_tokyo(decided, 8 * HOUR)
    assert status.pending[0].due_at == due
    assert status.to_json_dict()["pending"][0]["dueAt"].endswith("Z")
    await order.pass_time(in_tokyo(decided, 4 * HOUR) - decided + HOUR / 2)
    await order.until(lambda _: here.inboxes.of("cem") == ["requested", "reminded"])
    assert (await order.status()).pending[0].due_at == due


async def test_an_escalation_reads_the_directory(here: Scene) -> None:
    """cem's time is over: cleo may decide, and fay for her; cem and the requester are told, and cem decides no more."""
    order = await here.place(LARGE, customerEmail="rita@example.com")
    await order.until_pending("ana", "ben", "gil")
    await order.decide("ana")
    await order.until_pending("cem")
    await cems_time_is_over(order)
    status = await order.until_pending("cleo", "fay")
    assert [p.on_behalf_of for p in status.pending] == [None, "cleo"]
    assert (await order.decide("cem")).receipt is Receipt.NOT_ALLOWED
    await order.until(lambda _: here.inboxes.of("cem")[-1:] == here.inboxes.of("rita")[-1:] == ["informed"])
    assert here.inboxes.of("fay") == here.inboxes.of("cleo") == ["escalated"]
    assert (await order.decide("fay")).receipt is Receipt.ACCEPTED
    status = await order.until_phase(Phase.IN_FULFILLMENT)
    assert [(d.approver, d.on_behalf_of) for d in status.decisions or ()] == [("ana", None), ("fay", "cleo")]
    escalated = (await order.details(AuditKind.ESCALATED))[0]
    assert (escalated["approvers"], escalated["onBehalfOf"]) == (["cleo", "fay"], ["fay for cleo"])


async def test_the_next_level_has_its_own_hours(here: Scene) -> None:
    """Two working hours of cleo's, from the moment at which cem's were over; then the policy's outcome comes about."""
    order = await at_finance(here)
    await order.until_pending("cem")
    due = await cems_time_is_over(order)
    status = await order.until_pending("cleo", "fay")
    assert status.pending[0].due_at is not None
    assert status.pending[0].due_at >= due + 2 * HOUR
    await order.pass_time(8 * DAY)
    assert (await order.until_phase(Phase.REJECTED)).decisions is not None


async def test_what_is_said_while_a_level_opens_is_answered_when_it_is_open(here: Scene) -> None:
    """Nobody has the authority while the directory is read: cem's yes waits and counts, cleo's is refused."""
    here.lookups.clear()
    order = await at_finance(here)
    asked = []
    for who in ("cleo", "cem"):
        now = before = await order.length()
        asked.append(asyncio.create_task(order.decide(who, revision=1)))
        while now == before:
            await asyncio.sleep(0.01)
            now = await order.length()
    await order.settled()
    assert (await order.status()).pending == ()
    assert not any(one.done() for one in asked)
    here.lookups.set()
    cleo, cem = await asyncio.gather(*asked)
    assert (cleo.receipt, cem.receipt) == (Receipt.NOT_ALLOWED, Receipt.ACCEPTED)
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_a_withdrawal_does_not_wait_for_the_directory(here: Scene) -> None:
    """The requester may take the order back whoever decides next; whoever waits for an answer gets one."""
    here.lookups.clear()
    order = await here.place(LARGE, customerEmail="rita@example.com")
    await order.until_pending("ana", "ben", "gil")
    await order.decide("ana")
    waits = asyncio.create_task(order.decide("cem"))
    await order.settled()
    assert (await asyncio.wait_for(order.withdraw("rita"), 5)).receipt is Receipt.ACCEPTED
    here.lookups.set()
    assert (await waits).receipt is Receipt.NOT_PENDING
    assert (await order.result()).phase is Phase.WITHDRAWN


async def test_content_that_changes_while_a_level_opens_is_routed_anew(here: Scene) -> None:
    """What was read for the old content is not taken for the new one: managers are asked again, not finance."""
    here.lookups.clear()
    order = await at_finance(here)
    await order.edit()
    await order.changed()
    here.lookups.set()
    status = await order.until_pending("ana", "ben", "gil", revision=2)
    assert [(d.approver, d.void) for d in status.decisions or ()] == [("ana", True)]
    assert here.inboxes.of("cem") in (["requested"], [])
