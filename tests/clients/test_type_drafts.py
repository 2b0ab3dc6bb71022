"""Types, written from JSON and read back, every exchange held to commercetools' official definition."""

from typing import Any

import httpx
import pytest

from clients import type_drafts as drafts
from clients.commercetools import Commercetools
from clients.resources import FieldOfType
from tests.clients.peer import Peer, account, ok
from tests.clients.sandboxed import sandboxed
from tests.official.transport import validating

_FIELD = {"name": "costCenter", "label": {"en": "Cost centre"}, "type": {"name": "String"}, "required": False}
_LEVELS = [{"key": "low", "label": "Low"}]
_DRAFT = {
    "key": "placet-order",
    "name": {"en": "Order"},
    "resourceTypeIds": ["order", "recurring-order"],
    "fieldDefinitions": [
        _FIELD,
        {
            "name": "level",
            "label": {"en": "L"},
            "type": {"name": "Enum", "values": _LEVELS},
            "required": True,
        },
    ],
}
_LOW = {"key": "low", "label": "Lower"}
_LOW_BY_LANGUAGE = {"key": "low", "label": {"en": "Lower"}}
CASES: dict[str, tuple[drafts.TypeUpdateAction, dict[str, Any]]] = {
    "name": (drafts.change_type_name({"en": "B"}), {"action": "changeName", "name": {"en": "B"}}),
    "description": (
        drafts.set_type_description({"en": "B"}),
        {"action": "setDescription", "description": {"en": "B"}},
    ),
    "field": (
        drafts.add_field_definition(_FIELD),
        {"action": "addFieldDefinition", "fieldDefinition": _FIELD},
    ),
    "label": (
        drafts.change_field_label("f1", {"en": "B"}),
        {"action": "changeLabel", "fieldName": "f1", "label": {"en": "B"}},
    ),
    "hint": (
        drafts.change_input_hint("f1", "MultiLine"),
        {"action": "changeInputHint", "fieldName": "f1", "inputHint": "MultiLine"},
    ),
    "value": (
        drafts.add_enum_value("f1", _LOW),
        {"action": "addEnumValue", "fieldName": "f1", "value": _LOW},
    ),
    "value by language": (
        drafts.add_enum_value("f1", _LOW_BY_LANGUAGE, localized=True),
        {"action": "addLocalizedEnumValue", "fieldName": "f1", "value": _LOW_BY_LANGUAGE},
    ),
    "label of a value": (
        drafts.change_enum_value_label("f1", _LOW),
        {"action": "changeEnumValueLabel", "fieldName": "f1", "value": _LOW},
    ),
    "label of a value by language": (
        drafts.change_enum_value_label("f1", _LOW_BY_LANGUAGE, localized=True),
        {"action": "changeLocalizedEnumValueLabel", "fieldName": "f1", "value": _LOW_BY_LANGUAGE},
    ),
}


@pytest.mark.parametrize(("action", "expected"), CASES.values(), ids=CASES.keys())
async def test_an_action_is_written_as_the_interface_has_it(
    action: drafts.TypeUpdateAction, expected: dict[str, Any]
) -> None:
    """Exactly that body is sent, and the official definition has it."""
    peer = Peer(ok({"id": "t", "version": 2, "key": "placet-order", "resourceTypeIds": ["order"]}))
    http = httpx.AsyncClient(transport=validating(httpx.MockTransport(peer), answers=False))
    async with http:
        await Commercetools(account(), http).update_type("t", 1, [action])
    assert peer.sent == {"version": 1, "actions": [expected]}


async def test_a_type_is_read_as_it_was_drafted() -> None:
    """Kinds of resources that the SDK does not know yet too, and every field with what it holds."""
    async with sandboxed() as there:
        await there.ours.create_type(drafts.type_draft(_DRAFT))
        read = await there.ours.type_("placet-order")
    assert read is not None
    assert (read.name, read.resource_type_ids) == ({"en": "Order"}, ("order", "recurring-order"))
    assert read.field_definitions == (
        FieldOfType(name="costCenter", type={"name": "String"}, label={"en": "Cost centre"}),
        FieldOfType(name="level", type={"name": "Enum", "values": _LEVELS}, label={"en": "L"}, required=True),
    )
