"""What splitting rules ask beside an order's content is read in one query, and doubt stays doubt."""

from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema

from clients.errors import Forbidden, Unreadable
from clients.projections import order_from_json
from clients.split_facts import READ, SplitFactsOf
from domain.order import Order
from domain.splitting import EVERYTHING, LineFacts, SplitFacts, SplitRule, SplittingRules, SplitWhen, split
from sandbox.graphql_schema import graphql_schema
from tests.clients.peer import Peer, ok
from tests.clients.sandboxed import Sandboxed, eur, order_draft, sandboxed
from tests.clients.test_order_mutation import OFFICIAL_GRAPHQL, faults
from tests.clients.test_product_types import MAKE_PRODUCT, MAKE_TYPE

MAKE_CHANNEL = (
    "mutation($key: String!) { createChannel(draft: {key: $key, roles: [InventorySupply]}) { id } }"
)
MAKE_ZONE = """mutation($key: String!, $at: [ZoneLocation!]!) {
  createZone(draft: {name: "n", key: $key, locations: $at}) { id } }"""
MAKE_LINE_TYPE = {
    "key": "of-lines",
    "name": {"en": "n"},
    "resourceTypeIds": ["line-item"],
    "fieldDefinitions": [
        {"name": "supplier", "label": {"en": "n"}, "required": False, "type": {"name": "String"}}
    ],
}
ASKED: dict[str, Any] = {
    "product_type": ("acids",),
    "supply_channel": ("berlin",),
    "supplier": ("Acme",),
    "shipping_zone": ("dach",),
}


def rules(*asked: str) -> SplittingRules:
    """One rule for each thing that is asked, and one for all that is left."""
    return SplittingRules(
        rules=(
            *(
                SplitRule(rule=name, when=SplitWhen(**{name: ASKED[name]}), provider=f"by-{name}")
                for name in asked
            ),
            SplitRule(rule="rest", provider="rest"),
        ),
        supplier_field="supplier",
    )


def line(sku: str, **fields: Any) -> dict[str, Any]:
    """A line item of an import."""
    return {
        "name": {"en": sku},
        "variant": {"sku": sku},
        "quantity": 2,
        "price": {"value": eur(100)},
        **fields,
    }


async def furnished(here: Sandboxed) -> Order:
    """Acid from Berlin, a pump of Acme's, bolts, and a custom line item; to Berlin, and one address in Tyrol."""
    graphql = here.shops.graphql
    await graphql(MAKE_TYPE, {"key": "acids"})
    await graphql(MAKE_PRODUCT, {"key": "acids", "sku": "ACID"})
    await graphql(MAKE_CHANNEL, {"key": "berlin"})
    await graphql(MAKE_ZONE, {"key": "dach", "at": [{"country": "DE"}, {"country": "AT"}]})
    await graphql(MAKE_ZONE, {"key": "alps", "at": [{"country": "AT", "state": "Tirol"}, {"country": "IT"}]})
    await here.shops._session.call("POST", "types", body=MAKE_LINE_TYPE)
    draft = order_draft(
        "ON-1",
        lineItems=[
            line("ACID", supplyChannel={"typeId": "channel", "key": "berlin"}),
            line("PUMP", custom={"type": {"typeId": "type", "key": "of-lines"}, "fields": {"supplier": "Acme"}}),
            line("BOLT"),
        ],
        itemShippingAddresses=[
            {"key": "tyrol", "country": "AT", "state": "Tirol"},
            {"key": "rome", "country": "IT"},
            {"key": "paris", "country": "FR"},
        ],
    )  # fmt: skip
    return order_from_json(await here.shops._session.call("POST", "orders/import", body=draft))


async def test_everything_that_is_asked_is_read(here: Sandboxed) -> None:
    """By key, from the sandbox; a custom line item has no type and no channel."""
    order = await furnished(here)
    acid, pump, bolt, custom = (one.id for one in order.content.lines)
    facts = await SplitFactsOf(here.ours, rules(*ASKED)).order(order.id)
    assert facts == SplitFacts(
        lines={
            acid: LineFacts(product_type="acids", supply_channel="berlin"),
            pump: LineFacts(product_type="goods", supplier="Acme"),
            bolt: LineFacts(product_type="goods"),
            custom: LineFacts(),
        },
        shipping_zones={"": "dach", "tyrol": "alps", "rome": "alps", "paris": None},
    )


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ("product_type", {"by-product_type": 1, "rest": 3}),
        ("supply_channel", {"by-supply_channel": 1, "rest": 3}),
        ("supplier", {"by-supplier": 1, "rest": 3}),
        ("shipping_zone", {"by-shipping_zone": 4}),
    ],
)
async def test_only_what_is_asked_is_read(here: Sandboxed, asked: str, taken: dict[str, int]) -> None:
    """The rules find by it what they look for, and nothing else is known."""
    order = await furnished(here)
    facts = await SplitFactsOf(here.ours, rules(asked)).order(order.id)
    told = {name for one in facts.lines.values() for name, value in one if value is not None}
    assert told == {asked} - {"shipping_zone"}
    assert (facts.shipping_zones is not None) == (asked == "shipping_zone")
    found = split(order.content, rules(asked), facts)
    assert {part.provider: len(part.allotments) for part in found.parts} == taken


