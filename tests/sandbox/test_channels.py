"""Channels and zones, as far as an order's routing reads them."""

from typing import Any

from tests.sandbox.graphql_asking import asking

MAKE_CHANNEL = """mutation($key: String!) {
  createChannel(draft: {key: $key, roles: [InventorySupply], name: [{locale: "en", value: "Berlin"}]}) {
    id version key roles name(locale: "en") } }"""
MAKE_ZONE = """mutation($key: String, $at: [ZoneLocation!]) {
  createZone(draft: {name: "n", key: $key, locations: $at}) { id version key locations { country state } } }"""
SUPPLIED = (
    "query($id: String!) { order(id: $id) { lineItems { supplyChannelRef { id } supplyChannel { key } } } }"
)
EURO = {"currencyCode": "EUR", "centAmount": 100}


async def test_a_line_item_shows_the_channel_that_supplies_it() -> None:
    """Named by its key or its id; an id that no channel has is taken at its word, and shows none."""
    async with asking() as ask:
        made = (await ask.data(MAKE_CHANNEL, {"key": "berlin"}))["createChannel"]
        assert made == made | {"version": 1, "key": "berlin", "roles": ["InventorySupply"], "name": "Berlin"}
        assert await ask.code(MAKE_CHANNEL, {"key": "berlin"}) == "DuplicateField"
        plain: dict[str, Any] = {
            "name": {"en": "x"},
            "variant": {"sku": "A"},
            "quantity": 1,
            "price": {"value": EURO},
        }
        named = [{"key": "berlin"}, {"id": made["id"]}, {"id": "another"}]
        lines = [plain | {"supplyChannel": {"typeId": "channel"} | name} for name in named]
        order = await ask.create("/orders/import", {"totalPrice": EURO, "lineItems": lines})
        found = (await ask.data(SUPPLIED, {"id": order["id"]}))["order"]["lineItems"]
        assert [one["supplyChannelRef"]["id"] for one in found] == [made["id"], made["id"], "another"]
        assert [one["supplyChannel"] for one in found] == [{"key": "berlin"}, {"key": "berlin"}, None]


async def test_zones_are_countries_and_their_states() -> None:
    """All of them in one page, or one by its key."""
    async with asking() as ask:
        places = [{"country": "AT", "state": "Tirol"}, {"country": "IT", "state": None}]
        made = (await ask.data(MAKE_ZONE, {"key": "alps", "at": places}))["createZone"]
        assert (made["version"], made["locations"]) == (1, places)
        await ask.data(MAKE_ZONE, {"key": None, "at": []})
        assert await ask.code(MAKE_ZONE, {"key": "alps", "at": []}) == "DuplicateField"
        page = (await ask.data("{ zones { total results { key locations { country } } } }"))["zones"]
        assert page["total"] == 2
        assert {one["key"]: len(one["locations"]) for one in page["results"]} == {"alps": 2, None: 0}
        assert (await ask.data('{ zone(key: "alps") { id } }'))["zone"] == {"id": made["id"]}
