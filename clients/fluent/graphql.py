"""Reading GraphQL as Fluent speaks it: errors inside a 200, and Relay connections with the cursor on the edge."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import model_validator

from clients.errors import (
    ApiError,
    BadRequest,
    Forbidden,
    NotFound,
    RateLimited,
    ServerFault,
    Unauthorized,
    Unreadable,
)
from clients.reading import Projection

PAGE_SIZE = 100

# What Fluent's errors are called is not published. These are graphql-java's classifications and the usual codes. Only
# those that say that the request itself is wrong are a refusal; whatever else there is, or an error without a code,
# may be a fault of theirs that passes (`DataFetchingException`, a time-out), and taking it for a no would lose a write.
_INVALID = (
    "INVALID",
    "INVALIDSYNTAX",
    "VALIDATIONERROR",
    "VALIDATION_ERROR",
    "OPERATIONNOTSUPPORTED",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "BAD_USER_INPUT",
    "BAD_REQUEST",
    "DUPLICATE",
)
_BY_CODE: dict[str, tuple[type[ApiError], int]] = {
    **dict.fromkeys(_INVALID, (BadRequest, 400)),
    "UNAUTHENTICATED": (Unauthorized, 401),
    "UNAUTHORIZED": (Unauthorized, 401),
    "FORBIDDEN": (Forbidden, 403),
    "NOT_FOUND": (NotFound, 404),
    "TOO_MANY_REQUESTS": (RateLimited, 429),
    "RATE_LIMITED": (RateLimited, 429),
    "INTERNAL_SERVER_ERROR": (ServerFault, 500),
    "INTERNAL_ERROR": (ServerFault, 500),
    "EXECUTIONABORTED": (ServerFault, 500),
    "SERVICE_UNAVAILABLE": (ServerFault, 503),
}


class _PageInfo(Projection):
    has_next_page: bool


class _Edge(Projection):
    node: dict[str, Any]
    cursor: str | None = None


class Connection(Projection):
    """One page of a connection.

    Something is there where an edge is, even if its node is null, as of a record that this user may not read: such a
    page is unreadable. So is one that says there are more, and not where they begin, or that was asked whether there are
    and does not say: what is not read is not absent.
    """

    edges: tuple[_Edge, ...]
    page_info: _PageInfo | None = None

    @model_validator(mode="after")
    def _can_be_followed(self) -> Self:
        if "page_info" in self.model_fields_set and self.page_info is None:
            raise ValueError("whether there are more is not said")
        if self.has_more and self.next_cursor is None:
            raise ValueError("there are more, without a cursor to ask for them by")
        return self

    @property
    def nodes(self) -> list[dict[str, Any]]:
        """What is on the page."""
        return [edge.node for edge in self.edges]

    def entire(self, place: str, *, system: str) -> list[dict[str, Any]]:
        """What is on a page after which no other is asked for.

        Raises:
            Unreadable: there are more.
        """
        if self.has_more:
            raise Unreadable(f"{system} has more than {len(self.edges)} {place}", system=system)
        return self.nodes

    @property
    def has_more(self) -> bool:
        """Whether this is not the last page."""
        return self.page_info is not None and self.page_info.has_next_page

    @property
    def next_cursor(self) -> str | None:
        """Where the next page begins, None if this is the last: the cursor of the last edge (there is no endCursor)."""
        return (self.edges[-1].cursor or None) if self.has_more and self.edges else None


def told(page: Connection | None, place: str, *, system: str) -> Connection:
    """A connection that was asked for: an empty one says that there is nothing, null says nothing.

    Raises:
        Unreadable: it is null, which the schema allows.
    """
    if page is None:
        raise Unreadable(f"{system} does not show {place}", system=system)
    return page


def data_of(document: Any, *, system: str) -> dict[str, Any]:
    """The data of an answer.

    Raises:
        ApiError: there are errors in it, whatever else it says.
        Unreadable: neither data nor errors.
    """
    answered = document if isinstance(document, dict) else {}
    if answered.get("errors"):
        raise _error(answered["errors"], system=system)
    data = answered.get("data")
    if not isinstance(data, dict):
        raise Unreadable(f"{system} answered a GraphQL request without data", system=system)
    return data


def _error(listed: Any, *, system: str) -> ApiError:
    errors = [error for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []
    codes = [code for code in map(_code, errors) if code]
    code = codes[0] if codes else None
    kind, status = _BY_CODE.get((code or "").upper(), (ServerFault, 500))
    named = f"an error {code}" if code else "an error"
    # Its text may repeat what we sent, such as an address.
    return kind(
        f"{system} answered {named} to POST /graphql", system=system, status=status, code=code, errors=errors
    )


def _code(error: Mapping[str, Any]) -> str | None:
    extensions = error.get("extensions")
    inner = extensions if isinstance(extensions, dict) else {}
    told = (inner.get("code"), inner.get("errorCode"), inner.get("classification"), error.get("errorType"))
    words = [one for one in told if isinstance(one, str) and one.replace("-", "").replace("_", "").isalnum()]
    return words[0][:64] if words else None
