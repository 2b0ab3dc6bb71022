"""Orders whose workflow is over or not there: what their lasting record, or else commercetools, can answer."""

from clients.errors import ClientError
from domain.decision import Decision, DecisionReceipt, Receipt, Withdrawal
from domain.phases import UNDECIDED_ENDS
from domain.status import OrderRecord
from starter.edge import Shop, exists, record_of
from starter.orders_gateway import IdReusedError
from starter.problems import Problem, unavailable


async def record_or_not_found(shop: Shop, order_id: str) -> OrderRecord:
    """The record of an order without a workflow.

    Raises:
        Problem: 404, there is no such order, or (with Retry-After) nothing has been recorded of it yet; 503,
            commercetools does not answer.
    """
    try:
        record = await record_of(shop, order_id)
        known = record is not None or await exists(shop, order_id)
    except ClientError:
        raise commercetools_unavailable() from None
    if record is None:
        raise not_found(may_be_starting=known)
    return record


def not_found(*, may_be_starting: bool) -> Problem:
    """The problem for an order that Placet knows nothing of."""
    title = "No such order"
    if not may_be_starting:
        return Problem(404, "noSuchOrder", title, "neither Placet nor commercetools knows this order")
    detail = "Placet does not know this order yet; it may still be starting"
    return Problem(404, "noSuchOrder", title, detail, headers={"Retry-After": "1"})


def commercetools_unavailable() -> Problem:
    """The problem for when commercetools would have to be asked and does not answer."""
    return unavailable("commercetools does not answer", retry_after_seconds=5)


def late_answer(record: OrderRecord, sent: Decision | Withdrawal) -> DecisionReceipt:
    """What somebody gets who decides or withdraws after the end.

    Raises:
        IdReusedError: the decision's id was used before, for something else.
    """
    repeated = _repeated(record, sent) if isinstance(sent, Decision) else _withdrawn_before(record, sent)
    if repeated is not None:
        return repeated
    phase = record.status.phase
    kind = Receipt.NOT_PENDING if phase in UNDECIDED_ENDS else Receipt.ALREADY_DECIDED
    return _receipt(record, kind, f"the order is {phase.value} already", _id(sent))


def _repeated(record: OrderRecord, decision: Decision) -> DecisionReceipt | None:
    """The same accepted decision once more is a duplicate, as it was while the workflow ran."""
    known = next((d for d in record.status.decisions or () if d.decision_id == decision.decision_id), None)
    if known is None:
        return None
    same = (known.approver, known.verdict, known.comment) == (
        decision.approver,
        decision.verdict,
        decision.comment,
    )
    if not same or decision.revision not in {known.revision, None}:
        first = _receipt(record, Receipt.ACCEPTED, f"{known.verdict} is recorded", known.decision_id)
        raise IdReusedError(f"{known.decision_id} was already used for something else; take a new id", first)
    message = f"the same was sent before and answered: {known.verdict} is recorded"
    duplicate = _receipt(record, Receipt.DUPLICATE, message, known.decision_id)
    return duplicate.model_copy(update={"first": Receipt.ACCEPTED})


def _withdrawn_before(record: OrderRecord, withdrawal: Withdrawal) -> DecisionReceipt | None:
    """The same accepted withdrawal once more is a duplicate, too."""
    receipts = record.status.receipts or ()
    first = next((r for r in receipts if r.decision_id == withdrawal.withdrawal_id), None)
    if first is None or first.receipt is not Receipt.ACCEPTED:
        return None
    message = f"the same was sent before and answered: {first.message}"
    duplicate = _receipt(record, Receipt.DUPLICATE, message, withdrawal.withdrawal_id)
    return duplicate.model_copy(update={"first": Receipt.ACCEPTED})


def _receipt(record: OrderRecord, kind: Receipt, message: str, decision_id: str) -> DecisionReceipt:
    return DecisionReceipt(
        receipt=kind,
        message=message,
        order_id=record.order_id,
        phase=record.status.phase,
        revision=max(record.status.revision, 1),
        decision_id=decision_id,
    )


def _id(sent: Decision | Withdrawal) -> str:
    return sent.decision_id if isinstance(sent, Decision) else sent.withdrawal_id
