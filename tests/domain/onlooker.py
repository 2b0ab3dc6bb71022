"""Somebody who watches an order and counts for themselves: whose yes was it, were they asked, and are they enough?

Reads what was said, what was answered and what is on record, and knows the people and the policy. Asks none of the rules.
"""

from dataclasses import dataclass

from domain.alarms import SUSPENDING
from domain.audit import AuditKind, Fact
from domain.case import Case, DecisionRecord, Intent
from domain.decision import Decision, Verdict
from domain.events import Alarmed, Consulted, DirectoryRead, Event, Opened, Reduction, Resumed, Routed
from domain.interventions import DeadlineExtension, Delegation, Reassignment
from domain.phases import UNDECIDED
from domain.policy import Outcome
from domain.route import Level, RouteStep
from domain.spans import plain
from tests.domain.tally import Seat
from tests.domain.what_stands import WhatStands
from tests.domain.world import Voice


@dataclass
class Onlooker(WhatStands):
    """Takes in what happens to an order, event by event."""

    def __post_init__(self) -> None:
        self.stage.onlookers.append(self.look)

    # What happens.

    def look(self, before: Case, event: Event, after: Reduction) -> None:
        """Take in one event; whatever was accepted has to be right."""
        case = after.case
        if isinstance(event, Decision):
            self.seen.setdefault(event.decision_id, max(before.revision, 1))
        if isinstance(event, Alarmed) and event.alarm in SUSPENDING:
            self.astray = True
        if isinstance(event, Routed) and case.route is not before.route:
            self.routed(before, event, case)
        if isinstance(event, Opened | Consulted | DirectoryRead) and self.route is not None:
            undecided = before.phase in UNDECIDED and before.intent is not Intent.REJECT
            released = before.intent is Intent.RELEASE
            self.learned(event.reading, counts=undecided and not self.withdrawn, released=released)
        if isinstance(event, Resumed) and before.suspended and not case.suspended:
            self.astray = False
            if not self.withdrawn:
                self.forget(set())
        self._heard(before, event, after)

    def _heard(self, before: Case, event: Event, after: Reduction) -> None:
        """Facts and decisions, in the order in which they came about."""
        records = iter(after.case.decisions[len(before.decisions) :])
        opens = before.opens if isinstance(event, Opened) else None
        opening = self.steps[opens.step].step if opens is not None else None
        for fact in after.facts:
            match fact.kind:
                case AuditKind.REQUESTED | AuditKind.ESCALATED:
                    self._asked(fact, opens.level if opens is not None and fact.step == opening else None)
                    opens = None
                case AuditKind.TIMED_OUT:
                    self._timed_out(fact)
                case AuditKind.DECIDED:
                    self._decided(next(records))
                case AuditKind.RESUBMITTED:
                    self.request = None
                case AuditKind.WITHDRAWN:
                    self.withdrawn = True
                case AuditKind.REASSIGNED | AuditKind.DELEGATED | AuditKind.EXTENDED:
                    self._changed(before, event, fact, after.case)
        assert next(records, None) is None, "a decision without its fact"

    def _asked(self, fact: Fact, read: int | None) -> None:
        """A level was asked: the right one, and just those of it who can speak. `read`: the one the directory was read for."""
        assert not self.astray
        step, escalated = self._step(fact.step), fact.kind is AuditKind.ESCALATED
        number = read if read is not None else self._next_level(step, escalated=escalated)
        if escalated:
            assert self.place is not None
            assert self.place[0] == step.step
            assert number > self.place[1], "authority moved, and not along the chain"
            assert self.due is not None
            assert self.due <= self.stage.now, "authority moved before its time"
        for earlier in self.steps[: self.steps.index(step)]:
            assert earlier.step in self.done | self.lapsed, f"{earlier.step} was skipped"
        level = step.levels[number]
        known = read is not None or not self.stage.pinned
        seat = Seat(self._voices(level, read=known), level, read=read is not None)
        assert self.tally.enough_left(seat, (step.step, number))
        self.tally.seats[step.step, number] = seat
        self.place, self.due = (step.step, number), self.stage.now + plain(level.within)
        assert set(_listed(fact)) == {who for who, _ in self.tally.left(seat)}

    def _voices(self, level: Level, *, read: bool) -> set[Voice]:
        """By the directory of now; an old route is as it was pinned, unless somebody has delegated."""
        if not read:
            return {(person, person) for person in level.approvers}
        assert self.stage.content is not None
        return self.world.voices(level.approvers, self.lent, self.stage.content.total.cent_amount)

    def _next_level(self, step: RouteStep, *, escalated: bool) -> int:
        """The first level from there on that has enough left, of a route that asks no directory."""
        here = self.place[1] if self.place is not None and self.place[0] == step.step else None
        first = 0 if here is None else here + (1 if escalated else 0)
        for number in range(first, len(step.levels)):
            own: set[Voice] = {(person, person) for person in step.levels[number].approvers}
            if self.tally.enough_left(Seat(own, step.levels[number]), (step.step, number)):
                return number
        raise AssertionError(f"nobody could be asked at {step.step}")

    def _timed_out(self, fact: Fact) -> None:
        """The declared outcome, when no level is left that could be asked."""
        step = self._step(fact.step)
        assert self.place is not None
        assert self.due is not None
        assert self.place[0] == step.step
        assert self.due <= self.stage.now
        # Nobody's silence is a yes where a later level was declared that nobody is left of.
        unasked = not self.stage.pinned and self.place[1] + 1 < len(step.levels)
        outcome = Outcome.HOLD if unasked and step.on_timeout is Outcome.APPROVE else step.on_timeout
        assert fact.detail["outcome"] == outcome.value
        known = not self.stage.pinned or bool(self.lent)
        for number in range(self.place[1] + 1, len(step.levels)):
            level = step.levels[number]
            seat = Seat(self._voices(level, read=known), level, read=known)
            assert not self.tally.enough_left(seat, (step.step, number))
        if outcome is Outcome.APPROVE:
            self.lapsed.add(step.step)
        elif outcome is Outcome.REJECT:
            self.no.add("time")

    def _decided(self, record: DecisionRecord) -> None:
        """A word was accepted: of somebody who was asked, and who had not spoken."""
        place = (record.step, record.level)
        assert place == self.place, "not the level that was asked"
        voice = (record.approver, record.on_behalf_of or record.approver)
        assert voice in self.tally.seats[place].voices
        assert not set(voice) & self.tally.used()
        assert self.route is not None
        assert record.approver not in self.route.requester
        assert not self.withdrawn
        assert not self.astray
        assert not self.no
        sent = self.stage.sent[record.decision_id]
        assert isinstance(sent, Decision)
        assert (sent.revision or self.seen[record.decision_id]) >= self.bound
        if record.verdict is Verdict.APPROVE:
            self.agree(record)
        elif record.verdict is Verdict.REJECT:
            self.no.add(record.decision_id)
        else:
            self.rounds, self.request, self.due = self.rounds + 1, record, None
            assert self.route.rounds is None or self.rounds <= self.route.rounds

    def _changed(self, before: Case, event: Event, fact: Fact, case: Case) -> None:
        """People changed who decides, or until when: only what was said, and only who may say so."""
        sent = self.stage.sent[str(fact.detail["id"])]
        assert self.route is not None
        if isinstance(sent, DeadlineExtension):
            assert sent.operator in self.route.operators
            self.due = sent.until
        elif isinstance(sent, Delegation):
            self._delegated(sent)
        elif isinstance(sent, Reassignment):
            is_open = before.current_level is not None and self.place is not None
            asked = {who for who, _ in self.tally.left(self._seat())} if is_open else set()
            assert sent.by in self.route.operators or (sent.by in asked and sent.approver in {None, sent.by})
            assert sent.to not in self.tally.never | self.world.barred | self.world.gone | self.tally.used()
            self._reassigned(sent, before, case)

    def _delegated(self, sent: Delegation) -> None:
        assert sent.approver in self._seat().own - self.tally.used()
        assert sent.delegate not in self.tally.never | self.world.barred | self.world.gone | self.tally.used()
        voice = (sent.delegate, sent.approver)
        self.lent.add(voice)
        self._seat().voices.add(voice)

    def _reassigned(self, sent: Reassignment, before: Case, case: Case) -> None:
        """One person in another's place, or one more; nothing else about the steps is different."""
        now = list(case.steps)
        self.amended = True
        if self.route is not None and self.route.held is not None:
            self._named(sent, now, case)
        elif sent.approver is None:
            more, levels = len(now) - len(self.steps), sum(len(s.levels) for s in now)
            assert more or self._is_as_high(before.step, now)
            assert levels == sum(len(s.levels) for s in self.steps) + 1
            if more:
                [added] = [step for step in now if step.step not in {one.step for one in self.steps}]
                assert [s for s in now if s is not added] == self.steps
                assert added.levels[0].approvers == (sent.to,)
                assert added.on_timeout is Outcome.HOLD
            self.steps = now
        else:
            self._replaced(sent, now)

    def _named(self, sent: Reassignment, now: list[RouteStep], case: Case) -> None:
        """Somebody for the first step that nobody was left to decide from the start; asked when there is none left."""
        assert self.route is not None
        assert sent.by in self.route.operators
        stranded = next(n for n, step in enumerate(self.steps) if not step.levels)
        assert [level.approvers for level in now[stranded].levels] == [(sent.to,)]
        assert now[stranded].on_timeout is self.steps[stranded].on_timeout
        assert [*now[:stranded], *now[stranded + 1 :]] == [
            *self.steps[:stranded],
            *self.steps[stranded + 1 :],
        ]
        self.steps = now
        if all(step.levels for step in now):
            self.route = self.route.model_copy(update={"held": None})
            assert case.route == self.route

    def _replaced(self, sent: Reassignment, now: list[RouteStep]) -> None:
        """One person in another's place."""
        seat, place = self._seat(), self.place
        assert place is not None
        assert sent.approver in {whose for _, whose in self.tally.left(seat)}
        old = self._step(place[0]).levels[place[1]]
        new = next(s for s in now if s.step == place[0]).levels[place[1]]
        assert set(new.approvers) == set(old.approvers) - {sent.approver} | {sent.to}
        assert (new.needed, new.everybody) == (old.needed, old.everybody)
        assert self.stage.content is not None
        theirs = self.world.voices((sent.to,), self.lent, self.stage.content.total.cent_amount)
        seat.voices = {voice for voice in seat.voices if voice[1] != sent.approver} | theirs
        seat.level, self.steps = new, now

    # Counting.

    def _is_as_high(self, step: int, now: list[RouteStep]) -> bool:
        """Whether a level that was added wants as many as the one before it."""
        last, added = self.steps[step].levels[-1], now[step].levels[-1]
        return added.needed >= (1 if last.everybody else last.needed)

    def _seat(self) -> Seat:
        assert self.place is not None
        return self.tally.seats[self.place]

    def _step(self, name: str | None) -> RouteStep:
        return next(step for step in self.steps if step.step == name)


def _listed(fact: Fact) -> list[str]:
    found = fact.detail["approvers"]
    assert isinstance(found, list)
    return found
