"""What the benchmark counts as billable."""

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import ActivityTaskStartedEventAttributes, HistoryEvent

from benchmarks.actions import billable_actions


def test_counts_what_temporal_bills_and_nothing_else() -> None:
    """One for each kind of its list, one more for each repeated attempt, none for tasks and completions."""
    kinds = [
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
        EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
        EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
        EventType.EVENT_TYPE_TIMER_STARTED,
        EventType.EVENT_TYPE_TIMER_FIRED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
    ]
    third_attempt = HistoryEvent(
        event_type=EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED,
        activity_task_started_event_attributes=ActivityTaskStartedEventAttributes(attempt=3),
    )
    counted = billable_actions([*(HistoryEvent(event_type=kind) for kind in kinds), third_attempt])
    assert counted == {"start": 1, "activity": 1, "activity again": 2, "timer": 1, "update": 1}
    assert counted.total() == 6


def test_a_first_attempt_is_not_counted_twice() -> None:
    """The schedule is the action; a kind that did not occur is not listed."""
    first = HistoryEvent(
        event_type=EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED,
        activity_task_started_event_attributes=ActivityTaskStartedEventAttributes(attempt=1),
    )
    assert billable_actions([first]) == {}
