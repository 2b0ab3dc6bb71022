"""docs/fulfilment.md: the provider that it shows, made as it stands there, keeps the contract of providers."""

import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from clients.providers import GROUP, Adapter, Provider, ProviderConfigurationError, Surroundings
from tests.clients.conftest import told
from tests.docs.markdown import block
from tests.providers.contract import ProviderContract
from tests.providers.faults import FaultyTransport, over

__all__ = ["told"]
PAGE = "fulfilment.md"
URL = "https://documents.example/orders"


def adapter() -> Adapter:
    """The class of the page, by its entry point."""
    namespace: dict[str, Adapter] = {}
    exec(compile(block(PAGE, "python", "provider"), PAGE, "exec"), namespace)
    (declared,) = tomllib.loads(block(PAGE, "toml", "provider"))["project"]["entry-points"][GROUP].values()
    return namespace[declared.rpartition(":")[2]]


@dataclass
class Shelf:
    """A server of documents that never replaces one (RFC 9110, If-None-Match)."""

    documents: dict[str, Any] = field(default_factory=dict)

    def app(self) -> Starlette:
        """It, as an application."""
        return Starlette(
            routes=[
                Route("/orders/{ref}", self.put, methods=["PUT"]),
                Route("/orders/{ref}", self.get, methods=["GET"]),
            ]
        )

    async def put(self, request: Request) -> Response:
        """Create it."""
        if request.headers.get("If-None-Match") != "*":
            return Response(status_code=428)
        body = await request.json()
        if self.documents.setdefault(request.path_params["ref"], body) is not body:
            return Response(status_code=412)
        return Response(status_code=201)

    async def get(self, request: Request) -> Response:
        """Read it."""
        found = self.documents.get(request.path_params["ref"])
        return JSONResponse(found) if found is not None else Response(status_code=404)


@dataclass
class ShelfWorld:
    """The provider in front of a shelf."""

    provider: Provider
    transport: FaultyTransport
    shelf: Shelf
    supports: frozenset[str] = frozenset()
    secrets: tuple[str, ...] = ()

    async def standing(self, ref: str) -> int:
        """References are unique there."""
        return int(ref in self.shelf.documents)

    async def cancelled(self, ref: str, line_id: str) -> int:
        """Nothing is."""
        return 0

    async def renew(self) -> None:
        """An empty shelf."""
        self.transport.heal()
        self.shelf.documents.clear()


class TestDocuments(ProviderContract):
    """The contract."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[ShelfWorld]:
        """A shelf of its own."""
        shelf = Shelf()
        transport = over(shelf.app())
        async with httpx.AsyncClient(transport=transport) as http:
            yield ShelfWorld(adapter().build({"url": URL}, Surroundings(http)), transport, shelf)


async def test_an_option_that_it_does_not_know_is_refused() -> None:
    """And one that it needs is demanded."""
    async with httpx.AsyncClient() as http:
        for options in ({}, {"url": URL, "token": "x"}):
            with pytest.raises(ProviderConfigurationError):
                adapter().build(options, Surroundings(http))
