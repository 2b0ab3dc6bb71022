"""Conditions, several API Extensions at once and one after the other, and who writes while they think (section 9)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from tests.contract.drafts import create_state, import_order, order_draft, reference
from tests.contract.project import Json, answered, refused
from tests.contract.sandbox_only.extending import (
    CONFIRM,
    ORDER_CREATE,
    ORDER_UPDATE,
    Asked,
    Extensions,
    Thinking,
    adds,
    extending,
    refuses,
    says,
)

NUMBER: Json = {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": "PO-1"}


@pytest.fixture
async def extensions() -> AsyncIterator[Extensions]:
    """Extensions of a sandbox of one's own."""
    async with extending() as extensions:
        yield extensions


async def test_a_condition_is_about_the_new_order(extensions: Extensions) -> None:
    """Only an update that makes the order Confirmed is shown."""
    project = extensions.sandbox.project
    await extensions.create("guard", {**ORDER_UPDATE, "condition": 'orderState = "Confirmed"'})
    order = await project.update("/orders", await import_order(project), NUMBER)
    assert extensions.asked == []
    await project.update("/orders", order, CONFIRM)
    assert len(extensions.asked) == 1


async def test_one_of_several_conditions_is_enough(extensions: Extensions) -> None:
    """An extension is called once, however many of its triggers hold."""
    project = extensions.sandbox.project
    conditions = ('orderState = "Complete"', 'orderState = "Confirmed"', "version > 0")
    await extensions.create("guard", *({**ORDER_UPDATE, "condition": each} for each in conditions))
    await project.update("/orders", await import_order(project), CONFIRM)
    assert len(extensions.asked) == 1


async def test_a_condition_on_a_missing_field_fails_the_write(extensions: Extensions) -> None:
    """ExtensionPredicateEvaluationFailed, unless the condition asks first whether the field is there."""
    project = extensions.sandbox.project
    order = await import_order(project)
    bare = await extensions.create("bare", {**ORDER_UPDATE, "condition": 'state(id = "x")'})
    error = refused(
        await project.attempt("/orders", order, CONFIRM), 400, "ExtensionPredicateEvaluationFailed"
    )
    assert error["errorByExtension"] == {"id": bare["id"], "key": "bare"}
    assert await project.read(f"/orders/{order['id']}") == order
    await project.delete(f"/extensions/{bare['id']}", 1)
    careful = 'state is defined and state(id = "x")'
    await extensions.create("careful", {**ORDER_UPDATE, "condition": careful})
    await extensions.create("absent", {**ORDER_UPDATE, "condition": "state is not defined"})
    await project.update("/orders", order, CONFIRM)
    assert extensions.paths == ["absent"]


async def test_extensions_are_asked_at_once(extensions: Extensions) -> None:
    """Each waits until the other has been asked too, and both actions are applied."""
    project = extensions.sandbox.project
    order = await import_order(project)
    both = asyncio.Barrier(2)

    def meeting(answer: Asked) -> Asked:
        async def met(body: Json) -> Response:
            await both.wait()
            return await answer(body)

        return met

    email = {"action": "setCustomerEmail", "email": "ana@acme.example"}
    for name, action in (("one", NUMBER), ("two", email)):
        await extensions.create(name, ORDER_UPDATE)
        extensions.answers[name] = meeting(adds(action))
    changed = await project.update("/orders", order, CONFIRM)
    assert (changed["purchaseOrderNumber"], changed["customerEmail"]) == ("PO-1", "ana@acme.example")
    assert changed["version"] == 4


async def test_all_must_accept_and_all_errors_are_told(extensions: Extensions) -> None:
    """Errors of the same status come together, each with its extension; a veto hides behind no broken one."""
    project = extensions.sandbox.project
    order = await import_order(project)
    for name in ("one", "two", "three", "four"):
        await extensions.create(name, ORDER_UPDATE)
    extensions.answers = {"one": says(500), "two": refuses("Too dear."), "three": refuses("Too late.")}
    body = answered(await project.attempt("/orders", order, CONFIRM), 400)
    told = [(error["message"], error["errorByExtension"]["key"]) for error in body["errors"]]
    assert told == [("Too dear.", "two"), ("Too late.", "three")]
    assert body["message"] == "Too dear."
    assert await project.read(f"/orders/{order['id']}") == order


