"""Billable actions of one order, as far as its history shows them.

Temporal's price list (docs: "What is an Action?") counts a start, a signal, an accepted update, a timer, each attempt of an activity,
an upsert of search attributes, a continue-as-new and a recorded marker as one each. What leaves no event is not in a history
and not in this estimate: queries, refused updates, and heartbeats that reach the server.
"""

from collections import Counter
from collections.abc import Iterable

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

_ONE_EACH = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: "start",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: "signal",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: "update",
    EventType.EVENT_TYPE_TIMER_STARTED: "timer",
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: "activity",
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: "search attributes",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: "continue-as-new",
    EventType.EVENT_TYPE_MARKER_RECORDED: "marker",
}


def billable_actions(events: Iterable[HistoryEvent]) -> Counter[str]:
    """How many of each kind; repeated attempts of activities count by themselves."""
    counted: Counter[str] = Counter()
    for event in events:
        kind = _ONE_EACH.get(event.event_type)
        if kind is not None:
            counted[kind] += 1
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            counted["activity again"] += event.activity_task_started_event_attributes.attempt - 1
    return +counted
