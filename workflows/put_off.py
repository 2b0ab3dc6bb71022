"""Cancellations that a provider could not be asked for, by a fault of ours: a person is called, and they are put again."""

from domain.alarms import Alarm
from domain.logistic_events import CancelToAsk
from workflows.ledger import Ledger
from workflows.logistics import alarm_once, mend

_NOT_ASKED = "could not be asked to cancel of"


def put_off(ledger: Ledger, asked: CancelToAsk, why: str) -> None:
    """Keep it until the next look: bad credentials, or a request that nobody understands, are not the provider's word."""
    ledger.memory.cancellations_put_off.append(asked)
    told = f"{asked.provider} {_NOT_ASKED} {asked.ref}: {why}"
    alarm_once(ledger, Alarm.CANCELLATION_REFUSED, told)


def ask_again(ledger: Ledger) -> None:
    """A person may have mended why something could not be asked."""
    memory = ledger.memory
    memory.cancellations.extend(memory.cancellations_put_off)
    memory.cancellations_put_off.clear()


def asked_at_last(ledger: Ledger) -> None:
    """A provider has answered: that may have been the last that could not be asked."""
    if not ledger.memory.cancellations_put_off:
        over(ledger, Alarm.CANCELLATION_REFUSED, f" {_NOT_ASKED} ")


def over(ledger: Ledger, alarm: Alarm, *words: str) -> None:
    """What an alarm was about is over: it goes if it never was about anything but what one of these words speaks of."""
    if ledger.is_only_about(alarm, *words):
        mend(ledger, alarm)
