"""Who may decide what, and what they are answered. The rules stand in the order in which they are asked."""

from datetime import datetime

from domain.answering import (
    Refusal,
    actor_of,
    answered,
    decided_by,
    is_early,
    may_withdraw,
    named,
    not_pending,
    refuse,
    repeated,
    too_late,
)
from domain.audit import AuditKind, Detail, Fact
from domain.case import Case, DecisionRecord, Intent
from domain.decision import Decision, Receipt, Verdict, Withdrawal
from domain.events import Reduction
from domain.notification import Notice, NoticeKind
from domain.phases import Phase
from domain.quorum import missing
from domain.steps import after_step
from domain.substitution import Mandate, mandate_of
from domain.telling import of_the_withdrawal, requester_or_desk


def decide(case: Case, decision: Decision, now: datetime) -> Reduction:
    """An approver's decision, answered.

    Raises:
        DecisionIdReusedError: the id was used before, for something else.
    """
    known = repeated(case, decision)
    if known is not None:
        return known
    if is_early(case):
        return Reduction(case=case.model_copy(update={"early": (*case.early, decision)}))
    refusal = _refusal(case, decision)
    if refusal is not None:
        return refuse(case, decision, *refusal)
    return _accepted(case, decision, now)


def withdraw(case: Case, withdrawal: Withdrawal) -> Reduction:
    """The requester's withdrawal, answered; raises as `decide` does."""
    known = repeated(case, withdrawal)
    if known is not None:
        return known
    if is_early(case) and case.route is None:
        return Reduction(case=case.model_copy(update={"early": (*case.early, withdrawal)}))
    refusal = too_late(case)
    if refusal is None and not may_withdraw(case, withdrawal.requester):
        refusal = Receipt.NOT_ALLOWED, "only the requester, or an operator for them, may withdraw the order"
    if refusal is not None:
        return refuse(case, withdrawal, *refusal)
    quiet = {
        "withdrawn": True,
        "intent": Intent.WITHDRAW,
        "due_at": None,
        "reminders": (),
        "opens": None,
        "asked": (),
    }
    withdrawn = case.model_copy(update=quiet)
    detail: Detail = {"withdrawalId": withdrawal.withdrawal_id}
    if withdrawal.comment:
        detail["comment"] = withdrawal.comment
    actor = actor_of(case, withdrawal.requester)
    fact = Fact(kind=AuditKind.WITHDRAWN, actor=actor, revision=case.revision, detail=detail)
    after = Reduction(case=withdrawn, facts=(fact,), notices=of_the_withdrawal(case, withdrawal))
    said = "the order is withdrawn"
    return after.then(lambda c: answered(c, withdrawal, Receipt.ACCEPTED, said))


def lacks_reason(case: Case, decision: Decision) -> bool:
    """Whether the policy wants a reason for that verdict, and none is given."""
    required = case.route.reason_required if case.route is not None else ()
    return decision.verdict in required and not (decision.comment or "").strip()


def _refusal(case: Case, decision: Decision) -> Refusal | None:
    """Why this decision does not count, or None if it does."""
    current = max(case.revision, 1)
    oldest = case.binds_from or current
    if decision.revision is not None and not oldest <= decision.revision <= current:
        message = f"the order has changed: revision {decision.revision} is not the current one, {current} is"
        return Receipt.SUPERSEDED, message
    late = too_late(case) or not_pending(case)
    if late is not None:
        return late
    if decision.approver not in case.deciders:
        return _without_authority(case, decision.approver)
    if lacks_reason(case, decision):
        return Receipt.NOT_ALLOWED, f"say why: the policy wants a comment with {decision.verdict}"
    rounds = case.route.rounds if case.route is not None else None
    if decision.verdict is Verdict.REQUEST_CHANGES and rounds is not None and case.rounds >= rounds:
        return (
            Receipt.NOT_ALLOWED,
            f"changes were requested {case.rounds} of {rounds} times; approve or reject",
        )
    return None


