"""`POST /fluent/oauth/token`: the password grant, and the bearer check.

Parameters come in the query, as in all public code, or as form fields. The answer has the fields of RFC 6749,
section 5.1; what else Fluent's has is not sourced.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.fluent_options import FluentOptions
from sandbox.fluent_refusals import oauth_refusal
from sandbox.resources import Clock


class FluentTokens:
    """The tokens that were given out, with their ends."""

    def __init__(self, options: FluentOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._ends: dict[str, datetime] = {}

    def issue(self, asked: dict[str, str]) -> dict[str, object]:
        """The answer to a grant. FluentError 400 or 401."""
        options = self._options
        if asked.get("grant_type") != "password":
            raise oauth_refusal(400, "unsupported_grant_type", "The grant is password.")
        if not _same(asked, {"client_id": options.client_id, "client_secret": options.client_secret}):
            raise oauth_refusal(401, "invalid_client", "Bad client credentials")
        if not _same(asked, {"username": options.username, "password": options.password}):
            raise oauth_refusal(400, "invalid_grant", "Bad credentials")
        if asked.get("scope", "api") != "api":
            raise oauth_refusal(400, "invalid_scope", "The scope is api.")
        token = secrets.token_urlsafe(24)
        self._ends[token] = self._clock() + timedelta(seconds=options.token_seconds)
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(options.token_seconds),
            "scope": "api",
        }

    def check(self, authorization: str | None) -> None:
        """Let a bearer in. FluentError 401."""
        scheme, _, token = (authorization or "").partition(" ")
        end = self._ends.get(token.strip())
        if scheme.lower() != "bearer" or end is None or end <= self._clock():
            raise oauth_refusal(401, "invalid_token", "The access token is unknown or expired.")

    def expire_all(self) -> None:
        """Every token given out so far is refused from now on."""
        self._ends.clear()


async def parameters(request: Request) -> dict[str, str]:
    """Form fields over query parameters."""
    form = (await request.body()).decode("utf-8", "replace")
    return {**dict(request.query_params), **dict(parse_qsl(form))}


def _same(asked: dict[str, str], wanted: dict[str, str]) -> bool:
    pairs = [(asked.get(name, ""), value) for name, value in wanted.items()]
    return all(hmac.compare_digest(given.encode(), value.encode()) for given, value in pairs)
