"""Writing by GraphQL (section 6.3)."""

import json
from typing import Any

import pytest

from tests.contract.drafts import (
    by_key,
    create_state,
    field_definition,
    import_order,
    reference,
    type_draft,
)
from tests.contract.graphql import data, error_of, post
from tests.contract.messages import messages_of
from tests.contract.project import Json, Project

UPDATE = """mutation($id: String, $number: String, $version: Long!, $actions: [OrderUpdateAction!]!) {
  updateOrder(id: $id, orderNumber: $number, version: $version, actions: $actions) {
    id version orderState state { key } stateRef { id }
    custom { typeRef { id } customFieldsRaw { name value } } } }"""
UPSERT = """mutation($draft: CustomObjectDraft!) {
  createOrUpdateCustomObject(draft: $draft) { id version container key value } }"""


async def update(project: Project, order: Json, *actions: Json, **more: Any) -> Json:
    """An update of an order by id that must succeed; the order as far as it was asked for."""
    found = await data(
        project, UPDATE, id=order["id"], version=order["version"], actions=list(actions), **more
    )
    updated: Json = found["updateOrder"]
    return updated


@pytest.mark.usefixtures("messages_enabled")
async def test_an_order_moves_along_its_states(project: Project) -> None:
    """Several actions in one request; REST sees the same order and the same messages."""
    target = await create_state(project)
    state = await create_state(project, transitions=[reference("state", target)])
    order = await import_order(project, state=reference("state", state))
    changed = await update(
        project,
        order,
        {"transitionState": {"state": by_key("state", target)}},
        {"changeOrderState": {"orderState": "Confirmed"}},
    )
    assert changed["state"] == {"key": target["key"]}
    assert changed["orderState"] == "Confirmed"
    rest = await project.read(f"/orders/{order['id']}")
    assert (rest["version"], rest["state"]) == (changed["version"], reference("state", target))
    messages = await messages_of(project, order, at_least=3)
    assert [m["type"] for m in messages] == ["OrderImported", "OrderStateTransition", "OrderStateChanged"]


async def test_an_order_is_updated_by_its_number(project: Project) -> None:
    """Instead of the id."""
    order = await import_order(project, orderNumber=f"{project.unique('n')}/1")
    actions = [{"changeOrderState": {"orderState": "Complete"}}]
    found = await data(project, UPDATE, number=order["orderNumber"], version=1, actions=actions)
    assert (found["updateOrder"]["id"], found["updateOrder"]["orderState"]) == (order["id"], "Complete")


async def test_a_stale_version_is_an_error_with_the_current_one(project: Project) -> None:
    """200, data null, and in the error's extensions the code and the current version."""
    order = await import_order(project)
    confirm = {"changeOrderState": {"orderState": "Confirmed"}}
    changed = await update(project, order, confirm)
    answer = await post(project, UPDATE, id=order["id"], version=1, actions=[confirm])
    error = error_of(answer, "ConcurrentModification")
    assert answer.json()["data"] == {"updateOrder": None}
    assert error["extensions"]["currentVersion"] == changed["version"]
    assert error["path"] == ["updateOrder"]
    assert {"line", "column"} <= error["locations"][0].keys()
    expected = f"Expected: 1 - Actual: {changed['version']}."
    assert error["message"] == f"Object {order['id']} has a different version than expected. {expected}"


async def test_an_illegal_transition_is_an_error_and_changes_nothing(project: Project) -> None:
    """InvalidOperation; the actions before it do not happen either."""
    final, other = await create_state(project, transitions=[]), await create_state(project)
    order = await import_order(project, state=reference("state", final))
    actions = [
        {"changeOrderState": {"orderState": "Confirmed"}},
        {"transitionState": {"state": by_key("state", other)}},
    ]
    answer = await post(project, UPDATE, id=order["id"], version=1, actions=actions)
    error_of(answer, "InvalidOperation")
    assert await project.read(f"/orders/{order['id']}") == order
    forced = {"transitionState": {"state": by_key("state", other), "force": True}}
    assert (await update(project, order, forced))["state"] == {"key": other["key"]}


@pytest.mark.parametrize("how", ["id", "number"])
async def test_an_unknown_order_cannot_be_updated(project: Project, how: str) -> None:
    """There is nothing to update: ResourceNotFound, and the message names what was looked for."""
    unknown = project.unique("nobody")
    answer = await post(project, UPDATE, **{how: unknown}, version=1, actions=[])
    assert unknown in error_of(answer, "ResourceNotFound")["message"]


