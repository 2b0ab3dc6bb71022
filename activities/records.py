"""The lasting record: the custom object that mirrors status and audit trail, and never loses what it knows."""

from datetime import datetime

from pydantic import AwareDatetime, ValidationError
from temporalio.exceptions import ApplicationError

from activities.failures import decided_afresh, failure
from clients.commercetools import Commercetools
from clients.errors import ClientError
from domain.fulfillment import AUDIT_CONTAINER
from domain.status import OrderRecord
from domain.value import Value

SETUP_CONTAINER, SETUP_KEY = "placet-setup", "placet"


class AdoptSince(Value):
    """What the first `placet setup` wrote down."""

    adopt_since: AwareDatetime


async def read_record(commercetools: Commercetools, order_id: str) -> OrderRecord | None:
    """The record of an order, None if there is none.

    Raises:
        ApplicationError: never to be retried: something stands there that is no record. Any doubt means no start.
    """
    held = await commercetools.custom_object(AUDIT_CONTAINER, order_id)
    return None if held is None else _parsed(held.value)


async def write_record(commercetools: Commercetools, record: OrderRecord) -> None:
    """Write the record, unless the one that is there knows more: an old attempt that comes late changes nothing.

    Raises:
        ConcurrentModification: somebody wrote in between; read again and decide again.
        ApplicationError: never to be retried: something stands there that is no record, and is not overwritten.
    """
    held = await commercetools.custom_object(AUDIT_CONTAINER, record.order_id)
    known = _parsed(held.value) if held is not None else None
    if known is not None and _knows_more(known, record):
        return
    version = held.version if held is not None else 0
    await commercetools.put_custom_object(AUDIT_CONTAINER, record.order_id, record.to_json_dict(), version)


async def mirror(commercetools: Commercetools, record: OrderRecord) -> bool:
    """Write the record beside the work of a step. False where it is refused for good: the step is done all the same."""
    try:
        await decided_afresh(lambda: write_record(commercetools, record))
    except ClientError as error:
        if failure(error).non_retryable:
            return False
        raise
    except ApplicationError:
        return False
    return True


async def adopt_since(commercetools: Commercetools) -> datetime | None:
    """Since when orders are taken up: what the first `placet setup` wrote, None if there was none."""
    held = await commercetools.custom_object(SETUP_CONTAINER, SETUP_KEY)
    if held is None or not isinstance(held.value, dict):
        return None
    try:
        return AdoptSince.model_validate(held.value).adopt_since
    except ValidationError:
        raise ApplicationError(
            f"{SETUP_CONTAINER}/{SETUP_KEY} does not say since when: run placet setup",
            type="UnreadableSetup",
            non_retryable=True,
        ) from None


def _knows_more(known: OrderRecord, record: OrderRecord) -> bool:
    """A closed record is never opened again; of two open or two closed ones the longer is the later."""
    if known.closed is not record.closed:
        return known.closed
    return len(known.entries) > len(record.entries)


def _parsed(value: object) -> OrderRecord:
    try:
        return OrderRecord.model_validate(value)
    except ValidationError:
        raise ApplicationError(
            f"what stands in {AUDIT_CONTAINER} is no record", type="UnreadableRecord", non_retryable=True
        ) from None
