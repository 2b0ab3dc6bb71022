"""How much work one event of a large order is: a workflow may have a burst of them to take in before it may breathe."""

import sys
from collections.abc import Callable
from types import FrameType

from domain.fulfillment_event import FulfillmentEvent
from domain.logistic_orders import LogisticOrders
from domain.logistic_standing import standing
from domain.progress import infer
from tests.domain.logistics import after, event, orders_of

LINES = [f"line-{n:03}" for n in range(500)]
PARTS = {"a": LINES[:170], "b": LINES[170:340], "c": LINES[340:]}
WAY = ("accepted", "picking", "packed", "shipped", "delivered")


def large() -> LogisticOrders:
    """An order of 500 lines, at three providers."""
    return orders_of(**{name: dict.fromkeys(lines, 4) for name, lines in PARTS.items()})


def parcels(status: str) -> list[FulfillmentEvent]:
    """Forty parcels in twenty shipments come to a stage, each with about a dozen lines."""
    told = []
    for n in range(40):
        part, place = n % 3, n // 3
        lines = [*PARTS.values()][part][place * 12 : place * 12 + 12]
        told.append(
            event(
                f"{status}-{n}",
                status,
                dict.fromkeys(lines, 4),
                ref=f"SO-1-{part + 1}",
                hours=n,
                shipment_ref=f"s{n // 2}",
                parcel_ref=f"p{n}",
                tracking=f"T{n}",
                carrier="DHL",
            )
        )
    return told


def calls(work: Callable[[], object]) -> int:
    """How many functions of ours and of Python's are called: the work itself, whatever else the machine does."""
    counted = 0

    def count(_frame: FrameType, what: str, _arg: object) -> None:
        nonlocal counted
        counted += what in {"call", "c_call"}

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


def test_an_event_is_little_work_however_much_was_heard_before() -> None:
    """Of the events of a large order none costs more than a multiple of its lines; what it is not about costs nothing."""
    orders = large()
    for status in WAY[:-1]:
        orders, _ = after(orders, *parcels(status))
    one, *others = parcels(WAY[-1])
    infer(orders)

    def taken_in() -> None:
        infer(after(orders, one)[0])

    assert calls(taken_in) < 60_000
    assert len(others) == 39


def test_how_an_order_stands_is_worked_out_once() -> None:
    """Of the same logistic order, and of the same logistic orders: a value does not change."""
    orders, _ = after(large(), *parcels("shipped"))
    assert all(standing(one) is standing(one) for one in orders.orders)
    assert infer(orders) is infer(orders)
    later, _ = after(orders, event("late", "delivered", ref="SO-1-2"))
    first, second, third = (
        standing(now) is standing(was) for was, now in zip(orders.orders, later.orders, strict=True)
    )
    assert (first, second, third) == (True, False, True)
    copied = orders.model_copy(update={"orders": later.orders})
    assert infer(copied) == infer(later) != infer(orders)
