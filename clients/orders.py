"""Orders: read by id or number, queried, updated at a version."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from clients.projections import order_from_json
from clients.session import Session, Variables, changes, query, segment
from domain.order import Order

if TYPE_CHECKING:  # the SDK's models take most of a second to load: those who only read do not wait for them
    from clients.drafts import OrderImportDraft, OrderUpdateAction

# So that the order's state and customer group come with their keys, in one request.
_EXPANDED = (("expand", "state"), ("expand", "customerGroup"))
_LARGEST_PAGE = 500


class Orders:
    """The project's orders. Everything raises Unreachable, Unreadable or ApiError, see `clients.errors`."""

    _session: Session

    async def order(self, order_id: str) -> Order | None:
        """The order as it is now, None if there is none."""
        return await self._session.find(f"orders/{segment(order_id)}", order_from_json, _EXPANDED)

    async def order_document(self, order_id: str, expand: Sequence[str] = ()) -> Mapping[str, Any] | None:
        """The order as its JSON has it, for those who read other fields; these paths are expanded beside the usual ones."""
        params = [*_EXPANDED, *(("expand", path) for path in expand)]
        document: Mapping[str, Any] | None = await self._session.find(
            f"orders/{segment(order_id)}", lambda found: found, params
        )
        return document

    async def order_by_number(self, order_number: str) -> Order | None:
        """The same, by order number."""
        path = f"orders/order-number={segment(order_number)}"
        return await self._session.find(path, order_from_json, _EXPANDED)

    async def orders(
        self,
        where: str = "",
        variables: Variables | None = None,
        sort: Sequence[str] = ("createdAt asc", "id asc"),
        limit: int = 20,
    ) -> list[Order]:
        """One page of a query, at most 500. Queries lag behind writes: read by id before relying on it."""
        params = [*query(where, variables, sort, limit), *_EXPANDED]
        return await self._session.page("orders", order_from_json, params)

    async def every_order(
        self, where: str = "", variables: Variables | None = None, *, page_size: int = 100
    ) -> AsyncIterator[Order]:
        """All orders that the predicate finds, by id, page after page."""
        size = min(page_size, _LARGEST_PAGE)
        condition, known = where, dict(variables or {})
        while True:
            page = await self.orders(condition, known, ("id asc",), size)
            for order in page:
                yield order
            if len(page) < size:
                return
            condition = f"({where}) and id > :after" if where else "id > :after"
            known["after"] = page[-1].id

    async def update_order(
        self,
        order_id: str,
        version: int,
        actions: Sequence[OrderUpdateAction],
        *,
        external_user: str | None = None,
    ) -> Order:
        """Apply the actions, all or none, if the order still has that version; the order as it is then.

        `external_user` is the person who caused it: `lastModifiedBy.externalUserId`, at most 128 characters.

        Raises:
            ConcurrentModification: the order has another version.
            InvalidOperation: the state machine or the order's present state forbids an action.
            ValueError: an action would force a transition, which Placet never does.
        """
        if any(getattr(action, "force", None) for action in actions):
            raise ValueError("a transition must not be forced")
        answer = await self._session.call(
            "POST",
            f"orders/{segment(order_id)}",
            params=_EXPANDED,
            body=changes(version, actions),
            external_user=external_user,
        )
        return order_from_json(answer)

    async def import_order(self, draft: OrderImportDraft) -> Order:
        """Create an order as a snapshot. Nothing is expanded in the answer: a state reads `id:{state id}`.

        Raises:
            DuplicateField: the order number is taken.
        """
        return await self._session.create("orders/import", order_from_json, draft)
