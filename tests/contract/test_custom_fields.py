"""Types and custom fields of orders, with their messages (sections 3.6, 4.2 and 7.1)."""

from typing import Any
from uuid import uuid4

import pytest

from tests.contract.drafts import by_key, field_definition, import_order, order_draft, reference, type_draft
from tests.contract.messages import messages_after, messages_of
from tests.contract.project import Json, Project, refused

pytestmark = pytest.mark.usefixtures("messages_enabled")

ENUM = {
    "name": "Enum",
    "values": [{"key": "pending", "label": "Pending"}, {"key": "approved", "label": "Approved"}],
}
STRINGS = {"name": "Set", "elementType": {"name": "String"}}
# field, its type, a value, and values that are none of the type
FIELDS: dict[str, tuple[Json, Any, list[Any]]] = {
    "contractText": ({"name": "String"}, "wf-1", [1, True, ["wf-1"]]),
    "contractFlag": ({"name": "Boolean"}, False, ["false", 0]),
    "contractNumber": ({"name": "Number"}, 4.5, ["4.5", True]),
    "contractStatus": (ENUM, "approved", ["lost", 1]),
    "contractDue": ({"name": "DateTime"}, "2026-03-01T10:00:00.000Z", ["tomorrow", 7]),
    "contractDay": ({"name": "Date"}, "2026-03-01", ["2026-13-41", 7]),
    "contractBudget": ({"name": "Money"}, {"currencyCode": "EUR", "centAmount": 5}, [5, "5 EUR"]),
    "contractHint": ({"name": "LocalizedString"}, {"en": "soon"}, ["soon"]),
    "contractTags": (STRINGS, ["a", "b"], ["a", [1]]),
}


@pytest.fixture(scope="module")
async def type_(project: Project) -> Json:
    """A type for orders with one field of each kind."""
    definitions = [field_definition(name, type_) for name, (type_, _, _) in FIELDS.items()]
    return await project.create("/types", type_draft(project, *definitions))


async def typed(project: Project, type_: Json, **fields: Any) -> Json:
    """An order of the type with these fields."""
    return await import_order(project, custom={"type": by_key("type", type_), "fields": fields})


async def test_a_type_is_what_its_draft_said(project: Project) -> None:
    """A type keeps its key, resource types and fields; the key is unique."""
    draft = type_draft(project, field_definition("contractText", {"name": "String"}, required=False))
    type_ = await project.create("/types", draft)
    assert type_["version"] == 1
    assert type_.items() >= {name: draft[name] for name in ("key", "name", "resourceTypeIds")}.items()
    (definition,) = type_["fieldDefinitions"]
    assert definition.items() >= draft["fieldDefinitions"][0].items()
    error = refused(await project.post("/types", draft), 400, "DuplicateField")
    assert error["field"] == "key"


async def test_a_field_definition_is_added(project: Project) -> None:
    """An order of the type may have the new field at once."""
    type_ = await project.create("/types", type_draft(project))
    definition = field_definition("contractLate", {"name": "String"})
    type_ = await project.update(
        "/types", type_, {"action": "addFieldDefinition", "fieldDefinition": definition}
    )
    assert [field["name"] for field in type_["fieldDefinitions"]] == ["contractLate"]
    assert (await typed(project, type_, contractLate="x"))["custom"]["fields"] == {"contractLate": "x"}


