"""What is exported: amounts that add up, content that is told apart, answers that survive travelling."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.logistic_export import LogisticOrderDraft, share_of
from domain.money import Money
from domain.order import OrderContent, Requester
from domain.provider_answers import (
    Accepted,
    ChangeAnswer,
    Conflict,
    ExportAnswer,
    Exported,
    Refused,
    Unsupported,
)
from tests.providers.drafts import draft, eur, line


@given(st.integers(-(10**9), 10**9), st.integers(1, 50), st.lists(st.integers(0, 50)))
def test_shares_add_up_to_the_last_cent(cents: int, whole: int, cuts: list[int]) -> None:
    """However a line is cut, its parts are the whole, each within a cent of its due."""
    edges = sorted({0, whole, *(cut for cut in cuts if cut <= whole)})
    parts = [share_of(eur(cents), whole, start, end - start) for start, end in pairwise(edges)]
    assert sum(part.cent_amount for part in parts) == cents
    for part, (start, end) in zip(parts, pairwise(edges), strict=True):
        assert abs(part.cent_amount * whole - cents * (end - start)) < whole


@pytest.mark.parametrize(("whole", "before", "quantity"), [(3, 2, 2), (3, -1, 1), (0, 0, 0), (3, 1, -1)])
def test_a_share_is_within_the_whole(whole: int, before: int, quantity: int) -> None:
    """More than there is cannot be shared out."""
    with pytest.raises(ValueError, match="not within"):
        share_of(eur(100), whole, before, quantity)


@pytest.mark.parametrize(
    "changed",
    [
        {"lines": (line("line-1"), line("line-1"))},
        {"lines": ()},
        {"total": Money(cent_amount=1, currency_code="USD")},
        {"lines": (line("line-1", unit_price=Money(cent_amount=1, currency_code="USD")),)},
    ],
)
def test_a_draft_is_one_order_in_one_currency(changed: dict[str, Any]) -> None:
    """A line twice, no line, or a second currency is a fault of ours, found before anything is sent."""
    with pytest.raises(ValidationError):
        draft(**changed)


def test_a_fingerprint_is_of_what_is_exported() -> None:
    """Another quantity or place is another; the whole order's content is not, its digest stands for it."""
    content = OrderContent(total=eur(100), lines=(), requester=Requester())
    assert draft(content=content).fingerprint == draft().fingerprint
    others = [draft(location="hamburg"), draft(lines=(line("line-1", 1),)), draft(digest="e" * 64)]
    assert draft().fingerprint not in [other.fingerprint for other in others]


def test_a_fingerprint_survives_travelling() -> None:
    """A draft that has been JSON is the same draft."""
    again = LogisticOrderDraft.model_validate_json(draft().model_dump_json())
    assert again == draft()
    assert again.fingerprint == draft().fingerprint


@pytest.mark.parametrize(
    "answer",
    [Exported(ref="r", already=True), Conflict(ref="r", why="w"), Unsupported(operation="export", why="w")],
)
def test_an_answer_to_an_export_travels(answer: Exported | Conflict | Unsupported) -> None:
    """Its kind says which it is."""
    adapter: TypeAdapter[Exported | Conflict | Unsupported] = TypeAdapter(ExportAnswer)
    assert adapter.validate_json(adapter.dump_json(answer)) == answer


@pytest.mark.parametrize(
    "answer", [Accepted(ref="r"), Refused(ref="r", why="w"), Unsupported(operation="cancel", why="w")]
)
def test_an_answer_to_a_change_travels(answer: Accepted | Refused | Unsupported) -> None:
    """As above."""
    adapter: TypeAdapter[Accepted | Refused | Unsupported] = TypeAdapter(ChangeAnswer)
    assert adapter.validate_json(adapter.dump_json(answer)) == answer
