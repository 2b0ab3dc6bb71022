"""The lasting record: the custom object that mirrors status and audit trail, and never loses what it knows."""

from collections import OrderedDict
from datetime import datetime
from typing import NamedTuple

from pydantic import AwareDatetime, ValidationError
from temporalio.exceptions import ApplicationError

from activities.failures import decided_afresh, failure
from clients.commercetools import Commercetools
from clients.errors import ClientError
from domain.fulfillment import AUDIT_CONTAINER
from domain.status import OrderRecord
from domain.value import Value

SETUP_CONTAINER, SETUP_KEY = "placet-setup", "placet"
_REMEMBERED = 10_000
"""Orders; some 200 bytes each."""


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


class _Written(NamedTuple):
    """What this worker wrote last of a record, and as which version of the custom object."""

    version: int
    closed: bool
    entries: int

    def knows_more(self, record: OrderRecord) -> bool:
        """A closed record is never opened again; of two open or two closed ones the longer is the later."""
        if self.closed is not record.closed:
            return self.closed
        return self.entries > len(record.entries)


class Records:
    """Writes the records. What this worker wrote itself it need not read again: the version tells whether anybody else did."""

    def __init__(self, commercetools: Commercetools) -> None:
        self._commercetools = commercetools
        self._written: OrderedDict[str, _Written] = OrderedDict()

    async def write(self, record: OrderRecord) -> None:
        """Write the record, unless the one that is there knows more: an old attempt that comes late changes nothing.

        Raises:
            ConcurrentModification: somebody wrote in between; read again and decide again.
            ApplicationError: never to be retried: something stands there that is no record, and is not overwritten.
        """
        known = self._written.pop(record.order_id, None) or await self._there(record.order_id)
        if known is None or not known.knows_more(record):
            version = known.version if known is not None else 0
            document = record.to_json_dict()
            put = await self._commercetools.put_custom_object(
                AUDIT_CONTAINER, record.order_id, document, version
            )
            known = _Written(put.version, record.closed, len(record.entries))
        self._written[record.order_id] = known
        if len(self._written) > _REMEMBERED:
            self._written.popitem(last=False)

    async def mirror(self, record: OrderRecord) -> bool:
        """Write the record beside the work of a step. False where it is refused for good: the step is done all the same."""
        try:
            await decided_afresh(lambda: self.write(record))
        except ClientError as error:
            if failure(error).non_retryable:
                return False
            raise
        except ApplicationError:
            return False
        return True

    async def _there(self, order_id: str) -> _Written | None:
        held = await self._commercetools.custom_object(AUDIT_CONTAINER, order_id)
        if held is None:
            return None
        record = _parsed(held.value)
        return _Written(held.version, record.closed, len(record.entries))


def _parsed(value: object) -> OrderRecord:
    try:
        return OrderRecord.model_validate(value, extra="ignore")  # a newer worker may have written more
    except ValidationError:
        raise ApplicationError(
            f"what stands in {AUDIT_CONTAINER} is no record", type="UnreadableRecord", non_retryable=True
        ) from None
