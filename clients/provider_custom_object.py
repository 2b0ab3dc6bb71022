"""A provider without an API of its own: the hand-over lies in a custom object, where it is read.

Container `placet-fulfillment`, key = the logistic order's reference, created and never replaced. It holds what the
receiver needs; changes after the export reach it by other ways, and what became of it comes back as events.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, Self

from clients.errors import ConcurrentModification
from clients.providers import (
    Changing,
    Exporting,
    Options,
    ProviderConfigurationError,
    Surroundings,
    refuse_unknown,
)
from clients.resources import CustomObject
from domain.fulfillment import FULFILLMENT_CONTAINER
from domain.logistic_export import LogisticOrderDraft
from domain.order import Address
from domain.provider_answers import Conflict, Exported, LineQuantity, Unsupported
from domain.provider_orders import ProviderItem, ProviderOrder

_WHY = "a custom object is handed over once and then left alone"


class CustomObjectStore(Protocol):
    """The two calls that this needs of commercetools."""

    async def custom_object(self, container: str, key: str) -> CustomObject | None:
        """The object, None if there is none."""

    async def put_custom_object(
        self, container: str, key: str, value: Any, version: int | None = None
    ) -> CustomObject:
        """Create it, with version 0; raises ConcurrentModification if there is one already."""


class CustomObjectProvider:
    """Hands over by writing a custom object, create-only: commercetools itself keeps a second one out."""

    def __init__(self, store: CustomObjectStore) -> None:
        self._store = store

    @classmethod
    def build(cls, options: Options, surroundings: Surroundings) -> Self:
        """No options: the project is the one that Placet works on."""
        refuse_unknown(options, ())
        if surroundings.commercetools is None:
            raise ProviderConfigurationError("a hand-over by custom object needs a commercetools project")
        return cls(surroundings.commercetools)

    async def export(self, draft: LogisticOrderDraft) -> Exporting:
        """Create the object; one that is there already with this content is ours."""
        try:
            await self._store.put_custom_object(FULFILLMENT_CONTAINER, draft.ref, draft.document, 0)
        except ConcurrentModification:
            held = await self._store.custom_object(FULFILLMENT_CONTAINER, draft.ref)
            if held is None:
                raise
            if not _is_same(held.value, draft):
                return Conflict(ref=draft.ref, why="another hand-over stands under this reference")
            return Exported(ref=draft.ref, provider_id=draft.ref, already=True)
        return Exported(ref=draft.ref, provider_id=draft.ref)

    async def cancel(self, ref: str, quantities: Sequence[LineQuantity], reason: str) -> Changing:
        """Not by this way."""
        return Unsupported(operation="cancel", why=_WHY)

    async def amend(self, ref: str, quantities: Sequence[LineQuantity]) -> Changing:
        """Not by this way."""
        return Unsupported(operation="amend", why=_WHY)

    async def change_delivery(
        self, ref: str, *, address: Address | None = None, method: str | None = None, telling: int = 0
    ) -> Changing:
        """Not by this way."""
        return Unsupported(operation="change_delivery", why=_WHY)

    async def tell_of_payment(self, ref: str, state: str, *, telling: int = 0) -> Changing:
        """Not by this way."""
        return Unsupported(operation="tell_of_payment", why=_WHY)

    async def fetch(self, ref: str) -> ProviderOrder | None:
        """What was handed over. Its status is `created`, whatever happened since."""
        held = await self._store.custom_object(FULFILLMENT_CONTAINER, ref)
        if held is None:
            return None
        value = held.value if isinstance(held.value, dict) else {}
        fingerprint = value.get("fingerprint")
        return ProviderOrder(
            ref=ref,
            id=ref,
            status="created",
            created_on=held.created_at,
            updated_on=held.last_modified_at,
            fingerprint=fingerprint if isinstance(fingerprint, str) else None,
            items=tuple(_items(value)),
        )

    async def fetch_fulfillment(self, fulfillment_id: str) -> Unsupported:
        """A custom object has no fulfilments."""
        return Unsupported(operation="fetch_fulfillment", why=_WHY)

    async def updated_since(self, instant: datetime, cursor: str | None = None) -> Unsupported:
        """Nothing changes in what was handed over."""
        return Unsupported(operation="updated_since", why=_WHY)


def _is_same(value: Any, draft: LogisticOrderDraft) -> bool:
    """A hand-over without a fingerprint is of the time before splitting: order and digest then say all there is."""
    if not isinstance(value, dict):
        return False
    if "fingerprint" in value:
        return bool(value["fingerprint"] == draft.fingerprint)
    return value.get("orderId") == draft.order_id and value.get("digest") == draft.digest


def _items(value: Mapping[str, Any]) -> list[ProviderItem]:
    lines = value.get("lines")
    found = [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
    return [
        ProviderItem(line_item_id=line["id"], quantity=line["quantity"])
        for line in found
        if isinstance(line.get("id"), str) and isinstance(line.get("quantity"), int)
    ]
