"""Whether providers can be reached: of one that cannot, a person is told once."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from domain.alarms import Alarm
from domain.events import Alarmed, Reached
from workflows import calls
from workflows.ledger import Ledger

_LEFT_ALONE = "out-of-reach-until-nothing-is-due"
"""The patch since which a provider that has nothing to hear any more is out of reach no longer."""


def refused(ledger: Ledger, provider: str, error: ActivityError) -> bool:
    """Whether it is refused for good; else the provider was out of reach for too long, and a person is told once.

    Raises:
        ActivityError: the workflow itself is cancelled.
    """
    if calls.is_refused(error):
        return True
    memory = ledger.memory
    if provider not in memory.unreached:
        memory.unreached.append(provider)
        detail = f"{provider}: {calls.reason(error)}"
        ledger.feed(Alarmed(alarm=Alarm.OUT_OF_REACH, detail=detail))
    return False


def reached(ledger: Ledger, provider: str) -> None:
    """The provider has answered: that may have been the last that did not."""
    unreached = ledger.memory.unreached
    if provider in unreached:
        unreached.remove(provider)
        if not unreached and ledger.case.alarm is Alarm.OUT_OF_REACH:
            ledger.feed(Reached())


def left_alone(ledger: Ledger, provider: str) -> None:
    """There is nothing left to tell the provider, so that nobody needs it to answer; the next outage calls again."""
    if provider in ledger.memory.unreached and workflow.patched(_LEFT_ALONE):
        reached(ledger, provider)
