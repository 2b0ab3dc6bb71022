"""The lasting record `placet-audit`: at every rest the same as the query, and the guard at the start."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import WorkflowQueryFailedError
from temporalio.common import WorkflowIDReusePolicy

from domain.phases import Phase
from domain.status import OrderRecord
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene
from workflows.names import PHASE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def agrees(order: Placed) -> list[str]:
    """The kinds of entries, after making sure that record and query tell the same, entry by entry and instant."""
    await order.at_rest()
    record = OrderRecord.model_validate(await order.custom_object("placet-audit"))
    assert record.trail == await order.audit()
    assert record.status.phase == (await order.status()).phase
    return [entry.kind.value for entry in record.entries]


async def test_record_and_query_tell_the_same_story(here: Scene) -> None:
    """Waiting, reminded, escalated, in fulfilment, completed: whoever reads either knows as much."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    assert (await agrees(order))[-1] == "requested"
    await order.pass_time(DAY + HOUR)
    assert (await agrees(order))[-1] == "reminded"
    await order.pass_time(DAY)
    await order.until_pending("dana")
    assert (await agrees(order))[-1] == "escalated"
    await order.decide("dana", comment="yes")
    await order.until_phase(Phase.IN_FULFILLMENT)
    assert (await agrees(order))[-1] == "handedOver"
    await order.report("completed")
    await order.until_phase(Phase.COMPLETED)
    kinds = await agrees(order)
    assert kinds[-4:] == ["fulfillment", "progressed", "transitioned", "closed"]
    entries = (await order.audit()).entries
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))


async def test_the_record_of_a_rejected_order_is_complete(here: Scene) -> None:
    """After the workflow has closed, the record is all that commercetools keeps."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ben", "reject", comment="no")
    await order.result()
    assert (await agrees(order))[-3:] == ["decided", "transitioned", "closed"]


async def test_the_record_of_an_order_closed_outside_is_complete(here: Scene) -> None:
    """Also where there was nothing of ours to write beside it."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.move("Cancelled")
    await order.changed()
    await order.result()
    assert (await agrees(order))[-2:] == ["changedOutside", "closed"]


async def test_the_record_names_order_and_policy(here: Scene) -> None:
    """What a portal shows beside the entries."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.at_rest()
    record = await order.custom_object("placet-audit")
    assert (record["orderId"], record["orderNumber"]) == (order.id, order.number)
    assert record["policyDigest"] == here.configuration.policy_digest
    assert record["status"]["pending"][0]["approver"] == "ana"


async def test_requested_changes_are_on_record_while_they_are_waited_for(here: Scene) -> None:
    """Waiting for the requester can take weeks: the portal must not show a pending approval meanwhile."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana", "requestChanges", comment="split it")
    await order.until_phase(Phase.CHANGES_REQUESTED)
    assert (await agrees(order))[-1] == "decided"


async def test_shipments_are_on_record_while_the_order_is_under_way(here: Scene) -> None:
    """A portal reads the record, not the workflow, to tell the buyer that the order was shipped."""
    order = await here.place(100)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.report("shipped")
    await order.until(lambda _: True)
    assert (await agrees(order))[-2:] == ["fulfillment", "progressed"]


async def test_a_closed_order_is_not_taken_up_again(here: Scene) -> None:
    """Once Temporal has forgotten the first workflow, the record keeps a second one from touching the order."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana", "reject")
    await order.result()
    before, record = await here.writes(order.id), await order.custom_object("placet-audit")
    await order.start(id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE)
    result = await order.result()
    assert result.note == "its record says rejected"
    assert await here.writes(order.id) == before
    assert await order.custom_object("placet-audit") == record
    assert (await order.handle.describe()).typed_search_attributes.get(PHASE) is None
    with pytest.raises(WorkflowQueryFailedError):
        await order.status()


async def test_a_decision_to_a_second_workflow_is_answered(here: Scene) -> None:
    """Whoever decides on the second one's first look is told that it is none of its business."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana", "reject")
    await order.result()
    await here.fault("slow", delayMs=300, path="^/custom-objects/placet-audit", method="GET")
    await order.start(id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE)
    assert (await order.decide("ben")).receipt.value == "notPending"


async def test_what_is_no_record_is_doubt(here: Scene) -> None:
    """Something else in its place may hide that the order was closed: a person is called, and nothing moves."""
    order = await here.place(start=False)
    spoilt = {"container": "placet-audit", "key": order.id, "value": {"hello": "world"}}
    assert (await here.shop.post("/custom-objects", json=spoilt)).status_code == 201
    await order.start()
    await order.until_alarm("refused")
    await order.until(lambda _: here.inboxes.of("operators") == ["alarm"])
    assert await order.transitions() == []


async def test_a_refused_decision_is_on_record_with_the_next_step(here: Scene) -> None:
    """An auditor who reads the record sees who tried what; whoever is refused cannot have it written by that alone."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    await order.decide("cleo")
    await order.decide("ana")
    await order.until_pending("cem", "cleo")
    assert "refused" in await agrees(order)


async def test_a_dead_mail_server_keeps_nothing_from_the_record(here: Scene) -> None:
    """Telling people and keeping the record go separate ways."""
    here.inboxes.broken = True
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ana", "requestChanges")
    for _ in range(100):
        record = await order.custom_object("placet-audit")
        if record is not None and record["status"]["phase"] == "changesRequested":
            break
        await asyncio.sleep(0.02)
    assert record["entries"][-1]["kind"] == "decided"
