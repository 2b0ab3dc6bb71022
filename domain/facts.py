"""What a policy may ask beside the order's content. What is not known is doubt, never a no."""

from operator import not_

from pydantic import Field, JsonValue, field_validator

from domain.budgets import Per, Period, Purse, Spent, Unsummed
from domain.order import Order, OrderContent, ProductType
from domain.rates import Rate
from domain.value import Value

PRODUCT_TYPES_UNREAD = "the order's product types are not known"
"""Why an order is held whose route depends on keys of product types that nobody has looked up."""


class Facts(Value):
    """What is known about an order beside its content, read for it at the moment of routing."""

    custom: dict[str, JsonValue] = {}
    """The order's custom fields."""
    associates: dict[str, tuple[str, ...]] | None = None
    """Per associate role, the customers who have it in the order's business unit; None if that was not read."""
    product_types: tuple[ProductType, ...] | None = None
    """Those of the order's lines, None if it was not said which they are."""
    product_types_read: bool = False
    """Whether the keys of all of them were looked up: one that has none then has none to be found."""
    spent: tuple[Spent, ...] = ()
    unsummed: tuple[Unsummed, ...] = ()

    def roles(self, content: OrderContent) -> tuple[str, ...] | None:
        """The requester's roles in the order's business unit: none without a unit, None if they are not known."""
        if content.business_unit is None:
            return ()
        if self.associates is None:
            return None
        requester = content.requester
        placed_by = requester.associate_id or requester.customer_id  # not whose cart an associate has ordered
        return tuple(sorted(role for role, people in self.associates.items() if placed_by in people))

    def sum_of(self, purse: Purse, currency: str) -> Spent | None:
        """The sum of that purse in that currency, None if it is not known."""
        wanted = (*_of(purse), currency)
        return next((s for s in self.spent if (*_of(s.purse), s.total.currency_code) == wanted), None)

    def no_sum_of(self, purse: Purse, currency: str) -> str | None:
        """Why the sum of that purse in that currency cannot be known, None if it was not looked for in vain."""
        wanted = (*_of(purse), currency)
        return next((s.why for s in self.unsummed if (*_of(s.purse), s.currency) == wanted), None)


class Evidence(Value):
    """What a route relied on beside the order's content, as it was then: only what the policy asked for."""

    rates: tuple[Rate, ...] = ()
    custom: dict[str, JsonValue] = {}
    requester_roles: tuple[str, ...] | None = None
    spent: tuple[Spent, ...] = ()
    product_types: tuple[str, ...] = Field(default=(), exclude_if=not_)
    """The keys of the lines' product types."""

    @field_validator("spent")
    @classmethod
    def _each_once(cls, spent: tuple[Spent, ...]) -> tuple[Spent, ...]:
        """Several budgets may ask for one sum."""
        return tuple(dict.fromkeys(spent))

    def words(self) -> list[str]:
        """The same for the audit, a line each."""
        roles = self.requester_roles
        return [
            *(f"rate: {rate}" for rate in self.rates),
            *(f"custom field {name}: {_brief(value)}" for name, value in sorted(self.custom.items())),
            *(() if roles is None else (f"requester's roles: {', '.join(roles) or 'none'}",)),
            *(f"budget: {one}" for one in self.spent),
            *((f"product types: {', '.join(self.product_types)}",) if self.product_types else ()),
        ]


def facts_of(order: Order) -> Facts:
    """What the order itself says beside its content."""
    return Facts(custom=order.custom, product_types=order.product_types)


def _of(purse: Purse) -> tuple[Per, Period, str]:
    return purse.per, purse.period, purse.zone


def _brief(value: JsonValue) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 100 else f"{text[:99]}…"
