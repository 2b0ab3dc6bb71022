"""The integration log, read: an order's exchanges from the files that worker and edge have written."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clients.errors import ClientError
from clients.exchanges_files import PATTERN
from settings import Settings
from starter.embedded import EXCHANGES
from starter.exits import OutsideError, RefusedError, UsageError
from starter.order_names import ORDER_ID, order_as_it_is


@dataclass(frozen=True)
class LoggedExchange:
    """A line of the log. `facts` is all of it, as `clients.exchanges_entry` describes it."""

    line: str
    facts: dict[str, Any]

    @property
    def at(self) -> datetime:
        """When the request was made."""
        return datetime.fromisoformat(self.facts["time"])

    @property
    def failed(self) -> bool:
        """Whether it was refused, or had no answer, or one with errors in it."""
        status = self.facts.get("status")
        return "error" in self.facts or status is None or status >= 400


def exchanges_of(
    settings: Settings,
    name: str,
    directory: Path | None = None,
    *,
    since: datetime | None = None,
    failed: bool = False,
) -> list[LoggedExchange]:
    """The exchanges of the order with that id or number, oldest first; none if all were left out by the choice.

    Raises:
        UsageError: nobody says where the log is.
        RefusedError: nothing is kept there, or nothing of this order; UnknownOrderError: no order has that number.
        OutsideError: commercetools, which knows the number, cannot be asked.
    """
    files = _files(_directory(settings, directory))
    order_id = _id_of(settings, name)
    found = [one for file in files for one in _read(file, order_id)]
    if not found:
        raise RefusedError(
            f"no exchange of order {name} is kept in {files[0].parent}: other machines keep their own, "
            "and the oldest are removed for room; name another directory with --dir"
        )
    chosen = [one for one in found if (since is None or one.at >= since) and (one.failed or not failed)]
    return sorted(chosen, key=lambda one: one.at)


def _directory(settings: Settings, given: Path | None) -> Path:
    of_dev = settings.state_dir / "dev" / EXCHANGES
    chosen = given or settings.exchange_log_dir or (of_dev if settings.embedded else None)
    if chosen is None:
        raise UsageError(
            "nobody says where the integration log is: name its directory with --dir, "
            "or set PLACET_EXCHANGE_LOG_DIR for worker, edge and this command alike"
        )
    return chosen


def _files(directory: Path) -> list[Path]:
    files = sorted(directory.glob(PATTERN))
    if not files:
        raise RefusedError(
            f"no exchanges are kept in {directory}: worker and edge write them while they run with "
            "PLACET_EXCHANGE_LOG_DIR set, those of `placet dev` always; name another directory with --dir"
        )
    return files


def _id_of(settings: Settings, name: str) -> str:
    if ORDER_ID.match(name):
        return name
    try:
        return asyncio.run(order_as_it_is(settings, name)).id
    except ClientError as error:
        raise OutsideError(
            f"{error}; the order's id, instead of its number, needs nobody to be asked"
        ) from None


def _read(file: Path, order_id: str) -> Iterator[LoggedExchange]:
    """The order's lines of a file. One that is being written, or was cut off by a crash, is passed over."""
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if order_id in line and (facts := _facts(line)).get("orderId") == order_id:
                    yield LoggedExchange(line.rstrip("\n"), facts)
    except FileNotFoundError:
        return  # removed for room just now


def _facts(line: str) -> dict[str, Any]:
    try:
        facts = json.loads(line)
        return {**facts, "time": datetime.fromisoformat(facts["time"]).astimezone(UTC).isoformat()}
    except (ValueError, KeyError, TypeError):
        return {}
