"""What a sandbox is started with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

DEFAULT_PROJECT = "placet-demo"


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
    """Project, clients, token lifetime in seconds and where the local downstream system reports to.

    commercetools' default token lifetime is 172800 s (`accessTokenValiditySeconds` of an API client).
    """

    project_key: str = DEFAULT_PROJECT
    clients: tuple[ApiClient, ...] = DEFAULT_CLIENTS
    token_seconds: int = 172_800
    downstream_events_url: str | None = None
    downstream_token: str | None = None
    clock: Callable[[], datetime] | None = None
