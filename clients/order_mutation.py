"""One `updateOrder` mutation of GraphQL: an order's free states and whatever belongs to the same moment, all or none.

An action is an input object with one field, named after the action: `{"changeOrderState": {"orderState": "Confirmed"}}`
(commercetools' GraphQL schema, OrderUpdateAction).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from clients.errors import Unreadable
from clients.reading import Projection, parsed
from domain.status_mapping import Kind, Mapped
from domain.status_mapping_moves import Changes, StateChange, States, changes
from domain.value import Value

if TYPE_CHECKING:  # the SDK's models take most of a second to load
    from clients.drafts import OrderUpdateAction

SYSTEM = "commercetools"
GraphqlAction = Mapping[str, Mapping[str, Any]]

# Nothing that would need another resource: should that fail, an error would come with an update that was carried out.
_FIELDS = "id version orderState paymentState shipmentState"
UPDATE = f"""
mutation UpdateOrder($id: String!, $version: Long!, $actions: [OrderUpdateAction!]!) {{
  updateOrder(id: $id, version: $version, actions: $actions) {{ {_FIELDS} }}
}}
"""
READ = f"query OrderStates($id: String!) {{ order(id: $id) {{ {_FIELDS} }} }}"

_SETS_A_CUSTOM_FIELD = "CustomField"
"""How the names of such actions end: setCustomField, setParcelCustomField, setReturnItemCustomField."""


class Graphql(Protocol):
    """What sends the document: `clients.commercetools.Commercetools`."""

    async def graphql(
        self, query: str, variables: Mapping[str, Any] | None = None, operation_name: str | None = None
    ) -> dict[str, Any]: ...


class OrderStates(Value):
    """An order's free states at one version."""

    id: str
    version: int
    states: States


class Applied(Value):
    """What became of a mapped message. `written` is false where there was nothing to do: then nothing was sent."""

    order: OrderStates
    changes: Changes
    written: bool


class _Order(Projection):
    id: str
    version: int
    order_state: str
    payment_state: str | None = None
    shipment_state: str | None = None


class OrderMutations:
    """Reads and writes the free states of orders. One attempt per call; errors are those of `clients.errors`."""

    def __init__(self, commercetools: Graphql) -> None:
        self._commercetools = commercetools

    async def order_states(self, order_id: str) -> OrderStates | None:
        """The order's free states as they are now, None if there is none."""
        data = await self._commercetools.graphql(READ, {"id": order_id}, "OrderStates")
        return None if data.get("order") is None else _states(data["order"])

    async def apply(
        self, current: OrderStates, mapped: Mapped, further: Sequence[GraphqlAction] = ()
    ) -> Applied:
        """Set what is really a change of `mapped`, together with further actions, on the version that was read.

        With anything unmapped, and with nothing to do, nothing is sent: the message is to be parked, or is a repeat.

        Raises:
            ConcurrentModification: somebody wrote in between; read again and map again.
            NotFound: there is no such order.
            InvalidOperation: the state machine or the order forbids one of the further actions.
            ValueError: a further action would force a transition, or is not exactly one.
        """
        found = changes(current.states, mapped)
        actions = [*(state_action(change) for change in found.todo), *further]
        if found.unmapped or not actions:
            return Applied(order=current, changes=found, written=False)
        return Applied(
            order=await self.update(current.id, current.version, actions), changes=found, written=True
        )

    async def update(self, order_id: str, version: int, actions: Sequence[GraphqlAction]) -> OrderStates:
        """Apply the actions, all or none, if the order still has that version; raises as `apply` does."""
        for action in actions:
            _one_and_unforced(action)
        variables = {"id": order_id, "version": version, "actions": [dict(action) for action in actions]}
        data = await self._commercetools.graphql(UPDATE, variables, "UpdateOrder")
        if data.get("updateOrder") is None:
            raise Unreadable(f"{SYSTEM} answered an update of an order without the order", system=SYSTEM)
        return _states(data["updateOrder"])


def state_action(change: StateChange) -> GraphqlAction:
    """The action that sets a free state, such as `{"changeShipmentState": {"shipmentState": "Shipped"}}`."""
    name = {
        Kind.ORDER: "changeOrderState",
        Kind.PAYMENT: "changePaymentState",
        Kind.SHIPMENT: "changeShipmentState",
    }
    return {name[change.kind]: {change.kind.field: change.target}}


def graphql_action(draft: OrderUpdateAction) -> GraphqlAction:
    """An action of `clients.drafts` in GraphQL's words: its name outside, custom values as JSON in a text."""
    written = draft.serialize()
    name = written.pop("action")
    if name.endswith(_SETS_A_CUSTOM_FIELD) and "value" in written:
        written["value"] = json.dumps(written["value"])
    return {name: {field: _in_graphql(field, value) for field, value in written.items() if value is not None}}


def _in_graphql(field: str, value: Any) -> Any:
    """The value without nulls, and with custom fields as a list, at every depth."""
    if isinstance(value, list):
        return [_in_graphql(field, one) for one in value]
    if not isinstance(value, dict):
        return value
    if field == "fields":
        return [{"name": name, "value": json.dumps(one)} for name, one in value.items()]
    return {name: _in_graphql(name, one) for name, one in value.items() if one is not None}


def _one_and_unforced(action: GraphqlAction) -> None:
    if len(action) != 1:
        raise ValueError("an action is an object with exactly one field, its name")
    if any(fields.get("force") for fields in action.values()):
        raise ValueError("a transition must not be forced")


def _states(document: Any) -> OrderStates:
    order = parsed(_Order, document, system=SYSTEM)
    states = States(order=order.order_state, payment=order.payment_state, shipment=order.shipment_state)
    return OrderStates(id=order.id, version=order.version, states=states)
