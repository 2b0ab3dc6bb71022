"""An order's custom fields are read as they are, and are no part of the content that a decision binds to."""

import pytest

from clients.errors import Unreadable
from clients.projections import order_from_json
from tests.clients.documents import order

TYPE = {"typeId": "type", "id": "t"}


def test_fields_are_whatever_json_they_are() -> None:
    """Texts, numbers, booleans, money, sets, localised texts (reference, section 7.1)."""
    fields = {
        "costCenter": "4711",
        "pieces": 5,
        "urgent": True,
        "limit": {"type": "centPrecision", "currencyCode": "EUR", "centAmount": 100, "fractionDigits": 2},
        "tags": ["a", "b"],
        "note": {"en": "x"},
    }
    assert order_from_json(order(custom={"type": TYPE, "fields": fields})).custom == fields


def test_a_field_changes_no_digest() -> None:
    """A connector that writes one voids no decision; an order without any reads as before."""
    plain = order_from_json(order())
    marked = order_from_json(order(custom={"type": TYPE, "fields": {"exported": True}}))
    assert plain.custom == {}
    assert marked.content.digest == plain.content.digest
    assert "custom" not in plain.model_dump()


def test_fields_of_another_form_are_not_read() -> None:
    """Named by their place, without what they hold."""
    with pytest.raises(Unreadable, match=r"custom\.fields") as refused:
        order_from_json(order(custom={"type": TYPE, "fields": "secret"}))
    assert "secret" not in str(refused.value)
