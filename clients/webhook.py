"""A JSON POST to an address that somebody configured. The address may itself be a secret: no error repeats it."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import SecretStr

from clients.correlation import header_value
from clients.transport import Timeouts, attempt, deadline


class Webhook:
    """One receiver, and the token that it wants to see, if any."""

    def __init__(
        self,
        url: str,
        http: httpx.AsyncClient,
        token: SecretStr | None = None,
        *,
        system: str,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._url = url
        self._http = http
        self._token = token
        self._system = system
        self._timeouts = timeouts or Timeouts()

    async def post(
        self, body: Mapping[str, Any], *, idempotency_key: str, content_type: str = "application/json"
    ) -> httpx.Response:
        """Whatever the receiver answered. A repeat carries the same `Idempotency-Key`, so that it counts once.

        Raises:
            Unreachable: no answer.
        """
        headers = {
            "Content-Type": content_type,
            "Idempotency-Key": idempotency_key.encode("ascii", "backslashreplace").decode(),
            "X-Correlation-ID": header_value(),
        }
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        request = self._http.build_request(
            "POST",
            self._url,
            content=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
            headers=headers,
            timeout=self._timeouts.for_httpx(),
        )
        async with deadline(self._timeouts, system=self._system):
            return await attempt(self._http, request, system=self._system)
