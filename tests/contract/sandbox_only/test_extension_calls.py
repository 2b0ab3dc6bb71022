"""When API Extensions are called, with what, and what their answers do to the write (section 9)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.drafts import cart_draft, field_definition, import_order, order_draft, type_draft
from tests.contract.project import Json, answered, by_number, refused
from tests.contract.sandbox_only.extending import (
    CONFIRM,
    ORDER_CREATE,
    ORDER_UPDATE,
    Extensions,
    adds,
    extending,
    refuses,
)


@pytest.fixture
async def extensions() -> AsyncIterator[Extensions]:
    """Extensions of a sandbox of one's own."""
    async with extending() as extensions:
        yield extensions


async def unchanged(extensions: Extensions, order: Json, journal: Any) -> None:
    """The order is as it was: no version, no message, no entry in the journal."""
    project = extensions.sandbox.project
    assert await project.read(f"/orders/{order['id']}") == order
    where = f'resource(id = "{order["id"]}")'
    assert [m["type"] for m in await project.query("/messages", where)] == ["OrderImported"]
    assert await extensions.sandbox.journal() == journal


async def test_an_update_is_shown_and_accepted(extensions: Extensions) -> None:
    """The extension sees the order exactly as it is saved then, and nothing of the old one unless it asked."""
    project = extensions.sandbox.project
    order = await import_order(project)
    await extensions.create("guard", ORDER_UPDATE)
    changed = await project.update("/orders", order, CONFIRM)
    (asked,) = extensions.asked
    assert asked == {
        "action": "Update",
        "resource": {"typeId": "order", "id": order["id"], "obj": changed},
    }
    assert changed["version"] == order["version"] + 1
    assert await project.read(f"/orders/{order['id']}") == changed


async def test_the_old_resource_is_shown_to_who_asks(extensions: Extensions) -> None:
    """For updates only: a creation has none."""
    project = extensions.sandbox.project
    both = {"resourceTypeId": "order", "actions": ["Create", "Update"]}
    await extensions.create("guard", both, additionalContext={"includeOldResource": True})
    order = await import_order(project)
    await project.update("/orders", order, CONFIRM)
    created, updated = extensions.asked
    assert created["action"] == "Create"
    assert "oldResource" not in created
    assert updated["oldResource"] == {"typeId": "order", "id": order["id"], "obj": order}


async def test_a_veto_refuses_the_write(extensions: Extensions) -> None:
    """400 with the extension's errors and who said so; nothing has happened."""
    project = extensions.sandbox.project
    order = await import_order(project)
    made = await extensions.create("guard", ORDER_UPDATE)
    journal = await extensions.sandbox.journal()
    more: Json = {"localizedMessage": {"de": "Nicht frei."}, "extensionExtraInfo": {"step": 2}}
    extensions.answers["guard"] = refuses("Not approved.", **more)
    error = refused(await project.attempt("/orders", order, CONFIRM), 400, "InvalidOperation")
    assert error == {
        "code": "InvalidOperation",
        "message": "Not approved.",
        **more,
        "errorByExtension": {"id": made["id"], "key": "guard"},
    }
    await unchanged(extensions, order, journal)


async def test_an_extension_without_a_key_is_named_by_id(extensions: Extensions) -> None:
    """`errorByExtension` has no key then."""
    project = extensions.sandbox.project
    order = await import_order(project)
    made = await extensions.create("guard", ORDER_UPDATE)
    await project.update("/extensions", made, {"action": "setKey"})
    extensions.answers["guard"] = refuses()
    error = refused(await project.attempt("/orders", order, CONFIRM), 400, "InvalidOperation")
    assert error["errorByExtension"] == {"id": made["id"]}


async def test_a_creation_is_refused_and_leaves_its_number_free(extensions: Extensions) -> None:
    """The order number can be used again."""
    project = extensions.sandbox.project
    await extensions.create("guard", ORDER_CREATE)
    extensions.answers["guard"] = refuses()
    draft = order_draft(project)
    refused(await project.post("/orders/import", draft), 400, "InvalidOperation")
    del extensions.answers["guard"]
    made = answered(await project.post("/orders/import", draft), 201)
    assert extensions.asked[1]["resource"]["obj"] == made


async def test_orders_by_number_and_from_carts_are_shown(extensions: Extensions) -> None:
    """Every way to write an order; the cart's own change triggers nothing, a cart's creation does."""
    project = extensions.sandbox.project
    both = {"actions": ["Create", "Update"]}
    await extensions.create("guard", both | {"resourceTypeId": "order"}, both | {"resourceTypeId": "cart"})
    cart = await project.create("/carts", cart_draft(project))
    draft = {"cart": {"typeId": "cart", "id": cart["id"]}, "version": cart["version"]}
    order = await project.create("/orders", draft | {"orderNumber": project.unique("order")})
    body = {"version": order["version"], "actions": [CONFIRM]}
    answered(await project.post(by_number(order["orderNumber"]), body), 200)
    seen = [(each["action"], each["resource"]["typeId"]) for each in extensions.asked]
    assert seen == [("Create", "cart"), ("Create", "order"), ("Update", "order")]