async def test_nothing_asked_is_no_request() -> None:
    """Also where the rules ask what the content says."""
    peer = Peer(ok({}))
    by_country = SplittingRules(
        rules=(SplitRule(rule="de", when=SplitWhen(country=("DE",), store=("b2b",)), provider="a"),)
    )
    for some in (EVERYTHING, by_country):
        assert await SplitFactsOf(peer.commercetools(), some).order("o-1") == SplitFacts()
    assert peer.requests == []


async def test_everything_is_one_request() -> None:
    """However much is asked."""
    peer = Peer(ok({"data": {"order": None}}))
    assert await SplitFactsOf(peer.commercetools(), rules(*ASKED)).order("gone") == SplitFacts()
    assert len(peer.requests) == 1


async def test_a_channel_that_is_gone_is_doubt(here: Sandboxed) -> None:
    """The line is held: a later rule must not take it."""
    draft = order_draft(
        "ON-1", lineItems=[line("ACID", supplyChannel={"typeId": "channel", "id": "no-longer"})]
    )
    order = order_from_json(await here.shops._session.call("POST", "orders/import", body=draft))
    facts = await SplitFactsOf(here.ours, rules("supply_channel")).order(order.id)
    found = split(order.content, rules("supply_channel"), facts)
    assert [(one.line_item_id, one.why) for one in found.held] == [
        (order.content.lines[0].id, "rule supply_channel asks for supplyChannel, which is not known")
    ]
    assert [part.provider for part in found.parts] == ["rest"]


LINE = {"id": "l1"}


@pytest.mark.parametrize(
    ("of_line", "known"),
    [
        ({"productTypeRef": {"id": "t"}, "productType": {"key": None}}, None),
        ({"productTypeRef": {"id": "t"}, "productType": None}, None),
        ({"custom": {"customFieldsRaw": [{"name": "supplier", "value": {"typeId": "x", "id": "y"}}]}}, None),
        ({"custom": {"customFieldsRaw": [{"name": "supplier", "value": True}]}}, None),
        ({"custom": {"customFieldsRaw": [{"name": "supplier", "value": 7}]}}, LineFacts(supplier="7")),
        ({"custom": {"customFieldsRaw": [{"name": "supplier", "value": ""}]}}, LineFacts()),
        ({"custom": {"customFieldsRaw": []}}, LineFacts()),
        ({"custom": None}, LineFacts()),
    ],
)
def test_what_cannot_be_told_is_not_told(of_line: dict[str, Any], known: LineFacts | None) -> None:
    """A line of which something that is asked has no name is left out."""
    reader = SplitFactsOf(Peer().commercetools(), rules(*ASKED))
    facts = reader.facts({"order": {"lineItems": [{**LINE, **of_line}]}})
    assert facts.lines == ({} if known is None else {"l1": known})


@pytest.mark.parametrize(
    "zones",
    [
        {"total": 2, "results": [{"key": "a", "locations": [{"country": "DE"}]}]},
        {"total": 1, "results": [{"key": None, "locations": [{"country": "DE"}]}]},
        {
            "total": 2,
            "results": [
                {"key": "a", "locations": [{"country": "DE"}]},
                {"key": "b", "locations": [{"country": "DE"}]},
            ],
        },
    ],
    ids=["more than were read", "without a key", "two of them"],
)
def test_zones_that_are_not_certain_are_not_read(zones: dict[str, Any]) -> None:
    """An address is in one zone, or nobody knows."""
    reader = SplitFactsOf(Peer().commercetools(), rules(*ASKED))
    order = {"shippingAddress": {"country": "DE", "state": "Berlin"}}
    assert reader.facts({"order": order, "zones": zones}).shipping_zones is None


async def test_what_is_missing_or_of_another_form_is_an_error() -> None:
    """A scope that the client lacks is no fact about the order."""
    async with sandboxed(scopes=("manage_products:placet-demo",)) as here:
        with pytest.raises(Forbidden):
            await SplitFactsOf(here.ours, rules("shipping_zone")).order("o-1")
    peer = Peer(ok({"data": {"order": {"lineItems": [{}]}}}))
    with pytest.raises(Unreadable):
        await SplitFactsOf(peer.commercetools(), rules(*ASKED)).order("o-1")


WHOLE = {"id": "o", "field": "f", "types": True, "channels": True, "suppliers": True, "zones": True}


def test_the_sandbox_knows_the_query() -> None:
    """Variables and all."""
    assert faults(graphql_schema(), READ, **WHOLE) == []


def test_the_official_schema_knows_the_query() -> None:
    """Where it is at hand."""
    if not OFFICIAL_GRAPHQL.is_file():
        pytest.skip(f"the official GraphQL schema is not at hand: {OFFICIAL_GRAPHQL}")
    official: GraphQLSchema = build_schema(OFFICIAL_GRAPHQL.read_text(encoding="utf-8"))
    assert faults(official, READ, **WHOLE) == []
