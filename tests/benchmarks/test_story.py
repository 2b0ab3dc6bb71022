"""The story that both sides play: as many writes on either, or no figure at all."""

from collections import Counter

import pytest

from benchmarks.story import (
    BY_KIND,
    DONE,
    GROUPS,
    HANDED_OVER,
    PENDING,
    RELEASED,
    UnequalError,
    demand_whole_stories,
)


def test_the_stages_are_those_of_the_groups() -> None:
    """Ten writes, each in one group, and the waits lie between groups."""
    assert [number for group in GROUPS for number in group] == list(range(1, DONE + 1))
    ends = [group[-1] for group in GROUPS]
    assert {PENDING, RELEASED, HANDED_OVER, DONE} <= set(ends)
    assert sum(BY_KIND.values()) == DONE


def test_whole_stories_are_accepted() -> None:
    """Three orders of each side with all of their writes."""
    before = {"write": 5, "notification": 7}
    product = Counter({kind: 3 * count for kind, count in BY_KIND.items()}) + Counter(before)
    demand_whole_stories(before, product, 3, product=True)
    demand_whole_stories(before, {"write": 35, "notification": 7}, 3, product=False)


@pytest.mark.parametrize(
    "after", [{"write": 29}, {"write": 31}, {"write": 30, "notification": 1}, {}], ids=str
)
def test_a_write_too_many_or_too_few_is_an_error(after: dict[str, int]) -> None:
    """A floor that writes less than the product, or more, is no measure."""
    with pytest.raises(UnequalError):
        demand_whole_stories({}, after, 3, product=False)


def test_what_the_product_left_out_is_noticed() -> None:
    """A record that was not written makes the round worthless."""
    wrong = dict(BY_KIND) | {"object:placet-audit": BY_KIND["object:placet-audit"] - 1}
    with pytest.raises(UnequalError):
        demand_whole_stories({}, wrong, 1, product=True)
