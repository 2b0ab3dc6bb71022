"""The rules of approval told a second time, as plainly as they can be; the reducer has to agree with them."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.alarms import SUSPENDING, Alarm
from domain.case import Intent
from domain.decision import Decision, Receipt, Verdict, Withdrawal
from domain.phases import FINAL, UNDECIDED, Phase
from domain.policy import Outcome
from domain.routing import Route, RouteStep
from domain.spans import plain

OVER = FINAL | {Phase.IN_FULFILLMENT}


def id_of(sent: Decision | Withdrawal) -> str:
    """The id under which something was sent."""
    return sent.decision_id if isinstance(sent, Decision) else sent.withdrawal_id


@dataclass
class Model:
    """Who has the authority, and what was said with it. Knows nothing of facts, notices and texts."""

    phase: Phase = Phase.ROUTING
    route: Route | None = None
    digest: str = ""
    revision: int = 0
    step: int = 0
    level: int | None = None
    due: datetime | None = None
    yes: list[tuple[str, int, str]] = field(default_factory=list)
    """Each yes on this revision: to which step, at which level, and whose."""
    done: set[str] = field(default_factory=set)
    """Steps whose quorum was there, at the level that had the authority then."""
    lapsed: set[str] = field(default_factory=set)
    """Steps for which the policy's declared outcome said yes."""
    intent: Intent | None = None
    astray: Alarm | None = None
    """Why the order cannot be moved from where it stands."""
    withdrawn: bool = False
    early: list[Decision | Withdrawal] = field(default_factory=list)

    @property
    def suspended(self) -> bool:
        """Whether no decision can take effect."""
        return self.astray is not None

    @property
    def asked(self) -> RouteStep | None:
        """The step that somebody is asked about now."""
        quiet = self.intent is not None or self.suspended or self.withdrawn or self.phase is not Phase.PENDING
        if quiet or self.route is None or self.route.held is not None or self.level is None:
            return None
        return self.route.steps[self.step]

    @property
    def deciders(self) -> set[str]:
        """Who may decide now."""
        if self.asked is None or self.level is None:
            return set()
        return set(self.asked.levels[self.level].approvers) - self.heard

    @property
    def heard(self) -> set[str]:
        """Everybody whose yes counts already."""
        return {person for _, _, person in self.yes}

    def settled(self, step: RouteStep, level: int) -> bool:
        """Whether the step has the yes of so many different people at that level as the level wants."""
        asked = step.levels[level]
        here = {person for name, at, person in self.yes if (name, at) == (step.step, level)}
        assert here <= set(asked.approvers)
        enough = self.heard >= set(asked.approvers) if asked.everybody else len(here) >= asked.needed
        return bool(here) and enough

    @property
    def satisfied(self) -> bool:
        """Whether everything that policy wants has been said, on this revision."""
        if self.route is None or self.route.held is not None:
            return False
        return all(step.step in self.done | self.lapsed for step in self.route.steps)

    def see(self, route: Route, digest: str, alarm: Alarm | None, now: datetime) -> dict[str, Receipt]:
        """The order was read and routed; whoever was early is answered."""
        if self.phase in OVER:
            return {}
        if self.withdrawn:
            self._carry_on_withdrawing(alarm)
            return {}
        if self._knows(route, digest, alarm):
            return {}
        if digest != self.digest:
            self.revision += 1
        self.route, self.digest, self.intent, self.phase = route, digest, None, Phase.ROUTING
        self._ask_everybody(alarm, now)
        return self._answer_early(now)

    def _knows(self, route: Route, digest: str, alarm: Alarm | None) -> bool:
        """Whether nothing is new: the content, and for a held order also its route and place."""
        if self.route is None or digest != self.digest:
            return False
        return self.route.held is None or (route == self.route and alarm is self.astray)

    def resume(self, now: datetime) -> None:
        """The order is back where it can be approved."""
        if not self.suspended or self.route is None or self.phase in OVER:
            return
        if self.withdrawn:
            self._carry_on_withdrawing(None)
            return
        self._ask_everybody(None, now)

    def _carry_on_withdrawing(self, alarm: Alarm | None) -> None:
        if alarm is None and self.suspended:
            self.astray, self.intent = None, Intent.WITHDRAW

    def _ask_everybody(self, alarm: Alarm | None, now: datetime) -> None:
        self.yes, self.done, self.lapsed, self.due, self.level = [], set(), set(), None, None
        self.astray = alarm
        if alarm is None and self.route is not None and self.route.automatic:
            self.intent = Intent.RELEASE
            return
        self.phase = Phase.PENDING
        if alarm is None and self.route is not None and self.route.held is None:
            self._open(0, now)

    def _open(self, step: int, now: datetime) -> None:
        self.step, self.level, self.due = step, None, None
        self._give_to(0, now)

    def _give_to(self, level: int, now: datetime) -> bool:
        """Give the authority to the first level from `level` on with somebody left; whether there is one."""
        if self.route is None:
            return False
        levels = self.route.steps[self.step].levels
        for index in range(level, len(levels)):
            left = len(set(levels[index].approvers) - self.heard)
            if left >= (1 if levels[index].everybody else levels[index].needed):
                self.level, self.due = index, now + plain(levels[index].within)
                return True
        return False

    def wait(self, now: datetime) -> None:
        """It is now later."""
        step = self.asked
        if step is None or self.level is None or self.due is None or now < self.due:
            return
        if self._give_to(self.level + 1, now):
            return
        self.due = None
        if step.on_timeout is Outcome.REJECT:
            self.intent = Intent.REJECT
        elif step.on_timeout is Outcome.APPROVE:
            self.lapsed.add(step.step)
            self._next(now)

    def _next(self, now: datetime) -> None:
        if self.route is not None and self.step + 1 < len(self.route.steps):
            self._open(self.step + 1, now)
        else:
            self.intent = Intent.RELEASE

    def alarm(self, alarm: Alarm) -> None:
        """Something is wrong that stops the approval."""
        if alarm in SUSPENDING:
            self.astray, self.intent, self.due = alarm, None, None

    def move(self, phase: Phase, now: datetime) -> dict[str, Receipt]:
        """The order is elsewhere; whoever was early is answered."""
        self.phase, self.intent, self.due = phase, None, None
        return self._answer_early(now)

    def _answer_early(self, now: datetime) -> dict[str, Receipt]:
        early, self.early = self.early, []
        answers = {id_of(sent): self.hear(sent, now) for sent in early}
        return {sent: answer for sent, answer in answers.items() if answer is not None}

    def hear(self, sent: Decision | Withdrawal, now: datetime) -> Receipt | None:
        """What is answered to a decision or withdrawal never heard before; None if the answer has to wait."""
        if self.route is None and self.phase not in FINAL:
            self.early.append(sent)
            return None
        return self._decide(sent, now) if isinstance(sent, Decision) else self._withdraw(sent)

    def _decide(self, decision: Decision, now: datetime) -> Receipt:
        answer = self._answer(decision)
        step = self.asked
        if answer is Receipt.ACCEPTED and step is not None:
            if decision.verdict is Verdict.APPROVE and self.level is not None:
                self.yes.append((step.step, self.level, decision.approver))
                if not self.settled(step, self.level):
                    return answer
                self.done.add(step.step)
            self.due = None
            if decision.verdict is Verdict.APPROVE:
                self._next(now)
            elif decision.verdict is Verdict.REJECT:
                self.intent = Intent.REJECT
            else:
                self.phase = Phase.CHANGES_REQUESTED
        return answer

    def _answer(self, decision: Decision) -> Receipt:
        if decision.revision is not None and decision.revision != max(self.revision, 1):
            return Receipt.SUPERSEDED
        late = self._late()
        if late is not None:
            return late
        if self.suspended or self.phase is Phase.CHANGES_REQUESTED:
            return Receipt.NOT_PENDING
        if decision.approver in self.deciders:
            return Receipt.ACCEPTED
        return Receipt.ALREADY_DECIDED if self._has_had_a_say(decision.approver) else Receipt.NOT_ALLOWED

    def _late(self) -> Receipt | None:
        taken_back = self.withdrawn and self.phase in UNDECIDED
        if taken_back or self.phase in {Phase.WITHDRAWN, Phase.CANCELLED}:
            return Receipt.NOT_PENDING
        undecided = self.intent is None and self.phase in UNDECIDED
        return None if undecided else Receipt.ALREADY_DECIDED

    def _has_had_a_say(self, person: str) -> bool:
        """Whether the person's yes counts already, or the step they could have decided is behind us."""
        if self.route is None or self.route.held is not None:
            return False
        named = [
            {p for level in step.levels for p in level.approvers}
            for step in self.route.steps[: self.step + 1]
        ]
        behind = any(person in people for people in named[:-1]) and person not in named[-1]
        return person in self.heard or behind

    def _withdraw(self, withdrawal: Withdrawal) -> Receipt:
        late = self._late()
        if late is not None:
            return late
        route = self.route
        person = withdrawal.requester
        may = route is not None and (
            person in {*route.requester, *route.operators}
            or person.lower() in {identity.lower() for identity in route.requester_identities}
        )
        if not may:
            return Receipt.NOT_ALLOWED
        self.withdrawn, self.intent, self.due = True, Intent.WITHDRAW, None
        return Receipt.ACCEPTED
