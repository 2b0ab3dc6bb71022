"""Each refusal is an error of its type, which says what is needed and nothing that must stay unsaid."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.answers import refusal
from clients.errors import (
    ApiError,
    BadGateway,
    BadRequest,
    ClientError,
    ConcurrentModification,
    DuplicateField,
    Forbidden,
    GatewayTimeout,
    Invalid,
    InvalidInput,
    InvalidOperation,
    NotFound,
    RateLimited,
    ReferencedResourceNotFound,
    ServerFault,
    Unauthorized,
    Unavailable,
)
from tests.clients.peer import TOKEN_WORD, Peer, refused

patient = settings(deadline=None)  # the machine may be busy; nothing here is about speed

STATUSES = [
    (400, "InvalidOperation", InvalidOperation),
    (400, "InvalidInput", InvalidInput),
    (400, "DuplicateField", DuplicateField),
    (400, "ReferencedResourceNotFound", ReferencedResourceNotFound),
    (400, "RequiredField", BadRequest),
    (401, "invalid_token", Unauthorized),
    (403, "insufficient_scope", Forbidden),
    (404, "ResourceNotFound", NotFound),
    (408, "Timeout", GatewayTimeout),
    (409, "ConcurrentModification", ConcurrentModification),
    (413, "ContentTooLarge", BadRequest),
    (429, "TooMany", RateLimited),
    (500, "General", ServerFault),
    (502, "BadGateway", BadGateway),
    (503, "OverCapacity", Unavailable),
    (504, "ExtensionNoResponse", GatewayTimeout),
    (599, "Whatever", ServerFault),
    (301, "Moved", ApiError),
]


def error_of(answer: httpx.Response, *, quote: bool = True) -> ApiError:
    """The error for an answer to a call that carried a token."""
    answer.request = httpx.Request(
        "POST", "https://api.example/x", headers={"Authorization": f"Bearer {TOKEN_WORD}"}
    )
    return refusal(answer, system="commercetools", attempted="POST /x", quote=quote)


@pytest.mark.parametrize(("status", "code", "expected"), STATUSES)
async def test_each_status_is_its_type(status: int, code: str, expected: type[ApiError]) -> None:
    """A write that is answered with a status raises exactly that type, with status, code and correlation id."""
    peer = Peer(refused(status, code, headers=[("X-Correlation-ID", "corr-12345")]))
    with pytest.raises(ApiError) as raised:
        await peer.commercetools().put_custom_object("c", "k", {}, 1)
    error = raised.value
    assert type(error) is expected
    assert (error.system, error.status, error.code) == ("commercetools", status, code)
    assert error.correlation_id == "corr-12345"
    assert f"{status} {code}" in str(error)
    assert "POST /custom-objects" in str(error)


@pytest.mark.parametrize(("status", "code", "expected"), STATUSES)
async def test_a_read_is_none_only_for_404(status: int, code: str, expected: type[ApiError]) -> None:
    """Reading one resource answers None where there is none, and raises everything else."""
    reading = Peer(refused(status, code)).commercetools().order("an-order")
    if status == 404:
        assert await reading is None
    else:
        with pytest.raises(expected):
            await reading


async def test_a_query_and_an_update_raise_404() -> None:
    """None never stands for a write, nor for a query."""
    client = Peer(refused(404, "ResourceNotFound")).commercetools()
    with pytest.raises(NotFound):
        await client.update_order("an-order", 1, [])
    with pytest.raises(NotFound):
        await client.orders('orderState="Open"')


def test_every_type_can_be_caught_by_its_family() -> None:
    """Who cares for a family catches its parent."""
    families: list[tuple[type[ApiError], list[type[ApiError]]]] = [
        (Invalid, [InvalidOperation, InvalidInput, DuplicateField, ReferencedResourceNotFound, BadRequest]),
        (ServerFault, [BadGateway, Unavailable, GatewayTimeout]),
    ]
    for parent, children in families:
        assert all(issubclass(child, parent) for child in children)
    assert issubclass(ApiError, ClientError)


def test_a_conflict_says_the_current_version_if_it_is_told() -> None:
    """`currentVersion` is optional in the interface."""
    told = error_of(refused(409, "ConcurrentModification", currentVersion=7))
    assert isinstance(told, ConcurrentModification)
    assert told.current_version == 7
    for untold in (
        refused(409, "ConcurrentModification"),
        httpx.Response(409),
        refused(409, "X", currentVersion="7"),
    ):
        error = error_of(untold)
        assert isinstance(error, ConcurrentModification)
        assert error.current_version is None


def test_a_duplicate_says_the_field_and_not_the_value() -> None:
    """Which field is taken is for the caller, its value for nobody's log."""
    message = "A duplicate value 'buyer@acme.example' exists for field 'key'."
    error = error_of(
        refused(400, "DuplicateField", message, field="key", duplicateValue="buyer@acme.example")
    )
    assert isinstance(error, DuplicateField)
    assert error.field == "key"
    assert "buyer@" not in f"{error} {error!r}"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("30", timedelta(seconds=30)),
        ("0", timedelta()),
        ("9" * 30, timedelta(days=1)),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("²", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", timedelta()),
    ],
)
def test_retry_after_is_a_duration(told: str, expected: timedelta | None) -> None:
    """Seconds and dates are understood, garbage is no answer, and a date that has passed is no wait."""
    headers = [(b"Retry-After", told.encode("latin-1"))]
    for status in (429, 503):
        assert error_of(httpx.Response(status, headers=headers)).retry_after == expected


