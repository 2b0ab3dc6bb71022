"""Who hears that an order came to an end without an approval, and that somebody else decides in their place."""

import pytest

from domain.alarms import Alarm
from domain.case import Intent
from domain.decision import Decision, Verdict
from domain.events import Alarmed, Moved, Routed
from domain.interventions import Reassignment
from domain.notification import OPERATORS_DESK, Notice, NoticeKind
from domain.phases import Phase
from domain.policy import Approvers, Changes, Escalation, Needs, Outcome
from tests.domain.cast import DAY, OUTSIDER
from tests.domain.stage import Stage, asking, away, ordered, policy, staff

ENDS = {NoticeKind.REJECTED, NoticeKind.WITHDRAWN, NoticeKind.NO_LONGER_PENDING}
ESCALATES = Escalation(to=Approvers(people=("dana",)), within=2 * DAY)
MANAGERS = asking("managers", "ana", "ben", escalate=(ESCALATES,))
STRICT = asking("managers", "ana", "ben", onTimeout=Outcome.REJECT)
FINANCE = asking("finance", "cleo", "cem")


def open_stage(*steps: object, **order: object) -> Stage:
    """An order that waits for ana or ben, unless other steps are given."""
    rules = policy(*(steps or (MANAGERS, FINANCE)), changes=Changes(rounds=3))  # type: ignore[arg-type]
    return Stage(rules, order=ordered(**order))  # type: ignore[arg-type]


def ends(stage: Stage) -> list[tuple[NoticeKind, tuple[str, ...]]]:
    """What was told of the order's end, and to whom."""
    return [(n.kind, n.recipients) for n in stage.notices if n.kind in ENDS]


def reject(stage: Stage, approver: str, comment: str | None = "too expensive") -> None:
    """Somebody rejects the order, and it is rejected in commercetools."""
    stage.decide(approver, Verdict.REJECT, comment=comment)
    assert stage.case.intent is Intent.REJECT
    stage.feed(Moved(phase=Phase.REJECTED))


def test_of_a_rejection_the_requester_hears_why() -> None:
    """By whom, at which step, in the approver's words; whoever was asked beside hears that nothing is left to decide."""
    stage = open_stage()
    reject(stage, "ana")
    rejected, closed = stage.notices[-2:]
    assert rejected == Notice(
        kind=NoticeKind.REJECTED,
        recipients=("rita",),
        occasion="1/1/0/0/rejected",
        revision=1,
        step="managers",
        detail="ana has rejected the order: too expensive",
    )
    assert (closed.kind, closed.recipients) == (NoticeKind.NO_LONGER_PENDING, ("ben",))
    assert (closed.step, closed.detail) == ("managers", "nothing is left to decide: the order is rejected")


def test_a_rejection_may_have_no_reason() -> None:
    """Where the policy wants none."""
    stage = open_stage()
    reject(stage, "ana", None)
    assert stage.notices[-2].detail == "ana has rejected the order: no comment"


def test_nobody_hears_of_a_rejection_that_did_not_come_about() -> None:
    """The order was edited meanwhile: the rejection was about other content, and it is asked for again."""
    stage = open_stage()
    stage.decide("ana", Verdict.REJECT)
    assert ends(stage) == []
    stage.place(ordered("EUR 13,000.00"))
    stage.feed(Moved(phase=Phase.CANCELLED))
    assert ends(stage) == [(NoticeKind.NO_LONGER_PENDING, ("ana", "ben"))]


def test_of_a_missed_deadline_that_rejects_all_hear() -> None:
    """The requester with the step that was not decided, and those who did not decide it."""
    stage = open_stage(STRICT)
    stage.wait(2 * DAY)
    stage.feed(Moved(phase=Phase.REJECTED))
    assert ends(stage) == [
        (NoticeKind.REJECTED, ("rita",)),
        (NoticeKind.NO_LONGER_PENDING, ("ana", "ben")),
    ]
    assert stage.notices[-2].detail == "step managers was not decided in time, and so the order is rejected"


def test_a_rejection_by_somebody_else_is_one_too() -> None:
    """Moved there in commercetools while people were asked."""
    stage = open_stage()
    stage.decide("ana")
    stage.feed(Moved(phase=Phase.REJECTED))
    assert ends(stage)[0] == (NoticeKind.REJECTED, ("rita",))
    assert stage.notices[-2].detail == "the order was rejected in commercetools"


def test_for_an_outsider_operators_hear_of_a_rejection() -> None:
    """They know how to reach them. Of a withdrawal that they have entered they need not hear."""
    stage = open_stage(requester=OUTSIDER)
    reject(stage, "ana")
    assert ends(stage)[0] == (NoticeKind.REJECTED, (OPERATORS_DESK,))
    stage = open_stage(requester=OUTSIDER)
    stage.withdraw("olga")
    assert ends(stage) == [(NoticeKind.NO_LONGER_PENDING, ("ana", "ben"))]


def test_the_requester_hears_that_an_operator_has_withdrawn_the_order() -> None:
    """With the words that were given. Their own withdrawal nobody has to tell them."""
    stage = open_stage()
    stage.withdraw("olga")
    assert ends(stage) == [
        (NoticeKind.WITHDRAWN, ("rita",)),
        (NoticeKind.NO_LONGER_PENDING, ("ana", "ben")),
    ]
    assert stage.notices[-2].detail == "olga has withdrawn the order: no comment"
    stage.feed(Moved(phase=Phase.WITHDRAWN))
    assert len(ends(stage)) == 2
    stage = open_stage()
    stage.withdraw("rita")
    stage.feed(Moved(phase=Phase.WITHDRAWN))
    assert ends(stage) == [(NoticeKind.NO_LONGER_PENDING, ("ana", "ben"))]


