"""Access tokens (RFC 6749): cached, renewed before they end, and fetched once however many ask."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from pydantic import Field, SecretStr

from clients.answers import refusal
from clients.reading import Projection, document_of, parsed
from clients.transport import Timeouts, attempt, deadline

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


class AccessTokens(ABC):
    """The token of one client or user, of the grant that a subclass asks for.

    Callers that come while one is being fetched wait for that one. `system` is what errors call the other side.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        system: str,
        timeouts: Timeouts,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._system = system
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
            self._fetching = asyncio.create_task(self._fetch(), name=f"token of {self._system}")
            self._fetching.add_done_callback(self._fetched)
        # Shielded: a caller who gives up takes nothing from those who wait with them.
        return (await asyncio.shield(self._fetching)).token

    def invalidate(self, token: SecretStr) -> None:
        """Forget a token that was refused, unless it has been replaced meanwhile."""
        if self._held is not None and self._held.token == token:
            self._held = None

    @abstractmethod
    def _request(self) -> httpx.Request:
        """The request for a token."""

    def _fetched(self, task: asyncio.Task[_Held]) -> None:
        self._fetching = None
        # Asking for the exception marks it as seen: everybody who waited may have gone.
        if not task.cancelled() and task.exception() is None:
            self._held = task.result()

    async def _fetch(self) -> _Held:
        asked_at = self._clock()
        async with deadline(self._timeouts, system=self._system):
            response = await attempt(self._http, self._request(), system=self._system)
        if not response.is_success:
            raise refusal(response, system=self._system, attempted="the request for a token")
        grant = parsed(_Grant, document_of(response, system=self._system), system=self._system)
        margin = min(_MARGIN_SECONDS, grant.expires_in * _MARGIN_SHARE)
        return _Held(grant.access_token, asked_at + grant.expires_in - margin)
