"""How requests run: project, headers, bodies, the journal."""

import pytest

from sandbox.errors import ApiError
from sandbox.http import read_json
from tests.official.transport import OFF_DEFINITION
from tests.sandbox.core_orders import code, made, order_draft, updated
from tests.sandbox.surroundings import surroundings


async def test_the_journal_tells_every_accepted_write() -> None:
    """Who wrote what, by which request, from which version to which; refused requests leave no line."""
    async with surroundings() as here:
        order = await made(here.http, "/orders/import", order_draft())
        action = {"action": "changeOrderState", "orderState": "Confirmed"}
        headers = {"X-External-User-ID": "ana", "X-Correlation-ID": "wf-12345678"}
        body = {"version": 1, "actions": [action]}
        await here.http.post(f"/orders/{order['id']}", json=body, headers=headers)
        assert (await here.http.post(f"/orders/{order['id']}", json=body)).status_code == 409
        answer = await here.http.get(
            "http://sandbox.test/sandbox/journal", params={"resourceId": order["id"]}
        )
        created, changed = answer.json()
        assert (created["versionBefore"], created["versionAfter"], created["actions"]) == (None, 1, [])
        assert created["path"] == "/placet-demo/orders/import"
        assert changed == {
            "at": changed["at"],
            "method": "POST",
            "path": f"/placet-demo/orders/{order['id']}",
            "resource": {"typeId": "order", "id": order["id"]},
            "actions": [action],
            "clientId": "placet",
            "externalUserId": "ana",
            "correlationId": "wf-12345678",
            "versionBefore": 1,
            "versionAfter": 2,
        }


async def test_the_journal_tells_the_cart_and_the_order() -> None:
    """One request that changes two resources has two lines."""
    async with surroundings() as here:
        draft = {"currency": "EUR", "shippingAddress": {"country": "DE"}}
        money = {"currencyCode": "EUR", "centAmount": 5}
        line = {"name": {"en": "x"}, "slug": "xx", "money": money}
        cart = await made(here.http, "/carts", {**draft, "customLineItems": [line]})
        await made(here.http, "/orders", {"cart": {"typeId": "cart", "id": cart["id"]}, "version": 1})
        journal = here.sandbox.store.journal
        kinds = [(entry["resource"]["typeId"], entry["versionBefore"]) for entry in journal]
        assert kinds == [("cart", None), ("cart", 1), ("order", None)]


async def test_another_project_is_not_found() -> None:
    """A foreign project key is a 404, whatever the path."""
    async with surroundings() as here:
        answer = await here.http.get("http://sandbox.test/another-project/orders")
        assert (answer.status_code, code(answer)) == (404, "ResourceNotFound")


@pytest.mark.parametrize("body", [b"", b"{", b"[1,]", b'{"a": NaN}', b'{"a": 1e999}', b"\xff", rb'"\ud800"'])
async def test_what_is_no_json_is_refused(body: bytes) -> None:
    """Broken, non-finite, or badly encoded documents are InvalidJsonInput, never a 5xx."""
    async with surroundings() as here:
        answer = await here.http.post("/orders/import", content=body, extensions=OFF_DEFINITION)
        assert (answer.status_code, code(answer)) == (400, "InvalidJsonInput")


def test_a_bottomless_document_is_refused() -> None:
    """Nesting beyond what can be read is InvalidJsonInput too."""
    for deep in (b"[" * 100_000, b"[" * 101 + b"]" * 101, b'{"a":' * 300 + b"1" + b"}" * 300):
        with pytest.raises(ApiError) as refusal:
            read_json(deep)
        assert refusal.value.code == "InvalidJsonInput"
    assert read_json(b"[" * 100 + b"]" * 100)
    assert read_json(b"[" + b"[]," * 500 + b"1]")


async def test_any_text_survives_the_round_trip() -> None:
    """Control characters and characters beyond the basic plane come back as they went in."""
    async with surroundings() as here:
        number = "\u0000 Ä \U0001f600"
        order = await made(here.http, "/orders/import", order_draft(purchaseOrderNumber=number))
        assert (await here.http.get(f"/orders/{order['id']}")).json()["purchaseOrderNumber"] == number


async def test_an_unknown_method_is_refused_as_json() -> None:
    """405 with the allowed methods, in the shape of an ErrorResponse."""
    async with surroundings() as here:
        answer = await here.http.put("http://sandbox.test/sandbox/reset")
        assert (answer.status_code, answer.json()["statusCode"]) == (405, 405)
        assert answer.headers["Allow"] == "POST"


async def test_an_external_user_has_at_most_128_characters() -> None:
    """Longer names are refused."""
    async with surroundings() as here:
        answer = await here.http.post("/states", json=STATE, headers={"X-External-User-ID": "x" * 129})
        assert (answer.status_code, code(answer)) == (400, "InvalidInput")
        answer = await here.http.post("/states", json=STATE, headers={"X-External-User-ID": "x" * 128})
        assert answer.json()["createdBy"]["externalUserId"] == "x" * 128


async def test_a_malformed_correlation_id_is_replaced() -> None:
    """Too short a one is not echoed; a good one is, on refusals too."""
    async with surroundings() as here:
        short = await here.http.get("/states", headers={"X-Correlation-ID": "x"})
        assert len(short.headers["X-Correlation-ID"]) > 8
        refused = await here.http.get("/states/none", headers={"X-Correlation-ID": "wf-12345678"})
        assert (refused.status_code, refused.headers["X-Correlation-ID"]) == (404, "wf-12345678")


async def test_a_reset_keeps_tokens_and_forgets_the_rest() -> None:
    """Orders, journal and faults are gone, the built-in State is back, the token still good."""
    async with surroundings() as here:
        await made(here.http, "/orders/import", order_draft())
        await here.http.post("http://sandbox.test/sandbox/faults", json={"kind": "rateLimit", "times": 9})
        await here.http.post("http://sandbox.test/sandbox/reset")
        orders = await here.http.get("/orders")
        assert (orders.status_code, orders.json()["results"]) == (200, [])
        assert [state["key"] for state in (await here.http.get("/states")).json()["results"]] == ["Initial"]
        assert here.sandbox.store.journal == []


async def test_a_state_in_use_keeps_its_type() -> None:
    """changeType is refused while an order is in the state; other changes are not."""
    async with surroundings() as here:
        state = await made(here.http, "/states", STATE)
        reference = {"typeId": "state", "id": state["id"]}
        await made(here.http, "/orders/import", order_draft(state=reference))
        change = {"action": "changeType", "type": "PaymentState"}
        answer = await here.http.post("/states/key=open", json={"version": 1, "actions": [change]})
        assert (answer.status_code, code(answer)) == (400, "ReferenceExists")
        await updated(here.http, "/states", state, {"action": "setName", "name": {"en": "Open"}})


STATE = {"key": "open", "type": "OrderState"}
