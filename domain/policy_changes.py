"""What a policy says of orders that change while they wait: what voids no decision, and how often changes may be requested."""

from typing import Annotated

from pydantic import AfterValidator, Field

from domain.value import Value

ROUNDS = 3
"""How often changes may be requested, where a rule does not say."""
HARMLESS = (
    "purchaseOrderNumber",
    "billingAddress",
    "shippingAddress",
    "itemShippingAddresses",
    "shippingMethod",
)
"""The parts of an order's content that a policy may call harmless, by their names in `OrderContent`."""
_WHAT_IS_PAID, _WHO_DECIDES = "it is part of what is paid", "it decides who approves, or on whose account"
NEVER_HARMLESS = {
    "total": _WHAT_IS_PAID,
    "totalGross": _WHAT_IS_PAID,
    "shippingPrice": _WHAT_IS_PAID,
    "shippings": "their prices are part of what is paid",
    "lines": "they are what is bought",
    "requester": _WHO_DECIDES,
    "customerGroup": _WHO_DECIDES,
    "businessUnit": _WHO_DECIDES,
    "store": _WHO_DECIDES,
    "country": "it decides which taxes and prices apply",
}
"""All the others, each with the reason."""


def _may_be_harmless(part: str) -> str:
    if part in NEVER_HARMLESS:
        raise ValueError(f"a change of {part} is never harmless: {NEVER_HARMLESS[part]}")
    if part not in HARMLESS:
        raise ValueError(
            f"'{part}' is no part of an order that a policy may call harmless; those are {', '.join(HARMLESS)}"
        )
    return part


Harmless = Annotated[str, AfterValidator(_may_be_harmless)]
"""A part of the content whose change voids no decision, if the route stays the same."""


class Changes(Value):
    """How approvers may send an order back to its requester, and where it is taken up after that."""

    resume_at: str | None = None
    """The step of the rule that is asked first afterwards, what was decided before it stands; None: the first step."""
    rounds: int = Field(default=ROUNDS, ge=0)
    """How often changes may be requested of one order; 0: never."""
