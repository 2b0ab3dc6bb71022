"""Calling API Extensions over HTTP: where they are, with their secrets, and one POST each.

Redirects are not followed (docs.commercetools.com, "HTTP destination").
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from sandbox.extensions_answers import Verdict, judge
from sandbox.extensions_destinations import Endpoint
from sandbox.extensions_errors import no_response
from sandbox.resources import Resource

DEFAULT_TIMEOUT_MS = 2000
MAX_TIMEOUT_MS = 10_000


@dataclass
class ExtensionCalls:
    """The endpoints of a sandbox's extensions by id, and the one HTTP client that they are called with.

    `transport` replaces the network, so that an in-process test can serve the extensions itself.
    """

    transport: httpx.AsyncBaseTransport | None = None
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    _client: httpx.AsyncClient | None = None

    async def ask(self, extension: Resource, told: dict[str, Any], correlation_id: str | None) -> Verdict:
        """POST an ExtensionInput and give what the extension says to it; never raises for what it does."""
        endpoint = self.endpoints.get(extension["id"])
        if endpoint is None:  # deleted while another one was being asked
            return Verdict(extension)
        headers = {"Content-Type": "application/json", **endpoint.headers}
        if correlation_id is not None:
            headers["X-Correlation-ID"] = correlation_id
        try:
            async with asyncio.timeout(extension.get("timeoutInMs", DEFAULT_TIMEOUT_MS) / 1000):
                answer = await self._http().post(endpoint.url, content=json.dumps(told), headers=headers)
        except Exception:  # noqa: BLE001 - an in-process extension may raise anything: it did not answer
            return Verdict(extension, [no_response(extension)])
        return judge(extension, answer)

    async def aclose(self) -> None:
        """Close the HTTP client."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                transport=self.transport,
                timeout=MAX_TIMEOUT_MS / 1000,
                trust_env=False,
                follow_redirects=False,
            )
        return self._client
