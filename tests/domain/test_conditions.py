"""What a policy may ask of an order, each thing by itself and together; what cannot be known is doubt."""

from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from domain.conditions import Condition
from domain.facts import Facts
from domain.judging import compiled
from domain.money import parse_money
from domain.order import Address, CustomerGroup, Line, OrderContent, ProductType, Requester, Shipping
from domain.subject import Doubt, Subject, Truth
from tests.domain.strategies import contents

PRICE = parse_money("EUR 10.00")
PUMP, HOSE = (
    Line(id=sku, sku=sku, quantity=quantity, price=PRICE, total=PRICE)
    for sku, quantity in (("PUMP-1", 3), ("HOSE", 9))
)
SERVICE = Line(id="custom", quantity=1, price=PRICE, total=PRICE)
RITA = Requester(associate_id="rita", customer_email="rita@example.com")
ORDER = OrderContent(
    total=parse_money("EUR 500.00"),
    lines=(PUMP, HOSE, SERVICE),
    requester=RITA,
    customer_group=CustomerGroup(id="g", key="new"),
    business_unit="acme",
    store="b2b-eu",
    country="AT",
    shipping_method="Express",
    shipping_address=Address(country="DE"),
)
FACTS = Facts(
    custom={
        "costCenter": "4711",
        "urgent": True,
        "discount": 7.5,
        "limit": {"type": "centPrecision", "currencyCode": "EUR", "centAmount": 90_000, "fractionDigits": 2},
        "tags": ["fragile", "cold"],
        "name": {"en": "x"},
    },
    associates={"buyer": ("rita", "rolf"), "admin": ("ada",)},
    product_types=(ProductType(id="1", key="pumps"), ProductType(id="2", key="hoses")),
)


def judged(written: dict[str, Any], order: OrderContent = ORDER, facts: Facts = FACTS) -> Truth:
    """What a condition as a file has it comes to."""
    return compiled(Condition.model_validate(written, by_alias=True, by_name=False))(Subject(order, facts))


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ({"customerGroup": "new"}, True),
        ({"customerGroup": ["old", "new"]}, True),
        ({"customerGroup": "old"}, False),
        ({"businessUnit": "acme"}, True),
        ({"businessUnit": ["other"]}, False),
        ({"store": "b2b-eu"}, True),
        ({"store": "b2b-us"}, False),
        ({"country": "DE"}, True),
        ({"country": ["AT", "CH"]}, False),  # the order's own country counts only where no address is given
        ({"countryOtherThan": ["AT", "CH"]}, True),
        ({"countryOtherThan": "DE"}, False),
        ({"shippingMethod": "Express"}, True),
        ({"shippingMethod": "Pigeon"}, False),
        ({"sku": "HOSE"}, True),
        ({"sku": "HOS"}, False),
        ({"sku": ["TANK-*", "PUMP-*"]}, True),
        ({"sku": "PUMP-2*"}, False),
        ({"productType": "hoses"}, True),
        ({"productType": ["acids", "pumps"]}, True),
        ({"productType": "pump"}, False),
        ({"productType": "1"}, False),
        ({"quantity": {"atLeast": 13}}, True),
        ({"quantity": {"atLeast": 14}}, False),
        ({"quantity": {"below": 13}}, False),
        ({"custom": {"field": "costCenter", "is": "4711"}}, True),
        ({"custom": {"field": "costCenter", "in": ["1", "2"]}}, False),
        ({"custom": {"field": "urgent", "is": True}}, True),
        ({"custom": {"field": "urgent", "is": False}}, False),
        ({"custom": {"field": "discount", "atLeast": 7.5}}, True),
        ({"custom": {"field": "discount", "atLeast": 5, "below": 7}}, False),
        ({"custom": {"field": "limit", "atLeast": "EUR 900.00"}}, True),
        ({"custom": {"field": "limit", "below": "EUR 900.00"}}, False),
        ({"custom": {"field": "tags", "is": "cold"}}, True),
        ({"custom": {"field": "tags", "in": ["hot"]}}, False),
        ({"custom": {"field": "tags", "present": True}}, True),
        ({"custom": {"field": "nothing", "present": False}}, True),
        ({"custom": {"field": "nothing", "is": "x"}}, False),
        ({"custom": {"field": "nothing", "atLeast": 1}}, False),
        ({"requesterRole": "buyer"}, True),
        ({"requesterRole": ["admin", "owner"]}, False),
        ({"not": {"sku": "HOSE"}}, False),
        ({"all": [{"sku": "HOSE"}, {"sku": "PUMP-*"}]}, True),
        ({"any": [{"sku": "TANK"}, {"store": "b2b-eu"}]}, True),
        ({"atLeast": "EUR 500.00", "below": "EUR 500.01", "currency": "EUR"}, True),
        ({"currencyOtherThan": "USD", "below": "EUR 500.00"}, False),
    ],
)  # fmt: skip
def test_a_condition(written: dict[str, Any], holds: bool) -> None:
    """Each thing that can be asked, met and not met, and its contrary the other way round."""
    assert judged(written) is holds
    assert judged({"not": written}) is not holds


