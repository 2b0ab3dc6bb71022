"""Faults read in the source of other products, or told by their users: one test for each, named after it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.budgets import Period, bounds
from domain.case import Case, Intent
from domain.decision import Decision, Receipt, Verdict
from domain.events import Alarmed, Moved, TimePassed
from domain.facts import Facts
from domain.order import OrderContent
from domain.phases import Phase
from domain.policy import Approvers, Escalation, Policy, Rule, Step
from domain.reducer import reduce
from domain.release import release_verdict
from domain.route import Route
from domain.routing import Router, policy_digest
from tests.domain.cast import DAY, HOUR, MONDAY, content
from tests.domain.stage import Stage, asking, ordered, policy, staff
from tests.peers.written import errors

MANAGERS, FINANCE = asking("managers", "ana", "ben"), asking("finance", "cleo", "cem")
UP = (Escalation(to=Approvers(people=("dana",)), within=2 * DAY),)


class TestTemporalsGuide:
    """The approval pattern that others copy."""

    def test_decision_lost_while_notifying(self) -> None:
        """A decision sent while the approvers are being told is dropped there, and the deadline runs out. Here it counts."""
        stage = Stage(policy(MANAGERS), order=ordered())
        assert stage.notices, "nobody has been told yet: these wait to be sent"
        assert stage.decide("ana") is Receipt.ACCEPTED
        assert stage.case.intent is Intent.RELEASE

    def test_decision_lost_before_the_order_was_read(self) -> None:
        """The guide's own starter sends it that early."""
        stage = Stage(policy(MANAGERS))
        assert stage.decide("ana") is None
        stage.place(ordered())
        assert stage.answer("id-1") is Receipt.ACCEPTED

    def test_decision_lost_while_escalating(self) -> None:
        """The same in its escalation: what comes while authority moves is kept, and answered when it has moved."""
        stage = Stage(policy(asking("managers", "ana", escalate=UP)), order=ordered())
        stage.waits = True
        stage.wait(2 * DAY)
        assert stage.decide("dana") is None
        stage.read_directory()
        assert stage.answer("id-1") is Receipt.ACCEPTED

    def test_anybody_may_send_the_signal(self) -> None:
        """No authorisation there: a stranger decides. Here they are refused, on record."""
        stage = Stage(policy(MANAGERS), order=ordered())
        for stranger in ("stan", "cleo", "olga", "rita"):
            assert stage.decide(stranger) is Receipt.NOT_ALLOWED
        assert stage.kinds().count(AuditKind.REFUSED) == 4
        assert stage.case.decisions == ()

    def test_the_first_wins_silently(self) -> None:
        """The second is never told there."""
        stage = Stage(policy(MANAGERS), order=ordered())
        stage.decide("ana")
        assert stage.decide("ben", Verdict.REJECT) is Receipt.ALREADY_DECIDED

    def test_seven_days_hard_coded_in_the_audit(self) -> None:
        """The trail tells the real deadline, also of an escalated level."""
        up = (Escalation(to=Approvers(people=("dana",)), within=timedelta(hours=5)),)
        stage = Stage(
            policy(asking("managers", "ana", within=timedelta(hours=3), escalate=up)), order=ordered()
        )
        stage.wait(3 * HOUR)
        told = [e.detail["dueAt"] for e in stage.trail.entries if "dueAt" in e.detail]
        assert told == [(MONDAY + 3 * HOUR).isoformat(), (MONDAY + 8 * HOUR).isoformat()]


