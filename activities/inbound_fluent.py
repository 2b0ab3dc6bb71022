"""Fluent's messages: each is a hint to read the full record, which alone says what has come of the order.

Names: docs.fluentcommerce.com, building-blocks/connector-contracts-order-update-contract.
"""

from activities.inbound_handlers import Context, OfOneSeller, Records
from domain.inbound import Handled, ParkReason, Received
from domain.provider_answers import Unsupported
from domain.provider_news import News, fulfillment_news, order_news, statuses_of
from domain.provider_reasons import in_our_codes

ORDER, FULFILLMENT, RETURN = "ORDER", "FULFILMENT", "RETURN_ORDER"
_TOLD_IN = ("orderRef", "order_ref")
"""The attributes in which a message about something else names its order."""


class FluentStatusUpdate:
    """`Handler` of every status update: of an order, of a fulfilment, of a return."""

    async def handle(self, message: Received, context: Context) -> Handled:
        """See Handler."""
        if context.records is None:
            return Handled.park(
                ParkReason.NOT_SET_UP, f"this worker has no provider {context.provider} to ask"
            )
        if isinstance(context.records, OfOneSeller) and not context.records.serves(
            message.account_id, message.retailer_id
        ):
            # References are unique to a retailer: under another's there may be an order of ours that it is not about.
            whose = f"account {message.account_id}, retailer {message.retailer_id}"
            return Handled.nothing(f"{message.entity_type} of another seller ({whose[:200]})")
        if message.entity_type == FULFILLMENT:
            return await _fulfillment(message, context, context.records)
        ref = message.entity_ref if message.entity_type == ORDER else _order_ref(message)
        if ref is None:
            why = f"{message.entity_type} {message.entity_ref} does not say which order it belongs to"
            return Handled.park(ParkReason.UNKNOWN_ORDER, why)
        return await _order(ref, message, context, context.records)


async def _order(ref: str, message: Received, context: Context, records: Records) -> Handled:
    found = await records.fetch(ref)
    if isinstance(found, Unsupported):
        return Handled.park(ParkReason.NOT_SET_UP, f"{context.provider} cannot be asked: {found.why}")
    if found is None:
        return Handled.park(ParkReason.UNKNOWN_ORDER, f"{context.provider} has no order under {ref}")
    return await _told(found.ref, order_news(found, context.maps, message.received_at), context)


async def _fulfillment(message: Received, context: Context, records: Records) -> Handled:
    found = await records.fetch_fulfillment(message.entity_id)
    if isinstance(found, Unsupported):
        return Handled.park(ParkReason.NOT_SET_UP, f"{context.provider} cannot be asked: {found.why}")
    if found is None:
        why = f"{context.provider} has no fulfilment {message.entity_id}"
        return Handled.park(ParkReason.UNKNOWN_ORDER, why)
    ref = found.order_ref or _order_ref(message)
    if ref is None:
        why = f"fulfilment {found.ref} does not say which order it belongs to"
        return Handled.park(ParkReason.UNKNOWN_ORDER, why)
    return await _told(ref, fulfillment_news(ref, found, context.maps, message.received_at), context)


async def _told(ref: str, news: News, context: Context) -> Handled:
    if news.unmapped:
        return Handled.park(ParkReason.UNMAPPED, f"{ref}: {statuses_of(news.unmapped)}")
    if news.unreadable:
        return Handled.park(ParkReason.UNREADABLE, f"{ref}: {'; '.join(news.unreadable)}")
    if not news.events:
        return Handled.nothing(f"{ref}: what its status is mapped to tells nothing of the goods")
    events, undeclared = in_our_codes(news.events, context.reasons, context.provider)
    if undeclared:
        return Handled.park(ParkReason.UNMAPPED, f"{ref}: {'; '.join(map(str, undeclared))}")
    order_id = await context.orders.order_of(ref)
    if order_id is None:
        return Handled.park(ParkReason.UNKNOWN_ORDER, f"no order has the logistic order {ref}")
    return Handled.deliver(order_id, *events)


def _order_ref(message: Received) -> str | None:
    if message.root_entity_type == ORDER and message.root_entity_ref:
        return message.root_entity_ref
    named = (message.attributes.get(name) for name in _TOLD_IN)
    return next((one for one in named if isinstance(one, str) and one), None)
