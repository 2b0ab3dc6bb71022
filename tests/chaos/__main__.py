"""`python -m tests.chaos [--seed N | --seeds 1-10] [--orders N] [--seconds S]`: chaos, and what came of it.

Exit code 0 when nothing was found, 1 when something was. The seed is printed first; the same seed is the same schedule.
"""

import argparse
import asyncio
import os
import sys
from collections import Counter
from pathlib import Path
from random import SystemRandom

from tests.chaos.plan import draw
from tests.chaos.run import Bounds, Outcome, run

_KEPT = Path("var/chaos")
_SHOWN = 40
_TOO_SLOW = (
    "cut off while orders still moved: too many for this machine, take fewer (CHAOS_ORDERS) or more --seconds"
)


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos", description="Orders under load while everything breaks.")
    seed = os.environ.get("SEED") or str(SystemRandom().randrange(1, 100_000))
    parser.add_argument("--seeds", "--seed", type=_seeds, default=_seeds(seed), help="one, or first-last")
    parser.add_argument("--orders", type=int, default=int(os.environ.get("CHAOS_ORDERS") or 300))
    parser.add_argument("--seconds", type=float, help="over which orders arrive and things break")
    parser.add_argument(
        "--reset-wedged", action="store_true", help="as an operator, reset what cannot be replayed"
    )
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _told(outcome: Outcome) -> str:
    evidence = outcome.evidence
    kinds = Counter((one["answer"] or {}).get("receipt") or str(one["status"]) for one in evidence["answers"])
    states = Counter(
        evidence["states"].get(order.get("state", {}).get("id"), "none") for order in evidence["orders"]
    )
    lines = [
        f"{len(evidence['placed'])} orders, {len(evidence['journal'])} writes, {len(evidence['messages'])} messages",
        f"took {outcome.seconds:.0f} s; all at rest {outcome.settled_after:.1f} s after the last blow",
        f"states: {', '.join(f'{name} {n}' for name, n in sorted(states.items()))}",
        f"answers: {', '.join(f'{name} {n}' for name, n in sorted(kinds.items()))}",
        f"reconciled: {', '.join(outcome.reconciled) or 'nothing'}",
        *([_TOO_SLOW] if outcome.cut_off else []),
        *(f"wedged, and reset by an operator: {workflow}" for workflow in outcome.reset),
        *(f"ended by itself: {told}" for told in outcome.by_itself),
        *(f"FOUND {finding}" for finding in outcome.findings[:_SHOWN]),
    ]
    verdict = (
        "nothing found"
        if not outcome.findings
        else f"{len(outcome.findings)} FOUND, kept in {outcome.directory}"
    )
    return "\n".join([*lines, f"seed {outcome.plan.seed}: {verdict}"])


def main() -> int:
    """Run every seed that was asked for."""
    given, failed = _arguments(), []
    seconds = given.seconds or max(12.0, given.orders / 5)
    for seed in given.seeds:
        _say(f"chaos seed {seed}: {given.orders} orders over {seconds:.0f} s")
        plan = draw(seed, given.orders, seconds)
        outcome = asyncio.run(run(plan, _KEPT / str(seed), Bounds(), reset_those_wedged=given.reset_wedged))
        _say("\n".join(f"  {line}" for line in outcome.log))
        _say(_told(outcome))
        failed += [seed] if outcome.findings else []
    _say(
        f"{len(given.seeds) - len(failed)} of {len(given.seeds)} seeds passed"
        + (f"; failed: {failed}" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
