"""Spoilt drafts and actions: whatever is posted, the answer is on the official definition and never a 5xx.

Good documents are spoilt in one to three places: a value replaced by something else, taken away, or a field added.
"""

import asyncio
import copy
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.app import create_app
from tests.official.transport import shared_official_api
from tests.sandbox.core_orders import ADDRESS, EUR, Json, cart_draft, order_draft

pytestmark = pytest.mark.slow

PROJECT = "/placet-demo"


def named(type_id: str, key: str) -> Json:
    """A ResourceIdentifier by key."""
    return {"typeId": type_id, "key": key}


CUSTOM = {"type": named("type", "extras"), "fields": {"note": "x", "tags": ["a"]}}
FIELDS = [
    {"name": "note", "label": {"en": "Note"}, "required": False, "type": {"name": "String"}},
    {
        "name": "tags",
        "label": {"en": "Tags"},
        "required": False,
        "type": {"name": "Set", "elementType": {"name": "String"}},
    },
]
TYPE = {
    "key": "extras",
    "name": {"en": "Extras"},
    "resourceTypeIds": ["order", "line-item"],
    "fieldDefinitions": FIELDS,
}
STATE = {
    "key": "spoilt",
    "type": "OrderState",
    "name": {"en": "x"},
    "roles": [],
    "transitions": [named("state", "open")],
}
ORDER = order_draft(
    shippingAddress=ADDRESS,
    custom=CUSTOM,
    country="DE",
    completedAt="2026-03-01T00:00:00Z",
    paymentInfo={"payments": [{"typeId": "payment", "id": "p"}]},
    store=named("store", "s"),
    taxedPrice={"totalNet": EUR, "totalGross": EUR, "taxPortions": [{"rate": 0.19, "amount": EUR}]},
)
INITIAL, SHIPPED = named("state", "Initial"), named("state", "shipped")
ACTIONS: list[Json] = [
    {"action": "transitionState", "state": named("state", "open"), "force": False},
    {"action": "changeOrderState", "orderState": "Confirmed"},
    {"action": "setCustomType", **CUSTOM},
    {"action": "setCustomField", "name": "note", "value": "y"},
    {"action": "setShippingAddress", "address": ADDRESS},
    {"action": "setBusinessUnit", "businessUnit": named("business-unit", "b")},
    {
        "action": "transitionLineItemState",
        "lineItemKey": "line",
        "quantity": 1,
        "fromState": INITIAL,
        "toState": SHIPPED,
        "actualTransitionDate": "2026-03-01T00:00:00Z",
    },
    {
        "action": "addDelivery",
        "deliveryKey": "dd",
        "items": [{"id": "x", "quantity": 1}],
        "parcels": [{"key": "pp", "measurements": {"weightInGram": 1}, "trackingData": {"trackingId": "t"}}],
    },
    {
        "action": "setReturnInfo",
        "items": [{"items": [{"quantity": 1, "lineItemId": "line", "shipmentState": "Returned"}]}],
    },
    {"action": "updateSyncInfo", "channel": {"typeId": "channel", "id": "c"}, "externalId": "e"},
    {"action": "setLineItemCustomType", "lineItemKey": "line", **CUSTOM},
]
STAGED: list[Json] = [
    {"action": "addLineItem", "sku": "V", "quantity": 2, "externalPrice": EUR},
    {"action": "changeLineItemQuantity", "lineItemKey": "line", "quantity": 5},
    {"action": "addCustomLineItem", "name": {"en": "c"}, "slug": "c1", "money": EUR, "quantity": 2},
    {"action": "setCustomShippingMethod", "shippingMethodName": "z", "shippingRate": {"price": EUR}},
]
JUNK: list[Any] = [
    None, 0, -1, 1.5, 2**63, -(2**70), 1e300, "", "x", "\ud800", "\x00", "ä" * 300, True, [], {}, [[]], {"a": None},
    {"typeId": "state", "id": "a"}, {"typeId": "state", "id": "a", "key": "b"}, {"en": 1}, "2026-01-01", "Initial",
]  # fmt: skip
NAMES = ["id", "key", "extra", "version", "typeId", "action", "state", "quantity"]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a document with each of its indexes."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for index, member in inside for place in [(value, index), *places(member)]]


