"""What is subscribed to is what the bridge heeds."""

import pytest

from domain.logistic_order import CUSTOM_OBJECT
from domain.splitting import SplitRule, SplittingRules
from starter.messages import ENTERS, OURS_TO_CAUSE, TRANSITION, WITHOUT_EFFECT
from starter.subscribed import OF_PAYMENTS, SUBSCRIBED_TYPES, subscribed_types
from tests.official.definition import definition_or_skip

_NOT_ABOUT_ORDERS_THEMSELVES = {"OrderMessage"}


def test_nothing_is_asked_for_that_would_be_ignored() -> None:
    """Each type once, none of them without effect, and all that start or move an order among them."""
    assert len(set(SUBSCRIBED_TYPES)) == len(SUBSCRIBED_TYPES)
    assert not WITHOUT_EFFECT & {*SUBSCRIBED_TYPES, *OF_PAYMENTS}
    everything = {*SUBSCRIBED_TYPES, *OF_PAYMENTS}
    assert {TRANSITION, *OURS_TO_CAUSE, *(ENTERS - {"ResourceCreated"})} <= everything


@pytest.mark.parametrize(("provider", "asks"), [(CUSTOM_OBJECT, False), ("fluent", True)])
def test_payments_are_asked_for_only_where_somebody_can_be_told(provider: str, asks: bool) -> None:
    """By a rule that names a provider beside the custom object."""
    rules = [SplitRule(rule="one", provider=provider), SplitRule(rule="rest", provider=CUSTOM_OBJECT)]
    found = subscribed_types(SplittingRules(rules=tuple(rules)))
    assert found == (*SUBSCRIBED_TYPES, *(OF_PAYMENTS if asks else ()))


def test_every_order_message_of_the_official_definition_is_either_heeded_or_known_to_have_no_effect() -> None:
    """A type that commercetools documents is subscribed to, or listed as without effect: none was overlooked."""
    names = {name for name in definition_or_skip()["components"]["schemas"] if name.endswith("Message")}
    official = {
        name.removesuffix("Message")
        for name in names - _NOT_ABOUT_ORDERS_THEMSELVES
        if name.startswith("Order")
    }
    returns = {"ReturnInfoAdded", "ReturnInfoSet"}
    assert {f"{name}Message" for name in returns} <= names
    assert (official - WITHOUT_EFFECT) | returns == {*SUBSCRIBED_TYPES, *OF_PAYMENTS}
