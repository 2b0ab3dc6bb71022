"""How an order stands: what status, inbox, record and audit tell of a case."""

import json

import pytest

from domain.alarms import Alarm
from domain.audit import AuditEntry, AuditKind, AuditTrail, Transition, transitioned
from domain.case import Case
from domain.decision import Decision, Receipt, Verdict
from domain.events import Alarmed, Moved
from domain.money import parse_money
from domain.phases import FINAL, Phase
from domain.policy import Approvers, Condition, Policy, Rule
from domain.routing import Route
from domain.status import OrderRecord, OrderStatus, PendingDecision, status_of
from tests.domain.cast import DAY, MONDAY, route_of, routed, step
from tests.domain.witness import Witness

ONLY_RITA = Approvers(people=("rita",))
NO_RULE = Policy(rules=(Rule(rule="huge", why="huge", when=Condition(at_least=parse_money("EUR 100.00"))),))


@pytest.fixture
def case() -> Witness:
    """An order from EUR 10,000 that a manager has said yes to."""
    witness = Witness()
    witness.route(routed())
    witness.decide("ana", name="first")
    return witness


def record_of(witness: Witness, phase: Phase | None = None) -> OrderRecord:
    """The lasting record of a case, in another phase if one is given."""
    status = status_of(witness.case, "SO-1", "PendingApproval")
    if phase is not None:
        status = status.model_copy(update={"phase": phase})
    return OrderRecord(**dict(witness.trail), status=status)


def test_pending_lists_people_step_and_deadline(case: Witness) -> None:
    """Everybody who may decide now, by name, until when."""
    status = status_of(case.case, "SO-1", "PendingApproval")
    due = MONDAY + 2 * DAY
    assert status.pending == (
        PendingDecision(approver="cleo", step="finance", due_at=due),
        PendingDecision(approver="cem", step="finance", due_at=due),
    )
    assert (status.phase, status.state, status.order_number) == (Phase.PENDING, "PendingApproval", "SO-1")
    assert (status.rule, status.why, status.revision) == ("large", "from EUR 10,000.00", 1)


def test_what_was_decided_and_answered_is_told(case: Witness) -> None:
    """Decisions that count, and every receipt given."""
    case.decide("ben")
    status = status_of(case.case, None, None)
    assert status.decisions is not None
    assert status.receipts is not None
    assert [(d.approver, d.verdict, d.step) for d in status.decisions] == [
        ("ana", Verdict.APPROVE, "managers")
    ]
    assert [r.receipt for r in status.receipts] == [Receipt.ACCEPTED, Receipt.ALREADY_DECIDED]


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (routed("EUR 1.00", policy=NO_RULE), "no rule of the policy matches this order"),
        (
            route_of(step("managers", to=()).model_copy(update={"approvers": ONLY_RITA})),
            "nobody is left to decide step managers: the requester never approves",
        ),
    ],
)
def test_an_order_that_its_route_holds_says_why(held: Route, why: str) -> None:
    """Whether no rule could judge it, or one did and left nobody to ask; also in lists."""
    witness = Witness()
    witness.route(held)
    status = status_of(witness.case, "SO-1", "PendingApproval")
    assert (status.why, status.summary().why, status.alarm, status.pending) == (why, why, Alarm.HELD, ())


def test_a_list_shows_the_summary(case: Witness) -> None:
    """Without decisions and receipts, which are absent on the wire, not null."""
    summary = status_of(case.case, "SO-1", None).summary()
    document = summary.to_json_dict()
    assert "decisions" not in document
    assert "receipts" not in document
    assert document["pending"][0] == {"approver": "cleo", "step": "finance", "dueAt": "2026-01-07T09:00:00Z"}


def test_the_wire_has_the_names_of_the_contract(case: Witness) -> None:
    """camelCase, as the API promises."""
    case.feed(Alarmed(alarm=Alarm.UNKNOWN_STATE, detail="in Limbo"))
    document = status_of(case.case, "SO-1", "Limbo").to_json_dict()
    assert set(document) == {
        "orderId",
        "orderNumber",
        "phase",
        "state",
        "revision",
        "rule",
        "why",
        "pending",
        "decisions",
        "receipts",
        "alarm",
    }
    assert document["pending"] == []
    assert document["alarm"] == "unknownState"


