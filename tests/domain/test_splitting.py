"""Every unit of an order goes to exactly one logistic order, by the first rule that takes it, or is held."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.logistic_orders import LogisticOrders, planned, released
from domain.money import Money
from domain.order import Address, Line, OrderContent, Requester, Shipping, ShippingTarget
from domain.shipment import added
from domain.splitting import (
    EVERYTHING,
    LineFacts,
    Split,
    SplitFacts,
    SplitRule,
    SplittingRules,
    SplitWhen,
    split,
)
from domain.splitting_lint import findings

patient = settings(deadline=None)
PRICE = Money(cent_amount=100, currency_code="EUR")


def line(name: str, quantity: int, *targets: tuple[str, int]) -> Line:
    """A line, and how many of it go where."""
    to = tuple(
        ShippingTarget(address_key=key, quantity=units, shipping_method_key=f"by-{key}")
        for key, units in targets
    )
    return Line(id=name, quantity=quantity, price=PRICE, total=PRICE, targets=to)


def content(*lines: Line, **more: Any) -> OrderContent:
    """An order with those lines, from the country DE."""
    return OrderContent(
        **{"total": PRICE, "lines": lines, "requester": Requester(), "country": "DE", "store": "b2b", **more}
    )


def rule(
    name: str, provider: str = "p", *, per_address: bool = False, at: str | None = None, **when: Any
) -> SplitRule:
    """A rule of that name."""
    asked = SplitWhen.model_validate(when)
    return SplitRule(rule=name, provider=provider, location=at, per_address=per_address, when=asked)


def rules(*several: SplitRule) -> SplittingRules:
    """The rules, with a field for suppliers."""
    return SplittingRules(rules=several, supplier_field="supplier")


def parts(found: Split) -> list[tuple[str, dict[str, int]]]:
    """The provider and the units of each part."""
    return [
        (part.provider, added({one.line_item_id: one.quantity} for one in part.allotments))
        for part in found.parts
    ]


ORDER = content(line("a", 2), line("b", 3))


def test_without_rules_of_ones_own_everything_is_one_logistic_order() -> None:
    """Handed over as a custom object."""
    found = split(ORDER, EVERYTHING)
    assert (parts(found), found.held) == ([("custom-object", {"a": 2, "b": 3})], ())
    assert found.rules_digest == EVERYTHING.digest


CONDITIONS: list[tuple[Mapping[str, Any], bool]] = [
    ({"store": "b2b"}, True),
    ({"store": ["b2c", "other"]}, False),
    ({"country": ["AT", "DE"]}, True),
    ({"country": "AT"}, False),
    ({"currency": "EUR"}, True),
    ({"currency": "CHF"}, False),
    ({"shippingMethod": "Express"}, True),
    ({"shippingMethod": "Slow"}, False),
    ({"shippingZone": "eu"}, True),
    ({"shippingZone": "us"}, False),
    ({"supplyChannel": "berlin"}, True),
    ({"supplyChannel": "vienna"}, False),
    ({"productType": "chair"}, True),
    ({"productType": "desk"}, False),
    ({"supplier": "acme"}, True),
    ({"supplier": "other"}, False),
    ({"store": "b2b", "supplier": "acme"}, True),
    ({"store": "b2c", "supplier": "acme"}, False),
]


@pytest.mark.parametrize(("when", "taken"), CONDITIONS)
def test_a_rule_takes_what_meets_all_that_it_asks(when: Mapping[str, Any], *, taken: bool) -> None:
    """By any of the values that it gives."""
    facts = SplitFacts(
        lines={"a": LineFacts(product_type="chair", supply_channel="berlin", supplier="acme")},
        shipping_zones={"": "eu"},
    )
    found = split(
        content(line("a", 1), shipping_method="Express"),
        rules(rule("first", "one", **when), rule("rest", "two")),
        facts,
    )
    assert parts(found) == [("one" if taken else "two", {"a": 1})]


def test_a_line_goes_where_its_units_go() -> None:
    """By the country, method and zone of each delivery address; units without one go by the order's."""
    order = content(
        line("a", 6, ("vienna", 1), ("paris", 2), ("rome", 1)),
        item_shipping_addresses=(
            Address(key="vienna", country="AT"), Address(key="paris", country="FR"), Address(key="rome", country="IT"),
        ),
        shippings=(Shipping(key="by-paris", method="Train"),),
        shipping_address=Address(country="BE"),
    )  # fmt: skip
    found = split(
        order,
        rules(
            rule("at", "austria", country="AT"),
            rule("train", "train", shippingMethod="Train"),
            rule("zone", "zone", shippingZone="south"),
            rule("be", "belgium", country="BE"),
        ),
        SplitFacts(shipping_zones={"rome": "south", "": "north"}),
    )
    assert parts(found) == [
        ("austria", {"a": 1}), ("train", {"a": 2}), ("zone", {"a": 1}), ("belgium", {"a": 2}),
    ]  # fmt: skip


def test_one_logistic_order_for_each_provider_location_and_service_level() -> None:
    """In the order in which the lines first need them, whatever the order of the rules."""
    facts = SplitFacts(lines={name: LineFacts(supply_channel=name) for name in "abcd"})
    order = content(*(line(name, 1) for name in "abcd"))
    found = split(
        order,
        rules(
            rule("c", "p", at="east", supplyChannel="c"),
            rule("ad", "p", at="west", supplyChannel=["a", "d"]),
            rule("b", "p", at="east", supplyChannel="b"),
        ),
        facts,
    )
    assert [(part.location, part.rule) for part in found.parts] == [("west", "ad"), ("east", "b")]
    assert parts(found) == [("p", {"a": 1, "d": 1}), ("p", {"b": 1, "c": 1})]


