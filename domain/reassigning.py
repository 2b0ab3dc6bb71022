"""Proposals to change who decides: carried out, or refused, once the directory has been read for them."""

from datetime import datetime, timedelta

from domain.answering import actor_of, answered, named, refuse
from domain.audit import AuditKind, Detail, Fact
from domain.case import Case, Opens
from domain.decision import Receipt
from domain.events import Consulted, Reduction
from domain.intervening import refusal_of
from domain.interventions import Delegation, Reassignment
from domain.notification import Notice, NoticeKind
from domain.opening import Opening
from domain.policy import Outcome
from domain.quorum import missing
from domain.route import Level, RouteStep
from domain.steps import notice, open_step
from domain.substitution import Mandate
from domain.telling import of_the_reassignment

Proposal = Reassignment | Delegation
NAMED_WITHIN = timedelta(days=2)
"""How long somebody has whom an operator names for a step that nobody was left for: it has no level to go by."""


def proposed_level(case: Case, proposal: Proposal) -> Level | None:
    """The level that the directory has to be read for: as it would be; None if none is open any more."""
    step, level = case.current_step, case.current_level
    if isinstance(proposal, Delegation):
        return level
    if proposal.approver is None:
        return _level_for(case, proposal.to, step, level)
    if level is None:
        return None
    people = tuple(proposal.to if p == proposal.approver else p for p in level.approvers)
    return level.model_copy(update={"approvers": people})


def _level_for(case: Case, to: str, step: RouteStep | None, level: Level | None) -> Level | None:
    """The level of somebody who is added: like the open one; or one for a step that has nobody left."""
    if level is not None:
        return Level(approvers=(to,), within=level.within, remind=level.remind)
    if step is not None:
        return _wider(case, step, to)
    return Level(approvers=(to,), within=NAMED_WITHIN) if case.stranded is not None else None


def _wider(case: Case, step: RouteStep, to: str) -> Level:
    """A level more for a step that has too few left: with as many as its last one needs, of all who were added so.

    Of a level that needs all, those who are left are among them: somebody is put in the place of whoever is not.
    """
    planned = next((s for s in (case.route.steps if case.route else ()) if s.step == step.step), None)
    last, declared = step.levels[-1], len(planned.levels) if planned is not None else 1
    added = last.approvers if last.everybody or len(step.levels) > declared else ()
    return Level(
        approvers=tuple(dict.fromkeys((*added, to))),
        needed=_needed(case, step),
        within=last.within,
        remind=last.remind,
    )


def _needed(case: Case, step: RouteStep) -> int:
    """How many its last level needs: of all, as many as have not been heard."""
    last = step.levels[-1]
    return max(1, missing(case, case.step, len(step.levels) - 1) or 0) if last.everybody else last.needed


def proposed_delegations(case: Case, proposal: Proposal) -> tuple[Mandate, ...]:
    """Every delegation, with the one that is proposed."""
    if isinstance(proposal, Reassignment):
        return case.delegations
    lent = Mandate(decides=proposal.delegate, on_behalf_of=proposal.approver)
    return tuple(dict.fromkeys((*case.delegations, lent)))


def consulted(case: Case, event: Consulted, now: datetime) -> Reduction:
    """The directory has been read for the first proposal: it is looked at once more, and then carried out.

    Of what was read only the mandates that the proposal is about are taken: those of the others were pinned when the level
    opened, and it may be another level by now. While one opens, the proposal waits on, and the directory is read anew.
    """
    if not case.proposals or case.proposals[0].sent_id != event.sent_id or case.opens is not None:
        return Reduction(case=case)
    proposal, rest = case.proposals[0], case.model_copy(update={"proposals": case.proposals[1:]})
    refusal = refusal_of(rest, proposal, now)
    if refusal is not None:
        return refuse(rest, proposal, *refusal)
    wanted = _wanted(proposal)
    level = proposed_level(rest, proposal)
    if event.opening is None or level is None or wanted not in event.opening.mandates:
        message = (
            event.why
            or f"{named(rest, wanted.decides)} is not in the directory, or may not decide this order"
        )
        return refuse(rest, proposal, Receipt.NOT_ALLOWED, message)
    known = rest.model_copy(update={"known_people": rest.known_people | {wanted.decides}})
    if isinstance(proposal, Delegation):
        return _delegated(known, proposal, wanted)
    return _reassigned(known, proposal, level, event.opening, now)


def _reassigned(case: Case, sent: Reassignment, level: Level, opening: Opening, now: datetime) -> Reduction:
    if case.stranded is not None:
        return _unstranded(case, case.stranded, sent, level, now)
    return _added(case, sent, level) if sent.approver is None else _replaced(case, sent, level, opening)


def _wanted(proposal: Proposal) -> Mandate:
    """The mandate that the directory has to have for it."""
    if isinstance(proposal, Delegation):
        return Mandate(decides=proposal.delegate, on_behalf_of=proposal.approver)
    return Mandate(decides=proposal.to, on_behalf_of=proposal.to)


