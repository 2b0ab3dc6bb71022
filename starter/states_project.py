"""Which file of states and which project the settings mean, for the commands that speak of both."""
# ruff: noqa: PLC0415 - a command loads only what it needs

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clients.commercetools import Commercetools


def file_or_default(given: Path | None) -> Path:
    """The file that was named, or the one in the configuration folder."""
    from settings import load_settings

    return given if given is not None else load_settings().config_dir / "states.yaml"


@asynccontextmanager
async def project() -> AsyncIterator["Commercetools"]:
    """The project that the settings mean."""
    from clients.commercetools import Commercetools
    from settings import load_settings
    from starter.commercetools_account import account
    from starter.outgoing import outgoing

    settings = load_settings()
    async with outgoing(settings) as http:
        yield Commercetools(account(settings), http)
