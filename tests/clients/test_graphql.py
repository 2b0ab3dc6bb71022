"""GraphQL answers with data, or with the error that REST would have given."""

import httpx
import pytest

from clients.errors import (
    ApiError,
    BadRequest,
    ConcurrentModification,
    Forbidden,
    InvalidInput,
    InvalidOperation,
    Unauthorized,
    Unreadable,
)
from tests.clients.peer import Peer, ok, refused

QUERY = "query($id: String!) { order(id: $id) { id } }"


def failed(code: str, status: int = 200, **extras: object) -> httpx.Response:
    """A GraphQL answer with an error in it."""
    error = {"message": "No.", "path": ["updateOrder"], "extensions": {"code": code, **extras}}
    return ok({"data": {"updateOrder": None}, "errors": [error]}, status)


async def test_data_is_returned_and_variables_are_sent() -> None:
    """The whole request is JSON; no operation name is sent unless there is one."""
    peer = Peer(ok({"data": {"order": None}}))
    client = peer.commercetools()
    assert await client.graphql(QUERY, {"id": "2b7f"}) == {"order": None}
    assert peer.sent == {"query": QUERY, "variables": {"id": "2b7f"}}
    assert peer.requests[0].url.path == "/a-project/graphql"
    assert peer.requests[0].headers["Content-Type"] == "application/json"
    await client.graphql(QUERY, {"id": "2b7f"}, "Find")
    assert peer.sent["operationName"] == "Find"


@pytest.mark.parametrize(
    ("answer", "expected", "status"),
    [
        (failed("ConcurrentModification", currentVersion=4), ConcurrentModification, 409),
        (failed("InvalidOperation"), InvalidOperation, 400),
        (failed("InvalidInput", 400), InvalidInput, 400),
        (failed("insufficient_scope"), Forbidden, 403),
        (failed("SomethingNew"), BadRequest, 400),
        (refused(401, "invalid_token"), Unauthorized, 401),
        (ok({"data": None, "errors": [{"message": "Syntax error"}]}, 400), BadRequest, 400),
    ],
)
async def test_errors_are_typed_by_their_code(
    answer: httpx.Response, expected: type[ApiError], status: int
) -> None:
    """Whatever HTTP says, the code in the extensions decides."""
    with pytest.raises(expected) as raised:
        await Peer(answer).commercetools().graphql("mutation { x }")
    assert raised.value.status == status
    if isinstance(raised.value, ConcurrentModification):
        assert raised.value.current_version == 4


async def test_the_server_is_quoted_as_elsewhere() -> None:
    """Why a transition was refused is said, with the code and what was attempted."""
    with pytest.raises(InvalidOperation) as raised:
        await Peer(failed("InvalidOperation")).commercetools().graphql("mutation { x }")
    assert str(raised.value) == "commercetools answered 400 InvalidOperation to POST /graphql: No."


@pytest.mark.parametrize("document", [{}, [], {"data": None}, {"data": []}, "text"])
async def test_an_answer_without_data_is_unreadable(document: object) -> None:
    """Neither data nor errors is no answer."""
    with pytest.raises(Unreadable):
        await Peer(ok(document)).commercetools().graphql(QUERY)
