"""What holds for every history, also for one that no workflow would ever tell."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.audit import AuditKind, AuditTrail
from domain.case import Case, Intent
from domain.decision import Decision, DecisionIdReusedError, Receipt, Verdict, Withdrawal
from domain.events import Event, Reduction, Routed, TimePassed
from domain.phases import FINAL
from domain.policy import Outcome
from domain.routing import Route
from tests.domain.cast import MONDAY
from tests.domain.model import id_of
from tests.domain.reading import reduced
from tests.domain.strategies import histories, hours, routes

History = list[tuple[timedelta, Event]]
patient = settings(deadline=None, max_examples=60)  # the machine may be busy; nothing here is about speed


def told(history: History) -> list[tuple[Case, Event, Reduction]]:
    """Each event with the case before it and what came of it; refused ids are left out."""
    case, now, steps = Case(order_id="order-1"), MONDAY, []
    for gap, event in history:
        now += gap
        try:
            reduction = reduced(case, event, now)
        except DecisionIdReusedError:
            continue
        steps.append((case, event, reduction))
        case = reduction.case
    return steps


@patient
@given(histories)
def test_the_same_events_make_the_same_case(history: History) -> None:
    """Told twice, every case, fact, notice and answer is the same."""
    assert told(history) == told(history)


@patient
@given(histories)
def test_a_case_survives_its_travels(history: History) -> None:
    """As JSON and back a case is the same case, so that continue-as-new loses nothing."""
    for _, _, reduction in told(history):
        assert Case.model_validate_json(reduction.case.model_dump_json()) == reduction.case
        assert Case.model_validate(reduction.case.to_json_dict()) == reduction.case


@patient
@given(histories)
def test_ids_are_heard_once(history: History) -> None:
    """An id is refused exactly if it was used for something else before; a repeat changes nothing."""
    case, now, bodies = Case(order_id="order-1"), MONDAY, dict[str, str]()
    for gap, event in history:
        now += gap
        if not isinstance(event, Decision | Withdrawal):
            case = reduced(case, event, now).case
            continue
        known = bodies.setdefault(id_of(event), event.body_digest)
        try:
            after = reduced(case, event, now).case
        except DecisionIdReusedError:
            assert known != event.body_digest
            continue
        assert known == event.body_digest
        if case.answer_to(id_of(event)) is not None:
            assert after == case
        case = after


@patient
@given(histories)
def test_everybody_gets_exactly_one_first_answer(history: History) -> None:
    """Whatever happens, an answer once given stands, and only what comes before the route has to wait."""
    answered: dict[str, Receipt] = {}
    for _, event, reduction in told(history):
        case = reduction.case
        if isinstance(event, Decision | Withdrawal):
            waits = event.sent_id in {early.sent_id for early in case.early}
            assert waits != (case.answer_to(id_of(event)) is not None)
        assert not case.early or (case.route is None and case.phase not in FINAL)
        firsts = {a.receipt.decision_id for a in case.answers}
        for name in firsts:
            first = case.answer_to(name)
            assert first is not None
            assert answered.setdefault(name, first.receipt.receipt) is first.receipt.receipt
        assert set(answered) == firsts


@patient
@given(histories)
def test_the_revision_rises_exactly_with_the_content(history: History) -> None:
    """One more for each other digest, never otherwise; what is about another revision is superseded."""
    for before, event, reduction in told(history):
        assert reduction.case.revision - before.revision == (reduction.case.digest != before.digest)
        asked = isinstance(event, Decision) and event.revision not in {None, max(before.revision, 1)}
        if asked and reduction.receipt is not None and reduction.receipt.receipt is not Receipt.DUPLICATE:
            assert reduction.receipt.receipt is Receipt.SUPERSEDED


@patient
@given(histories)
def test_nobody_decides_who_may_not(history: History) -> None:
    """Who is heard stands on a level of the step, is not the requester, and counts once."""
    for before, _, reduction in told(history):
        case = reduction.case
        new = case.decisions[len(before.decisions) :]
        for record in new:
            assert case.route is not None
            step = next(step for step in case.route.steps if step.step == record.step)
            assert record.approver in {p for level in step.levels for p in level.approvers}
            assert record.approver not in case.route.requester
            assert record.revision == case.revision
        yes = [r.approver for r in case.decisions if r.verdict is Verdict.APPROVE and not r.void]
        assert len(set(yes)) == len(yes)


@patient
@given(histories)
def test_nothing_is_released_that_was_refused_or_withdrawn(history: History) -> None:
    """A refusal that stands, or a withdrawal that was accepted, is never followed by a release."""
    withdrawn, sent = False, set[str]()
    for _, event, reduction in told(history):
        if isinstance(event, Withdrawal):
            sent.add(event.withdrawal_id)
        accepted = {
            a.receipt.decision_id for a in reduction.case.answers if a.receipt.receipt is Receipt.ACCEPTED
        }
        withdrawn |= bool(sent & accepted)
        if reduction.case.intent is Intent.RELEASE:
            standing = {r.verdict for r in reduction.case.decisions if not r.void}
            assert standing <= {Verdict.APPROVE}
            assert not withdrawn
        if withdrawn:
            assert not reduction.case.deciders
            assert reduction.case.withdrawn


@patient
@given(histories)
def test_nothing_changes_that_leaves_no_trace(history: History) -> None:
    """Each decision heard has its entry, each alarm too, and the trail has no gap."""
    trail = AuditTrail(order_id="order-1")
    for before, _, reduction in told(history):
        trail = trail.with_entries(reduction.facts, MONDAY)
        kinds = [fact.kind for fact in reduction.facts]
        assert kinds.count(AuditKind.DECIDED) == len(reduction.case.decisions) - len(before.decisions)
        if reduction.case.alarm not in {None, before.alarm}:
            assert AuditKind.ALARM in kinds
    assert [entry.seq for entry in trail.entries] == list(range(1, len(trail.entries) + 1))


@patient
@given(routes(), st.lists(hours, max_size=30))
def test_time_alone_only_moves_authority_along_the_declared_levels(
    route: Route, waits: list[timedelta]
) -> None:
    """Level after level, step after step where a deadline approves, and an end only as the policy declares."""
    now = MONDAY
    case = reduced(Case(order_id="order-1"), Routed(route=route, digest="digest-1"), now).case
    for wait in waits:
        now += wait
        before, case = case, reduced(case, TimePassed(), now).case
        assert (case.decisions, case.answers, case.revision) == ((), (), 1)
        assert (case.step, case.level) >= (before.step, before.level)
        assert (case.step, case.level) <= (before.step + 1, before.level + 1)
        passed = route.steps[before.step] if before.step < len(route.steps) else None
        if case.step > before.step:
            assert passed is not None
            assert passed.on_timeout is Outcome.APPROVE
            assert before.level == len(passed.levels) - 1
        if case.intent is not before.intent:
            assert passed is not None
            outcomes = {Intent.RELEASE: Outcome.APPROVE, Intent.REJECT: Outcome.REJECT}
            assert case.intent is not None
            assert passed.on_timeout is outcomes[case.intent]
            assert case.intent is Intent.REJECT or before.step == len(route.steps) - 1
