"""Decision handling: the rows of the comparison that other products leave empty, and what is promised beyond them."""

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Case, Intent
from domain.decision import Decision, DecisionIdReusedError, Receipt, Verdict
from domain.events import Moved
from domain.notification import NoticeKind
from domain.order import Address
from domain.phases import Phase
from domain.policy import Approvers, Changes, Escalation
from domain.release import release_verdict
from tests.domain.cast import DAY
from tests.domain.stage import Stage, asking, away, ordered, policy, staff

MANAGERS, FINANCE = asking("managers", "ana", "ben"), asking("finance", "cleo", "cem")
UP = (Escalation(to=Approvers(people=("dana",)), within=2 * DAY),)


class TestNoSelfApproval:
    """Row 'no self-approval': nowhere by default; Adobe even approves by itself where the requester is the sole approver."""

    @pytest.mark.parametrize("identity", ["associate_id", "customer_id", "customer_email"])
    def test_the_requester_never_approves(self, identity: str) -> None:
        """Known by any identity, on any level; the others decide."""
        mine = {"customer_email": "ANA@example.com"}.get(identity, "customer-ana")
        order = ordered().model_copy(
            update={"requester": ordered().requester.model_copy(update={identity: mine})}
        )
        stage = Stage(policy(MANAGERS, asking("second", "ana", "dana")), order=order)
        assert stage.case.deciders == ("ben",)
        assert stage.decide("ana") is Receipt.NOT_ALLOWED
        stage.decide("ben")
        assert stage.case.deciders == ("dana",)

    @pytest.mark.parametrize("detour", ["substitute", "delegate", "reassigned", "added", "escalation"])
    def test_through_no_detour(self, detour: str) -> None:
        """Not standing in, not by delegation, not in somebody's place, not ad hoc, not by escalation."""
        up = (Escalation(to=Approvers(people=("rita", "dana")), within=2 * DAY),)
        people = staff(ana=away("rita")) if detour == "substitute" else staff()
        stage = Stage(policy(asking("managers", "ana", "ben", escalate=up)), people, ordered())
        if detour == "delegate":
            assert stage.delegate("ana", "rita") is Receipt.NOT_ALLOWED
        elif detour == "reassigned":
            assert stage.reassign("olga", "rita", "ana") is Receipt.NOT_ALLOWED
        elif detour == "added":
            assert stage.reassign("olga", "rita") is Receipt.NOT_ALLOWED
        elif detour == "escalation":
            stage.wait(2 * DAY)
        assert "rita" not in stage.case.deciders
        assert stage.decide("rita") is Receipt.NOT_ALLOWED

    def test_the_sole_approver_who_is_the_requester_is_no_automatic_yes(self) -> None:
        """Adobe (merchdocs#1683): only one in the role, approved automatically. Here a person is called."""
        stage = Stage(policy(asking("managers", "rita")), order=ordered())
        assert (stage.case.intent, stage.case.alarm, stage.case.deciders) == (None, Alarm.HELD, ())


class TestSeparationOfDuties:
    """Advance 7: over the whole chain, as delegate, substitute and by escalation too."""

    def test_one_person_is_one_voice(self) -> None:
        """Ana as herself, as ben's substitute, as dana's delegate and at the next step: once."""
        three = asking("three", "ana", "ben", "dana", needs={"of": 2})
        stage = Stage(policy(three, asking("last", "ana", "cleo")), staff(ben=away("ana")), ordered())
        stage.delegate("dana", "ana")
        stage.decide("ana")
        assert stage.decide("ana") is Receipt.ALREADY_DECIDED
        stage.decide("dana")
        assert stage.case.deciders == ("cleo",)
        assert stage.decide("ana") is Receipt.ALREADY_DECIDED

    def test_who_was_stood_in_for_is_no_second_one(self) -> None:
        """Eva has decided for ana; ana's own later yes would be the same voice."""
        steps = (asking("first", "ana"), asking("second", "ana", "dana", needs="any"))
        stage = Stage(policy(*steps), staff(ana=away("eva")), ordered())
        stage.decide("eva")
        assert stage.case.deciders == ("dana",)

    def test_escalation_makes_nobody_a_second_voice(self) -> None:
        """Dana has approved the first step; the second escalates to dana alone: it is held up, not approved."""
        stage = Stage(policy(asking("first", "dana"), asking("second", "ana", escalate=UP)), order=ordered())
        stage.decide("dana")
        stage.wait(2 * DAY)
        assert (stage.case.intent, stage.case.alarm) == (None, Alarm.OVERDUE)
        assert stage.decide("dana") is Receipt.ALREADY_DECIDED