async def test_an_action_is_exactly_one(project: Project) -> None:
    """An action object with two actions or none is refused."""
    order = await import_order(project)
    two = {"changeOrderState": {"orderState": "Confirmed"}, "setCustomerEmail": {"email": "a@b.example"}}
    for action in (two, {}):
        answer = await post(project, UPDATE, id=order["id"], version=1, actions=[action])
        assert answer.json()["errors"]
    assert await project.read(f"/orders/{order['id']}") == order


@pytest.mark.parametrize(
    ("literal", "value"), [('"pending"', "pending"), ("4", 4), ("true", True), ('["a"]', ["a"])], ids=str
)
async def test_custom_values_are_escaped_json(project: Project, literal: str, value: Any) -> None:
    """A custom field's value is JSON in a string."""
    kinds: dict[type, Json] = {
        str: {"name": "String"},
        int: {"name": "Number"},
        bool: {"name": "Boolean"},
        list: {"name": "Set", "elementType": {"name": "String"}},
    }
    name = project.unique("field")  # a field's name has one type in all types of a project (section 7.1)
    type_ = await project.create("/types", type_draft(project, field_definition(name, kinds[type(value)])))
    order = await import_order(project, custom={"type": by_key("type", type_), "fields": {}})
    changed = await update(project, order, {"setCustomField": {"name": name, "value": literal}})
    assert changed["custom"]["typeRef"] == {"id": type_["id"]}
    assert changed["custom"]["customFieldsRaw"] == [{"name": name, "value": value}]
    assert (await project.read(f"/orders/{order['id']}"))["custom"]["fields"] == {name: value}


async def test_a_custom_value_that_is_no_json_is_refused(project: Project) -> None:
    """A bare word is no JSON."""
    name = project.unique("field")
    type_ = await project.create("/types", type_draft(project, field_definition(name, {"name": "String"})))
    order = await import_order(project, custom={"type": by_key("type", type_), "fields": {}})
    action = {"setCustomField": {"name": name, "value": "pending"}}
    answer = await post(project, UPDATE, id=order["id"], version=1, actions=[action])
    assert answer.json()["errors"]
    assert await project.read(f"/orders/{order['id']}") == order


async def test_a_custom_object_is_created_and_updated(project: Project) -> None:
    """The value goes in as JSON in a string and comes out as JSON; version 0 only creates."""
    container, key = project.unique("container"), "k"
    draft = {"container": container, "key": key, "value": json.dumps({"a": 1, "b": None})}
    made = (await data(project, UPSERT, draft=draft | {"version": 0}))["createOrUpdateCustomObject"]
    assert (made["version"], made["value"]) == (1, {"a": 1})
    error = error_of(await post(project, UPSERT, draft=draft | {"version": 0}), "ConcurrentModification")
    assert error["path"] == ["createOrUpdateCustomObject"]
    again = (await data(project, UPSERT, draft=draft | {"value": "[1]"}))["createOrUpdateCustomObject"]
    assert (again["id"], again["version"], again["value"]) == (made["id"], 2, [1])
    assert (await project.read(f"/custom-objects/{container}/{key}"))["value"] == [1]
    query = """query($c: String!, $k: String!) { customObject(container: $c, key: $k) { value version }
      customObjects(container: $c) { total results { key value } } }"""
    await project.eventually(lambda: project.query(f"/custom-objects/{container}", "version = 2"), bool)
    found = await data(project, query, c=container, k=key)
    assert found["customObject"] == {"value": [1], "version": 2}
    assert found["customObjects"] == {"total": 1, "results": [{"key": key, "value": [1]}]}
    assert (await project.request("DELETE", f"/custom-objects/{container}/{key}")).status_code == 200


async def test_assumed_mutations_of_one_document_are_not_atomic(project: Project) -> None:
    """They run one after the other; the failure of the second leaves the first [memory]."""
    one, two = await import_order(project), await import_order(project)
    action = "actions: [{changeOrderState: {orderState: Confirmed}}]"
    query = f"""mutation {{ a: updateOrder(id: "{one["id"]}", version: 1, {action}) {{ version }}
      b: updateOrder(id: "{two["id"]}", version: 9, {action}) {{ version }} }}"""
    answer = await post(project, query)
    assert error_of(answer, "ConcurrentModification")["path"] == ["b"]
    assert answer.json()["data"]["a"]["version"] > 1
    assert answer.json()["data"]["b"] is None
    assert (await project.read(f"/orders/{one['id']}"))["orderState"] == "Confirmed"
