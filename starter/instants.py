"""An instant as somebody types it: a date, or a time."""

from datetime import UTC, date, datetime


def typed_instant(written: str) -> datetime:
    """A date is its midnight in UTC; a time is taken as it is, with its zone or without one.

    Raises:
        ValueError: it is neither.
    """
    if len(written) == len("2026-01-31"):
        return datetime.combine(date.fromisoformat(written), datetime.min.time(), UTC)
    return datetime.fromisoformat(written)
