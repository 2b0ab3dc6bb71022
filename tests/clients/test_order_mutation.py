"""States and what belongs to them are set by one GraphQL mutation at one version, and only what really changes."""

from datetime import UTC, datetime
from functools import cache

import httpx
import pytest
from commercetools.platform import models as sdk
from graphql import GraphQLSchema, build_schema, parse, validate
from graphql.execution.values import get_variable_values
from graphql.language import OperationDefinitionNode

from clients import drafts
from clients.errors import ConcurrentModification, InvalidOperation, NotFound, Unreachable, Unreadable
from clients.order_mutation import (
    READ,
    UPDATE,
    GraphqlAction,
    OrderMutations,
    OrderStates,
    graphql_action,
    state_action,
)
from domain.status_mapping import TARGETS, Kind, Mapped, Unmapped
from domain.status_mapping_moves import StateChange, States
from sandbox.graphql_schema import graphql_schema
from tests.clients.peer import Peer, ok
from tests.clients.sandboxed import eur, sandboxed
from tests.official.definition import OFFICIAL_OPENAPI

OFFICIAL_GRAPHQL = OFFICIAL_OPENAPI.with_name("commercetools.graphql")
SHIPPED = Mapped(order="Confirmed", payment="Paid", shipment="Shipped")

EVERY_ACTION = [
    *(state_action(StateChange(kind=kind, target=target)) for kind in Kind for target in TARGETS[kind]),
    *map(
        graphql_action,
        [
            drafts.transition_state("Completed"),
            drafts.change_shipment_state("Canceled"),
            drafts.add_delivery("d-1", {"line-1": 2}, tracking={"trackingId": "T", "carrier": "DHL"}, parcel_key="p-1"),
            drafts.add_parcel("d-1", "p-2", {"line-1": 1}),
            drafts.set_parcel_tracking("p-2", {"trackingId": "T", "carrier": "DHL"}),
            drafts.transition_line_item_state("line-1", 1, "Initial", "Shipped"),
            drafts.transition_line_item_state("line-2", 1, "Initial", "Shipped", custom=True),
            drafts.add_return(
                [drafts.return_item("line-1", 1, "Returned", key="r-1")],
                tracking_id="T",
                date=datetime(2026, 3, 1, tzinfo=UTC),
            ),
            drafts.set_return_shipment_state("r-1", "BackInStock"),
            drafts.set_return_payment_state("r-1", "Refunded"),
        ],
    ),
]  # fmt: skip


def faults(schema: GraphQLSchema, document: str, **variables: object) -> list[str]:
    """What the schema has against a document, or against what is sent with it."""
    node = parse(document)
    wrong = [error.message for error in validate(schema, node)]
    (operation,) = (one for one in node.definitions if isinstance(one, OperationDefinitionNode))
    values = get_variable_values(schema, operation.variable_definitions or (), variables)
    return wrong + ([error.message for error in values] if isinstance(values, list) else [])


@cache
def _official() -> GraphQLSchema:
    return build_schema(OFFICIAL_GRAPHQL.read_text(encoding="utf-8"))


@pytest.fixture
def official() -> GraphQLSchema:
    """The official schema; skips where it is not at hand."""
    if not OFFICIAL_GRAPHQL.is_file():
        pytest.skip(f"the official GraphQL schema is not at hand: {OFFICIAL_GRAPHQL}")
    return _official()


@pytest.mark.parametrize("action", EVERY_ACTION, ids=lambda action: next(iter(action)))
def test_what_is_sent_is_what_the_official_schema_has(official: GraphQLSchema, action: GraphqlAction) -> None:
    """Documents, variables and each action, down to the names of their fields."""
    assert faults(official, READ, id="o-1") == []
    assert faults(official, UPDATE, id="o-1", version=3, actions=[action]) == []


