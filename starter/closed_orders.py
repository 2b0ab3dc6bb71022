"""Orders whose workflow is over or not there: what their lasting record, or else commercetools, can answer."""

from clients.errors import ClientError
from domain.case import DecisionRecord
from domain.decision import Decision, DecisionReceipt, Receipt
from domain.interventions import Said
from domain.phases import UNDECIDED_ENDS
from domain.status import OrderRecord
from starter.edge import Shop, exists, record_of
from starter.orders_gateway import IdReusedError
from starter.problems import Problem, unavailable
from starter.sayings import SAYINGS, names_of


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


def late_answer(record: OrderRecord, said: Said) -> DecisionReceipt:
    """What somebody gets who says something to an order after its end.

    Raises:
        IdReusedError: the message's id was used before, for something else.
    """
    repeated = _repeated(record, said) if isinstance(said, Decision) else _said_before(record, said)
    if repeated is not None:
        return repeated
    phase = record.status.phase
    kind = Receipt.NOT_PENDING if phase in UNDECIDED_ENDS else Receipt.ALREADY_DECIDED
    return _receipt(record, kind, f"the order is {phase.value} already", said.sent_id)


def _repeated(record: OrderRecord, decision: Decision) -> DecisionReceipt | None:
    """The same accepted decision once more is a duplicate, as it was while the workflow ran."""
    known = _decision(record, decision.sent_id)
    if known is None:
        first = _accepted(record, decision.sent_id)
        if first is not None:
            raise _reused(first)  # it was no decision that was told under this id
        return None
    same = (known.approver, known.verdict, known.comment, known.without) == (
        decision.approver,
        decision.verdict,
        decision.comment,
        decision.without,
    )
    said = f"{known.verdict} is recorded"
    if not same or decision.revision not in {known.revision, None}:
        raise _reused(_receipt(record, Receipt.ACCEPTED, said, known.decision_id))
    return _duplicate(record, said, known.decision_id)


def _said_before(record: OrderRecord, said: Said) -> DecisionReceipt | None:
    """The same accepted word once more is a duplicate, too. The trail knows what kind of word the id was for."""
    first = _accepted(record, said.sent_id)
    if first is None:
        return None
    told_as = {
        name for entry in record.entries for name, told in entry.detail.items() if told == said.sent_id
    }.intersection(names.id_field for names in SAYINGS.values())
    if told_as and names_of(said).id_field not in told_as:
        raise _reused(first)
    return _duplicate(record, first.message, said.sent_id)


def _decision(record: OrderRecord, decision_id: str) -> DecisionRecord | None:
    return next((d for d in record.status.decisions or () if d.decision_id == decision_id), None)


def _accepted(record: OrderRecord, sent_id: str) -> DecisionReceipt | None:
    """The receipt under that id, if what was told under it was accepted."""
    first = next((r for r in record.status.receipts or () if r.decision_id == sent_id), None)
    return first if first is not None and first.receipt is Receipt.ACCEPTED else None


def _duplicate(record: OrderRecord, said: str, sent_id: str) -> DecisionReceipt:
    message = f"the same was sent before and answered: {said}"
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
