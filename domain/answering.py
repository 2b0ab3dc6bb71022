"""What whoever tells an order something is answered, whatever it is: never silence, and the same again counts once."""

from domain.alarms import Alarm
from domain.audit import OUTSIDER, AuditKind, Detail, Fact
from domain.case import Answer, Case
from domain.decision import Decision, DecisionIdReusedError, Receipt, Sent, Withdrawal
from domain.events import Reduction
from domain.interventions import DeadlineExtension, Resubmission, Said
from domain.phases import FINAL, UNDECIDED, UNDECIDED_ENDS, Phase
from domain.route import RouteStep

Refusal = tuple[Receipt, str]
ONLY_OPERATORS = "only an operator may move a deadline, and none that of their own order"


def is_early(case: Case) -> bool:
    """Whether it has to wait: until the order is routed, or until it is known who decides next."""
    return (case.route is None or case.opens is not None) and case.phase not in FINAL


def repeated(case: Case, sent: Sent) -> Reduction | None:
    """The same again is answered as before; None for what is new.

    Raises:
        DecisionIdReusedError: something else came under the same id before.
    """
    waiting = {one.sent_id: one.body_digest for one in (*case.early, *case.proposals)}
    first = case.answer_to(sent.sent_id)
    seen = first.body_digest if first is not None else waiting.get(sent.sent_id)
    if seen is None:
        return None
    if seen != sent.body_digest:
        raise DecisionIdReusedError(f"{sent.sent_id} was already used for something else; take a new id")
    if first is None:
        return Reduction(case=case)  # it waits already
    message = f"the same was sent before and answered: {first.receipt.message}"
    receipt = case.receipt(Receipt.DUPLICATE, message, sent.sent_id, sent.request_id)
    return Reduction(case=case, receipt=receipt.model_copy(update={"first": first.receipt.receipt}))


def too_late(case: Case) -> Refusal | None:
    """Why nothing can be decided any more, if so."""
    if case.withdrawn and case.phase in UNDECIDED:
        return Receipt.NOT_PENDING, "the order is withdrawn"
    if case.phase in UNDECIDED_ENDS:
        return Receipt.NOT_PENDING, f"the order is {case.phase}"
    if case.intent is not None or case.phase not in UNDECIDED:
        by = decided_by(case, case.steps[case.step]) if case.step < len(case.steps) else ""
        return Receipt.ALREADY_DECIDED, f"the order was already decided{by}"
    return None


def not_pending(case: Case) -> Refusal | None:
    """Why nobody is asked at the moment, if so."""
    if case.suspended:
        moved = case.alarm in {Alarm.MOVED_OUTSIDE, Alarm.UNKNOWN_STATE}
        what = "was moved past its approval in commercetools" if moved else "cannot go on as things are"
        return Receipt.NOT_PENDING, f"the order {what}; the operators were told"
    if case.phase is Phase.CHANGES_REQUESTED:
        return Receipt.NOT_PENDING, "changes were requested; the order waits for its requester"
    return None


def decided_by(case: Case, step: RouteStep) -> str:
    """Who decided a step; nobody did where its deadline was missed or somebody else moved the order."""
    last = next((d for d in reversed(case.decisions) if d.step == step.step and not d.void), None)
    return f" by {last.approver}" if last is not None else ""


def may_withdraw(case: Case, person: str) -> bool:
    """Whether it is the requester, by any identity, or an operator."""
    return is_requester(case, person) or person in case.who_operates


def is_requester(case: Case, person: str) -> bool:
    """Whether it is the requester, by any id or identity that is known by now."""
    identities = case.route.requester_identities if case.route is not None else ()
    return person in case.never or person.casefold() in {identity.casefold() for identity in identities}


def is_operator(case: Case, person: str) -> bool:
    """Whether the person is an operator by the newest reading of the directory, and the order is not their own.

    Who decides it, and until when, is never for its requester to say.
    """
    return person in case.who_operates and not is_requester(case, person)


def has_no_say(case: Case, sent: Said) -> str | None:
    """Why that person has nothing to say in this at all, whatever the case; None if they might."""
    known = sent.sender in case.known_people
    match sent:
        case Decision():
            return None if known else f"{named(case, sent.approver)} is not among the approvers of this order"
        case Withdrawal():
            may, what = may_withdraw(case, sent.requester), "withdraw"
        case Resubmission():
            may, what = may_withdraw(case, sent.requester), "resubmit"
        case DeadlineExtension():
            return None if is_operator(case, sent.operator) else ONLY_OPERATORS
        case _:
            on_the_case = known or may_withdraw(case, sent.sender)
            return None if on_the_case else f"{named(case, sent.sender)} has nothing to do with this order"
    return None if may else f"only the requester, or an operator for them, may {what} the order"


def refuse(case: Case, sent: Sent, kind: Receipt, message: str) -> Reduction:
    """The answer to what does not count, on record."""
    detail: Detail = {"receipt": kind.value, "why": message}
    actor, revision = actor_of(case, sent.sender), case.revision
    if isinstance(sent, Decision):
        detail |= {"decisionId": sent.decision_id, "verdict": sent.verdict.value}
        revision = sent.revision or case.revision
    elif isinstance(sent, Withdrawal):
        detail |= {"withdrawalId": sent.withdrawal_id}
    else:
        detail |= {"what": type(sent).__name__, "id": sent.sent_id}
    step = case.current_step
    fact = Fact(
        kind=AuditKind.REFUSED,
        actor=actor,
        step=step.step if step is not None else None,
        revision=revision,
        detail=detail,
    )
    return answered(case, sent, kind, message, (fact,))


def answered(  # noqa: PLR0913, PLR0917 - what an answer is made of
    case: Case,
    sent: Sent,
    kind: Receipt,
    message: str,
    facts: tuple[Fact, ...] = (),
    step: str | None = None,
) -> Reduction:
    """The receipt; `step` is the step that was decided, where the case has gone on from it."""
    receipt = case.receipt(kind, message, sent.sent_id, sent.request_id)
    if step is not None:
        receipt = receipt.model_copy(update={"step": step})
    answer = Answer(body_digest=sent.body_digest, receipt=receipt)
    heard = case.model_copy(update={"answers": (*case.answers, answer)})
    return Reduction(case=heard, facts=facts, receipt=receipt)


def actor_of(case: Case, person: str) -> str:
    """Who it was, by the directory's id; an outsider's customer id or e-mail stays out of the trail."""
    return person if _is_known(case, person) else OUTSIDER


def named(case: Case, person: str) -> str:
    """Them, in words that stay on record: by the directory's id, or not at all."""
    return person if _is_known(case, person) else "that person"


def _is_known(case: Case, person: str) -> bool:
    return person in case.known_people or person in case.never or person in case.who_operates
