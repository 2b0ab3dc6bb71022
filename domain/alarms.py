"""What only a person can mend: the closed list, as the search attribute `PlacetAlarm` has it."""

from enum import StrEnum


class Alarm(StrEnum):
    """Why an operator should look at an order."""

    HELD = "held"
    OVERDUE = "overdue"
    MOVED_OUTSIDE = "movedOutside"
    UNKNOWN_STATE = "unknownState"
    CHANGED_AFTER_HAND_OVER = "changedAfterHandOver"
    FULFILLMENT_FAILED = "fulfillmentFailed"
    UNKNOWN_REF = "unknownRef"
    NOT_DELIVERED = "notificationNotDelivered"
