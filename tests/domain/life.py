"""Random lives of orders: whatever can happen next, picked by whoever plays fate (hypothesis, or a seed)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain.alarms import SUSPENDING, Alarm
from domain.case import Case, Intent
from domain.decision import Decision, DecisionIdReusedError, Verdict
from domain.events import Alarmed, Event, Moved, Reached, Reduction, Resumed, TimePassed
from domain.order import OrderContent
from domain.phases import UNDECIDED, Phase
from domain.reducer import reduce
from tests.domain.fate import Fate, hours, luck, policy_of
from tests.domain.inspector import Inspector
from tests.domain.stage import Stage, ordered
from tests.domain.world import APPROVERS, OPERATORS, REQUESTER, World

EVERYBODY = (*APPROVERS, *OPERATORS, REQUESTER, "stan")
LINES = {"desk": 900_000, "lamp": 200_000, "mat": 100_000}
ENDS = {
    Intent.RELEASE: Phase.IN_FULFILLMENT,
    Intent.REJECT: Phase.REJECTED,
    Intent.WITHDRAW: Phase.WITHDRAWN,
}
YES, NO, SEND_BACK = Verdict.APPROVE, Verdict.REJECT, Verdict.REQUEST_CHANGES
Happens = Callable[[], object]


class Life:
    """One order, from whenever somebody first said something about it."""

    def __init__(self, fate: Fate) -> None:
        self.fate = fate
        self.world = World()
        self.log: list[tuple[datetime, Event]] = []
        self.number = self.total = 0
        pinned = luck(self.fate, 6)
        self.stage = Stage(policy_of(self.fate), self.world.directory(), pinned=pinned)
        self.stage.onlookers.append(self._keep)
        self.onlooker = Inspector(self.stage, self.world)
        if not luck(self.fate, 8):
            self.stage.place(self._content(set(LINES)))

    def _keep(self, before: Case, event: Event, after: Reduction) -> None:
        self.log.append((self.stage.now, event))

    @property
    def case(self) -> Case:
        """The case as it is."""
        return self.stage.case

    @property
    def lines(self) -> set[str]:
        """The lines that the order has now."""
        return {line.id for line in self.stage.content.lines} if self.stage.content is not None else set()

    def _content(self, lines: set[str]) -> OrderContent:
        kept = [(n, cents + (self.total if n == "desk" else 0)) for n, cents in LINES.items() if n in lines]
        number = f"PO-{self.number}" if self.number else None
        return ordered("EUR 0.00", *kept, purchase_order_number=number)

    # What may happen next.

    def goes_on(self) -> None:
        """The order takes its way: whoever is asked answers, timers fire, and what was decided is done."""
        may: list[Happens] = [self._read]
        if self.case.deciders:
            may += [self._asked_says_yes] * 4 + [self._asked_decides] * 3
        if self.case.phase is Phase.CHANGES_REQUESTED:
            may += [self._changes_made] * 6
        if self.case.suspended:
            may += [lambda: self.stage.feed(Resumed())] * 4
        if self.case.next_instant is not None:
            may += [self._due] * 3
        if self.case.opens is not None or self.case.proposals:
            may += [self.stage.read_directory] * 3
        if self.case.intent is not None:
            may += [self._carried_out]
        self.fate(may)()

    def somebody_speaks(self) -> None:
        """Anybody says anything."""
        may: list[Happens] = [
            self._decides,
            self._reassigns,
            self._reassigns,
            self._delegates,
            self._delegates,
        ]
        may += [self._extends, self._resubmits, self._comments]
        if luck(self.fate, 4):
            may += [self._withdraws]
        if self.stage.sent:
            may += [self._again, self._reused]
        self.fate(may)()

    def the_world_changes(self) -> None:
        """Time goes by, people come and go, and others lay hands on the order."""
        may: list[Happens] = [self._directory, self._directory, self._directory, self._slow, self._waited]
        if luck(self.fate, 4) and self.case.phase in UNDECIDED:
            may += [self._stopped, self._ended]
        if self.case.alarm is not None:
            may += [self._noticed]
        if self.case.route is not None:
            may += [self.stage.look]
        self.fate(may)()

    # The order is read, edited, moved and carried out.

    def _read(self) -> None:
        """For the first time, as it was, or edited by somebody."""
        if self.case.phase not in UNDECIDED:
            return
        lines, what = self.lines or set(LINES), self.fate(("price", "number", "number", "lines", "nothing"))
        if what == "price":
            self.total += 1
        elif what == "number":
            self.number += 1
        elif what == "lines" and len(lines) > 1:
            lines = lines - {self.fate(sorted(lines))}
        self.stage.place(self._content(lines))

    def _changes_made(self) -> None:
        """The requester does what was asked, something else, or nothing."""
        asked, how = (
            set(self.case.decisions[-1].without),
            self.fate(("asked", "asked", "asked", "price", "number", "")),
        )
        if not how:
            self.stage.resubmit()
            return
        fulfilled = how == "asked" and bool(asked) and asked < self.lines
        self.number += how == "number"
        self.total += how != "number" and not fulfilled
        self.stage.place(self._content(self.lines - asked if fulfilled else self.lines))

    def _due(self) -> None:
        """The workflow's timer fires."""
        assert self.case.next_instant is not None
        self.stage.wait(max(self.case.next_instant - self.stage.now, timedelta(0)))

    def _carried_out(self) -> None:
        """The workflow does what the case wants."""
        assert self.case.intent is not None
        self.stage.feed(Moved(phase=ENDS[self.case.intent]))

    def _stopped(self) -> None:
        """The order cannot be moved from where it stands."""
        self.stage.feed(Alarmed(alarm=self.fate(sorted(SUSPENDING)), detail="why"))

    def _ended(self) -> None:
        """Somebody else ends it."""
        if self.case.intent is None:
            self.stage.feed(Moved(phase=self.fate((Phase.CANCELLED, Phase.COMPLETED, Phase.REJECTED))))

    def _noticed(self) -> None:
        """It is back, an outside system answers, or something more is wrong."""
        wrong = Alarmed(alarm=Alarm.PAST_THE_GUARD, detail="why")
        events: tuple[Event, ...] = (Resumed(), Reached(), wrong)
        self.stage.feed(self.fate(events))

    # Time goes by, and people come and go.

    def _waited(self) -> None:
        self.stage.wait(hours(self.fate))

    def _directory(self) -> None:
        """Somebody leaves or comes back, goes away or returns, or turns out to be the requester."""
        person = self.fate(APPROVERS)
        what = self.fate(("left", "away", "away", "away", "back", "back", "requester"))
        if what == "left":
            self.world.gone ^= {person}
        elif what == "requester":
            self.world.is_requester ^= {person}
        elif what == "back":
            self.world.away.pop(person, None)
        else:
            others = [None, *(one for one in APPROVERS if one != person)]
            self.world.away[person] = (self.fate(others), self.fate((None, None, 1_000_000)))
        self.world.away = {who: how for who, how in self.world.away.items() if who not in self.world.gone}
        self.stage.people = self.world.directory()

    def _slow(self) -> None:
        """The directory takes its time, or answers at once."""
        self.stage.waits = luck(self.fate, 2)

    # People say things.

    def _asked_says_yes(self) -> None:
        self.stage.decide(self.fate(self.case.deciders))

    def _asked_decides(self) -> None:
        """One of those who may, whatever they like."""
        verdict = self.fate((YES, YES, SEND_BACK, SEND_BACK, SEND_BACK, NO))
        without = {self.fate(sorted(LINES)) for _ in range(self.fate((0, 1, 1, 1, 2)))} & self.lines
        some = tuple(sorted(without)) if verdict is SEND_BACK and without < self.lines else ()
        self.stage.decide(self.fate(self.case.deciders), verdict, without=some)

    def _decides(self) -> None:
        """Anybody, on any revision, or on none."""
        revision = self.fate((None, None, 1, 2, 3))
        self.stage.decide(self.fate(EVERYBODY), self.fate((YES, YES, SEND_BACK, NO)), revision=revision)

    def _withdraws(self) -> None:
        self.stage.withdraw(self.fate((REQUESTER, *EVERYBODY)))

    def _resubmits(self) -> None:
        self.stage.resubmit(self.fate((REQUESTER, "olga", *EVERYBODY)))

    def _comments(self) -> None:
        self.stage.remark(self.fate(EVERYBODY))

    def _reassigns(self) -> None:
        """Mostly an operator, or somebody who is asked."""
        by = self.fate(("olga", "otto", *self.case.deciders, "cleo"))
        approver = None if luck(self.fate, 2) else self.fate((by, *self.case.deciders, "ana"))
        self.stage.reassign(by, self.fate(EVERYBODY), approver)

    def _delegates(self) -> None:
        """Mostly somebody who is asked."""
        self.stage.delegate(self.fate((*self.case.deciders, "ana")), self.fate(EVERYBODY))

    def _extends(self) -> None:
        """Mostly an operator, mostly to an instant to come."""
        self.stage.extend(self.fate(("olga", "otto", "ana")), timedelta(hours=self.fate(range(-5, 60))))

    def _again(self) -> None:
        """The same again changes nothing but what time changes."""
        sent = self.stage.sent[self.fate(sorted(self.stage.sent))]
        self.stage.feed(TimePassed())
        before = self.case
        receipt = self.stage.say(sent)
        assert self.case == before
        assert (receipt is None) == (before.answer_to(sent.sent_id) is None)

    def _reused(self) -> None:
        """An id is used for something else: the sender's fault, and nothing changes."""
        name = self.fate(sorted(self.stage.sent))
        self.stage.feed(TimePassed())
        before = self.case
        with pytest.raises(DecisionIdReusedError):
            self.stage.say(Decision(decision_id=name, approver="nobody", verdict=YES))
        assert self.case == before

    def retold(self) -> None:
        """The same events make the same case, also when it is written out and read back only now and then."""
        case = Case(order_id="order-1")
        for n, (now, event) in enumerate(self.log):
            case = reduce(case, event, now).case
            if n % 7 == 0:
                case = Case.model_validate_json(case.model_dump_json())
        assert not self.log or case == self.case
