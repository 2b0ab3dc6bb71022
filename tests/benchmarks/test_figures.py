"""How figures come about: rounds in turn, paired ratios, medians; what is written down and what is judged."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import MEASUREMENTS, NOT_QUICK
from benchmarks.measured import Measured, percentile, rounded, spread
from benchmarks.plot import picture
from benchmarks.report import document
from benchmarks.rounds import interleaved, paired
from benchmarks.targets import TARGETS, Target, judged

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results" / "latest.json"
PROMISED = (
    "throughputRatio latencyP95Ratio ingestRatio cpuRatio actionsPerOrder eventsPerOrder recoverySeconds "
    "workerBytesPerWaitingOrder"
).split()


@pytest.fixture(scope="module")
def latest() -> dict[str, Any]:
    """The results that were written last: those of the last whole run are committed."""
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


async def test_sides_play_in_turn_and_the_warm_up_is_not_counted() -> None:
    """Each round has every side once, and who begins changes from round to round."""
    played: list[tuple[str, int]] = []

    async def product(number: int) -> float:
        played.append(("product", number))
        return 10.0 + number

    async def floor(number: int) -> float:
        played.append(("floor", number))
        return 20.0

    found = await interleaved(3, [product, floor])
    assert [
        side for side, number in played if number >= 0
    ] == "product floor floor product product floor".split()
    assert sorted(played[:2]) == [("floor", -1), ("product", -1)]
    assert paired(found, lambda rate: rate, 0, 1) == [0.5, 0.55, 0.6]


def test_percentiles_are_values_that_were_measured() -> None:
    """Nearest rank: the p95 of twenty is the nineteenth, of a single one itself."""
    twenty = [float(n) for n in range(20, 0, -1)]
    assert percentile(twenty, 0.5) == 10
    assert percentile(twenty, 0.95) == 19
    assert percentile([3.0], 0.95) == 3


def test_a_spread_keeps_every_round() -> None:
    """Median, least, most, and all of them as measured."""
    assert spread([3.0, 1.0, 2.0]) == {"median": 2.0, "least": 1.0, "most": 3.0, "values": [3.0, 1.0, 2.0]}
    assert rounded(123456.0) == 123500.0


def test_a_target_is_missed_on_its_own_side() -> None:
    """At least and at most."""
    assert Target("x", least=0.85).met(0.85)
    assert not Target("x", least=0.85).met(0.849)
    assert Target("x", most=1.3).met(1.3)
    assert not Target("x", most=1.3).met(1.301)


def test_only_what_was_measured_is_judged() -> None:
    """A part of the benchmark judges its own targets and no others."""
    assert [one.target.figure for one in judged({"cpuRatio": 2.0, "other": 1.0})] == ["cpuRatio"]
    assert not judged({"cpuRatio": 2.0})[0].met


def test_results_say_how_each_was_measured() -> None:
    """Figures at the top, how and under which load beside what stands behind them."""
    measured = Measured(
        "throughput", "so", {"throughputRatio": 0.9}, {"throughputRatio": spread([0.8, 0.9, 1.0])}
    )
    written = document([(measured, {"seconds": 1, "loadAverage": [0.1, 2.0]})], quick=True, settings={})
    assert written["throughputRatio"] == 0.9
    assert written["measurements"]["throughput"]["how"] == "so"
    assert written["measurements"]["throughput"]["loadAverage"] == [0.1, 2.0]
    assert written["targets"] == [
        {"figure": "throughputRatio", "target": "at least 0.85", "value": 0.9, "met": True}
    ]
    drawn = picture(written)
    assert drawn.count("<circle") == 3
    assert "0.90 (at least 0.85)" in drawn


@pytest.mark.parametrize("name", PROMISED)
def test_the_last_results_have_every_promised_figure(latest: dict[str, Any], name: str) -> None:
    """Each is a number, and one of the measurements says how it was measured."""
    assert isinstance(latest[name], int | float)
    sources = [one for one in latest["measurements"].values() if name in one["figures"]]
    assert len(sources) == 1
    assert sources[0]["how"]
    assert sources[0]["figures"][name] == latest[name]


def test_the_last_results_are_whole(latest: dict[str, Any]) -> None:
    """Every measurement, every target judged on its own figure, machine and load said."""
    assert set(latest["measurements"]) == set(MEASUREMENTS) - (NOT_QUICK if latest["quick"] else set())
    assert set(MEASUREMENTS) > NOT_QUICK
    assert {one["figure"] for one in latest["targets"]} == {target.figure for target in TARGETS}
    for one in judged(latest):
        told = next(entry for entry in latest["targets"] if entry["figure"] == one.target.figure)
        assert (told["value"], told["met"]) == (one.value, one.met)
    assert latest["machine"]["cpus"]
    assert all(len(one["loadAverage"]) == 2 for one in latest["measurements"].values())
