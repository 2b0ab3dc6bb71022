"""Who is told of what becomes of an order, beside those who are asked: the requester, and who was asked in vain."""

from domain.answering import actor_of, is_requester
from domain.case import Case, Intent
from domain.decision import Decision, Verdict, Withdrawal
from domain.events import Event, Reduction
from domain.interventions import Reassignment
from domain.notification import OPERATORS_DESK, Notice, NoticeKind
from domain.phases import FINAL, UNDECIDED, Phase


def requester_or_desk(case: Case) -> tuple[str, ...]:
    """The requester; of an outsider, the operators: whoever knows how to reach them."""
    return (case.route.requester if case.route is not None else ()) or (OPERATORS_DESK,)


def remembering(before: Case, event: Event, after: Reduction) -> Reduction:
    """What follows from an event, with who was asked last while nobody can decide: they may have to hear of the end."""
    case, asked = after.case, after.case.asked
    if case.deciders:
        asked = ()
    elif before.deciders and case.phase in UNDECIDED and not case.withdrawn:
        decided = event.approver if isinstance(event, Decision) else None
        asked = tuple(person for person in before.deciders if person != decided)
    if asked == case.asked:
        return after
    return after.model_copy(update={"case": case.model_copy(update={"asked": asked})})


def of_the_withdrawal(case: Case, sent: Withdrawal) -> tuple[Notice, ...]:
    """For the requester, unless it is theirs, and for whoever is asked: nothing brings a withdrawn order back."""
    requester = case.route.requester if case.route is not None else ()
    told: list[Notice] = []
    if requester and not is_requester(case, sent.requester):
        why = f"{actor_of(case, sent.requester)} has withdrawn the order: {sent.comment or 'no comment'}"
        told.append(_notice(case, NoticeKind.WITHDRAWN, requester, why))
    return (*told, *_nothing_left(case, Phase.WITHDRAWN, but=sent.requester))


def of_the_end(case: Case, phase: Phase) -> tuple[Notice, ...]:
    """An order that waited for an approval has come to an end without one; of a withdrawal everybody knows by then."""
    if phase not in FINAL or case.phase not in UNDECIDED or case.withdrawn:
        return ()
    left = _nothing_left(case, phase)
    if phase is not Phase.REJECTED:
        return left
    return (_notice(case, NoticeKind.REJECTED, requester_or_desk(case), _why_rejected(case)), *left)


def of_the_reassignment(before: Case, case: Case, sent: Reassignment) -> tuple[Notice, ...]:
    """For whoever may not decide any more since somebody else does; whoever has reassigned it knows."""
    gone = tuple(p for p in before.deciders if p not in case.deciders and p != sent.by)
    if not gone:
        return ()
    by = actor_of(case, sent.by)
    why = f"{sent.to} decides in place of {sent.approver}, by {by}: {sent.comment or 'no comment'}"
    return (_notice(case, NoticeKind.REASSIGNED, gone, why, suffix=f"/{sent.body_digest[:8]}"),)


def _nothing_left(case: Case, phase: Phase, but: str | None = None) -> tuple[Notice, ...]:
    asked = case.deciders or case.asked
    left = tuple(person for person in asked if person != but and person not in case.never)
    if not left:
        return ()
    why = f"nothing is left to decide: the order is {phase}"
    return (_notice(case, NoticeKind.NO_LONGER_PENDING, left, why),)


def _why_rejected(case: Case) -> str:
    """By whom and why, in the approver's words; or which deadline was missed; or that it was not by way of Placet."""
    if case.intent is not Intent.REJECT:
        return "the order was rejected in commercetools"
    no = next((d for d in reversed(case.decisions) if not d.void and d.verdict is Verdict.REJECT), None)
    if no is not None:
        return f"{no.approver} has rejected the order: {no.comment or 'no comment'}"
    return f"step {case.steps[case.step].step} was not decided in time, and so the order is rejected"


def _notice(case: Case, kind: NoticeKind, to: tuple[str, ...], why: str, suffix: str = "") -> Notice:
    return Notice(
        kind=kind,
        recipients=to,
        occasion=f"{case.occasion}/{kind.value}{suffix}",
        revision=max(case.revision, 1),
        step=case.steps[case.step].step if case.step < len(case.steps) else None,
        detail=why,
    )
