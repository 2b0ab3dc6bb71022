"""Changing who decides, or until when, while an order waits. Only ever towards somebody else's yes: no step is skipped."""

from datetime import datetime

from domain.alarms import Alarm
from domain.answering import (
    ONLY_OPERATORS,
    Refusal,
    actor_of,
    answered,
    is_early,
    is_operator,
    may_withdraw,
    named,
    not_pending,
    refuse,
    repeated,
    too_late,
)
from domain.audit import AuditKind, Detail, Fact
from domain.case import Case
from domain.decision import Receipt
from domain.events import Reduction
from domain.interventions import (
    DeadlineExtension,
    Delegation,
    Intervention,
    Reassignment,
    Remark,
    Resubmission,
)
from domain.notification import NoticeKind
from domain.phases import FINAL, Phase
from domain.steps import notice, open_step


def intervene(case: Case, sent: Intervention, now: datetime) -> Reduction:
    """What somebody tells a waiting order, answered; a change of who decides waits until the directory has been read.

    Raises:
        DecisionIdReusedError: the id was used before, for something else.
    """
    known = repeated(case, sent)
    if known is not None:
        return known
    if is_early(case):
        return Reduction(case=case.model_copy(update={"early": (*case.early, sent)}))
    refusal = refusal_of(case, sent, now)
    return refuse(case, sent, *refusal) if refusal is not None else _carried_out(case, sent, now)


def _carried_out(case: Case, sent: Intervention, now: datetime) -> Reduction:
    match sent:
        case Resubmission():
            return _resubmitted(case, sent, now)
        case DeadlineExtension():
            return _extended(case, sent)
        case Remark():
            return _remarked(case, sent)
        case _:
            return Reduction(case=case.model_copy(update={"proposals": (*case.proposals, sent)}))


def refusal_of(case: Case, sent: Intervention, now: datetime) -> Refusal | None:
    """Why it does not count, or None if it does, as far as can be told without the directory."""
    match sent:
        case Remark():
            return None if _is_on_the_case(case, sent.author) else _not_on_the_case(case, sent.author)
        case Resubmission():
            return _not_resubmitted(case, sent)
        case DeadlineExtension():
            return too_late(case) or not_pending(case) or _not_extended(case, sent, now)
        case Delegation():
            return too_late(case) or not_pending(case) or _not_delegated(case, sent)
        case Reassignment():
            return too_late(case) or not_pending(case) or _not_reassigned(case, sent)


def _is_on_the_case(case: Case, person: str) -> bool:
    return person in case.known_people or may_withdraw(case, person)


def _not_on_the_case(case: Case, person: str) -> Refusal:
    return Receipt.NOT_ALLOWED, f"{named(case, person)} has nothing to do with this order"


def _not_resubmitted(case: Case, sent: Resubmission) -> Refusal | None:
    if not may_withdraw(case, sent.requester):
        return Receipt.NOT_ALLOWED, "only the requester, or an operator for them, may resubmit the order"
    if case.phase is Phase.CHANGES_REQUESTED and not case.withdrawn:
        return not_pending(case) if case.suspended else None
    return too_late(case) or (
        Receipt.NOT_PENDING,
        "no changes were requested, so there is nothing to resubmit",
    )


def _not_extended(case: Case, sent: DeadlineExtension, now: datetime) -> Refusal | None:
    if not is_operator(case, sent.operator):
        return Receipt.NOT_ALLOWED, ONLY_OPERATORS
    if case.current_level is None:
        return Receipt.NOT_PENDING, "nobody is asked, so there is no deadline"
    if sent.until <= now:
        return Receipt.NOT_ALLOWED, f"{sent.until.isoformat()} has passed; give an instant to come"
    return None


def _not_delegated(case: Case, sent: Delegation) -> Refusal | None:
    if not any(m.own and m.decides == sent.approver for m in case.authority) or case.current_level is None:
        return (
            Receipt.NOT_ALLOWED,
            f"{named(case, sent.approver)} may not decide now, and so has nothing to delegate",
        )
    return _not_to(case, sent.approver, sent.delegate)


