"""What the approved orders of a business unit or requester come to in a calendar period.

By GraphQL: REST would send the orders whole, some megabytes a page. Paged by id, as an offset ends at 10,000.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from clients.commercetools import Commercetools
from clients.kept import Kept
from clients.predicates import among, quoted
from clients.projections import TypedMoney
from clients.reading import Projection, parsed
from clients.reservations import Reserved
from clients.session import SYSTEM
from domain.budgets import Approved, Per, Purse, added_up, bounds
from domain.money import Money
from domain.order import Order, Requester
from domain.phases import Phase
from domain.states import StateMachine, StateType
from domain.value import digest_of

MOST_ORDERS = 20_000
"""Beyond, reading them would take longer than one attempt at an order may."""
_PAGE = 500
_TOTALS = """query ($where: String, $limit: Int) {
  orders(where: $where, sort: ["id asc"], limit: $limit) {
    results { id totalPrice { currencyCode centAmount fractionDigits } }
  }
}"""
_APPROVED = (Phase.APPROVED, Phase.IN_FULFILLMENT, Phase.COMPLETED)


class _Order(Projection):
    id: str
    total_price: TypedMoney


class _Page(Projection):
    results: tuple[_Order, ...]


class _Answer(Projection):
    orders: _Page


class Beside(NamedTuple):
    """What an order adds to: the approved orders, or why they cannot be told, and what is reserved beside them."""

    approved: Approved | str
    reserved: tuple[Reserved, ...] = ()


class ApprovedOrders:
    """The orders that stand in a state of approval on the declared machine. Needs `view_orders` and `view_states`."""

    def __init__(
        self, commercetools: Commercetools, machine: StateMachine, *, most: int = MOST_ORDERS
    ) -> None:
        self._commercetools = commercetools
        self._keys = tuple(dict.fromkeys(machine.key(phase) for phase in _APPROVED))
        self._states: Kept[str] = Kept(self._state_ids)
        self._most = most

    async def beside(self, order: Order, purse: Purse, reserved: Sequence[Reserved] = ()) -> Beside:
        """Those of the order's own purse and period, without itself; or why they cannot be told.

        What is reserved counts along until it is approved. One request for 500 orders, and one for the states every few minutes. Queries lag a little behind writes.

        Raises:
            ClientError: as `clients.errors` says.
        """
        whose = _whose(order, purse.per)
        if whose is None:
            return Beside(f"the order names no {purse.per}")
        states = await self._states.of(self._keys)
        missing = [key for key in self._keys if key not in states]
        if missing:
            return Beside(f"the project has no state {missing[0]}")
        since, until = bounds(purse.period, purse.zone, order.created_at)
        where = (
            f"{whose} and createdAt >= {_moment(since)} and createdAt < {_moment(until)}"
            f" and state(id in {among(states.values())})"
        )
        found = {other: total async for other, total in self._totals(where) if other != order.id}
        if len(found) > self._most:
            return Beside(f"there are more than {self._most:,} orders")
        still = tuple(one for one in reserved if one.order_id != order.id and one.order_id not in found)
        return Beside(added_up((*found.values(), *(one.total for one in still))), still)

    async def _totals(self, where: str) -> AsyncIterator[tuple[str, Money]]:
        """Each order's id and total price, by id; no page is begun after more than the most there may be."""
        condition, seen = where, 0
        while True:
            variables = {"where": condition, "limit": _PAGE}
            answer = await self._commercetools.graphql(_TOTALS, variables)
            page = parsed(_Answer, answer, system=SYSTEM).orders.results
            for order in page:
                yield order.id, order.total_price.rounded()
            seen += len(page)
            if len(page) < _PAGE or seen > self._most + 1:
                return
            condition = f"{where} and id > {quoted(page[-1].id)}"

    async def _state_ids(self, keys: Sequence[str]) -> dict[str, str]:
        """The ids of the states: a predicate about orders cannot ask for a state's key."""
        known = {"keys": keys, "type": StateType.ORDER.value}
        page = await self._commercetools.query_states("key in :keys and type = :type", known, limit=_PAGE)
        return {state.key: state.id for state in page.results if state.key is not None}


def slot_key(order: Order, purse: Purse) -> str | None:
    """Under which key is reserved what the order takes of that purse in its period; it names nobody.

    None if the order has no such purse.
    """
    whose = _whose(order, purse.per)
    if whose is None:
        return None
    since, until = bounds(purse.period, purse.zone, order.created_at)
    of = digest_of([whose, since.isoformat(), until.isoformat()])
    return f"{purse.per}-{purse.period}-{of[:32]}"


def _whose(order: Order, per: Per) -> str | None:
    """The orders of the same business unit, or of the same requester by the strongest identity that the order gives."""
    if per is Per.BUSINESS_UNIT:
        unit = order.content.business_unit
        return f"businessUnit(key = {quoted(unit)})" if unit is not None else None
    return _placed_by(order.content.requester)


def _placed_by(requester: Requester) -> str | None:
    customer = requester.associate_id or requester.customer_id
    if customer is not None:
        return f"(createdBy(associate(id = {quoted(customer)})) or customerId = {quoted(customer)})"
    email = requester.customer_email
    return f"customerEmail = {quoted(email)}" if email is not None else None


def _moment(instant: datetime) -> str:
    return quoted(f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z")