def test_an_operator_who_has_placed_it_is_its_requester() -> None:
    """Under an id that the directory has learned of since, too."""
    stage = open_stage()
    stage.people = staff(olga={"customer": "customer-rita"}, rita={"customer": None})
    stage.look()
    assert "olga" in stage.case.never
    stage.withdraw("olga")
    assert ends(stage) == [(NoticeKind.NO_LONGER_PENDING, ("ana", "ben"))]


@pytest.mark.parametrize("phase", [Phase.CANCELLED, Phase.COMPLETED])
def test_those_who_are_asked_hear_that_it_was_ended_outside(phase: Phase) -> None:
    """Nobody can use what they would decide; the requester has it from whoever ended it."""
    stage = open_stage()
    stage.feed(Moved(phase=phase))
    assert ends(stage) == [(NoticeKind.NO_LONGER_PENDING, ("ana", "ben"))]
    assert stage.notices[-1].detail == f"nothing is left to decide: the order is {phase}"


def test_of_an_approval_nobody_hears() -> None:
    """It would cost every order; nor does anybody who was asked hear of what becomes of it later."""
    stage = open_stage(MANAGERS)
    stage.decide("ana")
    assert stage.case.intent is Intent.RELEASE
    stage.feed(Moved(phase=Phase.IN_FULFILLMENT))
    stage.feed(Moved(phase=Phase.CANCELLED))
    assert ends(stage) == []


def test_who_was_asked_hears_though_nobody_could_decide_in_the_end() -> None:
    """The order was moved outside meanwhile; ana has sent it back; or the next level was about to open."""
    suspended, sent_back, opening = open_stage(), open_stage(), open_stage()
    suspended.feed(Alarmed(alarm=Alarm.MOVED_OUTSIDE, detail="moved"))
    sent_back.request_changes("ana")
    opening.waits = True
    opening.wait(2 * DAY)
    for stage in (suspended, sent_back, opening):
        assert stage.case.deciders == ()
        stage.withdraw("rita")
    assert ends(suspended) == ends(opening) == [(NoticeKind.NO_LONGER_PENDING, ("ana", "ben"))]
    assert ends(sent_back) == [(NoticeKind.NO_LONGER_PENDING, ("ben",))]


def test_who_was_never_asked_hears_nothing() -> None:
    """Not while the order was stopped before anybody was asked, nor of the levels to come."""
    stage = Stage(policy(MANAGERS))
    order = ordered()
    stopped = {"alarm": Alarm.MOVED_OUTSIDE, "detail": "moved"}
    stage.content = order
    stage.feed(Routed(route=stage.route(order), digest=order.digest, **stopped))
    stage.withdraw("rita")
    assert ends(stage) == []


def test_whose_voice_was_heard_is_not_asked_any_more() -> None:
    """Of three who all have to agree, one has and one has not: the third hears."""
    stage = open_stage(asking("board", "ana", "ben", "cleo", needs="all"))
    stage.decide("ana")
    reject(stage, "ben")
    assert ends(stage)[1] == (NoticeKind.NO_LONGER_PENDING, ("cleo",))


def test_early_words_end_it_as_late_ones_do() -> None:
    """A rejection that came before the order was routed: who was asked for a moment hears that nothing is left."""
    stage = Stage(policy(MANAGERS))
    stage.say(Decision(decision_id="early", approver="ana", verdict=Verdict.REJECT))
    stage.place(ordered())
    stage.feed(Moved(phase=Phase.REJECTED))
    assert ends(stage) == [(NoticeKind.REJECTED, ("rita",)), (NoticeKind.NO_LONGER_PENDING, ("ben",))]


def test_who_was_reassigned_away_hears_who_decides() -> None:
    """And by whom; nobody else does but who is asked now."""
    stage = open_stage()
    stage.reassign("olga", "finn", approver="ana")
    requested, reassigned = stage.notices[-2:]
    assert (requested.kind, requested.recipients) == (NoticeKind.REQUESTED, ("finn",))
    assert (reassigned.kind, reassigned.recipients) == (NoticeKind.REASSIGNED, ("ana",))
    assert reassigned.detail == "finn decides in place of ana, by olga: no comment"


def test_who_reassigns_themselves_knows() -> None:
    """Whoever stood in for them, and does no more, does not."""
    stage = Stage(
        policy(asking("managers", "ana", "ben", needs=Needs(of=2))),
        staff(ana=away("eva")),
        ordered(),
    )
    assert set(stage.case.deciders) == {"ana", "ben", "eva"}
    sent = Reassignment(reassignment_id="r-1", by="ana", approver="ana", to="finn", comment="I am on leave")
    stage.say(sent)
    assert stage.told(NoticeKind.REASSIGNED) == [("eva",)]
    assert stage.notices[-1].detail == "finn decides in place of ana, by ana: I am on leave"


def test_who_is_added_displaces_nobody() -> None:
    """Nor does a delegate."""
    stage = open_stage()
    stage.reassign("ana", "finn")
    stage.delegate("ana", "eva")
    assert stage.told(NoticeKind.REASSIGNED) == []
