"""What a sandbox is started with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx

from sandbox.channel import Pace
from sandbox.fluent_options import FluentOptions

DEFAULT_PROJECT = "placet-demo"
DEFAULT_PACE = Pace()
DEFAULT_FLUENT = FluentOptions()


@dataclass(frozen=True)
class ApiClient:
    """An API client: id, secret and its scopes without the project suffix (`manage_orders`)."""

    id: str
    secret: str
    scopes: tuple[str, ...] = ("manage_project",)


# `placet` is the service's own client; `shop` stands for anybody else's.
DEFAULT_CLIENTS = (ApiClient("placet", "placet"), ApiClient("shop", "shop"))


@dataclass(frozen=True)
class Options:
    """Project, clients, token lifetime in seconds, delivery, and where the local downstream system reports to.

    commercetools' default token lifetime is 172800 s (`accessTokenValiditySeconds` of an API client). Notifications
    above `notification_limit` bytes lose their payload, as at 256 KB with the real queues. `push_transport` replaces
    the network for notifications, downstream events, API Extensions and the local Fluent's webhooks, so that in-process tests can push to an ASGI
    app. Not documented, so there are both: whether imports of orders call extensions (`extensions_on_import`), and
    whether what they are shown says who is writing, in `lastModifiedBy` (`extensions_tell_caller`).
    """

    project_key: str = DEFAULT_PROJECT
    clients: tuple[ApiClient, ...] = DEFAULT_CLIENTS
    token_seconds: int = 172_800
    messages_enabled: bool = True
    notification_limit: int = 256 * 1024
    pace: Pace = DEFAULT_PACE
    push_transport: httpx.AsyncBaseTransport | None = None
    downstream_events_url: str | None = None
    downstream_token: str | None = None
    downstream_delay_ms: int = 200
    downstream_statuses: tuple[str, ...] = ("accepted", "completed")
    extensions_on_import: bool = True
    extensions_tell_caller: bool = True
    fluent: FluentOptions = DEFAULT_FLUENT
    clock: Callable[[], datetime] | None = None
