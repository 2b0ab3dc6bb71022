"""Cancelling from our side while the order is on its way: whoever has the units is asked, and their answer decides."""

from temporalio.exceptions import ApplicationError

from domain.cancellation import Cancellation, asked, why_not
from domain.decision import DecisionReceipt, Receipt
from domain.logistic_events import CancelRequested, NotCancellable
from workflows.hearing import DECISION_ID_REUSED, NOT_ALLOWED
from workflows.ledger import Ledger
from workflows.logistics import Logistics

_UNKNOWN = "it was handed over whole by an earlier version: tell whoever fulfils it"


class Cancelling:
    """Hears requests to cancel."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._logistics = Logistics(ledger)

    def refuse_unheard(self, sent: Cancellation) -> None:
        """What leaves no event in the history.

        Raises:
            ApplicationError: the sender has no say in it, or its id was used for something else.
        """
        case, known = self._ledger.case, self._ledger.memory.cancel_digests.get(sent.cancellation_id)
        if known not in {None, sent.body_digest} or case.answer_to(sent.cancellation_id) is not None:
            message = f"{sent.cancellation_id} was already used for something else; take a new id"
            raise ApplicationError(message, type=DECISION_ID_REUSED)
        refusal = why_not(case, sent) if case.route is not None else None
        if refusal is not None and refusal[0] is Receipt.NOT_ALLOWED:
            receipt = case.receipt(*refusal, sent.sent_id, sent.request_id)
            raise ApplicationError(refusal[1], receipt.to_json_dict(), type=NOT_ALLOWED)

    def hear(self, sent: Cancellation) -> DecisionReceipt:
        """Take the request in, once; what of it is too late a person is told."""
        memory, case = self._ledger.memory, self._ledger.case
        if sent.cancellation_id in memory.cancel_digests:
            message = "the same was sent before: its providers were asked"
            again = case.receipt(Receipt.DUPLICATE, message, sent.sent_id, sent.request_id)
            return again.model_copy(update={"first": Receipt.ACCEPTED})
        refusal = why_not(case, sent)
        if refusal is None and not self._logistics.orders.quantities_are_known:
            refusal = Receipt.NOT_PENDING, _UNKNOWN
        if refusal is not None:
            return case.receipt(*refusal, sent.sent_id, sent.request_id)
        memory.cancel_digests[sent.cancellation_id] = sent.body_digest
        self._ledger.note(asked(case, sent))
        effects = self._logistics.feed(
            CancelRequested(request_id=sent.cancellation_id, items=sent.units, reason_code=sent.reason_code)
        )
        late = any(isinstance(effect, NotCancellable) for effect in effects)
        message = "whoever has the units is asked to cancel them" + (
            "; some are gone already" if late else ""
        )
        return self._ledger.case.receipt(Receipt.ACCEPTED, message, sent.sent_id, sent.request_id)
