"""The targets, in one table. `--check` makes a missed one an exit code."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A figure of `latest.json` and where it should be."""

    figure: str
    least: float | None = None
    most: float | None = None

    def met(self, value: float) -> bool:
        """Whether a value is where it should be."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    @property
    def words(self) -> str:
        """For people."""
        return f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"


TARGETS = (
    Target("throughputRatio", least=0.85),
    Target("latencyP50Ratio", most=1.3),
    Target("latencyP95Ratio", most=1.3),
    Target("ingestRatio", least=0.8),
    Target("cpuRatio", most=1.2),
    Target("actionsRatio", most=1.3),
    Target("eventsRatio", most=1.3),
    Target("recoverySeconds", most=2.0),
)


@dataclass(frozen=True)
class Judged:
    """A target next to what was measured."""

    target: Target
    value: float

    @property
    def met(self) -> bool:
        """Whether it was met."""
        return self.target.met(self.value)

    @property
    def words(self) -> str:
        """One line."""
        return f"{self.target.figure} {self.value:g}, target {self.target.words}"


def judged(figures: Mapping[str, float]) -> list[Judged]:
    """Every target whose figure was measured."""
    return [Judged(target, figures[target.figure]) for target in TARGETS if target.figure in figures]
