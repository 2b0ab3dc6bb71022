"""Events into Fluent's workflows: how something is asked of an order that is there.

`POST {host}/api/v4.1/event/sync` runs the workflow's rules and says what became of it:
`{"eventId", "entityId", "eventStatus": "COMPLETE"}` [docs.fluentcommerce.com, manual event with run-once workflow];
404 "No workflow rule matched" where the order's status has no rule for it. `.../async` answers 200 at once and hides a
failure of the workflow, so only what needs no answer goes there.
"""

from enum import StrEnum
from typing import Any

from pydantic import Field

from clients.answers import refusal
from clients.errors import ServerFault, Unreadable
from clients.fluent.session import SYSTEM, FluentSession
from clients.reading import Projection, document_of, parsed
from domain.value import Value

SYNC, ASYNC = "api/v4.1/event/sync", "api/v4.1/event/async"
_NO_RULE = ("no workflow rule", "no_match")
_DONE = frozenset({"COMPLETE", "SUCCESS"})
_LATER = frozenset({"PENDING", "SCHEDULED"})


class EventOutcome(StrEnum):
    """What became of an event."""

    DONE = "done"
    LATER = "later"
    """It is queued, or nobody says."""
    NO_RULE = "noRule"
    """The workflow has no rule for it, at all or in the entity's present status."""


class FluentEvent(Value):
    """An event about an order. `attributes` are what the workflow's rules read."""

    name: str
    entity_ref: str
    entity_id: str | None = None
    entity_type: str = "ORDER"
    attributes: dict[str, Any] = Field(default={}, repr=False)


class _Reply(Projection):
    event_status: str | None = None


class FluentEvents:
    """Sends events. Everything raises as `clients.errors` says."""

    def __init__(self, session: FluentSession) -> None:
        self._session = session

    async def run(self, event: FluentEvent) -> EventOutcome:
        """Have the workflow handle it now.

        Raises:
            ServerFault: the workflow failed; a part of it may have been carried out.
        """
        response = await self._session.answer(SYNC, self._body(event))
        if response.status_code == 404 and any(word in response.text.casefold() for word in _NO_RULE):
            return EventOutcome.NO_RULE
        if not response.is_success:
            raise refusal(response, system=SYSTEM, attempted=f"the event {event.name}")
        reply = parsed(_Reply, document_of(response, system=SYSTEM), system=SYSTEM)
        status = (reply.event_status or "").upper()
        if status == "FAILED":
            raise ServerFault(
                f"{SYSTEM}'s workflow failed at the event {event.name}",
                system=SYSTEM,
                status=response.status_code,
                code=status,
            )
        if status not in {*_DONE, *_LATER, "NO_MATCH"}:
            raise Unreadable(f"{SYSTEM} does not say what became of the event {event.name}", system=SYSTEM)
        if status == "NO_MATCH":
            return EventOutcome.NO_RULE
        return EventOutcome.DONE if status in _DONE else EventOutcome.LATER

    async def post(self, event: FluentEvent) -> EventOutcome:
        """Hand it over; what the workflow makes of it is not told here."""
        response = await self._session.answer(ASYNC, self._body(event))
        if not response.is_success:
            raise refusal(response, system=SYSTEM, attempted=f"the event {event.name}")
        return EventOutcome.LATER

    def _body(self, event: FluentEvent) -> dict[str, Any]:
        account = self._session.account
        return {"accountId": account.account, "retailerId": account.retailer_id, **event.to_json_dict()}
