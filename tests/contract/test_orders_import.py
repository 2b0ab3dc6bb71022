"""Importing orders (section 3.5)."""

from uuid import uuid4

import pytest

from tests.contract.drafts import (
    cent_precision,
    create_state,
    custom_item,
    import_order,
    line_item,
    money,
    order_draft,
    reference,
)
from tests.contract.project import Project, refused


async def test_an_imported_order_is_open_and_has_what_the_draft_said(project: Project) -> None:
    """Version 1, `Open` by default, the total as given and not computed."""
    draft = order_draft(
        project, customerEmail="buyer@acme.example", totalPrice=money(99), purchaseOrderNumber="PO-7"
    )
    order = await project.create("/orders/import", draft)
    assert order["version"] == 1
    assert order["orderState"] == "Open"
    assert order["totalPrice"] == cent_precision(99)
    for name in ("orderNumber", "purchaseOrderNumber", "customerEmail"):
        assert order[name] == draft[name]
    assert order["shippingAddress"].items() >= draft["shippingAddress"].items()
    assert await project.read(f"/orders/{order['id']}") == order


@pytest.mark.parametrize(
    "fields",
    [
        {"orderState": "Confirmed"},
        {"orderState": "Cancelled"},
        {"paymentState": "Paid"},
        {"shipmentState": "Ready"},
        {"completedAt": "2026-01-02T03:04:05.000Z"},
        {"country": "DE"},
        {"inventoryMode": "TrackOnly"},
        {"taxRoundingMode": "HalfUp"},
        {"taxCalculationMode": "UnitPriceLevel"},
    ],
    ids="-".join,
)
async def test_an_imported_order_keeps_its_states_and_modes(project: Project, fields: dict[str, str]) -> None:
    """What the draft gives is what the order has; there are no rules between order, payment and shipment state."""
    assert (await import_order(project, **fields)).items() >= fields.items()


async def test_a_custom_line_item_is_priced_and_starts_in_the_initial_state(project: Project) -> None:
    """The full quantity stands in the built-in state; the price is quantity times money."""
    initial = await project.read("/states/key=Initial")
    item = custom_item(project, quantity=3, money=money(1_001))
    (made,) = (await import_order(project, customLineItems=[item]))["customLineItems"]
    assert made["id"]
    assert (made["name"], made["slug"], made["quantity"]) == (item["name"], item["slug"], 3)
    assert made["money"] == cent_precision(1_001)
    assert made["totalPrice"] == cent_precision(3_003)
    assert made["state"] == [{"quantity": 3, "state": reference("state", initial)}]


async def test_assumed_a_line_item_needs_no_product(project: Project) -> None:
    """A line item is imported by its variant's SKU, name and price [R: productId is optional]."""
    initial = await project.read("/states/key=Initial")
    item = line_item(project, quantity=2)
    order = await import_order(project, lineItems=[item], customLineItems=[])
    (made,) = order["lineItems"]
    assert made["variant"]["sku"] == item["variant"]["sku"]
    assert (made["name"], made["quantity"]) == (item["name"], 2)
    assert made["price"]["value"] == cent_precision(62_500)
    assert made["totalPrice"] == cent_precision(125_000)
    assert made["state"] == [{"quantity": 2, "state": reference("state", initial)}]
    assert order["customLineItems"] == []


async def test_the_states_of_items_may_be_given(project: Project) -> None:
    """An item's quantity may be spread over states of one's own."""
    packed = await create_state(project, type="LineItemState")
    initial = await project.read("/states/key=Initial")
    spread = [
        {"quantity": 1, "state": reference("state", initial)},
        {"quantity": 1, "state": reference("state", packed)},
    ]
    (item,) = (await import_order(project, customLineItems=[custom_item(project, state=spread)]))[
        "customLineItems"
    ]
    assert item["state"] == spread


async def test_an_order_without_items_is_refused(project: Project) -> None:
    """One of line items and custom line items must not be empty."""
    for draft in (
        order_draft(project, customLineItems=[]),
        order_draft(project, customLineItems=[], lineItems=[]),
    ):
        assert (await project.post("/orders/import", draft)).status_code == 400


async def test_a_total_is_required(project: Project) -> None:
    """An import without a total price is refused."""
    draft = order_draft(project)
    del draft["totalPrice"]
    assert (await project.post("/orders/import", draft, off_definition=True)).status_code == 400


async def test_an_order_may_be_imported_in_a_state(project: Project) -> None:
    """The state is given by its id."""
    state = await create_state(project)
    order = await import_order(project, state=reference("state", state))
    assert order["state"] == reference("state", state)


async def test_the_state_of_an_import_is_given_by_id_only(project: Project) -> None:
    """A StateReference has no key."""
    state = await create_state(project)
    draft = order_draft(project, state={"typeId": "state", "key": state["key"]})
    assert (await project.post("/orders/import", draft, off_definition=True)).status_code == 400


async def test_the_state_of_an_import_must_exist(project: Project) -> None:
    """An unknown state is a ReferencedResourceNotFound; no order is made."""
    draft = order_draft(project, state={"typeId": "state", "id": str(uuid4())})
    error = refused(await project.post("/orders/import", draft), 400, "ReferencedResourceNotFound")
    assert error["typeId"] == "state"
    assert (await project.get(f"/orders/order-number={draft['orderNumber']}")).status_code == 404


async def test_the_customer_group_is_kept_by_id(project: Project) -> None:
    """The order refers to the group by id, however the draft named it."""
    key = project.unique("group")
    group = await project.create("/customer-groups", {"key": key, "groupName": key})
    for identifier in ({"id": group["id"]}, {"key": key}):
        order = await import_order(project, customerGroup={"typeId": "customer-group", **identifier})
        assert order["customerGroup"] == reference("customer-group", group)


async def test_assumed_an_order_shows_its_empty_lists(project: Project) -> None:
    """Real answers carry lists even where they are empty [EDX]."""
    order = await import_order(project)
    for name in (
        "lineItems",
        "returnInfo",
        "syncInfo",
        "discountCodes",
        "directDiscounts",
        "itemShippingAddresses",
    ):
        assert order[name] == []


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("TND", 3)])
async def test_money_has_the_fraction_digits_of_its_currency(
    project: Project, currency: str, digits: int
) -> None:
    """Minor units of a currency: cents, none, or thousandths."""
    item = custom_item(project, quantity=1, money=money(99, currency))
    order = await import_order(project, totalPrice=money(99, currency), customLineItems=[item])
    expected = cent_precision(99, currency) | {"fractionDigits": digits}
    assert order["totalPrice"] == order["customLineItems"][0]["money"] == expected


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00.000Z"),
        ("2026-03-01T10:00:00.5Z", "2026-03-01T10:00:00.500Z"),
        ("0689-06-16T05:22:45.000Z", "0689-06-16T05:22:45.000Z"),
    ],
)
async def test_assumed_moments_are_kept_in_utc(project: Project, given: str, kept: str) -> None:
    """All timestamps are UTC with milliseconds and `Z`, whatever the draft wrote [infer]."""
    assert (await import_order(project, completedAt=given))["completedAt"] == kept
