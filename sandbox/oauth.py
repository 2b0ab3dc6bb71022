"""The token endpoint and the bearer check: OAuth 2 client credentials as commercetools speaks it.

`POST /oauth/token` takes Basic credentials and `grant_type` / `scope` as form fields or query parameters, ignores
all other fields, and echoes exactly the scope string that was asked for.
"""

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import scopes
from sandbox.errors import AuthError, insufficient_scope, invalid_token
from sandbox.http import json_response
from sandbox.options import ApiClient, Options
from sandbox.store import Clock


@dataclass(frozen=True)
class Grant:
    """What a bearer token stands for; `scope` is the string that was asked for."""

    client_id: str
    scopes: frozenset[str]
    scope: str
    expires_at: datetime


class Tokens:
    """The issued tokens of one sandbox."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._grants: dict[str, Grant] = {}

    def issue(self, client: ApiClient, scope: str | None) -> tuple[str, Grant]:
        """A new token, for the asked scope or for all of the client's.

        ApiError 400 `invalid_scope` for a scope that is unknown, another project's or not the client's.
        """
        key = self._options.project_key
        asked = scope or scopes.suffixed(client.scopes, key)
        bare = scopes.granted(asked, client.scopes, key)
        if bare is None:
            raise AuthError(400, "invalid_scope", "The requested scope is invalid, unknown or not permitted.")
        token = secrets.token_urlsafe(24)
        expires_at = self._clock() + timedelta(seconds=self._options.token_seconds)
        self._grants[token] = Grant(client.id, bare, asked, expires_at)
        return token, self._grants[token]

    def find(self, token: str) -> Grant | None:
        """The live grant behind a token."""
        grant = self._grants.get(token)
        return grant if grant is not None and grant.expires_at > self._clock() else None

    def check(self, authorization: str | None, wanted: tuple[str, ...]) -> Grant:
        """The grant behind an Authorization header; it must cover one of the wanted scopes.

        AuthError 401 `invalid_token`, 403 `insufficient_scope`.
        """
        scheme, _, token = (authorization or "").partition(" ")
        grant = self.find(token.strip()) if scheme.lower() == "bearer" else None
        if grant is None:
            raise invalid_token()
        if not any(scopes.covers(grant.scopes, scope) for scope in wanted):
            raise insufficient_scope(wanted, self._options.project_key)
        return grant

    def expire_all(self) -> None:
        """Every token issued so far is refused from now on."""
        self._grants.clear()

    def client(self, authorization: str | None) -> ApiClient:
        """The API client behind Basic credentials. AuthError 401 `invalid_client`."""
        scheme, _, encoded = (authorization or "").partition(" ")
        try:
            name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            name = secret = ""
        for client in self._options.clients:
            if scheme.lower() == "basic" and client.id == name:
                if hmac.compare_digest(client.secret.encode(), secret.encode()):
                    return client
                break
        raise AuthError(
            401, "invalid_client", "Please provide valid client credentials using HTTP Basic Authentication."
        )


async def _parameters(request: Request) -> dict[str, str]:
    """Form fields over query parameters."""
    form = (await request.body()).decode("utf-8", "replace")
    return {**dict(request.query_params), **dict(parse_qsl(form))}


async def _token(request: Request) -> Response:
    tokens: Tokens = request.app.state.sandbox.tokens
    client = tokens.client(request.headers.get("authorization"))
    asked = await _parameters(request)
    kind = asked.get("grant_type")
    if kind is None:
        raise AuthError(400, "invalid_request", "Missing required parameter: grant_type")
    if kind != "client_credentials":
        raise AuthError(400, "unsupported_grant_type", "The sandbox grants client_credentials only.")
    token, grant = tokens.issue(client, asked.get("scope"))
    seconds = request.app.state.sandbox.options.token_seconds
    body = {"access_token": token, "token_type": "Bearer", "expires_in": seconds, "scope": grant.scope}
    return json_response(200, body)


async def _introspect(request: Request) -> Response:
    tokens: Tokens = request.app.state.sandbox.tokens
    tokens.client(request.headers.get("authorization"))
    grant = tokens.find((await _parameters(request)).get("token", ""))
    if grant is None:
        return json_response(200, {"active": False})
    expiry = int(grant.expires_at.timestamp() * 1000)
    return json_response(
        200, {"active": True, "scope": grant.scope, "exp": expiry, "client_id": grant.client_id}
    )


def routes() -> list[Route]:
    """The OAuth endpoints."""
    return [
        Route("/oauth/token", _token, methods=["POST"]),
        Route("/oauth/introspect", _introspect, methods=["POST"]),
    ]
