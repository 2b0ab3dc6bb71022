"""Where the units of a request to cancel stand, and the words in which that is answered."""

import pytest

from domain.cancellation_answer import not_there, told, too_many
from domain.logistic_cancel_requests import ordered_units, spread
from domain.logistic_events import CancelAnswered, CancelRequested, NotCancellable
from domain.logistic_order import CancelAnswer, LogisticOrder
from domain.logistic_orders import LogisticOrders
from domain.splitting import Held
from tests.domain.logistics import after, event

HELD = Held(line_item_id="l1", quantity=1, why="no rule takes it")


def orders(provider: str = "acme", held: tuple[Held, ...] = ()) -> LogisticOrders:
    """Six of a line at a provider, and what is held."""
    one = LogisticOrder(ref="SO-1-1", provider=provider, lines={"l1": 6}, handed_over=True)
    return LogisticOrders(orders=(one,), held=held, rules_digest="r")


def ask(units: int, name: str) -> CancelRequested:
    """For so many of the line, wherever they are."""
    return CancelRequested(request_id=name, items={"l1": units} if units else {})


def yes(name: str) -> CancelAnswered:
    """The provider has cancelled them."""
    return CancelAnswered(request_id=name, ref="SO-1-1", answer=CancelAnswer.CONFIRMED)


def test_every_unit_is_told_by_how_it_stands() -> None:
    """One is held, one can be asked for, one is being cancelled, one is cancelled, and three have left."""
    known, _ = after(orders(held=(HELD,)), event("e1", "shipped", {"l1": 3}, shipment_ref="S1"))
    known = known.model_copy(update={"held": ()})
    known, _ = after(known, ask(1, "r1"), yes("r1"), ask(1, "r2"))
    known = known.model_copy(update={"held": (HELD,)})
    assert ordered_units(known) == {"l1": 7}
    found = spread(known, ask(7, "r3"))
    assert told(found) == (
        "whoever has the units is asked to cancel them; cancelled, as nobody has them yet: 1 of line l1; "
        "being cancelled already: 1 of line l1; cancelled already: 1 of line l1; gone already: 3 of line l1"
    )
    _, effects = after(known, ask(7, "r3"))
    (late,) = [one for one in effects if isinstance(one, NotCancellable)]
    assert (late.items, late.already) == ({"l1": 5}, {"l1": 2})


def test_held_units_that_were_let_go_are_cancelled_already() -> None:
    """They are still units of the order: to name them again is no mistake, and needs nobody."""
    known, _ = after(LogisticOrders(held=(HELD,), rules_digest="r"), ask(1, "r1"))
    assert ordered_units(known) == {"l1": 1}
    assert told(spread(known, ask(1, "r2"))) == "cancelled already: 1 of line l1"


def test_nobody_is_said_to_be_asked_where_nobody_is() -> None:
    """Of a custom object operators are told; of everything, once all of it has left, nothing is left."""
    assert told(spread(orders("custom-object"), ask(2, "r1"))) == (
        "no provider can be asked about 2 of line l1: operators are told"
    )
    gone, _ = after(orders(), event("e1", "shipped"))
    assert told(spread(gone, ask(0, "r1"))).startswith("nothing is left to cancel")


@pytest.mark.parametrize(
    ("wanted", "unknown", "beyond"),
    [
        ({"l1": 6}, None, None),
        ({"l1": 7}, None, "line l1 has 6, not 7"),
        ({"nope": 1, "l1": 1}, "the order has no line nope; it has l1", None),
    ],
)
def test_what_the_order_does_not_have(
    wanted: dict[str, int], unknown: str | None, beyond: str | None
) -> None:
    """Lines first, then their units."""
    ordered = ordered_units(orders())
    assert not_there(wanted, ordered) == unknown
    if unknown is None:
        assert too_many(wanted, ordered) == beyond
