"""Who may say what, and what they are answered. The rules stand in the order in which they are asked."""

from datetime import datetime

from domain.audit import OUTSIDER, AuditKind, Detail, Fact
from domain.case import Answer, Case, DecisionRecord, Intent
from domain.decision import Decision, DecisionIdReusedError, Receipt, Verdict, Withdrawal
from domain.events import Reduction
from domain.phases import FINAL, UNDECIDED, UNDECIDED_ENDS, Phase
from domain.route import RouteStep
from domain.steps import after_step


def decide(case: Case, decision: Decision, now: datetime) -> Reduction:
    """An approver's decision, answered.

    Raises:
        DecisionIdReusedError: the id was used before, for something else.
    """
    known = _repeated(case, decision.decision_id, decision.body_digest, decision.request_id)
    if known is not None:
        return known
    if _is_early(case):
        return Reduction(case=case.model_copy(update={"early": (*case.early, decision)}))
    refusal = _refusal(case, decision)
    if refusal is not None:
        return refuse(case, decision, *refusal)
    return _accepted(case, decision, now)


def withdraw(case: Case, withdrawal: Withdrawal) -> Reduction:
    """The requester's withdrawal, answered; raises as `decide` does."""
    known = _repeated(case, withdrawal.withdrawal_id, withdrawal.body_digest, withdrawal.request_id)
    if known is not None:
        return known
    if _is_early(case):
        return Reduction(case=case.model_copy(update={"early": (*case.early, withdrawal)}))
    refusal = _too_late(case)
    if refusal is None and not may_withdraw(case, withdrawal.requester):
        refusal = Receipt.NOT_ALLOWED, "only the requester, or an operator for them, may withdraw the order"
    if refusal is not None:
        return refuse(case, withdrawal, *refusal)
    quiet = {"withdrawn": True, "intent": Intent.WITHDRAW, "due_at": None, "reminders": ()}
    withdrawn = case.model_copy(update=quiet)
    detail: Detail = {"withdrawalId": withdrawal.withdrawal_id}
    if withdrawal.comment:
        detail["comment"] = withdrawal.comment
    actor = _actor(case, withdrawal.requester)
    fact = Fact(kind=AuditKind.WITHDRAWN, actor=actor, revision=case.revision, detail=detail)
    return _answered(withdrawn, withdrawal, Receipt.ACCEPTED, "the order is withdrawn", (fact,))


def _is_early(case: Case) -> bool:
    """Whether an answer has to wait until the order is routed."""
    return case.route is None and case.phase not in FINAL


def _repeated(case: Case, decision_id: str, body_digest: str, request_id: str | None) -> Reduction | None:
    """The same again is answered as before; something else under the same id is a fault of the sender."""
    waiting = {_id(early): early.body_digest for early in case.early}
    first = case.answer_to(decision_id)
    seen = first.body_digest if first is not None else waiting.get(decision_id)
    if seen is None:
        return None
    if seen != body_digest:
        raise DecisionIdReusedError(f"{decision_id} was already used for something else; take a new id")
    if first is None:
        return Reduction(case=case)  # it waits for the route already
    message = f"the same was sent before and answered: {first.receipt.message}"
    receipt = case.receipt(Receipt.DUPLICATE, message, decision_id, request_id)
    return Reduction(case=case, receipt=receipt.model_copy(update={"first": first.receipt.receipt}))


def _refusal(case: Case, decision: Decision) -> tuple[Receipt, str] | None:
    """Why this decision does not count, or None if it does."""
    current = max(case.revision, 1)
    if decision.revision is not None and decision.revision != current:
        message = f"the order has changed: revision {decision.revision} is not the current one, {current} is"
        return Receipt.SUPERSEDED, message
    late = _too_late(case)
    if late is not None:
        return late
    if case.suspended:
        return (
            Receipt.NOT_PENDING,
            "the order was moved past its approval in commercetools; the operators were told",
        )
    if case.phase is Phase.CHANGES_REQUESTED:
        return Receipt.NOT_PENDING, "changes were requested; the order waits for its requester"
    if decision.approver in case.deciders:
        return None
    return _without_authority(case, decision.approver)


def _too_late(case: Case) -> tuple[Receipt, str] | None:
    if case.withdrawn and case.phase in UNDECIDED:
        return Receipt.NOT_PENDING, "the order is withdrawn"
    if case.phase in UNDECIDED_ENDS:
        return Receipt.NOT_PENDING, f"the order is {case.phase}"
    if case.intent is not None or case.phase not in UNDECIDED:
        steps = case.route.steps if case.route is not None else ()
        by = _by(case, steps[case.step]) if case.step < len(steps) else ""
        return Receipt.ALREADY_DECIDED, f"the order was already decided{by}"
    return None


def _by(case: Case, step: RouteStep) -> str:
    """Who decided a step; nobody did where its deadline was missed or somebody else moved the order."""
    last = next((d for d in reversed(case.decisions) if d.step == step.step and not d.void), None)
    return f" by {last.approver}" if last is not None else ""


