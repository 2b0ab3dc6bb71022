"""The types of `placet setup` against the sandbox, every exchange held to commercetools' official definition."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from clients import type_drafts as drafts
from clients.resources import TypeDefinition
from configuration.types import DeclaredType
from starter.exits import RefusedError
from starter.setup_plan import Change, Done, SetUp
from starter.setup_types import TypesPart, compare
from tests.clients.sandboxed import Sandboxed, sandboxed

CENTER: dict[str, Any] = {
    "name": "costCenter",
    "label": {"en": "Cost centre"},
    "type": {"name": "String"},
    "required": False,
}
LEVEL: dict[str, Any] = {
    "name": "level",
    "label": {"en": "Level"},
    "type": {"name": "Enum", "values": [{"key": "low", "label": "Low"}]},
    "required": False,
}


def _declared(*fields: dict[str, Any], **more: Any) -> DeclaredType:
    document = {"key": "shop-order", "name": {"en": "Order"}, "resourceTypeIds": ["order"]}
    return DeclaredType.model_validate({**document, "fieldDefinitions": fields, **more})


DECLARED = _declared(CENTER, LEVEL)


@pytest.fixture
async def empty() -> AsyncIterator[Sandboxed]:
    """A sandbox that nobody has set up."""
    async with sandboxed() as sandbox:
        yield sandbox


async def _run(there: Sandboxed, *declared: DeclaredType) -> list[Done]:
    return [done async for done in SetUp([TypesPart(there.ours, declared)]).run()]


async def _found(there: Sandboxed) -> TypeDefinition:
    found = await there.ours.type_("shop-order")
    assert found is not None
    return found


async def test_a_type_is_made_as_declared_and_then_left_alone(empty: Sandboxed) -> None:
    """The first run says every field of it; the second writes nothing."""
    assert await _run(empty, DECLARED) == [
        Done(
            thing="type shop-order",
            change=Change.CREATED,
            details=("+ field costCenter: String", "+ field level: Enum"),
        )
    ]
    made = await _found(empty)
    assert await _run(empty, DECLARED) == [Done(thing="type shop-order", change=Change.UNCHANGED)]
    assert await _found(empty) == made


async def test_what_is_missing_is_added_and_names_are_changed(empty: Sandboxed) -> None:
    """Fields, values, and texts by language, in one request; then nothing differs any more."""
    await _run(empty, DECLARED)
    levels = {"name": "Enum", "values": [{"key": "low", "label": "Low"}, {"key": "high", "label": "High"}]}
    wanted = _declared(
        {**CENTER, "label": {"en": "Cost center", "de": "Kostenstelle"}},
        {**LEVEL, "type": levels},
        {"name": "neededBy", "label": {"en": "Needed by"}, "type": {"name": "Date"}, "required": True},
        name={"en": "B2B order"},
        description={"en": "Of the shop"},
    )
    (done,) = await _run(empty, wanted)
    assert (done.change, done.details) == (
        Change.UPDATED,
        (
            'name.en: "Order" -> "B2B order"',
            'description.en: none -> "Of the shop"',
            'field costCenter: label.de: none -> "Kostenstelle"',
            'field costCenter: label.en: "Cost centre" -> "Cost center"',
            "+ field level: value high",
            "+ field neededBy: Date, required",
        ),
    )
    assert (await _found(empty)).fields == ("costCenter", "level", "neededBy")
    assert [one.change for one in await _run(empty, wanted)] == [Change.UNCHANGED]


async def test_nothing_is_taken_away(empty: Sandboxed) -> None:
    """Fields, values and languages that the file does not have stay; fields and values are told."""
    await _run(empty, DECLARED)
    found = await _found(empty)
    more = [
        drafts.add_field_definition({**CENTER, "name": "theirs"}),
        drafts.add_enum_value("level", {"key": "high", "label": "High"}),
        drafts.change_field_label("level", {"en": "Level", "fr": "Niveau"}),
    ]
    theirs = await empty.ours.update_type(found.id, found.version, more)
    told = "in the project and not in the file: value high of field level, field theirs"
    assert await _run(empty, DECLARED) == [
        Done(thing="type shop-order", change=Change.UNCHANGED),
        Done(thing="type shop-order", change=Change.UNMANAGED, details=(told,)),
    ]
    assert await _found(empty) == theirs
    await _run(empty, _declared(CENTER, {**LEVEL, "label": {"en": "Grade"}}))
    assert (await _found(empty)).field_definitions[1].label == {"en": "Grade", "fr": "Niveau"}


REFUSED: dict[str, tuple[DeclaredType, str]] = {
    "another type": (
        _declared({**CENTER, "type": {"name": "Number"}}),
        (
            "type shop-order: field costCenter: it is a String and cannot become a Number; "
            "declare it as String, or choose another name"
        ),
    ),
    "a set of it": (
        _declared({**CENTER, "type": {"name": "Set", "elementType": {"name": "String"}}}),
        (
            "type shop-order: field costCenter: it is a String and cannot become a Set of String; "
            "declare it as String, or choose another name"
        ),
    ),
    "required": (
        _declared({**CENTER, "required": True}),
        (
            "type shop-order: field costCenter: required is no and cannot become yes; "
            "declare it as it is, or choose another name"
        ),
    ),
    "another resource": (
        _declared(CENTER, resourceTypeIds=["order", "customer"]),
        (
            "type shop-order: it is for order and cannot become one for customer, too; "
            "leave customer out, or choose another key"
        ),
    ),
}


@pytest.mark.parametrize(("declared", "words"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_commercetools_never_changes_is_refused_with_the_way_out(
    empty: Sandboxed, declared: DeclaredType, words: str
) -> None:
    """And nothing else is done: neither to this type nor to one that could be made."""
    await _run(empty, DECLARED)
    before = await _found(empty)
    other = _declared(key="shop-line", resourceTypeIds=["line-item"])
    with pytest.raises(RefusedError) as refused:
        await _run(empty, other, declared)
    assert str(refused.value) == words
    assert await _found(empty) == before
    assert await empty.ours.type_("shop-line") is None


def test_values_are_compared_in_sets_and_by_language() -> None:
    """A set of enumerations by language: a value's label is mended, its other languages stay, and a hint is changed."""
    values = [{"key": "low", "label": {"en": "Low", "de": "Tief"}}]
    held = {"name": "Set", "elementType": {"name": "LocalizedEnum", "values": values}}
    present = {
        "id": "t",
        "version": 1,
        "key": "shop-order",
        "name": {"en": "Order"},
        "resourceTypeIds": ["order"],
        "fieldDefinitions": [{**LEVEL, "type": held}],
    }
    wanted = {
        "name": "LocalizedEnum",
        "values": [{"key": "low", "label": {"en": "Lower"}}, {"key": "top", "label": {"en": "Top"}}],
    }
    changed = _declared({**LEVEL, "type": {"name": "Set", "elementType": wanted}, "inputHint": "MultiLine"})
    found = compare(changed, TypeDefinition.model_validate(present))
    assert not found.refusals
    assert [action.serialize() for action in found.actions] == [
        {"action": "changeInputHint", "fieldName": "level", "inputHint": "MultiLine"},
        {
            "action": "changeLocalizedEnumValueLabel",
            "fieldName": "level",
            "value": {"key": "low", "label": {"en": "Lower", "de": "Tief"}},
        },
        {
            "action": "addLocalizedEnumValue",
            "fieldName": "level",
            "value": {"key": "top", "label": {"en": "Top"}},
        },
    ]
