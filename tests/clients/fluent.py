"""A stand-in for Fluent that answers what it was told to, and a session in front of it."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx

from clients.fluent.account import FluentAccount
from clients.fluent.session import FluentSession
from clients.transport import Timeouts

SECRETS = ("s3cret-of-the-client", "pa55word", "t0ken-word")
Answer = httpx.Response | Exception


def account(**changed: Any) -> FluentAccount:
    """An account whose secrets can be searched for."""
    return FluentAccount.model_validate(
        {
            "host": "https://acme.api.fluent.example",
            "account": "ACME",
            "retailer_id": "7",
            "client_id": "acme-client",
            "client_secret": SECRETS[0],
            "username": "placet",
            "password": SECRETS[1],
            **changed,
        }
    )


class FluentPeer:
    """Grants tokens `t0ken-word-1`, `-2` and so on; answers calls from a list, whose last one stays."""

    def __init__(self, *answers: Answer, lifetime: float = 3600) -> None:
        self.answers = list(answers)
        self.lifetime = lifetime
        self.grants: list[httpx.Request] = []
        self.grant_answers: list[Answer] = []
        self.requests: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """The transport's handler."""
        if request.url.path.endswith("/oauth/token"):
            self.grants.append(request)
            if self.grant_answers:
                return given(self.grant_answers.pop(0))
            word = f"{SECRETS[2]}-{len(self.grants)}"
            return httpx.Response(
                200, json={"access_token": word, "token_type": "bearer", "expires_in": self.lifetime}
            )
        self.requests.append(
            httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        )
        return given(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])

    @property
    def form(self) -> dict[str, str]:
        """The fields of the last log-in."""
        return dict(parse_qsl(self.grants[-1].content.decode()))

    @property
    def sent(self) -> Any:
        """The JSON of the last call."""
        return json.loads(self.requests[-1].content)

    def http(self) -> httpx.AsyncClient:
        """A client that reaches only this peer."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self))

    def session(self, timeouts: Timeouts | None = None) -> FluentSession:
        """Our session with this peer."""
        return FluentSession(account(), self.http(), timeouts=timeouts)


def given(answer: Answer) -> httpx.Response:
    """A fresh copy of the answer; an exception is raised."""
    if isinstance(answer, Exception):
        raise answer
    return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def data(**fields: Any) -> httpx.Response:
    """A GraphQL answer with data."""
    return httpx.Response(200, json={"data": fields})


def failed(code: str | None = None, message: str = "No.", **beside: Any) -> httpx.Response:
    """A GraphQL answer with an error in a 200."""
    extensions = {"extensions": {"code": code}} if code else {}
    return httpx.Response(200, json={"errors": [{"message": message, **extensions}], **beside})


def page(*nodes: Any, more: bool = False, start: int = 0) -> dict[str, Any]:
    """A connection with a cursor on each edge, counted from `start`."""
    edges = [{"node": node, "cursor": f"c-{n}"} for n, node in enumerate(nodes, start)]
    return {"edges": edges, "pageInfo": {"hasNextPage": more}}


Told = Callable[[BaseException], str]
