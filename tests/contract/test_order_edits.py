"""Order Edits: staged changes of content, previewed and applied (sections 3.1, 4.2 and 5.4)."""

from uuid import uuid4

import pytest

from tests.contract.drafts import cent_precision, custom_item, import_order, line_item, money, reference
from tests.contract.messages import messages_of
from tests.contract.project import Json, Project, answered, refused

pytestmark = pytest.mark.usefixtures("messages_enabled")


def draft_of(order: Json, *actions: Json, **fields: object) -> Json:
    """The OrderEditDraft of an order with staged actions."""
    return {"resource": reference("order", order), "stagedActions": list(actions), **fields}


def quantity_of(order: Json, quantity: int) -> Json:
    """The staged action that changes how many of the order's only item are wanted."""
    id_ = order["customLineItems"][0]["id"]
    return {"action": "changeCustomLineItemQuantity", "customLineItemId": id_, "quantity": quantity}


async def stage(project: Project, order: Json, *actions: Json) -> Json:
    """An Order Edit with these staged actions."""
    return await project.create("/orders/edits", draft_of(order, *actions))


async def apply(project: Project, edit: Json, order: Json) -> Json:
    """Apply an edit on the versions at hand, which must succeed; the edit as it is now."""
    body = {"editVersion": edit["version"], "resourceVersion": order["version"]}
    return answered(await project.post(f"/orders/edits/{edit['id']}/apply", body), 200)


async def test_an_edit_is_previewed_and_changes_nothing_yet(project: Project) -> None:
    """The preview shows the order as it would be; the order stays as it is."""
    order = await import_order(project)
    edit = await stage(project, order, quantity_of(order, 3))
    assert (edit["version"], edit["resource"]) == (1, reference("order", order))
    assert edit["stagedActions"] == [quantity_of(order, 3)]
    assert edit["result"]["type"] == "PreviewSuccess"
    assert edit["result"]["preview"]["totalPrice"] == cent_precision(187_500)
    assert edit["result"]["preview"]["customLineItems"][0]["quantity"] == 3
    assert await project.read(f"/orders/{order['id']}") == order
    assert await project.read(f"/orders/edits/{edit['id']}") == edit


async def test_applying_changes_the_content_and_the_total(project: Project) -> None:
    """The quantity and the totals change; the edit keeps an excerpt from before and after."""
    order = await import_order(project)
    edit = await apply(project, await stage(project, order, quantity_of(order, 3)), order)
    changed = await project.read(f"/orders/{order['id']}")
    assert changed["version"] > order["version"]
    assert changed["totalPrice"] == cent_precision(187_500)
    (item,) = changed["customLineItems"]
    assert (item["quantity"], item["totalPrice"]) == (3, cent_precision(187_500))
    assert sum(bucket["quantity"] for bucket in item["state"]) == 3
    result = edit["result"]
    assert result["type"] == "Applied"
    before, after = result["excerptBeforeEdit"], result["excerptAfterEdit"]
    assert (before["version"], before["totalPrice"]) == (order["version"], order["totalPrice"])
    assert (after["version"], after["totalPrice"]) == (changed["version"], changed["totalPrice"])


async def test_applying_says_so(project: Project) -> None:
    """OrderEditApplied names the edit and its result; sequence numbers go on without a gap."""
    order = await import_order(project)
    edit = await apply(project, await stage(project, order, quantity_of(order, 1)), order)
    changed = await project.read(f"/orders/{order['id']}")
    messages = await messages_of(project, order, at_least=2)
    assert [message["sequenceNumber"] for message in messages] == list(range(1, len(messages) + 1))
    (applied,) = (message for message in messages if message["type"] == "OrderEditApplied")
    assert applied["edit"]["id"] == edit["id"]
    assert applied["result"]["type"] == "Applied"
    assert applied["result"]["excerptAfterEdit"]["totalPrice"] == changed["totalPrice"]


async def test_items_are_added_repriced_and_removed(project: Project) -> None:
    """All staged actions apply together, in order; the total is the sum of the items."""
    order = await import_order(project, customLineItems=[custom_item(project), custom_item(project)])
    first, second = order["customLineItems"]
    new = custom_item(project, quantity=4, money=money(1_000))
    edit = await stage(
        project,
        order,
        {"action": "addCustomLineItem", **new},
        {"action": "changeCustomLineItemMoney", "customLineItemId": first["id"], "money": money(500)},
        {"action": "removeCustomLineItem", "customLineItemId": second["id"]},
    )
    await apply(project, edit, order)
    changed = await project.read(f"/orders/{order['id']}")
    assert [item["slug"] for item in changed["customLineItems"]] == [first["slug"], new["slug"]]
    assert [item["totalPrice"]["centAmount"] for item in changed["customLineItems"]] == [1_000, 4_000]
    assert changed["totalPrice"] == cent_precision(5_000)


