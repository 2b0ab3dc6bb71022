"""A notification is answered 2xx only when Temporal has what it says, and each one is counted."""

import json
from typing import Any

import pytest

from starter.orders_gateway import UnansweredError
from tests.starter.conftest import Served, problem
from tests.starter.fakes import CLOSED, RUNNING, UNKNOWN, forbidden, unreachable
from tests.starter.test_messages import change, message
from workflows.memory import OrderChanged


def about(order_id: str, kind: str | None = "OrderStateTransition", **fields: Any) -> dict[str, Any]:
    """A message about an order of the stand-in."""
    return message(kind, resource={"typeId": "order", "id": order_id}, **fields)


@pytest.mark.parametrize(
    ("body", "result", "called"),
    [
        (about("order-7", "OrderCreated"), "started", "start"),
        (about("order-7"), "told", "tell_or_start"),
        (about(RUNNING, "OrderEditApplied"), "told", "tell"),
        (about(UNKNOWN, "OrderEditApplied"), "ignored", None),
        (about(CLOSED, "OrderCreated"), "closed", "start"),
        (about(CLOSED), "closed", "tell_or_start"),
        (about(CLOSED, "OrderEditApplied"), "closed", None),
        (about(RUNNING, "DeliveryAdded"), "ignored", None),
        (about(RUNNING, lastModifiedBy={"clientId": "placet-client"}), "echo", None),
        (change("ResourceCreated", resource={"typeId": "subscription", "id": "s"}), "ignored", None),
    ],
)
async def test_what_becomes_of_a_notification(
    served: Served, body: dict[str, Any], result: str, called: str | None
) -> None:
    """The answer says so, the count too, and Temporal is asked for exactly that."""
    answer = await served.notify(body)
    assert (answer.status_code, answer.json()["result"]) == (200, result)
    assert [name for name, _, _ in served.orders.calls] == ([] if called is None else [called])
    assert await served.counted(f'placet_notifications_total{{result="{result}"}}') == 1


async def test_a_workflow_is_told_what_happened_and_not_what_to_believe(served: Served) -> None:
    """The message's id and where it stands; nothing of the order's content."""
    await served.notify(about(RUNNING, "OrderEditApplied", result={"type": "Applied"}))
    _, order_id, told = served.orders.calls[0]
    assert order_id == RUNNING
    expected = OrderChanged(
        message_id="m-1", type="OrderEditApplied", sequence_number=3, resource_version=4, by="shop"
    )
    assert told == expected


async def test_nothing_is_acknowledged_that_temporal_does_not_have(served: Served) -> None:
    """503 with Retry-After: the sender keeps the notification and sends it again."""
    served.orders.fails = UnansweredError("down")
    answer = await served.notify(about("order-7", "OrderCreated"))
    problem(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    assert await served.counted('placet_notifications_total{result="started"}') == 0


async def test_a_message_without_its_payload_is_fetched(served: Served) -> None:
    """Its type decides then, as if it had come whole."""
    served.shop.messages["m-1"] = about("order-7", "OrderCreated", order={"orderNumber": "ON-7"})
    answer = await served.notify(about("order-7", None, payloadNotIncluded={"reason": "Payload too large."}))
    assert answer.json()["result"] == "started"
    name, order_id, hint = served.orders.calls[0]
    assert (name, order_id) == ("start", "order-7")
    assert getattr(hint, "order_number", None) == "ON-7"


async def test_our_own_echo_is_known_also_when_it_had_to_be_fetched(served: Served) -> None:
    """Who did it stands in the message."""
    served.shop.messages["m-1"] = about(RUNNING, lastModifiedBy={"clientId": "placet-client"})
    answer = await served.notify(about(RUNNING, None, payloadNotIncluded={"reason": "Payload too large."}))
    assert answer.json()["result"] == "echo"


async def test_a_message_that_cannot_be_fetched_now_comes_again(served: Served) -> None:
    """commercetools does not answer at the moment: what the message says must not be lost."""
    served.shop.fails = unreachable()
    answer = await served.notify(about("order-7", None, payloadNotIncluded={"reason": "Payload too large."}))
    problem(answer, 503, "unavailable")
    assert served.orders.calls == []


@pytest.mark.parametrize("why", ["gone", "forbidden", "about another order", "unreadable"])
async def test_a_message_that_cannot_be_fetched_makes_the_workflow_look(served: Served, why: str) -> None:
    """An OrderCreated may hide in it, so a workflow is started where there is none; nothing is lost."""
    if why == "forbidden":
        served.shop.fails = forbidden()
    if why == "about another order":
        served.shop.messages["m-1"] = about("order-8", "OrderCreated")
    if why == "unreadable":
        served.shop.messages["m-1"] = {"id": "m-1"}
    answer = await served.notify(about("order-7", None, payloadNotIncluded={"reason": "Payload too large."}))
    assert answer.status_code == 200
    assert [(name, order_id) for name, order_id, _ in served.orders.calls] == [("tell_or_start", "order-7")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**message("OrderCreated"), "projectKey": "somebody-else"}, "projectKey"),
        ({**message("OrderCreated"), "resource": {"typeId": "order"}}, "resource.id"),
        ({}, "notificationType"),
    ],
)
async def test_what_is_no_notification_for_us_names_the_field(
    served: Served, body: dict[str, Any], field: str
) -> None:
    """422, and nothing was started."""
    assert problem(await served.notify(body), 422, "invalid")["field"] == field
    assert served.orders.calls == []


async def test_only_who_may_notify_is_heard(served: Served) -> None:
    """A warehouse or an approver starts no workflow."""
    problem(await served.notify(about(RUNNING), token="decide"), 403, "missingRight")
    assert (await served.notify(about(RUNNING), token="notify")).status_code == 200


async def test_the_log_says_what_came_and_nothing_of_whom(
    served: Served, lines: pytest.LogCaptureFixture
) -> None:
    """One line of JSON for each notification; no content of the order in it."""
    order = {"orderNumber": "ON-7", "customerEmail": "rita@example.com"}
    await served.notify(about("order-7", "OrderCreated", order=order))
    [line] = [json.loads(record.getMessage()) for record in lines.records]
    assert line == {
        "event": "notification",
        "orderId": "order-7",
        "type": "OrderCreated",
        "messageId": "m-1",
        "result": "started",
    }
