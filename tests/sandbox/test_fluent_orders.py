"""Orders over the local Fluent's GraphQL: created once, found by ref and retailer, paged by when they changed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.fluent_surroundings import CREATE, Here, fluent_here, order_input

WITH_CUSTOMER = """
mutation Create($input: CreateOrderAndCustomerInput) {
  createOrderAndCustomer(input: $input) { ref customer { id username primaryEmail retailer { id } } }
}
"""
PAGE = """
query Page($from: DateTime, $first: Int, $after: String, $retailer: [Int!]) {
  orders(updatedOn: {from: $from}, first: $first, after: $after, retailerId: $retailer) {
    edges { cursor node { ref updatedOn } } pageInfo { hasNextPage hasPreviousPage }
  }
}
"""
UPDATE = (
    "mutation($input: UpdateOrderInput) { updateOrder(input: $input) { status attributes { name value } } }"
)
CUSTOMER = {
    "username": "ada",
    "primaryEmail": "ada@example.com",
    "timezone": "UTC",
    "promotionOptIn": False,
    "retailer": {"id": "1"},
}


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    """Orders stay as they were created."""
    async with fluent_here(webhook_url=None) as running:
        await running.steer("behaviour", {"pauseAt": ["CREATED"]})
        yield running


async def test_an_order_is_created(here: Here) -> None:
    """CREATED, with its items and their refs."""
    created = await here.create()
    assert (created["ref"], created["status"], created["retailer"]) == ("ON-1-1", "CREATED", {"id": "1"})
    items = [edge["node"] for edge in created["items"]["edges"]]
    assert [(item["ref"], item["quantity"]) for item in items] == [("line-1", 3), ("line-2", 2)]


async def test_a_ref_is_used_once_per_retailer(here: Here) -> None:
    """The same ref again is an error and no second order; another retailer may use it."""
    await here.create()
    again = await here.ask(CREATE, input=order_input("ON-1-1"))
    assert (again["data"]["createOrder"], again["errors"][0]["extensions"]["code"]) == (None, "DUPLICATE")
    await here.create(retailer={"id": "2"})
    listed = await here.ask("{ orders { edges { node { ref retailer { id } } } } }")
    assert [edge["node"]["retailer"]["id"] for edge in listed["data"]["orders"]["edges"]] == ["1", "2"]


@pytest.mark.parametrize("name", ["ref", "type", "retailer", "customer", "items"])
async def test_required_fields_are_required(here: Here, name: str) -> None:
    """An input without one of them creates nothing."""
    given = order_input("ON-1-1")
    del given[name]
    assert name in (await here.ask(CREATE, input=given))["errors"][0]["message"]
    assert (await here.ask("{ orders { edges { cursor } } }"))["data"]["orders"]["edges"] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"retailer": {"id": "9"}}, "NOT_FOUND"),
        ({"customer": {"id": "0"}}, "NOT_FOUND"),
        ({"items": []}, "INVALID"),
        ({"items": [{"ref": "l", "productRef": "p", "quantity": 0}]}, "INVALID"),
        ({"items": [{"ref": "l", "productRef": "p", "quantity": 1}] * 2}, "INVALID"),
    ],
)
async def test_an_order_has_to_make_sense(here: Here, change: dict[str, Any], code: str) -> None:
    """Unknown retailers and customers (0 stands for nobody), no items, and two items of one ref are refused."""
    refused = await here.ask(CREATE, input=order_input("ON-1-1") | change)
    assert refused["errors"][0]["extensions"]["code"] == code


async def test_an_order_with_its_customer(here: Here) -> None:
    """The customer can be looked up then, and is not created a second time."""
    created = await here.ask(WITH_CUSTOMER, input=order_input("ON-1-1") | {"customer": CUSTOMER})
    customer = created["data"]["createOrderAndCustomer"]["customer"]
    assert (customer["username"], customer["retailer"]) == ("ada", {"id": "1"})
    found = await here.ask('{ customers(username: ["ada"]) { edges { node { id } } } }')
    assert [edge["node"]["id"] for edge in found["data"]["customers"]["edges"]] == [customer["id"]]
    again = await here.ask(WITH_CUSTOMER, input=order_input("ON-1-2") | {"customer": CUSTOMER})
    assert again["errors"][0]["extensions"]["code"] == "DUPLICATE"
    assert (await here.create("ON-1-2", customer={"id": customer["id"]}))["ref"] == "ON-1-2"


async def test_one_order_by_id_or_ref(here: Here) -> None:
    """Both ways lead to it; an unknown one is null, no error."""
    created = await here.create()
    for query in (
        f'orderById(id: "{created["id"]}")',
        f'order(id: "{created["id"]}")',
        'order(ref: "ON-1-1")',
    ):
        answer = await here.ask(f"{{ found: {query} {{ ref }} }}")
        assert answer == {"data": {"found": {"ref": "ON-1-1"}}}
    assert await here.ask('{ order(ref: "ON-9") { ref } }') == {"data": {"order": None}}


async def test_orders_are_paged_with_the_cursor_on_the_edge(here: Here) -> None:
    """Each order stands on one page, whatever changes between the pages."""
    ids = [(await here.create(f"ON-{number}"))["id"] for number in range(5)]
    seen, after, pages = [], None, 0
    while True:
        page = (await here.ask(PAGE, first=2, after=after))["data"]["orders"]
        seen += [edge["node"]["ref"] for edge in page["edges"]]
        pages += 1
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["edges"][-1]["cursor"]
        await here.ask(UPDATE, input={"id": ids[0], "status": "BOOKED"})
    assert (seen, pages) == ([f"ON-{number}" for number in range(5)], 3)


async def test_orders_by_when_they_changed(here: Here) -> None:
    """`from` counts itself in; what changed before, or belongs to another retailer, is left out."""
    await here.create("ON-1")
    await here.create("ON-2", retailer={"id": "2"})
    orders = (await here.ask(PAGE))["data"]["orders"]["edges"]
    latest = max(edge["node"]["updatedOn"] for edge in orders)
    later = (await here.ask(PAGE, **{"from": "2100-01-01T00:00:00Z"}))["data"]["orders"]["edges"]
    at = (await here.ask(PAGE, **{"from": latest, "retailer": [2]}))["data"]["orders"]["edges"]
    assert ([edge["node"]["ref"] for edge in at], later) == (["ON-2"], [])
    assert (await here.ask(PAGE, **{"from": "yesterday"}))["errors"]
    assert (await here.ask(PAGE, after="?"))["errors"]


async def test_a_page_has_ten_unless_more_are_asked_for(here: Here) -> None:
    """Who asks for no size must page."""
    for number in range(11):
        await here.create(f"ON-{number}")
    page = (await here.ask(PAGE))["data"]["orders"]
    assert (len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (10, True)


async def test_an_order_is_updated(here: Here) -> None:
    """Attributes by name, status at once, items by id."""
    created = await here.create()
    item = created["items"]["edges"][0]["node"]
    for value in ("Pending", "Paid"):
        attributes = [{"name": "payment", "type": "STRING", "value": value}]
        given = {"id": created["id"], "attributes": attributes, "items": [{"id": item["id"], "quantity": 1}]}
        answer = await here.ask(UPDATE, input=given)
    assert answer["data"]["updateOrder"]["attributes"] == [{"name": "payment", "value": "Paid"}]
    assert [one["quantity"] for one in (await here.order())["items"]] == [1, 2]
    lost = await here.ask(UPDATE, input={"id": "9"})
    assert lost["errors"][0]["extensions"]["code"] == "NOT_FOUND"
