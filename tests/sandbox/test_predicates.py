"""The query predicates, case by case, on one order as commercetools returns it."""

from typing import Any

import pytest

from sandbox.predicates import PredicateError, compile_predicate
from sandbox.query_fields import FIELDS

ORDER: dict[str, Any] = {
    "id": "2b7f",
    "version": 3,
    "orderNumber": "ON-1001",
    "purchaseOrderNumber": None,
    "createdAt": "2026-03-01T10:00:00.000Z",
    "orderState": "Open",
    "totalPrice": {"type": "centPrecision", "currencyCode": "EUR", "centAmount": 1250000},
    "state": {"typeId": "state", "id": "4d0c"},
    "lineItems": [
        {
            "id": "li1",
            "quantity": 2,
            "variant": {"sku": "PUMP-9", "attributes": [{"name": "size", "value": 4}]},
        },
        {"id": "li2", "quantity": 7, "variant": {"sku": "HOSE-1", "attributes": []}},
    ],
    "returnInfo": [],
    "custom": {"fields": {"approval-status": "pending", "urgent": True, "tags": ["a", "b"], "rate": 0.5}},
    "not": "a field whose name is a keyword",
}

TRUE = [
    'orderState = "Open"',
    'orderState="Open" and version=3',
    'orderState != "Cancelled"',
    'orderState <> "Cancelled"',
    "version < 4 and version <= 3 and version > 2 and version >= 3",
    'totalPrice(centAmount >= 100000 and currencyCode="EUR")',
    'lineItems(variant(sku="HOSE-1"))',
    'lineItems(variant(sku="HOSE-1") and quantity = 7)',
    'lineItems(variant(attributes(name="size" and value > 3)))',
    'orderState in ("Open", "Confirmed")',
    'orderState not in ("Complete","Cancelled")',
    'custom(fields(tags contains all ("a", "b")))',
    'custom(fields(tags contains any ("b", "z")))',
    'custom(fields(tags = "b"))',
    "returnInfo is empty",
    "lineItems is not empty",
    "orderNumber is defined",
    "purchaseOrderNumber is not defined",
    "shipmentState is not defined",
    'not(orderState="Complete")',
    'not (orderState="Complete" or version=4)',
    'version=9 and version=8 or orderState="Open"',
    'version=3 or version=8 and orderState="Complete"',
    '(version=3 or version=8) and orderState="Open"',
    'custom(fields(`approval-status`="pending"))',
    "custom(fields(urgent = true))",
    "custom(fields(urgent != false))",
    "custom(fields(rate = 0.5 and rate > -1 and rate < 1e2))",
    '`not` = "a field whose name is a keyword"',
    'createdAt > "2026-03-01T09:59:59.999Z"',
    'createdAt = "2026-03-01T11:00:00+01:00"',
    'createdAt < "2026-03-01T10:00:00.001Z"',
    'ORDERSTATE is not defined AND orderState = "Open"',
    'shipmentState != "Shipped"',
]

FALSE = [
    'orderState = "open"',
    'orderState != "Open"',
    'version = "3"',
    "version = true",
    "orderState > 1 or orderState < 1 or orderState = 1",
    'lineItems(variant(sku="HOSE-1") and quantity = 2)',
    'lineItems(variant(sku="NONE"))',
    'orderState in ("Complete")',
    'orderState not in ("Open")',
    'custom(fields(tags contains all ("a", "z")))',
    'custom(fields(tags contains any ("y", "z")))',
    "returnInfo is not empty",
    'shipmentState = "Shipped"',
    "shipmentState < 1 or shipmentState >= 1",
    'shipmentState contains any ("a")',
    'shippingInfo(deliveries(id="1"))',
    'orderState(id="1")',
    'version=9 and (version=8 or orderState="Open")',
    'createdAt > "2026-03-01T10:00:00.000Z"',
    "custom(fields(urgent = 1))",
]

MALFORMED = [
    "",
    "   ",
    "orderState",
    "orderState =",
    "orderState = Open",
    'orderState = "Open',
    "orderState = 'Open'",
    'orderState == "Open"',
    "totalPrice.centAmount >= 1",
    'approval-status = "x"',
    'orderState = "Open" and',
    'and orderState = "Open"',
    'orderState = "Open" version = 1',
    '(orderState = "Open"',
    'orderState = "Open")',
    "orderState in ()",
    'orderState in "Open"',
    "orderState is open",
    "orderState is",
    "orderState contains (1)",
    'not orderState = "Open"',
    'true = "x"',
    '"orderState" = "Open"',
    r'orderState = "\q"',
    "version = 1.",
    "version = --1",
    "version = " + "9" * 6000,
    "(" * 300 + "version=1" + ")" * 300,
    "a(" * 300 + "version=1" + ")" * 300,
    "version = :missing",
    "orderState in :missing",
    "``=1",
    'x = "' + "a" * 30_000 + '"',
]