def _without_authority(case: Case, approver: str) -> Refusal:
    """Which answer somebody gets who may not decide now."""
    step = case.current_step
    if case.route is None or step is None:
        return Receipt.NOT_ALLOWED, f"{named(case, approver)} is not among the approvers of this order"
    if approver in case.heard:
        by = next((m.decides for m in case.voices if approver == m.on_behalf_of != m.decides), None)
        decided = f"{by} has decided on behalf of {approver}" if by else f"{approver} has decided already"
        return Receipt.ALREADY_DECIDED, f"{decided}; nobody counts twice"
    lent = next((m.on_behalf_of for m in case.mandates if m.decides == approver), None)
    if lent in case.heard:
        return Receipt.ALREADY_DECIDED, f"{lent} has decided already; nobody counts twice"
    passed = next((s for s in case.steps[: case.step] if case.was_asked(approver, s)), None)
    if passed is not None and not case.was_asked(approver, step):
        return Receipt.ALREADY_DECIDED, f"step {passed.step} was already decided{decided_by(case, passed)}"
    return (
        Receipt.NOT_ALLOWED,
        f"{named(case, approver)} may not decide step {step.step} now; {', '.join(case.deciders)} may",
    )


def _accepted(case: Case, decision: Decision, now: datetime) -> Reduction:
    step, mandate = case.current_step, mandate_of(decision.approver, case.authority)
    if step is None or mandate is None:
        raise ValueError("a decision was accepted while no step was open")
    heard = case.model_copy(
        update={"decisions": (*case.decisions, _recorded(case, decision, mandate, step.step, now))}
    )
    still = missing(heard, case.step, case.level) if decision.verdict is Verdict.APPROVE else 0
    fact = _decided(heard, decision, still or 0)
    if still != 0:  # the step waits on, for the others; its clock runs on
        said = f"{decision.verdict} is recorded; {still} more of {', '.join(heard.deciders)} must say yes"
        return Reduction(case=heard, facts=(fact,)).then(
            lambda c: answered(c, decision, Receipt.ACCEPTED, said, (), step.step)
        )
    decided = heard.model_copy(update={"due_at": None, "reminders": (), "alarm": None})
    after = Reduction(case=decided, facts=(fact,)).then(lambda c: _consequence(c, decision, now))
    said = f"{decision.verdict} is recorded"
    return after.then(lambda c: answered(c, decision, Receipt.ACCEPTED, said, (), step.step))


def _recorded(case: Case, decision: Decision, mandate: Mandate, step: str, now: datetime) -> DecisionRecord:
    return DecisionRecord(
        decision_id=decision.decision_id,
        approver=decision.approver,
        on_behalf_of=None if mandate.own else mandate.on_behalf_of,
        verdict=decision.verdict,
        comment=decision.comment,
        without=decision.without,
        revision=decision.revision or case.revision,
        revision_assumed=decision.revision is None,
        step=step,
        level=case.level,
        at=now,
    )


def _decided(case: Case, decision: Decision, still: int) -> Fact:
    """The decision for the trail; the last of the case's."""
    record = case.decisions[-1]
    detail: Detail = {"verdict": decision.verdict.value, "decisionId": decision.decision_id}
    if decision.comment:
        detail["comment"] = decision.comment
    if record.on_behalf_of is not None:
        detail["onBehalfOf"] = record.on_behalf_of
    if decision.without:
        detail["without"] = list(decision.without)
    if record.revision_assumed:
        detail["revisionAssumed"] = True
    if still:
        detail["stillNeeded"] = still
    return Fact(
        kind=AuditKind.DECIDED,
        actor=decision.approver,
        step=record.step,
        revision=record.revision,
        detail=detail,
    )


def _consequence(case: Case, decision: Decision, now: datetime) -> Reduction:
    """Where the case goes after a decision that settles its step."""
    if decision.verdict is Verdict.REJECT:
        return Reduction(case=case.model_copy(update={"intent": Intent.REJECT}))
    if decision.verdict is Verdict.APPROVE:
        return after_step(case, now)
    waiting = case.model_copy(update={"phase": Phase.CHANGES_REQUESTED, "rounds": case.rounds + 1})
    route = case.route
    if route is None or route.rounds is None:  # the route is of a version that told nobody
        return Reduction(case=waiting)
    wanted = f"without {', '.join(decision.without)}" if decision.without else "changes"
    notice = Notice(
        kind=NoticeKind.CHANGES_REQUESTED,
        recipients=requester_or_desk(case),
        occasion=f"{case.occasion}/{NoticeKind.CHANGES_REQUESTED.value}/{waiting.rounds}",
        revision=case.revision,
        step=case.decisions[-1].step,
        detail=f"{decision.approver} asks for {wanted}: {decision.comment or 'no comment'}",
    )
    return Reduction(case=waiting, notices=(notice,))
