"""The Types of custom fields, as `types.yaml` declares them. Nothing is ever removed: the fields of orders are in use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clients.commercetools import Commercetools
from clients.resources import FieldOfType, TypeDefinition
from clients.type_drafts import (
    TypeUpdateAction,
    add_enum_value,
    add_field_definition,
    change_enum_value_label,
    change_field_label,
    change_input_hint,
    change_type_name,
    set_type_description,
    type_draft,
)
from configuration.types import DeclaredType, FieldDefinition, FieldType
from starter.setup_plan import Change, Part, Step


class TypesPart(Part):
    """The types that the file declares; others are not looked at."""

    thing = "types"

    def __init__(self, commercetools: Commercetools, declared: Sequence[DeclaredType]) -> None:
        self._commercetools = commercetools
        self._declared = declared

    async def plan(self) -> list[Step]:
        """One request for each type that is missing or differs."""
        return [step for declared in self._declared for step in await self._plan(declared)]

    async def _plan(self, declared: DeclaredType) -> list[Step]:
        thing = f"type {declared.key}"
        present = await self._commercetools.type_(declared.key)
        if present is None:
            draft = type_draft(declared.to_json_dict())
            details = tuple(f"+ {_shown(definition)}" for definition in declared.field_definitions)
            return [Step(thing, Change.CREATED, details, lambda: self._commercetools.create_type(draft))]
        found = compare(declared, present)
        if found.refusals:
            return [Step(thing, Change.REFUSED, tuple(found.refusals))]

        async def act() -> None:
            await self._commercetools.update_type(present.id, present.version, found.actions)

        changed = Step(thing, Change.UPDATED, tuple(found.words), act)
        steps = [changed if found.actions else Step(thing, Change.UNCHANGED)]
        if found.left:
            told = f"in the project and not in the file: {', '.join(found.left)}"
            steps.append(Step(thing, Change.UNMANAGED, (told,)))
        return steps


@dataclass
class Comparison:
    """What mends a type, in words and as actions; what cannot be mended; and what the file leaves out."""

    words: list[str] = field(default_factory=list)
    actions: list[TypeUpdateAction] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def add(self, action: TypeUpdateAction, *words: str) -> None:
        """Note a difference."""
        self.words += words
        self.actions.append(action)


def compare(declared: DeclaredType, present: TypeDefinition) -> Comparison:
    """Compare a type. Languages that the file does not have stay as they are, as fields and values do."""
    found = Comparison()
    missing = [kind for kind in declared.resource_type_ids if kind not in present.resource_type_ids]
    if missing:
        found.refusals.append(
            f"it is for {', '.join(present.resource_type_ids)} and cannot become one for {', '.join(missing)}, too; "
            f"leave {', '.join(missing)} out, or choose another key"
        )
    words = _by_language("name", present.name, declared.name)
    if words:
        found.add(change_type_name({**present.name, **declared.name}), *words)
    words = _by_language("description", present.description, declared.description or {})
    if words:
        found.add(set_type_description({**present.description, **(declared.description or {})}), *words)
    fields = {one.name: one for one in present.field_definitions}
    for definition in declared.field_definitions:
        there = fields.pop(definition.name, None)
        if there is None:
            found.add(add_field_definition(definition.to_json_dict()), f"+ {_shown(definition)}")
        else:
            _compare_field(definition, there, found)
    found.left += [f"field {name}" for name in fields]
    return found


def _compare_field(declared: FieldDefinition, present: FieldOfType, found: Comparison) -> None:
    name, refusal = declared.name, next(_objections(declared, present), None)
    if refusal is not None:
        found.refusals.append(f"field {name}: {refusal}")
        return
    words = _by_language(f"field {name}: label", present.label, declared.label)
    if words:
        found.add(change_field_label(name, {**present.label, **declared.label}), *words)
    if declared.input_hint not in {None, present.input_hint}:
        hint = f"field {name}: inputHint: {present.input_hint} -> {declared.input_hint}"
        found.add(change_input_hint(name, str(declared.input_hint)), hint)
    _compare_values(declared, present, found)


def _objections(declared: FieldDefinition, present: FieldOfType) -> Iterator[str]:
    there, wanted = _kind(present.type), _kind(declared.type.to_json_dict())
    if there != wanted:
        yield f"it is a {there} and cannot become a {wanted}; declare it as {there}, or choose another name"
    if declared.required is not present.required:
        yield (
            f"required is {_yes(present.required)} and cannot become {_yes(declared.required)}; "
            f"declare it as it is, or choose another name"
        )


def _compare_values(declared: FieldDefinition, present: FieldOfType, found: Comparison) -> None:
    """The values of an enumeration, or of a set of them."""
    localized = _innermost(declared.type).name == "LocalizedEnum"
    there = {value["key"]: value for value in _values(present.type)}
    for value in _values(declared.type.to_json_dict()):
        known = there.pop(value["key"], None)
        where = f"field {declared.name}: value {value['key']}"
        if known is None:
            found.add(add_enum_value(declared.name, value, localized=localized), f"+ {where}")
            continue
        label = {**known["label"], **value["label"]} if localized else value["label"]
        if label != known["label"]:
            changed = {**value, "label": label}
            words = f"{where}: label: {_quoted(known['label'])} -> {_quoted(label)}"
            found.add(change_enum_value_label(declared.name, changed, localized=localized), words)
    found.left += [f"value {key} of field {declared.name}" for key in there]


def _innermost(type_: FieldType) -> FieldType:
    return type_.element_type or type_


def _values(type_: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(type_.get("elementType", type_).get("values", ()))


def _kind(type_: Mapping[str, Any]) -> str:
    """What a field holds, but for an enumeration's values, which may grow."""
    if type_["name"] == "Set":
        return f"Set of {_kind(type_['elementType'])}"
    return f"Reference to {type_['referenceTypeId']}" if type_["name"] == "Reference" else str(type_["name"])


def _shown(definition: FieldDefinition) -> str:
    required = ", required" if definition.required else ""
    return f"field {definition.name}: {_kind(definition.type.to_json_dict())}{required}"


def _by_language(what: str, present: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """A line for each language in which they differ."""
    differing = [language for language in sorted(wanted) if present.get(language) != wanted[language]]
    return [f"{what}.{one}: {_quoted(present.get(one))} -> {_quoted(wanted[one])}" for one in differing]


def _quoted(text: object) -> str:
    return "none" if text is None else f'"{text}"' if isinstance(text, str) else str(text)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
