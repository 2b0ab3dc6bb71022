"""Reading an answer that is no success: which typed error it is, and what of it may be repeated."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from clients.errors import (
    ApiError,
    BadGateway,
    BadRequest,
    ConcurrentModification,
    DuplicateField,
    Forbidden,
    GatewayTimeout,
    InvalidInput,
    InvalidOperation,
    NotFound,
    RateLimited,
    ReferencedResourceNotFound,
    ServerFault,
    Unauthorized,
    Unavailable,
)

_BY_STATUS: dict[int, type[ApiError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    408: GatewayTimeout,
    409: ConcurrentModification,
    429: RateLimited,
    502: BadGateway,
    503: Unavailable,
    504: GatewayTimeout,
}
_BY_CODE: dict[str, type[ApiError]] = {
    "InvalidOperation": InvalidOperation,
    "InvalidInput": InvalidInput,
    "DuplicateField": DuplicateField,
    "ReferencedResourceNotFound": ReferencedResourceNotFound,
}
# GraphQL answers conflicts and the like with status 200; the code says what REST would have answered.
_STATUS_OF_CODE = {
    "invalid_token": 401,
    "insufficient_scope": 403,
    "ResourceNotFound": 404,
    "ConcurrentModification": 409,
    "General": 500,
    "BadGateway": 502,
    "OverCapacity": 503,
    "PendingOperation": 503,
}
# Codes whose texts name ids, versions, states and scopes. The texts of the others repeat the value we sent.
_QUOTABLE = frozenset(
    {
        "ConcurrentModification",
        "InvalidInput",
        "InvalidOperation",
        "OverCapacity",
        "PendingOperation",
        "ReferencedResourceNotFound",
        "RequiredField",
        "ResourceNotFound",
        "insufficient_scope",
    }
)
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_LONGEST_QUOTE = 300


def refusal(
    response: httpx.Response, *, system: str, attempted: str, quote: bool = False, graphql: bool = False
) -> ApiError:
    """The typed error for an answer.

    `attempted` is the method and path for people, without parameters. `quote` allows the texts of commercetools.
    `graphql` takes the status from the first error's code where the answer itself says 200.
    """
    document = _document(response)
    errors = _errors(document)
    code = _code(errors, document)
    status = response.status_code
    if graphql and status == 200:
        status = _STATUS_OF_CODE.get(code or "", 400)
    correlation = response.headers.get("X-Correlation-ID")
    said = _quotation(errors, code, response.request) if quote else ""
    named = f"{status} {code}" if code else str(status)
    return _type(status, code)(
        f"{system} answered {named} to {attempted}{said}",
        system=system,
        status=status,
        code=code,
        correlation_id=correlation,
        errors=errors,
        retry_after=_retry_after(response),
    )


def _type(status: int, code: str | None) -> type[ApiError]:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return ServerFault
    if status < 400:
        return ApiError
    return _BY_CODE.get(code or "", BadRequest)


def _document(response: httpx.Response) -> Mapping[str, Any]:
    """The answer's JSON object; empty where it is anything else, such as a proxy's HTML."""
    try:
        document = response.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _errors(document: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The errors as flat objects; GraphQL keeps code and extras under `extensions`."""
    listed = document.get("errors")
    if not isinstance(listed, list):
        return ()
    errors = [error for error in listed if isinstance(error, dict)]
    return tuple({**error, **_object(error.get("extensions"))} for error in errors)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _code(errors: Sequence[Mapping[str, Any]], document: Mapping[str, Any]) -> str | None:
    """The first code that looks like one; the token endpoint has it in `error` (RFC 6749, section 5.2)."""
    told = [*(error.get("code") for error in errors), document.get("error")]
    return next((code for code in told if isinstance(code, str) and _CODE.fullmatch(code)), None)


def _quotation(errors: Sequence[Mapping[str, Any]], code: str | None, request: httpx.Request) -> str:
    if not errors or code not in _QUOTABLE:
        return ""
    text = str(errors[0].get("message", ""))
    _, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if credentials:
        text = text.replace(credentials, "[withheld]")  # should a server ever repeat it
    text = " ".join(text.split())
    return f": {text[:_LONGEST_QUOTE]}" if text else ""


def _retry_after(response: httpx.Response) -> timedelta | None:
    """`Retry-After` as a duration: seconds or a date (RFC 9110, section 10.2.3); None if absent or garbled."""
    told = response.headers.get("Retry-After", "").strip()
    if told.isdecimal():
        return timedelta(seconds=min(int(told), 86_400))
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(until - datetime.now(UTC), timedelta())
