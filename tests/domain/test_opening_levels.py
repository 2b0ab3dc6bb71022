"""Levels that open by reading the directory: who is there by then, and what comes before it was read."""

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Decision, DecisionIdReusedError, Receipt, Verdict
from domain.events import Alarmed, Moved, Opened
from domain.notification import OPERATORS_DESK, NoticeKind
from domain.phases import Phase
from domain.policy import Approvers, Escalation, Needs, Step
from tests.domain.cast import DAY, HOUR, NOBODY, OUTSIDER
from tests.domain.stage import Stage, asking, away, ordered, policy, staff

UP = (
    Escalation(to=Approvers(people=("dana",)), within=2 * DAY),
    Escalation(to=Approvers(people=("eva", "finn")), needs=Needs(of=2), within=2 * DAY),
)
MANAGERS = asking("managers", "ana", "ben", escalate=UP)
FINANCE = asking("finance", "cleo", "cem")


def open_stage(*steps: Step, **more: object) -> Stage:
    """An order that waits for managers, who escalate to dana and then to two others, and for finance."""
    return Stage(policy(*(steps or (MANAGERS, FINANCE))), order=ordered(), **more)  # type: ignore[arg-type]


def opening_stage() -> Stage:
    """The managers' deadline has passed; the directory is being read for dana."""
    stage = open_stage()
    stage.waits = True
    stage.wait(2 * DAY)
    assert stage.case.opens is not None
    return stage


def test_until_it_was_read_nobody_has_the_authority() -> None:
    """Neither those who had it, nor those who are to have it; and no deadline runs."""
    stage = opening_stage()
    assert (stage.case.deciders, stage.case.next_instant, stage.case.current_level) == ((), None, None)
    assert stage.wait(10 * DAY).facts == ()


def test_the_level_has_its_time_from_when_it_was_read() -> None:
    """Nobody's time begins before they can decide."""
    stage = opening_stage()
    stage.now += 6 * HOUR
    stage.read_directory()
    assert stage.case.due_at == stage.now + 2 * DAY


@pytest.mark.parametrize("person", ["ana", "dana", "cleo", "stan"])
def test_a_decision_waits_until_it_was_read(person: str) -> None:
    """And then it is answered: only the new level's counts."""
    stage = opening_stage()
    assert stage.decide(person) is None
    stage.read_directory()
    assert stage.answer("id-1") is (Receipt.ACCEPTED if person == "dana" else Receipt.NOT_ALLOWED)


def test_decisions_are_answered_in_the_order_of_coming() -> None:
    """Dana's first word counts; the second finds the step decided."""
    stage = opening_stage()
    stage.decide("dana")
    stage.decide("dana", Verdict.REJECT)
    stage.read_directory()
    assert [stage.answer(f"id-{n}") for n in (1, 2)] == [Receipt.ACCEPTED, Receipt.ALREADY_DECIDED]
    assert stage.case.intent is None


def test_the_same_twice_and_another_word_under_the_same_id() -> None:
    """While it waits as ever."""
    stage = opening_stage()
    sent = Decision(decision_id="early", approver="dana", verdict=Verdict.APPROVE)
    assert (stage.say(sent), stage.say(sent)) == (None, None)
    assert len(stage.case.early) == 1
    with pytest.raises(DecisionIdReusedError):
        stage.say(sent.model_copy(update={"verdict": Verdict.REJECT}))
    stage.read_directory()
    again = stage.say(sent)
    assert again is not None
    assert (again.receipt, again.first) == (Receipt.DUPLICATE, Receipt.ACCEPTED)


def test_a_withdrawal_is_answered_at_once() -> None:
    """The requester needs nobody's authority; whoever waited is answered with it."""
    stage = opening_stage()
    stage.decide("dana")
    assert stage.withdraw() is Receipt.ACCEPTED
    assert stage.answer("id-1") is Receipt.NOT_PENDING
    assert stage.case.intent is Intent.WITHDRAW
    before = stage.case
    stage.feed(Opened(opening=None))
    assert stage.case == before, "what was read for a level that opens no more changes nothing"


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        (Moved(phase=Phase.CANCELLED), Receipt.NOT_PENDING),
        (Moved(phase=Phase.COMPLETED), Receipt.ALREADY_DECIDED),
        (Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved"), Receipt.NOT_PENDING),
    ],
)
def test_whoever_waits_is_answered_when_the_level_does_not_open(event: object, answer: Receipt) -> None:
    """The order is ended, or moved away meanwhile."""
    stage = opening_stage()
    stage.decide("dana")
    stage.remark("ana")
    stage.feed(event)  # type: ignore[arg-type]
    assert stage.answer("id-1") is answer
    assert stage.answer("id-2") is Receipt.ACCEPTED
    assert stage.case.early == ()


def test_a_word_about_what_is_edited_meanwhile_is_superseded() -> None:
    """Dana saw revision 1, whether she says so or not; the order was edited before she was answered."""
    stage = opening_stage()
    stage.decide("dana", revision=None)
    stage.decide("dana", revision=1)
    stage.decide("ana", revision=None)
    stage.place(ordered("EUR 99,000.00"))
    stage.read_directory()
    assert stage.case.revision == 2
    assert {stage.answer(f"id-{n}") for n in (1, 2, 3)} == {Receipt.SUPERSEDED}
    assert stage.case.decisions == ()


