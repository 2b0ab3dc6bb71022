"""What outsiders see of a run: search attributes at each rest, the story in the Temporal UI, and what it all costs."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType

from domain.alarms import Alarm
from domain.audit import AuditKind, AuditTrail
from domain.case import Case
from domain.phases import Phase
from domain.policy import Approvers
from tests.domain.cast import route_of, step
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from workflows.memory import OrderMemory
from workflows.outlook import story

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_TIME_SKIPPING = "TIME_SKIPPING"  # events of the test server's clock, which no other server writes
BILLABLE = {
    "WORKFLOW_EXECUTION_STARTED",
    "ACTIVITY_TASK_SCHEDULED",
    "TIMER_STARTED",
    "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
    "WORKFLOW_EXECUTION_SIGNALED",
    "WORKFLOW_EXECUTION_UPDATE_ACCEPTED",
}


async def shown(order: Placed) -> dict[str, Any]:
    """The order's search attributes by name, without `Placet`, once it is at rest."""
    await order.at_rest()
    held = (await order.handle.describe()).typed_search_attributes
    return {
        pair.key.name.removeprefix("Placet"): pair.value
        for pair in held
        if pair.key.name.startswith("Placet")
    }


async def events(order: Placed) -> Counter[str]:
    """How many events of each type the history has."""
    types = [EventType.Name(e.event_type) for e in (await order.handle.fetch_history()).events]
    return Counter(name.removeprefix("EVENT_TYPE_") for name in types if _TIME_SKIPPING not in name)


async def test_search_attributes_follow_the_order(here: Scene) -> None:
    """Lists find an order by number, value, rule, phase, who may decide and until when, at each of its rests."""
    order = await here.place(1_000_000, businessUnit={"typeId": "business-unit", "key": "acme-north"})
    due = (await order.until_pending("ana", "ben")).pending[0].due_at
    known = {
        "OrderNumber": order.number,
        "Total": 10_000.0,
        "Currency": "EUR",
        "BusinessUnit": "acme-north",
        "Rule": "large-order",
    }
    assert isinstance(due, datetime)
    managers = {"Pending": ["person:ana", "person:ben", "group:managers"], "DueAt": due}
    assert await shown(order) == known | managers | {"Phase": "pending"}
    await order.decide("ana")
    due = (await order.until_pending("cem", "cleo")).pending[0].due_at
    finance = {"Pending": ["person:cleo", "person:cem", "group:finance"], "DueAt": due}
    assert await shown(order) == known | finance | {"Phase": "pending"}
    await order.decide("cleo")
    await order.until_phase(Phase.IN_FULFILLMENT)
    assert await shown(order) == known | {"Phase": "inFulfillment"}
    await order.report("completed")
    await order.until_phase(Phase.COMPLETED)
    assert await shown(order) == known | {"Phase": "completed"}


async def test_search_attributes_of_an_order_in_trouble(here: Scene) -> None:
    """After the last level: the alarm, the one who may still decide, and no deadline any more."""
    order = await here.place(100, customerGroup=await here.group(key="new"))
    await order.until_pending("ana", "ben")
    assert (await shown(order))["CustomerGroup"] == "new"
    await order.pass_time(4 * DAY + HOUR)
    await order.until_alarm("overdue")
    seen = await shown(order)
    assert (seen["Alarm"], seen["Pending"], seen["Phase"]) == ("overdue", ["person:dana"], "pending")
    assert "DueAt" not in seen


async def test_no_name_and_no_address_is_a_search_attribute(here: Scene) -> None:
    """Search attributes are never encrypted: opaque ids are all that is in them."""
    order = await here.place(customerEmail="buyer@acme.example")
    await order.until_pending("ana", "ben")
    text = str(await shown(order))
    assert not any(word in text for word in ("@", "Ana", "Alves", "buyer", "Berlin"))


async def test_an_order_waiting_for_changes_is_shown_so(here: Scene) -> None:
    """Nobody may decide meanwhile, and no deadline runs."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana", "requestChanges")
    await order.until_phase(Phase.CHANGES_REQUESTED)
    seen = await shown(order)
    assert (seen["Phase"], "Pending" in seen, "DueAt" in seen) == ("changesRequested", False, False)


async def test_the_one_step_story_costs_what_it_costs(here: Scene) -> None:
    """49 events and 13 billable actions from start to completion: whoever adds one must say why."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.at_rest()
    await order.decide("ana", revision=1)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.at_rest()
    await order.report("completed")
    await order.until_phase(Phase.COMPLETED)
    await order.at_rest()
    counted = await events(order)
    assert {name: count for name, count in counted.items() if name in BILLABLE} == {
        "WORKFLOW_EXECUTION_STARTED": 1,
        "ACTIVITY_TASK_SCHEDULED": 5,
        "TIMER_STARTED": 2,
        "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES": 3,
        "WORKFLOW_EXECUTION_UPDATE_ACCEPTED": 1,
        "WORKFLOW_EXECUTION_SIGNALED": 1,
    }
    assert counted.total() == 49


async def test_what_changes_nothing_costs_no_upsert(here: Scene) -> None:
    """A touched order is looked at again, and the lists stay as they are."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.at_rest()
    before = await events(order)
    await order.changed()
    await order.at_rest()
    after = await events(order)
    upsert, activity = "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", "ACTIVITY_TASK_SCHEDULED"
    assert (after[upsert] - before[upsert], after[activity] - before[activity]) == (0, 1)


async def test_activities_and_timers_say_what_they_are_for(here: Scene) -> None:
    """A person who opens the history reads a summary at each of them."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    await order.decide("ana")
    await order.until_pending("cem", "cleo")
    await order.decide("cleo")
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.at_rest()
    summaries = [
        event.user_metadata.summary.data.decode()
        for event in (await order.handle.fetch_history()).events
        if event.event_type
        in {EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, EventType.EVENT_TYPE_TIMER_STARTED}
    ]
    assert '"read the order and route it"' in summaries
    assert '"requested: tell ana, ben"' in summaries
    assert '"step manager: waits for ana, ben"' in summaries
    assert '"approve and claim for fulfilment on the word of cleo"' in summaries
    assert all(summaries)


async def test_the_audit_names_the_deadline_as_the_status_does(here: Scene) -> None:
    """One instant, told three times: status, search attribute, trail."""
    order = await here.place()
    due = (await order.until_pending("ana", "ben")).pending[0].due_at
    assert due is not None
    assert (await order.details(AuditKind.REQUESTED))[0]["dueAt"] == due.isoformat()
    assert (await shown(order))["DueAt"] == due


def test_the_story_says_why_an_order_is_held() -> None:
    """Also where a rule matched and left nobody: what it waits for, and not what it would have asked."""
    own = step("managers", to=()).model_copy(update={"approvers": Approvers(people=("rita",))})
    case = Case(order_id="order-1", phase=Phase.PENDING, revision=1, route=route_of(own), alarm=Alarm.HELD)
    told = story(OrderMemory(case=case, trail=AuditTrail(order_id="order-1")))
    assert (
        "**Why**: nobody is left to decide step managers: the requester never approves (rule `only`)" in told
    )
