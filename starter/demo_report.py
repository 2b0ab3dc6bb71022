"""What the demo reports: each order's ending, one audit trail, timings, and where to look."""

import math
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.audit import AuditTrail
from domain.decision import Receipt
from domain.phases import Phase
from domain.value import Value
from starter.audit_formats import AuditFormat, written
from starter.demo_fulfilled import Fulfilled, goods_table


class SentDecision(Value):
    """What somebody said, and how they were answered."""

    approver: str
    verdict: str
    revision: int
    receipt: Receipt


class Ending(Value):
    """How one scenario ended. `problem` says what went another way than it should."""

    scenario: str
    order_id: str
    order_number: str
    state: str | None
    """The key of the order's state, as commercetools has it."""
    phase: Phase | None
    decisions: tuple[SentDecision, ...]
    history_events: int
    seconds: float
    """From the order to its end."""
    fulfilled: Fulfilled | None = None
    """Its deliveries and returns as commercetools has them, where the scenario is about them."""
    problem: str | None = None


class Latency(Value):
    """Of how many, and milliseconds at the middle and at the slow end."""

    count: int
    p50_ms: float
    p95_ms: float


class Timings(Value):
    """How long things took on this machine. `first_approved_seconds` counts from the start of the command."""

    bring_up_seconds: float
    first_approved_seconds: float | None = None
    bridge_answer: Latency | None = None
    """From commercetools' notification to the bridge's 2xx, the durable start of a workflow included."""
    decision_to_new_state: Latency | None = None
    """From sending the decision over HTTP to the move's `createdAt` in commercetools: both on this machine's clock."""
    whole_seconds: float


class Places(Value):
    """Where to look."""

    edge: str
    sandbox: str
    temporal_ui: str
    logs: str


class Report(Value):
    """The whole demo."""

    ok: bool
    orders: tuple[Ending, ...]
    timings: Timings
    audit: AuditTrail | None
    places: Places


def latency(seconds: Sequence[float]) -> Latency | None:
    """The percentiles of some durations (nearest rank); None of none."""
    if not seconds:
        return None
    ordered = sorted(seconds)

    def rank(part: float) -> float:
        return round(ordered[max(math.ceil(part * len(ordered)) - 1, 0)] * 1000, 1)

    return Latency(count=len(ordered), p50_ms=rank(0.50), p95_ms=rank(0.95))


def show(report: Report, console: Console, *, stays_up: bool) -> None:
    """Print the report for people."""
    console.print(_table(report.orders))
    for ending in report.orders:
        if ending.problem is not None:
            console.print(Text(f"✗ {ending.scenario}: {ending.problem}", "bold red"))
    for ending in report.orders:
        if ending.fulfilled is not None:
            console.print()
            console.print(goods_table(ending.order_number, ending.fulfilled))
    if report.audit is not None:
        console.print()
        console.print(Text(written(report.audit, AuditFormat.TEXT)), soft_wrap=True)
    console.print()
    for line in _timings(report.timings):
        console.print(Text(line), soft_wrap=True)
    console.print()
    if not stays_up:
        console.print("Everything is ended. Without --exit it stays up, to look around at:")
    for name, place in (
        ("Temporal UI", report.places.temporal_ui),
        ("edge", f"{report.places.edge}/openapi.json"),
        ("sandbox", f"{report.places.sandbox}/sandbox/journal"),
        *((("logs", report.places.logs),) if stays_up or not report.ok else ()),
    ):
        console.print(Text(f"{name:<12} {place}"), soft_wrap=True)


def _table(orders: Sequence[Ending]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("", "scenario", "order", "state in commercetools", "phase", "decisions"):
        table.add_column(column)
    table.add_column("events", justify="right")
    table.add_column("seconds", justify="right")
    for ending in orders:
        said = "; ".join(f"{d.approver} {d.verdict}: {d.receipt}" for d in ending.decisions)
        table.add_row(
            Text("✓", "green") if ending.problem is None else Text("✗", "bold red"),
            ending.scenario,
            ending.order_number,
            ending.state or "none",
            ending.phase or "unknown",
            said or "nobody's",
            str(ending.history_events),
            f"{ending.seconds:.2f}",
        )
    return table


def _timings(timings: Timings) -> list[str]:
    lines = [f"bring-up                  {timings.bring_up_seconds:.2f} s from the start of the command"]
    if timings.first_approved_seconds is not None:
        lines.append(
            f"first approved order      {timings.first_approved_seconds:.2f} s from the start of the command"
        )
    for name, of in (
        ("bridge answer", timings.bridge_answer),
        ("decision -> new state", timings.decision_to_new_state),
    ):
        if of is not None:
            lines.append(f"{name:<25} p50 {of.p50_ms:g} ms, p95 {of.p95_ms:g} ms (n={of.count})")
    return [*lines, f"the whole story           {timings.whole_seconds:.2f} s"]
