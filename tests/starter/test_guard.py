"""`POST /extensions/order`: what commercetools is told when it asks before it saves an order."""

import asyncio
from typing import Any

import httpx
import pytest

from clients.projections import order_from_json
from starter.orders_gateway import UnansweredError
from tests.starter.conftest import EVERYTHING, Served, bearer, problem, serving
from tests.starter.fakes import RUNNING, UNKNOWN, FakeOrders, unreachable

OURS, SHOP, OPERATOR = "placet-client", "some-shop", "operators-client"
CONTENT: dict[str, Any] = {
    "id": RUNNING,
    "createdAt": "2026-03-01T10:00:00.000Z",
    "orderState": "Open",
    "customerId": "c-1",
    "totalPrice": {
        "type": "centPrecision",
        "currencyCode": "EUR",
        "centAmount": 150_000,
        "fractionDigits": 2,
    },
    "lineItems": [],
}
DIGEST = order_from_json({**CONTENT, "version": 1}).content.digest


def order(state: str | None, version: int = 1, by: str | None = SHOP, **more: Any) -> dict[str, Any]:
    """An order as commercetools writes it; its time of change follows its version."""
    known: dict[str, Any] = {
        **CONTENT,
        "version": version,
        "lastModifiedAt": f"2026-03-01T10:00:0{version}.000Z",
    }
    if state is not None:
        known["state"] = {"typeId": "state", "id": f"id-of-{state}"}
    known["lastModifiedBy"] = {"clientId": by} if by is not None else {"isPlatformClient": True}
    return known | more


def moving(source: str | None, target: str | None, by: str | None = SHOP, **more: Any) -> dict[str, Any]:
    """The question about an update that moves an order."""
    return {
        "action": "Update",
        "resource": {"typeId": "order", "id": RUNNING, "obj": order(target, 2, by, **more)},
        "oldResource": {"typeId": "order", "id": RUNNING, "obj": order(source, 1, "whoever")},
    }


def creating(state: str | None) -> dict[str, Any]:
    """The question about a new order."""
    return {"action": "Create", "resource": {"typeId": "order", "id": RUNNING, "obj": order(state)}}


async def ask(served: Served, body: Any, token: str = EVERYTHING) -> httpx.Response:
    """As commercetools does."""
    return await served.http.post("/extensions/order", json=body, headers=bearer(token))


def objection(answer: httpx.Response) -> str:
    """What stands against it, from an answer checked for its form."""
    assert answer.status_code == 400, answer.text
    (error,) = answer.json()["errors"]
    assert error["code"] == "InvalidOperation"
    assert error["message"] == error["localizedMessage"]["en"]
    assert error["message"].endswith(".")
    assert error["extensionExtraInfo"]["by"] == "placet"
    return str(error["extensionExtraInfo"]["objection"])


def passes(answer: httpx.Response) -> bool:
    """Whether it is let through, and nothing is added to it."""
    return answer.status_code == 200 and answer.content == b""


@pytest.mark.parametrize(
    "body",
    [
        creating(None),
        creating("PendingApproval"),
        moving(None, None),
        moving("Approved", "Approved", totalPrice={**CONTENT["totalPrice"], "centAmount": 1}),
        moving("Elsewhere", "Elsewhere"),
        moving(None, "PendingApproval"),
        {"action": "Update", "resource": {"typeId": "cart", "id": "c", "obj": {}}},
    ],
    ids=[
        "new",
        "new and waiting",
        "no state",
        "state untouched",
        "foreign state untouched",
        "entering",
        "a cart",
    ],
)
async def test_what_is_none_of_the_guards_business_is_left_alone(served: Served, body: Any) -> None:
    """Everything that makes no move past an approval: accepted at once, and nobody is asked for a verdict."""
    assert passes(await ask(served, body))
    assert served.orders.calls == []
    assert await served.counted('placet_guard_total{result="allowed"}') == 1


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (creating("Approved"), "notInitial"),
        (creating("InFulfillment"), "notInitial"),
        (creating("Elsewhere"), "notDeclared"),
        (creating("Unheard"), "notDeclared"),
        (moving("PendingApproval", "Elsewhere", OURS), "notDeclared"),
        (moving("Elsewhere", "PendingApproval", OURS), "notDeclared"),
        (moving("Rejected", "Approved", OURS), "notOnTheMachine"),
        (moving("Completed", "PendingApproval", OURS), "notOnTheMachine"),
        (moving("PendingApproval", "Approved", SHOP), "notYours"),
        (moving("PendingApproval", "Rejected", OPERATOR), "notYours"),
        (moving("PendingApproval", "Cancelled", SHOP), "notYours"),
        (moving("Approved", "InFulfillment", SHOP), "notYours"),
        (moving("PendingApproval", "Rejected", None), "callerUnknown"),
        (moving("PendingApproval", "Approved", OURS), "notApproved"),
        (moving("Approved", "InFulfillment", OURS), "notApproved"),
        (moving(None, "InFulfillment", OURS), "notApproved"),
    ],
)
async def test_what_is_refused(served: Served, body: Any, wanted: str) -> None:
    """In the API's own form, with a message for a person and the reason for a program; and counted."""
    assert objection(await ask(served, body)) == wanted
    assert await served.counted(f'placet_guard_total{{result="{wanted}"}}') == 1


