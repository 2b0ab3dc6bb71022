"""Who is away, who stands in for whom, and that nobody's voice counts twice by it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.absences import Absence
from domain.directory import Directory
from domain.money import parse_money
from domain.substitution import Mandate, deciders, is_away, left, mandate_of
from tests.domain.office import HUNDRED, MONDAY, THOUSAND, away, directory, matter


def pairs(found: tuple[Mandate, ...]) -> list[tuple[str, str]]:
    """Who decides, and for whom."""
    return [(mandate.decides, mandate.on_behalf_of) for mandate in found]


def asked(people: Directory, *names: str, never: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Who may decide a large order on MONDAY."""
    return pairs(deciders(people, names, MONDAY, matter("large", THOUSAND, never)))


def test_whoever_is_there_decides_for_themselves() -> None:
    """Each once, in the order of the policy."""
    assert asked(directory(), "ben", "ana", "ben") == [("ben", "ben"), ("ana", "ana")]


def test_a_substitute_decides_on_behalf_of_whoever_is_away() -> None:
    """And whoever is away may decide nevertheless: an absence takes no authority away."""
    assert asked(directory(ana=away_ana("ben")), "ana") == [("ana", "ana"), ("ben", "ana")]


def away_ana(substitute: str | None, **more: Any) -> dict[str, Any]:
    """Somebody with one absence."""
    return {"absences": [away(substitute, **more)]}


@pytest.mark.parametrize(("days", "is_so"), [(-1, False), (0, True), (4, True), (5, False)])
def test_a_substitute_decides_only_while_the_other_is_away(days: int, is_so: bool) -> None:
    """From Monday until Friday, and not on the Sunday before or the Saturday after."""
    at = MONDAY + timedelta(days=days)
    found = deciders(directory(ana=away_ana("ben")), ("ana",), at, matter("large", THOUSAND))
    assert (("ben", "ana") in pairs(found)) is is_so


def test_an_absence_without_a_substitute_strands_nobody() -> None:
    """Whoever is away without one is asked all the same."""
    assert asked(directory(ana=away_ana(None)), "ana") == [("ana", "ana")]


@pytest.mark.parametrize(
    ("zone", "at", "is_so"),
    [
        ("Europe/Berlin", "2026-01-11T22:59:59+00:00", False),
        ("Europe/Berlin", "2026-01-11T23:00:00+00:00", True),
        ("Europe/Berlin", "2026-01-16T22:59:59+00:00", True),
        ("Europe/Berlin", "2026-01-16T23:00:00+00:00", False),
        ("America/New_York", "2026-01-12T04:59:59+00:00", False),
        ("America/New_York", "2026-01-12T05:00:00+00:00", True),
        ("America/New_York", "2026-01-17T04:59:59+00:00", True),
    ],
)
def test_days_begin_and_end_where_the_person_lives(zone: str, at: str, is_so: bool) -> None:
    """From Monday until Friday, both whole."""
    people = directory(ana={"zone": zone, **away_ana("ben")})
    assert is_away(people, "ana", datetime.fromisoformat(at)) is is_so


def test_an_absence_can_be_of_hours() -> None:
    """From and until an instant, the second not in it."""
    begins, until = "2026-01-12T12:00:00+01:00", "2026-01-12T14:00:00+01:00"
    absence = Absence.model_validate({"from": begins, "until": until})
    zone = ZoneInfo("Asia/Tokyo")
    noon = datetime(2026, 1, 12, 11, tzinfo=UTC)
    assert [absence.covers(noon + timedelta(hours=n), zone) for n in (-1, 0, 1, 2)] == [
        False,
        True,
        True,
        False,
    ]
    assert absence.to_json_dict() == {"from": begins, "until": until}


