"""Whether the separation of duties leaves somebody for every step: searched, and tried in every way there is."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.policy import Outcome
from domain.policy_duties import TooManyWaysError, dead_end
from domain.route import Level, RouteStep
from domain.substitution import Mandate, left, mandate_of

DAY = timedelta(days=1)
PEOPLE = ("ana", "ben", "cleo", "dana", "eve")
people = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True)


@st.composite
def levels(draw: st.DrawFn) -> Level:
    """Some people, of whom one, several or all are needed."""
    asked = tuple(draw(people))
    everybody = draw(st.booleans())
    needed = len(asked) if everybody else draw(st.integers(1, len(asked)))
    return Level(approvers=asked, needed=needed, everybody=everybody, within=DAY)


@st.composite
def routes(draw: st.DrawFn) -> tuple[RouteStep, ...]:
    """Up to three steps of up to two levels."""
    found = draw(st.lists(st.lists(levels(), min_size=1, max_size=2), min_size=1, max_size=3))
    return tuple(
        RouteStep(step=f"s{n}", levels=tuple(of), on_timeout=Outcome.HOLD) for n, of in enumerate(found)
    )


stand_ins = st.dictionaries(st.sampled_from(PEOPLE), people.map(tuple), max_size=3).map(
    lambda found: {person: tuple(o for o in others if o != person) for person, others in found.items()}
)


def ways(
    level: Level, lent: dict[str, tuple[str, ...]], counted: tuple[Mandate, ...]
) -> Iterator[tuple[Mandate, ...]]:
    """Every way in which a level can come to its number: vote by vote, as the case counts them."""
    own = [Mandate(decides=person, on_behalf_of=person) for person in level.approvers]
    other = [
        Mandate(decides=stand_in, on_behalf_of=person)
        for person in level.approvers
        for stand_in in lent.get(person, ())
    ]
    able = left(own, counted)
    if not able or (not level.everybody and len(able) < level.needed):
        return
    needed = len(able) if level.everybody else level.needed

    def votes(said: tuple[Mandate, ...]) -> Iterator[tuple[Mandate, ...]]:
        if len(said) == needed:
            yield said
            return
        open_now = left((*own, *other), (*counted, *said))
        for person in dict.fromkeys(mandate.decides for mandate in open_now):
            mandate = mandate_of(person, open_now)
            assert mandate is not None
            yield from votes((*said, mandate))

    yield from votes(())


def stuck(
    steps: tuple[RouteStep, ...], lent: dict[str, tuple[str, ...]], counted: tuple[Mandate, ...] = ()
) -> bool:
    """Whether there is any way in which a step is reached that nobody is left to decide."""
    if not steps:
        return False
    tried = {frozenset(way) for way in chain(*(ways(level, lent, counted) for level in steps[0].levels))}
    return not tried or any(stuck(steps[1:], lent, (*counted, *way)) for way in tried)


@settings(deadline=None, max_examples=300)
@given(routes(), stand_ins)
def test_a_dead_end_is_found_if_there_is_one(
    steps: tuple[RouteStep, ...], lent: dict[str, tuple[str, ...]]
) -> None:
    """And it is one: those who are named do decide those steps, and leave nobody."""
    end = dead_end(steps, lent)
    assert (end is not None) == stuck(steps, lent)
    if end is not None:
        said = tuple(mandate for _, mandate in end.deciders)
        assert all(name in {step.step for step in steps[: end.step]} for name, _ in end.deciders)
        assert all(m.own or m.decides in lent[m.on_behalf_of] for m in said)
        voices = [person for mandate in said for person in {mandate.decides, mandate.on_behalf_of}]
        assert len(set(voices)) == len(voices)


def test_whoever_stands_in_has_had_a_voice() -> None:
    """Ben decides the first step for ana, who is away, and then there is nobody for his own."""
    first, second = (
        RouteStep(step=name, levels=(Level(approvers=(person,), within=DAY),), on_timeout=Outcome.HOLD)
        for name, person in (("one", "ana"), ("two", "ben"))
    )
    assert dead_end((first, second), {}) is None
    end = dead_end((first, second), {"ana": ("ben",)})
    assert end is not None
    assert (end.step, end.deciders) == (1, (("one", Mandate(decides="ben", on_behalf_of="ana")),))


def test_too_many_ways_are_told() -> None:
    """Twice six of thirteen, for each of whom somebody stands in: nobody waits for all of these to be tried."""
    many = tuple(f"p{n}" for n in range(13))
    team = Level(approvers=many, needed=6, within=DAY)
    last = Level(approvers=many, within=DAY)
    steps = tuple(
        RouteStep(step=f"s{n}", levels=(level,), on_timeout=Outcome.HOLD)
        for n, level in enumerate((team, team, last))
    )
    assert dead_end(steps, {}) is None  # one is left, whoever they were
    with pytest.raises(TooManyWaysError):
        dead_end(steps, dict.fromkeys(many, ("somebody",)))