@st.composite
def spoilt(draw: st.DrawFn, good: Any) -> Any:
    """The document with up to three things wrong."""
    document = copy.deepcopy(good)
    for _ in range(draw(st.integers(0, 3))):
        container, index = draw(st.sampled_from(places({"": document})))
        how = draw(st.sampled_from(["replace", "replace", "remove", "add"]))
        junk = copy.deepcopy(draw(st.sampled_from(JUNK)))
        if how == "remove" and index != "":
            del container[index]
        elif how == "add" and isinstance(container, dict) and index != "":
            container[draw(st.sampled_from(NAMES))] = junk
        elif index != "":
            container[index] = junk
    return document


class Victim:
    """A fresh sandbox with an order, called by whatever is spoilt."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def post(self, path: str, body: Any) -> httpx.Response:
        """The answer, which must be on the definition."""
        raw = json.dumps(body)
        answer = await self._http.post(
            PROJECT + path, content=raw, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code < 500, answer.text
        official = shared_official_api()
        if official is not None:
            operation = official.operation("POST", answer.request.url.raw_path.decode())
            assert operation is not None
            assert official.response_problems(operation, answer.status_code, answer.content) == []
        return answer


def attack(act: Callable[[Victim, Json], Awaitable[None]]) -> None:
    """Run one attack on a sandbox of its own, in a loop of its own (hypothesis calls plain functions)."""

    async def run() -> None:
        app = create_app()
        token, _ = app.state.sandbox.tokens.issue(app.state.sandbox.options.clients[0], None)
        headers = {"Authorization": f"Bearer {token}"}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://sandbox.test", headers=headers
        ) as http:
            victim = Victim(http)
            for key, kind in (("open", "OrderState"), ("shipped", "LineItemState")):
                assert (await victim.post("/states", {"key": key, "type": kind})).status_code == 201
            assert (await victim.post("/types", TYPE)).status_code == 201
            order = await victim.post("/orders/import", ORDER)
            assert order.status_code == 201, order.text
            await act(victim, order.json())

    with asyncio.Runner() as runner:
        runner.run(run())


gently = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("path", "good"),
    [
        ("/orders/import", ORDER),
        ("/carts", cart_draft(custom=CUSTOM)),
        ("/types", {**TYPE, "key": "more"}),
        ("/states", STATE),
    ],
    ids=["import", "cart", "type", "state"],
)
def test_spoilt_drafts_are_refused_or_understood(path: str, good: Json) -> None:
    """Creation, whatever the draft."""

    @gently
    @given(spoilt(good))
    def run(draft: Any) -> None:
        async def act(victim: Victim, _: Json) -> None:
            await victim.post(path, draft)

        attack(act)

    run()


@pytest.mark.parametrize("good", ACTIONS, ids=lambda action: action["action"])
def test_spoilt_actions_are_refused_or_understood(good: Json) -> None:
    """Updates of an order, and what the order's messages make of them."""

    @settings(gently, max_examples=20)
    @given(spoilt({"version": 1, "actions": [good]}))
    def run(body: Any) -> None:
        async def act(victim: Victim, order: Json) -> None:
            await victim.post(f"/orders/{order['id']}", body)

        attack(act)

    run()


@gently
@given(st.sampled_from(STAGED).flatmap(spoilt), st.sampled_from(ACTIONS).flatmap(spoilt))
def test_spoilt_edits_are_refused_or_understood(staged: Any, more: Any) -> None:
    """An edit with spoilt staged actions, and its application."""

    async def act(victim: Victim, order: Json) -> None:
        draft = {"resource": {"typeId": "order", "id": order["id"]}, "stagedActions": [staged, more]}
        edit = await victim.post("/orders/edits", draft)
        if edit.status_code == 201:
            versions = {"editVersion": 1, "resourceVersion": order["version"]}
            await victim.post(f"/orders/edits/{edit.json()['id']}/apply", versions)

    attack(act)