@pytest.mark.parametrize(
    ("may_decide", "rule", "total", "is_so"),
    [
        ({"rules": ["large"]}, "large", "EUR 5.00", True),
        ({"rules": ["large"]}, "foreign", "EUR 5.00", False),
        ({"below": "EUR 1,000.00"}, "large", "EUR 999.99", True),
        ({"below": "EUR 1,000.00"}, "large", "EUR 1,000.00", False),
        ({"below": "EUR 1,000.00"}, "large", "USD 1.00", False),  # no rate relates them: not delegated
        ({"rules": ["large"], "below": "EUR 1,000.00"}, "large", "EUR 5.00", True),
        ({"rules": ["large"], "below": "EUR 1,000.00"}, "foreign", "EUR 5.00", False),
    ],
)
def test_a_substitute_decides_what_is_delegated(
    may_decide: dict[str, Any], rule: str, total: str, is_so: bool
) -> None:
    """By rule and by amount; everything that is given must hold."""
    people = directory(ana=away_ana("ben", mayDecide=may_decide))
    found = deciders(people, ("ana",), MONDAY, matter(rule, parse_money(total)))
    assert (("ben", "ana") in pairs(found)) is is_so
    assert ("ana", "ana") in pairs(found)


def test_different_people_can_stand_in_for_different_things() -> None:
    """Two absences at one time: cleo for small orders, ben for the rule of foreign ones."""
    both = [away("cleo", mayDecide={"below": "EUR 500.00"}), away("ben", mayDecide={"rules": ["foreign"]})]
    people = directory(ana={"absences": both})
    assert pairs(deciders(people, ("ana",), MONDAY, matter("large", HUNDRED))) == [
        ("ana", "ana"),
        ("cleo", "ana"),
    ]
    assert pairs(deciders(people, ("ana",), MONDAY, matter("foreign", THOUSAND))) == [
        ("ana", "ana"),
        ("ben", "ana"),
    ]


def test_a_substitute_who_is_away_hands_on_no_more_than_everybody_lets() -> None:
    """Ben stands in for ana, cleo for ben below EUR 500.00."""
    people = directory(ana=away_ana("ben"), ben=away_ana("cleo", mayDecide={"below": "EUR 500.00"}))
    assert pairs(deciders(people, ("ana",), MONDAY, matter("large", HUNDRED))) == [
        ("ana", "ana"),
        ("ben", "ana"),
        ("cleo", "ana"),
    ]
    assert asked(people, "ana") == [("ana", "ana"), ("ben", "ana")]


def test_a_requester_never_approves_as_substitute() -> None:
    """Peers let the requester decide through a detour; here neither as substitute, nor by their own, nor by handing on."""
    people = directory(ana=away_ana("ben"), ben=away_ana("cleo"))
    assert asked(people, "ana", "dana", never=("ben",)) == [("ana", "ana"), ("dana", "dana")]
    assert asked(people, "ana", "dana", never=("ana",)) == [("dana", "dana")]
    assert asked(people, "ana", never=("ana",)) == []


def test_somebody_who_left_decides_nothing() -> None:
    """Whoever is not in the directory any more when the level opens is not asked."""
    assert asked(directory(), "eve", "ana") == [("ana", "ana")]


@pytest.mark.parametrize(
    ("counted", "wanted"),
    [
        ([], ["ana/ana", "ben/ben", "ben/ana", "cleo/ana"]),
        (["ana/ana"], ["ben/ben"]),  # her voice was heard: nobody lends it another time
        (["ben/ana"], []),  # it was lent to ben, who is not heard as himself, nor is she
        (["ben/ben"], ["ana/ana", "cleo/ana"]),
        (["cleo/ana"], ["ben/ben"]),
        (["cleo/dana"], ["ana/ana", "ben/ben", "ben/ana"]),  # of an earlier step
    ],
)
def test_nobody_counts_twice_as_substitute(counted: list[str], wanted: list[str]) -> None:
    """Neither who decided, nor on whose behalf, in this step and in all before."""

    def read(written: str) -> Mandate:
        decides, for_whom = written.split("/")
        return Mandate(decides=decides, on_behalf_of=for_whom)

    mandates = [read(each) for each in ("ana/ana", "ben/ben", "ben/ana", "cleo/ana")]
    assert left(mandates, [read(each) for each in counted]) == tuple(read(each) for each in wanted)


