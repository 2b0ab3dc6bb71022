"""An order of several parts is as far as all of them are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.status_mapping import TARGETS, Kind, Mapped, Unmapped
from domain.status_mapping_together import together


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ((), None),
        (("Complete", "Complete"), "Complete"),
        (("Complete", "Confirmed"), "Confirmed"),
        (("Complete", None), None),
        (("Complete", "Cancelled"), "Complete"),
        (("Cancelled", "Cancelled"), "Cancelled"),
        (("Cancelled", None), None),
    ],
)
def test_an_order_is_complete_when_every_part_is(parts: tuple[str | None, ...], whole: str | None) -> None:
    """One provider's word does not complete the order of two."""
    assert together([Mapped(order=part) for part in parts]).order == whole


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (("Shipped", "Ready"), "Partial"),
        (("Shipped", None), "Partial"),
        (("Delivered", "Backorder"), "Partial"),
        (("Delivered", "Shipped"), "Shipped"),
        (("Partial", "Delivered"), "Partial"),
        (("Delivered", "Canceled"), "Delivered"),
        (("Canceled", "Canceled"), "Canceled"),
        (("Ready", "Backorder"), "Backorder"),
        (("Ready", None), None),
    ],
)
def test_a_shipment_is_partial_as_soon_as_something_went(
    parts: tuple[str | None, ...], whole: str | None
) -> None:
    """And whole when everything that was not cancelled went."""
    assert together([Mapped(shipment=part) for part in parts]).shipment == whole


def test_what_is_not_understood_of_a_part_is_not_of_the_whole() -> None:
    """Told once, by whichever part."""
    odd = Unmapped(kind=Kind.ORDER, status="ODD", provider="fluent")
    parts = [Mapped(unmapped=(odd,)), Mapped(order="Open"), Mapped(unmapped=(odd,))]
    assert together(parts).unmapped == (odd,)


PARTS = st.lists(
    st.builds(Mapped, **{kind.value: st.none() | st.sampled_from(TARGETS[kind]) for kind in Kind}), min_size=1
)


@given(PARTS)
def test_the_order_of_the_parts_does_not_count(parts: list[Mapped]) -> None:
    """And one part alone is the whole."""
    assert together(parts) == together(list(reversed(parts)))
    assert together([parts[0]]) == parts[0]