@pytest.mark.parametrize(
    "action",
    [
        {"changeOrderState": {"orderState": "Canceled"}},
        {"changeShipmentState": {"shipmentState": "Cancelled"}},
        {"changeShipmentState": {"state": "Ready"}},
        {"setShipmentState": {"shipmentState": "Ready"}},
    ],
)
def test_the_official_schema_would_find_a_mistake(official: GraphQLSchema, action: GraphqlAction) -> None:
    """So that the test above can fail."""
    assert faults(official, UPDATE, id="o-1", version=3, actions=[action])


@pytest.mark.parametrize("action", EVERY_ACTION, ids=lambda action: next(iter(action)))
def test_the_sandbox_knows_what_is_sent(action: GraphqlAction) -> None:
    """The same against the sandbox's schema, which is always at hand."""
    assert faults(graphql_schema(), UPDATE, id="o-1", version=3, actions=[action]) == []


def test_custom_values_are_json_in_a_text() -> None:
    """As GraphQL has them, and REST has not."""
    one = graphql_action(sdk.OrderSetCustomFieldAction(name="cost", value=4))
    assert one == {"setCustomField": {"name": "cost", "value": "4"}}
    fields = sdk.FieldContainer({"cost": "a", "tags": ["b"]})
    typed = sdk.OrderSetCustomTypeAction(type=sdk.TypeResourceIdentifier(key="t"), fields=fields)
    assert graphql_action(typed) == {
        "setCustomType": {
            "type": {"typeId": "type", "key": "t"},
            "fields": [{"name": "cost", "value": '"a"'}, {"name": "tags", "value": '["b"]'}],
        }
    }


async def test_states_and_more_are_set_at_once() -> None:
    """One request, one answer; the version counts what changed, and REST sees the same."""
    async with sandboxed() as here:
        await here.provision()
        shipping = {"shippingMethodName": "DHL", "price": eur(590), "shippingRate": {"price": eur(590)}}
        order = await here.order(shippingInfo=shipping)
        mutations = OrderMutations(here.ours)
        current = await mutations.order_states(order.id)
        assert current == OrderStates(id=order.id, version=1, states=States(order="Open"))
        line = order.content.lines[0].id
        further = [
            graphql_action(drafts.transition_state("PendingApproval")),
            graphql_action(
                drafts.add_delivery("d-1", {line: 2}, tracking={"trackingId": "T"}, parcel_key="p-1")
            ),
        ]
        applied = await mutations.apply(current, SHIPPED, further)
        assert applied.written
        assert applied.order.states == States(order="Confirmed", payment="Paid", shipment="Shipped")
        assert applied.order == await mutations.order_states(order.id)
        read = await here.ours.order(order.id)
        assert read is not None
        assert (read.version, read.order_state, read.state) == (
            applied.order.version,
            "Confirmed",
            "PendingApproval",
        )
        document = await here.ours._session.call("GET", f"orders/{order.id}")
        (delivery,) = document["shippingInfo"]["deliveries"]
        assert (delivery["items"], delivery["parcels"][0]["trackingData"]["trackingId"]) == (
            [{"id": line, "quantity": 2}],
            "T",
        )


async def test_only_what_changes_is_sent() -> None:
    """What is so already, and what would take something back, is not among the actions."""
    peer = Peer(ok({"data": {"updateOrder": answer(version=9, shipmentState="Shipped")}}))
    current = OrderStates(
        id="o-1", version=8, states=States(order="Confirmed", payment="Paid", shipment="Ready")
    )
    applied = await OrderMutations(peer.commercetools()).apply(
        current, Mapped(order="Open", payment="Paid", shipment="Shipped")
    )
    assert peer.sent["variables"] == {
        "id": "o-1",
        "version": 8,
        "actions": [{"changeShipmentState": {"shipmentState": "Shipped"}}],
    }
    assert (applied.order.version, len(applied.changes.left_out)) == (9, 2)


