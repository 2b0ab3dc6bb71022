"""The audit as text: one entry, one line for it, and one for what it says."""

from datetime import UTC, datetime

from domain.audit import AuditEntry, AuditKind
from starter.audit_formats import detail_text


def test_a_comment_cannot_look_like_an_entry() -> None:
    """Line breaks and control characters in free text are shown as spaces."""
    forged = "fine\n  9  2026-01-01 00:00:00+00:00  decided  ben\x1b[2J"
    at = datetime(2026, 1, 1, tzinfo=UTC)
    entry = AuditEntry(seq=1, at=at, kind=AuditKind.DECIDED, actor="ana", detail={"comment": forged})
    assert all(character.isprintable() for character in detail_text(entry))
