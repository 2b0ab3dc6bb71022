"""The lasting record: the custom object that mirrors status and audit trail, and never gets shorter."""

from datetime import datetime

from pydantic import ValidationError

from clients.commercetools import Commercetools
from domain.fulfillment import AUDIT_CONTAINER
from domain.status import OrderRecord

SETUP_CONTAINER, SETUP_KEY = "placet-setup", "placet"


async def read_record(commercetools: Commercetools, order_id: str) -> OrderRecord | None:
    """The record of an order, None if there is none or somebody wrote something else in its place."""
    held = await commercetools.custom_object(AUDIT_CONTAINER, order_id)
    return None if held is None else _parsed(held.value)


async def write_record(commercetools: Commercetools, record: OrderRecord) -> None:
    """Write the record unless a longer one is there: an old attempt that comes late changes nothing.

    Raises:
        ConcurrentModification: somebody wrote in between; read again and decide again.
    """
    held = await commercetools.custom_object(AUDIT_CONTAINER, record.order_id)
    known = _parsed(held.value) if held is not None else None
    if known is not None and len(known.entries) > len(record.entries):
        return
    version = held.version if held is not None else 0
    await commercetools.put_custom_object(AUDIT_CONTAINER, record.order_id, record.to_json_dict(), version)


async def adopt_since(commercetools: Commercetools) -> datetime | None:
    """Since when orders are taken up: what the first `placet setup` wrote, None if there was none."""
    held = await commercetools.custom_object(SETUP_CONTAINER, SETUP_KEY)
    if held is None or not isinstance(held.value, dict):
        return None
    return datetime.fromisoformat(str(held.value["adoptSince"]))


def _parsed(value: object) -> OrderRecord | None:
    try:
        return OrderRecord.model_validate(value)
    except ValidationError:
        return None
