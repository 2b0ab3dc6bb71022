"""Drafts and update actions of Types, from JSON as the interface has it. Source: `types/type/`, `types/type/updates/`.

The SDK's enumerations are older than the interface (kinds of resources are missing in them), so these write themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class _Written:
    document: Mapping[str, Any]

    def serialize(self) -> dict[str, Any]:
        """The body as the interface has it."""
        return dict(self.document)


class TypeDraft(_Written):
    """A TypeDraft."""


class TypeUpdateAction(_Written):
    """An update action of a Type. None of those here takes anything away."""


def type_draft(document: Mapping[str, Any]) -> TypeDraft:
    """The draft of a type of custom fields (TypeDraft)."""
    return TypeDraft(document)


def change_type_name(name: Mapping[str, str]) -> TypeUpdateAction:
    """The name by language, all of it."""
    return _action("changeName", name=dict(name))


def set_type_description(description: Mapping[str, str]) -> TypeUpdateAction:
    """The description by language, all of it."""
    return _action("setDescription", description=dict(description))


def add_field_definition(definition: Mapping[str, Any]) -> TypeUpdateAction:
    """One more field (FieldDefinition)."""
    return _action("addFieldDefinition", fieldDefinition=dict(definition))


def change_field_label(field: str, label: Mapping[str, str]) -> TypeUpdateAction:
    """A field's label by language, all of it."""
    return _action("changeLabel", fieldName=field, label=dict(label))


def change_input_hint(field: str, hint: str) -> TypeUpdateAction:
    """How a text is edited: `SingleLine` or `MultiLine`."""
    return _action("changeInputHint", fieldName=field, inputHint=hint)


def add_enum_value(field: str, value: Mapping[str, Any], *, localized: bool = False) -> TypeUpdateAction:
    """One more value (`key`, `label`) of an enumeration, or of a set of them."""
    kind = "addLocalizedEnumValue" if localized else "addEnumValue"
    return _action(kind, fieldName=field, value=dict(value))


def change_enum_value_label(
    field: str, value: Mapping[str, Any], *, localized: bool = False
) -> TypeUpdateAction:
    """The label of the value of that key."""
    kind = "changeLocalizedEnumValueLabel" if localized else "changeEnumValueLabel"
    return _action(kind, fieldName=field, value=dict(value))


def _action(action: str, **fields: Any) -> TypeUpdateAction:
    return TypeUpdateAction({"action": action, **fields})