def test_a_rule_may_want_one_logistic_order_for_each_address() -> None:
    """And the addresses are kept with the units."""
    order = content(line("a", 3, ("x", 1), ("y", 2)), line("b", 1, ("x", 1)))
    found = split(order, rules(rule("all", per_address=True)))
    assert parts(found) == [("p", {"a": 1, "b": 1}), ("p", {"a": 2})]
    first, second = planned(found, ("SO-1", "SO-2")).orders
    assert {one.address_key for one in first.allotments} == {"x"}
    assert [(one.line_item_id, one.quantity, one.address_key) for one in second.allotments] == [("a", 2, "y")]


def test_what_no_rule_takes_is_held() -> None:
    """With the reason; it is a value, and the rest goes on."""
    facts = SplitFacts(lines={"a": LineFacts(supplier="acme"), "b": LineFacts()})
    found = split(ORDER, rules(rule("acme", supplier="acme")), facts)
    assert parts(found) == [("p", {"a": 2})]
    assert [(one.line_item_id, one.quantity, one.why) for one in found.held] == [("b", 3, "no rule takes it")]


def test_what_is_not_known_is_held_and_no_later_rule_takes_it() -> None:
    """A fact that was not read is no no; one that another condition rules out is not needed."""
    several = rules(
        rule("not-here", supplier="acme", store="other"),
        rule("acme", "acme", supplier="acme"),
        rule("rest", "rest"),
    )
    found = split(ORDER, several, SplitFacts(lines={"b": LineFacts()}))
    assert parts(found) == [("rest", {"b": 3})]
    assert [(one.line_item_id, one.why) for one in found.held] == [
        ("a", "rule acme asks for supplier, which is not known")
    ]


def test_logistic_orders_are_made_of_a_split() -> None:
    """With their lines; what was held becomes more of them once a rule takes it."""
    found = split(
        ORDER,
        rules(rule("a", "one", supplier="acme")),
        SplitFacts(lines={"a": LineFacts(supplier="acme"), "b": LineFacts()}),
    )
    orders = planned(found, ("SO-1-1",))
    assert [(one.ref, one.provider, one.lines, one.allotments) for one in orders.orders] == [
        ("SO-1-1", "one", {"a": 2}, ())
    ]
    assert orders.held_units == {"b": 3}
    later = split(content(line("b", 3)), EVERYTHING)
    more = released(orders, later, ("SO-1-2",))
    assert [(one.ref, one.lines) for one in more.orders] == [("SO-1-1", {"a": 2}), ("SO-1-2", {"b": 3})]
    assert (more.held, more.rules_digest) == ((), EVERYTHING.digest)
    with pytest.raises(ValueError, match="argument 2"):
        planned(found, ())


values = st.sampled_from(["x", "y", "z"])
conditions = st.fixed_dictionaries(
    {}, optional={name: st.lists(values, min_size=1, max_size=2) for name in ("supplier", "supplyChannel", "shippingZone", "store")}
)  # fmt: skip
targets = st.lists(st.tuples(st.sampled_from(["x", "y", ""]), st.integers(0, 4)), max_size=3)


@st.composite
def cases(draw: st.DrawFn) -> tuple[OrderContent, SplittingRules, SplitFacts]:
    """An order, rules and facts, of which some are not known."""
    lines = [line(f"l{n}", draw(st.integers(1, 5)), *draw(targets)) for n in range(draw(st.integers(1, 4)))]
    several = [
        rule(
            f"r{n}",
            draw(values),
            at=draw(st.none() | values),
            per_address=draw(st.booleans()),
            **draw(conditions),
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    some = st.none() | values
    known = {
        one.id: LineFacts(supplier=draw(some), supply_channel=draw(some))
        for one in lines
        if draw(st.booleans())
    }
    zones = draw(st.none() | st.dictionaries(st.sampled_from(["x", "y", ""]), some))
    return (
        content(*lines, store=draw(some)),
        rules(*several),
        SplitFacts(lines=known, shipping_zones=zones),
    )


@patient
@given(cases())
def test_every_unit_is_in_exactly_one_place(case: tuple[OrderContent, SplittingRules, SplitFacts]) -> None:
    """No unit is lost and none is there twice, and the same order is split the same way."""
    order, several, facts = case
    found = split(order, several, facts)
    everything = added(
        [*(units for _, units in parts(found)), *({one.line_item_id: one.quantity} for one in found.held)]
    )
    assert everything == {one.id: one.quantity for one in order.lines}
    assert split(order, several, facts) == found
    assert Split.model_validate_json(found.model_dump_json()) == found
    refs = tuple(f"SO-{n}" for n, _ in enumerate(found.parts, 1))
    orders = planned(found, refs)
    assert added([orders.held_units, *(one.lines for one in orders.orders)]) == everything
    assert isinstance(orders, LogisticOrders)


@patient
@given(cases())
def test_a_rule_that_is_said_to_be_unreachable_takes_nothing(
    case: tuple[OrderContent, SplittingRules, SplitFacts],
) -> None:
    """The lint never accuses a rule that takes something."""
    order, several, facts = case
    accused = {several.rules[int(found.place[1])].rule for found in findings(several)}
    assert not accused & {part.rule for part in split(order, several, facts).parts}
