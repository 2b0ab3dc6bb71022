"""Signed CloudEvents of your own systems: `data` is the fulfilment event itself, `subject` the order."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from activities.inbound_handlers import Context
from domain.fulfillment_event import FulfillmentEvent
from domain.inbound import Handled, ParkReason, Received


class FulfillmentReported:
    """`Handler` of `placet.fulfillment.reported`. Nobody is asked: the system says all that it has to say."""

    async def handle(self, message: Received, context: Context) -> Handled:
        """See Handler. Without an `eventId` the event's id is that of the message.

        A field that there is not is refused, though what travels between our own versions passes it over: without a
        misspelt `items` the event would be about everything that is left.
        """
        said = {"eventId": message.event_id, **message.attributes}
        try:
            event = FulfillmentEvent.model_validate(said, extra="forbid", by_alias=True, by_name=False)
        except ValidationError as error:
            places = ", ".join(_place(one) for one in error.errors(include_input=False))
            return Handled.park(ParkReason.UNREADABLE, f"data is no fulfilment event: {places}")
        return Handled.deliver(message.entity_ref, event)


def _place(found: Mapping[str, Any]) -> str:
    """Where it is wrong; what stands there is not repeated."""
    place = ".".join(map(str, found["loc"]))
    return f"{place} (no such field)" if found["type"] == "extra_forbidden" else place