class TestMedusa:
    """The closest open source."""

    @staticmethod
    def _of_unit(unit: str) -> Route:
        """Whoever has the role in the order's own business unit approves it: ana in acme, ben in other."""
        step = Step(step="s", approvers=Approvers(role=("approver",)), within=DAY)
        rules, people = Policy(rules=(Rule(rule="only", why="w", steps=(step,)),)), staff()
        order = content().model_copy(update={"business_unit": unit})
        associates = {"acme": {"approver": ("customer-ana",)}, "other": {"approver": ("customer-ben",)}}
        return Router(rules, people, policy_digest(rules, people)).route(
            order, Facts(associates=associates[unit])
        )

    def test_cross_company_approve(self) -> None:
        """Any company's admin decides another company's approval there (and Shopware #20702: unit B's approver unit A's)."""
        assert self._of_unit("acme").people == {"ana"}
        assert self._of_unit("other").people == {"ben"}
        stage = Stage(policy(asking("s", *self._of_unit("acme").people)), order=ordered())
        assert stage.decide("ben") is Receipt.NOT_ALLOWED
        assert stage.case.intent is None

    @pytest.mark.parametrize("first", [Verdict.APPROVE, Verdict.REJECT])
    def test_a_decided_approval_can_be_decided_again(self, first: Verdict) -> None:
        """There it can, by anybody and any time."""
        stage = Stage(policy(MANAGERS), order=ordered())
        stage.decide("ana", first)
        intent = stage.case.intent
        for verdict in Verdict:
            assert stage.decide("ben", verdict) is Receipt.ALREADY_DECIDED
        stage.feed(Moved(phase=Phase.REJECTED if first is Verdict.REJECT else Phase.IN_FULFILLMENT))
        assert stage.decide("ben") is Receipt.ALREADY_DECIDED
        assert intent is (Intent.REJECT if first is Verdict.REJECT else Intent.RELEASE)

    def test_a_rejected_or_never_requested_cart_can_be_completed(self) -> None:
        """Completion blocks only `pending` there. Here the guard lets through what was decided for, and nothing else."""
        digest = ordered().digest
        assert not release_verdict(Case(order_id="order-1"), digest).released, "never read"
        rejected = Stage(policy(MANAGERS), order=ordered())
        rejected.decide("ana", Verdict.REJECT)
        held = Stage(policy(asking("s", "rita")), order=ordered())
        back = Stage(policy(MANAGERS), order=ordered())
        back.request_changes("ana")
        withdrawn = Stage(policy(MANAGERS), order=ordered())
        withdrawn.withdraw()
        astray = Stage(policy(MANAGERS), order=ordered())
        astray.decide("ana")
        astray.feed(Alarmed(alarm=Alarm.REFUSED, detail="refused"))
        for stage in (rejected, held, back, withdrawn, astray):
            assert not release_verdict(stage.case, digest).released

    def test_an_approved_cart_can_then_be_edited(self) -> None:
        """There the approval stays."""
        stage = Stage(policy(MANAGERS), order=ordered())
        stage.decide("ana")
        edited: OrderContent = ordered("EUR 99,000.00")
        assert not release_verdict(stage.case, edited.digest).released
        stage.place(edited)
        assert stage.case.intent is None

    @given(st.sampled_from(Period), st.sampled_from(("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu")),
           st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # fmt: skip
    def test_the_window_of_a_spend_limit_is_0_ms_long(self, period: Period, zone: str, now: datetime) -> None:
        """DAILY there, because `now` is changed before it is used. Here every window contains its instant, and is days long."""
        begins, ends = bounds(period, zone, now)
        assert begins <= now < ends
        assert ends - begins >= timedelta(days=6, hours=23)
        assert bounds(period, zone, now) == (begins, ends)


class TestZeroLengthWindow:
    """Lesson 10 of the comparison: no time at all is an error of the file."""

    @pytest.mark.parametrize("within", ["PT0S", "P0D", "-P1D", "0 working hours", "0"])
    def test_of_a_level(self, tmp_path: Path, within: str) -> None:
        """Nobody could decide in it."""
        step = f'{{ step: s, approvers: {{ people: [ana] }}, within: "{within}" }}'
        told = errors(tmp_path, f"rules:\n  - {{ rule: only, why: Because., steps: [{step}] }}\n")
        assert any("within" in one for one in told)

    def test_of_a_moved_deadline(self) -> None:
        """Nor may an operator make one."""
        stage = Stage(policy(MANAGERS), order=ordered())
        assert stage.extend("olga", timedelta(0)) is Receipt.NOT_ALLOWED


class TestAdobeCommerce:
    """Purchase orders."""

    def test_stuck_pending_when_the_queue_was_down(self) -> None:
        """A month of silence and late timers: each level has its own time in full, none is skipped, nobody stuck."""
        stage = Stage(policy(asking("managers", "ana", escalate=UP)), order=ordered())
        stage.wait(30 * DAY)
        assert stage.case.deciders == ("dana",)
        assert stage.case.due_at == stage.now + 2 * DAY
        assert stage.decide("dana") is Receipt.ACCEPTED


class TestSpryker:
    """Approval process and OMS."""

    def test_condition_timeout_and_manual_mix_unpredictably(self) -> None:
        """There nobody knows which goes first. Here: the deadline that has passed, then the word; in either order one end."""
        for word_first in (True, False):
            stage = Stage(policy(asking("managers", "ana", on_timeout="reject")), order=ordered())
            stage.now += 2 * DAY
            if not word_first:
                stage.feed(TimePassed())
            assert stage.decide("ana") is Receipt.ALREADY_DECIDED
            assert stage.case.intent is Intent.REJECT

    def test_a_buyer_is_stuck_with_no_approver_to_pick(self) -> None:
        """There for good. Here operators are called, and one of them can name somebody."""
        stage = Stage(policy(asking("first", "ana"), asking("second", "ana")), order=ordered())
        stage.decide("ana")
        assert stage.case.alarm is Alarm.HELD
        assert stage.reassign("olga", "dana") is Receipt.ACCEPTED
        assert stage.decide("dana") is Receipt.ACCEPTED


class TestShopware:
    """B2B approval rules."""

    def test_self_approval_over_budget(self) -> None:
        """#13397, decided there: forbid."""
        stage = Stage(policy(asking("budget", "rita", "ana")), order=ordered())
        assert stage.decide("rita") is Receipt.NOT_ALLOWED

    def test_decline_works_but_approve_is_disabled(self) -> None:
        """#20079, a budget without a reviewer: there only a no is possible. Here whoever may say no may say yes."""
        for verdict in (Verdict.APPROVE, Verdict.REJECT):
            stage = Stage(policy(MANAGERS), order=ordered())
            assert stage.decide("ana", verdict) is Receipt.ACCEPTED
            nobody = Stage(policy(asking("s", "rita")), order=ordered())
            assert nobody.decide("ana", verdict) is Receipt.NOT_ALLOWED

    def test_the_cart_is_empty_at_approval_time(self) -> None:
        """#17255: what is approved is what was read, by its digest."""
        stage = Stage(policy(MANAGERS), order=ordered())
        assert stage.case.digest == ordered().digest
        stage.decide("ana")
        stage.place(ordered().model_copy(update={"lines": ()}))
        assert stage.case.intent is None


class TestDjust:
    """Buying policies."""

    def test_one_approver_is_enough(self) -> None:
        """There always. Here as many as the policy wants."""
        stage = Stage(policy(asking("all", "ana", "ben", needs="all")), order=ordered())
        stage.decide("ana")
        assert stage.case.intent is None

    def test_buyer_and_approver_in_the_same_account(self) -> None:
        """Two people under one customer id in the directory are both the requester."""
        stage = Stage(policy(MANAGERS), staff(ana={"customer": "customer-rita"}), ordered())
        assert stage.case.deciders == ("ben",)


class TestCommercetools:
    """Approval flows and states."""

    def test_whoever_reacts_to_order_created_ships_unapproved_orders(self) -> None:
        """The order exists before its approval: until the last yes the guard lets nobody have it, whatever has happened."""
        stage = Stage(policy(MANAGERS, FINANCE))
        for happens in (
            lambda: stage.place(ordered()),
            lambda: stage.decide("ana"),
            lambda: stage.wait(9 * DAY),
        ):
            assert not release_verdict(stage.case, ordered().digest).released
            happens()
        assert not release_verdict(stage.case, ordered().digest).released
        stage.decide("cem")
        assert release_verdict(stage.case, ordered().digest).released

    def test_a_single_rejection_rejects_all(self) -> None:
        """The same here: one no is enough, and a later yes does not bring it back."""
        stage = Stage(policy(MANAGERS, FINANCE), order=ordered())
        stage.decide("ana")
        stage.decide("cleo", Verdict.REJECT)
        assert stage.decide("cem") is Receipt.ALREADY_DECIDED
        assert stage.case.intent is Intent.REJECT


class TestOpenMercato:
    """User tasks."""

    def test_completed_but_not_continued(self) -> None:
        """The crash window of its specs: a decision and what follows from it are one step, there is nothing between."""
        stage = Stage(policy(MANAGERS), order=ordered())
        sent = Decision(decision_id="d", approver="ana", verdict=Verdict.APPROVE)
        after = reduce(stage.case, sent, stage.now)
        assert len(after.case.decisions) == 1
        assert after.case.intent is Intent.RELEASE
        again = reduce(Case.model_validate_json(after.case.model_dump_json()), sent, stage.now)
        assert (again.case, again.facts) == (after.case, ())
