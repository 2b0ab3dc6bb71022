"""`placet reconcile`, as its schedule would run it: what was dropped for good is found by nobody else."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.chaos.notebook import Json

_EVERY_SECONDS = 8.0
_LONGEST_SECONDS = 60.0


async def reconcile(environment: Mapping[str, str], told: list[Json]) -> None:
    """Run it again and again until cancelled; what each run has found is added to `told`."""
    while True:
        child = await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).parent / "placet"), "reconcile", "--json"),
            env=dict(environment),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                printed, _ = await child.communicate()
        except TimeoutError:
            told.append({"findings": [], "stopped": f"no result after {_LONGEST_SECONDS:g} s"})
        else:
            told.append(json.loads(printed) if printed else {"findings": [], "stopped": "printed nothing"})
        finally:
            if child.returncode is None:
                os.kill(child.pid, signal.SIGKILL)
                await child.wait()
        await asyncio.sleep(_EVERY_SECONDS)


def in_words(told: list[Json]) -> list[str]:
    """What all runs together have found, each order and kind once."""
    found = {
        f"{f['kind']} {f.get('orderNumber') or f['orderId']}": None for run in told for f in run["findings"]
    }
    stopped = {f"stopped: {run['stopped']}": None for run in told if run.get("stopped")}
    return [*found, *stopped]
