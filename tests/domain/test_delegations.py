"""An approver lets somebody decide on their behalf, and keeps their own right: one voice, whoever raises it."""

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt, Verdict
from domain.notification import NoticeKind
from domain.phases import Phase
from domain.policy import Approvers, Escalation, Step
from domain.status import status_of
from tests.domain.cast import DAY, HOUR
from tests.domain.stage import Stage, asking, away, ordered, policy, staff

MANAGERS, FINANCE = asking("managers", "ana", "ben"), asking("finance", "cleo", "cem")
TWO = asking("two", "ana", "ben", "dana", needs={"of": 2})
UP = (Escalation(to=Approvers(people=("dana",)), within=2 * DAY),)


def open_stage(*steps: Step, **more: object) -> Stage:
    """An order that waits for managers and then finance, or along these steps."""
    return Stage(policy(*(steps or (MANAGERS, FINANCE))), order=ordered(), **more)  # type: ignore[arg-type]


def test_a_delegate_decides_on_behalf_of_an_approver() -> None:
    """Eva is told, may decide, and the record says for whom; ana is known still."""
    stage = open_stage()
    assert stage.delegate("ana", "eva") is Receipt.ACCEPTED
    assert (stage.notices[-1].kind, stage.notices[-1].recipients) == (NoticeKind.REQUESTED, ("eva",))
    assert stage.trail.entries[-1].kind is AuditKind.DELEGATED
    assert set(stage.case.deciders) == {"ana", "ben", "eva"}
    shown = {p.approver: p.on_behalf_of for p in status_of(stage.case, None, None).pending}
    assert shown == {"ana": None, "ben": None, "eva": "ana"}
    assert stage.decide("eva") is Receipt.ACCEPTED
    [record] = stage.case.decisions
    assert (record.approver, record.on_behalf_of) == ("eva", "ana")
    assert stage.trail.entries[-2].detail["onBehalfOf"] == "ana"
    assert stage.case.deciders == ("cleo", "cem")


def test_one_of_the_two_counts() -> None:
    """Whoever comes second is told who has decided."""
    stage = open_stage(TWO)
    stage.delegate("ana", "eva")
    stage.decide("eva")
    assert stage.decide("ana") is Receipt.ALREADY_DECIDED
    assert "eva has decided on behalf of ana" in stage.why()
    assert stage.case.intent is None
    other = open_stage(TWO)
    other.delegate("ana", "eva")
    other.decide("ana")
    assert other.decide("eva") is Receipt.ALREADY_DECIDED
    assert "ana has decided" in other.why()
    assert set(other.case.deciders) == {"ben", "dana"}


def test_a_delegate_who_clicks_after_the_step_was_decided_is_told_so() -> None:
    """Eva was asked, and ben was quicker: that is no lack of rights."""
    stage = open_stage()
    stage.delegate("ana", "eva")
    stage.decide("ben")
    assert stage.decide("eva") is Receipt.ALREADY_DECIDED
    assert "step managers was already decided by ben" in stage.why()


def test_a_substitute_who_clicks_after_the_step_was_decided_is_told_so() -> None:
    """The same for somebody whom the directory has stand in."""
    stage = open_stage(people=staff(ana=away("eva")))
    stage.decide("ana")
    assert stage.decide("eva") is Receipt.ALREADY_DECIDED
    two = open_stage(TWO, people=staff(ana=away("eva")))
    two.decide("ana")
    assert two.decide("eva") is Receipt.ALREADY_DECIDED


def test_a_delegate_whose_authority_has_moved_on_may_not_decide() -> None:
    """Escalation takes it from those who lent it as well."""
    stage = open_stage(asking("managers", "ana", "ben", escalate=UP), FINANCE)
    stage.delegate("ana", "eva")
    stage.wait(2 * DAY)
    assert stage.decide("eva") is Receipt.NOT_ALLOWED
    assert stage.told(NoticeKind.INFORMED) == [("ana", "ben", "eva", "rita")]


