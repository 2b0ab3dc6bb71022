"""A small stand-in for an outside system: it answers what it was told to, and keeps what it was sent."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import httpx
from pydantic import SecretStr

from clients.account import Account
from clients.commercetools import Commercetools
from clients.transport import Timeouts

SECRET = "s3cret-of-the-client"
TOKEN_WORD = "t0ken-word"
Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Peer:
    """Grants tokens `t0ken-word-1`, `-2` and so on, and answers API calls from a list; the last answer stays."""

    def __init__(self, *answers: Answer, lifetime: float = 172_800) -> None:
        self.answers: list[Answer] = list(answers)
        self.lifetime = lifetime
        self.token_answers: list[Answer] = []
        self.token_requests: list[httpx.Request] = []
        self.requests: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """The transport's handler."""
        if request.url.path.endswith("/oauth/token"):
            self.token_requests.append(request)
            if self.token_answers:
                return given(self.token_answers.pop(0), request)
            return token(len(self.token_requests), self.lifetime)
        self.requests.append(
            httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        )
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return given(answer, request)

    @property
    def sent(self) -> Any:
        """The JSON body of the last API call."""
        return json.loads(self.requests[-1].content)

    @property
    def tokens_seen(self) -> list[str]:
        """The bearer tokens of the API calls, in order."""
        return [request.headers["Authorization"].removeprefix("Bearer ") for request in self.requests]

    def http(self) -> httpx.AsyncClient:
        """A client that reaches only this peer."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self))

    def commercetools(self, timeouts: Timeouts | None = None) -> Commercetools:
        """Our client of this peer."""
        return Commercetools(account(), self.http(), timeouts=timeouts)


def account(**changed: Any) -> Account:
    """An account with a secret that can be searched for."""
    return Account(
        **{
            "project_key": "a-project",
            "client_id": "our-client",
            "client_secret": SecretStr(SECRET),
            "api_url": "https://api.example",
            "auth_url": "https://auth.example",
            "scopes": ("manage_orders:a-project", "view_states:a-project"),
            **changed,
        }
    )


def token(number: int = 1, lifetime: float = 172_800) -> httpx.Response:
    """A grant, as commercetools gives it."""
    return ok(
        {
            "access_token": f"{TOKEN_WORD}-{number}",
            "token_type": "Bearer",
            "expires_in": lifetime,
            "scope": "",
        }
    )


def ok(document: Any, status: int = 200) -> httpx.Response:
    """A success with this JSON."""
    return httpx.Response(status, json=document)


def refused(
    status: int, code: str, message: str = "No.", headers: Iterable[tuple[str, str]] = (), **extras: Any
) -> httpx.Response:
    """An ErrorResponse, as commercetools gives it."""
    error = {"code": code, "message": message, **extras}
    document = {"statusCode": status, "message": message, "errors": [error]}
    return httpx.Response(status, json=document, headers=dict(headers))


def page(*results: Any) -> httpx.Response:
    """One page of a query."""
    return ok({"limit": 20, "offset": 0, "count": len(results), "results": list(results)})


def hasty(seconds: float = 0.05) -> Timeouts:
    """Timeouts for tests in which nothing answers."""
    return Timeouts(connect=timedelta(seconds=seconds), whole=timedelta(seconds=seconds))


def given(answer: Answer, request: httpx.Request) -> httpx.Response:
    """The answer that was laid out; an exception is raised."""
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, httpx.Response):
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
    return answer(request)
