"""An exchange as it is written down: one line of JSON, redacted by the rules and bounded in size.

Fields: `time` (UTC, ISO 8601), `system`, `method`, `path` and `query` (decoded), `status`, `durationMs`,
`correlationId`, `orderId`, `attempt` (Temporal's), `error` (the error's class, or the code of the answer's first error),
`request` and `response`: `{"bytes", "json"}`, `{"bytes", "json", "cut": true}` where some was left out for its size,
`{"bytes", "sha256"}` where it is no JSON or too much of it, `{"bytes"}` alone where it may not be shown at all.
"""

import hashlib
import json
import re
import zlib
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from clients.exchanges import Body, Exchange
from clients.exchanges_cutting import cut_to
from domain.redaction import Kinds
from domain.redaction_walk import Redactor

BODY_BYTES = 8 * 1024
"""At most so much of a body is written down."""
LARGEST_READ = 128 * 1024
"""A larger body is not looked into."""
_LONGEST_PATH = 2_000
_ORDER = re.compile(r"^order/([^/]+)/")
_ORDER_PATH = re.compile(r"/orders/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/|$)")
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_GZIP = zlib.MAX_WBITS | 16


class _Nothing:
    """No document: the body is none, no JSON, or too large."""


_NOTHING = _Nothing()


class Line(NamedTuple):
    """What is written: the line without its bodies, and with them. Neither ends with a line break."""

    bare: str
    whole: str


def bare_line_of(exchange: Exchange, kinds: Kinds) -> str:
    """The exchange without its bodies, which are not even looked into unless something went wrong."""
    redactor = Redactor(kinds)
    redactor.withhold(exchange.withheld)
    return _written(_head(exchange, _error_of(exchange), redactor))


def line_of(exchange: Exchange, kinds: Kinds) -> Line:
    """The exchange as it is written down."""
    redactor = Redactor(kinds)
    redactor.withhold(exchange.withheld)
    secretive = _is_for_tokens(exchange)
    bodies = [
        (name, body, _redacted(redactor, body, secretive=secretive))
        for name, body in (("request", exchange.request), ("response", exchange.response))
        if body is not None
    ]
    # Only now is everything known that must not be repeated.
    bare = _written(_head(exchange, _error_of(exchange), redactor))
    told = [
        f',"{name}":{_body(redactor, body, redacted, secretive=secretive)}'
        for name, body, redacted in bodies
        if body.size or body.content is None
    ]
    return Line(bare, f"{bare[:-1]}{''.join(told)}}}")


def _head(exchange: Exchange, error: str | None, redactor: Redactor) -> dict[str, Any]:
    path = unquote(exchange.path)
    of_order = _ORDER.match(exchange.correlation_id) or _ORDER_PATH.search(path)
    facts = {
        "event": "exchange",
        "time": datetime.fromtimestamp(exchange.at, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
        "system": exchange.system,
        "method": exchange.method,
        "path": _shown_path(path, redactor),
        "query": _shown_query(exchange.query, redactor) or None,
        "status": exchange.status,
        "durationMs": round(exchange.seconds * 1000, 1),
        "correlationId": exchange.correlation_id or None,
        "orderId": of_order[1] if of_order else None,
        "attempt": exchange.attempt,
        "error": redactor.text(error) if error else None,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _shown_path(path: str, redactor: Redactor) -> str:
    segments = []
    for segment in path.split("/"):
        name, equals, value = segment.partition("=")
        segments.append(f"{name}={redactor.parameter(name, value)}" if equals else segment)
    return redactor.text("/".join(segments))[:_LONGEST_PATH]


def _shown_query(query: str, redactor: Redactor) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return redactor.text("&".join(f"{n}={redactor.parameter(n, v)}" for n, v in pairs))[:_LONGEST_PATH]


def _redacted(redactor: Redactor, body: Body, *, secretive: bool) -> Any:
    document = _NOTHING if secretive else _document(body)
    return _NOTHING if document is _NOTHING else redactor.body(document)


def _body(redactor: Redactor, body: Body, redacted: Any, *, secretive: bool) -> str:
    facts: dict[str, Any] = {"bytes": body.size}
    if redacted is _NOTHING:
        # Not even a digest of what holds a password: it could be guessed and tried.
        if body.content is not None and not secretive:
            facts["sha256"] = hashlib.sha256(body.content).hexdigest()
        return _written(facts)
    written = _written(redacted)
    clean = redactor.scrubbed(redacted, written)
    if clean is not redacted:
        written = _written(clean)
    if len(written.encode(errors="replace")) > BODY_BYTES:
        facts["cut"] = True
        written = _written(cut_to(clean, BODY_BYTES))
    return f'{_written(facts)[:-1]},"json":{written}}}'


def _document(body: Body | None) -> Any:
    content = _decoded(body) if body is not None else None
    if not content or content.lstrip()[:1] not in (b"{", b"["):
        return _NOTHING
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return _NOTHING


def _decoded(body: Body) -> bytes | None:
    """The content without its encoding; None if it is too large, or encoded in a way that is not known here."""
    if body.content is None or len(body.content) > LARGEST_READ or body.encoding in {"", "identity"}:
        return body.content if body.content is not None and len(body.content) <= LARGEST_READ else None
    if body.encoding not in {"gzip", "deflate"}:
        return None
    inflating = zlib.decompressobj(_GZIP if body.encoding == "gzip" else zlib.MAX_WBITS)
    try:
        content = inflating.decompress(body.content, LARGEST_READ)
    except zlib.error:
        return None
    return content if inflating.eof else None


def _is_for_tokens(exchange: Exchange) -> bool:
    return exchange.is_form or "/oauth/" in exchange.path or exchange.path.rsplit("/", 1)[-1] == "token"


def _error_of(exchange: Exchange) -> str | None:
    """The class of what went wrong on the way, or the code of the first error in the answer; GraphQL's come with 200."""
    answer, status = exchange.response, exchange.status
    if exchange.error is not None or answer is None or status is None or _is_for_tokens(exchange):
        return exchange.error
    if status < 400 and b'"errors"' not in (answer.content or b"") and not answer.encoding:
        return None
    said = _document(answer)
    errors = said.get("errors") if isinstance(said, dict) else None
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    extensions = first.get("extensions")
    told = (first.get("code"), extensions.get("code") if isinstance(extensions, dict) else None)
    code = next((one for one in told if isinstance(one, str) and _CODE.fullmatch(one)), None)
    return code or ("Errors" if errors and status < 400 else None)


def _written(document: Any) -> str:
    return _ENCODER.encode(document)
