"""Access tokens by password grant (RFC 6749, section 4.3): cached, renewed before they end, fetched once for all.

`POST {host}/oauth/token`, parameters in the form body and not in the address, where logs would keep them, and the
header `fluent.account` [docs.fluentcommerce.com/essential-knowledge/authentication-api]. Its refresh tokens are good
for one use only, which several workers cannot share: renewal is another log-in.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from pydantic import Field, SecretStr

from clients.answers import refusal
from clients.fluent.account import FluentAccount
from clients.reading import Projection, document_of, parsed
from clients.transport import Timeouts, attempt, deadline

SYSTEM = "Fluent log-in"
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


class FluentTokens:
    """The token of one user. Callers that come while one is being fetched wait for that one."""

    def __init__(
        self,
        account: FluentAccount,
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
            ApiError: the credentials were refused (Unauthorized, BadRequest), or a fault.
        """
        if self._held is not None and self._clock() < self._held.until:
            return self._held.token
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch(), name="Fluent token")
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
        account = self._account
        form = {
            "grant_type": "password",
            "scope": "api",
            "client_id": account.client_id,
            "client_secret": account.client_secret.get_secret_value(),
            "username": account.username,
            "password": account.password.get_secret_value(),
        }
        return self._http.build_request(
            "POST",
            f"{account.url}/oauth/token",
            data=form,
            headers={"Accept": "application/json", "fluent.account": account.account},
            timeout=self._timeouts.for_httpx(),
        )
