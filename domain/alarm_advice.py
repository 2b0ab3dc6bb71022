"""What an operator can do about an alarm, in a sentence: beside the order itself. docs/operations.md says more."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.alarms import Alarm
from domain.logistic_status import HandOverStage
from domain.status import OrderStatus

ADVICE: Mapping[Alarm, str] = MappingProxyType(
    {
        Alarm.HELD: "mend policy, directory or order; restart the workers if files changed; have it looked at again",
        Alarm.OVERDUE: "ask the people of the last level: they may still decide",
        Alarm.MOVED_OUTSIDE: "find out who (the audit names the API client); an operator's API client moves it back",
        Alarm.UNKNOWN_STATE: "move it back, or declare the state in states.yaml and restart workers and edge",
        Alarm.NO_WAY: "run `placet setup`, then have it looked at again",
        Alarm.REFUSED: "mend what the outside system refuses, then have it looked at again",
        Alarm.OUT_OF_REACH: "call whoever runs the system that does not answer (`placet orders log ORDER --failed`); it is asked on and on, and the alarm goes by itself",
        Alarm.CHANGED_AFTER_HAND_OVER: "tell whoever fulfils it, or mend what the provider did not take, then have it looked at again: only what the policy calls harmless is passed on",
        Alarm.FULFILLMENT_FAILED: "ask the provider why; what else is on its way goes on",
        Alarm.UNITS_HELD: "mend routing.yaml, restart the workers, have it looked at again; or cancel what is held: `placet cancel`",
        Alarm.EXPORT_REFUSED: "mend it at the provider that refuses, then have it looked at again; its other parts go their way",
        Alarm.CANCELLATION_REFUSED: "agree with provider and customer by hand: what is on its way comes back as a return; if nobody could be asked, mend that, then have it looked at again",
        Alarm.REPORTS_DISAGREE: "compare the provider's records with the audit",
        Alarm.PROGRESS_REFUSED: "mend what commercetools does not take (a missing line state: `placet setup`), have it looked at again",
        Alarm.UNKNOWN_REF: "compare the references in the fulfilment system with the logistic orders here",
        Alarm.PARKED: "see `placet inbound list`",
        Alarm.PAST_THE_GUARD: "the audit says who moved it, from where to where; is the extension there? `placet setup --plan`",
        Alarm.NOT_DELIVERED: "mend PLACET_NOTIFY_URL, and tell them by other means",
    }
)
"""Every alarm's."""

_AGAIN = "looked at again"


def advice(alarm: str) -> str:
    """What to do; of an alarm that this version does not know, where to read on."""
    known = Alarm(alarm) if alarm in set(Alarm) else None
    return ADVICE[known] if known is not None else "see docs/operations.md"


def to_see_to(status: OrderStatus) -> tuple[str, ...]:
    """Everything about an order that a person can see to: its alarm, which is the newest, and what stands beside it."""
    beside = {
        Alarm.EXPORT_REFUSED: any(one.stage is HandOverStage.REFUSED for one in status.logistic_orders),
        Alarm.OUT_OF_REACH: any(one.out_of_reach for one in status.logistic_orders),
        Alarm.UNITS_HELD: bool(status.held_units),
    }
    found = [status.alarm] if status.alarm is not None else []
    return tuple(dict.fromkeys([*found, *(alarm.value for alarm, stands in beside.items() if stands)]))


def wants_look(alarm: str) -> bool:
    """Whether the order has to be looked at again once the cause is mended."""
    return _AGAIN in advice(alarm)