def _not_reassigned(case: Case, sent: Reassignment) -> Refusal | None:
    step, level = case.current_step, case.current_level
    if step is None and case.stranded is None:
        return Receipt.NOT_PENDING, "nobody is asked at the moment"
    own = sent.approver in {None, sent.by} and sent.by in case.deciders
    if not own and not is_operator(case, sent.by):
        return (
            Receipt.NOT_ALLOWED,
            "only an operator who has not placed the order, or who decides now for themselves, may reassign",
        )
    if sent.approver is None:
        return _not_to(case, None, sent.to)
    if step is None or level is None or sent.approver not in {m.on_behalf_of for m in case.authority}:
        where = f" at step {step.step}" if step is not None else ""
        return Receipt.NOT_ALLOWED, f"{named(case, sent.approver)} is not waited for{where}"
    refusal = _not_to(case, sent.approver, sent.to)
    if refusal is None and sent.to in level.approvers:
        return Receipt.NOT_ALLOWED, f"{sent.to} is asked at step {step.step} already"
    return refusal


def _not_to(case: Case, whose: str | None, to: str) -> Refusal | None:
    """Why that person cannot decide: separation of duties holds over every detour."""
    if to == whose:
        return Receipt.NOT_ALLOWED, f"{named(case, to)} decides already"
    if to in case.never:
        return Receipt.NOT_ALLOWED, "the requester never approves"
    if to in case.heard:
        return Receipt.ALREADY_DECIDED, f"{to} has decided already; nobody counts twice"
    return None


def _resubmitted(case: Case, sent: Resubmission, now: datetime) -> Reduction:
    """The same content is asked about anew, where it was; what others have said of it stands."""
    again = case.model_copy(update={"phase": Phase.PENDING, "asking": case.asking + 1, "news": ()})
    fact = _fact(case, AuditKind.RESUBMITTED, sent)
    asked = Reduction(case=again, facts=(fact,)).then(lambda c: open_step(c, c.step, now, level=c.level))
    return asked.then(lambda c: answered(c, sent, Receipt.ACCEPTED, "the approvers are asked again"))


def _extended(case: Case, sent: DeadlineExtension) -> Reduction:
    step = case.current_step
    if step is None:
        raise ValueError("a deadline was moved while no step was open")
    before = {"from": case.due_at.isoformat()} if case.due_at is not None else {}
    reminders = tuple(instant for instant in case.reminders if instant < sent.until)
    alarm = None if case.alarm is Alarm.OVERDUE else case.alarm
    moved = case.model_copy(update={"due_at": sent.until, "reminders": reminders, "alarm": alarm})
    fact = _fact(case, AuditKind.EXTENDED, sent, **before, to=sent.until.isoformat())
    told = notice(moved, step, NoticeKind.EXTENDED, suffix=f"/{sent.body_digest[:8]}")
    after = Reduction(case=moved, facts=(fact,), notices=(told,))
    said = f"step {step.step} may be decided until {sent.until.isoformat()}"
    return after.then(lambda c: answered(c, sent, Receipt.ACCEPTED, said))


def _remarked(case: Case, sent: Remark) -> Reduction:
    late = "; the order is closed" if case.phase in FINAL else ""
    fact = _fact(case, AuditKind.COMMENTED, sent)
    return answered(case, sent, Receipt.ACCEPTED, f"the comment is on record{late}", (fact,))


def _fact(case: Case, kind: AuditKind, sent: Intervention, **more: str) -> Fact:
    detail: Detail = {"id": sent.sent_id, **more}
    if sent.comment:
        detail["comment"] = sent.comment
    step = case.current_step
    return Fact(
        kind=kind,
        actor=actor_of(case, sent.sender),
        step=step.step if step is not None else None,
        revision=case.revision,
        detail=detail,
    )