def test_retry_after_may_be_a_date() -> None:
    """A date to come is the time until then."""
    then = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    wait = error_of(httpx.Response(503, headers={"Retry-After": then})).retry_after
    assert wait is not None
    assert timedelta(minutes=4, seconds=50) < wait <= timedelta(minutes=5)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(502, text="<html>Bad Gateway</html>"),
        httpx.Response(502),
        httpx.Response(502, json=["a", "list"]),
        httpx.Response(502, json={"errors": "none"}),
        httpx.Response(502, json={"errors": [None, {"code": 7, "message": None, "extensions": []}]}),
        httpx.Response(502, content=b"\xff\xfe{"),
    ],
)
def test_an_answer_that_no_one_documented_is_still_typed(answer: httpx.Response) -> None:
    """A proxy's page or an odd body changes nothing about the type."""
    error = error_of(answer)
    assert type(error) is BadGateway
    assert error.code is None


def test_the_server_is_quoted_only_where_its_words_are_harmless() -> None:
    """The text of a forbidden transition helps; texts that repeat input, and those of strangers, are withheld."""
    text = "The transition from state 'a' to state 'b' is not allowed."
    assert text in str(error_of(refused(400, "InvalidOperation", text)))
    assert text not in str(error_of(refused(400, "InvalidOperation", text), quote=False))
    assert text not in str(error_of(refused(400, "InvalidField", text)))
    assert text not in str(error_of(refused(400, "SomethingNew", text)))


@pytest.mark.parametrize("code", ["x" * 65, "two words", "line\nbreak", "", "<b>", 7])
def test_what_is_no_code_is_not_repeated_as_one(code: Any) -> None:
    """A code is a short name; whatever else stands in its place stays unsaid."""
    error = error_of(refused(400, code))
    assert error.code is None
    assert str(error) == "commercetools answered 400 to POST /x"


def test_a_text_is_cut_and_kept_on_one_line() -> None:
    """A long or broken text does not flood a log."""
    said = str(error_of(refused(400, "InvalidOperation", "one\ntwo " + "x" * 1000)))
    assert "one two" in said
    assert len(said) < 400


@patient
@given(st.sampled_from(["InvalidOperation", "InvalidField", "x" * 80, "Bearer t0ken"]), st.text())
def test_no_error_repeats_the_token(code: str, words: str) -> None:
    """Should a server ever send back the credentials, they are not passed on."""
    error = error_of(refused(400, code, f"{words}{TOKEN_WORD}{words}"))
    assert TOKEN_WORD not in f"{error} {error!r}"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@patient
@given(
    st.integers(300, 599), st.dictionaries(st.sampled_from(["errors", "error", "message", "x"]), json_values)
)
def test_any_answer_is_an_api_error(status: int, document: dict[str, Any]) -> None:
    """No body makes reading a refusal fail."""
    assert error_of(httpx.Response(status, json=document)).status == status


@pytest.mark.parametrize(
    "failure",
    [httpx.LocalProtocolError(f"Illegal header value b'Bearer {TOKEN_WORD}'"), httpx.ReadError(TOKEN_WORD)],
)
async def test_a_broken_connection_tells_nothing(
    failure: Exception, told: Callable[[BaseException], str]
) -> None:
    """The texts of protocol errors can repeat a header: only their kind is passed on."""
    with pytest.raises(ClientError) as raised:
        await Peer(failure).commercetools().order("an-order")
    assert TOKEN_WORD not in told(raised.value)
    assert type(failure).__name__ in str(raised.value)