async def test_a_dependent_extension_comes_after(extensions: Extensions) -> None:
    """It sees what the one before it has added, and is not asked if that one refuses."""
    project = extensions.sandbox.project
    order = await import_order(project)
    first = await extensions.create("first", ORDER_UPDATE)
    await extensions.create("second", ORDER_UPDATE, dependencies=[reference("extension", first)])
    extensions.answers["first"] = adds(NUMBER)
    changed = await project.update("/orders", order, CONFIRM)
    assert extensions.paths == ["first", "second"]
    assert extensions.asked[1]["resource"]["obj"] == changed
    extensions.answers["first"] = refuses()
    refused(
        await project.attempt("/orders", changed, {**CONFIRM, "orderState": "Open"}), 400, "InvalidOperation"
    )
    assert extensions.paths == ["first", "second", "first"]


async def test_references_are_expanded_as_asked(extensions: Extensions) -> None:
    """`expansionPaths` put objects into what is shown, never into what is saved."""
    project = extensions.sandbox.project
    state = await create_state(project)
    order = await import_order(project, state=reference("state", state))
    await extensions.create("guard", ORDER_UPDATE, expansionPaths=["state"])
    changed = await project.update("/orders", order, CONFIRM)
    assert extensions.asked[0]["resource"]["obj"]["state"]["obj"] == state
    assert "obj" not in changed["state"]


async def begin(extensions: Extensions, trigger: Json, request: Any) -> tuple[Thinking, Any]:
    """Send a request that an extension thinks about; returns when it has been asked."""
    thinking = extensions.answers["guard"] = Thinking()
    await extensions.create("guard", trigger)
    running = asyncio.create_task(request)
    await asyncio.wait_for(thinking.begun.wait(), 5)
    del extensions.answers["guard"]  # whoever comes next is accepted at once
    return thinking, running


async def finish(thinking: Thinking, running: Any) -> httpx.Response:
    """Let the extension answer; what the request answers then."""
    thinking.told.set()
    answer: httpx.Response = await asyncio.wait_for(running, 5)
    return answer


async def test_who_comes_first_wins(extensions: Extensions) -> None:
    """An order that changes while an extension thinks is a 409 for the one that waited, with no trace of it."""
    project = extensions.sandbox.project
    order = await import_order(project)
    thinking, running = await begin(extensions, ORDER_UPDATE, project.attempt("/orders", order, CONFIRM))
    changed = await project.update("/orders", order, NUMBER)
    journal = await extensions.sandbox.journal()
    error = refused(await finish(thinking, running), 409, "ConcurrentModification")
    assert error["currentVersion"] == changed["version"]
    assert await project.read(f"/orders/{order['id']}") == changed
    assert await extensions.sandbox.journal() == journal
    where = f'resource(id = "{order["id"]}")'
    messages = await project.query("/messages", where, sort="sequenceNumber")
    assert [m["sequenceNumber"] for m in messages] == [1, 2]


async def test_others_are_not_held_up(extensions: Extensions) -> None:
    """Other orders are read and written meanwhile, and the one that waited is saved; its message is the newest."""
    project = extensions.sandbox.project
    order, other = await import_order(project), await import_order(project)
    thinking, running = await begin(extensions, ORDER_UPDATE, project.attempt("/orders", order, CONFIRM))
    await asyncio.sleep(0.01)
    await project.update("/orders", other, CONFIRM)
    assert await project.read(f"/orders/{order['id']}") == order
    await asyncio.sleep(0.01)
    assert answered(await finish(thinking, running), 200)["version"] == 2
    newest = await project.query("/messages", 'type = "OrderStateChanged"', sort="createdAt desc")
    assert [message["resource"]["id"] for message in newest] == [order["id"], other["id"]]


async def test_a_number_is_taken_meanwhile(extensions: Extensions) -> None:
    """Of two new orders with one number, the one whose extension thinks longer is refused."""
    project = extensions.sandbox.project
    draft = order_draft(project)
    thinking, running = await begin(extensions, ORDER_CREATE, project.post("/orders/import", draft))
    first = await project.create("/orders/import", draft)
    refused(await finish(thinking, running), 400, "DuplicateField")
    found = await project.query("/orders", f'orderNumber = "{draft["orderNumber"]}"')
    assert [each["id"] for each in found] == [first["id"]]


