"""How quickly recorded histories are replayed: what a worker does with every order that its cache does not hold."""

import time
from pathlib import Path
from statistics import median

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from benchmarks.measured import Measured, Sizes, rounded
from worker import PURE, WORKFLOWS

_HISTORIES = Path(__file__).parents[1] / "tests" / "histories"
_HOW = (
    "every history in tests/histories replayed {times} times, one after the other, by a Replayer with the worker's own runner; "
    "processor time of this process; the first pass is not counted"
)


async def replay(sizes: Sizes) -> Measured:
    """Replays per second of processor time, and what a replayed event costs."""
    histories = {path.stem: _read(path) for path in sorted(_HISTORIES.glob("*.json"))}
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=PURE, data_converter=pydantic_data_converter)
    times = 6 if sizes.thorough else 1
    taken: dict[str, list[float]] = {name: [] for name in histories}
    for number in range(times + 1):
        for name, history in histories.items():
            began = time.process_time()
            await replayer.replay_workflow(history)
            if number:
                taken[name].append(time.process_time() - began)
    each = {name: median(seconds) for name, seconds in taken.items()}
    events = {name: len(history.events) for name, history in histories.items()}
    per_second = len(each) / sum(each.values())
    return Measured(
        name="replay",
        how=_HOW.format(times=times),
        figures={"replaysPerSecond": rounded(per_second)},
        detail={
            "histories": {
                name: {"events": events[name], "cpuMs": rounded(seconds * 1000)}
                for name, seconds in each.items()
            },
            "cpuMsPerEvent": rounded(sum(each.values()) / sum(events.values()) * 1000),
        },
        rows=[
            ("histories", "replays/s", "median ms each", "ms for each event"),
            (
                str(len(each)),
                f"{per_second:.0f}",
                f"{median(each.values()) * 1000:.1f}",
                f"{sum(each.values()) / sum(events.values()) * 1000:.2f}",
            ),
        ],
    )


def _read(path: Path) -> WorkflowHistory:
    """Under the id that it was recorded with: workflows tell by it what they are about."""
    read = WorkflowHistory.from_json(path.stem, path.read_text(encoding="utf-8"))
    recorded = read.events[0].workflow_execution_started_event_attributes.workflow_id
    return WorkflowHistory(recorded or read.workflow_id, read.events)
