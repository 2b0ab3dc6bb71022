"""Access tokens of commercetools, by client credentials (RFC 6749, section 4.4)."""

import base64
import time
from collections.abc import Callable

import httpx

from clients.access_tokens import AccessTokens
from clients.account import Account
from clients.transport import Timeouts

SYSTEM = "commercetools auth"


class TokenSource(AccessTokens):
    """The token of one API client."""

    def __init__(
        self,
        account: Account,
        http: httpx.AsyncClient,
        *,
        timeouts: Timeouts,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(http, system=SYSTEM, timeouts=timeouts, clock=clock)
        self._account = account

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
