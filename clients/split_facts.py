"""What splitting rules ask beside an order's content: product types, supply channels, suppliers, shipping zones.

One GraphQL query of what the rules ask for and nothing else; no request where they ask for nothing. What is not known for
certain is not told: then the rules hold the quantity (`domain.splitting`), and no later rule takes it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import JsonValue

from clients.commercetools import Commercetools
from clients.reading import Projection, parsed
from clients.session import SYSTEM
from domain.splitting import LineFacts, SplitFacts, SplittingRules

READ = """
query SplitFacts(
  $id: String!, $field: String!
  $types: Boolean!, $channels: Boolean!, $suppliers: Boolean!, $zones: Boolean!
) {
  order(id: $id) {
    lineItems {
      id
      productTypeRef @include(if: $types) { id }
      productType @include(if: $types) { key }
      supplyChannelRef @include(if: $channels) { id }
      supplyChannel @include(if: $channels) { key }
      custom @include(if: $suppliers) { customFieldsRaw(includeNames: [$field]) { name value } }
    }
    customLineItems {
      id
      custom @include(if: $suppliers) { customFieldsRaw(includeNames: [$field]) { name value } }
    }
    shippingAddress @include(if: $zones) { country state }
    itemShippingAddresses @include(if: $zones) { key country state }
  }
  zones(limit: 500) @include(if: $zones) { total results { key locations { country state } } }
}
"""

PRODUCT_TYPE, SUPPLY_CHANNEL, SUPPLIER, ZONE = "product_type", "supply_channel", "supplier", "shipping_zone"
_BESIDE = frozenset({PRODUCT_TYPE, SUPPLY_CHANNEL, SUPPLIER, ZONE})


class _Ref(Projection):
    id: str


class _Keyed(Projection):
    key: str | None = None


class _Field(Projection):
    name: str
    value: JsonValue


class _Custom(Projection):
    custom_fields_raw: tuple[_Field, ...] = ()


class _Line(Projection):
    id: str
    product_type_ref: _Ref | None = None
    product_type: _Keyed | None = None
    supply_channel_ref: _Ref | None = None
    supply_channel: _Keyed | None = None
    custom: _Custom | None = None


class _Place(Projection):
    key: str | None = None
    country: str
    state: str | None = None


class _Zone(Projection):
    key: str | None = None
    locations: tuple[_Place, ...] = ()


class _Zones(Projection):
    total: int
    results: tuple[_Zone, ...] = ()


class _Order(Projection):
    line_items: tuple[_Line, ...] = ()
    custom_line_items: tuple[_Line, ...] = ()
    shipping_address: _Place | None = None
    item_shipping_addresses: tuple[_Place, ...] = ()


class _Answer(Projection):
    order: _Order | None = None
    zones: _Zones | None = None


class _NotKnownError(Exception):
    """It is there, and what it is called cannot be told."""


class SplitFactsOf:
    """Reads facts for splitting rules. Product types and channels need the scope `view_products`, zones only `view_orders`.

    Source: `resources/{product-types,channels,zones}.raml` of commercetools' reference.
    """

    def __init__(self, commercetools: Commercetools, rules: SplittingRules) -> None:
        self._commercetools = commercetools
        self._supplier_field = rules.supplier_field or ""
        self._asked = _BESIDE & {name for rule in rules.rules for name in rule.when.asks}

    async def order(self, order_id: str) -> SplitFacts:
        """The facts of an order, in one request at most; none where it is not there any more.

        Raises:
            ClientError: commercetools does not answer as it should.
        """
        if not self._asked:
            return SplitFacts()
        variables = {
            "id": order_id,
            "field": self._supplier_field,
            "types": PRODUCT_TYPE in self._asked,
            "channels": SUPPLY_CHANNEL in self._asked,
            "suppliers": SUPPLIER in self._asked,
            "zones": ZONE in self._asked,
        }
        return self.facts(await self._commercetools.graphql(READ, variables, "SplitFacts"))

    def facts(self, data: Mapping[str, Any]) -> SplitFacts:
        """The facts in the data of an answer; raises Unreadable."""
        answer = parsed(_Answer, data, system=SYSTEM)
        if answer.order is None:
            return SplitFacts()
        lines = (*answer.order.line_items, *answer.order.custom_line_items)
        zones = None if answer.zones is None else _zones(answer.order, answer.zones)
        return SplitFacts(lines=dict(self._lines(lines)), shipping_zones=zones)

    def _lines(self, lines: Iterable[_Line]) -> Iterator[tuple[str, LineFacts]]:
        """Those of which everything is known."""
        for line in lines:
            try:
                yield (
                    line.id,
                    LineFacts(
                        product_type=_key(line.product_type_ref, line.product_type),
                        supply_channel=_key(line.supply_channel_ref, line.supply_channel),
                        supplier=self._supplier(line.custom),
                    ),
                )
            except _NotKnownError:
                continue

    def _supplier(self, custom: _Custom | None) -> str | None:
        fields = custom.custom_fields_raw if custom is not None else ()
        value = next((one.value for one in fields if one.name == self._supplier_field), None)
        if value is None or isinstance(value, str):
            return value or None
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise _NotKnownError


def _key(ref: _Ref | None, found: _Keyed | None) -> str | None:
    """None where there is none; what has no key, or is not there any more, cannot be told."""
    if ref is None:
        return None
    if found is None or not found.key:
        raise _NotKnownError
    return found.key


def _zones(order: _Order, zones: _Zones) -> dict[str, str | None] | None:
    """The zone of each address; None if it is not certain for one of them."""
    places = {one.key: one for one in order.item_shipping_addresses if one.key}
    if order.shipping_address is not None:
        places[""] = order.shipping_address
    if zones.total > len(zones.results):
        return None
    try:
        return {key: _zone(place, zones.results) for key, place in places.items()}
    except _NotKnownError:
        return None


def _zone(place: _Place, zones: Iterable[_Zone]) -> str | None:
    """The zone that names the address's state, else its country as a whole. Zones share no location: two are doubt."""
    there = [(zone, one.state) for zone in zones for one in zone.locations if one.country == place.country]
    nearest = [zone for zone, state in there if state is not None and state == place.state]
    found = {id(zone): zone for zone in nearest or [zone for zone, state in there if state is None]}
    if not found:
        return None
    key = next(iter(found.values())).key
    if len(found) > 1 or not key:
        raise _NotKnownError
    return key
