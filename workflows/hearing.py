"""Who is heard at all: what an update's validator refuses leaves no event in the history."""

from temporalio.exceptions import ApplicationError

from domain.answering import has_no_say
from domain.case import Case
from domain.deciding import lacks_reason
from domain.decision import Decision, Receipt
from domain.interventions import Said
from domain.order import Order

NOT_ALLOWED = "notAllowed"
DECISION_ID_REUSED = "decisionIdReused"
REASON_REQUIRED = "reasonRequired"
UNKNOWN_LINES = "unknownLines"
TOO_MANY_UNITS = "tooManyUnits"


def refuse_unheard(case: Case, sent: Said, order: Order | None) -> None:
    """Refuse what says something else under an id that was used, who has no say, and a verdict that lacks something.

    Raises:
        ApplicationError: of one of the types above, with the receipt where there is one.
    """
    first = case.answer_to(sent.sent_id)
    if first is not None and first.body_digest != sent.body_digest:
        message = f"{sent.sent_id} was already used for something else; take a new id"
        raise ApplicationError(message, first.receipt.to_json_dict(), type=DECISION_ID_REUSED)
    why = has_no_say(case, sent) if case.route is not None else None
    if why is not None:
        receipt = case.receipt(Receipt.NOT_ALLOWED, why, sent.sent_id, sent.request_id)
        raise ApplicationError(why, receipt.to_json_dict(), type=NOT_ALLOWED)
    if isinstance(sent, Decision) and first is None and sent.approver in case.deciders:
        _refuse_half_said(case, sent, order)


def _refuse_half_said(case: Case, decision: Decision, order: Order | None) -> None:
    """What would count, and lacks its reason, or takes out lines that are not there or all of them."""
    if lacks_reason(case, decision):
        message = f"say why: the policy wants a comment with {decision.verdict}"
        raise ApplicationError(message, type=REASON_REQUIRED)
    lines = {line.id for line in order.content.lines} if order is not None else set[str]()
    unknown = sorted(set(decision.without) - lines)
    if unknown:
        message = f"the order has no line {', '.join(unknown)}; it has {', '.join(sorted(lines))}"
        raise ApplicationError(message, type=UNKNOWN_LINES)
    if lines and lines <= set(decision.without):
        raise ApplicationError("that is every line: reject the order", type=UNKNOWN_LINES)