@pytest.mark.parametrize(
    ("source", "target"),
    [("PendingApproval", "InFulfillment"), (None, "InFulfillment"), ("Approved", "InFulfillment")],
)
async def test_what_the_workflow_has_released_passes(served: Served, source: str | None, target: str) -> None:
    """Our own client takes the whole way in one update, once the workflow stands by this very content."""
    served.orders.released_digests = {DIGEST}
    assert passes(await ask(served, moving(source, target, OURS)))
    assert served.orders.calls == [("released", RUNNING, DIGEST)]


async def test_a_release_is_for_one_content(served: Served) -> None:
    """One cent more, and the workflow has said nothing about it."""
    served.orders.released_digests = {DIGEST}
    other = {"totalPrice": {**CONTENT["totalPrice"], "centAmount": 150_001}}
    assert (
        objection(await ask(served, moving("PendingApproval", "InFulfillment", OURS, **other)))
        == "notApproved"
    )


async def test_nobody_elses_release_helps(served: Served) -> None:
    """An approved order is moved on by Placet, and by nobody who happens to be quicker."""
    served.orders.released_digests = {DIGEST}
    assert objection(await ask(served, moving("PendingApproval", "InFulfillment", SHOP))) == "notYours"


async def test_an_order_without_a_workflow_is_not_approved(served: Served) -> None:
    """Nobody has said yes to it."""
    body = moving("PendingApproval", "InFulfillment", OURS)
    body["resource"]["id"] = UNKNOWN
    assert objection(await ask(served, body)) == "notApproved"


async def test_operators_may_cancel_where_the_file_says_so(served: Served) -> None:
    """`by: operator`, and the API client is one of PLACET_OPERATOR_CLIENT_IDS."""
    assert passes(await ask(served, moving("PendingApproval", "Cancelled", OPERATOR)))
    assert passes(await ask(served, moving("InFulfillment", "Cancelled", OPERATOR)))


async def test_operators_take_back_what_slipped_in(served: Served) -> None:
    """To where orders wait, from behind the approval or from outside of the machine; nobody else may, and never on."""
    for source in ("InFulfillment", "Approved", "Elsewhere"):
        assert passes(await ask(served, moving(source, "PendingApproval", OPERATOR)))
    assert objection(await ask(served, moving("InFulfillment", "PendingApproval", SHOP))) == "notOnTheMachine"
    assert objection(await ask(served, moving("Completed", "PendingApproval", OPERATOR))) == "notOnTheMachine"
    assert objection(await ask(served, moving("Rejected", "PendingApproval", OPERATOR))) == "notOnTheMachine"
    assert objection(await ask(served, moving("Elsewhere", "Approved", OPERATOR))) == "notDeclared"


async def test_an_order_of_another_machine_is_left_alone(served: Served) -> None:
    """Old orders, in states that were never Placet's, go on as they did."""
    assert passes(await ask(served, moving("Elsewhere", "Unheard")))


async def test_no_word_from_the_workflow_is_no(served: Served) -> None:
    """Temporal is down, or the worker is: the order stays where it is."""
    served.orders.fails = UnansweredError("down")
    assert objection(await ask(served, moving("PendingApproval", "InFulfillment", OURS))) == "noVerdict"


