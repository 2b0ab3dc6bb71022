"""Orders at Fluent: found by reference and retailer, created, listed by when they changed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import AwareDatetime, Field

from clients.errors import Unreadable
from clients.fluent.graphql import PAGE_SIZE, Connection, told
from clients.fluent.session import SYSTEM, FluentSession
from clients.reading import Projection, parsed

FIND_ORDER = """
query FindOrder($ref: [String], $retailer: [Int!], $after: String, $first: Int!) {
  orders(ref: $ref, retailerId: $retailer, first: 10, after: $after) {
    edges {
      node {
        id ref type status createdOn updatedOn
        attributes { name value }
        items(first: $first) {
          edges { node { id ref status quantity attributes { name value } } cursor }
          pageInfo { hasNextPage }
        }
        fulfilments(first: $first) {
          edges { node { id } cursor }
          pageInfo { hasNextPage }
        }
      }
      cursor
    }
    pageInfo { hasNextPage }
  }
}
"""
ORDER_ITEMS = """
query OrderItems($id: ID!, $after: String, $first: Int!) {
  orderById(id: $id) {
    items(first: $first, after: $after) {
      edges { node { id ref status quantity attributes { name value } } cursor }
      pageInfo { hasNextPage }
    }
  }
}
"""
ORDER_FULFILMENTS = """
query OrderFulfilments($id: ID!, $after: String, $first: Int!) {
  orderById(id: $id) {
    fulfilments(first: $first, after: $after) {
      edges { node { id } cursor }
      pageInfo { hasNextPage }
    }
  }
}
"""
UPDATED_ORDERS = """
query UpdatedOrders($retailer: [Int!], $from: DateTime, $after: String, $first: Int!) {
  orders(retailerId: $retailer, updatedOn: { from: $from }, first: $first, after: $after) {
    edges { node { id ref status updatedOn } cursor }
    pageInfo { hasNextPage }
  }
}
"""
FIND_CUSTOMER = """
query FindCustomer($username: [String], $after: String, $first: Int!) {
  customers(username: $username, first: $first, after: $after) {
    edges { node { id username } cursor }
    pageInfo { hasNextPage }
  }
}
"""
CREATE_ORDER = """
mutation CreateOrder($input: CreateOrderInput) {
  createOrder(input: $input) { id ref status }
}
"""
CREATE_ORDER_AND_CUSTOMER = """
mutation CreateOrderAndCustomer($input: CreateOrderAndCustomerInput) {
  createOrderAndCustomer(input: $input) { id ref status }
}
"""


class Attribute(Projection):
    """A name and any JSON."""

    name: str
    value: Any = None


class FluentItem(Projection):
    """One order item."""

    id: str
    ref: str | None = None
    status: str | None = None
    quantity: int = Field(ge=0)
    attributes: tuple[Attribute, ...] | None = None

    def number(self, name: str) -> int | None:
        """The whole number in one attribute."""
        found = next((one.value for one in self.attributes or () if one.name == name), None)
        return int(found) if isinstance(found, int | str) and str(found).isdecimal() else None


class FluentOrder(Projection):
    """An order, with the first page of its items and fulfilments."""

    id: str
    ref: str
    type: str | None = None
    status: str | None = None
    created_on: AwareDatetime | None = None
    updated_on: AwareDatetime | None = None
    attributes: tuple[Attribute, ...] | None = None
    items: Connection | None = None
    fulfilments: Connection | None = None

    def attribute(self, name: str) -> str | None:
        """The text of one attribute."""
        return text_of(self.attributes or (), name)


class Created(Projection):
    """What a mutation says of an order it made."""

    id: str
    ref: str | None = None


class _Listed(Projection):
    id: str
    ref: str | None = None
    status: str | None = None
    updated_on: AwareDatetime | None = None


class OrderPage(Projection):
    """A page of orders that changed; `next_cursor` is None on the last."""

    orders: tuple[_Listed, ...]
    next_cursor: str | None = Field(default=None)


def text_of(attributes: Sequence[Attribute], *names: str) -> str | None:
    """The first text among attributes of these names, however they are capitalised."""
    by_name = {one.name.casefold(): one.value for one in attributes}
    values = (by_name.get(name.casefold()) for name in names)
    return next((value for value in values if isinstance(value, str) and value), None)


class FluentOrders:
    """The orders of one retailer. Everything raises as `clients.errors` says."""

    def __init__(self, session: FluentSession) -> None:
        self._session = session
        self._retailer = int(session.account.retailer_id)

    async def find(self, ref: str) -> FluentOrder | None:
        """The order with this reference; None only if Fluent says that there is none.

        Raises:
            Unreadable: there are several, or no readable answer, which is no absence.
        """
        variables = {"ref": [ref], "retailer": [self._retailer]}
        # A filter of Fluent's may take some characters for wildcards: only this very reference counts, on any page.
        found = await self._all(FIND_ORDER, variables, "orders")
        exact = [node for node in found if node.get("ref") == ref]
        if len(exact) > 1:
            raise Unreadable(f"{SYSTEM} has {len(exact)} orders under {ref}", system=SYSTEM)
        return parsed(FluentOrder, exact[0], system=SYSTEM) if exact else None

    async def items(self, order: FluentOrder) -> list[FluentItem]:
        """All items of the order."""
        first = told(order.items, "the items of an order", system=SYSTEM)
        nodes = await self._session.drained(first, ORDER_ITEMS, {"id": order.id}, "orderById", "items")
        return [parsed(FluentItem, node, system=SYSTEM) for node in nodes]

    async def fulfilment_ids(self, order: FluentOrder) -> list[str]:
        """The ids of all its fulfilments."""
        first = told(order.fulfilments, "the fulfilments of an order", system=SYSTEM)
        nodes = await self._session.drained(
            first, ORDER_FULFILMENTS, {"id": order.id}, "orderById", "fulfilments"
        )
        return [parsed(Created, node, system=SYSTEM).id for node in nodes]

    async def create(self, order: Mapping[str, Any]) -> Created:
        """Create an order of a customer who is there (`CreateOrderInput`)."""
        data = await self._session.graphql(CREATE_ORDER, {"input": dict(order)})
        return parsed(Created, data.get("createOrder"), system=SYSTEM)

    async def create_with_customer(self, order: Mapping[str, Any]) -> Created:
        """Create an order and its customer (`CreateOrderAndCustomerInput`)."""
        data = await self._session.graphql(CREATE_ORDER_AND_CUSTOMER, {"input": dict(order)})
        return parsed(Created, data.get("createOrderAndCustomer"), system=SYSTEM)

    async def customer_id(self, username: str) -> str | None:
        """Fluent's id of the customer with this user name, None if there is none."""
        found = await self._all(FIND_CUSTOMER, {"username": [username]}, "customers")
        named = [node for node in found if node.get("username") == username]
        return parsed(Created, named[0], system=SYSTEM).id if named else None

    async def updated(self, since: datetime, cursor: str | None, *, size: int = PAGE_SIZE) -> OrderPage:
        """One page of the orders that changed at or after an instant.

        Raises:
            Unreadable: the page that comes after is this one again.
        """
        variables = {
            "retailer": [self._retailer],
            "from": since.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "after": cursor,
            "first": size,
        }
        data = await self._session.graphql(UPDATED_ORDERS, variables)
        page = parsed(Connection, data.get("orders"), system=SYSTEM)
        if page.next_cursor is not None and page.next_cursor == cursor:
            raise Unreadable(f"{SYSTEM} has no end of pages at orders", system=SYSTEM)
        listed = tuple(parsed(_Listed, node, system=SYSTEM) for node in page.nodes)
        return OrderPage(orders=listed, next_cursor=page.next_cursor)

    async def _all(self, document: str, variables: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        """Everything that a look-up finds: what is not on its first page is not absent."""
        data = await self._session.graphql(document, {**variables, "first": PAGE_SIZE})
        first = parsed(Connection, data.get(name), system=SYSTEM)
        return await self._session.drained(first, document, variables, name)
