"""Which outside system an address belongs to, and how much of the address may be shown."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

import httpx

_SHORTEST_TOKEN = 16
"""Parts of an address this long are taken for tokens; shorter ones are words such as `orders`."""
_SHORTEST_PATH = 8


class Place(NamedTuple):
    """Where a request goes."""

    system: str
    path: str
    """What follows the configured address: that itself may be a secret, as with incoming webhooks of chats."""
    query: str
    withheld: tuple[str, ...]
    """What is secret in the configured address."""


class _Known(NamedTuple):
    system: str
    origin: tuple[str, str, int | None]
    path: str
    has_query: bool
    withheld: tuple[str, ...]


class Systems:
    """The systems by their configured addresses; where one is within another, the longer one counts."""

    def __init__(self, addresses: Iterable[tuple[str, str]]) -> None:
        """`addresses` are pairs of an address and the name of the system there."""
        known = [_known(address, system) for address, system in addresses]
        self._known = sorted(known, key=lambda one: len(one.path), reverse=True)

    def of(self, url: httpx.URL) -> Place:
        """The system there. Of an address that nobody configured only the host is told."""
        origin, path = _origin(url), url.raw_path.partition(b"?")[0].decode("ascii", "replace")
        for one in self._known:
            if one.origin == origin and (path == one.path or path.startswith(f"{one.path}/")):
                query = "" if one.has_query else url.query.decode("ascii", "replace")
                return Place(one.system, path[len(one.path) :], query, one.withheld)
        return Place(url.host, "", "", ())


def configured(
    commercetools: Iterable[str],
    fulfillment: str | None = None,
    notifications: str | None = None,
    providers: Mapping[str, Mapping[str, str]] | None = None,
) -> Systems:
    """The systems that settings name; a provider's addresses are those of its options that look like one."""
    pairs = [(address, "commercetools") for address in commercetools]
    pairs += [
        (address, system)
        for address, system in ((fulfillment, "fulfilment system"), (notifications, "notifications"))
        if address
    ]
    for provider, options in (providers or {}).items():
        pairs += [(one, provider) for one in options.values() if one.startswith(("https://", "http://"))]
    return Systems(pairs)


def _known(address: str, system: str) -> _Known:
    url = httpx.URL(address)
    path = url.raw_path.partition(b"?")[0].decode("ascii", "replace").rstrip("/")
    query = url.query.decode("ascii", "replace")
    tokens = [*path.split("/"), *(value for _, value in parse_qsl(query)), url.password]
    secrets = [one for one in tokens if len(one) >= _SHORTEST_TOKEN]
    secrets += [path] if len(path) >= _SHORTEST_PATH else []
    return _Known(system, _origin(url), path, bool(query), tuple(dict.fromkeys(secrets)))


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
