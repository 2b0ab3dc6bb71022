"""Signed CloudEvents of your own systems: `data` is the fulfilment event itself, `subject` the order."""

from pydantic import ValidationError

from activities.inbound_handlers import Context
from domain.fulfillment_event import FulfillmentEvent
from domain.inbound import Handled, ParkReason, Received


class FulfillmentReported:
    """`Handler` of `placet.fulfillment.reported`. Nobody is asked: the system says all that it has to say."""

    async def handle(self, message: Received, context: Context) -> Handled:
        """See Handler. Without an `eventId` the event's id is that of the message."""
        said = {"eventId": message.event_id, **message.attributes}
        try:
            event = FulfillmentEvent.model_validate(said, by_alias=True, by_name=False)
        except ValidationError as error:
            places = ", ".join(".".join(map(str, one["loc"])) for one in error.errors(include_input=False))
            return Handled.park(ParkReason.UNREADABLE, f"data is no fulfilment event: {places}")
        return Handled.deliver(message.entity_ref, event)
