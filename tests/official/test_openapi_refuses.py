"""The validator refuses documents that are off the definition: each break alone makes it speak."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.official import documents
from tests.official.openapi import OfficialApi
from tests.official.operations import Operation

Break = Callable[[dict[str, Any]], object]

BROKEN_ORDERS: dict[str, tuple[Break, str]] = {
    "an unknown field": (lambda o: o.update(aproved=True), "$: unknown field 'aproved'"),
    "an unknown field in a line item's state": (
        lambda o: o["lineItems"][0]["state"][0]["state"].update(key="Initial"),
        "$.lineItems[0].state[0].state: unknown field 'key'",
    ),
    "an unknown field in an address that inherits": (
        lambda o: o["shippingAddress"].update(town="Berlin"),
        "$.shippingAddress: unknown field 'town'",
    ),
    "a field that real answers carry and nobody declares": (
        lambda o: o["createdBy"].update(isPlatformClient=False),
        "$.createdBy: unknown field 'isPlatformClient'",
    ),
    "a wrong enum": (lambda o: o.update(orderState="Canceled"), "$.orderState: 'Canceled' is not one of"),
    "a missing required field": (lambda o: o.pop("refusedGifts"), "$: 'refusedGifts' is a required property"),
    "a missing field that the parent requires": (
        lambda o: o.pop("version"),
        "$: 'version' is a required property",
    ),
    "a reference of another type": (
        lambda o: o["state"].update(typeId="cart"),
        "$.state.typeId: 'cart' is not one of",
    ),
    "money with another precision": (
        lambda o: o["totalPrice"].update(type="highPrecision"),
        "$.totalPrice.type: 'highPrecision' is not one of",
    ),
    "a null": (lambda o: o.update(orderNumber=None), "$.orderNumber: None is not of type 'string'"),
    "a version that is no integer": (
        lambda o: o.update(version=1.0),
        "$.version: 1.0 is not of type 'integer'",
    ),
    "a moment that is no timestamp": (
        lambda o: o.update(createdAt="yesterday"),
        "$.createdAt: 'yesterday' is not a",
    ),
    "a locale that is none": (
        lambda o: o["lineItems"][0]["name"].update(english="Pump"),
        "$.lineItems[0].name: the key 'english' does not match",
    ),
}


def test_a_right_order_has_no_problems(official: OfficialApi) -> None:
    """An order with everything in its place passes, custom fields of any type included."""
    assert official.problems("Order", documents.order()) == []


@pytest.mark.parametrize("case", BROKEN_ORDERS.values(), ids=BROKEN_ORDERS.keys())
def test_a_broken_order_is_refused(official: OfficialApi, case: tuple[Break, str]) -> None:
    """One break in an order makes exactly one problem, which names the place."""
    spoil, problem = case
    order = documents.order()
    spoil(order)
    (found,) = official.problems("Order", order)
    assert found.startswith(problem)


BROKEN_UPDATES: dict[str, tuple[Break, str]] = {
    "an unknown field inside an action": (
        lambda u: u["actions"][0].update(forced=True),
        "$.actions[0]: unknown field 'forced'",
    ),
    "a field of another action": (
        lambda u: u["actions"][1].update(force=True),
        "$.actions[1]: unknown field 'force'",
    ),
    "an unknown action": (
        lambda u: u["actions"][0].update(action="approve"),
        "$.actions[0]: unknown value 'approve' of the discriminator 'action'",
    ),
    "an action of another resource": (
        lambda u: u["actions"][0].update(action="setTransitions"),
        "$.actions[0]: unknown value 'setTransitions' of the discriminator 'action'",
    ),
    "no action": (
        lambda u: u["actions"][0].pop("action"),
        "$.actions[0]: the discriminator 'action' is missing",
    ),
    "a wrong enum inside an action": (
        lambda u: u["actions"][1].update(orderState="Approved"),
        "$.actions[1].orderState: 'Approved' is not one of",
    ),
    "a required field of an action missing": (
        lambda u: u["actions"][0].pop("state"),
        "$.actions[0]: 'state' is a required property",
    ),
    "an action that is no object": (
        lambda u: u["actions"].append("transitionState"),
        "$.actions[3]: 'transitionState' is not of type 'object'",
    ),
}


def test_a_right_update_has_no_problems(official: OfficialApi, order_update_operation: Operation) -> None:
    """An update of an order with three actions passes."""
    content = json.dumps(documents.order_update()).encode()
    assert official.request_problems(order_update_operation, "expand=state", content) == []


@pytest.mark.parametrize("case", BROKEN_UPDATES.values(), ids=BROKEN_UPDATES.keys())
def test_a_broken_update_is_refused(
    official: OfficialApi, order_update_operation: Operation, case: tuple[Break, str]
) -> None:
    """One break in an update's actions makes exactly one problem, which names the place."""
    spoil, problem = case
    update = documents.order_update()
    spoil(update)
    (found,) = official.request_problems(order_update_operation, "", json.dumps(update).encode())
    assert found.startswith(problem)


def test_an_error_of_unknown_code_is_refused(official: OfficialApi) -> None:
    """An error object is told by its code, and the API has no `InvalidTransition`."""
    error = documents.conflict()
    error["errors"][0]["code"] = "InvalidTransition"
    assert official.problems("ErrorResponse", error) == [
        "$.errors[0]: unknown value 'InvalidTransition' of the discriminator 'code'"
    ]


def test_an_error_keeps_its_declared_fields_typed(official: OfficialApi) -> None:
    """Error objects are open for further fields, but `currentVersion` stays an integer."""
    error = documents.conflict()
    error["errors"][0]["extra"] = {"any": "thing"}
    assert official.problems("ErrorResponse", error) == []
    error["errors"][0]["currentVersion"] = "7"
    assert official.problems("ErrorResponse", error) == [
        "$.errors[0].currentVersion: '7' is not of type 'integer'"
    ]
