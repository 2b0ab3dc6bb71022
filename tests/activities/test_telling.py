"""Handing over and telling people: once each, and none keeps the other from being tried."""

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.handover import HandOverActivities
from activities.notify import NotifyActivities
from activities.records import Records, read_record
from activities.requests import HandOverRequest, TellRequest
from clients.errors import BadRequest
from domain.fulfillment import FULFILLMENT_CONTAINER, HandOver
from domain.notification import NoticeKind, Notification
from domain.order import Order
from tests.activities.desk import Desk, a_record
from tests.workflows.scene import Inboxes


def a_hand_over(order: Order) -> HandOver:
    """The order's content, pinned."""
    content = order.content
    return HandOver(ref="ON-1-1", order_id=order.id, revision=1, digest=content.digest, content=content)


async def handed_over(here: Desk, document: HandOver) -> None:
    """The activity `hand_over`, without a fulfilment system."""
    request = HandOverRequest(hand_over=document, record=a_record(document.order_id, 3))
    answer = await ActivityEnvironment().run(
        HandOverActivities(here.ours, Records(here.ours), None).hand_over, request
    )
    assert not answer.announce


async def test_a_repeated_hand_over_is_already_done(here: Desk) -> None:
    """The same order and content under the reference is our own earlier attempt."""
    document = a_hand_over(await here.place())
    await handed_over(here, document)
    await handed_over(here, document)
    there = await here.ours.custom_object(FULFILLMENT_CONTAINER, "ON-1-1")
    assert there is not None
    assert (there.version, there.value) == (1, document.to_json_dict())
    assert await read_record(here.ours, document.order_id) == a_record(document.order_id, 3)


@pytest.mark.parametrize("other", [{"orderId": "another"}, {"digest": "other"}, "spoilt"])
async def test_another_hand_over_under_the_reference_is_refused_for_good(here: Desk, other: object) -> None:
    """Never replaced: what stands there may be on a lorry already."""
    document = a_hand_over(await here.place())
    taken = document.to_json_dict() | other if isinstance(other, dict) else other
    await here.shop.put_custom_object(FULFILLMENT_CONTAINER, "ON-1-1", taken)
    with pytest.raises(ApplicationError) as refused:
        await handed_over(here, document)
    assert (refused.value.type, refused.value.non_retryable) == ("HandOverConflict", True)
    there = await here.ours.custom_object(FULFILLMENT_CONTAINER, "ON-1-1")
    assert there is not None
    assert there.value == taken


def a_message(order: Order, recipient: str) -> Notification:
    """A request for an approval."""
    return Notification(
        idempotency_key=f"{order.id}/{recipient}",
        kind=NoticeKind.REQUESTED,
        recipient=recipient,
        order_id=order.id,
        total=order.content.total,
        revision=1,
        why="because",
    )


class Picky(Inboxes):
    """Takes nothing for one of the recipients."""

    async def send(self, notification: Notification) -> None:
        """Refuse ana's messages."""
        if notification.recipient == "ana":
            raise BadRequest("no such mailbox", system="mail", status=400)
        await super().send(notification)


async def test_one_message_that_fails_keeps_nothing_else_from_being_done(here: Desk) -> None:
    """The other recipient is told and the record written, and then the failure is reported."""
    order, inboxes = await here.place(), Picky()
    messages = tuple(a_message(order, recipient) for recipient in ("ana", "ben"))
    request = TellRequest(notifications=messages, record=a_record(order.id, 2))
    with pytest.raises(ApplicationError):
        await ActivityEnvironment().run(
            NotifyActivities(inboxes, here.ours, Records(here.ours)).tell_people, request
        )
    assert inboxes.of("ben") == ["requested"]
    assert await read_record(here.ours, order.id) == a_record(order.id, 2)


async def test_a_record_that_fails_keeps_nobody_from_being_told(here: Desk) -> None:
    """People hear of it even while commercetools is away; the attempt is repeated for the record."""
    order, inboxes = await here.place(), Inboxes()
    await here.fault("errorBeforeCommit", path="^/custom-objects", times=9)
    request = TellRequest(notifications=(a_message(order, "ana"),), record=a_record(order.id, 2))
    with pytest.raises(ApplicationError) as failed:
        await ActivityEnvironment().run(
            NotifyActivities(inboxes, here.ours, Records(here.ours)).tell_people, request
        )
    assert not failed.value.non_retryable
    assert inboxes.of("ana") == ["requested"]
