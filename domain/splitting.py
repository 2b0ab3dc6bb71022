"""Which provider fulfils which part of an approved order: ordered rules, the first that matches takes the quantity.

What the order's content does not say (product type, supply channel, supplier, shipping zone) is handed in as facts. A
fact that was not read is doubt: the quantity is held, and no later rule takes it.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Annotated, NamedTuple, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic.alias_generators import to_camel

from domain.logistic_order import CUSTOM_OBJECT, Allotment
from domain.money import CurrencyCode
from domain.order import Address, Line, OrderContent
from domain.value import Value, digest_of


def _several(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


Text = Annotated[str, Field(min_length=1)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_several), Field(min_length=1)]
Countries = Annotated[tuple[Country, ...], BeforeValidator(_several), Field(min_length=1)]
Currencies = Annotated[tuple[CurrencyCode, ...], BeforeValidator(_several), Field(min_length=1)]


class LineFacts(Value):
    """What is known of a line beside the order's content; absent is that it has none."""

    product_type: str | None = None
    """The key of its product's type."""
    supply_channel: str | None = None
    """The key of its supply channel."""
    supplier: str | None = None
    """What its supplier field says."""


class SplitFacts(Value):
    """Facts by line item id. A line that is not there is one whose facts were not read."""

    lines: dict[str, LineFacts] = {}
    shipping_zones: dict[str, str | None] | None = None
    """The key of the zone by address key, "" for the order's own shipping address; None if that was not read."""


class SplitWhen(Value):
    """What a rule asks: everything that is named must hold, with any of its values."""

    store: Texts | None = None
    country: Countries | None = None
    """ISO 3166-1 alpha-2: where the quantity goes, else the order's country."""
    currency: Currencies | None = None
    shipping_zone: Texts | None = None
    shipping_method: Texts | None = None
    supply_channel: Texts | None = None
    product_type: Texts | None = None
    supplier: Texts | None = None

    @property
    def asks(self) -> Mapping[str, tuple[str, ...]]:
        """The values by what is asked."""
        return {name: values for name in type(self).model_fields if (values := getattr(self, name))}


class SplitRule(Value):
    """One rule: what it takes, and who fulfils that."""

    rule: Text
    when: SplitWhen = SplitWhen()
    provider: Text
    location: Text | None = None
    service_level: Text | None = None
    per_address: bool = False
    """Whether each delivery address becomes a logistic order of its own."""


class SplittingRules(Value):
    """The rules in their order; the first that matches takes a quantity."""

    rules: Annotated[tuple[SplitRule, ...], Field(min_length=1)]
    supplier_field: Text | None = None
    """The custom field of a line that names its supplier."""

    @model_validator(mode="after")
    def _names_are_used_once(self) -> Self:
        names = [rule.rule for rule in self.rules]
        if len(set(names)) < len(names):
            raise ValueError("two rules have the same name")
        if self.supplier_field is None and any(rule.when.supplier for rule in self.rules):
            raise ValueError("a rule asks for the supplier: name the field that says it as supplierField")
        return self

    @property
    def digest(self) -> str:
        """SHA-256 in hex: which rules split an order."""
        return digest_of(self.model_dump(mode="json", by_alias=True, exclude_defaults=True))


EVERYTHING = SplittingRules(rules=(SplitRule(rule="everything", provider=CUSTOM_OBJECT),))
"""Without rules of one's own: the whole order is handed over as one custom object."""


class Held(Allotment):
    """Units that no rule takes, and why: an operator has to see to them."""

    why: str


class SplitPart(Value):
    """One logistic order to be: the parts are counted in their order, from 1."""

    rule: str
    """The first rule that gave it something."""
    provider: str
    location: str | None = None
    service_level: str | None = None
    allotments: tuple[Allotment, ...]


class Split(Value):
    """An order, split: every unit is in exactly one part, or held."""

    parts: tuple[SplitPart, ...]
    held: tuple[Held, ...] = ()
    rules_digest: str


class _Portion(NamedTuple):
    line: Line
    quantity: int
    address_key: str | None = None
    method_key: str | None = None


def split(content: OrderContent, rules: SplittingRules, facts: SplitFacts | None = None) -> Split:
    """Split an order. The parts come in the order in which the order's lines first need them."""
    known = facts or SplitFacts()
    parts: dict[tuple[str | None, ...], SplitPart] = {}
    held: list[Held] = []
    for portion in chain.from_iterable(_portions(line) for line in content.lines):
        units = {"line_item_id": portion.line.id, "quantity": portion.quantity}
        found = _rule_for(content, portion, rules, known)
        if isinstance(found, str):
            held.append(Held(**units, address_key=portion.address_key, why=found))
            continue
        address = portion.address_key if found.per_address else None
        key = (found.provider, found.location, found.service_level, address, str(found.per_address))
        part = parts.get(key) or SplitPart(
            rule=found.rule,
            provider=found.provider,
            location=found.location,
            service_level=found.service_level,
            allotments=(),
        )
        allotted = (*part.allotments, Allotment(**units, address_key=portion.address_key))
        parts[key] = part.model_copy(update={"allotments": allotted})
    return Split(parts=tuple(parts.values()), held=tuple(held), rules_digest=rules.digest)


def _portions(line: Line) -> Iterator[_Portion]:
    """The line's units by where they go; those without an address of their own go to the order's."""
    left = line.quantity
    for target in line.targets:
        quantity = min(target.quantity, left)
        if quantity > 0:
            yield _Portion(line, quantity, target.address_key, target.shipping_method_key)
            left -= quantity
    if left > 0:
        yield _Portion(line, left)


def _rule_for(
    content: OrderContent, portion: _Portion, rules: SplittingRules, facts: SplitFacts
) -> SplitRule | str:
    """The rule that takes it, or why it is held."""
    said = _said_of(content, portion, facts)
    for rule in rules.rules:
        answers = [
            (name, None if (value := said[name]) is None else bool({*value} & {*wanted}))
            for name, wanted in rule.when.asks.items()
        ]
        if any(holds is False for _, holds in answers):
            continue
        unread = [to_camel(name) for name, holds in answers if holds is None]  # as the file has it
        if unread:
            return f"rule {rule.rule} asks for {', '.join(unread)}, which is not known"
        return rule
    return "no rule takes it"


def _said_of(
    content: OrderContent, portion: _Portion, facts: SplitFacts
) -> Mapping[str, tuple[str, ...] | None]:
    """What is known of a portion, by what rules ask: no values if it has none, None if it was not read."""
    line, address = facts.lines.get(portion.line.id), _address(content, portion.address_key)
    zones = facts.shipping_zones
    methods = [one.method for one in content.shippings if one.key == portion.method_key]
    whole = content.shipping_method if portion.method_key is None else None
    return {
        "store": _values(content.store),
        "country": _values((address.country if address is not None else None) or content.country),
        "currency": _values(content.total.currency_code),
        "shipping_zone": None if zones is None else _values(zones.get(portion.address_key or "")),
        "shipping_method": _values(portion.method_key, whole, *methods),
        "supply_channel": None if line is None else _values(line.supply_channel),
        "product_type": None if line is None else _values(line.product_type),
        "supplier": None if line is None else _values(line.supplier),
    }


def _address(content: OrderContent, key: str | None) -> Address | None:
    if key is None:
        return content.shipping_address
    addresses: Iterable[Address] = content.item_shipping_addresses
    return next((one for one in addresses if one.key == key), None)


def _values(*values: str | None) -> tuple[str, ...]:
    return tuple(value for value in values if value is not None)