async def test_an_order_or_its_state_goes_meanwhile(extensions: Extensions) -> None:
    """404 for an order that was deleted, and no reference to a state that is gone."""
    project = extensions.sandbox.project
    order, state = await import_order(project), await create_state(project)
    move = {"action": "transitionState", "state": reference("state", state)}
    thinking, running = await begin(extensions, ORDER_UPDATE, project.attempt("/orders", order, move))
    answered(await project.delete(f"/states/{state['id']}", state["version"]), 200)
    refused(await finish(thinking, running), 400, "ReferencedResourceNotFound")
    assert "state" not in await project.read(f"/orders/{order['id']}")
    thinking = extensions.answers["guard"] = Thinking()
    running = asyncio.create_task(project.attempt("/orders", order, CONFIRM))
    await asyncio.wait_for(thinking.begun.wait(), 5)
    answered(await project.delete(f"/orders/{order['id']}", order["version"]), 200)
    refused(await finish(thinking, running), 404, "ResourceNotFound")


async def test_a_fault_after_the_commit_comes_after_the_extension(extensions: Extensions) -> None:
    """The extension was asked and the order saved; a fault before the commit asks nobody."""
    project = extensions.sandbox.project
    order = await import_order(project)
    await extensions.create("guard", ORDER_UPDATE)
    await extensions.sandbox.inject({"kind": "errorBeforeCommit", "method": "POST"})
    assert (await project.attempt("/orders", order, CONFIRM)).status_code == 503
    assert extensions.asked == []
    await extensions.sandbox.inject({"kind": "errorAfterCommit", "method": "POST"})
    assert (await project.attempt("/orders", order, CONFIRM)).status_code == 500
    saved = await project.read(f"/orders/{order['id']}")
    assert saved == extensions.asked[0]["resource"]["obj"]
    await extensions.sandbox.inject({"kind": "conflict"})
    refused(await project.attempt("/orders", saved, NUMBER), 409, "ConcurrentModification")
    assert len(extensions.asked) == 1


async def test_imports_can_do_without(extensions: Extensions) -> None:
    """Not sourced, so there are both: with the option off, imports call nobody and updates still do."""
    del extensions
    async with extending(extensions_on_import=False) as others:
        await others.create("guard", {"resourceTypeId": "order", "actions": ["Create", "Update"]})
        order = await import_order(others.sandbox.project)
        assert others.asked == []
        await others.sandbox.project.update("/orders", order, CONFIRM)
        assert len(others.asked) == 1


async def test_the_caller_can_be_hidden(extensions: Extensions) -> None:
    """Not sourced, so there are both: with the option off, what is shown does not say who writes."""
    await extensions.create("guard", ORDER_CREATE)
    order = await import_order(extensions.sandbox.project)
    assert extensions.asked[0]["resource"]["obj"]["lastModifiedBy"] == order["lastModifiedBy"]
    async with extending(extensions_tell_caller=False) as others:
        await others.create("guard", ORDER_CREATE)
        order = await import_order(others.sandbox.project)
        shown = others.asked[0]["resource"]["obj"]
        assert {**shown, "lastModifiedBy": order["lastModifiedBy"]} == order
        assert "lastModifiedBy" not in shown


async def test_a_project_has_25_extensions_at_most(extensions: Extensions) -> None:
    """The next one is MaxResourceLimitExceeded."""
    for number in range(25):
        await extensions.create(f"guard-{number}", ORDER_UPDATE)
    draft = {"destination": {"type": "HTTP", "url": "http://extensions.test/"}, "triggers": []}
    answer = await extensions.sandbox.project.post("/extensions", draft)
    assert refused(answer, 400, "MaxResourceLimitExceeded")["exceededResource"] == "extension"


CLOUD: list[Json] = [
    {"type": "AWSLambda", "arn": "arn", "accessKey": "key", "accessSecret": "secret"},
    {"type": "GoogleCloudFunction", "url": "https://function.example/"},
]


@pytest.mark.parametrize("destination", CLOUD, ids=lambda each: each["type"])
async def test_a_cloud_function_is_refused(extensions: Extensions, destination: Json) -> None:
    """Well-formed, but the sandbox could not call it: it says so instead of letting everything through."""
    draft = {"destination": destination, "triggers": [ORDER_UPDATE]}
    error = refused(await extensions.sandbox.project.post("/extensions", draft), 400, "InvalidInput")
    assert destination["type"] in error["message"]
