"""The guard before every change of an order's state: reads the question, finds out what it must know, asks the rules.

Whatever it cannot find out in time counts as no, unless the edge says otherwise.
"""

import asyncio
from collections.abc import Set as AbstractSet
from typing import Protocol

from clients.errors import ClientError
from clients.projections import order_from_json
from clients.resources import StateResource
from domain.guard import (
    Drift,
    Objection,
    Refusal,
    drift,
    needs_release,
    refusal_of_creation,
    refusal_of_move,
)
from domain.states import StateMachine
from starter.extension_calls import ExtensionCall, caller_named, caller_of
from starter.orders_gateway import GatewayError, NoWorkflowError, OrderWorkflows
from starter.state_keys import StateKeys
from starter.told_moves import ToldMove

WITHIN_SECONDS = 1.5
"""commercetools waits two seconds by default, the way there and back included."""


class GuardedShop(Protocol):
    """What the guard needs of commercetools."""

    @property
    def client_id(self) -> str:
        """Our API client."""

    async def states(self, type_: str | None = None) -> list[StateResource]:
        """Every state of a type."""


class Guard:
    """Answers whether an order may be saved in the state that it would have."""

    def __init__(
        self,
        machine: StateMachine,
        orders: OrderWorkflows,
        shop: GuardedShop,
        operators: AbstractSet[str] = frozenset(),
        *,
        within_seconds: float = WITHIN_SECONDS,
    ) -> None:
        self._machine = machine
        self._orders = orders
        self._shop = shop
        self._operators = operators
        self._within = within_seconds
        self.keys = StateKeys(shop)

    async def refusal(self, call: ExtensionCall) -> Refusal | None:
        """Why the order may not be saved like this; None: it may, or its state is not touched."""
        target_id, source_id = call.after.state_id, call.before.state_id if call.before else None
        if target_id is None or (call.before is not None and source_id == target_id):
            return None
        if call.action == "Update" and call.before is None:
            message = "The order as it was before is not known: the extension needs includeOldResource."
            return Refusal(objection=Objection.UNREADABLE, message=message)
        try:
            async with asyncio.timeout(self._within):
                target = await self._key(target_id)
                if call.action == "Create":
                    return refusal_of_creation(self._machine, target)
                source = await self._key(source_id) if source_id is not None else None
                return await self._refusal_of_move(call, source, target)
        except (TimeoutError, ClientError):
            message = (
                "The project's states could not be read in time, so the order stays where it is. Try again."
            )
            return Refusal(objection=Objection.UNREADABLE, message=message)

    async def drift(self, move: ToldMove, client_id: str | None) -> tuple[Drift | None, str | None, str]:
        """What is wrong with a move that has been made, and the keys of its two ends.

        Raises:
            ClientError: commercetools does not say which states they are.
        """
        target = await self._key(move.target_id)
        source = await self._key(move.source_id) if move.source_id is not None else None
        caller = caller_named(client_id, self._shop.client_id, self._operators)
        return drift(self._machine, source, target, caller, forced=move.forced), source, target

    async def _refusal_of_move(self, call: ExtensionCall, source: str | None, target: str) -> Refusal | None:
        caller = caller_of(call, self._shop.client_id, self._operators)
        # What is refused in any case needs no word of the workflow.
        refused = refusal_of_move(self._machine, source, target, caller, released=True)
        if refused is not None or not needs_release(self._machine, source, target):
            return refused
        released = await self._released(call)
        return refusal_of_move(self._machine, source, target, caller, released=released)

    async def _released(self, call: ExtensionCall) -> bool | None:
        """The workflow's word on exactly this content; None if there is none in time."""
        try:
            digest = order_from_json(call.document).content.digest
            async with asyncio.timeout(self._within * 0.8):
                return (await self._orders.released(call.order_id, digest)).released
        except NoWorkflowError:
            return False
        except (GatewayError, TimeoutError, ClientError):
            return None

    async def _key(self, state_id: str) -> str:
        """The state's key; its id where the project has no such state, which no machine declares."""
        return await self.keys.key(state_id) or state_id
