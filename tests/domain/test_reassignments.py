"""Somebody decides in place of an approver: one person for another, and nothing else."""

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt, Verdict
from domain.events import Alarmed, Opened
from domain.interventions import Reassignment
from domain.notification import NoticeKind
from domain.policy import Approvers, Escalation, Step
from tests.domain.cast import DAY
from tests.domain.stage import Stage, asking, away, ordered, policy, staff

MANAGERS, FINANCE = asking("managers", "ana", "ben"), asking("finance", "cleo", "cem")
TWO = asking("two", "ana", "ben", "dana", needs={"of": 2})
UP = (Escalation(to=Approvers(people=("dana",)), within=2 * DAY),)


def open_stage(*steps: Step, **more: object) -> Stage:
    """An order that waits for managers and then finance, or along these steps."""
    return Stage(policy(*(steps or (MANAGERS, FINANCE))), order=ordered(), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("by", ["olga", "ana"])
def test_somebody_else_decides_in_place_of_an_approver(by: str) -> None:
    """An operator says so, or ana herself: eva is told and may decide, ana no longer, ben as before."""
    stage = open_stage()
    due = stage.case.due_at
    assert stage.reassign(by, "eva", "ana") is Receipt.ACCEPTED
    assert set(stage.case.deciders) == {"eva", "ben"}
    requested = [notice for notice in stage.notices if notice.kind is NoticeKind.REQUESTED][-1]
    assert (requested.recipients, requested.due_at) == (("eva",), due)
    assert stage.case.due_at == due
    entry = stage.trail.entries[-1]
    assert (entry.kind, entry.actor, entry.step) == (AuditKind.REASSIGNED, by, "managers")
    assert (entry.detail["from"], entry.detail["to"]) == ("ana", "eva")
    assert stage.decide("ana") is Receipt.NOT_ALLOWED
    assert stage.decide("eva") is Receipt.ACCEPTED
    assert stage.case.deciders == ("cleo", "cem")


def test_nobody_else_may_say_so() -> None:
    """Neither ben for ana, nor dana who is asked later, nor the requester, nor a stranger."""
    stage = open_stage(asking("managers", "ana", "ben", escalate=UP), FINANCE)
    for by in ("ben", "dana", "cleo", "rita", "stan", "eva"):
        assert stage.reassign(by, "eva", "ana") is Receipt.NOT_ALLOWED, by
    assert stage.case.deciders == ("ana", "ben")
    assert AuditKind.REASSIGNED not in stage.kinds()


@pytest.mark.parametrize("to", ["stan", "rita", "ben", "ana"])
def test_nobody_decides_who_cannot(to: str) -> None:
    """Somebody whom the directory does not have, the requester, who is asked already, and the same person."""
    stage = open_stage()
    assert stage.reassign("olga", to, "ana") is Receipt.NOT_ALLOWED
    assert stage.case.deciders == ("ana", "ben")


def test_the_requester_is_known_by_every_identity_of_now() -> None:
    """The directory has learnt that eva placed the order: no detour leads to her."""
    stage = open_stage()
    stage.people = staff(eva={"email": "rita@example.com"})
    assert stage.reassign("olga", "eva", "ana") is Receipt.NOT_ALLOWED
    assert stage.reassign("olga", "eva") is Receipt.NOT_ALLOWED
    assert stage.delegate("ana", "eva") is Receipt.NOT_ALLOWED


def test_nobody_decides_whose_voice_has_counted() -> None:
    """Ana has said yes at the first step, and ben at the present one."""
    stage = open_stage(asking("first", "ana"), TWO)
    stage.decide("ana")
    stage.decide("ben")
    assert stage.reassign("olga", "ana", "dana") is Receipt.ALREADY_DECIDED
    assert stage.reassign("olga", "ben", "dana") is Receipt.ALREADY_DECIDED
    assert stage.reassign("olga", "ana") is Receipt.ALREADY_DECIDED
    assert stage.case.deciders == ("dana",)


def test_who_has_decided_cannot_be_replaced() -> None:
    """Ben's yes stands; there is nothing of his to give away."""
    stage = open_stage(TWO)
    stage.decide("ben")
    assert stage.reassign("olga", "eva", "ben") is Receipt.NOT_ALLOWED
    assert "ben is not waited for" in stage.why()


def test_the_quorum_is_as_high_as_before() -> None:
    """Two of three are two of three, whoever they are."""
    stage = open_stage(TWO)
    stage.decide("ben")
    stage.reassign("olga", "eva", "ana")
    assert set(stage.case.deciders) == {"eva", "dana"}
    stage.decide("eva")
    assert stage.case.intent is Intent.RELEASE
    everybody = open_stage(asking("all", "ana", "ben", needs="all"))
    everybody.reassign("olga", "eva", "ana")
    everybody.decide("eva")
    assert everybody.case.intent is None
    everybody.decide("ben")
    assert everybody.case.intent is Intent.RELEASE


def test_who_stands_in_for_the_new_one_stands_in() -> None:
    """Eva is away, finn decides for her; the others' mandates are as they were."""
    stage = open_stage(people=staff(eva=away("finn"), ben=away("dana")))
    assert stage.case.deciders == ("ana", "ben", "dana")
    stage.people = staff(eva=away("finn"))
    stage.reassign("olga", "eva", "ana")
    assert set(stage.case.deciders) == {"eva", "ben", "finn", "dana"}
    assert set(stage.told(NoticeKind.REQUESTED)[-1]) == {"eva", "finn"}
    assert stage.decide("finn") is Receipt.ACCEPTED
    assert stage.case.decisions[0].on_behalf_of == "eva"


def test_who_stood_in_for_the_old_one_does_no_longer() -> None:
    """Finn was ana's substitute, and cem her delegate."""
    stage = open_stage(people=staff(ana=away("finn")))
    stage.delegate("ana", "dana")
    assert set(stage.case.deciders) == {"ana", "ben", "finn", "dana"}
    stage.reassign("olga", "eva", "ana")
    assert set(stage.case.deciders) == {"ben", "eva"}
    assert stage.decide("finn") is Receipt.NOT_ALLOWED
    assert stage.decide("dana") is Receipt.NOT_ALLOWED


def test_others_at_the_level_are_left_as_they_are() -> None:
    """Ben has left the company since the level opened; that he may decide was pinned then, and nobody has asked about him."""
    stage = open_stage(TWO)
    stage.people = staff(without=("ben",))
    assert stage.reassign("olga", "eva", "ana") is Receipt.ACCEPTED
    assert set(stage.case.deciders) == {"eva", "ben", "dana"}


def test_after_escalation_it_is_about_the_new_level() -> None:
    """Ana's authority has gone to dana: ana can neither be replaced nor add anybody; dana can."""
    stage = open_stage(asking("managers", "ana", "ben", escalate=UP))
    stage.wait(2 * DAY)
    assert stage.reassign("olga", "eva", "ana") is Receipt.NOT_ALLOWED
    assert stage.reassign("ana", "eva") is Receipt.NOT_ALLOWED
    assert stage.reassign("dana", "eva", "dana") is Receipt.ACCEPTED
    assert stage.case.deciders == ("eva",)


def test_an_overdue_step_can_be_reassigned() -> None:
    """Dana, the last one, does not answer: the operator gives it to eva, and the alarm ends with her yes."""
    stage = open_stage(asking("managers", "ana", "ben", escalate=UP))
    stage.wait(2 * DAY)
    stage.wait(2 * DAY)
    assert stage.case.alarm is Alarm.OVERDUE
    assert stage.reassign("olga", "eva", "dana") is Receipt.ACCEPTED
    assert stage.decide("eva") is Receipt.ACCEPTED
    assert stage.case.intent is Intent.RELEASE


def test_a_harmless_change_leaves_it_an_edit_does_not() -> None:
    """A new revision of other content is asked about as the policy has it."""
    stage = Stage(policy(MANAGERS, harmless=("purchaseOrderNumber",)), order=ordered())
    stage.reassign("olga", "eva", "ana")
    stage.place(ordered(purchase_order_number="PO-1"))
    assert (stage.case.revision, set(stage.case.deciders)) == (2, {"eva", "ben"})
    stage.place(ordered("EUR 13,000.00"))
    assert stage.case.deciders == ("ana", "ben")


def test_it_waits_until_the_directory_was_read() -> None:
    """No answer before; meanwhile the others decide, and what has become pointless is refused."""
    stage = open_stage()
    stage.waits = True
    assert stage.reassign("olga", "eva", "ana") is None
    assert stage.case.deciders == ("ana", "ben")
    assert stage.decide("ben") is Receipt.ACCEPTED
    stage.read_directory()
    assert stage.answer("id-1") is Receipt.NOT_ALLOWED
    assert "ana is not waited for at step finance" in stage.why() or "ana" in stage.why()
    assert stage.case.deciders == ("cleo", "cem")


def test_refused_at_once_when_the_order_is_decided_meanwhile() -> None:
    """Whoever proposed it does not wait for a directory that nobody needs any more."""
    for verdict, answer in (
        (Verdict.REJECT, Receipt.ALREADY_DECIDED),
        (Verdict.REQUEST_CHANGES, Receipt.NOT_PENDING),
    ):
        stage = open_stage()
        stage.waits = True
        stage.reassign("olga", "eva", "ana")
        stage.decide("ben", verdict)
        assert stage.answer("id-1") is answer
    stage = open_stage()
    stage.waits = True
    stage.reassign("olga", "eva")
    stage.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved"))
    assert stage.answer("id-1") is Receipt.NOT_PENDING
    assert stage.case.proposals == ()


@pytest.mark.parametrize("pinned", [True, False])
def test_what_was_read_for_one_level_is_not_taken_for_another(pinned: bool) -> None:
    """Authority has moved on while the directory was read: dana, who got it with ben, keeps it."""
    stays = (Escalation(to=Approvers(people=("dana",)), keeps_earlier=True, within=2 * DAY),)
    stage = open_stage(asking("managers", "ana", "ben", escalate=stays), pinned=pinned)
    stage.waits = True
    stage.reassign("olga", "eva", "ana")
    late = stage.consultation()
    stage.wait(2 * DAY)
    stage.feed(late)
    stage.read_directory()
    assert set(stage.case.deciders) == {"eva", "ben", "dana"}
    assert stage.answer("id-1") is Receipt.ACCEPTED


def test_an_answer_of_the_directory_that_nobody_waits_for_changes_nothing() -> None:
    """A reading for a proposal that was refused meanwhile, or for a level that opens no more."""
    stage = open_stage()
    stage.waits = True
    stage.reassign("olga", "eva", "ana")
    late = stage.consultation()
    stage.decide("ana")
    stage.read_directory()
    before = stage.case
    stage.feed(late)
    stage.feed(Opened(opening=late.opening))
    assert stage.case == before


def test_two_proposals_are_carried_out_one_after_the_other() -> None:
    """Ana is given away twice at once: the first one counts, the second finds her gone."""
    stage = open_stage()
    stage.waits = True
    stage.reassign("olga", "eva", "ana")
    stage.reassign("otto", "finn", "ana")
    stage.read_directory()
    assert [stage.answer(one) for one in ("id-1", "id-2")] == [Receipt.ACCEPTED, Receipt.NOT_ALLOWED]
    assert set(stage.case.deciders) == {"eva", "ben"}


def test_early_it_waits_for_the_route() -> None:
    """Before the order was read: answered when it is."""
    stage = Stage(policy(MANAGERS))
    assert stage.reassign("olga", "eva", "ana") is None
    assert stage.reassign("stan", "eva", "ana") is None
    stage.place(ordered())
    assert [stage.answer(one) for one in ("id-1", "id-2")] == [Receipt.ACCEPTED, Receipt.NOT_ALLOWED]
    assert set(stage.case.deciders) == {"eva", "ben"}


def test_a_comment_goes_with_it() -> None:
    """Why somebody else decides is on record."""
    stage = open_stage()
    stage.say(Reassignment(reassignment_id="r", by="olga", approver="ana", to="eva", comment="ana is ill"))
    assert stage.trail.entries[-1].detail["comment"] == "ana is ill"