async def test_how_a_field_is_shown_can_be_changed(project: Project) -> None:
    """The label and the hint of a field, and the label of a value that it may have."""
    names = {"name": "LocalizedEnum", "values": [{"key": "a", "label": {"en": "A"}}]}
    definitions = [
        field_definition("contractText", {"name": "String"}),
        field_definition("contractStatus", ENUM),
        field_definition("contractNames", names),
    ]
    type_ = await project.create("/types", type_draft(project, *definitions))
    type_ = await project.update(
        "/types",
        type_,
        {"action": "changeLabel", "fieldName": "contractText", "label": {"en": "Note"}},
        {"action": "changeInputHint", "fieldName": "contractText", "inputHint": "MultiLine"},
        {
            "action": "changeEnumValueLabel",
            "fieldName": "contractStatus",
            "value": {"key": "approved", "label": "Released"},
        },
        {
            "action": "changeLocalizedEnumValueLabel",
            "fieldName": "contractNames",
            "value": {"key": "a", "label": {"en": "Alpha"}},
        },
    )
    note, status, named = type_["fieldDefinitions"]
    assert (note["label"], note["inputHint"]) == ({"en": "Note"}, "MultiLine")
    assert [value["label"] for value in status["type"]["values"]] == ["Pending", "Released"]
    assert named["type"]["values"] == [{"key": "a", "label": {"en": "Alpha"}}]
    unknown = {
        "action": "changeEnumValueLabel",
        "fieldName": "contractStatus",
        "value": {"key": "x", "label": "X"},
    }
    body = {"version": type_["version"], "actions": [unknown]}
    refused(await project.post(f"/types/{type_['id']}", body), 400, "InvalidOperation")


async def test_an_order_has_custom_fields_of_every_kind(project: Project, type_: Json) -> None:
    """The type becomes a reference by id; the fields are as they were given."""
    values = {name: value for name, (_, value, _) in FIELDS.items() if name != "contractBudget"}
    order = await typed(project, type_, **values)
    assert order["custom"] == {"type": reference("type", type_), "fields": values}


async def test_money_in_a_custom_field_is_typed(project: Project, type_: Json) -> None:
    """A field of type Money comes back as cent precision money."""
    order = await typed(project, type_, contractBudget={"currencyCode": "EUR", "centAmount": 5})
    assert (
        order["custom"]["fields"]["contractBudget"].items()
        >= {"currencyCode": "EUR", "centAmount": 5}.items()
    )


@pytest.mark.parametrize("name", FIELDS)
async def test_assumed_a_value_of_another_type_is_refused(project: Project, type_: Json, name: str) -> None:
    """A value must be of the field's type: InvalidField [memory]."""
    order = await typed(project, type_)
    for value in FIELDS[name][2]:
        action = {"action": "setCustomField", "name": name, "value": value}
        refused(await project.attempt("/orders", order, action), 400, "InvalidField")


async def test_assumed_a_field_that_the_type_has_not_is_refused(project: Project, type_: Json) -> None:
    """InvalidField [memory], in a draft as in an update."""
    draft = order_draft(project, custom={"type": by_key("type", type_), "fields": {"unheard": "of"}})
    refused(await project.post("/orders/import", draft), 400, "InvalidField")
    action = {"action": "setCustomField", "name": "unheard", "value": "of"}
    refused(await project.attempt("/orders", await typed(project, type_), action), 400, "InvalidField")


async def test_an_unknown_type_is_not_found(project: Project) -> None:
    """ReferencedResourceNotFound of type `type`, by id as by key."""
    for identifier in ({"id": str(uuid4())}, {"key": project.unique("nobody")}):
        draft = order_draft(project, custom={"type": {"typeId": "type", **identifier}})
        error = refused(await project.post("/orders/import", draft), 400, "ReferencedResourceNotFound")
        assert error["typeId"] == "type"


async def test_a_field_is_added_changed_and_removed(project: Project, type_: Json) -> None:
    """Each has a message of its own; the change tells the previous value."""
    order = await typed(project, type_)
    actions = [
        {"action": "setCustomField", "name": "contractText", "value": value} for value in ("one", "two", None)
    ]
    changed = await project.update("/orders", order, *actions[:2])
    assert changed["custom"]["fields"] == {"contractText": "two"}
    changed = await project.update("/orders", changed, actions[2])
    assert changed["custom"]["fields"] == {}
    added, altered, removed = await messages_after(project, order, changed, 3)
    assert (added["type"], added["name"], added["value"]) == ("OrderCustomFieldAdded", "contractText", "one")
    assert (altered["type"], altered["name"], altered["value"]) == (
        "OrderCustomFieldChanged",
        "contractText",
        "two",
    )
    assert altered["previousValue"] == "one"
    assert (removed["type"], removed["name"]) == ("OrderCustomFieldRemoved", "contractText")