def _without_authority(case: Case, approver: str) -> tuple[Receipt, str]:
    """Which answer somebody gets who may not decide now."""
    step = case.current_step
    if case.route is None or step is None:
        return Receipt.NOT_ALLOWED, f"{approver} is not among the approvers of this order"
    if approver in case.counted:
        return Receipt.ALREADY_DECIDED, f"{approver} has decided already; nobody counts twice"
    in_this_step = any(approver in level.approvers for level in step.levels)
    earlier = case.route.steps[: case.step]
    decided = next((s for s in earlier if any(approver in level.approvers for level in s.levels)), None)
    if decided is not None and not in_this_step:
        return Receipt.ALREADY_DECIDED, f"step {decided.step} was already decided{_by(case, decided)}"
    return (
        Receipt.NOT_ALLOWED,
        f"{approver} may not decide step {step.step} now; {', '.join(case.deciders)} may",
    )


def may_withdraw(case: Case, person: str) -> bool:
    """Whether it is the requester, by any identity, or an operator."""
    route = case.route
    return route is not None and (
        person in route.requester
        or person in route.operators
        or person.casefold() in {identity.casefold() for identity in route.requester_identities}
    )


def _accepted(case: Case, decision: Decision, now: datetime) -> Reduction:
    step = case.current_step
    if step is None:
        raise ValueError("a decision was accepted while no step was open")
    record = DecisionRecord(
        decision_id=decision.decision_id,
        approver=decision.approver,
        verdict=decision.verdict,
        comment=decision.comment,
        revision=case.revision,
        revision_assumed=decision.revision is None,
        step=step.step,
        level=case.level,
        at=now,
    )
    heard = case.model_copy(update={"decisions": (*case.decisions, record)})
    missing = heard.missing(case.step, case.level) if decision.verdict is Verdict.APPROVE else 0
    fact = _decided(heard, decision, missing or 0)
    if missing != 0:  # the step waits on, for the others; its clock runs on
        said = f"{decision.verdict} is recorded; {missing} more of {', '.join(heard.deciders)} must say yes"
        return Reduction(case=heard, facts=(fact,)).then(
            lambda c: _answered(c, decision, Receipt.ACCEPTED, said, (), step.step)
        )
    decided = heard.model_copy(update={"due_at": None, "reminders": (), "alarm": None})
    after = Reduction(case=decided, facts=(fact,)).then(lambda c: _consequence(c, decision.verdict, now))
    said = f"{decision.verdict} is recorded"
    return after.then(lambda c: _answered(c, decision, Receipt.ACCEPTED, said, (), step.step))


def _decided(case: Case, decision: Decision, missing: int) -> Fact:
    """The decision for the trail; the last of the case's."""
    record = case.decisions[-1]
    detail: Detail = {"verdict": decision.verdict.value, "decisionId": decision.decision_id}
    if decision.comment:
        detail["comment"] = decision.comment
    if record.revision_assumed:
        detail["revisionAssumed"] = True
    if missing:
        detail["stillNeeded"] = missing
    return Fact(
        kind=AuditKind.DECIDED,
        actor=decision.approver,
        step=record.step,
        revision=case.revision,
        detail=detail,
    )


def _consequence(case: Case, verdict: Verdict, now: datetime) -> Reduction:
    """Where the case goes after a decision that settles its step."""
    if verdict is Verdict.REJECT:
        return Reduction(case=case.model_copy(update={"intent": Intent.REJECT}))
    if verdict is Verdict.REQUEST_CHANGES:
        return Reduction(case=case.model_copy(update={"phase": Phase.CHANGES_REQUESTED}))
    return after_step(case, now)


def refuse(case: Case, sent: Decision | Withdrawal, kind: Receipt, message: str) -> Reduction:
    """The answer to what does not count, on record."""
    detail: Detail = {"receipt": kind.value, "why": message}
    if isinstance(sent, Decision):
        detail |= {"decisionId": sent.decision_id, "verdict": sent.verdict.value}
        actor, revision = sent.approver, sent.revision or case.revision
    else:
        detail |= {"withdrawalId": sent.withdrawal_id}
        actor, revision = _actor(case, sent.requester), case.revision
    step = case.current_step
    fact = Fact(
        kind=AuditKind.REFUSED,
        actor=actor,
        step=step.step if step is not None else None,
        revision=revision,
        detail=detail,
    )
    return _answered(case, sent, kind, message, (fact,))


def _answered(  # noqa: PLR0913, PLR0917 - what an answer is made of
    case: Case,
    sent: Decision | Withdrawal,
    kind: Receipt,
    message: str,
    facts: tuple[Fact, ...],
    step: str | None = None,
) -> Reduction:
    """The receipt; `step` is the step that was decided, where the case has gone on from it."""
    receipt = case.receipt(kind, message, _id(sent), sent.request_id)
    if step is not None:
        receipt = receipt.model_copy(update={"step": step})
    answer = Answer(body_digest=sent.body_digest, receipt=receipt)
    answered = case.model_copy(update={"answers": (*case.answers, answer)})
    return Reduction(case=answered, facts=facts, receipt=receipt)


def _id(sent: Decision | Withdrawal) -> str:
    return sent.decision_id if isinstance(sent, Decision) else sent.withdrawal_id


def _actor(case: Case, person: str) -> str:
    """Who it was, by the directory's id; an outsider's customer id or e-mail stays out of the trail."""
    route = case.route
    known = case.known_people if route is None else {*case.known_people, *route.requester, *route.operators}
    return person if person in known else OUTSIDER
