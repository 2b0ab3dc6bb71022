"""What a measurement hands back, and how much of everything is measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Sizes:
    """How much is measured: the whole, or what fits into three quarters of a minute."""

    rounds: int
    """Pairs of rounds, product and floor in turn; the medians are over these."""
    orders: int
    """Orders in each round."""
    at_once: int
    """Orders under way at once."""
    decisions: int
    """Decisions on each side, one after the other, for the latency at light load."""
    notifications: int
    """Notifications in each round of the ingest."""
    waiting: tuple[int, ...]
    """At how many waiting orders memory is looked at; the last is as many as there will be."""
    evicting: int
    """How many are brought to wait in a worker whose cache is too small for them."""
    waking: int
    """How many of them are due in the same second."""
    kills: int
    costed: int
    """Orders on each side whose histories are looked at."""
    thorough: bool
    """Whether there is time for the packed floor's throughput, a kill in the instant of a decision, and the server's counter."""
    growth: tuple[int, ...]
    """Orders under way at once: one, three and ten times the load."""
    core_seconds: float
    """How long each pure function is called."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings of the product that differ from the shipped ones, by their names without the prefix."""


WHOLE = Sizes(
    rounds=5,
    orders=80,
    at_once=16,
    decisions=60,
    notifications=400,
    waiting=(500, 1500, 5000),
    evicting=500,
    waking=1000,
    kills=5,
    costed=10,
    thorough=True,
    growth=(4, 12, 40),
    core_seconds=2.0,
)
QUICK = Sizes(
    rounds=2,
    orders=12,
    at_once=8,
    decisions=8,
    notifications=60,
    waiting=(150, 500),
    evicting=40,
    waking=100,
    kills=1,
    costed=3,
    thorough=False,
    growth=(),
    core_seconds=0.1,
)


@dataclass(frozen=True)
class Measured:
    """One measurement: figures by the names of `latest.json`, how they came about, and all that stands behind them."""

    name: str
    how: str
    figures: dict[str, float]
    detail: dict[str, Any] = field(default_factory=dict)
    rows: Sequence[tuple[str, ...]] = ()
    """For people: the first row is the heading."""


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Median, least and most, and each value in the order of measuring."""
    return {
        "median": rounded(median(values)),
        "least": rounded(min(values)),
        "most": rounded(max(values)),
        "values": [rounded(value) for value in values],
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * int(share * 100) // 100) - 1))]


def milliseconds(seconds: float) -> float:
    """For people: to a tenth."""
    return round(seconds * 1000, 1)


def rounded(value: float) -> float:
    """Four significant digits: nothing here is known better."""
    return float(f"{value:.4g}")
