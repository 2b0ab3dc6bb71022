"""Correlation ids and external users always fit their headers."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from clients.correlation import correlation_id, external_user_value, header_value

patient = settings(deadline=None)  # the machine may be busy; nothing here is about speed


@patient
@given(st.text(max_size=600))
@example("")
@example("a" * 257)
@example("a" * 7)
@example("wf/äß\r\nX-Evil: 1")
def test_any_text_becomes_a_valid_id(raw: str) -> None:
    """8 to 256 characters of the allowed ones, whatever was given."""
    assert re.fullmatch(r"[A-Za-z0-9_/-]{8,256}", header_value(raw))


@patient
@given(st.from_regex(r"[A-Za-z0-9_/-]{8,256}", fullmatch=True))
def test_a_valid_id_is_left_alone(raw: str) -> None:
    """What fits is sent as it is, so that both sides find it."""
    assert header_value(raw) == raw


@patient
@given(st.text(min_size=1, max_size=600))
def test_the_same_text_gives_the_same_id(raw: str) -> None:
    """A repeated call carries the same id."""
    assert header_value(raw) == header_value(raw)


def test_the_context_is_used_where_nothing_is_given() -> None:
    """The caller sets it once for all the calls it makes."""
    mark = correlation_id.set("order/1/run.2/activity:3")
    try:
        assert header_value() == "order/1/run-2/activity-3"
    finally:
        correlation_id.reset(mark)


@patient
@given(st.text(max_size=300))
@example("a" * 129)
def test_any_user_fits_its_header(user: str) -> None:
    """At most 128 printable characters, and no line of their own."""
    value = external_user_value(user)
    assert len(value) <= 128
    assert all(" " <= letter <= "~" for letter in value)
