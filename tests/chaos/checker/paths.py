"""One legal path through the machine, each move once, made by whom it should be, and told alike by messages and journal."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.checker.dossiers import Dossier, Json
from tests.chaos.checker.findings import Finding
from tests.chaos.checker.machine import Machine
from tests.chaos.checker.policy import OUR_CLIENT

_ORDER_STATE = {"approved": "Confirmed", "inFulfillment": "Confirmed", "completed": "Complete"}
_ENDED = ("rejected", "withdrawn", "cancelled")
_OTHERS = frozenset({"shop", "sandbox-faults"})


def one_legal_path(dossier: Dossier, machine: Machine) -> Iterator[Finding]:
    """The moves join into one path from no state to where the order is, each allowed and none forced."""
    at: str | None = None
    for move in dossier.moves:
        if move.source != at:
            yield dossier.found("path", f"moved from {move.source} although it was in {at}")
        if move.forced:
            yield dossier.found("path", f"forced to {move.target}")
        if not machine.allows(move.source, move.target):
            yield dossier.found("path", f"no way leads from {move.source} to {move.target}")
        at = move.target
    if dossier.order is not None and dossier.state != at:
        yield dossier.found("path", f"is in {dossier.state}, but its messages end in {at}")


def each_move_once(dossier: Dossier, machine: Machine) -> Iterator[Finding]:
    """No state is entered twice, and only our client moves the order (but where the story says otherwise)."""
    for target, times in Counter(move.target for move in dossier.moves).items():
        if times > 1:
            yield dossier.found("once", f"entered {target} {times} times")
    for move in dossier.moves:
        others = dossier.placed.get("movedByOthers", ())
        if move.client != OUR_CLIENT and move.target not in others:
            yield dossier.found("mover", f"{move.client} moved it to {move.target}")


def order_state_agrees(dossier: Dossier, machine: Machine) -> Iterator[Finding]:
    """`orderState` says the same as the state."""
    if dossier.order is None:
        yield dossier.found("orderState", "the order is gone")
        return
    wanted = {machine.phases[phase]: value for phase, value in _ORDER_STATE.items()}
    wanted |= {machine.phases[phase]: "Cancelled" for phase in _ENDED}
    should, held = wanted.get(dossier.state or "", "Open"), dossier.order["orderState"]
    if held != should:
        yield dossier.found("orderState", f"is {held} in {dossier.state}, not {should}")


def journal_agrees(dossier: Dossier, machine: Machine) -> Iterator[Finding]:
    """Every write is whose it may be, none is missing, each of ours moves the order, and messages tell the same."""
    version: int | None = None
    moved: list[str] = []
    for _, entry in dossier.journal:
        if entry["versionBefore"] != version:
            yield dossier.found("journal", f"a write on version {entry['versionBefore']} after {version}")
        version = entry["versionAfter"]
        if entry["clientId"] not in _OTHERS | {OUR_CLIENT}:
            yield dossier.found("journal", f"{entry['clientId']} wrote to it")
        targets = list(_transitions(entry, dossier.keys))
        if entry["clientId"] == OUR_CLIENT and not targets:
            yield dossier.found("journal", "a write of ours that moves nothing")
        moved += targets
    if moved != [move.target for move in dossier.moves]:
        told = [move.target for move in dossier.moves]
        yield dossier.found("journal", f"has the moves {moved}, messages tell {told}")


def _transitions(entry: Json, keys: dict[str, str]) -> Iterator[str]:
    for action in entry["actions"]:
        if action["action"] == "transitionState":
            named = action["state"]
            yield named.get("key") or keys.get(named.get("id"), str(named.get("id")))
