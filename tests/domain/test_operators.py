"""What operators may do, who they are by the newest reading of the directory, and that nobody operates on their own order."""

from domain.alarms import Alarm
from domain.audit import AuditKind
from domain.decision import Receipt
from domain.directory import Directory
from domain.order import Requester
from tests.domain.cast import DAY
from tests.domain.stage import Stage, asking, ordered, policy, staff

STEPS = (asking("first", "ana", "ben"), asking("second", "cleo"))


def operated_by(*operators: str) -> Directory:
    """The people, with these as the operators."""
    people = staff()
    groups = tuple(
        group.model_copy(update={"members": operators}) if group.id == "operators" else group
        for group in people.groups
    )
    return people.model_copy(update={"groups": groups})


def of_an_operator() -> Stage:
    """Rita is an operator, and has placed the order."""
    return Stage(policy(*STEPS), operated_by("olga", "rita"), ordered())


def test_an_operator_does_not_say_who_decides_their_own_order() -> None:
    """Neither in whose place somebody decides, nor who decides as well, nor until when."""
    stage = of_an_operator()
    assert stage.reassign("rita", "finn", "ana") is Receipt.NOT_ALLOWED
    assert stage.reassign("rita", "finn") is Receipt.NOT_ALLOWED
    assert stage.extend("rita", DAY) is Receipt.NOT_ALLOWED
    assert stage.case.deciders == ("ana", "ben")
    assert stage.reassign("olga", "finn", "ana") is Receipt.ACCEPTED
    assert stage.extend("olga", DAY) is Receipt.ACCEPTED


def test_nor_by_another_identity() -> None:
    """An order that the directory cannot tell whose it is, and that names the operator's own id as its customer."""
    placed = ordered(requester=Requester(customer_id="OLGA"))
    stage = Stage(policy(*STEPS), None, placed)
    assert stage.case.route is not None
    assert stage.case.route.requester == ()
    assert stage.extend("olga", DAY) is Receipt.NOT_ALLOWED
    assert stage.extend("otto", DAY) is Receipt.ACCEPTED


def test_nor_where_the_directory_learns_later_whose_it_is() -> None:
    """Olga turns out to be rita."""
    stage = Stage(policy(*STEPS), None, ordered())
    stage.people = staff(olga={"customer": "customer-rita"})
    stage.look()
    assert stage.reassign("olga", "finn", "ana") is Receipt.NOT_ALLOWED
    assert stage.extend("olga", DAY) is Receipt.NOT_ALLOWED


def test_an_operator_takes_their_own_order_back_and_resubmits_it() -> None:
    """As any requester does."""
    stage = of_an_operator()
    stage.request_changes("ana")
    assert stage.resubmit("rita") is Receipt.ACCEPTED
    assert stage.withdraw("rita") is Receipt.ACCEPTED


def test_the_operators_of_now_act_when_a_level_has_opened() -> None:
    """Finn has become an operator since the order was routed, and olga and otto are none any more."""
    stage = Stage(policy(*STEPS), None, ordered())
    stage.people = operated_by("finn")
    assert stage.extend("finn", DAY) is Receipt.NOT_ALLOWED, "nobody has read the directory since"
    stage.decide("ana")
    assert stage.extend("finn", DAY) is Receipt.ACCEPTED
    assert stage.trail.entries[-1].kind is AuditKind.EXTENDED
    assert stage.trail.entries[-1].actor == "finn"
    assert stage.extend("olga", DAY) is Receipt.NOT_ALLOWED
    assert stage.withdraw("otto") is Receipt.NOT_ALLOWED


def test_an_overdue_order_is_unblocked_by_a_new_operator_once_it_was_looked_at() -> None:
    """Nobody need edit the order for that."""
    stage = Stage(policy(*STEPS), None, ordered())
    stage.wait(3 * DAY)
    assert stage.case.alarm is Alarm.OVERDUE
    stage.people = operated_by("finn")
    stage.look()
    assert stage.extend("finn", DAY) is Receipt.ACCEPTED
    assert stage.case.alarm is None


def test_a_held_order_is_unblocked_by_a_new_operator_once_it_was_looked_at() -> None:
    """Cleo has left, and so have those who were operators."""
    stage = Stage(policy(*STEPS), None, ordered())
    stage.people = staff(without=("cleo",))
    stage.decide("ana")
    assert stage.case.alarm is Alarm.HELD
    stage.people = operated_by("finn")
    stage.look()
    assert stage.reassign("finn", "dana") is Receipt.ACCEPTED
    assert stage.case.deciders == ("dana",)


def test_a_proposal_is_decided_by_the_operators_of_the_reading_that_was_made_for_it() -> None:
    """Olga is none any more when the directory is read for what she wants."""
    stage = Stage(policy(*STEPS), None, ordered())
    stage.people = operated_by("finn")
    assert stage.reassign("olga", "dana", "ana") is Receipt.NOT_ALLOWED
    assert stage.reassign("finn", "dana", "ana") is Receipt.ACCEPTED


def test_a_new_route_has_operators_of_its_own() -> None:
    """They were read with it."""
    stage = Stage(policy(*STEPS), None, ordered())
    stage.people = operated_by("finn")
    stage.look()
    stage.people = staff()
    stage.place(ordered("EUR 11,000.00"))
    assert stage.extend("finn", DAY) is Receipt.NOT_ALLOWED
    assert stage.extend("olga", DAY) is Receipt.ACCEPTED
