"""Access tokens by client credentials (RFC 6749, section 4.4): cached, and fetched once however many ask."""

import asyncio
import base64
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from pydantic import Field, SecretStr

from clients.account import Account
from clients.answers import refusal
from clients.reading import Projection, document_of, parsed
from clients.transport import Timeouts, attempt, deadline

SYSTEM = "commercetools auth"
# Renewed this long before the end, so that a call does not set out with a token that ends on its way.
_MARGIN_SECONDS = 60.0
_MARGIN_SHARE = 0.1


class _Grant(Projection):
    access_token: SecretStr = Field(alias="access_token")
    expires_in: float = Field(alias="expires_in", gt=0)


@dataclass(frozen=True)
class _Held:
    token: SecretStr
    until: float


class TokenSource:
    """The token of one API client. Callers that come while one is being fetched wait for that one."""

    def __init__(
        self,
        account: Account,
        http: httpx.AsyncClient,
        *,
        timeouts: Timeouts,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account = account
        self._http = http
        self._timeouts = timeouts
        self._clock = clock
        self._held: _Held | None = None
        self._fetching: asyncio.Task[_Held] | None = None

    async def token(self) -> SecretStr:
        """A token that is good for a while yet.

        Raises:
            Unreachable: no answer.
            Unreadable: an answer without a token.
            ApiError: the credentials or scopes were refused (Unauthorized, BadRequest), or a fault.
        """
        if self._held is not None and self._clock() < self._held.until:
            return self._held.token
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch(), name="commercetools token")
            self._fetching.add_done_callback(self._fetched)
        # Shielded: a caller who gives up takes nothing from those who wait with them.
        return (await asyncio.shield(self._fetching)).token

    def invalidate(self, token: SecretStr) -> None:
        """Forget a token that was refused, unless it has been replaced meanwhile."""
        if self._held is not None and self._held.token == token:
            self._held = None

    def _fetched(self, task: asyncio.Task[_Held]) -> None:
        self._fetching = None
        # Asking for the exception marks it as seen: everybody who waited may have gone.
        if not task.cancelled() and task.exception() is None:
            self._held = task.result()

    async def _fetch(self) -> _Held:
        asked_at = self._clock()
        async with deadline(self._timeouts, system=SYSTEM):
            response = await attempt(self._http, self._request(), system=SYSTEM)
        if not response.is_success:
            raise refusal(response, system=SYSTEM, attempted="the request for a token")
        grant = parsed(_Grant, document_of(response, system=SYSTEM), system=SYSTEM)
        margin = min(_MARGIN_SECONDS, grant.expires_in * _MARGIN_SHARE)
        return _Held(grant.access_token, asked_at + grant.expires_in - margin)

    def _request(self) -> httpx.Request:
        secret = self._account.client_secret.get_secret_value()
        basic = base64.b64encode(f"{self._account.client_id}:{secret}".encode()).decode()
        form = {"grant_type": "client_credentials"}
        if self._account.scopes:
            form["scope"] = " ".join(self._account.scopes)
        return self._http.build_request(
            "POST",
            self._account.token_url,
            data=form,
            headers={"Authorization": f"Basic {basic}", "Accept": "application/json"},
            timeout=self._timeouts.for_httpx(),
        )
