"""Every way in which orders can differ for a policy, apart from amount and currency: which of its questions are true.

Two questions may depend on each other (a quantity of a hundred is one of ten, too; an order has one customer group), so
that not every combination is one that an order can have.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.conditions import Condition, CustomField

World = frozenset["Question"]
"""The questions that are true of some orders."""
MOST_WORLDS = 4096
_ONE_OF = frozenset({"customerGroup", "businessUnit", "store"})


class Question(NamedTuple):
    """One thing that a policy asks: of what, how, and for which values."""

    about: str
    how: str
    values: frozenset[str] = frozenset()
    least: float = 0.0

    def implies(self, other: "Question") -> bool:
        """Whether an order of which this is true must have the other true, too."""
        if self.about != other.about:
            return False
        if other.how == "present":
            return self.how != "present"
        if self.how != other.how:
            return False
        if self.how == "among":
            return all(any(_covers(wide, narrow) for wide in other.values) for narrow in self.values)
        if self.how == "other":
            return other.values <= self.values
        return self.how == "atLeast" and self.values == other.values and self.least >= other.least

    def excludes(self, other: "Question") -> bool:
        """Whether no order can have both true."""
        both = self.about == other.about and self.how == other.how == "among"
        return both and self.about in _ONE_OF and not self.values & other.values

    def leaves(self, other: "Question") -> bool:
        """Whether an order of which this is not true must have the other true: everything goes somewhere."""
        kinds = {self.how, other.how}
        if self.about != other.about or kinds != {"among", "other"}:
            return False
        among, beside = (self, other) if self.how == "among" else (other, self)
        return beside.values <= among.values


def questions(condition: Condition) -> dict[str, Question]:
    """What the condition itself asks beside amounts, by its field; not what the conditions within it ask."""
    found: dict[str, Question] = {}
    for name, about, how in (
        ("customer_group", "customerGroup", "among"),
        ("business_unit", "businessUnit", "among"),
        ("store", "store", "among"),
        ("country", "country", "among"),
        ("country_other_than", "country", "other"),
        ("shipping_method", "shippingMethod", "among"),
        ("sku", "sku", "among"),
        ("product_type", "productType", "among"),
        ("requester_role", "requesterRole", "among"),
    ):
        values = getattr(condition, name)
        if values is not None:
            found[name] = Question(about, how, frozenset(values))
    if condition.budget is not None:
        budget = condition.budget
        what = frozenset({budget.per.value, budget.period.value, budget.zone, budget.at_least.currency_code})
        found["budget"] = Question("budget", "atLeast", what, float(budget.at_least.amount))
    if condition.quantity is not None:
        for name, least in (("atLeast", condition.quantity.at_least), ("below", condition.quantity.below)):
            if least is not None:
                found[f"quantity.{name}"] = Question("quantity", "atLeast", frozenset(), float(least))
    if condition.custom is not None:
        found |= _of_custom(condition.custom)
    return found


def _of_custom(wanted: CustomField) -> dict[str, Question]:
    about, found = f"custom field {wanted.field}", dict[str, Question]()
    for name, values in (("is", wanted.is_), ("in", wanted.in_)):
        if values is not None:
            found[f"custom.{name}"] = Question(about, "among", frozenset(map(repr, values)))
    for name, threshold in (("atLeast", wanted.at_least), ("below", wanted.below)):
        if threshold is not None:
            found[f"custom.{name}"] = Question(about, f"{name} {threshold}")
    if wanted.present is not None:
        found["custom.present"] = Question(about, "present")
    return found


def worlds(asked: Sequence[Question]) -> Iterator[World]:
    """Every combination of answers that an order can have."""
    yield from _worlds(tuple(dict.fromkeys(asked)), frozenset(), frozenset())


def _worlds(left: tuple[Question, ...], true: World, false: World) -> Iterator[World]:
    if not left:
        yield true
        return
    first, rest = left[0], left[1:]
    may_be_false = not any(one.implies(first) for one in true) and not any(one.leaves(first) for one in false)
    may_be_true = not any(first.implies(one) for one in false) and not any(
        first.excludes(one) for one in true
    )
    if may_be_false:
        yield from _worlds(rest, true, false | {first})
    if may_be_true:
        yield from _worlds(rest, true | {first}, false)


def _covers(wide: str, narrow: str) -> bool:
    """Whether a name or pattern stands for every value that the other one stands for."""
    return narrow.startswith(wide[:-1]) if wide.endswith("*") else wide == narrow
