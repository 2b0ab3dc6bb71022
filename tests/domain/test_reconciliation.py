"""What the reconciliation says of an order, fact by fact."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alarms import Alarm
from domain.audit import AuditEntry, AuditKind
from domain.findings import Act, Finding, Kind
from domain.money import Money
from domain.order import Order, OrderContent, Requester
from domain.phases import FINAL, Phase
from domain.reconciliation import Ask, Facts, Run, RunStatus, Terms, judge
from domain.standing import Standing, end_of, standing_of
from domain.status import OrderRecord, OrderStatus

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TERMS = Terms(now=NOW, adopt_since=NOW - timedelta(days=60), silent_after=timedelta(days=3))
PENDING_RUN = Run(status=RunStatus.RUNNING, phase=Phase.PENDING)
ON_ITS_WAY = Run(status=RunStatus.RUNNING, phase=Phase.IN_FULFILLMENT)
ANSWERED = frozenset(Ask)


def an_order(days: int = 10, state: str | None = "Here", order_state: str = "Open") -> Order:
    """An order so many days old."""
    total = Money(cent_amount=100, currency_code="EUR", fraction_digits=2)
    content = OrderContent(total=total, lines=(), requester=Requester())
    return Order(
        id="o-1",
        version=1,
        order_number="ON-1",
        created_at=NOW - timedelta(days=days),
        order_state=order_state,
        state=state,
        content=content,
    )


def facts(place: Standing, run: Run | None = None, **more: Any) -> Facts:
    """What is known of an order that stands there."""
    given: dict[str, Any] = {"order_id": "o-1", "order": an_order(), "place": place, "run": run} | more
    return Facts(**given)


def a_record(phase: Phase, *entries: AuditEntry) -> OrderRecord:
    """The lasting record of that order."""
    status = OrderStatus(order_id="o-1", phase=phase, revision=1)
    return OrderRecord(order_id="o-1", entries=entries, status=status)


def heard(kind: AuditKind, days: float, **detail: str) -> AuditEntry:
    """What was noted so many days ago."""
    return AuditEntry(seq=1, at=NOW - timedelta(days=days), kind=kind, actor="placet", detail=dict(detail))


def kind_of(said: Finding | Ask | None) -> Kind | Ask | None:
    """What was said, without the words."""
    return said.kind if isinstance(said, Finding) else said


def told(place: Standing, phase: Phase, **more: Any) -> Facts:
    """An order that somebody else wrote last, and what its workflow answered: by default, that it knows it as it is."""
    answers: dict[str, Any] = {"asked": ANSWERED, "known": True, "phase": phase, "state": "Here"} | more
    return facts(place, Run(status=RunStatus.RUNNING, phase=phase), **answers)


def on_its_way(**more: Any) -> Facts:
    """An order that was changed after its hand-over."""
    return told(Standing.IN_FULFILLMENT, Phase.IN_FULFILLMENT, **({"known": False} | more))


UNHELD = [
    (facts(Standing.NEW), Ask.RECORD),
    (facts(Standing.NEW, asked={Ask.RECORD}), Kind.NO_WORKFLOW),
    (facts(Standing.IN_FULFILLMENT, asked={Ask.RECORD}), Kind.NO_WORKFLOW),
    (facts(Standing.PENDING, asked={Ask.RECORD}, record=a_record(Phase.PENDING)), Kind.NO_WORKFLOW),
    (facts(Standing.PENDING, asked={Ask.RECORD}, record=a_record(Phase.REJECTED)), Kind.CLOSED_BEFORE),
    (facts(Standing.PENDING, asked={Ask.RECORD}, record_unreadable=True), Kind.UNREADABLE_RECORD),
    (facts(Standing.UNKNOWN), Kind.UNKNOWN_STATE),
    (facts(Standing.NEW, order=an_order(90)), Kind.OLDER),
    (facts(Standing.UNKNOWN, order=an_order(90)), Kind.OLDER),
    (facts(Standing.REJECTED, order=an_order(90)), None),
    (facts(Standing.REJECTED), None),
    (facts(Standing.GONE, order=None), None),
    (facts(Standing.NEW, Run(status=RunStatus.COMPLETED), asked={Ask.RECORD}), Kind.NO_WORKFLOW),
]
ENDED = [
    (facts(Standing.PENDING, Run(status=RunStatus.COMPLETED, phase=Phase.REJECTED)), Kind.CLOSED_BEFORE),
    (facts(Standing.REJECTED, Run(status=RunStatus.COMPLETED, phase=Phase.REJECTED)), None),
    (facts(Standing.PENDING, Run(status=RunStatus.TERMINATED, phase=Phase.PENDING)), Kind.ENDED_BADLY),
    (facts(Standing.PENDING, Run(status=RunStatus.FAILED, phase=None)), Kind.ENDED_BADLY),
    (facts(Standing.CANCELLED, Run(status=RunStatus.TERMINATED, phase=Phase.PENDING)), None),
]
RUNNING = [
    (facts(Standing.PENDING, PENDING_RUN, ours=True), None),
    (facts(Standing.IN_FULFILLMENT, PENDING_RUN, ours=True), None),
    (facts(Standing.PENDING, PENDING_RUN), Ask.KNOWN),
    (facts(Standing.PENDING, PENDING_RUN, asked={Ask.KNOWN}), Kind.UNANSWERED),
    (facts(Standing.PENDING, PENDING_RUN, asked={Ask.KNOWN}, known=True, phase=Phase.PENDING), None),
    (facts(Standing.PENDING, PENDING_RUN, asked={Ask.KNOWN}, known=False, phase=Phase.PENDING), Ask.STATUS),
    (facts(Standing.APPROVED, PENDING_RUN, asked={Ask.KNOWN}, known=True, phase=Phase.PENDING), Ask.STATUS),
    (facts(Standing.GONE, PENDING_RUN, order=None), Ask.STATUS),
    (facts(Standing.GONE, PENDING_RUN, order=None, asked={Ask.STATUS}), Kind.UNANSWERED),
    (facts(Standing.GONE, PENDING_RUN, order=None, asked={Ask.STATUS}, phase=Phase.PENDING), Kind.MOVED),
    (told(Standing.PENDING, Phase.PENDING), None),
    (told(Standing.PENDING, Phase.PENDING, known=False), Kind.CONTENT_CHANGED),
    (on_its_way(asked=ANSWERED - {Ask.CALLED}), Ask.CALLED),
    (on_its_way(), Kind.CONTENT_CHANGED),
    (on_its_way(called=True), None),
    (on_its_way(alarm=Alarm.CHANGED_AFTER_HAND_OVER), None),
    (on_its_way(noted=an_order().content.digest), None),
    (on_its_way(noted="d" * 64, called=True), Kind.CONTENT_CHANGED),
    (on_its_way(noted="d" * 64, alarm=Alarm.CHANGED_AFTER_HAND_OVER), Kind.CONTENT_CHANGED),
    (told(Standing.APPROVED, Phase.PENDING, state="There"), Kind.MOVED),
    (told(Standing.IN_FULFILLMENT, Phase.PENDING, alarm=Alarm.MOVED_OUTSIDE), None),
    (told(Standing.IN_FULFILLMENT, Phase.PENDING), Kind.MOVED),
    (told(Standing.CANCELLED, Phase.PENDING, alarm=Alarm.OVERDUE), Kind.MOVED),
    (told(Standing.UNKNOWN, Phase.PENDING, state="There"), Kind.MOVED),
    (told(Standing.UNKNOWN, Phase.PENDING, alarm=Alarm.UNKNOWN_STATE), Kind.UNKNOWN_STATE),
    (told(Standing.NEW, Phase.ROUTING, known=False), None),
    (told(Standing.IN_FULFILLMENT, Phase.ROUTING, known=False, alarm=Alarm.HELD, state="X"), Kind.MOVED),
    (told(Standing.PENDING, Phase.WITHDRAWN, known=False), None),
    (told(Standing.COMPLETED, Phase.COMPLETED, known=False, alarm=Alarm.CHANGED_AFTER_HAND_OVER), None),
    (
        told(
            Standing.COMPLETED,
            Phase.COMPLETED,
            known=False,
            noted="other",
            alarm=Alarm.CHANGED_AFTER_HAND_OVER,
        ),
        None,
    ),
    (told(Standing.COMPLETED, Phase.COMPLETED, known=False, noted="other"), Kind.CONTENT_CHANGED),
]
SILENT = [
    (facts(Standing.IN_FULFILLMENT, ON_ITS_WAY, ours=True), Ask.RECORD),
    (facts(Standing.IN_FULFILLMENT, ON_ITS_WAY, ours=True, order=an_order(2)), None),
    (facts(Standing.IN_FULFILLMENT, ON_ITS_WAY, ours=True, asked={Ask.RECORD}), None),
]


@pytest.mark.parametrize(("given", "said"), [*UNHELD, *ENDED, *RUNNING, *SILENT])
def test_what_is_said(given: Facts, said: Kind | Ask | None) -> None:
    """One line for each rule."""
    assert kind_of(judge(given, TERMS)) == said


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([heard(AuditKind.HANDED_OVER, 4)], "nothing was heard since it was handed over at 2026-02-26 12:00"),
        (
            [heard(AuditKind.HANDED_OVER, 9), heard(AuditKind.FULFILLMENT, 5, status="picking")],
            "it was picking",
        ),
        ([heard(AuditKind.HANDED_OVER, 9), heard(AuditKind.FULFILLMENT, 2, status="picking")], None),
        ([heard(AuditKind.HANDED_OVER, 2.9)], None),
        ([heard(AuditKind.ALARM, 9)], None),
    ],
)
def test_silence_after_the_hand_over(entries: list[AuditEntry], words: str | None) -> None:
    """Counted from the last that was heard of it, whatever else was noted since."""
    record = a_record(Phase.IN_FULFILLMENT, *entries)
    given = facts(Standing.IN_FULFILLMENT, ON_ITS_WAY, ours=True, asked={Ask.RECORD}, record=record)
    said = judge(given, TERMS)
    assert words is None if said is None else isinstance(said, Finding) and words and words in said.why


anything = st.builds(
    facts,
    st.sampled_from(Standing),
    st.none() | st.builds(Run, status=st.sampled_from(RunStatus), phase=st.none() | st.sampled_from(Phase)),
    order=st.none() | st.builds(an_order, st.integers(0, 120), st.none() | st.just("Here")),
    ours=st.booleans(),
)
answers = st.fixed_dictionaries(
    {
        "record": st.none() | st.builds(a_record, st.sampled_from(Phase)),
        "record_unreadable": st.booleans(),
        "known": st.none() | st.booleans(),
        "phase": st.none() | st.sampled_from(Phase),
        "state": st.none() | st.just("Here"),
        "alarm": st.none() | st.sampled_from(Alarm),
        "noted": st.none() | st.just("d" * 64),
        "called": st.booleans(),
    }
)
OF = {
    Ask.RECORD: ("record", "record_unreadable"),
    Ask.KNOWN: ("known", "phase"),
    Ask.STATUS: ("phase", "state", "alarm", "noted"),
    Ask.CALLED: ("called",),
}


def settled(given: Facts, known: dict[str, Any]) -> tuple[Facts, Finding | None]:
    """The rule's last word, and all that it had been told by then. It asks for nothing twice."""
    while isinstance(said := judge(given, TERMS), Ask):
        assert said not in given.asked
        answer = {name: known[name] for name in OF[said]}
        given = given.model_copy(update={**answer, "asked": given.asked | {said}})
    return given, said


