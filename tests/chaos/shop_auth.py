"""The shop's own API client: it takes a new token whenever its old one is refused."""

import asyncio
from collections.abc import AsyncGenerator

import httpx

_TRIES = 4  # a new token may be forgotten before it is used
_BASIC = "Basic c2hvcDpzaG9w"  # shop:shop


class ShopAuth(httpx.Auth):
    """Tokens of the sandbox for the client `shop`."""

    def __init__(self, sandbox: str) -> None:
        self._url = f"{sandbox}/oauth/token"
        self._token = "none-yet"
        self._asking = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """As httpx wants it: yields requests, and is sent their answers."""
        for _ in range(_TRIES):
            used = self._token
            request.headers["Authorization"] = f"Bearer {used}"
            answer = yield request
            if answer.status_code != 401:
                return
            async with self._asking:
                if self._token == used:
                    form = {"grant_type": "client_credentials"}
                    headers = {"Authorization": _BASIC}
                    granted = yield httpx.Request("POST", self._url, data=form, headers=headers)
                    await granted.aread()
                    self._token = granted.json()["access_token"]
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request
