"""One order over two locations by two providers: a late first parcel, a partial cancellation, a return, completed."""

from typing import Any

from domain.fulfillment import logistic_order_ref
from domain.logistic_events import CancelAnswered, CancelRequested, CancelToAsk, HandedOver
from domain.logistic_order import CancelAnswer
from domain.logistic_orders import planned
from domain.progress import End, LineStage, ShipmentState, infer
from domain.progress_actions import WrittenOrder
from domain.progress_diff import diff
from domain.splitting import LineFacts, SplitFacts, SplitRule, SplittingRules, SplitWhen, split
from tests.domain.logistics import after, event
from tests.domain.test_splitting import content, line
from tests.domain.written import apply

RULES = SplittingRules(
    rules=(
        SplitRule(rule="berlin", when=SplitWhen(supply_channel=("berlin",)), provider="fluent", location="b"),
        SplitRule(rule="rest", provider="webhook", location="h"),
    )
)
FACTS = SplitFacts(
    lines={"chair": LineFacts(supply_channel="berlin"), "desk": LineFacts(supply_channel="hamburg")}
)
BERLIN, HAMBURG = (logistic_order_ref("SO-1", "id", n) for n in (1, 2))


def test_from_the_split_to_the_end() -> None:
    """The right deliveries, quantities and states at each step, written once."""
    found = split(content(line("chair", 4), line("desk", 2)), RULES, FACTS)
    orders = planned(found, (BERLIN, HAMBURG))
    assert [(one.provider, one.location, one.lines) for one in orders.orders] == [
        ("fluent", "b", {"chair": 4}),
        ("webhook", "h", {"desk": 2}),
    ]
    orders, _ = after(orders, HandedOver(ref=BERLIN), HandedOver(ref=HAMBURG), event("e1", "picking"))
    written = WrittenOrder()

    # The second parcel is heard of before the first.
    parcels: dict[str, Any] = {"shipment_ref": "F1", "ref": BERLIN}
    for one in (
        event("e3", "shipped", {"chair": 1}, parcel_ref="p2", sequence=3, hours=3, tracking="T2", **parcels),
        event("e2", "shipped", {"chair": 2}, parcel_ref="p1", sequence=2, hours=2, tracking="T1", **parcels),
        event("e0", "packed", {"chair": 3}, sequence=1, hours=1, **parcels),
    ):
        orders, _ = after(orders, one)
        written = apply(written, diff(written, infer(orders)))
    (delivery,) = written.deliveries
    assert (delivery.key, delivery.items) == ("SO-1-1_F1", {"chair": 3})
    assert {one.key: (one.tracking_id, one.items) for one in delivery.parcels} == {
        "SO-1-1_F1_p1": ("T1", {"chair": 2}),
        "SO-1-1_F1_p2": ("T2", {"chair": 1}),
    }
    assert written.shipment_state == ShipmentState.PARTIAL

    # One chair and one desk are cancelled; Berlin agrees, Hamburg has shipped them already.
    orders, effects = after(orders, CancelRequested(request_id="c1", items={"chair": 1, "desk": 1}))
    asked = {one.ref: one.altogether for one in effects if isinstance(one, CancelToAsk)}
    assert asked == {HAMBURG: {"desk": 1}, BERLIN: {"chair": 1}}
    orders, _ = after(
        orders,
        event("h1", "shipped", ref=HAMBURG, hours=4),
        CancelAnswered(request_id="c1", ref=HAMBURG, answer=CancelAnswer.REFUSED, why="shipped"),
        CancelAnswered(request_id="c1", ref=BERLIN, answer=CancelAnswer.CONFIRMED),
    )
    assert infer(orders).shipment_state is ShipmentState.SHIPPED
    assert infer(orders).end is None

    orders, _ = after(
        orders,
        event("e4", "delivered", hours=5, **parcels),
        event("h2", "delivered", ref=HAMBURG, hours=6),
        event("e5", "returned", {"chair": 1}, ref=BERLIN, hours=7, return_ref="R1", reason_code="damaged"),
    )
    progress = infer(orders)
    written = apply(written, diff(written, progress))
    assert (progress.end, progress.findings) == (End.COMPLETED, ())
    assert progress.lines == {
        "chair": {LineStage.DELIVERED: 2, LineStage.RETURNED: 1, LineStage.CANCELLED: 1},
        "desk": {LineStage.DELIVERED: 2},
    }
    assert written.shipment_state == ShipmentState.DELIVERED
    assert {one.key: one.items for one in written.deliveries} == {
        "SO-1-1_F1": {"chair": 3},
        "SO-1-2": {"desk": 2},
    }
    assert [(one.key, one.quantity) for one in written.return_items] == [("SO-1-1_R1_chair", 1)]
    assert diff(written, progress) == ()
