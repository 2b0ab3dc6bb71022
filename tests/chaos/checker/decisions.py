"""No decision is lost and none is answered in two ways; what was accepted is what happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tests.chaos.checker.dossiers import Dossier, Json, moment
from tests.chaos.checker.findings import Finding
from tests.chaos.checker.machine import Machine
from tests.chaos.checker.policy import need_of

REUSED = "decisionIdReused"
# A refused decision that is sent again after the order's end is answered as any late one (DESIGN 4.4).
_OF_THE_CLOSED = frozenset({"alreadyDecided", "notPending"})


@dataclass(frozen=True)
class Accepted:
    """A decision or withdrawal that was accepted, and when its sender first knew."""

    id: str
    verdict: str
    by: str
    revision: int
    sent: datetime
    answered: datetime


def kind_of(answer: Json) -> str | None:
    """The kind of answer, a duplicate's as that of the first; None for an attempt without a final answer."""
    told = answer["answer"] or {}
    if str(told.get("type", "")).endswith(REUSED):
        return REUSED
    kind = told.get("receipt")
    return told.get("first", "duplicate") if kind == "duplicate" else kind


def accepted(dossier: Dossier) -> list[Accepted]:
    """What was accepted, in the order of being sent, superseded decisions included."""
    found = []
    for decision_id, attempts in dossier.decisions().items():
        yes = next((one for one in attempts if kind_of(one) == "accepted"), None)
        if yes is None:
            continue
        body = yes["body"]
        found.append(
            Accepted(
                id=decision_id,
                verdict=body.get("verdict", "withdraw"),
                by=body.get("approver") or body.get("requester"),
                revision=yes["answer"]["revision"],
                sent=min(moment(one["sentAt"]) for one in attempts if one["body"] == body),
                answered=moment(yes["answeredAt"]),
            )
        )
    return sorted(found, key=lambda one: one.sent)


def superseded(dossier: Dossier) -> set[str]:
    """The decisions that the record says are void."""
    return {voided for entry in dossier.entries("superseded") for voided in entry["detail"]["decisionIds"]}


def standing(dossier: Dossier) -> list[Accepted]:
    """What was accepted and not voided."""
    void = superseded(dossier)
    return [one for one in accepted(dossier) if one.id not in void]


def answered_alike(dossier: Dossier, machine: Machine) -> Iterator[Finding]:
    """Every decision has an answer, and the same one however often it was sent."""
    for decision_id, attempts in dossier.decisions().items():
        bodies = {str(sorted(one["body"].items())): one["body"] for one in attempts}
        kinds_of_id = []
        for body in bodies.values():
            kinds = [kind for one in attempts if one["body"] == body and (kind := kind_of(one)) is not None]
            kinds_of_id.append(set(kinds))
            if not kinds:
                last = attempts[-1]
                told = f"{len(attempts)} attempts, the last: {last['status']} {last.get('why') or ''}".strip()
                yield dossier.found("answer", f"{decision_id} was never answered ({told})")
            elif len(set(kinds) - _OF_THE_CLOSED) > 1 or ("accepted" in kinds and len(set(kinds)) > 1):
                yield dossier.found("answer", f"{decision_id} was answered {', '.join(kinds)}")
        if sum("accepted" in kinds for kinds in kinds_of_id) > 1:
            yield dossier.found("answer", f"{decision_id} was accepted for two different things")


def decided_is_recorded(dossier: Dossier, machine: Machine) -> Iterator[Finding]:
    """The record has each accepted decision once, as it was sent, and none that nobody sent."""
    sent = {one.id: one for one in accepted(dossier)}
    recorded = [entry["detail"]["decisionId"] for entry in dossier.entries("decided")]
    recorded += [entry["detail"]["withdrawalId"] for entry in dossier.entries("withdrawn")]
    for decision_id in recorded:
        if recorded.count(decision_id) > 1:
            yield dossier.found("record", f"{decision_id} is recorded twice")
        if decision_id not in sent:
            told = [kind_of(one) for one in dossier.decisions().get(decision_id, [])]
            yield dossier.found(
                "record", f"{decision_id} is recorded as accepted; its sender was told {told}"
            )
    for decision_id in sent.keys() - set(recorded):
        yield dossier.found("lost", f"{decision_id} was accepted and is not on record")
    for entry in dossier.entries("decided"):
        known = sent.get(entry["detail"]["decisionId"])
        if known and (entry["actor"], entry["detail"]["verdict"]) != (known.by, known.verdict):
            yield dossier.found(
                "record", f"{known.id} is recorded as {entry['detail']['verdict']} by {entry['actor']}"
            )
    if superseded(dossier) and not dossier.changes:
        yield dossier.found("lost", f"{sorted(superseded(dossier))} void, though the content never changed")


def approved_by_whom_it_needs(dossier: Dossier, machine: Machine) -> Iterator[Finding]:
    """An order was approved only with a yes for each of its steps, each on the content that was released."""
    approved = machine.phases["approved"]
    release = next((move for move in dossier.moves if move.target == approved), None)
    if release is None:
        return
    yes = [one for one in standing(dossier) if one.verdict == "approve"]
    steps = need_of(dossier.placed).steps
    if not satisfied(steps, yes):
        told = ", ".join(one.by for one in yes) or "nobody"
        yield dossier.found("unapproved", f"released with the yes of {told}; it needed {len(steps)}")
    if len({one.revision for one in yes}) > 1:
        yield dossier.found(
            "unapproved", f"released on decisions about revisions {[o.revision for o in yes]}"
        )
    for one in yes if steps else ():
        yield from _on_the_content_released(dossier, one, release.sequence)


def _on_the_content_released(dossier: Dossier, one: Accepted, release: int) -> Iterator[Finding]:
    changes = [change for change in dossier.changes if change["sequenceNumber"] < release]
    if not changes:
        return
    changed = moment(changes[-1]["createdAt"])
    shown = any(s["revision"] == one.revision and moment(s["at"]) < changed for s in dossier.seen)
    if one.answered < changed or shown:
        yield dossier.found("unapproved", f"released on {one.id}, which was about an earlier content")


def satisfied(steps: tuple[frozenset[str], ...], yes: list[Accepted]) -> bool:
    """Whether each step has exactly one yes, in the order of the steps, each by somebody else."""
    if len(yes) != len(steps) or len({one.by for one in yes}) != len(yes):
        return False
    return all(one.by in people for one, people in zip(yes, steps, strict=True))
