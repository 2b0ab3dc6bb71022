"""What a shop and an approver send, and policies that differ from the shipped one."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from configuration import Configuration, load
from domain.decision import Decision, Verdict
from domain.policy import Outcome, Policy
from domain.routing import policy_digest

SHIPPED = Path(__file__).parents[2] / "config"


def a_decision(
    who: str,
    verdict: str = "approve",
    revision: int | None = None,
    decision_id: str | None = None,
    **more: Any,
) -> Decision:
    """A decision as the edge makes it: each sending with a request id of its own."""
    return Decision(
        decision_id=decision_id or f"d-{uuid4()}",
        approver=who,
        verdict=Verdict(verdict),
        revision=revision,
        request_id=uuid4().hex,
        **more,
    )


def an_id() -> str:
    """An id that nothing else has."""
    return f"i-{uuid4()}"


def order_draft(number: str, cents: int, currency: str = "EUR") -> dict[str, Any]:
    """An order of one line, as `orders/import` takes it."""
    price = {"currencyCode": currency, "centAmount": cents}
    line = {"name": {"en": "Pump"}, "variant": {"sku": "PUMP-9"}, "quantity": 1, "price": {"value": price}}
    return {
        "orderNumber": number,
        "customerEmail": "buyer@acme.example",
        "totalPrice": price,
        "lineItems": [line],
        "shippingAddress": {"country": "DE", "city": "Berlin", "postalCode": "10115"},
    }


def shipped(
    *,
    returns_within: timedelta | None = None,
    on_timeout: Outcome | None = None,
    within: timedelta | None = None,
) -> Configuration:
    """The shipped example with another window for returns, outcome of a missed deadline, or time for each level.

    With `within`, the reminder comes half-way.
    """
    loaded = load(SHIPPED)
    document = loaded.policy.model_dump()
    if returns_within is not None:
        document["returnsWithin"] = returns_within
    for step in (step for rule in document["rules"] for step in rule["steps"]):
        if on_timeout is not None:
            step["onTimeout"] = on_timeout
        if within is not None:
            step |= {"within": within, "remind": (within / 2,)}
            step["escalate"] = [level | {"within": within} for level in step["escalate"]]
    policy = Policy.model_validate(document)
    return replace(loaded, policy=policy, policy_digest=policy_digest(policy, loaded.directory))
