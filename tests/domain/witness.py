"""Watches a case while it is fed events, and checks after each event what must always hold."""

from datetime import timedelta

import pytest

from domain.audit import AuditKind, AuditTrail
from domain.case import Case, Intent
from domain.decision import Decision, DecisionIdReusedError, DecisionReceipt, Receipt, Verdict, Withdrawal
from domain.events import Alarmed, Event, Moved, Reduction, Resumed, Routed, TimePassed
from domain.notification import OPERATORS_DESK, Notice, NoticeKind, Notification, notifications
from domain.phases import Phase
from domain.routing import Route
from tests.domain.cast import MONDAY, euros
from tests.domain.model import Model, id_of
from tests.domain.reading import reduced


class Witness:
    """A case, all that was ever said to it, and what it has answered."""

    def __init__(self, order_id: str = "order-1") -> None:
        self.case = Case(order_id=order_id)
        self.now = MONDAY
        self.trail = AuditTrail(order_id=order_id)
        self.model = Model()
        self.sent: dict[str, Decision | Withdrawal] = {}
        self.answers: dict[str, Receipt] = {}
        self.told: dict[str, Notification] = {}
        self.notices: list[Notice] = []

    def feed(self, event: Event, after: timedelta = timedelta(0)) -> Reduction:
        """Put an event before the case and check everything.

        Raises:
            DecisionIdReusedError: as the reducer does, where it has to.
        """
        before, self.now = self.case, self.now + after
        if isinstance(event, Decision | Withdrawal) and self._is_reuse(event):
            with pytest.raises(DecisionIdReusedError) as refused:
                reduced(before, event, self.now)
            raise refused.value
        reduction = reduced(before, event, self.now)
        assert reduced(before, event, self.now) == reduction, "the same event twice came out differently"
        self.case = reduction.case
        self.trail = self.trail.with_entries(reduction.facts, self.now)
        expected = self._tell_the_model(event)
        self._check_answers(before, event, reduction, expected)
        self._check_agreement()
        self._check_authority()
        self._check_record(before, event, reduction)
        self._check_notices(before, reduction)
        return reduction

    def _is_reuse(self, sent: Decision | Withdrawal) -> bool:
        first = self.sent.get(id_of(sent))
        return first is not None and first.body_digest != sent.body_digest

    def _tell_the_model(self, event: Event) -> dict[str, Receipt]:
        """The first answers that are due now, by the plain telling of the rules."""
        model, answers = self.model, dict[str, Receipt]()
        match event:
            case Routed():
                answers = model.see(event.route, event.digest, event.alarm, self.now)
            case Decision() | Withdrawal():
                if id_of(event) not in self.sent:
                    answer = model.hear(event, self.now)
                    answers = {} if answer is None else {id_of(event): answer}
            case TimePassed():
                model.wait(self.now)
            case Moved():
                answers = model.move(event.phase, self.now)
            case Resumed():
                model.resume(self.now)
            case Alarmed():
                model.alarm(event.alarm)
        return answers

    def _check_answers(
        self, before: Case, event: Event, reduction: Reduction, expected: dict[str, Receipt]
    ) -> None:
        """Every decision has exactly one first answer, and it never changes; a repeat changes nothing."""
        repeated = isinstance(event, Decision | Withdrawal) and id_of(event) in self.sent
        if isinstance(event, Decision | Withdrawal):
            self.sent[id_of(event)] = event
            self._check_receipt(event, reduction.receipt, repeated=repeated)
        else:
            assert reduction.receipt is None
        if repeated:
            assert reduction.case == before
            assert reduction.facts == ()
            assert reduction.notices == ()
        self.answers |= expected
        waiting = {early.sent_id for early in self.case.early}
        assert waiting == {id_of(early) for early in self.model.early}
        assert set(self.sent) == waiting | set(self.answers)
        for decision_id, receipt in self.answers.items():
            first = self.case.answer_to(decision_id)
            assert first is not None
            assert first.receipt.receipt is receipt
            assert first.body_digest == self.sent[decision_id].body_digest

    def _check_receipt(
        self, event: Decision | Withdrawal, receipt: DecisionReceipt | None, *, repeated: bool
    ) -> None:
        """The answer given now: the case's own, for this sending; none only while the route is not known."""
        first = self.case.answer_to(id_of(event))
        assert (receipt is None) == (first is None)
        if receipt is None or first is None:
            return
        assert (receipt.receipt is Receipt.DUPLICATE) == repeated
        assert receipt.first == (first.receipt.receipt if repeated else None)
        assert receipt.request_id == event.request_id
        assert (receipt.order_id, receipt.decision_id) == (self.case.order_id, id_of(event))
        assert (receipt.phase, receipt.revision) == (self.case.phase, max(self.case.revision, 1))
        assert receipt.message

    def _check_agreement(self) -> None:
        """Reducer and model agree on who may decide, until when, and on what comes of it."""
        case, model = self.case, self.model
        assert set(case.deciders) == model.deciders
        assert case.intent is model.intent
        assert case.phase is model.phase
        assert (case.revision, case.digest, case.route) == (model.revision, model.digest, model.route)
        assert case.suspended == model.suspended
        if model.asked is not None:
            assert case.due_at == model.due
        else:
            assert case.next_instant is None
        if case.deciders and case.current_step is not None and model.asked is not None:
            assert case.current_step.step == model.asked.step

    def _check_authority(self) -> None:
        """Released only on every yes that policy wants; the requester never decides; nobody counts twice."""
        case = self.case
        valid = [record for record in case.decisions if not record.void]
        yes = [record.approver for record in valid if record.verdict is Verdict.APPROVE]
        assert len(set(yes)) == len(yes)
        assert all(record.revision == case.revision for record in valid)
        if case.route is not None:
            assert not {record.approver for record in valid} & set(case.route.requester)
            assert not set(case.deciders) & {*case.route.requester, *yes}
        refusals = [record for record in valid if record.verdict is not Verdict.APPROVE]
        assert len(refusals) <= 1
        if case.intent is Intent.RELEASE:
            assert self.model.satisfied
            assert not refusals
            assert not self.model.withdrawn

    def _check_record(self, before: Case, event: Event, reduction: Reduction) -> None:
        """What is known travels as JSON; the trail has no gap; each change has its fact."""
        after = reduction.case
        assert Case.model_validate_json(after.model_dump_json()) == after
        assert [entry.seq for entry in self.trail.entries] == list(range(1, len(self.trail.entries) + 1))
        assert after.revision - before.revision == int(after.digest != before.digest)
        kinds = [fact.kind for fact in reduction.facts]
        assert kinds.count(AuditKind.DECIDED) == len(after.decisions) - len(before.decisions)
        if after.route != before.route or after.digest != before.digest:
            assert AuditKind.ROUTED in kinds
        if after.alarm is not None and after.alarm is not before.alarm:
            assert AuditKind.ALARM in kinds
        changed = after.model_copy(update={"answers": before.answers, "early": before.early}) != before
        if changed and not isinstance(event, Moved):  # who moves an order tells of it: it knows from where
            assert kinds
        if after == before and isinstance(event, Routed | Resumed | TimePassed | Moved):
            assert (reduction.facts, reduction.notices) == ((), ())
        if isinstance(event, TimePassed):
            assert (after.decisions, after.answers) == (before.decisions, before.answers)
        for fact in reduction.facts:
            if fact.kind is AuditKind.DECIDED and "revisionAssumed" in fact.detail:
                assert self.sent[str(fact.detail["decisionId"])].revision is None  # type: ignore[union-attr]

    @property
    def _requester(self) -> tuple[str, ...]:
        return self.case.route.requester if self.case.route is not None else ()

    def _check_notices(self, before: Case, reduction: Reduction) -> None:
        """Whoever has to decide is told, with no idempotency key used for two different messages."""
        self.notices.extend(reduction.notices)
        asked = [n for n in reduction.notices if n.kind in {NoticeKind.REQUESTED, NoticeKind.ESCALATED}]
        newly = set(self.case.deciders) - set(before.deciders)
        if newly:
            told = set(asked[-1].recipients)
            assert set(self.case.deciders) <= told <= {*self.case.deciders, *self.case.heard}
            assert asked[-1].due_at == self.case.due_at
        voided = {
            r.approver
            for r, was in zip(self.case.decisions, before.decisions, strict=False)
            if r.void > was.void
        }
        assert voided == {
            person for n in reduction.notices if n.kind is NoticeKind.SUPERSEDED for person in n.recipients
        }
        for notice in reduction.notices:
            assert notice.recipients
            assert notice.revision in {max(before.revision, 1), max(self.case.revision, 1)}
            alarm, desk = notice.kind is NoticeKind.ALARM, notice.recipients == (OPERATORS_DESK,)
            assert alarm == desk or (desk and notice.kind is NoticeKind.REJECTED and not self._requester)
            for message in notifications(notice, self.case.order_id, None, euros(1), "why"):
                assert self.told.setdefault(message.idempotency_key, message) == message

    # Shorthand for the examples.

    def route(self, route: Route, digest: str = "digest-1") -> Reduction:
        """The order is read with a content of that digest."""
        return self.feed(Routed(route=route, digest=digest))

    def decide(
        self, approver: str, verdict: Verdict = Verdict.APPROVE, revision: int | None = 1, name: str = ""
    ) -> DecisionReceipt:
        """Somebody decides, and is answered."""
        decision_id = name or f"decision-{len(self.sent) + 1}"
        receipt = self.feed(
            Decision(decision_id=decision_id, approver=approver, verdict=verdict, revision=revision)
        ).receipt
        assert receipt is not None
        return receipt

    def withdraw(self, requester: str, name: str = "") -> DecisionReceipt:
        """Somebody withdraws the order, and is answered."""
        withdrawal_id = name or f"withdrawal-{len(self.sent) + 1}"
        receipt = self.feed(Withdrawal(withdrawal_id=withdrawal_id, requester=requester)).receipt
        assert receipt is not None
        return receipt

    def wait(self, for_: timedelta) -> Reduction:
        """Time goes by."""
        return self.feed(TimePassed(), for_)

    def carry_out(self) -> Phase:
        """What the workflow does with an intent: the order is moved, and the case is told."""
        ends = {
            Intent.RELEASE: Phase.IN_FULFILLMENT,
            Intent.REJECT: Phase.REJECTED,
            Intent.WITHDRAW: Phase.WITHDRAWN,
        }
        assert self.case.intent is not None
        self.feed(Moved(phase=ends[self.case.intent]))
        return self.case.phase
