"""Handing an approved order over: the pinned content, written once, and the call to the fulfilment system."""

from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.failures import outside_call
from activities.records import Records
from activities.requests import HandedOver, HandOverRequest
from clients.commercetools import Commercetools
from clients.errors import ConcurrentModification
from clients.fulfillment import FulfillmentSystem
from domain.fulfillment import FULFILLMENT_CONTAINER, HandOver


class HandOverActivities:
    """The hand-over as a custom object, and the announcement to a fulfilment system where one is configured."""

    def __init__(
        self, commercetools: Commercetools, records: Records, system: FulfillmentSystem | None
    ) -> None:
        self._commercetools = commercetools
        self._records = records
        self._system = system

    @activity.defn
    async def hand_over(self, request: HandOverRequest) -> HandedOver:
        """Write the hand-over, create-only, and the record that says so. The same again is already done.

        Raises:
            ApplicationError: never to be retried: something else stands under this reference.
        """
        async with outside_call():
            await self._create(request.hand_over)
            recorded = await self._records.mirror(request.record)
            return HandedOver(announce=self._system is not None, recorded=recorded)

    @activity.defn
    async def announce_hand_over(self, hand_over: HandOver) -> None:
        """Tell the fulfilment system; its idempotency key is the reference."""
        if self._system is None:
            raise ApplicationError("no fulfilment system is configured on this worker", type="NotConfigured")
        async with outside_call():
            await self._system.announce(hand_over)

    async def _create(self, hand_over: HandOver) -> None:
        document = hand_over.document
        try:
            await self._commercetools.put_custom_object(FULFILLMENT_CONTAINER, hand_over.ref, document, 0)
        except ConcurrentModification:
            held = await self._commercetools.custom_object(FULFILLMENT_CONTAINER, hand_over.ref)
            if held is None:
                raise
            if not _is_same(held.value, hand_over):
                raise ApplicationError(
                    f"another hand-over stands under {hand_over.ref} already",
                    type="HandOverConflict",
                    non_retryable=True,
                ) from None


def _is_same(value: Any, hand_over: HandOver) -> bool:
    if not isinstance(value, dict):
        return False
    same = value.get("orderId") == hand_over.order_id and value.get("digest") == hand_over.digest
    return same and value.get("fingerprint") == hand_over.document.get("fingerprint")
