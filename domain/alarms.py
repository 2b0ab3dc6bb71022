"""What only a person can mend: the closed list, as the search attribute `PlacetAlarm` has it."""

from enum import StrEnum


class Alarm(StrEnum):
    """Why an operator should look at an order."""

    HELD = "held"
    OVERDUE = "overdue"
    MOVED_OUTSIDE = "movedOutside"
    UNKNOWN_STATE = "unknownState"
    NO_WAY = "noWay"
    """The machine has no move from where the order stands to where it has to go."""
    REFUSED = "refused"
    """An outside system refuses what we ask in a way that no repetition mends."""
    OUT_OF_REACH = "outOfReach"
    """An outside system has not answered, or not as it should, for a quarter of an hour; it is asked on and on."""
    CHANGED_AFTER_HAND_OVER = "changedAfterHandOver"
    FULFILLMENT_FAILED = "fulfillmentFailed"
    UNITS_HELD = "unitsHeld"
    """No splitting rule takes a part of the order, so that nobody fulfils it."""
    EXPORT_REFUSED = "exportRefused"
    """A provider does not take a logistic order; the other ones go their way."""
    CANCELLATION_REFUSED = "cancellationRefused"
    """Units that somebody wants cancelled will be sent all the same, or nobody can be asked."""
    REPORTS_DISAGREE = "reportsDisagree"
    """What was reported cannot be, such as more units shipped than were ordered."""
    PROGRESS_REFUSED = "progressRefused"
    """commercetools does not take deliveries, states or returns as they were reported."""
    UNKNOWN_REF = "unknownRef"
    PARKED = "parked"
    """Something came from outside that nobody could take in."""
    PAST_THE_GUARD = "pastTheGuard"
    """Somebody moved the order by force, or along an edge that was not theirs."""
    NOT_DELIVERED = "notificationNotDelivered"


SUSPENDING = frozenset({Alarm.MOVED_OUTSIDE, Alarm.UNKNOWN_STATE, Alarm.NO_WAY, Alarm.REFUSED})
"""While one of these stands no decision can take effect; the next change of the order is looked at afresh."""
BLOCKING = SUSPENDING | {Alarm.HELD, Alarm.OVERDUE}
"""What the approval of an order waits for. An alarm about something else is told, and does not take its place."""
