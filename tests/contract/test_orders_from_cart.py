"""Orders from carts (sections 3.4 and 3.8)."""

from uuid import uuid4

import pytest

from tests.contract.drafts import (
    by_key,
    cart_draft,
    cent_precision,
    create_state,
    custom_item,
    field_definition,
    import_order,
    money,
    reference,
    type_draft,
)
from tests.contract.project import Json, Project, by_number, refused


async def create_cart(project: Project, **fields: object) -> Json:
    """A cart over 1,250.00 EUR."""
    return await project.create("/carts", cart_draft(project, **fields))


def order_of(cart: Json, **fields: object) -> Json:
    """The OrderFromCartDraft of a cart."""
    return {"cart": reference("cart", cart), "version": cart["version"], **fields}


async def test_a_cart_has_its_total(project: Project) -> None:
    """A new cart is active and worth the sum of its items."""
    items = [custom_item(project), custom_item(project, quantity=3, money=money(333))]
    cart = await create_cart(project, customLineItems=items)
    assert (cart["version"], cart["cartState"]) == (1, "Active")
    assert cart["totalPrice"] == cent_precision(125_999)
    assert [item["totalPrice"] for item in cart["customLineItems"]] == [
        cent_precision(125_000),
        cent_precision(999),
    ]
    assert await project.read(f"/carts/{cart['id']}") == cart


async def test_an_order_takes_over_the_cart(project: Project) -> None:
    """Items, total, addresses and the customer are the cart's; the order is open and refers to the cart."""
    number = project.unique("order")
    cart = await create_cart(project, customerEmail="buyer@acme.example", purchaseOrderNumber="PO-7")
    order = await project.create("/orders", order_of(cart, orderNumber=number))
    assert (order["version"], order["orderState"], order["orderNumber"]) == (1, "Open", number)
    assert order["cart"] == reference("cart", cart)
    for name in ("totalPrice", "customerEmail", "shippingAddress", "purchaseOrderNumber"):
        assert order[name] == cart[name]
    (item,), (cart_item,) = order["customLineItems"], cart["customLineItems"]
    for name in ("name", "slug", "quantity", "money", "totalPrice"):
        assert item[name] == cart_item[name]
    assert "state" not in order
    assert await project.read(by_number(number)) == order


async def test_the_cart_becomes_ordered(project: Project) -> None:
    """The cart's state and version change, and no second order comes of it."""
    cart = await create_cart(project)
    await project.create("/orders", order_of(cart))
    ordered = await project.read(f"/carts/{cart['id']}")
    assert ordered["cartState"] == "Ordered"
    assert ordered["version"] > cart["version"]
    assert (await project.post("/orders", order_of(ordered))).status_code == 400


async def test_a_stale_version_of_the_cart_conflicts(project: Project) -> None:
    """The version of the draft is the cart's; on a conflict there is no order and the cart stays active."""
    cart = await create_cart(project)
    number = project.unique("order")
    draft = order_of(cart, orderNumber=number) | {"version": cart["version"] + 1}
    error = refused(await project.post("/orders", draft), 409, "ConcurrentModification")
    assert error["currentVersion"] == cart["version"]
    refused(await project.get(by_number(number)), 404, "ResourceNotFound")
    assert (await project.read(f"/carts/{cart['id']}"))["cartState"] == "Active"


async def test_an_order_may_be_made_in_a_state(project: Project) -> None:
    """The draft names a state by id or by key."""
    state = await create_state(project)
    for identifier in (reference("state", state), by_key("state", state)):
        order = await project.create("/orders", order_of(await create_cart(project), state=identifier))
        assert order["state"] == reference("state", state)


@pytest.mark.parametrize(
    "fields",
    [{"orderState": "Cancelled"}, {"paymentState": "Pending"}, {"shipmentState": "Ready"}],
    ids="-".join,
)
async def test_an_order_may_be_made_with_other_states(project: Project, fields: dict[str, str]) -> None:
    """Order, payment and shipment state are as the draft says."""
    order = await project.create("/orders", order_of(await create_cart(project), **fields))
    assert order.items() >= fields.items()


async def test_the_purchase_order_number_of_the_draft_wins(project: Project) -> None:
    """The draft's purchase order number stands before the cart's."""
    cart = await create_cart(project, purchaseOrderNumber="PO-cart")
    order = await project.create("/orders", order_of(cart, purchaseOrderNumber="PO-draft"))
    assert order["purchaseOrderNumber"] == "PO-draft"


async def test_the_cart_may_be_named_by_its_key(project: Project) -> None:
    """`cart` is a ResourceIdentifier."""
    cart = await create_cart(project, key=project.unique("cart"))
    draft = {"cart": by_key("cart", cart), "version": cart["version"]}
    assert (await project.create("/orders", draft))["cart"] == reference("cart", cart)


async def test_custom_fields_of_cart_and_draft_are_merged(project: Project) -> None:
    """Both share one type; the draft's fields stand over the cart's."""
    fields = [field_definition(name, {"name": "String"}) for name in ("one", "two")]
    type_ = await project.create("/types", type_draft(project, *fields))
    cart = await create_cart(
        project, custom={"type": by_key("type", type_), "fields": {"one": "cart", "two": "cart"}}
    )
    custom = {"type": by_key("type", type_), "fields": {"two": "draft"}}
    order = await project.create("/orders", order_of(cart, custom=custom))
    assert order["custom"] == {"type": reference("type", type_), "fields": {"one": "cart", "two": "draft"}}


async def test_a_number_that_is_taken_makes_no_order(project: Project) -> None:
    """DuplicateField, and the cart can still be ordered."""
    taken = (await import_order(project))["orderNumber"]
    cart = await create_cart(project)
    error = refused(await project.post("/orders", order_of(cart, orderNumber=taken)), 400, "DuplicateField")
    assert (error["field"], error["duplicateValue"]) == ("orderNumber", taken)
    await project.create("/orders", order_of(cart, orderNumber=project.unique("order")))


async def test_assumed_an_unknown_cart_is_not_found(project: Project) -> None:
    """The cart is a reference: ReferencedResourceNotFound."""
    draft = {"cart": {"typeId": "cart", "id": str(uuid4())}, "version": 1}
    assert (
        refused(await project.post("/orders", draft), 400, "ReferencedResourceNotFound")["typeId"] == "cart"
    )


async def test_assumed_a_cart_needs_a_shipping_address(project: Project) -> None:
    """Without an address there is no order: InvalidOperation [memory]."""
    draft = cart_draft(project)
    del draft["shippingAddress"]
    cart = await project.create("/carts", draft)
    refused(await project.post("/orders", order_of(cart)), 400, "InvalidOperation")
