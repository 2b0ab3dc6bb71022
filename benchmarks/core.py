"""The pure core by itself: cases reduced and policies evaluated on one processor core."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from benchmarks.measured import Measured, Sizes, rounded
from benchmarks.sink_store import order_document
from clients.projections import order_from_json
from configuration import Configuration, load
from domain.case import Case
from domain.decision import Decision, Verdict
from domain.events import Event, Moved, Routed, TimePassed
from domain.order import OrderContent
from domain.phases import Phase
from domain.reducer import reduce
from domain.routing import Router, policy_digest, route
from settings import SHIPPED_CONFIG

_HOW = (
    "calls in {seconds:g} s of processor time of one thread. case: the reducer over one order's whole approval, {events} events; "
    "policy: the shipped one on an order that its last but one rule matches; digest: the digest of an order's content; "
    "projection: a REST order of three lines read into the domain's order"
)


async def core(sizes: Sizes) -> Measured:
    """Calls per second of each."""
    configuration, document = load(SHIPPED_CONFIG), order_document("pure")
    content = order_from_json(document).content
    digest = policy_digest(configuration.policy, configuration.directory)
    router = Router(configuration.policy, configuration.directory, digest)
    events = story(configuration, content)

    def whole_case() -> None:
        case, now = Case(order_id="pure"), datetime(2026, 3, 1, tzinfo=UTC)
        for event in events:
            now += timedelta(minutes=1)
            case = reduce(case, event, now).case
        if case.phase is not Phase.COMPLETED:
            raise RuntimeError(f"the story ended in {case.phase}")

    rates = {
        "casesReducedPerSecond": per_second(whole_case, sizes.core_seconds),
        "policiesEvaluatedPerSecond": per_second(lambda: router.route(content), sizes.core_seconds),
        "digestsPerSecond": per_second(lambda: content.digest, sizes.core_seconds),
        "ordersReadPerSecond": per_second(lambda: order_from_json(document), sizes.core_seconds),
    }
    return Measured(
        name="core",
        how=_HOW.format(seconds=sizes.core_seconds, events=len(events)),
        figures={name: rounded(rate) for name, rate in rates.items()},
        rows=[
            ("pure function", "calls/s", "microseconds"),
            *(
                (name.removesuffix("PerSecond"), f"{rate:.0f}", f"{1e6 / rate:.1f}")
                for name, rate in rates.items()
            ),
        ],
    )


def story(configuration: Configuration, content: OrderContent) -> Sequence[Event]:
    """One manager's yes, from the route to the end, as a workflow feeds it to the reducer."""
    digest = policy_digest(configuration.policy, configuration.directory)
    routed = route(configuration.policy, configuration.directory, content, digest)
    yes = Decision(decision_id="d-1", approver="ana", verdict=Verdict.APPROVE, revision=1)
    return (
        Routed(route=routed, digest=content.digest),
        TimePassed(),
        yes,
        Moved(phase=Phase.IN_FULFILLMENT),
        Moved(phase=Phase.COMPLETED),
    )


def per_second(call: Callable[[], object], seconds: float) -> float:
    """How often it can be called in a second of processor time."""
    call()
    began, calls = time.process_time(), 0
    while (spent := time.process_time() - began) < seconds:
        for _ in range(20):
            call()
        calls += 20
    return calls / spent