@pytest.mark.parametrize("text", TRUE)
def test_the_order_matches(text: str) -> None:
    """Each of these holds for the order."""
    assert compile_predicate(text)(ORDER) is True


@pytest.mark.parametrize("text", FALSE)
def test_the_order_does_not_match(text: str) -> None:
    """None of these holds for the order."""
    assert compile_predicate(text)(ORDER) is False


@pytest.mark.parametrize("text", MALFORMED, ids=lambda text: text[:30])
def test_a_malformed_predicate_is_refused(text: str) -> None:
    """What is no predicate is refused before it meets a resource."""
    with pytest.raises(PredicateError):
        compile_predicate(text)


def test_the_refusal_names_line_and_column() -> None:
    """The place of the mistake is counted from 1, over line breaks."""
    with pytest.raises(PredicateError, match=r"Unexpected 'Open', expected a value \(line 2, column 14\)"):
        compile_predicate("version = 3 and\norderState = Open")


def test_variables_stand_for_values() -> None:
    """A variable is one value, or several by repetition, and takes the type of the field."""
    given = {
        "n": ["ON-1001"],
        "s": ["Open", "Confirmed"],
        "v": ["3"],
        "u": ["true"],
        "at": ["2026-03-01T10:00:00Z"],
    }
    for text in (
        "orderNumber = :n",
        "orderState in :s",
        'orderState in ("Complete", :s)',
        "version = :v and version >= :v and custom(fields(urgent = :u))",
        "createdAt = :at",
        "custom(fields(tags contains any :s)) or orderState in :s",
    ):
        assert compile_predicate(text, given)(ORDER), text
    assert not compile_predicate("version = :n", given)(ORDER)
    assert not compile_predicate("custom(fields(urgent = :n))", given)(ORDER)


def test_several_values_are_no_single_value() -> None:
    """A repeated variable does not fit where one value is needed."""
    with pytest.raises(PredicateError, match="several values"):
        compile_predicate("orderState = :s", {"s": ["Open", "Confirmed"]})


def test_escapes_in_a_string() -> None:
    """Quotes, backslashes, line breaks and code points can be written inside a string."""
    resource = {"key": 'a"b\\c\nd\u00e9'}
    assert compile_predicate(r'key = "a\"b\\c\nd\u00e9"')(resource)


def test_a_key_that_looks_like_a_date_but_is_none_is_compared_as_text() -> None:
    """The thirtieth of February is a text like any other."""
    text = "2026-02-30T10:00:00Z"
    assert compile_predicate(f'key = "{text}"')({"key": text})
    assert not compile_predicate('key = "2026-02-28T10:00:00Z"')({"key": text})


def test_lists_within_lists_are_searched() -> None:
    """Any element matches, however deep the lists are nested."""
    resource = {"rows": [[{"x": 1}], [{"x": 2}]], "flat": [[1], [2]]}
    assert compile_predicate("rows(x = 2) and flat = 2")(resource)


@pytest.mark.parametrize(
    "text",
    [
        'orderState = "Open" and state(id = "1") and totalPrice(centAmount > 1)',
        'custom(fields(anything = "x")) and lineItems(variant(attributes(name = "x")) and state(state(id = "1")))',
        'shippingInfo(deliveries(parcels(trackingData(trackingId = "1Z")))) or lineItems(name(`en-US` = "Pump"))',
    ],
)
def test_known_fields_may_be_named(text: str) -> None:
    """With the shape of an order, its fields are accepted, and anything within custom fields and open objects."""
    compile_predicate(text, fields=FIELDS["order"])


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('aproved = "yes"', "aproved"),
        ('orderState = "Open" or not(`my-field` is defined)', "my-field"),
        ("totalPrice(centAmont > 1)", "centAmont"),
        ('lineItems(state(state(key = "approved")))', "key"),
        ("totalPrice(centAmount > 1) and centAmount > 1", "centAmount"),
    ],
)
def test_a_field_that_does_not_exist_is_refused(text: str, field: str) -> None:
    """At every depth that has a shape; a reference is asked for by its id, never by the key of its target."""
    with pytest.raises(PredicateError, match=f"The field '{field}' does not exist"):
        compile_predicate(text, fields=FIELDS["order"])
