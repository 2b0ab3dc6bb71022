"""GraphQL commands in REST's words, so that both run through the same code.

An update action is an input object with one field per action (`{transitionState: {...}}`), where REST names the
action inside (`{"action": "transitionState", ...}`). Custom values are texts that hold JSON, LocalizedStrings are
lists, and nulls mean "not given".
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.errors import ApiError, invalid_input
from sandbox.http import read_json

Resource = dict[str, Any]

# What a ResourceIdentifierInput in this field points at: GraphQL may leave the typeId out, REST never does.
_POINTED_AT = {
    "state": "state",
    "fromState": "state",
    "toState": "state",
    "transitions": "state",
    "type": "type",
    "businessUnit": "business-unit",
    "store": "store",
    "payment": "payment",
    "channel": "channel",
    "productType": "product-type",
}
_CUSTOM_TYPE_ACTIONS = ("setCustomType", "setLineItemCustomType", "setCustomLineItemCustomType")
_LOCALIZED = ("name", "description", "slug")


def rest_actions(actions: Sequence[Mapping[str, Any]]) -> list[Resource]:
    """Each action as REST writes it. ApiError InvalidInput unless exactly one field of each is set."""
    return [_rest_action(action) for action in actions]


def custom_object_draft(draft: Mapping[str, Any]) -> Resource:
    """A REST CustomObjectDraft. ApiError InvalidInput if `value` holds no JSON."""
    return {**_plain(draft), "value": parsed(draft["value"], "value")}


def state_draft(draft: Mapping[str, Any]) -> Resource:
    """A REST StateDraft."""
    return _localized(_plain(draft))


def product_draft(draft: Mapping[str, Any]) -> Resource:
    """A REST ProductDraft."""
    return _localized(_plain(draft))


def channel_draft(draft: Mapping[str, Any]) -> Resource:
    """A REST ChannelDraft."""
    return _localized(_plain(draft))


def zone_draft(draft: Mapping[str, Any]) -> Resource:
    """A REST ZoneDraft."""
    return _plain(draft)


def parsed(text: str, field: str) -> Any:
    """The value that a text of JSON holds. ApiError InvalidInput."""
    try:
        return read_json(text.encode("utf-8", "surrogatepass"))
    except ApiError:
        raise invalid_input(f"The value of '{field}' is not a JSON document.") from None


def _rest_action(action: Mapping[str, Any]) -> Resource:
    given = {name: fields for name, fields in action.items() if fields is not None}
    if len(given) != 1:
        raise invalid_input("Exactly one update action is to be set in each entry of 'actions'.")
    [(name, fields)] = given.items()
    return {"action": name, **_FIELDS.get(name, _plain)(fields)}


def _plain(given: Mapping[str, Any]) -> Resource:
    """Without nulls, with typeIds, and with custom fields as REST writes them, at every depth."""
    return {name: _value(name, value) for name, value in given.items() if value is not None}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_value(name, one) for one in value]
    if not isinstance(value, dict):
        return value
    if name == "custom":
        return _custom_fields(value)
    if name in _POINTED_AT and not set(value) - {"typeId", "id", "key"}:
        return {"typeId": _POINTED_AT[name], **_plain(value)}
    return _plain(value)


def _custom_fields(given: Mapping[str, Any]) -> Resource:
    """A CustomFieldsDraft, or the action that sets one: the type in one of three ways, the fields as a list."""
    custom = _plain({name: value for name, value in given.items() if name != "fields"})
    for name, identifier in (("typeId", "id"), ("typeKey", "key")):
        if name in custom:
            custom["type"] = {"typeId": "type", identifier: custom.pop(name)}
    if given.get("fields") is not None:
        custom["fields"] = {one["name"]: parsed(one["value"], one["name"]) for one in given["fields"]}
    return custom


def _custom_field(given: Mapping[str, Any]) -> Resource:
    """An action that sets one custom field; no value, or the JSON null, removes it."""
    fields = _plain(given)
    if "value" in fields:
        fields["value"] = parsed(fields["value"], given["name"])
    return fields


def _localized(given: Mapping[str, Any]) -> Resource:
    fields = _plain(given)
    for name in _LOCALIZED:
        if isinstance(fields.get(name), list):
            fields[name] = {text["locale"]: text["value"] for text in fields[name]}
    return fields


_FIELDS: dict[str, Callable[[Mapping[str, Any]], Resource]] = {
    **dict.fromkeys(
        ("setCustomField", "setLineItemCustomField", "setCustomLineItemCustomField"), _custom_field
    ),
    **dict.fromkeys(_CUSTOM_TYPE_ACTIONS, _custom_fields),
    "setName": _localized,
    "setDescription": _localized,
}
