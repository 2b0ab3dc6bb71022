"""Each action of progress is an update action as commercetools has it, in its own schema and in the sandbox's."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from graphql import GraphQLSchema, build_schema

from clients.order_mutation import UPDATE
from clients.progress_drafts import graphql_actions, progress_drafts
from clients.written_order import READ, Shippings
from domain.fulfillment_event import Tracking
from domain.logistic_order import RefundState, ReturnCondition
from domain.progress import ShipmentState, WantedParcel
from domain.progress_actions import (
    AddDelivery,
    AddParcel,
    AddReturn,
    ChangeShipmentState,
    MoveLine,
    ProgressAction,
    RemoveDelivery,
    ReturnItem,
    SetDeliveryItems,
    SetParcelItems,
    SetParcelTracking,
    SetReturnPaymentState,
    SetReturnShipmentState,
)
from sandbox.graphql_schema import graphql_schema
from tests.clients.test_order_mutation import OFFICIAL_GRAPHQL, faults

TRACKED = Tracking(tracking_id="T1", carrier="DHL", service="express", url="https://dhl.example/T1")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TWO_LINES = (
    ReturnItem(key="r-l1", line_item_id="l1", quantity=1, shipment_state="Returned", reason_code="damaged"),
    ReturnItem(key="r-c1", line_item_id="c1", custom=True, quantity=2, shipment_state="Advised"),
)

CASES: list[tuple[ProgressAction, dict[str, Any]]] = [
    (
        AddDelivery(
            key="d1",
            items={"l1": 2, "c1": 1},
            parcels=(
                WantedParcel(key="p1", items={"l1": 2}, tracking=TRACKED),
                WantedParcel(key="p2"),
            ),
        ),
        {
            "addDelivery": {
                "deliveryKey": "d1",
                "items": [{"id": "l1", "quantity": 2}, {"id": "c1", "quantity": 1}],
                "parcels": [
                    {
                        "key": "p1",
                        "trackingData": {"trackingId": "T1", "carrier": "DHL"},
                        "items": [{"id": "l1", "quantity": 2}],
                    },
                    {"key": "p2"},
                ],
            }
        },
    ),
    (RemoveDelivery(key="d1"), {"removeDelivery": {"deliveryKey": "d1"}}),
    (
        AddParcel(delivery_key="d1", parcel=WantedParcel(key="p3", items={"l1": 1}, tracking=TRACKED)),
        {
            "addParcelToDelivery": {
                "deliveryKey": "d1",
                "parcelKey": "p3",
                "trackingData": {"trackingId": "T1", "carrier": "DHL"},
                "items": [{"id": "l1", "quantity": 1}],
            }
        },
    ),
    (
        SetDeliveryItems(key="d1", items={"l1": 3}),
        {"setDeliveryItems": {"deliveryKey": "d1", "items": [{"id": "l1", "quantity": 3}]}},
    ),
    (
        SetParcelItems(parcel_key="p1", items={"l1": 3}),
        {"setParcelItems": {"parcelKey": "p1", "items": [{"id": "l1", "quantity": 3}]}},
    ),
    (
        SetParcelTracking(parcel_key="p1", tracking=Tracking(tracking_id="T2")),
        {"setParcelTrackingData": {"parcelKey": "p1", "trackingData": {"trackingId": "T2"}}},
    ),
    (
        MoveLine(line_item_id="l1", quantity=2, from_key="Initial", to_key="Shipped"),
        {
            "transitionLineItemState": {
                "lineItemId": "l1",
                "quantity": 2,
                "fromState": {"typeId": "state", "key": "Initial"},
                "toState": {"typeId": "state", "key": "Shipped"},
            }
        },
    ),
    (
        MoveLine(line_item_id="c1", custom=True, quantity=1, from_key="Initial", to_key="Shipped"),
        {
            "transitionCustomLineItemState": {
                "customLineItemId": "c1",
                "quantity": 1,
                "fromState": {"typeId": "state", "key": "Initial"},
                "toState": {"typeId": "state", "key": "Shipped"},
            }
        },
    ),
    (
        AddReturn(return_ref="R-1", at=NOON, items=TWO_LINES),
        {
            "addReturnInfo": {
                "returnTrackingId": "R-1",
                "returnDate": "2026-03-01T12:00:00+00:00",
                "items": [
                    {
                        "key": "r-l1",
                        "quantity": 1,
                        "lineItemId": "l1",
                        "comment": "damaged",
                        "shipmentState": "Returned",
                    },
                    {"key": "r-c1", "quantity": 2, "customLineItemId": "c1", "shipmentState": "Advised"},
                ],
            }
        },
    ),
    (
        SetReturnShipmentState(item_key="r-l1", shipment_state=ReturnCondition.UNUSABLE),
        {"setReturnShipmentState": {"returnItemKey": "r-l1", "shipmentState": "Unusable"}},
    ),
    (
        SetReturnPaymentState(item_key="r-l1", payment_state=RefundState.NOT_REFUNDED),
        {"setReturnPaymentState": {"returnItemKey": "r-l1", "paymentState": "NotRefunded"}},
    ),
    *(
        (
            ChangeShipmentState(shipment_state=state),
            {"changeShipmentState": {"shipmentState": state.value}},
        )
        for state in ShipmentState
    ),
]


@pytest.fixture(scope="module")
def official() -> GraphQLSchema:
    """The official schema; skips where it is not at hand."""
    if not OFFICIAL_GRAPHQL.is_file():
        pytest.skip(f"the official GraphQL schema is not at hand: {OFFICIAL_GRAPHQL}")
    return build_schema(OFFICIAL_GRAPHQL.read_text(encoding="utf-8"))


def test_every_kind_of_action_is_here() -> None:
    """A new one cannot be forgotten."""
    union, *_ = get_args(ProgressAction)
    assert {type(action) for action, _ in CASES} == set(get_args(union))


@pytest.mark.parametrize(("action", "written"), CASES, ids=[next(iter(sent)) for _, sent in CASES])
def test_what_an_action_is_on_the_wire(action: ProgressAction, written: dict[str, Any]) -> None:
    """In GraphQL's words, which both schemas know; in REST's the name is inside."""
    (sent,) = graphql_actions([action])
    assert sent == written
    assert faults(graphql_schema(), UPDATE, id="o-1", version=3, actions=[sent]) == []
    (draft,) = progress_drafts([action])
    assert draft.serialize()["action"] == next(iter(written))


@pytest.mark.parametrize(("action", "written"), CASES, ids=[next(iter(sent)) for _, sent in CASES])
def test_the_official_schema_has_it(
    official: GraphQLSchema, action: ProgressAction, written: dict[str, Any]
) -> None:
    """Down to the names of fields."""
    assert faults(official, UPDATE, id="o-1", version=3, actions=[written]) == []


def test_the_reading_is_one_that_both_schemas_know(official: GraphQLSchema) -> None:
    """With line states and without."""
    for schema in (official, graphql_schema()):
        assert faults(schema, READ, id="o-1", lineStates=True) == []
        assert faults(schema, READ, id="o-1") != []


def test_what_others_wrote_beside_the_number_is_kept() -> None:
    """The action replaces the whole of a parcel's tracking."""
    providers = {"p1": {"provider": "Shipcloud", "providerTransaction": "tx-9"}}
    (sent,) = graphql_actions([SetParcelTracking(parcel_key="p1", tracking=TRACKED)], providers=providers)
    assert sent["setParcelTrackingData"]["trackingData"] == {
        "trackingId": "T1",
        "carrier": "DHL",
        "provider": "Shipcloud",
        "providerTransaction": "tx-9",
    }


@pytest.mark.parametrize(
    ("items", "key"),
    [({"l1": 1}, "air"), ({"l2": 2}, "road"), ({"l1": 1, "l2": 1}, "road"), ({}, "air"), ({"l9": 1}, "air")],
)
def test_a_delivery_belongs_to_the_shipping_of_most_of_its_lines(items: dict[str, int], key: str) -> None:
    """Where an order has several; the first where its lines do not say."""
    several = Shippings(keys=("air", "road"), units={"l1": {"air": 1}, "l2": {"road": 3, "air": 1}})
    (sent,) = graphql_actions([AddDelivery(key="d1", items=items)], several)
    assert sent["addDelivery"]["shippingKey"] == key
    assert faults(graphql_schema(), UPDATE, id="o-1", version=3, actions=[sent]) == []
