"""Whole stories of orders, as a workflow tells them, hold against the plain telling of the rules at every event.

The checks themselves are in `witness.py`; the second telling of the rules is in `model.py`.
"""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from domain.alarms import Alarm
from domain.decision import Decision, DecisionIdReusedError, Verdict, Withdrawal
from domain.events import Alarmed, Moved, Resumed, Routed, TimePassed
from domain.phases import FINAL, UNDECIDED, Phase
from domain.routing import Route
from tests.domain.strategies import OPERATOR, decisions, gaps, hours, routes, suspensions, withdrawals
from tests.domain.witness import Witness


class Story(RuleBasedStateMachine):
    """One order: read, decided on, edited, moved by others, waited for, carried out."""

    def __init__(self) -> None:
        super().__init__()
        self.witness = Witness()
        self.contents = 0

    @property
    def undecided(self) -> bool:
        """Whether the order is still to be decided."""
        return self.witness.case.phase in UNDECIDED

    @property
    def read(self) -> bool:
        """Whether the order was read at least once."""
        return self.witness.case.route is not None

    @initialize(early=st.booleans(), route=routes())
    def begin(self, early: bool, route: Route) -> None:
        """Half of the stories begin before the order was read."""
        if not early:
            self.edited(route)

    @rule(route=routes())
    def edited(self, route: Route) -> None:
        """The order is read with content never seen before."""
        if not self.read or self.undecided:
            self.contents += 1
            self.witness.feed(Routed(route=route, digest=f"content-{self.contents}"))

    @precondition(lambda self: self.read and self.undecided)
    @rule(route=routes(), alarm=suspensions)
    def edited_astray(self, route: Route, alarm: Alarm) -> None:
        """New content, on an order that stands where no approval can move it from."""
        self.contents += 1
        digest = f"content-{self.contents}"
        self.witness.feed(Routed(route=route, digest=digest, alarm=alarm, detail="moved"))

    @precondition(lambda self: self.read)
    @rule(route=routes())
    def read_again(self, route: Route) -> None:
        """The order is read with the content that is known."""
        self.witness.feed(Routed(route=route, digest=self.witness.case.digest))

    @rule(decision=decisions, gap=gaps)
    def somebody_decides(self, decision: Decision, gap: timedelta) -> None:
        """Anybody says anything about any revision, perhaps under an id that was used before."""
        try:
            self.witness.feed(decision, gap)
        except DecisionIdReusedError:
            assert self.witness.sent[decision.decision_id] != decision

    @precondition(lambda self: self.witness.case.deciders)
    @rule(data=st.data(), gap=gaps)
    def an_approver_decides(self, data: st.DataObject, gap: timedelta) -> None:
        """Somebody who is asked answers, mostly with yes."""
        case = self.witness.case
        decision = Decision(
            decision_id=f"own-{len(self.witness.sent)}",
            approver=data.draw(st.sampled_from(case.deciders)),
            verdict=data.draw(st.sampled_from((Verdict.APPROVE, Verdict.APPROVE, Verdict.APPROVE, *Verdict))),
            revision=case.revision,
        )
        self.witness.feed(decision, gap)

    @precondition(lambda self: self.witness.sent)
    @rule(data=st.data(), again=st.sampled_from((None, "again")))
    def sent_again(self, data: st.DataObject, again: str | None) -> None:
        """Something is sent a second time."""
        sent = data.draw(st.sampled_from(list(self.witness.sent.values())))
        self.witness.feed(sent.model_copy(update={"request_id": again}))

    @precondition(lambda self: self.witness.sent)
    @rule(data=st.data())
    def id_reused(self, data: st.DataObject) -> None:
        """An id is used for something else: the sender hears of its fault, and nothing changes."""
        sent = data.draw(st.sampled_from(list(self.witness.sent.values())))
        before = self.witness.case
        with pytest.raises(DecisionIdReusedError):
            self.witness.feed(sent.model_copy(update={"comment": "something else"}))
        assert self.witness.case == before

    @rule(withdrawal=withdrawals)
    def somebody_withdraws(self, withdrawal: Withdrawal) -> None:
        """Anybody tries to withdraw the order."""
        try:
            self.witness.feed(withdrawal)
        except DecisionIdReusedError:
            assert self.witness.sent[withdrawal.withdrawal_id] != withdrawal

    @rule(luck=st.integers(0, 4))
    def an_operator_withdraws(self, luck: int) -> None:
        """Now and then an operator does."""
        if luck == 0:
            sent = Withdrawal(withdrawal_id=f"own-{len(self.witness.sent)}", requester=OPERATOR)
            self.witness.feed(sent)

    @rule(for_=hours)
    def wait(self, for_: timedelta) -> None:
        """Time goes by."""
        self.witness.feed(TimePassed(), for_)

    @precondition(lambda self: self.witness.case.next_instant is not None)
    @rule()
    def wait_until_something_is_due(self) -> None:
        """The workflow's timer fires."""
        instant = self.witness.case.next_instant
        assert instant is not None
        self.witness.feed(TimePassed(), max(instant - self.witness.now, timedelta(0)))

    @precondition(lambda self: self.undecided)
    @rule(alarm=suspensions)
    def moved_outside(self, alarm: Alarm) -> None:
        """Somebody moves the order past its approval, or an outside system refuses what we ask."""
        self.witness.feed(Alarmed(alarm=alarm, detail="why"))

    @rule()
    def moved_back(self) -> None:
        """The order is back where it can be approved."""
        self.witness.feed(Resumed())

    @precondition(lambda self: self.witness.case.intent is not None)
    @rule()
    def carried_out(self) -> None:
        """The workflow does what the case wants."""
        self.witness.carry_out()

    @precondition(lambda self: self.undecided)
    @rule(phase=st.sampled_from((Phase.CANCELLED, Phase.REJECTED, Phase.COMPLETED)), luck=st.integers(0, 4))
    def ended_outside(self, phase: Phase, luck: int) -> None:
        """Now and then somebody else ends the order."""
        if luck == 0:
            self.witness.feed(Moved(phase=phase))

    @precondition(lambda self: self.witness.case.phase is Phase.IN_FULFILLMENT)
    @rule(phase=st.sampled_from(sorted(FINAL - {Phase.WITHDRAWN, Phase.REJECTED})))
    def delivered(self, phase: Phase) -> None:
        """What is on its way arrives, or is given up."""
        self.witness.feed(Moved(phase=phase))


Story.TestCase.settings = settings(deadline=None, max_examples=20, stateful_step_count=25)
TestStory = Story.TestCase


class ManyStories(Story):
    """The same, told more often."""


ManyStories.TestCase.settings = settings(deadline=None, max_examples=120, stateful_step_count=40)
TestManyStories = pytest.mark.slow(ManyStories.TestCase)