async def test_an_order_that_is_refused_leaves_its_cart_active(extensions: Extensions) -> None:
    """Nothing of the request is kept."""
    project = extensions.sandbox.project
    await extensions.create("guard", ORDER_CREATE)
    extensions.answers["guard"] = refuses()
    cart = await project.create("/carts", cart_draft(project))
    draft = {"cart": {"typeId": "cart", "id": cart["id"]}, "version": cart["version"]}
    refused(await project.post("/orders", draft), 400, "InvalidOperation")
    assert await project.read(f"/carts/{cart['id']}") == cart


async def test_a_customer_group_is_shown(extensions: Extensions) -> None:
    """The third of the extendable types that the sandbox keeps."""
    project = extensions.sandbox.project
    await extensions.create("guard", {"resourceTypeId": "customer-group", "actions": ["Create"]})
    made = await project.create("/customer-groups", {"groupName": "Wholesale"})
    assert extensions.asked[0]["resource"] == {"typeId": "customer-group", "id": made["id"], "obj": made}


async def test_an_order_edit_is_applied_unasked(extensions: Extensions) -> None:
    """Applying an edit calls nobody (not sourced)."""
    project = extensions.sandbox.project
    order = await import_order(project)
    await extensions.create("guard", ORDER_UPDATE)
    extensions.answers["guard"] = refuses()
    resource = {"typeId": "order", "id": order["id"]}
    staged = {"action": "setCustomerEmail", "email": "ana@acme.example"}
    edit = await project.create("/orders/edits", {"resource": resource, "stagedActions": [staged]})
    body = {"editVersion": edit["version"], "resourceVersion": order["version"]}
    answered(await project.post(f"/orders/edits/{edit['id']}/apply", body), 200)
    assert extensions.asked == []


async def test_reads_deletes_and_updates_that_change_nothing_call_nobody(extensions: Extensions) -> None:
    """Only what would be saved is shown."""
    project = extensions.sandbox.project
    order = await import_order(project)
    await extensions.create("guard", {"resourceTypeId": "order", "actions": ["Create", "Update"]})
    same = {"action": "changeOrderState", "orderState": order["orderState"]}
    await project.update("/orders", order, same)
    await project.read(f"/orders/{order['id']}")
    answered(await project.delete(f"/orders/{order['id']}", order["version"]), 200)
    assert extensions.asked == []


async def test_a_deleted_extension_is_not_called(extensions: Extensions) -> None:
    """It is gone at once."""
    project = extensions.sandbox.project
    order = await import_order(project)
    made = await extensions.create("guard", ORDER_UPDATE)
    await project.delete(f"/extensions/{made['id']}", 1)
    await project.update("/orders", order, CONFIRM)
    assert extensions.asked == []


async def test_update_actions_are_applied(extensions: Extensions) -> None:
    """They change the order within the same write, one version and one message each."""
    project = extensions.sandbox.project
    type_ = await project.create("/types", type_draft(project, field_definition("by", {"name": "String"})))
    order = await import_order(project)
    await extensions.create("guard", ORDER_UPDATE)
    custom = {
        "action": "setCustomType",
        "type": {"typeId": "type", "id": type_["id"]},
        "fields": {"by": "extension"},
    }
    number = {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": "PO-1"}
    extensions.answers["guard"] = adds(custom, number)
    changed = await project.update("/orders", order, CONFIRM)
    assert changed["custom"]["fields"] == {"by": "extension"}
    assert (changed["orderState"], changed["purchaseOrderNumber"]) == ("Confirmed", "PO-1")
    assert changed["version"] == order["version"] + 3
    where = f'resource(id = "{order["id"]}") and sequenceNumber > 1'
    messages = await project.query("/messages", where, sort="sequenceNumber")
    assert [(m["sequenceNumber"], m["resourceVersion"]) for m in messages] == [(2, 2), (3, 3), (4, 4)]
    assert len(extensions.asked) == 1


async def test_update_actions_complete_a_new_order(extensions: Extensions) -> None:
    """A creation can be changed before it is saved."""
    project = extensions.sandbox.project
    await extensions.create("guard", ORDER_CREATE)
    number = {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": "PO-1"}
    extensions.answers["guard"] = adds(number)
    order = await import_order(project)
    assert order["purchaseOrderNumber"] == "PO-1"
    assert await project.read(f"/orders/{order['id']}") == order


ACTIONS_THAT_FAIL: dict[str, list[Json]] = {
    "unknown": [{"action": "approve"}],
    "impossible": [{"action": "transitionState", "state": {"typeId": "state", "key": "nobody"}}],
    "too many": [CONFIRM] * 101,
}


@pytest.mark.parametrize("name", ACTIONS_THAT_FAIL)
async def test_update_actions_that_fail_refuse_the_write(extensions: Extensions, name: str) -> None:
    """ExtensionUpdateActionsFailed says whose they are; nothing has happened."""
    project = extensions.sandbox.project
    order = await import_order(project)
    made = await extensions.create("guard", ORDER_UPDATE)
    journal = await extensions.sandbox.journal()
    extensions.answers["guard"] = adds(*ACTIONS_THAT_FAIL[name])
    number = {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": "PO-1"}
    error = refused(await project.attempt("/orders", order, number), 400, "ExtensionUpdateActionsFailed")
    (told,) = error["extensionErrors"]
    assert (told["extensionId"], told["extensionKey"]) == (made["id"], "guard")
    await unchanged(extensions, order, journal)
