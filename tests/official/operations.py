"""The operations of the definition: one method on one path template."""

from dataclasses import dataclass

from tests.official.definition import Document
from tests.official.parameters import Parameters
from tests.official.paths import PathTemplates
from tests.official.schemas import Schemas


@dataclass(frozen=True)
class Operation:
    """One method on one path template of the definition."""

    method: str
    template: str
    raw: Document
    parameters: Parameters

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


class Operations:
    """All operations of a definition, each read when it is first asked for, and kept."""

    def __init__(self, paths: Document, schemas: Schemas) -> None:
        """Take the definition's `paths`."""
        self.templates = PathTemplates(paths)
        self._paths = paths
        self._schemas = schemas
        self._read: dict[tuple[str, str], Operation | None] = {}

    def declared(self, method: str, template: str) -> Operation | None:
        """The operation of a path template, or None where the definition has no such method."""
        key = (method, template)
        if key not in self._read:
            self._read[key] = self._operation(method, template)
        return self._read[key]

    def _operation(self, method: str, template: str) -> Operation | None:
        item: Document = self._paths.get(template, {})
        raw: Document | None = item.get(method.lower())
        if raw is None:
            return None
        declared = [*item.get("parameters", []), *raw.get("parameters", [])]
        return Operation(method, template, raw, Parameters(self._schemas, declared))
