"""The project that the contract runs against: the sandbox in-process, or a real one when CTP_* says so."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from sandbox.app import create_app
from tests.contract.project import Project, answered
from tests.official.transport import validating

_NEEDED = ("CTP_PROJECT_KEY", "CTP_CLIENT_ID", "CTP_CLIENT_SECRET", "CTP_API_URL", "CTP_AUTH_URL")


@dataclass(frozen=True)
class Target:
    """Where a project is, and an API client of it. `auth_url` is the authorisation server's base."""

    project_key: str
    client_id: str
    client_secret: str = field(repr=False)
    api_url: str
    auth_url: str
    scopes: str
    transport: httpx.AsyncBaseTransport = field(repr=False)
    is_sandbox: bool

    @property
    def token_url(self) -> str:
        """Where tokens are fetched."""
        return f"{self.auth_url.rstrip('/').removesuffix('/oauth/token')}/oauth/token"

    async def fetch_token(self, http: httpx.AsyncClient, scope: str | None = None) -> httpx.Response:
        """Ask for a token by client credentials, as section 1.2 shows it."""
        form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope is not None else {})
        return await http.post(self.token_url, data=form, auth=(self.client_id, self.client_secret))

    def anonymous(self) -> httpx.AsyncClient:
        """A client without a token, for the authorisation server and for calls that must be refused."""
        return httpx.AsyncClient(transport=self.transport, base_url=self.api_url, timeout=30)

    @asynccontextmanager
    async def project(self, scope: str | None = None) -> AsyncIterator[Project]:
        """The project as seen with a token for `scope` (default: all that the API client is meant to have)."""
        async with self.anonymous() as http:
            token = answered(await self.fetch_token(http, scope or self.scopes or None), 200)["access_token"]
            http.headers["Authorization"] = f"Bearer {token}"
            yield Project(http, self.project_key, self.client_id, is_sandbox=self.is_sandbox)


def is_real() -> bool:
    """Whether the environment names a real project."""
    return all(os.environ.get(name) for name in _NEEDED)


@asynccontextmanager
async def open_target() -> AsyncIterator[Target]:
    """The real project that the environment names, else a sandbox of one's own, in-process."""
    if is_real():
        # A real project's answers carry fields that the definition does not know (section 1.4).
        yield _real(validating(httpx.AsyncHTTPTransport(), answers=False))
        return
    app = create_app()
    async with app.router.lifespan_context(app):
        transport = validating(httpx.ASGITransport(app=app))
        yield sandbox_target(transport, scopes="manage_project:placet-demo")


def sandbox_target(
    transport: httpx.AsyncBaseTransport, url: str = "http://sandbox", scopes: str = ""
) -> Target:
    """The sandbox's default project and client, reached through `transport`."""
    return Target("placet-demo", "placet", "placet", url, url, scopes, transport, is_sandbox=True)


def _real(transport: httpx.AsyncBaseTransport) -> Target:
    environment = os.environ
    return Target(
        project_key=environment["CTP_PROJECT_KEY"],
        client_id=environment["CTP_CLIENT_ID"],
        client_secret=environment["CTP_CLIENT_SECRET"],
        api_url=environment["CTP_API_URL"],
        auth_url=environment["CTP_AUTH_URL"],
        scopes=os.environ.get("CTP_SCOPES", "").replace(",", " "),
        transport=transport,
        is_sandbox=False,
    )
