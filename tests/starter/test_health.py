"""Up, ready, and counted."""

from clients.errors import Forbidden
from starter.orders_gateway import UnansweredError
from starter.readiness import Readiness
from tests.starter.conftest import Served, problem
from tests.starter.fakes import FakeOrders, FakeShop, unreachable


async def test_up_is_up_whatever_stands_behind(served: Served) -> None:
    """Without a token, too."""
    served.orders.fails, served.shop.fails = UnansweredError("down"), unreachable()
    assert (await served.http.get("/healthz")).json() == {"status": "ok"}


async def test_ready_when_both_sides_answer(served: Served) -> None:
    """Temporal with its search attributes, and commercetools with our credentials."""
    answer = await served.http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {"temporal": "ok", "commercetools": "ok"}}


async def test_not_ready_says_what_is_missing(served: Served) -> None:
    """503, naming each side that is not as it should be, and no address of theirs."""
    served.orders.missing = frozenset({"PlacetPhase", "PlacetAlarm"})
    served.shop.fails = unreachable()
    body = problem(await served.http.get("/readyz"), 503, "notReady")
    assert body["checks"] == {
        "temporal": "search attributes are missing: PlacetAlarm, PlacetPhase; run placet setup",
        "commercetools": "does not take us: Unreachable",
    }


async def test_readiness_is_looked_up_at_most_once_a_second() -> None:
    """Anybody may ask: it must not become traffic to others."""
    orders, shop, now = FakeOrders(), FakeShop(), [100.0]
    readiness = Readiness(orders, shop, clock=lambda: now[0])
    for _ in range(50):
        assert await readiness.checks() == {"temporal": "ok", "commercetools": "ok"}
    assert orders.looked == 1
    now[0] += 1.0
    orders.fails = UnansweredError("down")
    assert (await readiness.checks())["temporal"] == "does not answer"
    assert orders.looked == 2


async def test_a_client_that_may_not_read_the_project_is_still_known() -> None:
    """Its scopes need not include the project's settings."""
    shop = FakeShop()
    shop.fails = Forbidden("no", system="commercetools", status=403)
    assert (await Readiness(FakeOrders(), shop).checks())["commercetools"] == "ok"


async def test_requests_are_counted_by_route_and_status(served: Served) -> None:
    """And timed; the route is the template, so that ids make no labels."""
    await served.get("/orders/order-1")
    await served.get("/orders/order-2")
    route = 'method="GET",route="/orders/{orderId}"'
    assert await served.counted(f'placet_requests_total{{{route},status="200"}}') == 2
    assert await served.counted(f"placet_request_seconds_count{{{route}}}") == 2
