"""Returns at Fluent, of one order."""

from collections.abc import Mapping
from typing import Any

from pydantic import AwareDatetime, Field

from clients.fluent.graphql import PAGE_SIZE, Connection
from clients.fluent.session import SYSTEM, FluentSession
from clients.reading import Projection, parsed
from domain.provider_orders import ProviderReturn, ReturnedItem

RETURNS = """
query Returns($order: OrderLinkInput, $retailer: [Int!], $after: String, $first: Int!) {
  returnOrders(order: $order, retailerId: $retailer, first: $first, after: $after) {
    edges {
      node {
        id ref type status updatedOn
        returnOrderItems(first: 100) {
          edges {
            node {
              ref status returnReasonComment
              orderItem { ref }
              unitQuantity { quantity }
              returnReason { value }
            }
            cursor
          }
          pageInfo { hasNextPage }
        }
      }
      cursor
    }
    pageInfo { hasNextPage }
  }
}
"""


class _Ref(Projection):
    ref: str | None = None


class _Quantity(Projection):
    quantity: int | None = Field(default=None, ge=0)


class _Reason(Projection):
    value: str | None = None


class _Item(Projection):
    ref: str
    status: str | None = None
    order_item: _Ref | None = None
    unit_quantity: _Quantity | None = None
    return_reason: _Reason | None = None


class _Return(Projection):
    ref: str
    type: str | None = None
    status: str
    updated_on: AwareDatetime | None = None
    return_order_items: Connection


class FluentReturns:
    """The returns of one retailer. Everything raises as `clients.errors` says."""

    def __init__(self, session: FluentSession) -> None:
        self._session = session

    async def of_order(self, ref: str) -> list[ProviderReturn]:
        """All returns of the order with this reference."""
        retailer = self._session.account.retailer_id
        variables: Mapping[str, Any] = {
            "order": {"ref": ref, "retailer": {"id": retailer}},
            "retailer": [int(retailer)],
        }
        data = await self._session.graphql(RETURNS, {**variables, "after": None, "first": PAGE_SIZE})
        first = parsed(Connection, data.get("returnOrders"), system=SYSTEM)
        nodes = await self._session.drained(first, RETURNS, variables, "returnOrders")
        return [_read(parsed(_Return, node, system=SYSTEM)) for node in nodes]


def _read(one: _Return) -> ProviderReturn:
    nodes = one.return_order_items.entire("items in a return", system=SYSTEM)
    items = [parsed(_Item, node, system=SYSTEM) for node in nodes]
    return ProviderReturn(
        ref=one.ref,
        status=one.status,
        type=one.type,
        updated_on=one.updated_on,
        items=tuple(
            ReturnedItem(
                ref=item.ref,
                line_item_id=item.order_item.ref if item.order_item else None,
                quantity=item.unit_quantity.quantity if item.unit_quantity else None,
                reason=item.return_reason.value if item.return_reason else None,
                status=item.status,
            )
            for item in items
        ),
    )
