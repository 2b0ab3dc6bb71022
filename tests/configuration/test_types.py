"""`types.yaml`: in the form of TypeDraft, and every mistake told with file, line and field."""

from pathlib import Path

import pytest

from configuration import ConfigurationError
from configuration.types import REFERABLE, RESOURCE_TYPES, load_types
from tests.official.definition import definition_or_skip

CONFIG = Path(__file__).parents[2] / "config"
TYPES = """\
types:
  - key: shop-order
    name: { en: Order }
    resourceTypeIds: [order]
    fieldDefinitions:
      - name: costCenter
        label: { en: Cost centre }
        type: { name: String }
      - { name: level, label: { en: Level }, required: true, type: { name: Enum, values: [{ key: low, label: Low }] } }
      - { name: zones, label: { en: Zones }, type: { name: Set, elementType: { name: Reference, referenceTypeId: zone } } }
  - key: shop-line
    name: { en: Line }
    resourceTypeIds: [line-item]
"""


def _written(folder: Path, text: str) -> Path:
    (folder / "types.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_example_is_what_it_says() -> None:
    """One type for orders, with the cost centre and the day by which the order is needed; none is required."""
    (shipped,) = load_types(CONFIG)
    assert (shipped.key, shipped.resource_type_ids) == ("placet-order", ("order",))
    assert [(one.name, one.type.name, one.required) for one in shipped.field_definitions] == [
        ("costCenter", "String", False),
        ("neededBy", "Date", False),
    ]


def test_no_file_is_no_types(tmp_path: Path) -> None:
    """It is optional."""
    assert load_types(tmp_path) == ()


def test_a_type_is_its_draft(tmp_path: Path) -> None:
    """What travels is what is written, and `required` is always said."""
    first, second = load_types(_written(tmp_path, TYPES))
    draft = first.to_json_dict()
    assert draft["fieldDefinitions"][0] == {
        "name": "costCenter",
        "label": {"en": "Cost centre"},
        "type": {"name": "String"},
        "required": False,
    }
    assert draft["fieldDefinitions"][1]["type"] == {
        "name": "Enum",
        "values": [{"key": "low", "label": "Low"}],
    }
    assert second.to_json_dict()["fieldDefinitions"] == []


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("[order]", "[ordr]", "types.yaml:4: types[0].resourceTypeIds[0]: commercetools has no 'ordr' here; did you mean 'order'?"),
        ("[order]", "[]", "types.yaml:4: types[0].resourceTypeIds: needs at least 1 entry"),
        ("referenceTypeId: zone", "referenceTypeId: zoo", "types.yaml:10: types[0].fieldDefinitions[2].type.elementType.referenceTypeId: commercetools has no 'zoo' here"),
        ("key: shop-line", "key: shop-order", "types.yaml:11: types[1].key: 'shop-order' is declared twice, first in line 2"),
        ("key: shop-line", "key: shop line", "types.yaml:11: types[1].key: String should match pattern"),
        ("name: level", "name: costCenter", "types.yaml:9: types[0].fieldDefinitions[1].name: the field 'costCenter' is declared twice"),
        ("name: costCenter", "name: c", "types.yaml:6: types[0].fieldDefinitions[0].name: String should match pattern"),
        ("{ name: String }", "{ name: Text }", "types.yaml:8: types[0].fieldDefinitions[0].type.name: Input should be 'Boolean'"),
        ("{ name: String }", "{ name: Enum }", "types.yaml:8: types[0].fieldDefinitions[0].type: an Enum needs values"),
        ("{ name: String }", "{ name: String, values: [] }", "types.yaml:8: types[0].fieldDefinitions[0].type: a String has no values"),
        ("{ name: String }", "{ name: Reference }", "types.yaml:8: types[0].fieldDefinitions[0].type: a Reference needs referenceTypeId"),
        ("{ name: String }", "{ name: Set, elementType: { name: Set, elementType: { name: String } } }", "types.yaml:8: types[0].fieldDefinitions[0].type: a Set has no Set in it"),
        ("label: Low", "label: { en: Low }", "types.yaml:9: types[0].fieldDefinitions[1].type: the labels of an Enum are a text"),
        ("label: { en: Cost centre }", "lable: { en: Cost centre }", "types.yaml:7: types[0].fieldDefinitions[0].lable: no such key"),
        ("label: { en: Cost centre }", "label: Cost centre", "types.yaml:7: types[0].fieldDefinitions[0].label: Input should be a valid dictionary"),
        ("required: true", "required: maybe", "types.yaml:9: types[0].fieldDefinitions[1].required: Input should be a valid boolean"),
        ("[line-item]", "[line-item, order]\n    fieldDefinitions: [{ name: level, label: { en: L }, type: { name: Number } }]",
         "types.yaml:14: types[1].fieldDefinitions[0].type: the field 'level' of order is an Enum in the type 'shop-order', and would be a Number here"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_is(tmp_path: Path, before: str, after: str, wanted: str) -> None:
    """With the file, the line and the field; what is not there is not silently left out."""
    assert TYPES.count(before) == 1, before
    with pytest.raises(ConfigurationError) as refused:
        load_types(_written(tmp_path, TYPES.replace(before, after)))
    problems = [str(problem).removeprefix(f"{tmp_path}/") for problem in refused.value.problems]
    assert any(problem.startswith(wanted) for problem in problems), problems


def test_the_names_are_those_of_the_official_definition() -> None:
    """Kinds of resources, and of what can be referred to: none is missing, none is made up."""
    schemas = definition_or_skip()["components"]["schemas"]
    assert set(RESOURCE_TYPES) == set(schemas["ResourceTypeId"]["enum"])
    assert set(REFERABLE) == set(schemas["CustomFieldReferenceValue"]["enum"])
