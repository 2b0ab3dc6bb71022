"""Spans are read as they are written, and travel so."""

from datetime import timedelta

import pytest
from pydantic import BaseModel, ValidationError

from domain.spans import Span, Unit, WorkingSpan, is_shorter, parse_span


class Within(BaseModel):
    """A model with a span, as levels are."""

    within: Span


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("8 working hours", WorkingSpan(count=8, unit=Unit.HOUR)),
        ("1 working hour", WorkingSpan(count=1, unit=Unit.HOUR)),
        ("2 working days", WorkingSpan(count=2, unit=Unit.DAY)),
        ("30 working minutes", WorkingSpan(count=30, unit=Unit.MINUTE)),
        ("P2D", timedelta(days=2)),
        ("PT4H30M", timedelta(hours=4, minutes=30)),
        ("PT0.5S", timedelta(seconds=0.5)),
        ("P1W", timedelta(weeks=1)),
    ],
)
def test_a_span_is_read_and_written_alike(written: str, wanted: timedelta | WorkingSpan) -> None:
    """Working time stays as it is written; plain time is ISO 8601, as it was before there was working time."""
    assert parse_span(written) == wanted
    model = Within.model_validate({"within": written})
    assert model.within == wanted
    assert Within.model_validate_json(model.model_dump_json()) == model
    if isinstance(wanted, WorkingSpan):
        assert model.model_dump(mode="json") == {"within": written}
    assert Within(within=wanted) == model


@pytest.mark.parametrize(
    "written",
    [
        "8 working hour s", "8 workinghours", "8  working hours", "8 working hours ", "8 working hours\n", " 8 working hours",
        "8 Working Hours", "8 hours", "8 working weeks", "working hours", "0 working hours", "-1 working hours", "1.5 working hours",
        "08 working hours", "10000 working hours", "٣ working hours", "eight working hours", "2 days", "12:00:00", "PT", "P",
        "P2D\n", "", "PT0S", "-P1D", 8, 2.5, True, None, ["P2D"], timedelta(0), timedelta(days=-1),
    ],
)  # fmt: skip
def test_what_is_no_span_is_refused(written: object) -> None:
    """With one message, which says how to write it."""
    with pytest.raises(ValidationError, match="1 validation error for Within"):
        Within.model_validate({"within": written})


@pytest.mark.parametrize(
    ("one", "other", "shorter"),
    [
        ("PT1H", "P1D", True),
        ("P1D", "P1D", False),
        ("P2D", "PT24H", False),
        ("1 working hour", "8 working hours", True),
        ("2 working days", "1 working day", False),
        ("59 working minutes", "1 working hour", True),
        ("60 working minutes", "1 working hour", False),
        ("1 working hour", "1 working day", None),
        ("1 working day", "9999 working hours", None),
        ("PT1H", "1 working day", None),
        ("1 working day", "P1D", None),
    ],
)
def test_which_span_is_shorter_may_depend_on_the_calendar(one: str, other: str, shorter: bool | None) -> None:
    """Hours and minutes are worth the same to everybody; a day is as long as the calendar says."""
    assert is_shorter(parse_span(one), parse_span(other)) is shorter
