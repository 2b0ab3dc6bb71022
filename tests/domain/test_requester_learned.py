"""The directory learns, while an order waits, that somebody who has decided it is its requester."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt, Verdict
from domain.directory import Directory
from domain.notification import NoticeKind
from domain.phases import Phase
from domain.policy import Changes, Step
from tests.domain.cast import DAY
from tests.domain.stage import Stage, asking, away, ordered, policy, staff

FIRST, SECOND, THIRD = asking("first", "ana", "ben"), asking("second", "cleo"), asking("third", "dana")


def knowing(*requester: str) -> Directory:
    """The people, some of whom are rita under another id."""
    rita: dict[str, Any] = {name: {"customer": "customer-rita"} for name in requester}
    return staff(**rita)


def intent_of(stage: Stage) -> Intent | None:
    """What the case wants done, now."""
    return stage.case.intent


def deciders_of(stage: Stage) -> tuple[str, ...]:
    """Who may decide, now."""
    return stage.case.deciders


def waiting(*steps: Step, people: Directory | None = None) -> Stage:
    """An order of three steps of which the first has ana's yes; the directory has learned of her since."""
    stage = Stage(policy(*(steps or (FIRST, SECOND, THIRD))), people, ordered())
    assert stage.decide("ana") is Receipt.ACCEPTED
    stage.people = knowing("ana")
    return stage


def test_a_voice_of_the_requesters_falls_when_the_next_level_opens() -> None:
    """Ana's yes is void, she is told, and it is the first step's turn again, without her."""
    stage = waiting()
    assert stage.decide("cleo") is Receipt.ACCEPTED
    assert (stage.case.step, stage.case.deciders) == (0, ("ben",))
    assert [record.void for record in stage.case.decisions] == [True, False]
    assert stage.told(NoticeKind.SUPERSEDED) == [("ana",)]
    assert [entry.kind for entry in stage.trail.entries[-2:]] == [AuditKind.SUPERSEDED, AuditKind.REQUESTED]
    assert stage.decide("ana") is Receipt.NOT_ALLOWED
    assert stage.decide("ben") is Receipt.ACCEPTED
    assert stage.case.deciders == ("dana",), "what cleo said stands, and is not asked for again"


def test_whoever_is_asked_again_is_told_again() -> None:
    """With messages of their own."""
    stage = waiting()
    stage.decide("cleo")
    keys = [(n.occasion, n.recipients) for n in stage.notices]
    assert len(keys) == len(set(keys))
    assert stage.notices[-1].recipients == ("ben",)


@pytest.mark.parametrize("learns", ["ana", "eva"])
def test_a_lent_voice_falls_with_either_of_the_two(learns: str) -> None:
    """Eva has decided on ana's behalf: neither the requester's own mandate counts, nor the requester as a substitute."""
    stage = Stage(policy(FIRST, SECOND, THIRD), staff(ana=away("eva")), ordered())
    stage.decide("eva")
    stage.people = knowing(learns)
    stage.decide("cleo")
    assert (stage.case.step, stage.case.decisions[0].void) == (0, True)


def test_a_look_at_the_order_is_enough() -> None:
    """The last level is open already: nothing else would read the directory before the release."""
    stage = waiting(FIRST, SECOND)
    stage.look()
    assert (stage.case.step, stage.case.deciders) == (0, ("ben",))


def test_up_to_the_release() -> None:
    """All have agreed, and the order is not on its way yet."""
    stage = waiting(FIRST)
    assert intent_of(stage) is Intent.RELEASE
    stage.look()
    assert intent_of(stage) is None
    assert deciders_of(stage) == ("ben",)


def test_somebody_who_is_asked_now_is_asked_no_more() -> None:
    """Ana has not decided yet: ben may as before, and if she was the only one the step escalates to nobody."""
    stage = Stage(policy(FIRST), None, ordered())
    stage.people = knowing("ana")
    stage.look()
    assert stage.case.deciders == ("ben",)
    assert stage.decide("ana") is Receipt.NOT_ALLOWED
    assert stage.reassign("olga", "ana", "ben") is Receipt.NOT_ALLOWED
    alone = Stage(policy(asking("only", "ana")), None, ordered())
    alone.people = knowing("ana")
    alone.look()
    assert deciders_of(alone) == ()
    assert alone.reassign("olga", "ben") is Receipt.ACCEPTED
    assert deciders_of(alone) == ("ben",)


def test_the_rest_of_a_quorum_stands() -> None:
    """Two of three: ben's yes stays, ana's goes, and cleo has to agree."""
    stage = Stage(policy(asking("two", "ana", "ben", "cleo", needs={"of": 2})), None, ordered())
    stage.decide("ben")
    stage.decide("ana")
    stage.people = knowing("ana")
    stage.look()
    assert (stage.case.intent, stage.case.deciders) == (None, ("cleo",))


def test_all_the_others_have_agreed() -> None:
    """Of all, the requester is none: the step is settled without waiting for her."""
    stage = Stage(policy(asking("all", "ana", "ben", needs="all"), SECOND), None, ordered())
    stage.decide("ben")
    stage.people = knowing("ana")
    stage.look()
    assert stage.case.deciders == ("cleo",)


def test_after_requested_changes_the_step_is_asked_again_first() -> None:
    """Resubmitted or edited, the order does not go on where a void yes had brought it."""
    ways: tuple[Callable[[Stage], object], ...] = (
        lambda s: s.resubmit(),
        lambda s: s.place(ordered("EUR 11,000.00")),
    )
    for again in ways:
        stage = Stage(policy(FIRST, SECOND, changes=Changes(resume_at="second")), None, ordered())
        stage.decide("ana")
        stage.request_changes("cleo")
        stage.people = knowing("ana")
        stage.look()
        assert stage.case.phase is Phase.CHANGES_REQUESTED
        again(stage)
        assert (stage.case.step, stage.case.deciders) == (0, ("ben",))


def test_a_no_stays_a_no() -> None:
    """Nothing is approved by learning who has rejected it."""
    stage = Stage(policy(FIRST), None, ordered())
    stage.decide("ana", Verdict.REJECT)
    stage.people = knowing("ana")
    stage.look()
    assert stage.case.intent is Intent.REJECT


def test_the_requester_by_the_new_id_may_withdraw() -> None:
    """It is their order."""
    stage = waiting()
    stage.look()
    assert stage.withdraw("ana") is Receipt.ACCEPTED


def test_nothing_new_changes_nothing() -> None:
    """A look at an order whose requester is known is no news."""
    stage = Stage(policy(FIRST, SECOND), None, ordered())
    stage.decide("ana")
    before = stage.case
    assert stage.look().case == before
    stage.wait(DAY)
    assert stage.case == before
