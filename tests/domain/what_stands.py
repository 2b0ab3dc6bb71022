"""What stands of what was said, when an order is read, edited, moved away, or more is learnt of its requester: told a second time."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.case import Case, DecisionRecord
from domain.events import Routed
from domain.opening import Reading
from domain.policy import Outcome
from domain.route import Route, RouteStep
from tests.domain.stage import Stage
from tests.domain.tally import Place, Tally, Yes
from tests.domain.world import Voice, World


@dataclass
class WhatStands:
    """What one who watches knows of an order."""

    stage: Stage
    world: World
    steps: list[RouteStep] = field(default_factory=list)
    route: Route | None = None
    tally: Tally = field(default_factory=Tally)
    place: Place | None = None
    """The step and level that were asked last."""
    due: datetime | None = None
    no: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    lapsed: set[str] = field(default_factory=set)
    lent: set[Voice] = field(default_factory=set)
    rounds: int = 0
    request: DecisionRecord | None = None
    """The changes that were requested and not made yet."""
    amended: bool = False
    withdrawn: bool = False
    astray: bool = False
    """Whether the order stands where no approval can move it from."""
    bound: int = 1
    """The first revision since which nothing has changed that matters."""
    seen: dict[str, int] = field(default_factory=dict)
    """Per decision, the revision that was current when it was sent first."""

    def routed(self, before: Case, event: Routed, case: Case) -> None:
        """What stands is what the policy declares, and nothing else."""
        old, self.route, self.astray = self.route, event.route, event.alarm is not None
        if old is not None and event.digest == before.digest:  # a held order is routed anew
            self._begin(old, case)
            self.forget(set())
            return
        parts = set(event.change.parts) if event.change is not None else set()
        harmless = bool(parts) and parts <= set(event.route.harmless)
        doubt = event.alarm is not None or before.suspended or event.route.held is not None
        if old is not None and harmless and not doubt and _same(old, event.route):
            self.request = None
            return
        self.bound, request = before.revision + 1, self.request
        asked = request is not None and not doubt and not self.amended
        asked = asked and old is not None and old.requester == event.route.requester
        granted = request if asked and request is not None and self._is_granted(request, event) else None
        stands = self._before_resuming(old, event.route, before.step) if asked and old is not None else set()
        no_more = old is not None and old.rule == event.route.rule and not self._dearer(event)
        self._begin(old, case)
        self.forget(stands, lent_too=no_more)
        self.lent = set()
        if granted is not None and (no_more or granted.on_behalf_of is None):
            self.agree(granted)

    def learned(self, reading: Reading | None, *, counts: bool, released: bool) -> None:
        """Who turns out to be the requester has said nothing; a step that was done by it is asked anew, from its beginning."""
        new = set(reading.never) - self.tally.never if reading is not None else set()
        self.tally.never |= new
        if not counts:
            return
        fallen = {one.place[0] for one in self.tally.yes if set(one.voice) & new}
        self.tally.yes = [one for one in self.tally.yes if not set(one.voice) & new]
        self.done = self.done - fallen | self.tally.settled()
        names = [step.step for step in self.steps]
        here = names.index(self.place[0]) if self.place is not None else 0
        if fallen and (released or min(map(names.index, fallen)) < here):
            self.place = None

    def forget(self, stands: set[str], *, lent_too: bool = True) -> None:
        """Only what was said of these steps stands, and on somebody's behalf only if that still holds."""
        kept = [one for one in self.tally.yes if one.place[0] in stands]
        self.tally.yes = [one for one in kept if lent_too or one.voice[0] == one.voice[1]]
        fallen = {one.place[0] for one in kept} - {one.place[0] for one in self.tally.yes}
        self.done, self.lapsed = (self.done & stands) - fallen, self.lapsed & stands
        self.done |= self.tally.settled()
        self.no, self.request, self.place, self.due = set(), None, None, None

    def agree(self, record: DecisionRecord) -> None:
        """A yes counts."""
        voice = (record.approver, record.on_behalf_of or record.approver)
        self.tally.yes.append(Yes(record.decision_id, voice, (record.step, record.level)))
        self.done |= self.tally.settled()

    def _begin(self, old: Route | None, case: Case) -> None:
        """Along the steps of the new route, and all that people have added; whatever else they have changed has ended."""
        assert self.route is not None
        route, planned = self.route, {step.step for step in old.steps} if old is not None else set()
        self.tally.never = set(route.requester)
        kept = [
            tuple(left for level in step.levels if (left := set(level.approvers) - self.tally.never))
            for step in self.steps
            if step.step not in planned and not route.automatic
        ]
        self.steps = list(case.steps)
        own = [step for step in self.steps if step in route.steps]
        added = [step for step in self.steps if step not in route.steps]
        assert own == list(route.steps), "a step of the route is gone, or out of its place"
        asked = [tuple(set(level.approvers) for level in step.levels) for step in added]
        assert sorted(map(str, map(sorted, map(_flat, asked)))) == sorted(
            map(str, map(sorted, map(_flat, filter(None, kept))))
        )
        assert all(step.on_timeout is Outcome.HOLD for step in added)
        self.amended = bool(added)

    def _before_resuming(self, old: Route, new: Route, step: int) -> set[str]:
        names = [one.step for one in new.steps]
        if new.resume_at not in names:
            return set()
        first = names.index(new.resume_at or "")
        same = new.steps[:first] == old.steps[:first] and first <= step
        return set(names[:first]) if same else set()

    def _is_granted(self, request: DecisionRecord, event: Routed) -> bool:
        removed = set(event.change.removed) if event.change is not None else set()
        asked = {one.step: one for one in self.steps}.get(request.step)
        return bool(request.without) and set(request.without) == removed and asked in event.route.steps

    def _dearer(self, event: Routed) -> bool:
        return event.change is None or event.change.dearer


def _same(old: Route, new: Route) -> bool:
    """Whether nobody else would be asked, or otherwise."""
    return (old.held, old.rule, old.steps, old.requester) == (None, new.rule, new.steps, new.requester)


def _flat(levels: tuple[set[str], ...]) -> list[str]:
    return [person for level in levels for person in sorted(level)]