def _delegated(case: Case, sent: Delegation, lent: Mandate) -> Reduction:
    given = case.given_to(_own_first(*_pinned(case), lent))
    detail: Detail = {"id": sent.delegation_id, "to": sent.delegate}
    said = f"{sent.delegate} may decide on behalf of {sent.approver}"
    delegations = proposed_delegations(case, sent)
    known = given.model_copy(update={"delegations": delegations})
    return _carried_out(case, known, sent, AuditKind.DELEGATED, detail, said)


def _replaced(case: Case, sent: Reassignment, level: Level, opening: Opening) -> Reduction:
    step = case.steps[case.step]
    levels = tuple(level if n == case.level else old for n, old in enumerate(step.levels))
    amended = _with_step(case, case.step, step.model_copy(update={"levels": levels}))
    others = (m for m in _pinned(case) if m.on_behalf_of != sent.approver)
    new = (m for m in opening.mandates if m.on_behalf_of == sent.to)
    moved = case.model_copy(update={"amended": amended}).given_to(_own_first(*others, *new))
    detail: Detail = {"id": sent.reassignment_id, "from": sent.approver or "", "to": sent.to}
    said = f"{sent.to} decides in place of {sent.approver}"
    after = _carried_out(case, moved, sent, AuditKind.REASSIGNED, detail, said)
    told = (*after.notices, *of_the_reassignment(case, moved, sent))
    return after.model_copy(update={"notices": told})


def _pinned(case: Case) -> tuple[Mandate, ...]:
    """The mandates of the open level, as they were pinned when it opened."""
    level = case.current_level
    own = (Mandate(decides=p, on_behalf_of=p) for p in (level.approvers if level is not None else ()))
    return case.mandates or tuple(own)


def _own_first(*mandates: Mandate) -> tuple[Mandate, ...]:
    return tuple(sorted(dict.fromkeys(mandates), key=lambda m: not m.own))


def _added(case: Case, sent: Reassignment, level: Level) -> Reduction:
    """One more yes: a step of its own behind the present one; or, where nobody is left to ask, a level of it."""
    detail: Detail = {"id": sent.reassignment_id, "to": sent.to}
    step = case.steps[case.step]
    if case.current_level is None:
        wider = step.model_copy(update={"levels": (*step.levels, level)})
        opens = Opens(step=case.step, level=len(step.levels), kind=NoticeKind.REQUESTED)
        asked = {"amended": _with_step(case, case.step, wider), "opens": opens, "alarm": None}
        said = f"{sent.to} is one of those whom step {step.step} asks"
        return _carried_out(case, case.model_copy(update=asked), sent, AuditKind.REASSIGNED, detail, said)
    taken = {one.step for one in case.steps}
    names = (f"{step.step[:40]}+{sent.to[:16]}{n or ''}" for n in range(len(taken) + 1))
    name = next(name for name in names if name not in taken)
    extra = RouteStep(step=name, levels=(level,), on_timeout=Outcome.HOLD, behind=step.behind or step.step)
    amended = (*case.steps[: case.step + 1], extra, *case.steps[case.step + 1 :])
    detail["step"] = name
    said = f"{sent.to} has to say yes as well, at step {name}"
    wider_route = case.model_copy(update={"amended": amended})
    return _carried_out(case, wider_route, sent, AuditKind.REASSIGNED, detail, said)


def _unstranded(case: Case, n: int, sent: Reassignment, level: Level, now: datetime) -> Reduction:
    """Somebody for a step that nobody was left to decide; when no step is without, the first one asks."""
    step = case.steps[n]
    amended = _with_step(case, n, step.model_copy(update={"levels": (level,)}))
    detail: Detail = {"id": sent.reassignment_id, "to": sent.to}
    said = f"{sent.to} is to decide step {step.step}"
    fact = Fact(kind=AuditKind.REASSIGNED, actor=actor_of(case, sent.sender), step=step.step, detail=detail)
    after = Reduction(case=case.model_copy(update={"amended": amended}), facts=(fact,))
    if after.case.stranded is None and case.route is not None:
        route = case.route.model_copy(update={"held": None})
        after = after.model_copy(update={"case": after.case.model_copy(update={"route": route})})
        after = after.then(lambda c: open_step(c, 0, now))
    return after.then(lambda c: answered(c, sent, Receipt.ACCEPTED, said))


def _carried_out(  # noqa: PLR0913, PLR0917 - what a change of who decides is made of
    before: Case, case: Case, sent: Proposal, kind: AuditKind, detail: Detail, said: str
) -> Reduction:
    """On record, answered, and told to whoever may decide now and could not before."""
    if sent.comment:
        detail["comment"] = sent.comment
    step = case.steps[case.step]
    fact = Fact(
        kind=kind,
        actor=actor_of(case, sent.sender),
        step=step.step,
        revision=case.revision,
        detail=detail,
    )
    newly = tuple(person for person in case.deciders if person not in before.deciders)
    notices: tuple[Notice, ...] = ()
    if newly:
        suffix = f"/{sent.body_digest[:8]}"
        notices = (notice(case, step, NoticeKind.REQUESTED, suffix=suffix, to=newly),)
    after = Reduction(case=case, facts=(fact,), notices=notices)
    return after.then(lambda c: answered(c, sent, Receipt.ACCEPTED, said))


def _with_step(case: Case, n: int, step: RouteStep) -> tuple[RouteStep, ...]:
    return tuple(step if i == n else old for i, old in enumerate(case.steps))
