"""The committed exceptions are still needed: what the definition says itself needs no exception."""

import pytest

from tests.official.definition import definition_or_skip
from tests.official.exceptions import (
    ANY_PATH,
    MISSING_SCHEMAS,
    OPEN_VALUES,
    OTHER_BODIES,
    SUBTYPES_WITHOUT_MAPPING,
    UNDECLARED_STATUSES,
    UNMAPPED_VALUES_ARE_PLAIN,
    OpenValues,
    OtherBody,
    UndeclaredStatus,
)
from tests.official.openapi import OfficialApi


@pytest.mark.parametrize("entry", UNDECLARED_STATUSES, ids=lambda e: f"{e.method} {e.path} {e.status}")
def test_an_excepted_status_is_not_declared(official: OfficialApi, entry: UndeclaredStatus) -> None:
    """The path exists, the definition does not declare the status, and a source says that it happens."""
    assert entry.source
    if entry.path == ANY_PATH:
        responses = [
            operation["responses"]
            for item in definition_or_skip()["paths"].values()
            for operation in item.values()
            if isinstance(operation, dict)
        ]
        assert not any(str(entry.status) in declared for declared in responses)
        return
    operation = official.declared(entry.method, entry.path)
    assert operation is not None
    assert str(entry.status) not in operation.raw["responses"]


@pytest.mark.parametrize("entry", OTHER_BODIES, ids=lambda e: f"{e.method} {e.path} {e.status}")
def test_an_other_body_is_not_the_declared_one(official: OfficialApi, entry: OtherBody) -> None:
    """The status is declared, with another body than the excepted one, and a source says so."""
    assert entry.source
    operation = official.declared(entry.method, entry.path)
    assert operation is not None
    assert official.response_schema(operation, entry.status) is not official.schemas.named(entry.body)


@pytest.mark.parametrize("entry", OPEN_VALUES, ids=lambda e: e.schema)
def test_an_open_map_is_a_pattern_map(entry: OpenValues) -> None:
    """The schema is a pattern map whose values the conversion typed as strings."""
    assert entry.source
    raw = definition_or_skip()["components"]["schemas"][entry.schema]
    assert raw["additionalProperties"] == {"type": "string"}
    assert any(key.startswith("/") for key in raw["required"])


def test_the_schemas_that_are_added_are_missing() -> None:
    """The definition refers to these schemas and does not contain them."""
    assert not MISSING_SCHEMAS.keys() & definition_or_skip()["components"]["schemas"].keys()


@pytest.mark.parametrize("base", [*SUBTYPES_WITHOUT_MAPPING, *UNMAPPED_VALUES_ARE_PLAIN])
def test_the_mappings_that_are_completed_are_incomplete(official: OfficialApi, base: str) -> None:
    """The definition's own mapping knows fewer values than there are."""
    _, completed = official.schemas.named(base)["dispatch"]
    raw = definition_or_skip()["components"]["schemas"][base]
    (declared,) = [
        part["discriminator"]["mapping"] for part in raw.get("allOf", [raw]) if "discriminator" in part
    ]
    assert len(declared) < len(completed)


def test_a_reference_without_a_subtype_is_plain(official: OfficialApi) -> None:
    """`subscription` is a type to refer to, with an id and nothing else; `subscriptions` is none."""
    reference = {"typeId": "subscription", "id": "s"}
    assert official.problems("Reference", reference) == []
    assert official.problems("Reference", reference | {"obj": {}}) == ["$: unknown field 'obj'"]
    assert official.problems("Reference", reference | {"typeId": "subscriptions"}) != []
    assert official.problems("StateReference", reference) != []
