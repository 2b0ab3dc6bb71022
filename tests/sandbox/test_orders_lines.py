"""Lines of carts and of edited orders: quantities, item states, prices and totals stay in step."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import ApiError
from sandbox.line_actions import ACTIONS
from sandbox.order_edits import staged_action
from sandbox.order_transitions import moved
from sandbox.orders_import import import_order
from sandbox.states import create, line_item_initial
from sandbox.store import Resource, Store
from sandbox.updates import perform
from tests.sandbox.core_orders import (
    ADDRESS,
    EUR,
    attempted,
    cart_draft,
    code,
    made,
    money,
    order_draft,
    updated,
)
from tests.sandbox.surroundings import surroundings


def imported(store: Store) -> Resource:
    """An order in a store that has the built-in State and one more for line items."""
    with store.transaction() as tx:
        tx.create(
            "state",
            {"key": "Initial", "type": "LineItemState", "builtIn": True, "initial": True, "roles": []},
        )
        create(tx, {"key": "shipped", "type": "LineItemState", "initial": False})
        return import_order(tx, order_draft())


line_moves = st.one_of(
    st.integers(0, 9).map(
        lambda n: {"action": "changeLineItemQuantity", "lineItemKey": "line", "quantity": n}
    ),
    st.integers(1, 4).map(lambda n: {"action": "removeLineItem", "lineItemKey": "line", "quantity": n}),
    st.integers(1, 4).map(
        lambda n: {"action": "addLineItem", "sku": "V", "quantity": n, "externalPrice": EUR}
    ),
    st.integers(0, 900).map(
        lambda n: {"action": "setLineItemPrice", "lineItemKey": "line", "externalPrice": money(n)}
    ),
    st.integers(0, 5).map(
        lambda n: {"action": "changeCustomLineItemQuantity", "customLineItemKey": "custom", "quantity": n}
    ),
    st.integers(-900, 900).map(
        lambda n: {"action": "changeCustomLineItemMoney", "customLineItemKey": "custom", "money": money(n)}
    ),
    st.integers(0, 900).map(
        lambda n: {
            "action": "setCustomShippingMethod",
            "shippingMethodName": "s",
            "shippingRate": {"price": money(n)},
        }
    ),
)


@given(st.lists(line_moves, max_size=12))
def test_totals_and_item_states_stay_in_step(moves: list[dict[str, Any]]) -> None:
    """After any moves: each line is price times quantity, its states add up to it, the order is the sum."""
    store = Store()
    order = imported(store)
    for given_action in moves:
        try:
            with store.transaction() as tx:
                body = {"version": order["version"], "actions": [given_action]}
                order = perform(tx, "order", order, body, ACTIONS)
        except ApiError as refusal:
            assert refusal.code == "InvalidOperation"
            continue
        lines = [*order["lineItems"], *order["customLineItems"]]
        for line in lines:
            unit = line["money"] if "money" in line else line["price"]["value"]
            assert line["totalPrice"]["centAmount"] == unit["centAmount"] * line["quantity"]
            assert sum(bucket["quantity"] for bucket in line["state"]) == line["quantity"] > 0
        shipping = order["shippingInfo"]["price"]["centAmount"]
        total = sum(line["totalPrice"]["centAmount"] for line in lines) + shipping
        assert order["totalPrice"]["centAmount"] == total or order["version"] == 1
    assert [message["sequenceNumber"] for message in store.all("message")] == list(
        range(1, len(store.all("message")) + 1)
    )


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 5), min_size=1),
    st.sampled_from("abcd"),
    st.integers(1, 9),
)
def test_moving_units_neither_makes_nor_loses_any(held: dict[str, int], target: str, amount: int) -> None:
    """Units leave the source for the target, or nothing moves at all."""
    source = min(held)
    buckets = [{"quantity": n, "state": {"typeId": "state", "id": key}} for key, n in held.items()]
    ends = ({"typeId": "state", "id": source}, {"typeId": "state", "id": target})
    if held[source] < amount:
        with pytest.raises(ApiError):
            moved(buckets, *ends, amount)
        return
    after = {bucket["state"]["id"]: bucket["quantity"] for bucket in moved(buckets, *ends, amount)}
    expected = dict(held) | {source: held[source] - amount}
    expected[target] = expected.get(target, 0) + amount
    assert after == {key: n for key, n in expected.items() if n > 0}


def test_fewer_units_leave_from_the_initial_state_first() -> None:
    """What has been shipped stays shipped as long as it can."""
    store = Store()
    order = imported(store)
    with store.transaction() as tx:
        shipped = tx.by_key("state", "shipped")
        assert shipped is not None
        initial = line_item_initial(tx)
        working = tx.edit("order", order["id"])
        done = {"quantity": 2, "state": {"typeId": "state", "id": shipped["id"]}}
        working["lineItems"][0]["state"] = [{"quantity": 1, "state": initial}, done]
        working["version"] += 1
        tx.save("order", working)
    with store.transaction() as tx:
        action = {"action": "changeLineItemQuantity", "lineItemKey": "line", "quantity": 2}
        order = perform(tx, "order", working, {"version": 2, "actions": [action]}, ACTIONS)
    assert order["lineItems"][0]["state"] == [done]


async def test_the_same_item_again_is_more_of_it() -> None:
    """Adding the same variant at the same price raises the quantity; at another price it is another line."""
    async with surroundings() as here:
        cart = await made(here.http, "/carts", {"currency": "EUR", "shippingAddress": ADDRESS})
        add = {"action": "addLineItem", "sku": "V", "quantity": 2, "externalPrice": EUR}
        cart = await updated(here.http, "/carts", cart, add, add, {**add, "externalPrice": money(1)})
        assert [line["quantity"] for line in cart["lineItems"]] == [4, 2]
        assert (cart["totalPrice"]["centAmount"], cart["totalLineItemQuantity"]) == (2002, 6)


async def test_an_item_without_a_price_is_refused() -> None:
    """There is no catalogue to look it up in."""
    async with surroundings() as here:
        cart = await made(here.http, "/carts", {"currency": "EUR"})
        answer = await attempted(here.http, "/carts", cart, {"action": "addLineItem", "sku": "V"})
        assert (answer.status_code, code(answer)) == (400, "MatchingPriceNotFound")


async def test_one_cart_has_one_currency() -> None:
    """A price of another currency is refused."""
    async with surroundings() as here:
        cart = await made(here.http, "/carts", cart_draft())
        price = {"currencyCode": "CHF", "centAmount": 1}
        add = {"action": "addLineItem", "sku": "V", "externalPrice": price}
        answer = await attempted(here.http, "/carts", cart, add)
        assert (answer.status_code, code(answer)) == (400, "InvalidOperation")


async def test_an_ordered_cart_takes_no_change() -> None:
    """Neither an update nor a second order."""
    async with surroundings() as here:
        cart = await made(here.http, "/carts", cart_draft(key="basket"))
        reference = {"typeId": "cart", "key": "basket"}
        order = await made(here.http, "/orders", {"cart": reference, "version": 1})
        assert order["totalPrice"]["centAmount"] == 1000
        cart = (await here.http.get(f"/carts/{cart['id']}")).json()
        again = await here.http.post("/orders", json={"cart": reference, "version": cart["version"]})
        change = await attempted(here.http, "/carts", cart, {"action": "setCountry", "country": "DE"})
        assert [code(answer) for answer in (again, change)] == ["InvalidOperation", "InvalidOperation"]


async def test_the_customer_s_active_cart_is_found() -> None:
    """The one that was modified last; an ordered one is not active."""
    async with surroundings() as here:
        cart = await made(here.http, "/carts", cart_draft(customerId="c-1"))
        path = "/carts/customer-id=c-1"
        assert (await here.http.get(path)).json()["id"] == cart["id"]
        await made(here.http, "/orders", {"cart": {"typeId": "cart", "id": cart["id"]}, "version": 1})
        assert (await here.http.get(path)).status_code == 404


async def test_amounts_beyond_64_bits_are_refused() -> None:
    """MoneyOverflow, not a number that no client can read."""
    async with surroundings() as here:
        draft = order_draft()
        draft["lineItems"][0]["price"]["value"] = money(2**62)
        answer = await here.http.post("/orders/import", json=draft)
        assert (answer.status_code, code(answer)) == (400, "MoneyOverflow")


def test_a_staged_action_keeps_what_it_was_given() -> None:
    """Unknown fields and nulls go, money stays as it was written, a reference says its type."""
    given_action = {
        "action": "addCustomLineItem",
        "name": {"en": "x"},
        "slug": "xx",
        "money": EUR,
        "key": None,
        "taxCategory": {"id": "t"},
        "colour": "red",
    }
    assert staged_action(given_action, "stagedActions[0]") == {
        "action": "addCustomLineItem",
        "name": {"en": "x"},
        "slug": "xx",
        "money": EUR,
        "taxCategory": {"id": "t", "typeId": "tax-category"},
    }
