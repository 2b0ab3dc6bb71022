"""Money: exact, in minor units, and never across currencies."""

import operator
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.money import CurrencyMismatchError, Money, fraction_digits, parse_money
from tests.domain.strategies import currencies, money

patient = settings(deadline=None)
OPERATIONS: list[Callable[[Money, Money], object]] = [
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operator.add,
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_two_currencies_are_not_compared_or_added(operation: Callable[[Money, Money], object]) -> None:
    """EUR 1.00 is neither more nor less than USD 1.00."""
    with pytest.raises(CurrencyMismatchError, match=r"EUR.*USD|USD.*EUR"):
        operation(parse_money("EUR 1.00"), parse_money("USD 1.00"))


@patient
@given(st.data())
def test_one_currency_is_compared_and_added_as_its_minor_units(data: st.DataObject) -> None:
    """Within a currency the order is that of the amounts, and sums are exact."""
    code = data.draw(currencies)
    one, other = data.draw(money(st.just(code))), data.draw(money(st.just(code)))
    cents, others = one.cent_amount, other.cent_amount
    assert (one < other, one <= other) == (cents < others, cents <= others)
    assert (one > other, one >= other) == (cents > others, cents >= others)
    assert (one + other).cent_amount == cents + others


@patient
@given(money())
def test_what_is_written_is_read_back(amount: Money) -> None:
    """An amount as people read it is the amount, to the last minor unit."""
    assert parse_money(str(amount)) == amount


@patient
@given(money())
def test_an_amount_survives_its_travels(amount: Money) -> None:
    """As JSON and back it is the same amount."""
    assert Money.model_validate_json(amount.model_dump_json()) == amount


@pytest.mark.parametrize(
    ("written", "cents", "digits"),
    [
        ("EUR 10,000.00", 1_000_000, 2),
        ("EUR 10000", 1_000_000, 2),
        ("EUR 0.5", 50, 2),
        ("EUR -3.20", -320, 2),
        ("JPY 10,000", 10_000, 0),
        ("KWD 1.234", 1_234, 3),
        ("  EUR   1,234,567.89 ", 123_456_789, 2),
    ],
)
def test_amounts_as_people_write_them(written: str, cents: int, digits: int) -> None:
    """The currency decides how many minor units there are."""
    assert parse_money(written) == Money(
        cent_amount=cents, currency_code=written.split(maxsplit=1)[0], fraction_digits=digits
    )


@pytest.mark.parametrize(
    "written",
    [
        "10,000.00",
        "EUR",
        "eur 1.00",
        "€ 1.00",
        "EUR 1.005",
        "EUR 1.000",
        "EUR 1.000,00",
        "EUR 10,00",
        "EUR 1,0000",
        "EUR 1e3",
        "EUR ten",
        "JPY 1.5",
        "JPY 1.0",
        "KWD 1.2345",
        "EUR 1.00 USD",
        "",
    ],
)
def test_what_is_not_clearly_an_amount_is_refused(written: str) -> None:
    """No currency, no number, or more decimal places than the currency has, were they zeros: never a guess."""
    with pytest.raises(ValueError, match=r"amount|decimal places"):
        parse_money(written)


@pytest.mark.parametrize(("code", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("XYZ", 2)])
def test_fraction_digits_are_the_currency_s(code: str, digits: int) -> None:
    """ISO 4217; what is not in it counts in hundredths."""
    assert fraction_digits(code) == digits


def test_left_out_fraction_digits_are_the_currency_s_too() -> None:
    """A hundred yen are a hundred yen, not one."""
    assert Money(cent_amount=100, currency_code="JPY").amount == 100
    assert Money(cent_amount=100, currency_code="EUR").amount == 1
    assert Money.model_validate({"centAmount": 1234, "currencyCode": "KWD"}).amount == Decimal("1.234")


def test_amounts_of_different_precision_are_added_by_what_they_are_worth() -> None:
    """A unit price with five decimal places and an amount in cents."""
    cents = Money(cent_amount=100, currency_code="EUR")
    fine = Money(cent_amount=12_345, currency_code="EUR", fraction_digits=5)
    assert (cents + fine).amount == (fine + cents).amount == Decimal("1.12345")
    assert fine < cents


def test_a_model_reads_an_amount_written_in_a_policy() -> None:
    """YAML has text, the wire has minor units; both become the same money."""
    assert Money.model_validate("EUR 5.00") == Money(cent_amount=500, currency_code="EUR")
    with pytest.raises(ValidationError, match="decimal places"):
        Money.model_validate("EUR 5.001")
    with pytest.raises(ValidationError):
        Money.model_validate({"centAmount": 500, "currencyCode": "euro"})
