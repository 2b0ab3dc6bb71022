"""Inbound messages, stage 2: the handler named by the message asks the provider, and says what it means."""

from collections.abc import Mapping
from typing import Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError, CancelledError

from activities.failures import outside_call
from activities.inbound_doors import Trails, seen_over, speaks_for
from activities.inbound_handlers import Context, Handler, Handlers, NoHandlerError, Orders, Records
from clients.errors import ClientError, Invalid, Unreadable
from domain.inbound import Handled, ParkReason, Received
from domain.reasons import Reasons
from domain.status_mapping import Mappings

_TRIES = 3
"""A handler that fails otherwise than by an outside system fails again: no reason to try it for ever."""


class KnownOrders(Orders, Trails, Protocol):
    """Whose logistic orders are, and what the orders have on record."""


class InboundActivities:
    """Handles messages of the providers that this worker was given. One that has no records is asked for nothing."""

    def __init__(
        self,
        orders: KnownOrders,
        mappings: Mappings,
        records: Mapping[str, Records],
        handlers: Handlers | None = None,
        reasons: Reasons | None = None,
    ) -> None:
        self._orders = orders
        self._mappings = mappings
        self._records = dict(records)
        self._handlers = handlers or Handlers()
        self._reasons = reasons or Reasons()

    @property
    def providers(self) -> tuple[str, ...]:
        """Those that can be asked."""
        return tuple(self._records)

    @activity.defn
    async def handle_inbound(self, message: Received) -> Handled:
        """What is to be done about a message. It writes nothing, so that it may be repeated.

        Raises:
            ApplicationError: the provider or commercetools does not answer; ask again.
        """
        try:
            handler = self._handlers.named(message.name)
        except NoHandlerError:
            why = f"no handler is installed for messages named {message.name}"
            return Handled.park(ParkReason.UNKNOWN_NAME, why)
        except Exception as error:  # noqa: BLE001 - a partner's module may raise anything while it is loaded
            return _failed(message, error, "cannot be loaded")
        async with outside_call():
            handled = await self._said(handler, message)
            may = speaks_for(message.provider, self._records)
            return await seen_over(handled, message.provider, may, self._orders)

    async def _said(self, handler: Handler, message: Received) -> Handled:
        """What the handler says, or that it cannot.

        Raises:
            ClientError: somebody does not answer.
            ApplicationError: the handler failed, and is tried again.
        """
        context = Context(
            provider=message.provider,
            orders=self._orders,
            maps=self._mappings.of(message.provider),
            records=self._records.get(message.provider),
            reasons=self._reasons,
        )
        try:
            return await handler.handle(message, context)
        except (Unreadable, Invalid) as error:
            return Handled.park(ParkReason.UNREADABLE, str(error))
        except (ClientError, ApplicationError, CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - a partner's handler may raise anything
            failed = _failed(message, error, "failed")
            if failed.parked is not None and activity.info().attempt < _TRIES:
                raise ApplicationError(failed.parked.why, type=ParkReason.HANDLER_FAILED) from None
            return failed


def _failed(message: Received, error: Exception, what: str) -> Handled:
    """Parked with the kind of error alone: its text may repeat what somebody sent."""
    why = f"the handler of {message.name} {what}: {type(error).__name__}"
    activity.logger.error(why)
    return Handled.park(ParkReason.HANDLER_FAILED, why)
