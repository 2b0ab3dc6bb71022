"""What was accepted is where the order is; an order that nobody decided waits, or its deadline has ended it."""

from collections.abc import Iterator

from tests.chaos.checker.decisions import satisfied, standing
from tests.chaos.checker.dossiers import Dossier, moment
from tests.chaos.checker.findings import Finding
from tests.chaos.checker.machine import Machine
from tests.chaos.checker.policy import OUR_CLIENT, need_of


def ended_as_decided(dossier: Dossier, machine: Machine) -> Iterator[Finding]:
    """The order is where the decisions that stand have brought it."""
    wanted = _wanted(dossier)
    if dossier.placed.get("cancelledOutside"):
        wanted.add("cancelled")
    allowed = {machine.phases[phase] for phase in wanted}
    if dossier.state not in allowed:
        told = ", ".join(f"{one.verdict} by {one.by}" for one in standing(dossier)) or "nothing"
        where = " or ".join(sorted(allowed))
        yield dossier.found("left behind", f"is in {dossier.state}, not in {where}; accepted: {told}")
    for what in dossier.vain:
        yield dossier.found("in vain", what)


def _wanted(dossier: Dossier) -> set[str]:
    stands, need = standing(dossier), need_of(dossier.placed)
    verdicts = [one.verdict for one in stands]
    if "withdraw" in verdicts:
        return {"withdrawn"}
    if "reject" in verdicts:
        return {"rejected"}
    if satisfied(need.steps, [one for one in stands if one.verdict == "approve"]):
        return {"completed"}
    return {"pending"} if need.rejected_after is None else {"rejected"}


def timed_out_in_time(dossier: Dossier, machine: Machine) -> Iterator[Finding]:
    """A rejection that nobody decided is the deadline's, where there is one, and comes not before it."""
    rejected = next((m for m in dossier.moves if m.target == machine.phases["rejected"]), None)
    if rejected is None or any(one.verdict == "reject" for one in standing(dossier)):
        return
    after = need_of(dossier.placed).rejected_after
    if after is None:
        yield dossier.found("timeout", "was rejected by nobody, and has no deadline that rejects")
    elif (rejected.at - moment(dossier.placed["at"])).total_seconds() < after:
        yield dossier.found("timeout", "was rejected before its deadline")


def record_tells_the_same(dossier: Dossier, machine: Machine) -> Iterator[Finding]:
    """The lasting record has our moves as the messages have them, without a gap, and is closed when the order is."""
    if dossier.record is None:
        yield dossier.found("record", "there is none")
        return
    value = dossier.record["value"]
    entries, phase = value["entries"], value["status"]["phase"]
    if [entry["seq"] for entry in entries] != list(range(1, len(entries) + 1)):
        yield dossier.found("record", "its entries are not numbered without a gap")
    told = [(entry["detail"].get("from"), entry["detail"]["to"]) for entry in dossier.entries("transitioned")]
    made = [(move.source, move.target) for move in dossier.moves if move.client == OUR_CLIENT]
    if told != made:
        yield dossier.found("record", f"tells the moves {told}, messages tell {made}")
    if machine.phases.get(phase) != dossier.state:
        yield dossier.found("record", f"says {phase}, the order is in {dossier.state}")
    closed = [entry["seq"] for entry in entries if entry["kind"] == "closed"]
    if len(closed) != int(machine.is_final(dossier.state)):
        yield dossier.found("record", f"closed {len(closed)} times, the order is in {dossier.state}")
