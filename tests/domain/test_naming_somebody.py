"""An order that is held because nobody was left to decide when it was routed: an operator names somebody."""

import pytest

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.case import Intent
from domain.decision import Receipt
from tests.domain.cast import DAY
from tests.domain.stage import Stage, asking, ordered, policy

ALONE = asking("line", "rita")
"""rita has placed the order, so nobody is left of it."""
FINANCE = asking("finance", "cleo")


def held_stage(*steps: object) -> Stage:
    """An order of rita's whose route asks rita."""
    stage = Stage(policy(*(steps or (ALONE, FINANCE))), order=ordered())  # type: ignore[arg-type]
    assert stage.case.alarm is Alarm.HELD
    assert stage.case.deciders == ()
    return stage


def test_an_operator_names_somebody_and_the_order_goes_its_way() -> None:
    """ben is asked, with two days; then the steps behind."""
    stage = held_stage()
    assert stage.reassign("olga", "ben") is Receipt.ACCEPTED
    assert stage.case.alarm is None
    assert stage.case.deciders == ("ben",)
    assert stage.case.due_at == stage.now + 2 * DAY
    assert stage.kinds()[-2:] == [AuditKind.REASSIGNED, AuditKind.REQUESTED]
    assert stage.decide("ben") is Receipt.ACCEPTED
    assert stage.case.deciders == ("cleo",)
    assert stage.decide("cleo") is Receipt.ACCEPTED
    assert stage.case.intent is Intent.RELEASE


def test_every_step_without_anybody_needs_somebody() -> None:
    """Until then the order is held; and nobody counts twice."""
    stage = held_stage(ALONE, asking("unit", "rita"))
    assert stage.reassign("olga", "ben") is Receipt.ACCEPTED
    assert stage.case.alarm is Alarm.HELD
    assert stage.reassign("olga", "cleo") is Receipt.ACCEPTED
    assert stage.case.deciders == ("ben",)
    stage.decide("ben")
    assert stage.case.deciders == ("cleo",)


@pytest.mark.parametrize(("by", "to"), [("ana", "ben"), ("rita", "ben"), ("olga", "rita"), ("olga", "stan")])
def test_nobody_else_names_and_nobody_is_named_who_cannot(by: str, to: str) -> None:
    """Only operators; not the requester, and nobody whom the directory does not have."""
    stage = held_stage()
    assert stage.reassign(by, to) is Receipt.NOT_ALLOWED
    assert stage.case.alarm is Alarm.HELD