def test_a_revision_is_a_positive_number_from_the_first_moment() -> None:
    """Also before the order was read: what the inbox shows must be good to send back."""
    status = status_of(Case(order_id="order-1"), None, None)
    assert status.revision == 1
    assert status.phase is Phase.ROUTING
    Decision(decision_id="d", approver="ana", verdict=Verdict.APPROVE, revision=status.revision)


def test_nobody_is_pending_when_nothing_is(case: Witness) -> None:
    """Released, suspended, or over."""
    case.decide("cleo")
    assert status_of(case.case, None, None).pending == ()
    case.carry_out()
    assert status_of(case.case, None, None).pending == ()


@pytest.mark.parametrize("phase", sorted(Phase))
def test_a_record_is_closed_in_a_final_phase(case: Witness, phase: Phase) -> None:
    """Completed, rejected, withdrawn, cancelled; nothing else, or an order would be forgotten."""
    assert record_of(case, phase).closed == (phase in FINAL)
    assert {Phase.COMPLETED, Phase.REJECTED, Phase.WITHDRAWN, Phase.CANCELLED} == FINAL


def test_a_record_survives_the_custom_object(case: Witness) -> None:
    """Written as JSON and read back it is the same record, with the same trail."""
    case.feed(Moved(phase=Phase.CANCELLED))
    record = record_of(case)
    again = OrderRecord.model_validate_json(json.dumps(record.to_json_dict()))
    assert again == record
    assert again.closed
    assert again.trail == case.trail


def test_the_trail_is_numbered_without_a_gap(case: Witness) -> None:
    """However it grows, and also as part of a record."""
    trail = AuditTrail(order_id="order-1")
    facts = tuple(case.wait(DAY).facts)
    for _ in range(3):
        trail = trail.with_entries(facts, MONDAY).with_entries((), MONDAY)
    assert [entry.seq for entry in trail.entries] == list(range(1, 3 * len(facts) + 1))
    record = record_of(case).after(facts, MONDAY, "Approved")
    assert [entry.seq for entry in record.entries] == list(range(1, len(case.trail.entries) + len(facts) + 1))
    assert record.status.state == "Approved"


def test_the_audit_has_the_shape_of_the_contract(case: Witness) -> None:
    """Who, what, when, on which revision."""
    entry = case.trail.entries[2]
    assert AuditEntry.model_validate_json(entry.model_dump_json()) == entry
    assert entry.to_json_dict() == {
        "seq": 3,
        "at": "2026-01-05T09:00:00Z",
        "kind": "decided",
        "actor": "ana",
        "step": "managers",
        "revision": 1,
        "detail": {"verdict": "approve", "decisionId": "first"},
    }


def test_a_case_is_written_the_same_way_every_time() -> None:
    """Sets have no order of their own: what is written must not differ from one process to the next."""
    case = Witness()
    case.route(routed())
    known = json.loads(case.case.model_dump_json())["knownPeople"]
    assert known == sorted(known)
    assert len(known) == 5


def test_status_reads_back() -> None:
    """What the edge sends, a client of ours can read."""
    status = status_of(Case(order_id="order-1"), None, None)
    assert OrderStatus.model_validate(status.to_json_dict()) == status


def test_our_own_moves_tell_from_where_to_where_and_on_whose_word() -> None:
    """The first state an order ever gets has no source; what is not known is absent."""
    moves = (Transition(target="PendingApproval"), Transition(source="PendingApproval", target="Approved"))
    facts = transitioned(moves, 2, on_behalf_of="cleo")
    assert {fact.kind for fact in facts} == {AuditKind.TRANSITIONED}
    assert [fact.revision for fact in facts] == [2, 2]
    assert [fact.detail for fact in facts] == [
        {"to": "PendingApproval", "onBehalfOf": "cleo"},
        {"from": "PendingApproval", "to": "Approved", "onBehalfOf": "cleo"},
    ]
    [unrouted] = transitioned(moves[:1], 0)
    assert (unrouted.revision, unrouted.detail) == (None, {"to": "PendingApproval"})
