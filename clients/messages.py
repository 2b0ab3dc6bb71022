"""Messages: what happened to resources, as far as the project keeps it (project setting, 90 days at most)."""

from collections.abc import Sequence
from typing import Any

from clients.projections import Reference
from clients.reading import Projection, parsed
from clients.resources import Message, StateResource, Transition
from clients.session import SYSTEM, Session, Variables, query, reader, segment


class _StateTransition(Projection):
    state: Reference
    force: bool = False


def message_from_json(document: Any) -> Message:
    """A message of the API or, in the Platform format, of a subscription.

    Raises:
        Unreadable: it is not as documented, such as one whose payload was too large to be included.
    """
    return parsed(Message, Message.of(document), system=SYSTEM)


class Messages:
    """The project's messages. Everything raises as `clients.errors` says."""

    _session: Session

    async def message(self, message_id: str) -> Message | None:
        """The message, None if there is none or it has been deleted by age."""
        return await self._session.find(f"messages/{segment(message_id)}", message_from_json)

    async def messages(
        self,
        where: str = "",
        variables: Variables | None = None,
        *,
        sort: Sequence[str] = ("createdAt asc", "id asc"),
        limit: int = 100,
    ) -> list[Message]:
        """One page of a query, at most 500. A message can be found only some time after it happened."""
        return await self._session.page("messages", message_from_json, query(where, variables, sort, limit))

    async def last_transition(self, order_id: str) -> Transition | None:
        """The order's newest change of state that can be found; None if there is none or messages are off.

        Messages lag behind the order: compare `state_id` or `state_key` with the order's state before relying on
        it. The key is absent if the state is gone.
        """
        newest = await self.messages(
            'resource(typeId="order" and id=:order) and type="OrderStateTransition"',
            {"order": order_id},
            sort=("sequenceNumber desc",),
            limit=1,
        )
        if not newest:
            return None
        message = newest[0]
        told = parsed(_StateTransition, message.payload, system=SYSTEM)
        state = await self._session.find(f"states/{segment(told.state.id)}", reader(StateResource))
        return Transition(
            message_id=message.id,
            state_id=told.state.id,
            state_key=state.key if state else None,
            client_id=message.client_id,
            external_user=message.external_user,
            created_at=message.created_at,
            sequence_number=message.sequence_number,
            resource_version=message.resource_version,
            forced=told.force,
        )
