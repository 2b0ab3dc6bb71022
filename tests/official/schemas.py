"""Compiles the definition's schemas: inheritance merged, discriminators resolved, objects closed.

The definition writes inheritance as `allOf: [parent, own part]`. Here each object becomes one flat schema with
the fields of its whole chain (the child's declaration wins), and refuses any other field. A schema with a
discriminator becomes a dispatch to its subtypes; a subtype pins its own discriminator value. Compiled schemas
are plain dicts that link to each other directly, cycles included, so that validating resolves no references.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.official.definition import Document
from tests.official.exceptions import MISSING_SCHEMAS, OPEN_VALUES
from tests.official.inheritance import COMPONENT, Inheritance

Compiled = dict[str, Any]

_ANYTHING = re.compile("")


@dataclass
class _Shape:
    """What one schema and its ancestors declare, before it is closed."""

    properties: Compiled = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    pattern: re.Pattern[str] | None = None
    values: Compiled = field(default_factory=dict)


class Schemas:
    """The compiled schemas of one definition, each compiled when it is first asked for, and kept."""

    def __init__(self, definition: Document) -> None:
        """Take the parsed OpenAPI document, with the committed exceptions merged over it."""
        self._raw: dict[str, Document] = definition["components"]["schemas"] | MISSING_SCHEMAS
        self._inheritance = Inheritance(self._raw)
        self._open_values = {entry.schema for entry in OPEN_VALUES}
        self._compiled: dict[tuple[str, bool], Compiled] = {}

    def named(self, name: str) -> Compiled:
        """The compiled schema of component `name`; KeyError where the definition has none."""
        raw = self._raw[name]
        if not _is_object(raw):
            return self._compile_once(name, flat=True)
        return self._compile_once(name, flat=not self._inheritance.dispatches(name))

    def of(self, raw: Document) -> Compiled:
        """The compiled form of a schema as it stands in the definition: a reference or an inline schema."""
        if "$ref" in raw:
            return self.named(raw["$ref"].removeprefix(COMPONENT))
        if raw.get("type") == "array":
            return {"type": "array", "items": self.of(raw.get("items", {}))}
        if raw.get("type") == "object" and (raw.get("properties") or raw.get("required")):
            shape = _Shape()
            self._add_part(shape, raw, name="")
            return _closed(shape)
        return {key: raw[key] for key in ("type", "enum", "format") if key in raw}

    def _compile_once(self, name: str, *, flat: bool) -> Compiled:
        if (name, flat) not in self._compiled:
            target = self._compiled[name, flat] = {}  # in place before its parts: schemas refer to themselves
            if not flat:
                target.update(self._dispatch(name))
            elif _is_object(self._raw[name]):
                target.update(_closed(self._shape(name)))
            else:
                target.update(self.of(self._raw[name]))
        return self._compiled[name, flat]

    def _dispatch(self, name: str) -> Compiled:
        discriminator, mapping = self._inheritance.subtypes(name)
        subtypes = {
            # A mapping that names the base itself ends here, else it would never end.
            value: self._compile_once(
                subtype, flat=subtype == name or not self._inheritance.dispatches(subtype)
            )
            for value, subtype in mapping.items()
        }
        return {"type": "object", "dispatch": (discriminator, subtypes)}

    def _shape(self, name: str) -> _Shape:
        parent = self._inheritance.parent(name)
        shape = self._shape(parent) if parent else _Shape()
        raw = self._raw[name]
        for part in raw.get("allOf", [raw]):
            if "$ref" not in part:
                self._add_part(shape, part, name)
        if pinned := self._inheritance.pinned(name):
            discriminator, values = pinned
            shape.properties[discriminator] = {"enum": values}
        return shape

    def _add_part(self, shape: _Shape, part: Document, name: str) -> None:
        for key, raw in (part.get("properties") or {}).items():
            shape.properties[key] = self.of(raw)
        names = part.get("required", [])
        shape.required |= {key for key in names if not key.startswith("/")}
        # `required: ["/regex/"]` is what the conversion made of a RAML pattern property.
        for pattern in (key.strip("/") for key in names if key.startswith("/")):
            shape.pattern = re.compile(pattern)
            shape.values = {} if name in self._open_values else self.of(part["additionalProperties"])
        if "additionalProperties" in part and shape.pattern is None:
            shape.pattern, shape.values = _ANYTHING, self.of(part["additionalProperties"])


def _is_object(raw: Document) -> bool:
    return "allOf" in raw or raw.get("type") == "object"


def _closed(shape: _Shape) -> Compiled:
    compiled: Compiled = {
        "type": "object",
        "properties": shape.properties,
        "required": sorted(shape.required),
    }
    if shape.pattern is not None:
        return compiled | {"patternFields": (shape.pattern, shape.values)}
    if not shape.properties:
        return {"type": "object"}  # declared as `object` and no more: open
    return compiled | {"closed": frozenset(shape.properties)}