def test_escalation_tells_those_who_had_it_and_the_requester() -> None:
    """Once each, in the same breath as the new ones are told."""
    stage = open_stage()
    after = stage.wait(2 * DAY)
    assert after.case.opens is not None
    escalated, informed = stage.notices[-2:]
    assert (escalated.kind, escalated.recipients) == (NoticeKind.ESCALATED, ("dana",))
    assert (informed.kind, informed.recipients) == (NoticeKind.INFORMED, ("ana", "ben", "rita"))
    assert informed.detail == "step managers was not decided in time; dana may decide now"
    entry = stage.trail.entries[-1]
    assert (entry.kind, entry.detail["approvers"]) == (AuditKind.ESCALATED, ["dana"])


def test_operators_are_told_for_an_outsider() -> None:
    """They know how to reach whoever is not in the directory; so they do of one who names nobody at all."""
    for requester in (OUTSIDER, NOBODY):
        stage = Stage(policy(MANAGERS, FINANCE), order=ordered(requester=requester))
        stage.wait(2 * DAY)
        assert stage.told(NoticeKind.INFORMED) == [("ana", "ben", OPERATORS_DESK)]


def test_somebody_who_left_is_not_asked() -> None:
    """Cleo has left since the order was routed: cem is asked; dana has: the level after hers is."""
    stage = open_stage()
    stage.people = staff(without=("cleo", "dana"))
    stage.wait(2 * DAY)
    assert (stage.case.level, stage.case.deciders) == (2, ("eva", "finn"))
    stage.decide("eva")
    stage.decide("finn")
    assert stage.case.deciders == ("cem",)


def test_a_level_that_has_too_few_left_is_passed_over() -> None:
    """One of the two whom the last level needs has left: it cannot be settled, so nobody is asked in vain."""
    stage = open_stage()
    stage.people = staff(without=("dana", "finn"))
    stage.wait(2 * DAY)
    assert stage.case.alarm is Alarm.OVERDUE
    assert stage.case.deciders == ("ana", "ben"), "the level that was asked last keeps the authority"
    assert stage.decide("ben") is Receipt.ACCEPTED


def test_a_step_that_nobody_is_left_for_is_held() -> None:
    """Both of finance have left: a person is called, and nothing is approved by the gap."""
    stage = open_stage()
    stage.people = staff(without=("cleo", "cem"))
    stage.decide("ana")
    assert (stage.case.alarm, stage.case.deciders, stage.case.intent) == (Alarm.HELD, (), None)


def test_the_requester_never_decides_even_if_that_is_learnt_later() -> None:
    """When the managers were asked nobody knew that dana had placed the order."""
    stage = open_stage()
    stage.people = staff(dana={"customer": "customer-rita"})
    stage.wait(2 * DAY)
    assert "dana" not in stage.case.deciders
    assert stage.decide("dana") is Receipt.NOT_ALLOWED


def test_a_substitute_decides_for_who_is_away_when_the_level_opens() -> None:
    """Not before, and only if they are away then."""
    stage = open_stage()
    stage.people = staff(dana=away("eva"), ana=away("finn"))
    assert stage.decide("finn") is Receipt.NOT_ALLOWED
    stage.wait(2 * DAY)
    assert stage.case.deciders == ("dana", "eva")
    assert stage.trail.entries[-1].detail["onBehalfOf"] == ["eva for dana"]
    assert stage.decide("eva") is Receipt.ACCEPTED
    assert stage.case.decisions[0].on_behalf_of == "dana"


def test_a_substitute_whose_voice_has_counted_has_no_second_one() -> None:
    """Ana has said yes for herself; she cannot say it for cleo as well."""
    stage = open_stage(asking("managers", "ana"), asking("finance", "cleo"), people=staff(cleo=away("ana")))
    stage.decide("ana")
    assert stage.case.deciders == ("cleo",)
    assert stage.decide("ana") is Receipt.ALREADY_DECIDED


def test_who_was_stood_in_for_has_no_second_voice() -> None:
    """Eva has said yes for ana; ana's later step is without her."""
    stage = open_stage(asking("first", "ana"), asking("second", "ana", "dana"), people=staff(ana=away("eva")))
    stage.decide("eva")
    assert stage.case.deciders == ("dana",)
    assert stage.decide("ana") is Receipt.ALREADY_DECIDED
    assert stage.decide("eva") is Receipt.ALREADY_DECIDED


def test_a_quorum_of_two_is_two_voices_whoever_stands_in() -> None:
    """Dana stands in for both: one yes of hers is one of the two."""
    people = staff(ana=away("dana"), ben=away("dana"))
    stage = open_stage(asking("two", "ana", "ben", "cem", needs={"of": 2}), people=people)
    stage.decide("dana")
    assert stage.case.intent is None
    assert stage.decide("dana") is Receipt.ALREADY_DECIDED
    assert set(stage.case.deciders) == {"ben", "cem"}
    stage.decide("ben")
    assert stage.case.intent is Intent.RELEASE


def test_a_route_of_an_earlier_version_opens_its_levels_as_it_was_pinned() -> None:
    """The directory is not asked, whoever has left or gone on leave."""
    stage = open_stage(pinned=True)
    stage.people = staff(without=("dana",))
    stage.waits = True
    stage.wait(2 * DAY)
    assert stage.case.deciders == ("dana",)
    assert [n.kind for n in stage.notices] == [NoticeKind.REQUESTED, NoticeKind.ESCALATED]
