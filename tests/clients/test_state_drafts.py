"""Drafts and actions of states are written as commercetools reads them, for every type and every action."""

from typing import Any

import pytest

from clients import drafts

TYPES = (
    "OrderState RecurringOrderState LineItemState ProductState ReviewState PaymentState "
    "QuoteRequestState StagedQuoteState QuoteState"
).split()
CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "little is given": (
        drafts.state_draft("Approved", type_="OrderState", initial=False),
        {"key": "Approved", "type": "OrderState", "initial": False},
    ),
    "all is given": (
        drafts.state_draft(
            "Returned",
            type_="LineItemState",
            initial=True,
            name={"en": "Returned"},
            description={"en": "Came back"},
            roles=["Return"],
            transitions=("Initial",),
        ),
        {
            "key": "Returned",
            "type": "LineItemState",
            "initial": True,
            "name": {"en": "Returned"},
            "description": {"en": "Came back"},
            "roles": ["Return"],
            "transitions": [{"typeId": "state", "key": "Initial"}],
        },
    ),
    "a final state": (
        drafts.state_draft("Rejected", type_="OrderState", initial=False, transitions=()),
        {"key": "Rejected", "type": "OrderState", "initial": False, "transitions": []},
    ),
    "changeKey": (drafts.change_state_key("k"), {"action": "changeKey", "key": "k"}),
    "changeType": (
        drafts.change_state_type("PaymentState"),
        {"action": "changeType", "type": "PaymentState"},
    ),
    "changeInitial": (drafts.change_initial(initial=False), {"action": "changeInitial", "initial": False}),
    "setName": (drafts.set_state_name({"en": "x"}), {"action": "setName", "name": {"en": "x"}}),
    "setDescription removes": (
        drafts.set_state_description({}),
        {"action": "setDescription", "description": {}},
    ),
    "setTransitions off": (drafts.set_transitions(None), {"action": "setTransitions"}),
    "setTransitions to final": (
        drafts.set_transitions([]),
        {"action": "setTransitions", "transitions": []},
    ),
    "setTransitions": (
        drafts.set_transitions(["Approved"]),
        {"action": "setTransitions", "transitions": [{"typeId": "state", "key": "Approved"}]},
    ),
    "setRoles": (drafts.set_state_roles(["Return"]), {"action": "setRoles", "roles": ["Return"]}),
    "setRoles removes": (drafts.set_state_roles([]), {"action": "setRoles", "roles": []}),
    "addRoles": (
        drafts.add_state_roles(["ReviewIncludedInStatistics"]),
        {"action": "addRoles", "roles": ["ReviewIncludedInStatistics"]},
    ),
    "removeRoles": (drafts.remove_state_roles(["Return"]), {"action": "removeRoles", "roles": ["Return"]}),
}


@pytest.mark.parametrize(("draft", "expected"), CASES.values(), ids=CASES.keys())
def test_it_is_written_as_the_interface_has_it(draft: Any, expected: dict[str, Any]) -> None:
    """Names, and the difference between absent and empty, are on the wire as documented."""
    assert draft.serialize() == expected


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_of_the_interface_is_written(type_: str) -> None:
    """Those too that the SDK's own enumeration does not have."""
    assert drafts.state_draft("k", type_=type_, initial=True).serialize()["type"] == type_
    assert drafts.change_state_type(type_).serialize()["type"] == type_


def test_a_type_or_role_that_commercetools_does_not_have_is_refused() -> None:
    """A misspelt one does not leave the house."""
    with pytest.raises(ValueError, match="OrdreState"):
        drafts.state_draft("k", type_="OrdreState", initial=True)
    with pytest.raises(ValueError, match="Retrun"):
        drafts.add_state_roles(["Retrun"])
