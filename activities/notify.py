"""Telling people, and keeping the lasting record in step with what they were told."""

import asyncio

from temporalio import activity

from activities.failures import decided_afresh, outside_call
from activities.records import Records, read_record
from activities.requests import AfterEnd, TellRequest
from clients.commercetools import Commercetools
from clients.notifier import Notifier
from domain.notification import OPERATORS_DESK, Notice, NoticeKind, notifications
from domain.status import OrderRecord


class NotifyActivities:
    """One message per recipient and occasion; a repeat carries the same idempotency key."""

    def __init__(self, notifier: Notifier, commercetools: Commercetools, records: Records) -> None:
        self._notifier = notifier
        self._records = records
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
        return record is not None and await self._records.mirror(record)

    @activity.defn
    async def tell_after_end(self, told: AfterEnd) -> None:
        """Put an alarm on the record of an order that is closed, and tell the operators. Once for each message."""
        async with outside_call():
            record = await decided_afresh(lambda: self._put_on_record(told))
            notice = Notice(
                kind=NoticeKind.ALARM,
                recipients=(OPERATORS_DESK,),
                occasion=f"afterEnd/{told.message_id}",
                revision=record.status.revision if record is not None else 1,
                detail=told.detail,
            )
            number = record.order_number if record is not None else None
            why = (record.status.why if record is not None else None) or ""
            for notification in notifications(notice, told.order_id, number, None, why):
                await self._notifier.send(notification)

    async def _put_on_record(self, told: AfterEnd) -> OrderRecord | None:
        """The record with the alarm on it; None if the order has none."""
        record = await read_record(self._commercetools, told.order_id)
        if record is None or record.has_told(told.message_id):
            return record
        marked = record.alarmed(told.alarm, told.detail, told.message_id, told.at)
        await self._records.write(marked)
        return marked
