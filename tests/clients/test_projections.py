"""An order's JSON becomes the domain's order: exactly what we use of it, and nothing else."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.errors import Unreadable
from clients.projections import order_from_json
from domain.money import Money, fraction_digits
from domain.order import Address, CustomerGroup, Line, Requester
from tests.clients.documents import STATE_ID, cents, custom_line_item, line_item, order

patient = settings(deadline=None)  # the machine may be busy; nothing here is about speed


def test_an_order_is_read_in_full() -> None:
    """Envelope, states and content arrive where the domain has them."""
    read = order_from_json(order(), {STATE_ID: "PendingApproval"})
    assert (read.id, read.version, read.order_number) == (order()["id"], 3, "ON-1001")
    assert read.created_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (read.order_state, read.state, read.last_modified_by) == ("Open", "PendingApproval", "shop")
    content = read.content
    assert content.total == Money(cent_amount=1_250_000, currency_code="EUR")
    assert (content.business_unit, content.store) == ("acme", "b2b-eu")
    assert content.purchase_order_number == "PO-77"
    assert content.requester == Requester(customer_id="c1", customer_email="buyer@acme.example")
    assert content.shipping_address == Address(country="DE", city="Berlin", po_box="12", mobile="+49")
    assert content.billing_address is None


def test_the_time_is_utc_whatever_its_offset() -> None:
    """An instant is the same instant, in UTC."""
    read = order_from_json(order(createdAt="2026-03-01T12:00:00.000+02:00"))
    assert read.created_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert read.created_at.tzinfo is UTC


def test_a_state_is_its_key_or_its_id_and_never_nothing() -> None:
    """Expanded, known from a map, or unresolved: an order in a state never reads as one without."""
    expanded = {
        "typeId": "state",
        "id": STATE_ID,
        "obj": {"id": STATE_ID, "key": "Approved", "type": "OrderState"},
    }
    assert order_from_json(order(state=expanded), {STATE_ID: "stale"}).state == "Approved"
    assert order_from_json(order(), {STATE_ID: "PendingApproval"}).state == "PendingApproval"
    assert order_from_json(order(), {"other": "PendingApproval"}).state == f"id:{STATE_ID}"
    assert order_from_json(order()).state == f"id:{STATE_ID}"
    stateless = order()
    del stateless["state"]
    assert order_from_json(stateless).state is None


def test_lines_and_custom_lines_are_lines() -> None:
    """Both kinds come in their order, each with its price for one and its total."""
    document = order(lineItems=[line_item()], customLineItems=[custom_line_item()])
    eur = "EUR"
    assert order_from_json(document).content.lines == (
        Line(
            id="li1",
            sku="PUMP-9",
            name="Pump",
            quantity=2,
            price=Money(cent_amount=625_000, currency_code=eur),
            total=Money(cent_amount=1_250_000, currency_code=eur),
        ),
        Line(
            id="cli1",
            name="Packing",
            quantity=1,
            price=Money(cent_amount=500, currency_code=eur),
            total=Money(cent_amount=500, currency_code=eur),
        ),
    )


def test_a_discounted_price_is_the_price() -> None:
    """What is paid for one is what the approver sees."""
    price = {
        "value": cents(625_000),
        "discounted": {"value": cents(600_000), "discount": {"typeId": "x", "id": "d"}},
    }
    (line,) = order_from_json(order(lineItems=[line_item(price=price)])).content.lines
    assert line.price.cent_amount == 600_000


def test_high_precision_is_exact_for_one_and_rounded_in_total() -> None:
    """A price of EUR 0.00125 keeps its decimal places; totals are in cents."""
    precise = {
        "type": "highPrecision",
        "currencyCode": "EUR",
        "centAmount": 0,
        "preciseAmount": 125,
        "fractionDigits": 5,
    }
    total = {**precise, "centAmount": 125, "preciseAmount": 125_000}
    item = line_item(price={"value": precise}, quantity=1000, totalPrice=total)
    (line,) = order_from_json(order(lineItems=[item])).content.lines
    assert line.price == Money(cent_amount=125, currency_code="EUR", fraction_digits=5)
    assert line.price.amount == Decimal("0.00125")
    assert line.total == Money(cent_amount=125, currency_code="EUR", fraction_digits=2)


@patient
@given(
    st.integers(-(10**15), 10**15),
    st.sampled_from(["EUR", "USD", "JPY", "KWD"]),
    st.integers(0, 20),
    st.integers(-(10**18), 10**18),
)
def test_money_is_read_without_loss(amount: int, currency: str, digits: int, precise: int) -> None:
    """Minor units and exact amounts arrive as they were sent, in every currency and precision."""
    plain = cents(amount, currency, fraction_digits(currency))
    high = {**plain, "type": "highPrecision", "preciseAmount": precise, "fractionDigits": digits}
    item = line_item(price={"value": high}, totalPrice=high)
    read = order_from_json(order(totalPrice=plain, lineItems=[item])).content
    rounded = Decimal(amount).scaleb(-fraction_digits(currency))
    assert read.total.amount == rounded
    assert read.lines[0].total.amount == rounded
    assert read.lines[0].price.amount == Decimal(precise).scaleb(-digits)
    assert {read.total.currency_code, read.lines[0].price.currency_code} == {currency}


def test_money_without_digits_has_its_currencys() -> None:
    """A bare amount of yen is not a hundred times less."""
    total = order_from_json(order(totalPrice={"currencyCode": "JPY", "centAmount": 500})).content.total
    assert str(total) == "JPY 500"


@pytest.mark.parametrize(
    ("locale", "names", "expected"),
    [
        ("de", {"en": "Pump", "de": "Pumpe"}, "Pumpe"),
        (None, {"de": "Pumpe", "en": "Pump"}, "Pump"),
        ("fr", {"nl": "Pomp", "de": "Pumpe"}, "Pumpe"),
        ("fr", {}, None),
    ],
)
def test_a_name_is_in_one_language(locale: str | None, names: dict[str, str], expected: str | None) -> None:
    """The order's language, else English, else the first by code: the same name at every reading."""
    (line,) = order_from_json(order(locale=locale, lineItems=[line_item(name=names)])).content.lines
    assert line.name == expected


