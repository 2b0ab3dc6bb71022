"""The digest of an order's content: another one for whatever an approver looks at, the same for all else."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from domain.money import parse_money
from domain.order import Address, CustomerGroup, Line, OrderContent, Requester, Shipping, ShippingTarget
from domain.value import digest_of
from tests.domain.cast import content
from tests.domain.strategies import contents

patient = settings(deadline=None, max_examples=30)
PRICE = parse_money("EUR 7.00")
ADDRESS = Address(street_name="Main", street_number="1", postal_code="10115", city="Berlin", country="DE")
TARGET = ShippingTarget(address_key="home", quantity=2, shipping_method_key="post")
SHIPPING = Shipping(key="home", method="post", price=PRICE, address=ADDRESS)
LINE = Line(id="line-1", sku="CHAIR", name="Chair", quantity=2, price=PRICE, total=PRICE, targets=(TARGET,))
FULL = OrderContent(
    total=parse_money("EUR 14.00"),
    total_gross=parse_money("EUR 16.66"),
    lines=(LINE,),
    requester=Requester(associate_id="a", customer_id="b", customer_email="c@d.example"),
    customer_group=CustomerGroup(id="group-1", key="new"),
    business_unit="unit",
    store="store",
    country="DE",
    shipping_method="post",
    shipping_price=PRICE,
    shippings=(SHIPPING,),
    shipping_address=ADDRESS,
    item_shipping_addresses=(ADDRESS,),
    billing_address=ADDRESS,
    purchase_order_number="PO-1",
)
OTHER: dict[str, Any] = {
    "total": parse_money("EUR 14.01"),
    "total_gross": parse_money("USD 7.00"),
    "shippings": (Shipping(key="s", method="express"),),
    "item_shipping_addresses": (),
    "lines": (LINE, LINE),
    "requester": Requester(associate_id="somebody"),
    "customer_group": CustomerGroup(id="group-2", key="new"),
    "shipping_price": parse_money("USD 7.00"),
    "shipping_address": ADDRESS.model_copy(update={"city": "Hamburg"}),
    "billing_address": None,
}
OTHER_LINE: dict[str, Any] = {
    "targets": (ShippingTarget(address_key="a", quantity=2),),
    "quantity": 3,
    "price": parse_money("EUR 7.01"),
    "total": parse_money("USD 7.00"),
}


@pytest.mark.parametrize("name", sorted(OrderContent.model_fields))
def test_each_part_of_the_content_counts(name: str) -> None:
    """Another value, or none, is another digest."""
    assert FULL.model_copy(update={name: OTHER.get(name, "other")}).digest != FULL.digest
    left_out = {key: value for key, value in dict(FULL).items() if key != name}
    if not OrderContent.model_fields[name].is_required():
        assert OrderContent(**left_out).digest != FULL.digest


@pytest.mark.parametrize("name", sorted(Line.model_fields))
def test_each_part_of_a_line_counts(name: str) -> None:
    """What is bought, how many, at which price."""
    line = LINE.model_copy(update={name: OTHER_LINE.get(name, "other")})
    assert FULL.model_copy(update={"lines": (line,)}).digest != FULL.digest


@pytest.mark.parametrize("name", sorted(Address.model_fields))
def test_each_part_of_an_address_counts(name: str) -> None:
    """Where the goods go is part of what is approved."""
    address = ADDRESS.model_copy(update={name: "other"})
    assert FULL.model_copy(update={"shipping_address": address}).digest != FULL.digest
    assert FULL.model_copy(update={"billing_address": address}).digest != FULL.digest


@pytest.mark.parametrize(
    ("name", "other"), [("address_key", "work"), ("quantity", 1), ("shipping_method_key", None)]
)
def test_each_part_of_a_target_counts(name: str, other: object) -> None:
    """How many go where: shifting goods between addresses is another order."""
    line = LINE.model_copy(update={"targets": (TARGET.model_copy(update={name: other}),)})
    assert FULL.model_copy(update={"lines": (line,)}).digest != FULL.digest
    assert {"address_key", "quantity", "shipping_method_key"} == set(ShippingTarget.model_fields)


@pytest.mark.parametrize(
    ("name", "other"), [("key", "work"), ("method", None), ("price", None), ("address", None)]
)
def test_each_part_of_a_shipping_counts(name: str, other: object) -> None:
    """By whom, for how much, to where, where an order has several shippings."""
    shipping = SHIPPING.model_copy(update={name: other})
    assert FULL.model_copy(update={"shippings": (shipping,)}).digest != FULL.digest
    assert {"key", "method", "price", "address"} == set(Shipping.model_fields)


@pytest.mark.parametrize("name", sorted(Requester.model_fields))
def test_each_identity_of_the_requester_counts(name: str) -> None:
    """Who may not approve depends on it."""
    requester = FULL.requester.model_copy(update={name: "other"})
    assert FULL.model_copy(update={"requester": requester}).digest != FULL.digest


def test_a_currency_counts_beside_its_amount() -> None:
    """The same number in another currency is another order."""
    assert content("EUR 10.00").digest != content("USD 10.00").digest


def test_a_group_counts_by_its_id() -> None:
    """How the group's key reads, or whether it could be read, is not the order's content."""
    groups = [CustomerGroup(id="g", key="new"), CustomerGroup(id="g", key="old"), CustomerGroup(id="g")]
    assert len({content(group=group).digest for group in groups}) == 1
    assert content(group=None).digest != content(group=groups[0]).digest


def test_the_test_order_says_everything() -> None:
    """A field that is new to the content is new to these tests, or nobody would miss it in the digest."""
    assert FULL.model_fields_set == set(OrderContent.model_fields)
    assert LINE.model_fields_set == set(Line.model_fields)


def test_the_order_of_lines_counts_and_that_of_names_does_not() -> None:
    """A document with its names the other way round is the same document."""
    first, second = LINE, LINE.model_copy(update={"id": "line-2"})
    one = FULL.model_copy(update={"lines": (first, second)})
    assert one.digest != FULL.model_copy(update={"lines": (second, first)}).digest
    document = one.to_json_dict()
    backwards = dict(reversed(document.items()))
    assert list(backwards) != list(document)
    assert OrderContent.model_validate(backwards).digest == one.digest
    assert digest_of(backwards) == digest_of(document)


def test_absent_is_the_same_as_null() -> None:
    """commercetools leaves out what is not set; GraphQL says null."""
    document = content().model_dump(mode="json", by_alias=True)
    assert None in document.values()
    assert OrderContent.model_validate(document).digest == content().digest


@patient
@given(contents)
def test_the_digest_survives_the_contents_travels(held: OrderContent) -> None:
    """Read back from JSON the content is the same, and so is its digest, in the form that other tools check."""
    assert OrderContent.model_validate_json(held.model_dump_json()) == held
    assert OrderContent.model_validate_json(json.dumps(held.to_json_dict())).digest == held.digest
    assert len(held.digest) == 64
    assert set(held.digest) <= set("0123456789abcdef")
