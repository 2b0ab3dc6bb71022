"""People who cannot be told: the order goes on, and somebody is called."""

from clients.errors import BadRequest
from domain.alarms import Alarm
from domain.phases import Phase
from tests.workflows.scene import Scene


async def test_a_dead_mail_server_holds_up_no_decision(here: Scene) -> None:
    """Nobody could be told, and still the approver who looked into the inbox decides and is answered."""
    here.inboxes.broken = True
    order = await here.place(150_000)
    await order.until_pending("ana", "ben")
    await order.decide("ana")
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_a_message_refused_for_good_is_an_alarm(here: Scene) -> None:
    """The step and its deadline stand, it can be decided as before, and the operators are called."""
    here.inboxes.refusal = BadRequest("no such mailbox", system="mail", status=400)
    order = await here.place(150_000)
    status = await order.until(lambda s: s.alarm == Alarm.NOT_DELIVERED)
    assert [(p.approver, p.due_at is not None) for p in status.pending] == [("ana", True), ("ben", True)]
    here.inboxes.refusal = None
    await order.decide("ana")
    assert (await order.until_phase(Phase.IN_FULFILLMENT)).alarm is None
