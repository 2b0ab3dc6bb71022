"""What every reading of the directory says of an order: who the operators are, and who turns out to be its requester."""

from datetime import datetime

from domain.case import Case, DecisionRecord, Intent
from domain.events import Reduction
from domain.opening import Reading
from domain.phases import UNDECIDED, Phase
from domain.quorum import missing
from domain.rerouting import void
from domain.steps import open_step

_REQUESTER = "the directory knows by now that who decided is the requester, who never approves"


def learned(case: Case, reading: Reading | None, now: datetime) -> Reduction:
    """The case that knows of it. What the requester turns out to have decided is void, and asked for again."""
    if reading is None or case.route is None:
        return Reduction(case=case)
    operators = reading.operators if reading.operators != case.route.operators else None
    new = tuple(person for person in reading.never if person not in case.never)
    known = case.model_copy(update={"operators": operators, "learned": (*case.learned, *new)})
    if not new or case.phase not in UNDECIDED or case.withdrawn or case.intent is Intent.REJECT:
        return Reduction(case=known)

    def stands(record: DecisionRecord) -> bool:
        return not record.yes or not known.never & {record.approver, record.mandate.on_behalf_of}

    fallen = {record.step for record in case.decisions if not stands(record)}
    voided = void(known, _REQUESTER, stands)
    first = next((n for n, step in enumerate(known.steps) if step.step in fallen), None)
    return voided.then(lambda c: _back(c, first, now))


def _back(case: Case, fallen: int | None, now: datetime) -> Reduction:
    """Where the case goes on, with the earliest step of which a yes fell: back there, unless it is there anyway."""
    here = case.opens.step if case.opens is not None else case.step
    falls_back = fallen is not None and (fallen < here or case.intent is Intent.RELEASE)
    if case.suspended or case.route is None or case.route.held is not None:
        return Reduction(case=case)
    if case.phase is Phase.CHANGES_REQUESTED:
        place = {"step": fallen, "level": 0, "mandates": ()} if falls_back else {}
        return Reduction(case=case.model_copy(update=place))
    if falls_back and fallen is not None:
        again = case.model_copy(update={"asking": case.asking + 1, "intent": None, "opens": None})
        return open_step(again, fallen, now)
    if case.current_level is not None and not missing(case, case.step, case.level):
        again = case.model_copy(update={"asking": case.asking + 1})
        return open_step(
            again, case.step, now, level=case.level
        )  # too few are left, or all of them have agreed
    return Reduction(case=case)
