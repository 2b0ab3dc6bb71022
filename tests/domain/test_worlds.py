"""The questions of a policy: none of a condition is forgotten, and what they have to do with each other is known."""

import pytest

from domain.conditions import Condition
from domain.worlds import questions

AMOUNTS = {"at_least", "below", "currency", "currency_other_than"}
WITHIN = {"any", "all", "not_"}
ASKED = {
    "customer_group": "new",
    "business_unit": "acme",
    "store": "one",
    "country": "DE",
    "country_other_than": "DE",
    "shipping_method": "Pickup",
    "sku": "PUMP",
    "product_type": "chemicals",
    "quantity": {"atLeast": 5},
    "custom": {"field": "costCenter", "is": "4711"},
    "requester_role": "buyer",
    "budget": {"per": "requester", "period": "month", "atLeast": "EUR 5.00"},
}


def test_every_field_of_a_condition_is_looked_at() -> None:
    """Who adds one has to say what it asks: else a rule with it would seem to take every order."""
    assert set(Condition.model_fields) == {*AMOUNTS, *WITHIN, *ASKED}


@pytest.mark.parametrize("name", ASKED)
def test_a_condition_asks_what_it_says(name: str) -> None:
    """One question for each field."""
    assert len(questions(Condition.model_validate({name: ASKED[name]}))) == 1
