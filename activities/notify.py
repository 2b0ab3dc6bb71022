"""Telling people, and keeping the lasting record in step with what they were told."""

import asyncio

from temporalio import activity

from activities.failures import outside_call
from activities.records import mirror
from activities.requests import TellRequest
from clients.commercetools import Commercetools
from clients.notifier import Notifier
from domain.status import OrderRecord


class NotifyActivities:
    """One message per recipient and occasion; a repeat carries the same idempotency key."""

    def __init__(self, notifier: Notifier, commercetools: Commercetools) -> None:
        self._notifier = notifier
        self._commercetools = commercetools

    @activity.defn
    async def tell_people(self, request: TellRequest) -> bool:
        """Send every message and write the record. One that fails keeps none of the others from being tried.

        Whether the record was written: one that is refused for good keeps nobody from being told.
        """
        async with outside_call():
            outcomes = await asyncio.gather(
                self._mirror(request.record),
                *(self._notifier.send(notification) for notification in request.notifications),
                return_exceptions=True,
            )
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
            return outcomes[0] is True

    async def _mirror(self, record: OrderRecord | None) -> bool:
        return record is not None and await mirror(self._commercetools, record)