async def test_a_word_that_comes_too_late_is_no() -> None:
    """commercetools gives up after two seconds: the guard answers before, and answers no."""
    orders = FakeOrders()
    orders.released_digests, orders.answers_after = {DIGEST}, 5
    async with serving(orders) as served:
        answer = await ask(served, moving("PendingApproval", "InFulfillment", OURS))
    assert objection(answer) == "noVerdict"
    assert answer.elapsed.total_seconds() < 2


async def test_states_that_cannot_be_read_are_no(served: Served) -> None:
    """commercetools does not answer us while it asks us."""
    served.shop.fails = unreachable()
    assert objection(await ask(served, moving("PendingApproval", "Cancelled", OPERATOR))) == "unreadable"


async def test_states_known_once_are_known_while_commercetools_is_away(served: Served) -> None:
    """An id stands for one state for ever: a checkout does not wait for us to learn it again."""
    await ask(served, creating("PendingApproval"))
    served.shop.fails = unreachable()
    served.edge.guard.keys._read_at -= 31
    assert passes(await ask(served, creating("PendingApproval")))


async def test_states_that_are_read_slowly_are_known_to_the_next(served: Served) -> None:
    """Who asked first gives up after the time that commercetools gives; the reading goes on."""
    served.shop.slow_seconds = 0.7
    assert objection(await ask(served, creating("PendingApproval"))) == "unreadable"
    await asyncio.sleep(0.4)
    assert passes(await ask(served, creating("PendingApproval")))
    assert served.shop.states_read == 1


async def test_states_are_read_once(served: Served) -> None:
    """Fifty calls a second must not become fifty queries; an id that nobody knows asks again, but not each time."""
    for _ in range(5):
        await ask(served, moving("PendingApproval", "Cancelled", OPERATOR))
    assert served.shop.states_read == 1
    for _ in range(5):
        await ask(served, creating("Unheard"))
    assert served.shop.states_read == 1


async def test_a_caller_is_believed_only_about_this_very_change(served: Served) -> None:
    """If the order still names who changed it before, it names somebody else than who changes it now."""
    served.orders.released_digests = {DIGEST}
    body = moving("PendingApproval", "InFulfillment", OURS)
    stale = {"version": 1, "lastModifiedAt": body["oldResource"]["obj"]["lastModifiedAt"]}
    body["resource"]["obj"] |= stale
    assert objection(await ask(served, body)) == "callerUnknown"


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"action": "Delete", "resource": {"typeId": "order", "id": RUNNING, "obj": order(None)}},
        {"action": "Create", "resource": {"typeId": "order", "id": RUNNING}},
        {
            "action": "Create",
            "resource": {"typeId": "order", "id": RUNNING, "obj": order(None) | {"state": {"id": 7}}},
        },
        {"action": "Update", "resource": {"typeId": "order", "id": RUNNING, "obj": order("Approved")}},
    ],
    ids=[
        "a list",
        "nothing",
        "an unknown action",
        "no order",
        "a state of no form",
        "no order before",
    ],
)
async def test_a_question_that_cannot_be_read_is_refused(served: Served, body: Any) -> None:
    """In the API's form too: whoever saves the order sees why."""
    assert objection(await ask(served, body)) == "unreadable"


async def test_an_unreadable_content_is_not_approved(served: Served) -> None:
    """A document of another form has no digest that a workflow could stand by."""
    served.orders.released_digests = {DIGEST}
    body = moving("PendingApproval", "InFulfillment", OURS, totalPrice="a lot")
    assert objection(await ask(served, body)) == "noVerdict"


async def test_only_commercetools_may_ask(served: Served) -> None:
    """The right `extend`, and no other."""
    body = creating("Approved")
    assert objection(await ask(served, body, "extend")) == "notInitial"
    problem(await ask(served, body, "notify"), 403, "missingRight")
    problem(await served.http.post("/extensions/order", json=body), 401, "unknownCaller")


async def test_a_large_order_is_read(served: Served) -> None:
    """commercetools' orders have up to 2 MB, and come twice."""
    note = {"custom": {"type": {"typeId": "type", "id": "t"}, "fields": {"note": "x" * 1_900_000}}}
    assert passes(await ask(served, moving("PendingApproval", "Cancelled", OPERATOR, **note)))
