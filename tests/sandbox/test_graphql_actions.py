"""GraphQL commands in REST's words."""

from typing import Any

import pytest

from sandbox.errors import ApiError
from sandbox.graphql_actions import custom_object_draft, rest_actions, state_draft

CASES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"transitionState": {"state": {"key": "approved"}, "force": False}},
        {"action": "transitionState", "state": {"typeId": "state", "key": "approved"}, "force": False},
    ),
    (
        {"transitionState": {"state": {"typeId": "cart", "id": "s-1", "key": None}, "force": None}},
        {"action": "transitionState", "state": {"typeId": "cart", "id": "s-1"}},
    ),
    (
        {"changeOrderState": {"orderState": "Confirmed"}, "transitionState": None},
        {"action": "changeOrderState", "orderState": "Confirmed"},
    ),
    ({"setOrderNumber": {"orderNumber": None}}, {"action": "setOrderNumber"}),
    (
        {"setCustomField": {"name": "a", "value": '"x"'}},
        {"action": "setCustomField", "name": "a", "value": "x"},
    ),
    (
        {"setCustomField": {"name": "a", "value": "null"}},
        {"action": "setCustomField", "name": "a", "value": None},
    ),
    ({"setCustomField": {"name": "a", "value": None}}, {"action": "setCustomField", "name": "a"}),
    (
        {"setLineItemCustomField": {"lineItemId": "l", "name": "a", "value": "[1]"}},
        {"action": "setLineItemCustomField", "lineItemId": "l", "name": "a", "value": [1]},
    ),
    (
        {"setCustomType": {"typeKey": "approval", "fields": [{"name": "a", "value": "4"}]}},
        {"action": "setCustomType", "type": {"typeId": "type", "key": "approval"}, "fields": {"a": 4}},
    ),
    (
        {"setCustomType": {"typeId": "t-1"}},
        {"action": "setCustomType", "type": {"typeId": "type", "id": "t-1"}},
    ),
    (
        {"setCustomType": {"type": {"key": "approval"}, "fields": []}},
        {"action": "setCustomType", "type": {"typeId": "type", "key": "approval"}, "fields": {}},
    ),
    ({"setCustomType": {}}, {"action": "setCustomType"}),
    (
        {
            "addDelivery": {
                "items": [{"id": "l", "quantity": 1}],
                "address": {"country": "DE", "state": "Berlin", "custom": None},
                "parcels": [
                    {
                        "key": "p",
                        "trackingData": {"trackingId": "1Z", "carrier": None, "isReturn": False},
                        "items": [],
                        "custom": {"typeKey": "box", "fields": [{"name": "n", "value": "true"}]},
                    }
                ],
            }
        },
        {
            "action": "addDelivery",
            "items": [{"id": "l", "quantity": 1}],
            "address": {"country": "DE", "state": "Berlin"},
            "parcels": [
                {
                    "key": "p",
                    "trackingData": {"trackingId": "1Z", "isReturn": False},
                    "items": [],
                    "custom": {"type": {"typeId": "type", "key": "box"}, "fields": {"n": True}},
                }
            ],
        },
    ),
    (
        {
            "transitionLineItemState": {
                "lineItemId": "l",
                "quantity": 1,
                "fromState": {"key": "Initial"},
                "toState": {"id": "s"},
            }
        },
        {
            "action": "transitionLineItemState",
            "lineItemId": "l",
            "quantity": 1,
            "fromState": {"typeId": "state", "key": "Initial"},
            "toState": {"typeId": "state", "id": "s"},
        },
    ),
    (
        {
            "importLineItemState": {
                "lineItemId": "l",
                "state": [{"quantity": 2, "state": {"typeId": "state", "id": "s"}}],
            }
        },
        {
            "action": "importLineItemState",
            "lineItemId": "l",
            "state": [{"quantity": 2, "state": {"typeId": "state", "id": "s"}}],
        },
    ),
    (
        {"setTransitions": {"transitions": [{"key": "a"}, {"id": "b"}]}},
        {
            "action": "setTransitions",
            "transitions": [{"typeId": "state", "key": "a"}, {"typeId": "state", "id": "b"}],
        },
    ),
    ({"setTransitions": {"transitions": None}}, {"action": "setTransitions"}),
    ({"setName": {"name": [{"locale": "de", "value": "Neu"}]}}, {"action": "setName", "name": {"de": "Neu"}}),
]


@pytest.mark.parametrize(("given", "expected"), CASES, ids=[next(iter(given)) for given, _ in CASES])
def test_an_action_becomes_the_rest_action(given: dict[str, Any], expected: dict[str, Any]) -> None:
    """Every shape that differs between the two is turned into REST's."""
    assert rest_actions([given]) == [expected]


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"transitionState": None},
        {"setOrderNumber": {}, "setCustomType": {}},
        {"setCustomField": {"name": "a", "value": "{"}},
        {"setCustomField": {"name": "a", "value": "\ud800"}},
        {"setCustomType": {"fields": [{"name": "a", "value": "NaN"}]}},
    ],
)
def test_what_is_no_single_action_is_refused(action: dict[str, Any]) -> None:
    """No action, two actions and values that hold no JSON are InvalidInput."""
    with pytest.raises(ApiError) as refusal:
        rest_actions([action])
    assert (refusal.value.status, refusal.value.code) == (400, "InvalidInput")


def test_drafts_become_rest_drafts() -> None:
    """Nulls mean "not given"; texts of JSON become JSON, lists of locales become LocalizedStrings."""
    assert custom_object_draft({"container": "c", "key": "k", "value": '{"a":null}', "version": None}) == {
        "container": "c",
        "key": "k",
        "value": {"a": None},
    }
    assert state_draft({"key": "k", "type": "OrderState", "name": [], "transitions": None}) == {
        "key": "k",
        "type": "OrderState",
        "name": {},
    }
