"""Orders: imported or made from a cart, found by id and by order number. Source: `resources/orders.raml`."""

from starlette.routing import Route

from sandbox import order_deliveries, order_fields, order_returns, order_transitions
from sandbox.endpoints import Kind, answered
from sandbox.extensions_writes import carry_out
from sandbox.orders_from_cart import order_from_cart
from sandbox.orders_import import import_order
from sandbox.requests import Answer, Call, api_route, writing
from sandbox.store import Resource, Transaction
from sandbox.updates import Actions

ACTIONS: Actions = {
    **order_fields.ACTIONS,
    **order_transitions.ACTIONS,
    **order_deliveries.ACTIONS,
    **order_returns.ACTIONS,
}


def _say_goodbye(tx: Transaction, order: Resource) -> None:
    tx.emit("OrderDeleted", "order", order, {"order": order})


ORDERS = Kind(
    "order",
    "/orders",
    "orders",
    order_from_cart,
    ACTIONS,
    unique="order-number",
    before_delete=_say_goodbye,
)


async def _import(call: Call) -> Answer:
    draft = call.fields()
    if call.sandbox.options.extensions_on_import:
        created = await carry_out(call, "order", ACTIONS, lambda tx: import_order(tx, draft))
    else:
        with call.store.transaction(call.actor) as tx:
            created = import_order(tx, draft)
    return 201, answered(call, created)


def routes() -> list[Route]:
    """The endpoints of Orders."""
    return [api_route("/orders/import", post=writing(_import, "orders")), *ORDERS.routes()]
