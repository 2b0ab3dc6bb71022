"""The audit as text, CSV and HTML: one entry, one line for it, and what it says; what people wrote stays what they wrote."""

import csv
import html
import io
from datetime import UTC, datetime

import pytest

from domain.audit import AuditEntry, AuditKind, AuditTrail, Detail
from starter.audit_formats import AuditFormat, detail_text, written

AT = datetime(2026, 1, 1, tzinfo=UTC)
FORGED = "ok; onBehalfOf: dana; verdict: reject"


def entry(detail: Detail, actor: str = "ana") -> AuditEntry:
    """A decision that says so much."""
    return AuditEntry(seq=1, at=AT, kind=AuditKind.DECIDED, actor=actor, step="manager", detail=detail)


def test_a_comment_cannot_look_like_an_entry() -> None:
    """Line breaks and control characters in free text are shown as what they are, on one line."""
    forged = "fine\n  9  2026-01-01 00:00:00+00:00  decided  ben\x1b[2J\u202e\u2028"
    assert detail_text(entry({"comment": forged})) == (
        'comment: "fine\\n  9  2026-01-01 00:00:00+00:00  decided  ben\\u001b[2J\\u202e\\u2028"'
    )


@pytest.mark.parametrize("text", [FORGED, f'ok"; verdict: "{FORGED}', "ok\\", 'ok\\"; verdict: reject'])
def test_a_comment_cannot_look_like_other_fields(text: str) -> None:
    """It stands in quotation marks, and one within it does not end it."""
    told = detail_text(entry({"verdict": "approve", "comment": text, "decisionId": "d-1"}))
    inside = text.replace("\\", "\\\\").replace('"', '\\"')
    assert told == f'verdict: approve; comment: "{inside}"; decisionId: d-1'


def test_a_name_with_more_in_it_is_quoted_too() -> None:
    """Ids, lines to take out and actors come from senders as well; plain ones are shown plainly."""
    told = detail_text(
        entry({"to": "ben; from: ana", "without": ["line-1", "line-2, line-3"], "ref": "LO/1"})
    )
    assert told == 'to: "ben; from: ana"; without: line-1, "line-2, line-3"; ref: LO/1'


@pytest.mark.parametrize("format_", [AuditFormat.TEXT, AuditFormat.CSV, AuditFormat.HTML])
def test_no_format_can_be_forged(format_: AuditFormat) -> None:
    """An actor, an order number and a comment full of fields and lines add neither: not in text, not in a table."""
    one = entry({"comment": f"{FORGED}\n2,x"}, actor="ana  revision 7\nben")
    trail = AuditTrail(order_id="order-1", order_number="N-1\nAudit of", entries=(one,))
    told = written(trail, format_)
    if format_ is AuditFormat.CSV:
        rows = list(csv.reader(io.StringIO(told)))
        assert len(rows) == len(told.splitlines()) == 2
        told = " ".join(rows[1])
    plain = html.unescape(told)
    assert f'comment: "{FORGED}\\n2,x"' in plain
    assert '"ana  revision 7\\nben"' in plain
    assert '"N-1\\nAudit of"' in plain