@pytest.mark.parametrize(
    ("written", "facts", "why"),
    [
        ({"atLeast": "USD 1.00"}, FACTS, "EUR cannot be compared with USD"),
        ({"requesterRole": "buyer"}, Facts(), "roles in acme are not known"),
        ({"custom": {"field": "costCenter", "is": 4711}}, FACTS, "is a text, and the policy asks for a number"),
        ({"custom": {"field": "costCenter", "atLeast": 5}}, FACTS, "is a text, and the policy asks for a number"),
        ({"custom": {"field": "urgent", "atLeast": 1}}, FACTS, "is a boolean"),
        ({"custom": {"field": "discount", "atLeast": "EUR 1.00"}}, FACTS, "an amount of money"),
        ({"custom": {"field": "limit", "atLeast": "USD 1.00"}}, FACTS, "EUR cannot be compared with USD"),
        ({"custom": {"field": "name", "is": "x"}}, FACTS, "neither text, number nor boolean"),
        ({"budget": {"per": "businessUnit", "period": "month", "atLeast": "EUR 501.00"}}, FACTS, "this month per businessUnit is not known"),
        ({"productType": "pumps"}, Facts(), "product types are not known"),
    ],
)  # fmt: skip
def test_what_cannot_be_known_is_doubt(written: dict[str, Any], facts: Facts, why: str) -> None:
    """Neither yes nor no, whichever way round it is asked."""
    for asked in (written, {"not": written}):
        truth = judged(asked, facts=facts)
        assert isinstance(truth, Doubt)
        assert why in truth.why


@pytest.mark.parametrize(
    ("types", "read", "truth"),
    [
        ((), False, False),  # an order of custom line items alone
        ((ProductType(id="1"),), False, "the order's product types are not known"),
        ((ProductType(id="1"),), True, "could not be resolved to its key"),
        ((ProductType(id="1", key="hoses"), ProductType(id="2")), True, "could not be resolved to its key"),
        ((ProductType(id="1"), ProductType(id="2", key="pumps")), False, True),
    ],
)
def test_a_product_type_without_a_key_is_doubt(
    types: tuple[ProductType, ...], read: bool, truth: bool | str
) -> None:
    """Unless another line answers the question; whether somebody looked is told apart."""
    found = judged({"productType": "pumps"}, facts=Facts(product_types=types, product_types_read=read))
    if isinstance(truth, bool):
        assert found is truth
    else:
        assert isinstance(found, Doubt)
        assert truth in found.why


def test_the_doubt_that_is_told_is_one_that_reading_ends() -> None:
    """Beside a doubt for good, in whichever order they are written: what is read may decide."""
    budget = {"budget": {"per": "requester", "period": "year", "atLeast": "EUR 501.00"}}
    for either in ([{"atLeast": "USD 1.00"}, budget], [budget, {"atLeast": "USD 1.00"}]):
        for word in ("any", "all"):
            truth = judged({word: either})
            assert isinstance(truth, Doubt)
            assert truth.why == "what was approved this year per requester is not known"


def test_where_goods_go_is_every_address_of_the_order() -> None:
    """An order to two countries goes to both; one address that does not say which is doubt."""
    both = ORDER.model_copy(
        update={"shippings": (Shipping(key="s", method="Pigeon", address=Address(country="US")),)}
    )
    assert judged({"country": "US"}, both) is True
    assert judged({"countryOtherThan": "DE"}, both) is True
    assert judged({"countryOtherThan": ["DE", "US"]}, both) is False
    assert judged({"shippingMethod": "Pigeon"}, both) is True
    unsaid = both.model_copy(update={"item_shipping_addresses": (Address(city="Wien"),)})
    assert judged({"country": "US"}, unsaid) is True
    assert isinstance(judged({"country": "FR"}, unsaid), Doubt)
    assert isinstance(judged({"countryOtherThan": ["DE", "US"]}, unsaid), Doubt)


