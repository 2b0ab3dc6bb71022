"""What webhooks have missed: every order that a provider has touched since, handed to the same stage 2."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from domain.inbound import Origin, Received
from domain.provider_answers import Unsupported
from domain.provider_orders import UpdatedOrder, UpdatedPage
from domain.value import digest_of
from starter.exits import OutsideError, RefusedError
from starter.orders_gateway import UnansweredError

PULLED = "placet.order.pulled"
"""The name of the message that a pull makes of each order."""
_AT_ONCE = 16


class Changes(Protocol):
    """What a provider has changed; `clients.providers.Provider` is one. Raises ClientError."""

    async def updated_since(self, instant: datetime, cursor: str | None = None) -> UpdatedPage | Unsupported:
        """One page of the orders that changed at or after the instant."""


class Taking(Protocol):
    """Takes in events; `starter.temporal_inbound.TemporalInbound` is one."""

    async def start(self, received: Received) -> bool:
        """Whether it is new; raises UnansweredError."""


@dataclass(frozen=True)
class Pulled:
    """How far a pull is. `known`: the order was pulled before as it now is, and is done."""

    pages: int = 0
    orders: int = 0
    taken_in: int = 0
    known: int = 0
    latest: datetime | None = None
    """The latest change that was seen."""


Told = Callable[[Pulled], None]


async def pull(provider: str, changes: Changes, taking: Taking, since: datetime, told: Told) -> Pulled:
    """Page through all that changed since. May be repeated, and broken off: what was taken in is not taken in twice.

    Raises:
        RefusedError: the provider cannot tell what has changed.
        OutsideError: Temporal does not answer, or the provider's pages go round in a circle.
        ClientError: the provider does not answer.
    """
    so_far, cursor, seen = Pulled(), None, set[str]()
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def taken(order: UpdatedOrder) -> bool:
        async with at_once:
            return await taking.start(message(provider, order))

    while True:
        page = await changes.updated_since(since, cursor)
        if isinstance(page, Unsupported):
            raise RefusedError(f"{provider} cannot tell what has changed: {page.why}")
        try:
            new = await asyncio.gather(*(taken(order) for order in page.orders))
        except UnansweredError as error:
            raise OutsideError(f"{error}: start the same pull again") from error
        so_far = _with(so_far, page, sum(new))
        told(so_far)
        if page.next_cursor is None:
            return so_far
        if page.next_cursor in seen:
            raise OutsideError(f"the pages of {provider} go round in a circle")
        seen.add(page.next_cursor)
        cursor = page.next_cursor


def message(provider: str, order: UpdatedOrder) -> Received:
    """The message of an order as it was last changed: its id is the same, whenever and however often it is pulled."""
    changed = order.updated_on.astimezone(UTC).isoformat() if order.updated_on is not None else None
    return Received(
        provider=provider,
        event_id=f"pull.{digest_of([order.ref, changed, order.status])[:40]}",
        name=PULLED,
        entity_id=order.id or order.ref,
        entity_ref=order.ref,
        entity_type="ORDER",
        entity_status=order.status,
        received_at=order.updated_on or datetime.now(UTC),
        origin=Origin.PULL,
    )


def _with(so_far: Pulled, page: UpdatedPage, new: int) -> Pulled:
    instants = [one.updated_on for one in page.orders if one.updated_on is not None]
    return replace(
        so_far,
        pages=so_far.pages + 1,
        orders=so_far.orders + len(page.orders),
        taken_in=so_far.taken_in + new,
        known=so_far.known + len(page.orders) - new,
        latest=max([*instants, *([so_far.latest] if so_far.latest is not None else [])], default=None),
    )
