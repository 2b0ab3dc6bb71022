"""States, of every type: read, queried, created, changed at a version, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clients.resources import StatePage, StateResource
from clients.session import Session, Variables, by_key, query, reader, segment

if TYPE_CHECKING:  # the SDK is slow to load, and not for those who only read
    from clients.state_drafts import StateDraft, StateUpdateAction

_state = reader(StateResource)
_page = reader(StatePage)
_LARGEST_PAGE = 500


class States:
    """The project's states. Everything raises as `clients.errors` says; reads answer None for what is not there."""

    _session: Session

    async def state(self, key: str) -> StateResource | None:
        """The state of that key, None if there is none."""
        return await self._session.find(by_key("states", key), _state)

    async def state_by_id(self, state_id: str) -> StateResource | None:
        """The state of that id, None if there is none."""
        return await self._session.find(_by_id(state_id), _state)

    async def query_states(  # noqa: PLR0913 - the parameters of a query, each by its name
        self,
        where: str = "",
        variables: Variables | None = None,
        sort: Sequence[str] = ("id asc",),
        limit: int = 20,
        offset: int = 0,
        *,
        with_total: bool = False,
    ) -> StatePage:
        """One page of a query: at most 500, after at most 10,000; `total` only if asked for.

        Queries lag behind writes: read by id or key before relying on it.

        Raises:
            InvalidInput: a predicate or sort that cannot be read, a limit or offset out of range.
        """
        params = query(where, variables, sort, limit, offset, with_total=with_total)
        return _page(await self._session.call("GET", "states", params=params))

    async def states(self, type_: str | None = None) -> list[StateResource]:
        """Every state, or every one of a type such as `OrderState`, by id."""
        found: list[StateResource] = []
        where, variables = ("type = :type", {"type": type_}) if type_ else ("", {})
        while True:
            page = (await self.query_states(where, variables, limit=_LARGEST_PAGE)).results
            found += page
            if len(page) < _LARGEST_PAGE:
                return found
            where = "type = :type and id > :after" if type_ else "id > :after"
            variables = {**variables, "after": page[-1].id}

    async def create_state(self, draft: StateDraft) -> StateResource:
        """Create a state. Transitions may name only states that exist.

        Raises:
            DuplicateField: the key is taken, by a state of whatever type.
            InvalidOperation: the key is empty, or a role is not for this type.
            ReferencedResourceNotFound: a transition names a state that is not there.
        """
        return await self._session.create("states", _state, draft)

    async def update_state(
        self, state_id: str, version: int, actions: Sequence[StateUpdateAction]
    ) -> StateResource:
        """Change a state, all actions or none.

        Raises:
            ConcurrentModification: the state has another version; also without actions.
            InvalidOperation: an action changes nothing, or does not fit the state (built in, type and role).
            DuplicateField, ReferencedResourceNotFound: as for `create_state`.
            BadRequest: with the code ReferenceExists for another type of a state that is in use.
            NotFound: there is no such state.
        """
        return await self._session.update(_by_id(state_id), _state, version, actions)

    async def update_state_by_key(
        self, key: str, version: int, actions: Sequence[StateUpdateAction]
    ) -> StateResource:
        """The same, by key."""
        return await self._session.update(by_key("states", key), _state, version, actions)

    async def delete_state(self, state_id: str, version: int) -> StateResource:
        """Delete a state; as it was.

        Raises:
            ConcurrentModification: the state has another version.
            InvalidOperation: it is built in.
            BadRequest: with the code ReferenceExists while an order, or another state's transitions, refer to it.
            NotFound: there is no such state.
        """
        return await self._delete(_by_id(state_id), version)

    async def delete_state_by_key(self, key: str, version: int) -> StateResource:
        """The same, by key."""
        return await self._delete(by_key("states", key), version)

    async def _delete(self, path: str, version: int) -> StateResource:
        return _state(await self._session.call("DELETE", path, params=[("version", str(version))]))


def _by_id(state_id: str) -> str:
    return f"states/{segment(state_id)}"