def test_whoever_has_a_voice_of_their_own_uses_that() -> None:
    """Lent ones serve those who have none."""
    people = directory(ana=away_ana("ben"), cleo=away_ana("dana"))
    mandates = deciders(people, ("ana", "ben", "cleo"), MONDAY, matter("large", THOUSAND))
    assert mandate_of("ben", mandates) == Mandate(decides="ben", on_behalf_of="ben")
    assert mandate_of("dana", mandates) == Mandate(decides="dana", on_behalf_of="cleo")
    assert mandate_of("eve", mandates) is None


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"from": "2026-01-12", "until": "soon"}, "write a day, like 2026-12-24, or an instant with its offset"),
        ({"from": "2026-01-12T09:00:00", "until": "2026-01-13"}, "or an instant with its offset"),
        ({"from": 20260112, "until": "2026-01-13"}, "write a day"),
        ({"until": "2026-01-13"}, "Field required"),
        ({"from": "2026-01-12", "until": "2026-01-13", "mayDecide": {"below": "EUR 5.00"}}, "and none is named"),
        ({"from": "2026-01-12", "until": "2026-01-13", "substitute": "ben", "mayDecide": {}}, "say `rules` or `below`"),
    ],
)  # fmt: skip
def test_an_absence_that_says_too_little_is_refused(fields: dict[str, Any], wanted: str) -> None:
    """An instant without an offset is another one everywhere."""
    with pytest.raises(ValidationError) as refused:
        Absence.model_validate(fields)
    assert wanted in str(refused.value)


NAMES = ("ana", "ben", "cleo", "dana", "eve", "finn")


@st.composite
def offices(draw: st.DrawFn) -> Directory:
    """Six people, any of whom are away, with any substitutes, circles among them too."""
    people = {}
    for name in NAMES:
        others = [other for other in NAMES if other != name]
        found = draw(st.lists(st.sampled_from(others), max_size=2, unique=True))
        limits = draw(st.sampled_from([{}, {"mayDecide": {"below": "EUR 500.00"}}]))
        people[name] = {"absences": [away(substitute, **limits) for substitute in found]}
    return directory(**people)


@given(
    offices(), st.sets(st.sampled_from(NAMES), min_size=1), st.sets(st.sampled_from(NAMES), max_size=2),
    st.lists(st.integers(0, 30), max_size=12), st.sampled_from([HUNDRED, THOUSAND]),
)  # fmt: skip
@settings(max_examples=50, deadline=None)
def test_no_person_is_heard_twice_however_they_stand_in(
    office: Directory, approvers: set[str], never: set[str], choices: list[int], total: Any
) -> None:
    """Whoever decides in whatever order: all voices are of different approvers, by different people, none the requester's."""
    mandates = deciders(office, sorted(approvers), MONDAY, matter("large", total, never))
    counted: list[Mandate] = []
    for choice in choices:
        still = left(mandates, counted)
        if still:
            counted.append(still[choice % len(still)])
    decided, represented = [m.decides for m in counted], [m.on_behalf_of for m in counted]
    assert len(set(decided)) == len(decided)
    assert len(set(represented)) == len(represented)
    assert set(represented) <= approvers
    assert not never & {*decided, *represented}
    assert all(m.own or m.on_behalf_of not in decided for m in counted)


def test_the_days_of_an_absence_are_dates_of_yaml_or_text() -> None:
    """Both are read alike."""
    assert Absence.model_validate({"from": "2026-01-12", "until": "2026-01-16"}).begins == date(2026, 1, 12)
    assert Absence.model_validate({"from": date(2026, 1, 12), "until": date(2026, 1, 16)}).until == date(
        2026, 1, 16
    )