@given(anything, answers)
def test_it_comes_to_an_end_and_starts_only_what_may_be_started(given: Facts, known: dict[str, Any]) -> None:
    """Whatever it is told: no workflow that was there is started again, nothing old, nothing closed, on no doubt."""
    heard_of, said = settled(given, known)
    if said is None or said.kind.act is not Act.START:
        return
    order, run = heard_of.order, heard_of.run
    assert order is not None
    assert order.created_at >= TERMS.adopt_since
    assert run is None or (run.status is RunStatus.COMPLETED and run.phase is None)
    assert end_of(heard_of.place) is None
    assert heard_of.place is not Standing.UNKNOWN
    assert Ask.RECORD in heard_of.asked
    assert not heard_of.record_unreadable
    assert heard_of.record is None or heard_of.record.status.phase not in FINAL


@given(anything, answers)
def test_only_a_running_workflow_is_told_and_only_of_what_we_did_not_do(
    given: Facts, known: dict[str, Any]
) -> None:
    """Our own writes are no news to it."""
    heard_of, said = settled(given, known)
    if said is not None and said.kind.act is Act.TELL:
        assert heard_of.run is not None
        assert heard_of.run.status is RunStatus.RUNNING
        assert not heard_of.ours


@given(st.sampled_from(Phase), answers)
def test_an_order_as_its_workflow_knows_it_is_fine(phase: Phase, known: dict[str, Any]) -> None:
    """Nobody is told and nothing is asked twice where state and content agree."""
    given = facts(standing_of(phase), Run(status=RunStatus.RUNNING, phase=phase))
    _, said = settled(given, known | {"known": True, "phase": phase, "record": None})
    assert said is None
