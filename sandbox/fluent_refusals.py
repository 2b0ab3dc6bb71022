"""How the local Fluent refuses over HTTP, and how a request is let in."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.errors import ApiError
from sandbox.faults import DroppedReplyError
from sandbox.http import CutShort, json_response

Handler = Callable[[Request], Awaitable[Response]]


class FluentError(Exception):
    """A refusal: an HTTP status and a JSON body."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}

    def response(self) -> Response:
        """The refusal as an answer."""
        return json_response(self.status, self.body, self.headers)


def oauth_refusal(status: int, code: str, description: str) -> FluentError:
    """An OAuth 2.0 error body (RFC 6749, section 5.2)."""
    return FluentError(status, {"error": code, "error_description": description})


def told(handler: Handler) -> Handler:
    """The handler, with its refusals turned into answers and its dropped replies into broken ones."""

    async def endpoint(request: Request) -> Response:
        try:
            return await handler(request)
        except FluentError as refusal:
            return refusal.response()
        except ApiError as refusal:  # what read_json and the drafts refuse with
            return json_response(refusal.status, {"errors": [{"message": refusal.message}]})
        except DroppedReplyError:
            return CutShort()

    return endpoint
