"""The HTTP client of a command: what it says to outside systems stands in the same integration log as worker's and edge's."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from clients.exchanges_http import logged_http
from clients.exchanges_systems import configured
from configuration.redaction import load_redaction
from settings import Settings


@asynccontextmanager
async def outgoing(
    settings: Settings, providers: Mapping[str, Mapping[str, str]] | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client inside, for commercetools and these providers, given by their options.

    Without `PLACET_EXCHANGE_LOG_DIR` nothing is noted: a command has no log of its own, only somebody's terminal.

    Raises:
        ConfigurationError: redaction.yaml has mistakes.
    """
    directory = settings.exchange_log_dir
    if directory is None:
        async with httpx.AsyncClient() as http:
            yield http
        return
    addresses = (settings.commercetools_api_url, settings.commercetools_auth_url)
    systems = configured(addresses, providers=providers)
    async with logged_http(load_redaction(settings.config_dir), directory, systems) as http:
        yield http
