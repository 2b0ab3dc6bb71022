"""Visibility queries and cursors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alarms import Alarm
from domain.phases import Phase
from starter.orders_gateway import AnyAlarm, BadCursorError, Worklist
from starter.worklist import cursor_of, quoted, token_of, visibility_query


def test_the_query_of_a_worklist() -> None:
    """By who may decide, by phase and by alarm; a run that went on in another is not listed again."""
    base = "WorkflowType = 'Order' AND ExecutionStatus != 'ContinuedAsNew'"
    assert visibility_query(Worklist()) == base
    assert visibility_query(Worklist(approver="ana", phase=Phase.PENDING)) == (
        f"{base} AND (PlacetPending = 'person:ana' OR PlacetPending = 'more') AND PlacetPhase = 'pending'"
    )
    assert visibility_query(Worklist(alarm=AnyAlarm.ANY)) == f"{base} AND PlacetAlarm IS NOT NULL"
    assert visibility_query(Worklist(phase=Phase.PENDING, alarm=Alarm.OVERDUE)) == (
        f"{base} AND PlacetPhase = 'pending' AND PlacetAlarm = 'overdue'"
    )


@given(st.text())
def test_a_text_never_leaves_its_quotes(text: str) -> None:
    """Either it is refused, or every quote in it is doubled."""
    try:
        literal = quoted(text)
    except ValueError:
        return
    assert literal[0] == literal[-1] == "'"
    assert "'" not in literal[1:-1].replace("''", "")
    assert literal[1:-1].replace("''", "'") == text


@given(st.binary(min_size=1), st.text())
def test_a_cursor_gives_its_token_back_to_its_own_list(token: bytes, query: str) -> None:
    """And to no other."""
    cursor = cursor_of(query, token)
    assert token_of(query, cursor) == token
    with pytest.raises(BadCursorError):
        token_of(query + "!", cursor)


@given(st.text(max_size=40))
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    """It names nothing."""
    with pytest.raises(BadCursorError):
        token_of("a list", cursor)