async def test_leaving_the_value_out_removes_a_field(project: Project, type_: Json) -> None:
    """No value is like null."""
    order = await typed(project, type_, contractText="one", contractFlag=True)
    changed = await project.update("/orders", order, {"action": "setCustomField", "name": "contractText"})
    assert changed["custom"]["fields"] == {"contractFlag": True}


async def test_a_field_that_is_not_there_cannot_be_removed(project: Project, type_: Json) -> None:
    """Removing a field that has no value is an InvalidOperation."""
    action = {"action": "setCustomField", "name": "contractText", "value": None}
    refused(await project.attempt("/orders", await typed(project, type_), action), 400, "InvalidOperation")


async def test_assumed_a_field_needs_a_type(project: Project) -> None:
    """On an order without a type there are no fields: InvalidOperation [memory]."""
    action = {"action": "setCustomField", "name": "contractText", "value": "one"}
    refused(await project.attempt("/orders", await import_order(project), action), 400, "InvalidOperation")


async def test_the_type_of_an_order_is_set_and_removed(project: Project, type_: Json) -> None:
    """With the type all former fields go; each change has its message."""
    order = await import_order(project)
    set_ = {"action": "setCustomType", "type": by_key("type", type_), "fields": {"contractText": "one"}}
    changed = await project.update("/orders", order, set_)
    assert changed["custom"] == {"type": reference("type", type_), "fields": {"contractText": "one"}}
    changed = await project.update("/orders", changed, {"action": "setCustomType"})
    assert "custom" not in changed
    typed_, removed = await messages_after(project, order, changed, 2)
    assert (typed_["type"], removed["type"]) == ("OrderCustomTypeSet", "OrderCustomTypeRemoved")
    assert typed_["customFields"] == {"type": reference("type", type_), "fields": {"contractText": "one"}}
    assert removed.get("previousTypeId", type_["id"]) == type_["id"]


async def test_a_required_field_must_be_given(project: Project) -> None:
    """A type's required field is missing: 400."""
    needed = field_definition("contractNeeded", {"name": "String"}, required=True)
    type_ = await project.create("/types", type_draft(project, needed))
    draft = order_draft(project, custom={"type": by_key("type", type_), "fields": {}})
    assert (await project.post("/orders/import", draft)).status_code == 400


async def test_a_type_must_be_for_orders(project: Project) -> None:
    """A type for customers is none for orders: 400."""
    type_ = await project.create("/types", type_draft(project, resourceTypeIds=["customer"]))
    draft = order_draft(project, custom={"type": by_key("type", type_), "fields": {}})
    assert (await project.post("/orders/import", draft)).status_code == 400


async def test_custom_fields_of_items_have_no_message(project: Project) -> None:
    """A custom line item has custom fields of its own; setting them is silent."""
    definition = field_definition("contractText", {"name": "String"})
    type_ = await project.create(
        "/types", type_draft(project, definition, resourceTypeIds=["custom-line-item"])
    )
    order = await import_order(project)
    named = {"customLineItemId": order["customLineItems"][0]["id"]}
    changed = await project.update(
        "/orders",
        order,
        {
            "action": "setCustomLineItemCustomType",
            **named,
            "type": by_key("type", type_),
            "fields": {"contractText": "one"},
        },
        {"action": "setCustomLineItemCustomField", **named, "name": "contractText", "value": "two"},
    )
    assert changed["customLineItems"][0]["custom"] == {
        "type": reference("type", type_),
        "fields": {"contractText": "two"},
    }
    assert len(await messages_of(project, order)) == 1


async def test_a_type_in_use_cannot_be_deleted(project: Project) -> None:
    """An order of the type holds it: ReferenceExists."""
    type_ = await project.create("/types", type_draft(project))
    await typed(project, type_)
    refused(await project.delete(f"/types/{type_['id']}", type_["version"]), 400, "ReferenceExists")
