"""How long something may take: plain time, which passes by night as well, or working time."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, TypeAdapter, model_serializer, model_validator

from domain.value import Value

_WORKING = re.compile(r"([1-9][0-9]{0,3}) working (minute|hour|day)s?")
_ISO_DURATION = re.compile(
    r"P(?=[0-9T])([0-9]+Y)?([0-9]+W)?([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
)
_PLAIN: TypeAdapter[timedelta] = TypeAdapter(timedelta)
LONGEST = timedelta(days=1830)
"""Five years. Far more than anybody waits, and far less than what a calendar can still count."""
_MOST_DAYS = 1300


class Unit(StrEnum):
    """What working time is counted in."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


_MINUTES = {Unit.MINUTE: 1, Unit.HOUR: 60, Unit.DAY: 1}
"""What hours and minutes are worth in each other; days are only worth days."""


class WorkingSpan(Value):
    """So much working time. It travels as it is written: `8 working hours`."""

    count: int = Field(ge=1, le=9999)
    unit: Unit

    @model_validator(mode="before")
    @classmethod
    def _from_writing(cls, data: Any) -> Any:
        if not isinstance(data, str):
            return data
        found = _WORKING.fullmatch(data)
        if found is None:
            raise ValueError(f"'{data}' is no working time; write it like 8 working hours or 2 working days")
        return {"count": int(found[1]), "unit": found[2]}

    @model_validator(mode="after")
    def _is_waited_for(self) -> Self:
        if self.unit is Unit.DAY and self.count > _MOST_DAYS:
            raise ValueError(f"'{self}' is more than {_MOST_DAYS} working days; nobody waits so long")
        return self

    @model_serializer
    def _written(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f"{self.count} working {self.unit}{'' if self.count == 1 else 's'}"


def is_written_as_working_time(written: Any) -> bool:
    """Whether it has the form of working time, however much it is."""
    return isinstance(written, str) and _WORKING.fullmatch(written) is not None


def parse_span(written: Any) -> timedelta | WorkingSpan:
    """Read a span: an ISO 8601 duration (`P2D`, `PT4H`) or working time (`8 working hours`, `2 working days`).

    Raises:
        ValueError: it is neither, or no time at all.
    """
    if isinstance(written, WorkingSpan):
        return written
    if is_written_as_working_time(written):
        return WorkingSpan.model_validate(written)
    is_plain = (
        _ISO_DURATION.fullmatch(written) if isinstance(written, str) else isinstance(written, timedelta)
    )
    if not is_plain:
        raise ValueError(
            f"'{written}' is neither an ISO 8601 duration nor working time; "
            "write it like P2D, PT4H or PT30S, or like 8 working hours or 2 working days"
        )
    plain = _PLAIN.validate_python(written)
    if plain <= timedelta(0):
        raise ValueError(f"'{written}' is no time at all")
    if plain > LONGEST:
        raise ValueError(f"'{written}' is more than {LONGEST.days} days; nobody waits so long for an answer")
    return plain


Span = Annotated[timedelta | WorkingSpan, BeforeValidator(parse_span)]
"""A field that is read by `parse_span`."""


def is_shorter(one: timedelta | WorkingSpan, other: timedelta | WorkingSpan) -> bool | None:
    """Whether a span is over before another that begins with it; None if that depends on a calendar."""
    if isinstance(one, timedelta) and isinstance(other, timedelta):
        return one < other
    if isinstance(one, WorkingSpan) and isinstance(other, WorkingSpan):
        days = [span.unit is Unit.DAY for span in (one, other)]
        if all(days) or not any(days):
            return one.count * _MINUTES[one.unit] < other.count * _MINUTES[other.unit]
    return None


def plain(span: timedelta | WorkingSpan) -> timedelta:
    """Plain time as it is.

    Raises:
        ValueError: it is working time, which only a calendar can tell.
    """
    if isinstance(span, WorkingSpan):
        raise ValueError(f"{span}: whose calendar?")  # noqa: TRY004 - the type is right, the value is not
    return span