class TestLineLevelPartialApproval:
    """Row 'line-level / partial approval': no product has it; Shopware's users ask for it (#18218)."""

    WHOLE = ordered("EUR 0.00", ("desk", 900_000), ("lamp", 5_000))
    REST = ordered("EUR 0.00", ("desk", 900_000))

    def test_yes_to_the_rest(self) -> None:
        """Without the lamp ana agrees: once the requester has taken it out, she need not be asked again."""
        stage = Stage(policy(MANAGERS, FINANCE), order=self.WHOLE)
        stage.request_changes("ana", "lamp")
        stage.place(self.REST)
        assert stage.case.deciders == ("cleo", "cem")
        assert stage.case.decisions[0].granted

    def test_nobody_edits_the_order_but_its_requester(self) -> None:
        """Until then nothing is released, and whatever else it becomes is asked about anew."""
        stage = Stage(policy(MANAGERS), order=self.WHOLE)
        stage.request_changes("ana", "lamp")
        assert stage.case.intent is None
        stage.place(ordered("EUR 0.00", ("desk", 900_001)))
        assert stage.case.deciders == ("ana", "ben")


class TestEditAfterApproval:
    """Row 'edit after approval -> locked or re-approved', advance 2: a decision is bound to what was seen."""

    @pytest.mark.parametrize("said", ["nobody", "one", "all"])
    def test_an_edit_voids_what_was_said(self, said: str) -> None:
        """Also between the last yes and the hand-over (OCA purchase-workflow#2178); whoever decided is told what is new."""
        stage = Stage(policy(MANAGERS, FINANCE), order=ordered())
        for person in {"nobody": (), "one": ("ana",), "all": ("ana", "cleo")}[said]:
            stage.decide(person)
        old = stage.case.digest
        stage.place(ordered("EUR 12,001.00"))
        assert stage.case.intent is None
        assert stage.case.deciders == ("ana", "ben")
        assert all(record.void for record in stage.case.decisions)
        assert not release_verdict(stage.case, old).released
        if said != "nobody":
            told = next(n for n in stage.notices if n.kind is NoticeKind.SUPERSEDED)
            assert "total EUR 12,000.00 → EUR 12,001.00" in (told.detail or "")

    def test_a_decision_on_the_older_content_is_superseded(self) -> None:
        """Sent before the edit was seen."""
        stage = Stage(policy(MANAGERS), order=ordered())
        stage.place(ordered("EUR 12,001.00"))
        assert stage.decide("ana", revision=1) is Receipt.SUPERSEDED

    def test_what_the_policy_calls_harmless_voids_nothing(self) -> None:
        """And only that: a diff of everything else is shown."""
        stage = Stage(policy(MANAGERS, FINANCE, harmless=("purchaseOrderNumber",)), order=ordered())
        stage.decide("ana")
        stage.place(ordered(purchase_order_number="PO-1"))
        assert stage.case.deciders == ("cleo", "cem")
        stage.place(ordered(purchase_order_number="PO-1", shipping_address=Address(city="Kiel")))
        assert stage.case.deciders == ("ana", "ben")
        assert stage.notices[-1].detail == "changed: shipping address changed"

    def test_the_gate_asks_for_the_content(self) -> None:
        """Advance 1: the guard's answer is about one digest; the same order with other content is not released."""
        stage = Stage(policy(MANAGERS), order=ordered())
        assert not release_verdict(stage.case, ordered().digest).released
        stage.decide("ana")
        assert release_verdict(stage.case, ordered().digest).released
        assert not release_verdict(stage.case, ordered("EUR 12,001.00").digest).released
        stage.feed(Moved(phase=Phase.IN_FULFILLMENT))
        assert release_verdict(stage.case, ordered().digest).released


class TestOneDecisionWins:
    """Row 'one decision wins; duplicate is answered', advance 6: never silence."""

    def test_two_approvers_click_at_once(self) -> None:
        """The second is told that it was decided, and by whom (Archon#2113, comp#3366, purgatory#10)."""
        stage = Stage(policy(MANAGERS, FINANCE), order=ordered())
        assert stage.decide("ana") is Receipt.ACCEPTED
        assert stage.decide("ben", Verdict.REJECT) is Receipt.ALREADY_DECIDED
        assert "by ana" in stage.why()
        assert stage.case.intent is None

    def test_a_double_click(self) -> None:
        """The same twice is one decision, and is answered with the first outcome."""
        stage = Stage(policy(MANAGERS), order=ordered())
        sent = Decision(decision_id="click", approver="ana", verdict=Verdict.APPROVE)
        first, second = stage.say(sent), stage.say(sent)
        assert first is not None
        assert second is not None
        assert (first.receipt, second.receipt, second.first) == (
            Receipt.ACCEPTED,
            Receipt.DUPLICATE,
            Receipt.ACCEPTED,
        )
        assert stage.kinds().count(AuditKind.DECIDED) == 1

    def test_same_id_other_word(self) -> None:
        """A conflict of the sender's, not a new decision."""
        stage = Stage(policy(MANAGERS), order=ordered())
        stage.say(Decision(decision_id="click", approver="ana", verdict=Verdict.APPROVE))
        with pytest.raises(DecisionIdReusedError):
            stage.say(Decision(decision_id="click", approver="ana", verdict=Verdict.REJECT))

    def test_a_word_is_not_altered_afterwards(self) -> None:
        """commercetools: an associate may approve more than once, and turn an approval into a rejection. Not here."""
        stage = Stage(policy(asking("two", "ana", "ben", needs="all")), order=ordered())
        stage.decide("ana")
        assert stage.decide("ana") is Receipt.ALREADY_DECIDED
        assert stage.decide("ana", Verdict.REJECT) is Receipt.ALREADY_DECIDED
        assert stage.case.intent is None

    def test_every_order_of_a_bulk_has_its_own_answer(self) -> None:
        """Row 'bulk decide': one refused, one superseded, one accepted (over HTTP: tests/starter/test_bulk_decisions.py)."""
        orders = [Stage(policy(steps), order=ordered()) for steps in (MANAGERS, MANAGERS, FINANCE)]
        orders[1].place(ordered("EUR 12,001.00"))
        answers = [stage.decide("ana", revision=1, decision_id="bulk") for stage in orders]
        assert answers == [Receipt.ACCEPTED, Receipt.SUPERSEDED, Receipt.NOT_ALLOWED]


