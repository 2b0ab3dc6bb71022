"""Conditions on an order's custom fields, whose values are whatever JSON the project's types make of them."""

from collections.abc import Callable
from decimal import Decimal

from pydantic import JsonValue, ValidationError

from domain.conditions import CustomField, Scalar
from domain.money import Money
from domain.subject import Doubt, Subject, Test, Truth

_Check = Callable[[JsonValue, Subject], Truth]


def custom_test(wanted: CustomField) -> Test:
    """Whether the field is as the policy asks. A field that is not there is no value, and so meets nothing."""
    name, present, checks = wanted.field, wanted.present, _checks(wanted)

    def test(s: Subject) -> Truth:
        value = s.facts.custom.get(name)
        if present is not None and present is (value is None):
            return False
        if not checks:
            return True
        if value is None:
            return False
        values = value if isinstance(value, list) else [value]
        return _some([_every([check(one, s) for check in checks]) for one in values])

    return test


def _checks(wanted: CustomField) -> list[_Check]:
    name, checks = wanted.field, list[_Check]()
    for allowed in (wanted.is_, wanted.in_):
        if allowed is not None:
            checks.append(_among(allowed, name))
    if wanted.at_least is not None:
        checks.append(_reaches(wanted.at_least, name))
    if wanted.below is not None:
        reaches = _reaches(wanted.below, name)
        checks.append(lambda value, s: _not(reaches(value, s)))
    return checks


def _among(allowed: tuple[Scalar, ...], name: str) -> _Check:
    kinds = {_kind(one) for one in allowed}

    def check(value: JsonValue, _: Subject) -> Truth:
        if _kind(value) not in kinds:
            return Doubt(f"custom field {name} is {_kind(value)}, and the policy asks for {_listed(kinds)}")
        return any(_kind(value) == _kind(one) and _plain(value) == _plain(one) for one in allowed)

    return check


def _reaches(threshold: Money | Decimal, name: str) -> _Check:
    def of_money(value: JsonValue, s: Subject) -> Truth:
        money = _money(value)
        if money is None:
            return Doubt(f"custom field {name} is {_kind(value)}, and the policy asks for an amount of money")
        return s.is_at_least(money, threshold) if isinstance(threshold, Money) else False

    def of_number(value: JsonValue, _: Subject) -> Truth:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return Doubt(f"custom field {name} is {_kind(value)}, and the policy asks for a number")
        return Decimal(str(value)) >= threshold if isinstance(threshold, Decimal) else False

    return of_money if isinstance(threshold, Money) else of_number


def _money(value: JsonValue) -> Money | None:
    """A field of type Money, which is CentPrecisionMoney."""
    if not isinstance(value, dict):
        return None
    given = {name: value[name] for name in ("currencyCode", "centAmount", "fractionDigits") if name in value}
    try:
        return Money.model_validate(given)
    except (ValidationError, KeyError):
        return None


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float | Decimal):
        return "a number"
    return "a text" if isinstance(value, str) else "neither text, number nor boolean"


def _plain(value: object) -> object:
    return Decimal(str(value)) if _kind(value) == "a number" else value


def _listed(kinds: set[str]) -> str:
    return " or ".join(sorted(kinds))


def _not(truth: Truth) -> Truth:
    return truth if isinstance(truth, Doubt) else not truth


def _every(truths: list[Truth]) -> Truth:
    if False in truths:
        return False
    return next((truth for truth in truths if isinstance(truth, Doubt)), True)


def _some(truths: list[Truth]) -> Truth:
    if True in truths:
        return True
    return next((truth for truth in truths if isinstance(truth, Doubt)), False)
