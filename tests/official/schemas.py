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
from tests.official.exceptions import (
    MISSING_SCHEMAS,
    OPEN_VALUES,
    SUBTYPES_WITHOUT_MAPPING,
    UNMAPPED_VALUES_ARE_PLAIN,
)

Compiled = dict[str, Any]

_COMPONENT = "#/components/schemas/"
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
        self._parents = {name: _parent(raw) for name, raw in self._raw.items()}
        self._mappings = self._discriminators()
        self._pinned = {
            (base, subtype): {value for value, other in mapping.items() if other == subtype}
            for base, (_, mapping) in self._mappings.items()
            for subtype in set(mapping.values())
        }
        self._open_values = {entry.schema for entry in OPEN_VALUES}
        self._compiled: dict[tuple[str, bool], Compiled] = {}

    def named(self, name: str) -> Compiled:
        """The compiled schema of component `name`; KeyError where the definition has none."""
        raw = self._raw[name]
        if not _is_object(raw):
            return self._compile_once(name, flat=True)
        return self._compile_once(name, flat=not self._dispatches(name))

    def of(self, raw: Document) -> Compiled:
        """The compiled form of a schema as it stands in the definition: a reference or an inline schema."""
        if "$ref" in raw:
            return self.named(raw["$ref"].removeprefix(_COMPONENT))
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
        base = self._base(name)
        assert base is not None
        discriminator, mapping = self._mappings[base]
        subtypes = {value: sub for value, sub in mapping.items() if name in (base, *self._chain(sub))}
        # A mapping that names the base itself (and a subtype with a discriminator of its own) ends here.
        return {
            "type": "object",
            "dispatch": (
                discriminator,
                {
                    v: self._compile_once(s, flat=s == name or not self._dispatches(s))
                    for v, s in subtypes.items()
                },
            ),
        }

    def _dispatches(self, name: str) -> bool:
        """Whether values of `name` are of one of several subtypes, told by a discriminator."""
        base = self._base(name)
        if base is None:
            return False
        if base == name:
            return True
        subtypes = set(self._mappings[base][1].values())
        return name not in subtypes and any(name in self._chain(subtype) for subtype in subtypes)

    def _shape(self, name: str) -> _Shape:
        parent = self._parents[name]
        shape = self._shape(parent) if parent else _Shape()
        raw = self._raw[name]
        for part in raw.get("allOf", [raw]):
            if "$ref" not in part:
                self._add_part(shape, part, name)
        base = self._base(name)
        if base is not None and (values := self._pinned.get((base, name))):
            shape.properties[self._mappings[base][0]] = {"enum": sorted(values)}
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

    def _discriminators(self) -> dict[str, tuple[str, dict[str, str]]]:
        found = {}
        for name, raw in self._raw.items():
            for part in raw.get("allOf", [raw]):
                if "discriminator" in part:
                    mapping = {
                        v: ref.removeprefix(_COMPONENT) for v, ref in part["discriminator"]["mapping"].items()
                    }
                    found[name] = (
                        part["discriminator"]["propertyName"],
                        mapping | self._unmapped(name, mapping),
                    )
        return found

    def _unmapped(self, base: str, mapping: dict[str, str]) -> dict[str, str]:
        """What the conversion left out of the mapping: plain values of the enum, leaves that inherit from `base`."""
        if base in UNMAPPED_VALUES_ARE_PLAIN:
            known: list[str] = self._raw[UNMAPPED_VALUES_ARE_PLAIN[base]]["enum"]
            return dict.fromkeys(set(known) - set(mapping), base)
        ending = SUBTYPES_WITHOUT_MAPPING.get(base)
        if ending is None:
            return {}
        heirs = {name for name in self._raw if base in self._chain(name)}
        leaves = heirs - {parent for heir in heirs for parent in self._chain(heir)} - set(mapping.values())
        return {name.removesuffix(ending): name for name in leaves}

    def _base(self, name: str) -> str | None:
        return next((n for n in (name, *self._chain(name)) if n in self._mappings), None)

    def _chain(self, name: str) -> list[str]:
        """The ancestors of `name`, nearest first."""
        parent = self._parents[name]
        return [parent, *self._chain(parent)] if parent else []


def _parent(raw: Document) -> str | None:
    refs = [part["$ref"].removeprefix(_COMPONENT) for part in raw.get("allOf", []) if "$ref" in part]
    assert len(refs) <= 1, f"several parents: {refs}"
    return refs[0] if refs else None


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