def test_nobody_counts_twice_as_a_delegate() -> None:
    """Eva decides for ana, and is an approver of the next step herself; and ben lends ana's voice nothing."""
    stage = open_stage(MANAGERS, asking("second", "eva", "ana", "finn"))
    stage.delegate("ana", "eva")
    stage.decide("eva")
    assert stage.case.deciders == ("finn",)
    two = open_stage(TWO)
    two.delegate("ana", "eva")
    two.delegate("ben", "eva")
    two.decide("eva")
    assert set(two.case.deciders) == {"ben", "dana"}
    assert two.decide("eva") is Receipt.ALREADY_DECIDED
    assert two.case.intent is None


def test_a_delegation_to_somebody_at_the_same_level_makes_no_second_voice() -> None:
    """Ana lets ben decide for her; ben's yes is his own, and ana's is still needed."""
    stage = open_stage(asking("both", "ana", "ben", needs="all"))
    assert stage.delegate("ana", "ben") is Receipt.ACCEPTED
    stage.decide("ben")
    assert stage.case.intent is None
    assert stage.case.deciders == ("ana",)
    assert stage.decide("ben") is Receipt.ALREADY_DECIDED
    stage.decide("ana")
    assert stage.case.intent is Intent.RELEASE


@pytest.mark.parametrize(
    ("approver", "to"),
    [("eva", "finn"), ("cleo", "eva"), ("rita", "eva"), ("stan", "eva"), ("olga", "eva"), ("ana", "ana"), ("ana", "stan"), ("ana", "rita")],
)  # fmt: skip
def test_nobody_delegates_what_they_do_not_have_or_to_whom_they_cannot(approver: str, to: str) -> None:
    """Not asked now, no approver at all, to oneself, to somebody unknown, to the requester."""
    stage = open_stage()
    assert stage.delegate(approver, to) is Receipt.NOT_ALLOWED
    assert stage.case.deciders == ("ana", "ben")
    assert stage.case.delegations == ()


def test_what_was_lent_is_not_lent_on() -> None:
    """Neither a delegate nor a substitute hands the mandate to a third."""
    stage = open_stage(people=staff(ben=away("finn")))
    stage.delegate("ana", "eva")
    for lent in ("eva", "finn"):
        assert stage.delegate(lent, "dana") is Receipt.NOT_ALLOWED


def test_to_somebody_whose_voice_has_counted() -> None:
    """Nobody counts twice, not as a delegate either."""
    stage = open_stage()
    stage.decide("ana")
    assert stage.delegate("cleo", "ana") is Receipt.ALREADY_DECIDED


def test_it_holds_for_later_levels_of_the_order() -> None:
    """Ana is asked again at the next step, and after escalation: eva may decide for her there too."""
    later = (Escalation(to=Approvers(people=("ana",)), within=2 * DAY),)
    stage = open_stage(asking("managers", "ana", "ben"), asking("second", "cleo", escalate=later))
    stage.delegate("ana", "eva")
    stage.decide("ben")
    stage.wait(2 * DAY)
    assert set(stage.case.deciders) == {"ana", "eva"}
    assert stage.decide("eva") is Receipt.ACCEPTED
    assert stage.case.intent is Intent.RELEASE


@pytest.mark.parametrize("pinned", [True, False])
def test_it_holds_when_the_order_is_asked_about_again(pinned: bool) -> None:
    """Ana has said who decides this order for her; she need not say it again for the same content."""
    stage = open_stage(pinned=pinned)
    stage.delegate("ana", "eva")
    assert set(stage.case.deciders) == {"ana", "ben", "eva"}
    stage.request_changes("ben")
    stage.resubmit()
    assert stage.decide("eva") is Receipt.ACCEPTED
    assert stage.case.decisions[-1].on_behalf_of == "ana"


