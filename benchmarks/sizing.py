"""From what one order costs to what many cost: `python -m benchmarks.sizing [ORDERS_A_DAY...]` prints the table of docs/sizing.md.

Everything is arithmetic on measured figures, which stand below with where they come from. The limits of Temporal Cloud are
those of docs.temporal.io/cloud/limits; prices change and are not here: multiply.
"""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

DAY, MONTH_DAYS = 86_400, 30
CLOUD_APS = 500
"""Actions per second that a namespace of Temporal Cloud has by default; it grows with use (docs.temporal.io/cloud/limits)."""


@dataclass(frozen=True)
class Cost:
    """What one order of the one-step story costs; `make bench` measures it, docs/performance.md has the figures."""

    actions: int = 15
    """13 in the history, one more where a fulfilment system is told, and one for the guard's question, to be on the safe side."""
    events: int = 55
    history_bytes: int = 22_133
    worker_cpu_seconds: float = 0.100
    server_cpu_seconds: float = 0.109
    """Of the dev server with SQLite: a cluster spreads the same work over its services and its database."""
    edge_cpu_seconds: float = 0.012
    """Four notifications, one decision, one event and one question of the guard, at 1 to 2.5 ms each."""
    commercetools_requests: int = 13
    waiting_bytes: int = 201_400
    """Of a worker's memory, while a waiting order is in its cache."""


@dataclass(frozen=True)
class Load:
    """How orders come, and what is kept of them."""

    orders_a_day: int
    peak: float = 5.0
    """The busiest minutes of a day next to its mean: shops have office hours."""
    waiting_days: float = 1.0
    """How long an order waits and is followed, on average, before its workflow closes."""
    retention_days: int = 30
    utilisation: float = 0.6
    """How much of a core is used at the peak; the rest is for what goes wrong."""

    @property
    def orders_a_second(self) -> float:
        """At the peak."""
        return self.orders_a_day / DAY * self.peak


def actions_a_month(load: Load, cost: Cost = Cost()) -> int:
    """Billable actions."""
    return load.orders_a_day * MONTH_DAYS * cost.actions


def actions_a_second(load: Load, cost: Cost = Cost()) -> float:
    """At the peak."""
    return load.orders_a_second * cost.actions


def cores(load: Load, cpu_seconds: float) -> int:
    """How many cores a role needs at the peak; two at least, because one of a kind is none when it fails."""
    return max(2, math.ceil(load.orders_a_second * cpu_seconds / load.utilisation))


def open_orders(load: Load) -> int:
    """How many workflows are open at once."""
    return math.ceil(load.orders_a_day * load.waiting_days)


def kept_gigabytes(load: Load, cost: Cost = Cost()) -> float:
    """Histories of open and of closed workflows within the retention."""
    return load.orders_a_day * (load.waiting_days + load.retention_days) * cost.history_bytes / 1e9


def requests_a_second(load: Load, cost: Cost = Cost()) -> float:
    """To commercetools at the peak."""
    return load.orders_a_second * cost.commercetools_requests


ROWS: Sequence[tuple[str, Callable[[Load], str]]] = (
    ("orders a second at the peak", lambda load: _short(load.orders_a_second)),
    ("actions a month", lambda load: _short(actions_a_month(load))),
    ("actions a second at the peak", lambda load: _short(actions_a_second(load))),
    (
        f"namespaces' worth of {CLOUD_APS} actions a second",
        lambda load: str(math.ceil(actions_a_second(load) / CLOUD_APS)),
    ),
    ("history events a second at the peak", lambda load: _short(load.orders_a_second * Cost().events)),
    ("open workflows", lambda load: _short(open_orders(load))),
    ("histories kept, GB", lambda load: _short(kept_gigabytes(load))),
    ("worker cores", lambda load: str(cores(load, Cost().worker_cpu_seconds))),
    ("edge cores", lambda load: str(cores(load, Cost().edge_cpu_seconds))),
    ("server cores, self-hosted", lambda load: str(cores(load, Cost().server_cpu_seconds))),
    ("requests to commercetools a second", lambda load: _short(requests_a_second(load))),
)


def table(orders_a_day: Sequence[int]) -> list[list[str]]:
    """The rows of docs/sizing.md: what it is, and how much at each number of orders a day."""
    loads = [Load(orders_a_day=n) for n in orders_a_day]
    return [[name, *(shown(load) for load in loads)] for name, shown in ROWS]


def _short(value: float) -> str:
    """Two figures that count: more would say more than was measured."""
    if value == 0:
        return "0"
    digits = 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(digits, 0)}f}"


def main() -> None:
    """Print the table for these numbers of orders a day, or for those of the page."""
    wanted = [int(given.replace("_", "")) for given in sys.argv[1:]] or [1_000, 100_000, 10_000_000]
    head = ["orders a day", *(f"{n:,}" for n in wanted)]
    for row in [head, ["---"] * len(head), *table(wanted)]:
        sys.stdout.write(f"| {' | '.join(row)} |\n")


if __name__ == "__main__":
    main()
