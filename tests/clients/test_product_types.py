"""Keys of product types, asked for by id and kept for some minutes."""

import pytest

from clients.errors import Forbidden, Unreadable
from clients.product_types import ProductTypes
from domain.order import ProductType
from tests.clients.peer import Answer, Peer, ok
from tests.clients.sandboxed import Sandboxed, eur, sandboxed

MAKE_TYPE = (
    """mutation($key: String) { createProductType(draft: {name: "n", description: "d", key: $key}) { id } }"""
)
MAKE_PRODUCT = """mutation($key: String, $sku: String) {
  createProduct(draft: {productType: {key: $key}, name: [], slug: [], masterVariant: {sku: $sku}}) { id } }"""


def found(*types: tuple[str, str | None]) -> Answer:
    """What GraphQL answers."""
    results = [{"id": type_id, "key": key} for type_id, key in types]
    return ok({"data": {"productTypes": {"results": results}}})


def of_ids(*ids: str) -> tuple[ProductType, ...]:
    """Types as an order carries them."""
    return tuple(ProductType(id=one) for one in ids)


async def bought(at: Sandboxed, *skus: str) -> tuple[ProductType, ...]:
    """The types of an order of one line each."""
    lines = [
        {"name": {"en": "x"}, "variant": {"sku": sku}, "quantity": 1, "price": {"value": eur(1)}}
        for sku in skus
    ]
    grant = {"grant_type": "client_credentials"}
    token = (await at.http.post("http://sandbox/oauth/token", auth=("shop", "shop"), data=grant)).json()
    made = await at.http.post(
        "http://sandbox/placet-demo/orders/import",
        json={"totalPrice": eur(len(skus)), "lineItems": lines},
        headers={"Authorization": f"Bearer {token['access_token']}"},
    )
    order = await at.ours.order(made.json()["id"])
    assert order is not None
    assert order.product_types is not None
    return order.product_types


async def test_the_types_of_an_order() -> None:
    """In front of the sandbox: two lines of one type, one of another, which has no key."""
    async with sandboxed() as at:
        await at.shops.graphql(MAKE_TYPE, {"key": "acids"})
        await at.shops.graphql(MAKE_PRODUCT, {"key": "acids", "sku": "ACID-1"})
        await at.shops.graphql(MAKE_PRODUCT, {"key": "acids", "sku": "ACID-2"})
        types = await bought(at, "ACID-1", "ACID-2", "PUMP")
        keys = [one.key for one in await ProductTypes(at.ours).resolved(types)]
        assert keys == ["acids", "goods"]


async def test_one_request_for_all_and_none_for_those_that_are_known() -> None:
    """Kept for five minutes; a type without a key is known to have none, one that is not there is asked for again."""
    peer, now = Peer(found(("a", "acids"), ("b", None)), found()), [0.0]
    types = ProductTypes(peer.commercetools(), clock=lambda: now[0])
    assert [one.key for one in await types.resolved(of_ids("a", "b", "gone"))] == ["acids", None, None]
    assert peer.sent["variables"] == {"where": 'id in ("a", "b", "gone")', "limit": 500}
    assert [one.key for one in await types.resolved(of_ids("b", "a"))] == [None, "acids"]
    assert len(peer.requests) == 1
    await types.resolved(of_ids("a", "gone"))
    assert peer.sent["variables"]["where"] == 'id in ("gone")'
    now[0] = 300.0
    assert [one.key for one in await types.resolved(of_ids("a"))] == [None]
    assert len(peer.requests) == 3


async def test_a_key_that_the_order_brought_along_is_not_asked_for() -> None:
    """Where it was expanded."""
    peer = Peer(found())
    expanded = (ProductType(id="a", key="acids"),)
    assert await ProductTypes(peer.commercetools()).resolved(expanded) == expanded
    assert peer.requests == []


async def test_refusals_and_answers_of_another_form_are_errors() -> None:
    """Nothing is kept of them."""
    error = {"message": "No.", "extensions": {"code": "insufficient_scope"}}
    peer = Peer(ok({"data": None, "errors": [error]}), ok({"data": {"types": []}}), found(("a", "acids")))
    types = ProductTypes(peer.commercetools())
    with pytest.raises(Forbidden):
        await types.resolved(of_ids("a"))
    with pytest.raises(Unreadable):
        await types.resolved(of_ids("a"))
    assert [one.key for one in await types.resolved(of_ids("a"))] == ["acids"]
