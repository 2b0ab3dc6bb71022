"""Who inherits from whom in the definition, and which subtype a discriminator's value names."""

from tests.official.definition import Document
from tests.official.exceptions import SUBTYPES_WITHOUT_MAPPING, UNMAPPED_VALUES_ARE_PLAIN

COMPONENT = "#/components/schemas/"

Mapping = dict[str, str]


class Inheritance:
    """Parents and discriminators of the definition's schemas. Each schema has one parent at most."""

    def __init__(self, raw: dict[str, Document]) -> None:
        """Take the component schemas by name."""
        self._raw = raw
        self._parents = {name: _parent(schema) for name, schema in raw.items()}
        self._mappings = self._discriminators()

    def parent(self, name: str) -> str | None:
        """The schema that `name` extends."""
        return self._parents[name]

    def dispatches(self, name: str) -> bool:
        """Whether values of `name` are of one of several subtypes, told by a discriminator."""
        base = self._base(name)
        if base is None:
            return False
        if base == name:
            return True
        subtypes = set(self._mappings[base][1].values())
        return name not in subtypes and any(name in self._chain(subtype) for subtype in subtypes)

    def subtypes(self, name: str) -> tuple[str, Mapping]:
        """The discriminator of a schema that dispatches, and the subtype that each of its values names."""
        base = self._base(name)
        assert base is not None, f"{name} has no discriminator"
        discriminator, mapping = self._mappings[base]
        return discriminator, {v: sub for v, sub in mapping.items() if name in (base, *self._chain(sub))}

    def pinned(self, name: str) -> tuple[str, list[str]] | None:
        """The discriminator of a subtype and the values that name it, or None."""
        base = self._base(name)
        if base is None:
            return None
        discriminator, mapping = self._mappings[base]
        values = sorted(value for value, subtype in mapping.items() if subtype == name)
        return (discriminator, values) if values else None

    def _discriminators(self) -> dict[str, tuple[str, Mapping]]:
        found = {}
        for name, raw in self._raw.items():
            for part in raw.get("allOf", [raw]):
                if "discriminator" in part:
                    declared = part["discriminator"]["mapping"]
                    mapping = {value: ref.removeprefix(COMPONENT) for value, ref in declared.items()}
                    found[name] = (
                        part["discriminator"]["propertyName"],
                        mapping | self._unmapped(name, mapping),
                    )
        return found

    def _unmapped(self, base: str, mapping: Mapping) -> Mapping:
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
    refs = [part["$ref"].removeprefix(COMPONENT) for part in raw.get("allOf", []) if "$ref" in part]
    assert len(refs) <= 1, f"several parents: {refs}"
    return refs[0] if refs else None