def test_a_group_has_its_key_only_if_expanded() -> None:
    """A group whose key is not known is still a group."""
    group = {"typeId": "customer-group", "id": "g1"}
    assert order_from_json(order(customerGroup=group)).content.customer_group == CustomerGroup(id="g1")
    expanded = {**group, "obj": {"id": "g1", "key": "new", "name": "New"}}
    assert order_from_json(order(customerGroup=expanded)).content.customer_group == CustomerGroup(
        id="g1", key="new"
    )


def test_the_associate_is_the_requester() -> None:
    """Who placed it for a business unit is the strongest identity."""
    by = {"clientId": "shop", "associate": {"typeId": "customer", "id": "a1"}, "externalUserId": "x"}
    requester = order_from_json(order(createdBy=by)).content.requester
    assert requester.identities == ("a1", "c1", "buyer@acme.example")


def test_an_order_of_nobody_is_read() -> None:
    """Without any identity there is still an order, and what to do about it is the policy's business."""
    document = order()
    for name in (
        "createdBy",
        "lastModifiedBy",
        "customerId",
        "customerEmail",
        "businessUnit",
        "store",
        "orderNumber",
    ):
        del document[name]
    read = order_from_json(document)
    assert read.content.requester.identities == ()
    assert (read.last_modified_by, read.order_number) == (None, None)


def test_shipping_is_read() -> None:
    """Method and price are part of what is approved."""
    shipping = {"shippingMethodName": "Express", "price": cents(990), "deliveries": [], "shippingRate": {}}
    content = order_from_json(order(shippingInfo=shipping)).content
    assert content.shipping_method == "Express"
    assert content.shipping_price == Money(cent_amount=990, currency_code="EUR")


strange = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@patient
@given(st.dictionaries(st.from_regex(r"new[A-Z][a-z]{1,5}", fullmatch=True), strange, max_size=4))
def test_unknown_fields_change_nothing(unknown: dict[str, Any]) -> None:
    """commercetools adds fields at any time and at any depth; neither order nor digest notices."""
    plain = order(customLineItems=[custom_line_item()])
    fuller = widened(plain, unknown)
    assert order_from_json(fuller) == order_from_json(plain)
    assert order_from_json(fuller).content.digest == order_from_json(plain).content.digest


def widened(document: Any, unknown: dict[str, Any]) -> Any:
    """The document with the unknown fields in each of its objects but names, whose fields are languages."""
    if isinstance(document, list):
        return [widened(one, unknown) for one in document]
    if not isinstance(document, dict):
        return document
    return {
        **{name: value if name == "name" else widened(value, unknown) for name, value in document.items()},
        **unknown,
    }


@patient
@given(st.randoms(use_true_random=False))
def test_the_order_of_fields_changes_nothing(random: Any) -> None:
    """JSON objects have no order: the digest is the same however fields are laid out."""

    def shuffled(document: Any) -> Any:
        if isinstance(document, list):
            return [shuffled(one) for one in document]
        if not isinstance(document, dict):
            return document
        names = list(document)
        random.shuffle(names)
        return {name: shuffled(document[name]) for name in names}

    assert order_from_json(shuffled(order())).content.digest == order_from_json(order()).content.digest


@pytest.mark.parametrize("absent", ["id", "version", "createdAt", "orderState", "totalPrice"])
def test_a_missing_field_is_named(absent: str) -> None:
    """Without what we rely on it is no order, and the error says what is missing."""
    document = order()
    del document[absent]
    with pytest.raises(Unreadable, match=absent):
        order_from_json(document)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"totalPrice": cents(1, currency="euro")}, "currency"),
        ({"totalPrice": {"currencyCode": "EUR", "centAmount": 1.5}}, "centAmount"),
        ({"createdAt": "2026-03-01T10:00:00"}, "createdAt"),
        ({"lineItems": [line_item(quantity="many")]}, "quantity"),
        ({"lineItems": [line_item(price=None)]}, "price"),
        ({"state": "secret-words"}, "state"),
    ],
)
def test_a_field_of_another_form_is_named_and_not_shown(
    changed: dict[str, Any], place: str, told: Callable[[BaseException], str]
) -> None:
    """Where it is wrong is said, what stands there is not."""
    with pytest.raises(Unreadable) as raised:
        order_from_json(order(**changed))
    assert place.lower() in str(raised.value).lower()
    for value in ("euro", "many", "secret-words", "buyer@"):
        assert value not in told(raised.value)


@patient
@given(strange)
def test_anything_at_all_is_an_order_or_unreadable(document: Any) -> None:
    """A payload from outside never raises anything else."""
    with pytest.raises(Unreadable):
        order_from_json(document)


def test_reading_does_not_touch_the_document() -> None:
    """The payload can be kept as it came."""
    document = order()
    before = copy.deepcopy(document)
    order_from_json(document)
    assert json.dumps(document) == json.dumps(before)
