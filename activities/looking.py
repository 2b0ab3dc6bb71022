"""What is read of an order beside what an approval depends on, for those who fulfil it."""

from collections.abc import Awaitable, Callable

from activities.requests import LookRequest, Seen
from clients.commercetools import Commercetools
from clients.found_payment import found_payment
from clients.found_returns import found_returns
from clients.projections import order_from_json
from domain.order import Order
from domain.route import Route
from domain.standing import standing
from domain.states import StateMachine


async def look(
    commercetools: Commercetools,
    machine: StateMachine,
    request: LookRequest,
    routed: Callable[[Order], Awaitable[Route]],
) -> Seen:
    """The order as it stands; a content that is new is routed, so that it can be told whether the route is the same.

    Raises ClientError.
    """
    document = await commercetools.order_document(request.order_id)
    if document is None:
        return Seen(standing=standing(None, machine))
    order = order_from_json(document)
    seen = Seen(
        standing=standing(order, machine),
        state=order.state,
        digest=order.content.digest,
        modified_by=order.last_modified_by,
        returns=found_returns(document),
        payment=found_payment(document),
    )
    if not request.known or seen.digest in request.known:
        return seen
    return seen.model_copy(update={"content": order.content, "route": await routed(order)})


async def order_and_payment(commercetools: Commercetools, order_id: str) -> tuple[Order | None, str | None]:
    """The order, and the state of its payment at the same version; raises ClientError."""
    document = await commercetools.order_document(order_id)
    return (None, None) if document is None else (order_from_json(document), found_payment(document))