def test_it_ends_with_the_delegates_place_in_the_directory() -> None:
    """Eva has left when the next level opens; what was pinned before stays."""
    stage = open_stage(MANAGERS, asking("second", "ana", "cleo"))
    stage.delegate("ana", "eva")
    stage.decide("ben")
    assert "eva" in stage.case.deciders
    other = open_stage(MANAGERS, asking("second", "ana", "cleo"))
    other.delegate("ana", "eva")
    other.people = staff(without=("eva",))
    other.decide("ben")
    assert other.case.deciders == ("ana", "cleo")


def test_a_delegate_who_turns_out_to_be_the_requester_does_not_decide_later_levels() -> None:
    """The directory learns it between two steps."""
    stage = open_stage(MANAGERS, asking("second", "ana", "cleo"))
    stage.delegate("ana", "eva")
    stage.people = staff(eva={"customer": "customer-rita"})
    stage.decide("ben")
    assert stage.case.deciders == ("ana", "cleo")


def test_the_same_delegation_again_under_another_id_changes_nothing_more() -> None:
    """Accepted: it holds already."""
    stage = open_stage()
    stage.delegate("ana", "eva")
    assert stage.delegate("ana", "eva") is Receipt.ACCEPTED
    assert len(stage.case.delegations) == 1


def test_a_delegate_rejects_and_asks_for_changes_like_the_approver() -> None:
    """All that ana might say."""
    stage = open_stage()
    stage.delegate("ana", "eva")
    assert stage.decide("eva", Verdict.REQUEST_CHANGES) is Receipt.ACCEPTED
    assert stage.case.phase is Phase.CHANGES_REQUESTED
    stage.resubmit()
    assert stage.decide("eva", Verdict.REJECT) is Receipt.ACCEPTED
    assert stage.case.intent is Intent.REJECT


def test_a_delegate_may_not_reassign_ana_but_add_somebody() -> None:
    """What is ana's is ana's; one more yes is everybody's to ask for who decides."""
    stage = open_stage()
    stage.delegate("ana", "eva")
    assert stage.reassign("eva", "finn", "ana") is Receipt.NOT_ALLOWED
    assert stage.reassign("eva", "finn") is Receipt.ACCEPTED


def test_it_waits_until_the_directory_was_read() -> None:
    """Eva cannot decide before; ana can."""
    stage = open_stage(MANAGERS)
    stage.waits = True
    assert stage.delegate("ana", "eva") is None
    assert stage.decide("eva") is Receipt.NOT_ALLOWED
    assert stage.decide("ana") is Receipt.ACCEPTED
    assert stage.answer("id-1") is Receipt.ALREADY_DECIDED


def test_delegated_just_as_the_deadline_passes() -> None:
    """Authority has moved on to dana: ana has nothing to delegate any more."""
    stage = open_stage(asking("managers", "ana", "ben", escalate=UP))
    stage.waits = True
    stage.delegate("ana", "eva")
    stage.wait(2 * DAY + HOUR)
    stage.read_directory()
    assert stage.answer("id-1") is Receipt.NOT_ALLOWED
    assert stage.case.deciders == ("dana",)
    assert stage.case.alarm is not Alarm.HELD


@pytest.mark.parametrize("pinned", [True, False])
def test_what_was_read_for_one_level_is_not_taken_for_another(pinned: bool) -> None:
    """Ana and ben keep the authority beside dana: dana is not lost because the directory was read before."""
    stays = (Escalation(to=Approvers(people=("dana",)), keeps_earlier=True, within=2 * DAY),)
    stage = open_stage(asking("managers", "ana", "ben", escalate=stays), pinned=pinned)
    stage.waits = True
    stage.delegate("ana", "eva")
    late = stage.consultation()
    stage.wait(2 * DAY)
    stage.feed(late)
    stage.read_directory()
    assert set(stage.case.deciders) == {"ana", "ben", "dana", "eva"}
    assert stage.answer("id-1") is Receipt.ACCEPTED
