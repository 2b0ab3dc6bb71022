"""Judges query strings: undeclared, missing and malformed parameters."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tests.official.definition import Document
from tests.official.keywords import validator_of
from tests.official.schemas import Compiled, Schemas


@dataclass(frozen=True)
class _Parameter:
    name: re.Pattern[str]
    spelling: str
    required: bool
    repeatable: bool
    schema: Compiled


class Parameters:
    """The query parameters of one operation."""

    def __init__(self, schemas: Schemas, declared: list[Document]) -> None:
        """Take the operation's `parameters`, those of other places than the query are left out."""
        self._parameters = [_parameter(schemas, raw) for raw in declared if raw["in"] == "query"]

    def problems(self, query: str) -> list[str]:
        """What is wrong with a query string (percent-encoded)."""
        problems = []
        seen: set[str] = set()
        for name, text in parse_qsl(query, keep_blank_values=True):
            parameter = next((p for p in self._parameters if p.name.fullmatch(name)), None)
            if parameter is None:
                problems.append(f"unknown query parameter {name!r}")
                continue
            if name in seen and not parameter.repeatable:
                problems.append(f"the query parameter {name!r} stands twice")
            seen.add(name)
            value = _parsed(text, parameter.schema.get("type"))
            found = validator_of(parameter.schema).iter_errors(value)
            problems += [f"query parameter {name!r}: {error.message}" for error in found]
        missing = [p.spelling for p in self._parameters if p.required and p.spelling not in seen]
        return problems + [f"the query parameter {name!r} is missing" for name in missing]


def _parameter(schemas: Schemas, raw: Document) -> _Parameter:
    spelling: str = raw["name"]
    # `/^var[.][a-zA-Z0-9]+$/` is what the conversion made of a RAML pattern property.
    pattern = spelling.strip("/") if spelling.startswith("/") else re.escape(spelling)
    schema: Document = raw["schema"]
    repeatable = schema.get("type") == "array"
    compiled = schemas.of(schema["items"] if repeatable else schema)
    return _Parameter(re.compile(pattern), spelling, bool(raw.get("required")), repeatable, compiled)


def _parsed(text: str, type_: str | None) -> Any:
    """The JSON value that a query value of this type stands for; the text itself where it stands for none."""
    if type_ == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if type_ in ("integer", "number") and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    return text
