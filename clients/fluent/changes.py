"""What is asked of an order that is at Fluent already: events into the retailer's own workflows.

Which event means what is the retailer's choice. The names below are the defaults; an empty one says that the workflows
have none. `CancelOrder` with `cancelReason` stands in Fluent's documents [docs.fluentcommerce.com, workflow event
execution], and lines to cancel are `items: [{"ref", "quantity"}]`, so many altogether since the export. Each event
carries a `requestId`, the same for the same request, for rules that want to know a repeat.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from clients.fluent.drafts import EXPORTED_QUANTITY, address_input
from clients.fluent.events import EventOutcome, FluentEvent, FluentEvents
from clients.fluent.orders import FluentItem, FluentOrder, FluentOrders
from clients.fluent.session import FluentSession
from domain.order import Address
from domain.provider_answers import Accepted, LineQuantity, Refused, Unsupported
from domain.value import Value, digest_of

Changing = Accepted | Refused | Unsupported
_CANCELLED = frozenset({"CANCELLED", "CANCELED"})


class EventNames(Value):
    """The events of a retailer's workflows; one without a name is one that they do not know."""

    event_cancel: str = "CancelOrder"
    event_cancel_items: str = "CancelOrderItems"
    event_amend: str = "AmendOrder"
    event_address: str = "ChangeDeliveryAddress"
    event_method: str = "ChangeDeliveryType"
    event_payment: str = "PaymentStatusUpdate"


class FluentChanges:
    """Changes to the orders of one retailer. Everything raises as `clients.errors` says."""

    def __init__(self, session: FluentSession, orders: FluentOrders, names: EventNames) -> None:
        self._orders = orders
        self._events = FluentEvents(session)
        self._names = names

    async def cancel(self, ref: str, quantities: Sequence[LineQuantity], reason: str) -> Changing:
        """All of it, or these quantities altogether. The workflow decides whether the order's status allows it.

        That it took the event does not say that it has cancelled: the order is looked at again.
        """
        event = self._names.event_cancel_items if quantities else self._names.event_cancel
        if not event:
            return _without_event("cancel")
        order = await self._orders.find(ref)
        if order is None:
            return _unknown(ref)
        told: dict[str, Any] = {"cancelReason": reason, "requestId": _request("cancel", ref, quantities)}
        items = await self._orders.items(order) if quantities else []
        if quantities:
            if not _are_ours(items, quantities):
                return Refused(ref=ref, why="unknownLine")
            told["items"] = _listed(quantities)
        if _is_cancelled(order) or (quantities and _is_reduced(items, quantities)):
            return Accepted(ref=ref, settled=True)
        answer = await self._run(event, order, told)
        if isinstance(answer, Accepted):
            return Accepted(ref=ref, settled=await self._is_cancelled_now(ref, quantities))
        return answer

    async def amend(self, ref: str, quantities: Sequence[LineQuantity]) -> Changing:
        """These quantities from now on."""
        told = {"items": _listed(quantities), "requestId": _request("amend", ref, quantities)}
        return await self._change("amend", ref, (self._names.event_amend, told))

    async def change_delivery(self, ref: str, address: Address | None, method: str | None) -> Changing:
        """One event for each that changes; what the first is answered stands if it is no yes."""
        asked: list[tuple[str, dict[str, Any]]] = []
        if address is not None:
            told = address_input(address, f"{ref}-delivery")
            asked.append((self._names.event_address, {"deliveryAddress": told}))
        if method is not None:
            asked.append((self._names.event_method, {"deliveryType": method}))
        return await self._change("change_delivery", ref, *asked)

    async def tell_of_payment(self, ref: str, state: str) -> Changing:
        """The state as commercetools spells it, for the workflow to read."""
        told = {"paymentState": state}
        return await self._change("tell_of_payment", ref, (self._names.event_payment, told))

    async def _change(self, operation: str, ref: str, *asked: tuple[str, dict[str, Any]]) -> Changing:
        if not all(event for event, _ in asked):
            return _without_event(operation)
        order = await self._orders.find(ref)
        if order is None:
            return _unknown(ref)
        answer: Changing = Accepted(ref=ref, settled=True)
        for event, attributes in asked:
            answer = await self._run(event, order, attributes)
            if not isinstance(answer, Accepted):
                return answer
        return answer

    async def _run(self, event: str, order: FluentOrder, attributes: Mapping[str, Any]) -> Accepted | Refused:
        told = FluentEvent(name=event, entity_ref=order.ref, entity_id=order.id, attributes=dict(attributes))
        outcome = await self._events.run(told)
        if outcome is EventOutcome.NO_RULE:
            return Refused(ref=order.ref, why="noWorkflowRule")
        return Accepted(ref=order.ref, settled=outcome is EventOutcome.DONE)

    async def _is_cancelled_now(self, ref: str, quantities: Sequence[LineQuantity]) -> bool:
        order = await self._orders.find(ref)
        if order is None or _is_cancelled(order) or not quantities:
            return order is not None and _is_cancelled(order)
        return _is_reduced(await self._orders.items(order), quantities)


def _unknown(ref: str) -> Refused:
    return Refused(ref=ref, why="unknownOrder")


def _without_event(operation: str) -> Unsupported:
    return Unsupported(operation=operation, why="the workflows have no event for it")


def _is_cancelled(order: FluentOrder) -> bool:
    return (order.status or "").upper() in _CANCELLED


def _are_ours(items: Sequence[FluentItem], quantities: Sequence[LineQuantity]) -> bool:
    """Whether each line stands there with the quantity that was exported."""
    marked = {one.ref for one in items if one.number(EXPORTED_QUANTITY) is not None}
    return {one.line_item_id for one in quantities} <= marked


def _is_reduced(items: Sequence[FluentItem], quantities: Sequence[LineQuantity]) -> bool:
    """Whether so many of what was exported are cancelled already, as after a reply that was lost.

    A line that is not on the order any more does not say so.
    """
    standing = {one.ref: one for one in items}
    asked = [(standing.get(one.line_item_id), one.quantity) for one in quantities]
    return all(
        there is not None and there.quantity <= max((there.number(EXPORTED_QUANTITY) or 0) - altogether, 0)
        for there, altogether in asked
    )


def _listed(quantities: Sequence[LineQuantity]) -> list[dict[str, Any]]:
    """Order items by their reference, which is the line item's id."""
    ordered = sorted(quantities, key=lambda one: one.line_item_id)
    return [{"ref": one.line_item_id, "quantity": one.quantity} for one in ordered]


def _request(operation: str, ref: str, quantities: Sequence[LineQuantity]) -> str:
    return f"{ref}/{operation}/{digest_of(_listed(quantities))[:16]}"
