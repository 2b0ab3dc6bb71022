"""Whatever people answer and however time passes: nothing is released without each step's quorum of different people."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case, Intent
from domain.decision import Verdict
from domain.policy import Outcome
from domain.quorum import missing
from domain.route import Route, RouteStep
from tests.domain.strategies import PEOPLE, routes
from tests.domain.witness import Witness

pauses = st.sampled_from((timedelta(0), timedelta(0), timedelta(0), timedelta(hours=3), timedelta(days=2)))
verdicts = st.sampled_from((*(Verdict.APPROVE,) * 12, Verdict.REJECT))
answers = st.lists(st.tuples(st.sampled_from(PEOPLE), pauses, verdicts), min_size=3, max_size=20)


def quorums(step: RouteStep, case: Case) -> bool:
    """Whether one of the step's levels has the yes of as many different people of its own as it wants."""
    yes = [d for d in case.decisions if d.verdict is Verdict.APPROVE and not d.void]
    ever = {d.approver for d in yes}
    for n, level in enumerate(step.levels):
        here = {d.approver for d in yes if (d.step, d.level) == (step.step, n)} & set(level.approvers)
        if here and (set(level.approvers) <= ever if level.everybody else len(here) >= level.needed):
            return True
    return False


@settings(deadline=None, max_examples=150)
@given(routes().filter(lambda route: route.held is None and bool(route.steps)), answers)
def test_nothing_is_released_without_every_quorum(
    route: Route, said: list[tuple[str, timedelta, Verdict]]
) -> None:
    """Counted here from the decisions alone; the plain telling of the rules agrees at every event."""
    witness = Witness()
    witness.route(route)
    for person, pause, verdict in said:
        witness.wait(pause)
        witness.decide(person, verdict, revision=None)
        case = witness.case
        if case.intent is Intent.RELEASE:
            missed = [step for step in route.steps if not quorums(step, case)]
            assert all(step.on_timeout is Outcome.APPROVE for step in missed)
            assert not {d.approver for d in case.decisions} & set(route.requester)
        if case.intent is not None:
            break


@settings(deadline=None, max_examples=100)
@given(routes().filter(lambda route: route.held is None and bool(route.steps)), st.data())
def test_every_route_can_be_gone_to_its_end_by_those_who_are_asked(route: Route, data: st.DataObject) -> None:
    """As long as somebody is asked, enough are left to settle the step; only who counted before can strand one."""
    witness = Witness()
    witness.route(route)
    for _ in range(len(PEOPLE) + 1):
        deciders = witness.case.deciders
        if not deciders:
            break
        step, level = witness.case.step, witness.case.level
        still = missing(witness.case, step, level)
        assert still is not None
        assert 1 <= still <= len(deciders)
        witness.decide(data.draw(st.sampled_from(deciders)))
        if still > 1:
            assert (witness.case.step, witness.case.level) == (step, level)
        else:
            assert witness.case.step > step or witness.case.intent is Intent.RELEASE or witness.case.alarm
    assert witness.case.intent is Intent.RELEASE or witness.case.alarm is not None