async def test_assumed_quantity_and_price_of_a_line_item_change(project: Project) -> None:
    """A line item's quantity and external price are changed by edits, too."""
    order = await import_order(project, lineItems=[line_item(project)], customLineItems=[])
    id_ = order["lineItems"][0]["id"]
    edit = await stage(
        project,
        order,
        {"action": "changeLineItemQuantity", "lineItemId": id_, "quantity": 5},
        {"action": "setLineItemPrice", "lineItemId": id_, "externalPrice": money(100)},
    )
    await apply(project, edit, order)
    changed = await project.read(f"/orders/{order['id']}")
    (item,) = changed["lineItems"]
    assert (item["quantity"], item["totalPrice"]) == (5, cent_precision(500))
    assert changed["totalPrice"] == cent_precision(500)


async def test_an_edit_applies_once(project: Project) -> None:
    """What has been applied cannot be applied or changed again, nor deleted."""
    order = await import_order(project)
    edit = await apply(project, await stage(project, order, quantity_of(order, 3)), order)
    changed = await project.read(f"/orders/{order['id']}")
    body = {"editVersion": edit["version"], "resourceVersion": changed["version"]}
    assert (await project.post(f"/orders/edits/{edit['id']}/apply", body)).status_code == 400
    assert await project.read(f"/orders/{order['id']}") == changed


@pytest.mark.parametrize("stale", ["editVersion", "resourceVersion"])
async def test_both_versions_are_checked(project: Project, stale: str) -> None:
    """A stale version of the edit or of the order conflicts; nothing changes."""
    order = await import_order(project)
    edit = await stage(project, order, quantity_of(order, 3))
    body = {"editVersion": edit["version"], "resourceVersion": order["version"]}
    answer = await project.post(f"/orders/edits/{edit['id']}/apply", body | {stale: 9})
    refused(answer, 409, "ConcurrentModification")
    assert await project.read(f"/orders/{order['id']}") == order


async def test_an_edit_can_be_changed_before_it_applies(project: Project) -> None:
    """Staged actions are set and added, with a new preview each time; key and comment as well."""
    order = await import_order(project)
    edit = await stage(project, order)
    key = project.unique("edit")
    staged = {"action": "setStagedActions", "stagedActions": [quantity_of(order, 5)]}
    edit = await project.update("/orders/edits", edit, staged, {"action": "setKey", "key": key})
    assert edit["result"]["preview"]["totalPrice"] == cent_precision(312_500)
    more = {"action": "addStagedAction", "stagedAction": quantity_of(order, 6)}
    edit = await project.update("/orders/edits", edit, more, {"action": "setComment", "comment": "six"})
    assert (edit["key"], edit["comment"], len(edit["stagedActions"])) == (key, "six", 2)
    assert edit["result"]["preview"]["totalPrice"] == cent_precision(375_000)
    assert await project.read(f"/orders/edits/key={key}") == edit


async def test_an_impossible_edit_shows_its_errors(project: Project) -> None:
    """Actions that cannot apply make a PreviewFailure, and no change of the order."""
    order = await import_order(project)
    impossible = {"action": "removeCustomLineItem", "customLineItemId": str(uuid4())}
    edit = await stage(project, order, impossible)
    assert edit["result"]["type"] == "PreviewFailure"
    assert edit["result"]["errors"]
    body = {"editVersion": edit["version"], "resourceVersion": order["version"]}
    assert (await project.post(f"/orders/edits/{edit['id']}/apply", body)).status_code == 400
    assert await project.read(f"/orders/{order['id']}") == order


async def test_the_order_of_an_edit_must_exist(project: Project) -> None:
    """An unknown order is a ReferencedResourceNotFound."""
    draft = draft_of({"id": str(uuid4())})
    error = refused(await project.post("/orders/edits", draft), 400, "ReferencedResourceNotFound")
    assert error["typeId"] == "order"


async def test_an_edit_is_deleted(project: Project) -> None:
    """Before it is applied."""
    order = await import_order(project)
    edit = await stage(project, order, quantity_of(order, 3))
    answered(await project.delete(f"/orders/edits/{edit['id']}", edit["version"]), 200)
    refused(await project.get(f"/orders/edits/{edit['id']}"), 404, "ResourceNotFound")
