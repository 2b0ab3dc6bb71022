"""All rules, over all orders."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.chaos.checker.decisions import answered_alike, approved_by_whom_it_needs, decided_is_recorded
from tests.chaos.checker.dossiers import Dossier, dossiers
from tests.chaos.checker.endings import ended_as_decided, record_tells_the_same, timed_out_in_time
from tests.chaos.checker.findings import Finding
from tests.chaos.checker.hand_overs import handed_over_once, handed_over_what_was_released
from tests.chaos.checker.machine import Machine, machine_of
from tests.chaos.checker.paths import each_move_once, journal_agrees, one_legal_path, order_state_agrees

Rule = Callable[[Dossier, Machine], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    one_legal_path,
    each_move_once,
    order_state_agrees,
    journal_agrees,
    handed_over_once,
    handed_over_what_was_released,
    answered_alike,
    decided_is_recorded,
    approved_by_whom_it_needs,
    ended_as_decided,
    timed_out_in_time,
    record_tells_the_same,
)


def check(evidence: dict[str, Any]) -> list[Finding]:
    """Everything that must not be, order by order. Evidence without any order is a finding too."""
    machine, every = machine_of(evidence["machine"]), list(dossiers(evidence))
    found: list[Finding] = []
    if not every:
        return [Finding("-", "-", "evidence", "there is no order to judge")]
    for dossier in every:
        for rule in RULES:
            found += rule(dossier, machine)
    known = {dossier.placed["id"] for dossier in every}
    for hand_over in evidence["handOvers"]:
        if hand_over["value"].get("orderId") not in known:
            found.append(Finding(hand_over["key"], "nobody's", "handOver", "of an order that nobody placed"))
    return found
