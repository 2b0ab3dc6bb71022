"""Errors as callers see them: RFC 9457 problem details, which say what to do and nothing of the inside."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from domain.wording import wording
from starter.orders_gateway import UnansweredError

MEDIA_TYPE = "application/problem+json"
_URN = "urn:placet:problem:"
_TITLES = {
    400: ("badRequest", "The request cannot be read"),
    404: ("notFound", "There is nothing here"),
    405: ("methodNotAllowed", "This cannot be done here"),
    413: ("tooLarge", "The body is too large"),
    422: ("invalid", "The request is not valid"),
    500: ("internal", "Something went wrong inside"),
    503: ("unavailable", "Not available at the moment"),
}


_DOCUMENTED = {
    **{status: title for status, (_, title) in _TITLES.items() if status in {400, 404, 413, 422, 503}},
    401: "Who are you?",
    403: "Not with this token, or not allowed to this person",
    409: "It came too late, or its id was used before",
}
_SCHEMA = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "description": f"{_URN}..."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "field": {"type": "string", "description": "The first field that is wrong"},
    },
    "required": ["type", "title", "status", "detail"],
}
READING = frozenset({401, 403, 404, 422, 503})
"""What asking about orders may be answered beside success."""
TELLING = frozenset(_DOCUMENTED)
"""What telling an order something may."""


def documented_problems(statuses: frozenset[int]) -> dict[int | str, dict[str, Any]]:
    """Those answers for OpenAPI, as problem details; a refusing receipt has its own members beside these."""
    content = {MEDIA_TYPE: {"schema": _SCHEMA}}
    return {status: {"description": _DOCUMENTED[status], "content": content} for status in sorted(statuses)}


class Problem(HTTPException):
    """An answer that is no success. `more` are members beside the standard ones; none may hold a secret."""

    def __init__(  # noqa: PLR0913 - the members of RFC 9457, and the headers
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.code = code
        self.title = title
        self.more = dict(more or {})

    def document(self) -> dict[str, Any]:
        """The problem details."""
        standard = {"type": _URN + self.code, "title": self.title, "status": self.status_code}
        return {**self.more, **standard, "detail": self.detail}

    def response(self) -> Response:
        """The answer on the wire."""
        return JSONResponse(
            self.document(), status_code=self.status_code, headers=self.headers, media_type=MEDIA_TYPE
        )


def invalid(errors: list[dict[str, str]], *, status: int = 422) -> Problem:
    """The problem for fields that are wrong: `errors` are `{field, message}`, the first is also the detail."""
    code, title = _TITLES[status]
    first = errors[0]
    detail = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return Problem(status, code, title, detail, more={"field": first["field"], "errors": errors})


def field_errors(error: ValidationError | RequestValidationError, *, skip: int = 0) -> list[dict[str, str]]:
    """What pydantic found, by the names that the caller used; what the caller sent is not repeated."""
    return [
        {"field": ".".join(map(str, found["loc"][skip:])), "message": _message(found)}
        for found in error.errors()
    ]


def _message(found: Mapping[str, Any]) -> str:
    if found["type"] == "missing":
        return "is missing"
    if found["type"] == "extra_forbidden":
        return "no such field"
    return wording(found)


def unavailable(detail: str, *, retry_after_seconds: int) -> Problem:
    """Somebody whom we need does not answer: the same request later is safe."""
    code, title = _TITLES[503]
    return Problem(503, code, title, detail, headers={"Retry-After": str(retry_after_seconds)})


def unanswered(error: UnansweredError) -> Problem:
    """A workflow gave no answer; the error's own words stay inside."""
    detail = "Temporal or its workers do not answer; whether it was done is not known: send the same again"
    return unavailable(detail, retry_after_seconds=error.retry_after_seconds)


def internal() -> Problem:
    """An error of ours, of which the caller learns nothing more."""
    code, title = _TITLES[500]
    return Problem(500, code, title, "the request was not carried out because of an error inside")


def attach(app: FastAPI) -> None:
    """Answer every error as a problem."""

    async def on_http(request: Request, error: Exception) -> Response:
        if isinstance(error, Problem):
            return error.response()
        if not isinstance(error, HTTPException):
            raise error
        code, title = _TITLES.get(error.status_code, ("refused", "The request is refused"))
        return Problem(error.status_code, code, title, str(error.detail), headers=error.headers).response()

    async def on_invalid(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        return invalid(field_errors(error, skip=1)).response()

    async def on_unanswered(request: Request, error: Exception) -> Response:
        if not isinstance(error, UnansweredError):
            raise error
        return unanswered(error).response()

    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(UnansweredError, on_unanswered)
