"""Workers stop and others start while an order waits: with what they stopped in the middle of, and with edited files."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from configuration import Configuration
from domain.decision import Receipt
from domain.phases import Phase
from tests.workflows.office import POLICY, away, office
from tests.workflows.scene import Scene, scene

# The server may go on handing tasks to workers that have just stopped, and waits 10 s for them.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

DAY = timedelta(days=1)
LARGE = 1_000_000


@pytest.fixture
async def here(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """An office of its own for each test, where nobody is away."""
    async with scene(environment, configuration=office()) as set_up:
        yield set_up


def operated_by(operator: str) -> Configuration:
    """The office with another operator."""
    usual = office()
    [group] = usual.directory.groups
    groups = (group.model_copy(update={"members": (operator,)}),)
    return replace(usual, directory=usual.directory.model_copy(update={"groups": groups}))


async def test_workers_stop_while_a_level_opens(here: Scene) -> None:
    """The directory is being read when they stop: whoever starts reads it, and what was said meanwhile is answered."""
    here.lookups.clear()
    order = await here.place(LARGE)
    await order.until_pending("ana", "ben")
    await order.decide("ana", revision=1)
    waits = asyncio.create_task(order.decide("cem", revision=1))
    await order.settled()
    await here.stop_workers()
    here.lookups.set()
    await here.start_workers()
    assert (await asyncio.wait_for(waits, 60)).receipt is Receipt.ACCEPTED
    status = await order.until_phase(Phase.IN_FULFILLMENT)
    assert [(d.approver, d.void) for d in status.decisions or ()] == [("ana", False), ("cem", False)]
    assert here.inboxes.of("cem") in ([], ["requested"])


async def test_the_directory_is_read_as_it_is_when_the_level_opens(here: Scene) -> None:
    """cem goes away while the manager is asked: fay stands in at the step that opens later; who is asked already stays."""
    order = await here.place(LARGE)
    due = (await order.until_pending("ana", "ben")).pending[0].due_at
    await here.stop_workers()
    people = {"cem": {"absences": [away("fay")]}, "ben": {"absences": [away("gil")]}}
    await here.start_workers(office(people))
    status = await order.until_pending("ana", "ben")
    assert status.pending[0].due_at == due
    await order.decide("ana", revision=1)
    status = await order.until_pending("cem", "fay")
    assert [p.on_behalf_of for p in status.pending] == [None, "cem"]
    assert (await order.decide("fay", revision=1)).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_who_has_left_is_not_asked_any_more(here: Scene) -> None:
    """cem is not in the directory when finance is to be asked: his level is passed over, and he decides nothing."""
    order = await here.place(LARGE)
    await order.until_pending("ana", "ben")
    await here.stop_workers()
    policy = POLICY.replace("people: [cem]", "people: [fay]")  # a policy cannot name who is not there
    await here.start_workers(office(without=("cem",), policy=policy))
    await order.decide("ana", revision=1)
    await order.until_pending("cleo")
    assert (await order.decide("cem")).receipt is Receipt.NOT_ALLOWED
    assert (await order.decide("cleo")).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_whoever_turns_out_to_be_the_requester_does_not_decide(here: Scene) -> None:
    """The directory learns, after routing, that the outsider who ordered is cem: finance is cleo alone then."""
    order = await here.place(LARGE, customerEmail="c.celik@example.com")
    await order.until_pending("ana", "ben")
    await here.stop_workers()
    await here.start_workers(office({"cem": {"email": "C.Celik@example.com"}}))
    await order.decide("ana", revision=1)
    await order.until_pending("cleo")
    assert (await order.decide("cem")).receipt is Receipt.NOT_ALLOWED


async def test_what_the_requester_turns_out_to_have_decided_is_void(here: Scene) -> None:
    """ana has agreed, and the directory learns that the order is hers: ben is asked, then finance as if it were the first time."""
    order = await here.place(LARGE, customerEmail="a.novak@example.com")
    await order.until_pending("ana", "ben")
    await order.decide("ana", revision=1)
    await order.until_pending("cem")
    await here.stop_workers()
    await here.start_workers(office({"ana": {"email": "A.Novak@example.com"}}))
    await order.changed()
    status = await order.until_pending("ben")
    assert [(d.approver, d.void) for d in status.decisions or ()] == [("ana", True)]
    await order.until(lambda _: "superseded" in here.inboxes.of("ana"))
    await order.decide("ben", revision=1)
    await order.until_pending("cem")
    await order.decide("cem", revision=1)
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_nor_is_anything_released_on_it(here: Scene) -> None:
    """The directory learns of ana after the last level has opened: the gate that releases the order finds out."""
    order = await here.place(LARGE, customerEmail="a.novak@example.com")
    await order.until_pending("ana", "ben")
    await order.decide("ana", revision=1)
    await order.until_pending("cem")
    await here.stop_workers()
    await here.start_workers(office({"ana": {"email": "A.Novak@example.com"}}))
    assert (await order.decide("cem", revision=1)).receipt is Receipt.ACCEPTED
    status = await order.until_pending("ben")
    assert [(d.approver, d.void) for d in status.decisions or ()] == [("ana", True), ("cem", False)]
    assert (await order.there())["state"] == "PendingApproval"
    await order.decide("ben", revision=1)
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_a_new_operator_unblocks_an_order_that_was_looked_at_again(here: Scene) -> None:
    """olga has left, fay operates, and nobody edits the order: it is overdue until fay moves its deadline."""
    order = await here.place()
    status = await order.until_pending("ana", "ben")
    assert status.pending[0].due_at is not None
    await order.pass_time(4 * DAY)
    await order.until_alarm("overdue")
    await here.stop_workers()
    await here.start_workers(operated_by("fay"))
    until = status.pending[0].due_at + 30 * DAY
    with pytest.raises(WorkflowUpdateFailedError):
        await order.extend("fay", until)
    await order.changed()
    await order.at_rest()
    assert (await order.extend("fay", until)).receipt is Receipt.ACCEPTED
    status = await order.until(lambda s: s.alarm is None)
    assert {pending.due_at for pending in status.pending} == {until}


async def test_a_calendar_without_working_time_is_an_alarm(here: Scene) -> None:
    """Nobody can say until when cem has time: operators are told, nobody approves; mended, the order is asked about."""
    order = await here.place(LARGE)
    await order.until_pending("ana", "ben")
    await here.stop_workers()
    await here.start_workers(office({"cem": {"hours": "never"}}))
    assert (await order.decide("ana", revision=1)).receipt is Receipt.ACCEPTED
    status = await order.until_alarm("refused")
    assert status.pending == ()
    await order.until(lambda _: here.inboxes.of("operators") == ["alarm"])
    for who in ("cem", "cleo", "dana"):
        assert (await order.decide(who)).receipt is Receipt.NOT_PENDING
    await order.at_rest()
    assert (await order.there())["state"] == "PendingApproval"
    await here.stop_workers()
    await here.start_workers()
    await order.changed()
    await order.until_pending("ana", "ben")
    await order.decide("ana", revision=1)
    await order.until_pending("cem")
    await order.decide("cem", revision=1)
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_a_proposal_that_cannot_be_looked_at_is_refused_and_stops_nothing(here: Scene) -> None:
    """Reassigned to somebody who never works: that is a no to who proposed it, and cem is asked as before."""
    order = await here.place(LARGE)
    await order.until_pending("ana", "ben")
    await here.stop_workers()
    await here.start_workers(office({"gil": {"hours": "never"}}))
    await order.decide("ana", revision=1)
    before = await order.until_pending("cem")
    refused = await order.reassign("olga", "gil", approver="cem")
    assert refused.receipt is Receipt.NOT_ALLOWED
    assert "working time" in refused.message
    after = await order.until_pending("cem")
    assert (after.pending, after.alarm) == (before.pending, None)
