"""Notifications dropped, repeated and reordered on demand (DESIGN 4.7)."""

from tests.contract.drafts import import_order
from tests.contract.project import Json
from tests.contract.receiver import Receiver, is_news, push_to
from tests.contract.sandbox_only.conftest import Sandbox

STATES = ("Confirmed", "Complete", "Open", "Cancelled")


async def subscribed_order(sandbox: Sandbox, receiver: Receiver) -> Json:
    """An order whose import came through, before any fault."""
    draft: Json = {"destination": push_to(receiver), "messages": [{"resourceTypeId": "order"}]}
    await sandbox.project.create("/subscriptions", draft)
    order = await import_order(sandbox.project)
    await receiver.until(1, is_news)
    return order


async def change(sandbox: Sandbox, order: Json, count: int) -> None:
    """So many messages more: sequence numbers 2, 3 ..."""
    for state in STATES[:count]:
        action = {"action": "changeOrderState", "orderState": state}
        order = await sandbox.project.update("/orders", order, action)


async def numbers_until(receiver: Receiver, last: int) -> list[int]:
    """The sequence numbers in order of arrival, once `last` has come."""
    await receiver.until(1, lambda n: is_news(n) and n["sequenceNumber"] == last)
    return [n["sequenceNumber"] for n in receiver.bodies(is_news)]


async def test_a_notification_is_dropped(sandbox: Sandbox, receiver: Receiver) -> None:
    """It never comes; the next ones do, and the message can be queried."""
    order = await subscribed_order(sandbox, receiver)
    await sandbox.inject({"kind": "dropNotification"})
    await change(sandbox, order, 2)
    assert await numbers_until(receiver, 3) == [1, 3]
    where = f'resource(id = "{order["id"]}") and sequenceNumber = 2'
    assert len(await sandbox.project.query("/messages", where)) == 1


async def test_a_notification_is_repeated(sandbox: Sandbox, receiver: Receiver) -> None:
    """`copies` of it come, with the same id."""
    order = await subscribed_order(sandbox, receiver)
    await sandbox.inject({"kind": "repeatNotification", "copies": 3})
    await change(sandbox, order, 1)
    copies = await receiver.until(3, lambda n: is_news(n) and n["sequenceNumber"] == 2)
    assert copies[0] == copies[1] == copies[2]


async def test_notifications_are_reordered(sandbox: Sandbox, receiver: Receiver) -> None:
    """Within a window they come in another order, each of them once."""
    order = await subscribed_order(sandbox, receiver)
    await sandbox.inject({"kind": "reorderNotifications", "window": 3})
    await change(sandbox, order, 4)
    news = await receiver.until(5, is_news)
    numbers = [n["sequenceNumber"] for n in news]
    assert sorted(numbers) == [1, 2, 3, 4, 5]
    assert numbers != sorted(numbers)
