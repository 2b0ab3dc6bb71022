"""The definition rewritten for generating requests: what the validator knows, in words that generators know.

Components are the validator's compiled schemas (inheritance merged, discriminators resolved, objects closed). Real
ids can be planted where the definition only says "string", so that generated requests reach beyond look-ups.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.official.definition import Document
from tests.official.openapi import OfficialApi
from tests.official.schemas import Compiled

_FORMATS: dict[str, Document] = {
    "datetime": {"format": "date-time"},
    "date-only": {"format": "date"},
    "int64": {"minimum": -(2**63), "maximum": 2**63 - 1},
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
}
# What nobody sends: the object inside a reference is for answers (and an endless garden to generate).
_ANSWERS_ONLY = {"obj"}
# An update without actions says nothing about actions, nor a subscription to nothing about subscriptions.
_NEVER_EMPTY = {"actions", "stagedActions", "messages", "changes", "customLineItems", "resourceTypeIds"}
# Optional by the definition, and nothing comes of a draft without them.
_NEVER_LEFT_OUT = {"customLineItems", "cart"}
_SCALARS = {"string", "integer", "number"}


def generation_document(
    official: OfficialApi,
    definition: Document,
    operations: Iterable[tuple[str, str]],
    known: Mapping[str, Document],
    *,
    only_known: bool = False,
) -> Document:
    """An OpenAPI document of just these operations (method, template).

    `known` plants schemas: by field or parameter (`customLineItemId`), or by type and field of a reference
    (`state.id`). `only_known` leaves optional references out whose type is not planted: they lead nowhere.
    """
    rewriter = _Rewriter(official, known, only_known=only_known)
    paths: dict[str, Any] = {}
    for method, template in operations:
        item = definition["paths"][template]
        raw = item[method.lower()]
        paths.setdefault(template, {})[method.lower()] = {
            "operationId": raw.get("operationId", f"{method} {template}"),
            "parameters": [
                rewriter.parameter(p) for p in [*item.get("parameters", []), *raw.get("parameters", [])]
            ],
            "responses": {"default": {"description": "judged elsewhere"}},
            **({"requestBody": rewriter.body(raw["requestBody"])} if "requestBody" in raw else {}),
        }
    components = {"schemas": rewriter.components}
    return {
        "openapi": "3.1.0",
        "info": {"title": "generated", "version": "0"},
        "paths": paths,
        "components": components,
    }


class _Rewriter:
    def __init__(self, official: OfficialApi, known: Mapping[str, Document], *, only_known: bool) -> None:
        self.components: dict[str, Any] = {}
        self._schemas = official.schemas
        self._known = known
        self._only_known = only_known
        self._names: dict[int, str] = {}

    def parameter(self, raw: Document) -> Document:
        """A parameter; a pattern of names (`var.*`) becomes one name that matches it."""
        name = "var.x" if raw["name"].startswith("/") else raw["name"]
        schema = self.schema(self._schemas.of(raw["schema"]))
        if name in self._known and raw["in"] == "query":
            schema = schema | {"items": self._known[name]} if "items" in schema else self._known[name]
        return raw | {"name": name, "schema": schema}

    def body(self, raw: Document) -> Document:
        """A request body in JSON."""
        schema = self._schemas.of(raw["content"]["application/json"]["schema"])
        return {"required": True, "content": {"application/json": {"schema": self.schema(schema)}}}

    def schema(self, compiled: Compiled) -> Document:
        """A compiled schema in JSON Schema; objects become components and are referred to."""
        if compiled.get("type") == "array":
            return {"type": "array", "items": self.schema(compiled["items"]), "maxItems": 3}
        if compiled.get("type") != "object":
            plain = {word: compiled[word] for word in ("type", "enum") if word in compiled}
            return plain | _FORMATS.get(compiled.get("format", ""), {})
        if id(compiled) not in self._names:
            name = self._names[id(compiled)] = f"S{len(self._names)}"
            self.components[name] = {}  # in place before its parts: schemas refer to themselves
            self.components[name] = (
                self._dispatch(compiled) if "dispatch" in compiled else self._object(compiled)
            )
        return {"$ref": f"#/components/schemas/{self._names[id(compiled)]}"}

    def _dispatch(self, compiled: Compiled) -> Document:
        _, subtypes = compiled["dispatch"]
        return {"anyOf": [self.schema(subtype) for subtype in subtypes.values()]}

    def _object(self, compiled: Compiled) -> Document:
        fields: dict[str, Compiled] = compiled.get("properties", {})
        required = compiled.get("required", [])
        type_ids = fields.get("typeId", {}).get("enum", [""])
        properties = {
            name: self._field(f"{type_ids[0]}.{name}", field)
            for name, field in fields.items()
            if name not in _ANSWERS_ONLY and (name in required or not self._leads_nowhere(field))
        }
        rewritten: Document = {"type": "object", "properties": properties}
        if self._only_known:
            required = [*required, *(_NEVER_LEFT_OUT & properties.keys())]
            if properties.keys() == {"typeId", "id", "key"}:
                del properties["key"]  # an identifier has one of them, never both
                required = [*required, "id"]
        rewritten["required"] = [name for name in required if name in properties]
        if "patternFields" in compiled:
            pattern, values = compiled["patternFields"]
            if not properties and pattern.pattern:
                return rewritten | {
                    "patternProperties": {pattern.pattern: self.schema(values)},
                    "additionalProperties": False,
                    "maxProperties": 3,
                }
            return rewritten
        return rewritten | ({"additionalProperties": False} if "closed" in compiled else {})

    def _field(self, of_type: str, field: Compiled) -> Document:
        name = of_type.rpartition(".")[2]
        planted = self._known.get(of_type) or self._known.get(name)
        if planted and (field.get("type") in _SCALARS or planted.get("type") == "object"):
            return planted
        if planted and field.get("items", {}).get("type") in _SCALARS:
            return {"type": "array", "items": planted, "maxItems": 3}
        return self.schema(field) | ({"minItems": 1} if name in _NEVER_EMPTY else {})

    def _leads_nowhere(self, field: Compiled) -> bool:
        inner: Compiled = field["items"] if field.get("type") == "array" else field
        type_ids = inner.get("properties", {}).get("typeId", {}).get("enum", [])
        return self._only_known and bool(type_ids) and not any(f"{t}.id" in self._known for t in type_ids)