@pytest.mark.parametrize(
    "mapped",
    [
        Mapped(),
        Mapped(order="Open"),
        Mapped(order="Confirmed", unmapped=(Unmapped(kind=Kind.SHIPMENT, status="ODD", provider="fluent"),)),
    ],
)
async def test_nothing_to_do_is_not_sent(mapped: Mapped) -> None:
    """A repeat, and a message that must be parked, cost no request; further actions of the latter wait too."""
    peer = Peer(ok({}))
    current = OrderStates(id="o-1", version=8, states=States(order="Open"))
    further = [graphql_action(drafts.transition_state("Approved"))] if mapped.unmapped else []
    applied = await OrderMutations(peer.commercetools()).apply(current, mapped, further)
    assert (applied.written, applied.order, applied.changes.unmapped) == (False, current, mapped.unmapped)
    assert peer.requests == []


async def test_a_conflict_is_read_and_mapped_again() -> None:
    """The stale write changes nothing and is told as such; mapped again, what somebody else set is left out."""
    async with sandboxed() as here:
        order = await here.order()
        mutations = OrderMutations(here.ours)
        stale = await mutations.order_states(order.id)
        assert stale is not None
        theirs = [drafts.change_shipment_state("Delivered")]
        written = await here.shops.update_order(order.id, order.version, theirs)
        with pytest.raises(ConcurrentModification) as raised:
            await mutations.apply(stale, SHIPPED)
        assert raised.value.current_version == written.version
        fresh = await mutations.order_states(order.id)
        assert fresh is not None
        applied = await mutations.apply(fresh, SHIPPED)
        assert applied.order.states == States(order="Confirmed", payment="Paid", shipment="Delivered")
        assert [one.why for one in applied.changes.left_out] == ["it has arrived"]


async def test_all_or_nothing() -> None:
    """A further action that is refused takes the states with it."""
    async with sandboxed() as here:
        await here.provision()
        order = await here.order()
        mutations = OrderMutations(here.ours)
        current = await mutations.order_states(order.id)
        assert current is not None
        with pytest.raises(InvalidOperation):
            await mutations.apply(current, SHIPPED, [graphql_action(drafts.transition_state("Completed"))])
        assert await mutations.order_states(order.id) == current


async def test_no_order_is_told() -> None:
    """A read finds none, a write is refused."""
    async with sandboxed() as here:
        mutations = OrderMutations(here.ours)
        assert await mutations.order_states("nobody") is None
        nobody = OrderStates(id="nobody", version=1, states=States(order="Open"))
        with pytest.raises(NotFound):
            await mutations.apply(nobody, SHIPPED)


async def test_one_attempt() -> None:
    """A lost reply is no reason to write again: that is Temporal's to decide."""
    peer = Peer(httpx.ReadError("gone"))
    current = OrderStates(id="o-1", version=8, states=States(order="Open"))
    with pytest.raises(Unreachable):
        await OrderMutations(peer.commercetools()).apply(current, SHIPPED)
    assert len(peer.requests) == 1


@pytest.mark.parametrize("data", [{"updateOrder": None}, {"updateOrder": {"id": "o-1", "version": 9}}, {}])
async def test_a_success_without_the_order_is_unreadable(data: dict[str, object]) -> None:
    """It may have been carried out: the next read tells."""
    current = OrderStates(id="o-1", version=8, states=States(order="Open"))
    with pytest.raises(Unreadable):
        await OrderMutations(Peer(ok({"data": data})).commercetools()).apply(current, SHIPPED)


@pytest.mark.parametrize(
    "action",
    [
        {"transitionState": {"state": {"key": "Approved"}, "force": True}},
        {},
        {"changeOrderState": {"orderState": "Open"}, "changePaymentState": {"paymentState": "Paid"}},
    ],
)
async def test_what_must_not_be_sent_is_refused(action: GraphqlAction) -> None:
    """Nothing is forced, and an action is exactly one."""
    peer = Peer(ok({}))
    with pytest.raises(ValueError, match=r"forced|exactly one"):
        await OrderMutations(peer.commercetools()).update("o-1", 8, [action])
    assert peer.requests == []


def answer(**changed: object) -> dict[str, object]:
    """An order as the mutation answers it."""
    states = {"orderState": "Confirmed", "paymentState": "Paid", "shipmentState": None}
    return {"id": "o-1", "version": 8, **states, **changed}
