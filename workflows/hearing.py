"""Who is heard at all: what an update's validator refuses leaves no event in the history."""

from temporalio.exceptions import ApplicationError

from domain.answering import has_no_say
from domain.case import Case
from domain.deciding import lacks_reason
from domain.decision import Decision, Receipt
from domain.interventions import Said

NOT_ALLOWED = "notAllowed"
DECISION_ID_REUSED = "decisionIdReused"
REASON_REQUIRED = "reasonRequired"


def refuse_unheard(case: Case, sent: Said) -> None:
    """Refuse what says something else under an id that was used, who has no say, and a verdict without its reason.

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
    counts = isinstance(sent, Decision) and sent.approver in case.deciders
    if counts and isinstance(sent, Decision) and first is None and lacks_reason(case, sent):
        message = f"say why: the policy wants a comment with {sent.verdict}"
        raise ApplicationError(message, type=REASON_REQUIRED)
