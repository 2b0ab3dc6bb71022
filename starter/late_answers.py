"""What somebody gets who says something to an order after its end: answered from its lasting record."""

from domain.audit import OUTSIDER, AuditEntry, AuditKind
from domain.cancellation import Cancellation, Sayable
from domain.case import DecisionRecord
from domain.decision import Decision, DecisionReceipt, Receipt, Sent, Withdrawal
from domain.interventions import DeadlineExtension, Delegation, Reassignment, Remark, Resubmission
from domain.phases import UNDECIDED_ENDS
from domain.status import OrderRecord
from starter.orders_gateway import IdReusedError

_KINDS: dict[type[Sent], AuditKind] = {
    Withdrawal: AuditKind.WITHDRAWN,
    Resubmission: AuditKind.RESUBMITTED,
    Reassignment: AuditKind.REASSIGNED,
    Delegation: AuditKind.DELEGATED,
    DeadlineExtension: AuditKind.EXTENDED,
    Remark: AuditKind.COMMENTED,
    Cancellation: AuditKind.CANCELLATION,
}
"""As what an accepted word stands in the trail; a decision has a record of its own."""


def late_answer(record: OrderRecord, said: Sayable) -> DecisionReceipt:
    """What was accepted before the end and comes again is a duplicate, as it was while the workflow ran.

    Raises:
        IdReusedError: the message's id was used before, for something else.
    """
    first = next((r for r in record.status.receipts or () if r.decision_id == said.sent_id), None)
    decision = _decision(record, said.sent_id)
    if decision is not None:
        known = f"{decision.verdict} is recorded"
        if not isinstance(said, Decision) or not _is_same(decision, said):
            raise _reused(_receipt(record, Receipt.ACCEPTED, known, said.sent_id))
        return _duplicate(record, known, said.sent_id)
    if first is not None and first.receipt is Receipt.ACCEPTED:
        if isinstance(said, Decision) or not _stands_there(record, said):
            raise _reused(first)
        return _duplicate(record, first.message, said.sent_id)
    phase = record.status.phase
    kind = Receipt.NOT_PENDING if phase in UNDECIDED_ENDS else Receipt.ALREADY_DECIDED
    return _receipt(record, kind, f"the order is {phase.value} already", said.sent_id)


def _decision(record: OrderRecord, decision_id: str) -> DecisionRecord | None:
    return next((d for d in record.status.decisions or () if d.decision_id == decision_id), None)


def _is_same(known: DecisionRecord, decision: Decision) -> bool:
    """Whether it is that decision; one without a revision was bound to the current one, and still is."""
    return decision.revision in {known.revision, None} and (
        known.approver,
        known.verdict,
        known.comment,
        known.without,
    ) == (decision.approver, decision.verdict, decision.comment, decision.without)


def _stands_there(record: OrderRecord, said: Sayable) -> bool:
    """Whether the trail has just that under its id. A trail that says nothing of the id contradicts nothing."""
    entries = [
        e for e in record.entries if said.sent_id in {e.detail.get("id"), e.detail.get("withdrawalId")}
    ]
    return not entries or any(_tells_of(entry, said) for entry in entries)


def _tells_of(entry: AuditEntry, said: Sayable) -> bool:
    told = {name: entry.detail.get(name) or None for name in ("comment", "to", "from")}
    return (
        entry.kind is _KINDS[type(said)]
        and entry.actor in {said.sender, OUTSIDER}
        and all(told[name] == value for name, value in _detail(said).items())
    )


def _detail(said: Sayable) -> dict[str, str | None]:
    """What the trail would say of it."""
    comment = {"comment": said.comment or None}
    match said:
        case Reassignment():
            return comment | {"to": said.to, "from": said.approver}
        case Delegation():
            return comment | {"to": said.delegate}
        case DeadlineExtension():
            return comment | {"to": said.until.isoformat()}
        case _:
            return comment


def _duplicate(record: OrderRecord, known: str, sent_id: str) -> DecisionReceipt:
    message = f"the same was sent before and answered: {known}"
    duplicate = _receipt(record, Receipt.DUPLICATE, message, sent_id)
    return duplicate.model_copy(update={"first": Receipt.ACCEPTED})


def _reused(first: DecisionReceipt) -> IdReusedError:
    return IdReusedError(f"{first.decision_id} was already used for something else; take a new id", first)


def _receipt(record: OrderRecord, kind: Receipt, message: str, sent_id: str) -> DecisionReceipt:
    return DecisionReceipt(
        receipt=kind,
        message=message,
        order_id=record.order_id,
        phase=record.status.phase,
        revision=max(record.status.revision, 1),
        decision_id=sent_id,
    )