class TestDelegation:
    """Row 'delegation / substitute' and what users of others report of it."""

    def test_the_original_approver_stays_visible(self) -> None:
        """Power Automate #33: who it was for is on record."""
        stage = Stage(policy(MANAGERS), order=ordered())
        stage.delegate("ana", "eva")
        stage.decide("eva")
        assert (stage.case.decisions[0].approver, stage.case.decisions[0].on_behalf_of) == ("eva", "ana")

    def test_out_of_office_comes_from_the_directory(self) -> None:
        """#202, #240: nobody has to open an application to be away; #60: the substitute may really decide."""
        stage = Stage(policy(MANAGERS), staff(ana=away("eva"), ben=away("eva")), ordered())
        assert stage.decide("eva") is Receipt.ACCEPTED
        assert stage.case.intent is Intent.RELEASE

    def test_only_what_may_be_delegated(self) -> None:
        """A limit of the substitute's is a limit: above it they are not asked."""
        limit = {"below": {"centAmount": 1_000_000, "currencyCode": "EUR"}}
        people = staff(ana=away("eva", mayDecide=limit))
        small, large = (
            Stage(policy(MANAGERS), people, ordered(total)) for total in ("EUR 9,999.99", "EUR 10,000.00")
        )
        assert "eva" in small.case.deciders
        assert "eva" not in large.case.deciders

    def test_the_approver_changes_in_flight(self) -> None:
        """#108: somebody else in ana's place, told at once, with the same deadline."""
        stage = Stage(policy(MANAGERS), order=ordered())
        due = stage.case.due_at
        assert stage.reassign("olga", "eva", "ana") is Receipt.ACCEPTED
        assert (set(stage.case.deciders), stage.case.due_at) == ({"eva", "ben"}, due)


class TestRequestChangesAndResubmit:
    """Row 'request changes + resubmit' and the fault of the guide that has it."""

    def test_the_last_resubmission_is_not_thrown_away(self) -> None:
        """Temporal's guide takes it at count < max and then rejects by >=. Here the N-th is asked about like any other."""
        stage = Stage(policy(MANAGERS, changes=Changes(rounds=2)), order=ordered())
        for _ in range(2):
            stage.request_changes("ana")
            assert stage.resubmit() is Receipt.ACCEPTED
        assert stage.request_changes("ana") is Receipt.NOT_ALLOWED
        assert stage.decide("ana") is Receipt.ACCEPTED
        assert stage.case.intent is Intent.RELEASE

    def test_ids_that_were_answered_are_carried_over(self) -> None:
        """The guide forgets them at continue-as-new: a repeat would count again. Here it is a repeat for ever."""
        stage = Stage(policy(MANAGERS, FINANCE), order=ordered())
        sent = Decision(decision_id="once", approver="ana", verdict=Verdict.APPROVE)
        stage.say(sent)
        stage.case = Case.model_validate_json(stage.case.model_dump_json())
        again = stage.say(sent)
        assert again is not None
        assert again.receipt is Receipt.DUPLICATE


def test_withdrawn_is_final() -> None:
    """Row 'recall / withdraw': nothing brings the order back, however long its last move takes."""
    stage = Stage(policy(MANAGERS), order=ordered())
    stage.decide("ana", Verdict.REQUEST_CHANGES)
    assert stage.withdraw() is Receipt.ACCEPTED
    stage.place(ordered("EUR 5.00"))
    assert stage.decide("ana") is Receipt.NOT_PENDING
    assert stage.resubmit() is Receipt.NOT_PENDING
    assert stage.case.intent is Intent.WITHDRAW


def test_an_added_approver_is_one_more_yes() -> None:
    """Row 'ad-hoc / change approver in flight': nobody is skipped for it."""
    stage = Stage(policy(MANAGERS, FINANCE), order=ordered())
    stage.reassign("ana", "eva")
    for person in ("ana", "eva"):
        stage.decide(person)
        assert stage.case.intent is None
    stage.decide("cem")
    assert stage.case.intent is Intent.RELEASE
