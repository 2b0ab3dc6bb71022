"""A worker like ours, except that some of its orders are all due at one instant: `python -m benchmarks.punctual --due FILE`.

How many orders can be woken in one second could not be measured otherwise: each is due so long after it was routed. Here the
span of an order whose id begins with `due-` is shortened when it is routed, so that it ends at the instant in the file, which
is written when somebody knows it. Everything else is the product's.
"""

import argparse
import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from temporalio import activity

import worker
from activities.orders import OrderActivities
from activities.records import Records
from activities.requests import RouteRequest, Routing
from configuration import Configuration, load
from domain.routing import Route
from settings import Settings, connect, load_settings

READY = "punctual worker ready"
DUE_TOGETHER = "due-"


class Punctual(OrderActivities):
    """Routes as the product does; for some, the first level of each step ends at an instant, without a reminder."""

    due: Path

    @activity.defn
    async def route_order(self, request: RouteRequest) -> Routing:
        """As the product, with another deadline."""
        routing = await OrderActivities.route_order(self, request)
        if routing.route is None or not request.order_id.startswith(DUE_TOGETHER):
            return routing
        due = datetime.fromisoformat(self.due.read_text(encoding="ascii"))
        return routing.model_copy(update={"route": _due_at(routing.route, due)})


def _due_at(route: Route, due: datetime) -> Route:
    left = max(due - datetime.now(UTC), timedelta(seconds=1))
    steps = []
    for step in route.steps:
        first = step.levels[0].model_copy(update={"within": left, "remind": ()})
        steps.append(step.model_copy(update={"levels": (first, *step.levels[1:])}))
    return route.model_copy(update={"steps": tuple(steps)})


async def work(settings: Settings, configuration: Configuration, due: Path) -> None:
    """Work until the process is ended."""
    client = await connect(settings)
    async with httpx.AsyncClient() as http:
        activities = worker.activities_for(settings, configuration, http, client)
        commercetools = worker.commercetools(settings, http)
        orders = Punctual(
            commercetools,
            Records(commercetools),
            configuration.machine,
            configuration.policy,
            configuration.directory,
        )
        orders.due = due
        workers = worker.build_workers(
            client,
            replace(activities, orders=orders),
            cached_workflows=settings.cached_workflows,
            sticky_timeout=timedelta(seconds=settings.sticky_timeout_seconds),
        )
        async with worker.running(workers):
            print(READY, flush=True)  # noqa: T201 - whoever started it waits for this line
            await asyncio.Event().wait()


def main() -> None:
    """Read the arguments and work."""
    logging.basicConfig(level=logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--due", type=Path, required=True)
    settings = load_settings()
    asyncio.run(work(settings, load(settings.config_dir), parser.parse_args().due))


if __name__ == "__main__":
    main()
