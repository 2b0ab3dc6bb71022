"""Access tokens of Fluent, by password grant (RFC 6749, section 4.3).

`POST {host}/oauth/token`, parameters in the form body and not in the address, where logs would keep them, and the
header `fluent.account` [docs.fluentcommerce.com/essential-knowledge/authentication-api]. Its refresh tokens are good
for one use only, which several workers cannot share: renewal is another log-in.
"""

import time
from collections.abc import Callable

import httpx

from clients.access_tokens import AccessTokens
from clients.fluent.account import FluentAccount
from clients.transport import Timeouts

SYSTEM = "Fluent log-in"


class FluentTokens(AccessTokens):
    """The token of one user."""

    def __init__(
        self,
        account: FluentAccount,
        http: httpx.AsyncClient,
        *,
        timeouts: Timeouts,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(http, system=SYSTEM, timeouts=timeouts, clock=clock)
        self._account = account

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
