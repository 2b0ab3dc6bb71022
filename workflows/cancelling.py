"""Cancelling from our side while the order is on its way: whoever has the units is asked, and their answer decides."""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from domain.cancellation import Cancellation, asked, why_not
from domain.cancellation_answer import not_there, told, too_many
from domain.decision import DecisionReceipt, Receipt
from domain.logistic_cancel_requests import ordered_units, spread
from domain.logistic_events import CancelRequested
from workflows.hearing import DECISION_ID_REUSED, NOT_ALLOWED, TOO_MANY_UNITS, UNKNOWN_LINES
from workflows.ledger import Ledger
from workflows.logistics import Logistics

_UNKNOWN = "it was handed over whole by an earlier version: tell whoever fulfils it"
_NOT_SPLIT = "it is still to be divided among those who fulfil it: ask again, under a new id, once it is"
_PUT_OFF = "cancelling-waits-for-the-split"


class Cancelling:
    """Hears requests to cancel."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._logistics = Logistics(ledger)

    def refuse_unheard(self, sent: Cancellation) -> None:
        """What leaves no event in the history.

        Raises:
            ApplicationError: the sender has no say in it, its id was used for something else, or it names lines or units
                that the order does not have.
        """
        case, known = self._ledger.case, self._ledger.memory.cancel_digests.get(sent.cancellation_id)
        if known not in {None, sent.body_digest} or case.answer_to(sent.cancellation_id) is not None:
            message = f"{sent.cancellation_id} was already used for something else; take a new id"
            raise ApplicationError(message, type=DECISION_ID_REUSED)
        refusal = why_not(case, sent) if case.route is not None else None
        if refusal is not None and refusal[0] is Receipt.NOT_ALLOWED:
            receipt = case.receipt(*refusal, sent.sent_id, sent.request_id)
            raise ApplicationError(refusal[1], receipt.to_json_dict(), type=NOT_ALLOWED)
        if refusal is None and known is None:
            self._refuse_what_is_not_there(sent)

    def _refuse_what_is_not_there(self, sent: Cancellation) -> None:
        """Only where a request would count, and it is known what was ordered: that alone is never a reason for an alarm."""
        ordered = ordered_units(self._logistics.orders)
        if not ordered:
            return
        if (why := not_there(sent.units, ordered)) is not None:
            raise ApplicationError(why, type=UNKNOWN_LINES)
        if (why := too_many(sent.units, ordered)) is not None:
            raise ApplicationError(why, type=TOO_MANY_UNITS)

    def hear(self, sent: Cancellation) -> DecisionReceipt:
        """Take the request in, once; what of it is too late a person is told."""
        memory, case = self._ledger.memory, self._ledger.case
        if sent.cancellation_id in memory.cancel_digests:
            message = "the same was sent before: its providers were asked"
            again = case.receipt(Receipt.DUPLICATE, message, sent.sent_id, sent.request_id)
            return again.model_copy(update={"first": Receipt.ACCEPTED})
        refusal = why_not(case, sent)
        orders = self._logistics.orders
        if refusal is None and not orders.quantities_are_known:
            refusal = Receipt.NOT_PENDING, _UNKNOWN
        if refusal is None and not ordered_units(orders) and workflow.patched(_PUT_OFF):
            refusal = Receipt.NOT_PENDING, _NOT_SPLIT
        if refusal is not None:
            return case.receipt(*refusal, sent.sent_id, sent.request_id)
        memory.cancel_digests[sent.cancellation_id] = sent.body_digest
        self._ledger.note(asked(case, sent))
        request = CancelRequested(
            request_id=sent.cancellation_id, items=sent.units, reason_code=sent.reason_code
        )
        self._logistics.feed(request)
        message = told(spread(orders, request))
        return self._ledger.case.receipt(Receipt.ACCEPTED, message, sent.sent_id, sent.request_id)
