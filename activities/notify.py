"""Telling people, and keeping the lasting record in step with what they were told."""

import asyncio

from temporalio import activity

from activities.failures import decided_afresh, outside_call
from activities.records import write_record
from activities.requests import TellRequest
from clients.commercetools import Commercetools
from clients.notifier import Notifier


class NotifyActivities:
    """One message per recipient and occasion; a repeat carries the same idempotency key."""

    def __init__(self, notifier: Notifier, commercetools: Commercetools) -> None:
        self._notifier = notifier
        self._commercetools = commercetools

    @activity.defn
    async def tell_people(self, request: TellRequest) -> None:
        """Send every message and write the record. One that fails keeps none of the others from being tried."""
        async with outside_call():
            outcomes = await asyncio.gather(
                *(self._notifier.send(notification) for notification in request.notifications),
                decided_afresh(lambda: write_record(self._commercetools, request.record)),
                return_exceptions=True,
            )
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
