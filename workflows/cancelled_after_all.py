"""Units whose provider refused to cancel them, or could not be asked, and which are cancelled all the same."""

from temporalio import workflow

from domain.alarms import Alarm
from domain.cancellation_answer import all_cancelled
from domain.events import Reached
from workflows.ledger import Ledger

_GOES = "cancellation-alarm-goes-with-its-units"
_OF_UNITS_STILL_THERE = (
    " does not cancel of ",
    ": nobody can be asked: ",
    " could not be asked to cancel of ",
)
"""How the alarm speaks of units that a provider has; of what has left it speaks otherwise, and that stays."""


def quiet_if_cancelled(ledger: Ledger) -> None:
    """Nobody is needed any more once all that was asked back is cancelled, and none of it had left."""
    memory = ledger.memory
    if ledger.case.alarm is not Alarm.CANCELLATION_REFUSED or memory.cancellations_put_off:
        return
    if memory.logistics is None or not all_cancelled(memory.logistics):
        return
    there = ledger.is_only_about(Alarm.CANCELLATION_REFUSED, *_OF_UNITS_STILL_THERE)
    if there and workflow.patched(_GOES):
        ledger.feed(Reached(mended=Alarm.CANCELLATION_REFUSED))
