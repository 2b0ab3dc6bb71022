"""Product types and products, as far as an order's line items take something from them."""

from typing import Any

from sandbox.products import USUAL_KEY
from tests.sandbox.graphql_asking import Asking, asking

MAKE_TYPE = """mutation($key: String) {
  createProductType(draft: {name: "Acids", description: "Corrosive", key: $key}) { id version key name description } }"""
MAKE_PRODUCT = """mutation($type: ResourceIdentifierInput!, $sku: String, $key: String) {
  createProduct(draft: {productType: $type, key: $key, masterVariant: {sku: $sku},
                        name: [{locale: "en", value: "Acid"}], slug: [{locale: "en", value: "acid"}]}) {
    id version key skus productTypeRef { typeId id } productType { key } } }"""
FIND = "query($where: String) { productTypes(where: $where, limit: 500) { total exists results { id key } } }"


async def made(ask: Asking, key: str | None = "acids") -> str:
    """A product type's id."""
    found = (await ask.data(MAKE_TYPE, {"key": key}))["createProductType"]
    assert (found["version"], found["key"], found["name"]) == (1, key, "Acids")
    return str(found["id"])


async def ordered(ask: Asking, *lines: dict[str, Any]) -> list[dict[str, Any]]:
    """The line items of an imported order."""
    euro = {"currencyCode": "EUR", "centAmount": 100}
    plain = {"name": {"en": "x"}, "quantity": 1, "price": {"value": euro}}
    draft = {"totalPrice": euro, "lineItems": [plain | line for line in lines]}
    return list((await ask.create("/orders/import", draft))["lineItems"])


async def test_types_are_found_by_id_and_by_key() -> None:
    """By the ids that line items carry: those that are there, and no error for one that is not."""
    async with asking() as ask:
        acids, nameless = await made(ask), await made(ask, None)
        found = (await ask.data(FIND, {"where": f'id in ("{acids}", "{nameless}", "gone")'}))["productTypes"]
        assert found["results"] == [{"id": acids, "key": "acids"}, {"id": nameless, "key": None}]
        assert (found["total"], found["exists"]) == (2, True)
        assert (await ask.data('{ productType(key: "acids") { id } }'))["productType"] == {"id": acids}
        assert await ask.code(MAKE_TYPE, {"key": "acids"}) == "DuplicateField"
        assert await ask.code(FIND, {"where": 'kind = "x"'}, status=400) == "InvalidInput"


async def test_a_line_item_is_of_its_products_type() -> None:
    """The SKU finds the product, and so does a product's id."""
    async with asking() as ask:
        acids = await made(ask)
        product = (await ask.data(MAKE_PRODUCT, {"type": {"key": "acids"}, "sku": "ACID-5", "key": "acid"}))[
            "createProduct"
        ]
        reference = {"typeId": "product-type", "id": acids}
        assert product["productTypeRef"] == reference
        assert (product["productType"], product["skus"]) == ({"key": "acids"}, ["ACID-5"])
        lines = await ordered(
            ask, {"variant": {"sku": "ACID-5"}}, {"variant": {"id": 1}, "productId": product["id"]}
        )
        assert [line["productType"] for line in lines] == [reference, reference]
        assert [(line["productId"], line["productKey"]) for line in lines] == [(product["id"], "acid")] * 2


async def test_what_no_product_has_is_of_the_usual_type() -> None:
    """Which can be read, as every line item's type can."""
    async with asking() as ask:
        [line] = await ordered(ask, {"variant": {"sku": "PUMP"}})
        assert "productKey" not in line
        where = f'id = "{line["productType"]["id"]}"'
        found = (await ask.data(FIND, {"where": where}))["productTypes"]["results"]
        assert [one["key"] for one in found] == [USUAL_KEY]


async def test_a_product_needs_its_type_and_a_sku_of_its_own() -> None:
    """Otherwise nothing is made."""
    async with asking() as ask:
        assert await ask.code(MAKE_PRODUCT, {"type": {"key": "x"}}) == "ReferencedResourceNotFound"
        await made(ask)
        await ask.data(MAKE_PRODUCT, {"type": {"key": "acids"}, "sku": "A"})
        assert await ask.code(MAKE_PRODUCT, {"type": {"key": "acids"}, "sku": "A"}) == "DuplicateField"