def test_an_order_without_an_address_goes_to_its_own_country() -> None:
    """Or nobody knows where."""
    nowhere = ORDER.model_copy(update={"shipping_address": None})
    assert judged({"country": "AT"}, nowhere) is True
    assert isinstance(judged({"country": "AT"}, nowhere.model_copy(update={"country": None})), Doubt)


def test_outside_of_a_business_unit_nobody_has_a_role() -> None:
    """That is known without reading anything."""
    alone = ORDER.model_copy(update={"business_unit": None})
    assert judged({"requesterRole": "buyer"}, alone, Facts()) is False


DOUBT: dict[str, Any] = {"atLeast": "USD 1.00"}
YES: dict[str, Any] = {"sku": "HOSE"}
NO: dict[str, Any] = {"sku": "TANK"}


@pytest.mark.parametrize("turned", [False, True])
def test_doubt_does_not_depend_on_the_order_of_writing(turned: bool) -> None:
    """A yes settles `any`, a no settles `all`, and otherwise doubt stays doubt."""

    def both(name: str, *parts: dict[str, Any]) -> Truth:
        return judged({name: list(reversed(parts)) if turned else list(parts)})

    assert both("any", DOUBT, YES) is True
    assert isinstance(both("any", DOUBT, NO), Doubt)
    assert both("all", DOUBT, NO) is False
    assert isinstance(both("all", DOUBT, YES), Doubt)
    assert judged({**DOUBT, **NO}) is False


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"sku": "PU*MP"}, "a star may only stand at the end"),
        ({"atLeast": "EUR 5.00", "below": "EUR 5.00"}, "no amount is at least EUR 5.00 and below EUR 5.00"),
        ({"country": "Germany"}, "pattern"),
        ({"customerGroup": []}, "at least 1"),
        ({"quantity": {}}, "say atLeast or below"),
        ({"custom": {"field": "costCenter"}}, "say what the field must be"),
        ({"custom": {"field": "costCenter", "is": ["a", "b"]}}, "several with `in`"),
        ({"all": []}, "`all` needs at least one"),
        ({"not": {}}, "an empty condition"),
        (
            {"budget": {"per": "businessUnit", "period": "month", "zone": "Mars", "atLeast": "EUR 1.00"}},
            "Mars",
        ),
        ({"budget": {"per": "planet", "period": "month", "atLeast": "EUR 1.00"}}, "businessUnit"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_refused(written: dict[str, Any], why: str) -> None:
    """When the file is read, not when an order comes."""
    with pytest.raises(ValidationError, match=why):
        Condition.model_validate(written, by_alias=True, by_name=False)


@settings(deadline=None, max_examples=60)
@given(contents)
def test_any_order_is_judged(order: OrderContent) -> None:
    """Whatever an order looks like, the answer is yes, no or a reason; `not` turns it and nothing else."""
    asked: list[dict[str, Any]] = [
        {"country": "DE"}, {"countryOtherThan": "DE"}, {"sku": "A*"}, {"quantity": {"atLeast": 3}},
        {"atLeast": "EUR 5.00"}, {"below": "JPY 5"}, {"requesterRole": "buyer"}, {"customerGroup": "new"},
    ]  # fmt: skip
    for written in asked:
        truth, contrary = judged(written, order), judged({"not": written}, order)
        if isinstance(truth, Doubt):
            assert truth.why
            assert contrary == truth
        else:
            assert contrary is (not truth)


def test_a_condition_reads_back_as_it_was() -> None:
    """The digest of a policy is of what was written, and what is not asked leaves no trace in it."""
    written = {
        "atLeast": "EUR 1.00",
        "sku": ["A", "B*"],
        "customerGroup": "new",
        "custom": {"field": "costCenter", "in": ["a", 5, True]},
        "not": {"country": "DE"},
    }
    condition = Condition.model_validate(written)
    assert Condition.model_validate(condition.to_json_dict()) == condition
    assert Condition(customer_group="new").to_json_dict() == {"customerGroup": "new"}
