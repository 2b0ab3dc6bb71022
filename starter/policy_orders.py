"""Orders for looking a policy over: one of commercetools or of a file, or all since an instant, without changing any."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from clients.commercetools import Commercetools
from clients.errors import Unreadable
from clients.facts import FactsOf
from clients.projections import order_from_json
from domain.facts import Facts
from domain.order import Order
from domain.routing import Router
from domain.states import StateMachine
from settings import Settings
from starter.commercetools_account import account
from starter.exits import RefusedError, UsageError
from starter.instants import typed_instant
from starter.order_names import order_as_it_is

_PAGE = 500


def instant(written: str) -> datetime:
    """A date, which begins at midnight UTC, or a time with its zone.

    Raises:
        UsageError: it is neither.
    """
    try:
        found = typed_instant(written)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError(f"'{written}' is no instant; write it like 2026-01-01 or 2026-01-01T08:00:00+01:00")
    return found.astimezone(UTC)


async def present_order(
    settings: Settings, name: str, machine: StateMachine, router: Router
) -> tuple[Order, Facts]:
    """An order as it is in commercetools, and what its route takes beside it.

    Raises:
        UnknownOrderError: there is no such order.
        ClientError: commercetools does not answer as it should.
    """
    order = await order_as_it_is(settings, name)
    async with httpx.AsyncClient() as http:
        commercetools = Commercetools(account(settings), http)
        return order, await FactsOf(commercetools, machine, router).order(order)


def order_of(file: Path) -> Order:
    """The order in a file, as commercetools writes it.

    Raises:
        RefusedError: the file cannot be read, or holds no order.
    """
    try:
        return _order(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise RefusedError(f"{file}: cannot be read: {error.strerror}") from None
    except (ValueError, Unreadable) as error:
        raise RefusedError(f"{file}: holds no order: {_reason(error)}") from None


def orders_of(file: Path, since: datetime) -> Iterator[Order | None]:
    """The orders in a file, one in each line, that were placed since then; None for an older one or an empty line.

    Raises:
        RefusedError: the file cannot be read, or a line holds no order.
    """
    try:
        with file.open(encoding="utf-8") as lines:
            for n, line in enumerate(lines, 1):
                try:
                    order = _order(json.loads(line)) if line.strip() else None
                except (ValueError, Unreadable) as error:
                    raise RefusedError(f"{file}:{n}: holds no order: {_reason(error)}") from None
                yield order if order is not None and order.created_at >= since else None
    except OSError as error:
        raise RefusedError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RefusedError(f"{file}: not a text file in UTF-8") from None


def lines_in(file: Path) -> int | None:
    """How many lines a file has, None if it cannot be read."""
    try:
        with file.open("rb") as lines:
            return sum(1 for _ in lines)
    except OSError:
        return None


async def orders_since(settings: Settings, since: datetime) -> AsyncIterator[Order]:
    """Every order placed since then, from commercetools; raises ClientError where it does not answer as it should."""
    async with httpx.AsyncClient() as http:
        commercetools = Commercetools(account(settings), http)
        known = {"since": since.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
        async for order in commercetools.every_order("createdAt >= :since", known, page_size=_PAGE):
            yield order


def _order(document: Any) -> Order:
    if not isinstance(document, dict):
        raise ValueError("no object")  # noqa: TRY004 - JSON of another kind is a bad value
    return order_from_json(document)


def _reason(error: Exception) -> str:
    """What is wrong, without what the file holds: that may be personal."""
    return str(error) if isinstance(error, Unreadable) else "not the JSON of one"
