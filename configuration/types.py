"""`types.yaml`: the custom fields that the shop and the policy need, in the form of commercetools' TypeDraft. Optional.

Source of the forms: commercetools' `types/type/` (TypeDraft, FieldDefinition, FieldType, ResourceTypeId).
"""

import difflib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from configuration.document import ANY, ConfigurationError, Document
from domain.value import Value

RESOURCE_TYPES = (
    "address", "asset", "approval-flow", "approval-rule", "associate-role", "business-unit", "cart-discount", "category",
    "channel", "customer", "customer-group", "custom-line-item", "discount-code", "inventory-entry", "line-item", "order",
    "order-edit", "order-delivery", "order-parcel", "order-return-item", "payment", "payment-interface-interaction",
    "payment-method", "payment-method-info", "product-price", "product-selection", "product-tailoring", "quote", "reservation",
    "review", "recurring-order", "shipping", "shipping-method", "shopping-list", "shopping-list-text-line-item",
    "standalone-price", "store", "transaction",
)  # fmt: skip
"""ResourceTypeId. `order` is a cart's, too."""
REFERABLE = (
    "approval-flow", "approval-rule", "associate-role", "business-unit", "cart", "cart-discount", "category", "channel",
    "customer", "customer-group", "key-value-document", "order", "product", "product-type", "review", "state",
    "shipping-method", "variant", "zone",
)  # fmt: skip
"""CustomFieldReferenceValue."""

Localized = Annotated[dict[str, str], Field(min_length=1)]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{2,256}$")]
FieldName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{2,36}$")]
_ENUMERATIONS = {"Enum": str, "LocalizedEnum": dict}
_TYPES = ("types", ANY)
_FIELDS = (*_TYPES, "fieldDefinitions", ANY)


class EnumValue(Value):
    """One value of an enumeration; the label is by language in a LocalizedEnum."""

    key: Annotated[str, Field(min_length=1)]
    label: str | Localized


class FieldType(Value):
    """What a field holds. `values` belong to enumerations, `reference_type_id` to Reference, `element_type` to Set."""

    name: Literal[
        "Boolean", "String", "LocalizedString", "Number", "Money", "Date", "Time", "DateTime",
        "Enum", "LocalizedEnum", "Reference", "Set",
    ]  # fmt: skip
    values: tuple[EnumValue, ...] | None = None
    reference_type_id: str | None = None
    element_type: "FieldType | None" = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        belongings = {
            "values": (self.values, self.name in _ENUMERATIONS),
            "referenceTypeId": (self.reference_type_id, self.name == "Reference"),
            "elementType": (self.element_type, self.name == "Set"),
        }
        for field, (given, needed) in belongings.items():
            if needed and given is None:
                raise ValueError(f"{_a(self.name)} needs {field}")
            if given is not None and not needed:
                raise ValueError(f"{_a(self.name)} has no {field}")
        if self.element_type is not None and self.element_type.name == "Set":
            raise ValueError("a Set has no Set in it")
        form = _ENUMERATIONS.get(self.name)
        if form is not None and not all(isinstance(value.label, form) for value in self.values or ()):
            written = "a text" if form is str else "by language, such as { en: Low }"
            raise ValueError(f"the labels of {_a(self.name)} are {written}")
        return self


class FieldDefinition(Value):
    """A custom field."""

    name: FieldName
    label: Localized
    type: FieldType
    required: bool = False
    input_hint: Literal["SingleLine", "MultiLine"] | None = None


class DeclaredType(Value):
    """A Type, whose `to_json_dict` is the TypeDraft."""

    key: Key
    name: Localized
    description: Localized | None = None
    resource_type_ids: Annotated[tuple[str, ...], Field(min_length=1)]
    field_definitions: tuple[FieldDefinition, ...] = ()


class _DeclaredTypes(Value):
    types: tuple[DeclaredType, ...]


def load_types(folder: Path) -> tuple[DeclaredType, ...]:
    """Read `types.yaml` of a folder; none if there is no such file.

    Raises:
        ConfigurationError: with everything that is wrong in it.
    """
    file = folder / "types.yaml"
    if not file.exists():
        return ()
    document = Document(file)
    document.declared_once(*_TYPES, "key")
    _one_of(document, (*_TYPES, "resourceTypeIds", ANY), RESOURCE_TYPES)
    for depth in range(2):
        _one_of(document, (*_FIELDS, "type", *["elementType"] * depth, "referenceTypeId"), REFERABLE)
    _names_agree(document)
    declared = document.model(_DeclaredTypes)
    if declared is None or document.problems:
        raise ConfigurationError(document.problems)
    return declared.types


def _one_of(document: Document, pattern: tuple[str, ...], known: tuple[str, ...]) -> None:
    for place, name in document.found(*pattern):
        if isinstance(name, str) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"; did you mean '{near[0]}'?" if near else ""
            document.say(place, f"commercetools has no '{name}' here{meant}")


def _names_agree(document: Document) -> None:
    """A field is in a type once, and of one type in all types for a kind of resource (commercetools refuses others)."""
    seen: dict[tuple[Any, Any], tuple[Any, Any]] = {}
    for place, type_ in document.found(*_TYPES):
        if not isinstance(type_, dict):
            continue
        own: set[Any] = set()
        for at, field in document.found(*place, "fieldDefinitions", ANY):
            name, kind = _name_and_kind(field)
            if not isinstance(name, str):
                continue
            if name in own:
                document.say((*at, "name"), f"the field '{name}' is declared twice")
            own.add(name)
            for resource in _texts(type_.get("resourceTypeIds")):
                first_kind, first_key = seen.setdefault((resource, name), (kind, type_.get("key")))
                if first_kind != kind:
                    said = f"the field '{name}' of {resource} is {_a(first_kind)} in the type '{first_key}'"
                    document.say((*at, "type"), f"{said}, and would be {_a(kind)} here")
                    break


def _name_and_kind(field: Any) -> tuple[Any, Any]:
    if not isinstance(field, dict):
        return None, None
    type_ = field.get("type")
    return field.get("name"), type_.get("name") if isinstance(type_, dict) else None


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _a(kind: object) -> str:
    return f"{'an' if kind == 'Enum' else 'a'} {kind}"
