"""A strict validator of requests and answers against the official OpenAPI definition.

`OfficialApi` matches a path to its template and judges what passes over it: query parameters, request bodies,
answer statuses and answer bodies. Discriminators are resolved and unknown fields refused at every level (see
`schemas`); what is tolerated beyond the definition stands in `exceptions`. Problems come back as sentences.
"""

import json
from typing import Any

from tests.official.definition import Document
from tests.official.exceptions import (
    ANY_PATH,
    ERROR_BODY,
    OTHER_BODIES,
    UNDECLARED_STATUSES,
    OtherBody,
    UndeclaredStatus,
)
from tests.official.keywords import validator_of
from tests.official.operations import Operation, Operations
from tests.official.schemas import Compiled, Schemas

ANY_BODY = object()
"""Stands for a body that nobody declares and nobody checks."""


NO_BODIES = "/health"
"""The health of a subscription is told by the status alone: section 5.1."""


class OfficialApi:
    """Judges requests and answers. Make one per definition and keep it: what it compiles, it caches."""

    def __init__(self, definition: Document) -> None:
        """Take the parsed OpenAPI document (see `definition.load_definition`)."""
        self.schemas = Schemas(definition)
        self.used_exceptions: set[UndeclaredStatus | OtherBody] = set()
        self._definition = definition
        self._operations = Operations(definition["paths"], self.schemas)

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation that serves `path` (as on the wire, still percent-encoded), or None."""
        template = self._operations.templates.match(path)
        return self._operations.declared(method, template) if template else None

    def declared(self, method: str, template: str) -> Operation | None:
        """The operation of a path template, or None where the definition has no such method."""
        return self._operations.declared(method, template)

    def request_problems(self, operation: Operation, query: str, content: bytes) -> list[str]:
        """What is wrong with a request: undeclared or malformed parameters, body missing, off the schema."""
        problems = operation.parameters.problems(query)
        schema = self._content_schema(operation.raw.get("requestBody"))
        if schema is None:
            return [*problems, "a body where none is declared"] if content else problems
        return problems + self.body_problems(schema, content)

    def response_problems(self, operation: Operation, status: int, content: bytes) -> list[str]:
        """What is wrong with an answer: its status is undeclared, or its body off the schema."""
        schema = self.response_schema(operation, status)
        if schema is None:
            return [f"the status {status} is not declared and no exception allows it"]
        if operation.method == "HEAD":
            return ["an answer to HEAD has no body"] if content else []
        if schema is ANY_BODY:
            return []
        problems = self.body_problems(schema, content)
        return [] if problems and self._is_other_body(operation, status, content) else problems

    def response_schema(self, operation: Operation, status: int) -> Any:
        """The compiled schema of an answer, `ANY_BODY`, or None where the status is not declared."""
        declared = operation.raw["responses"].get(str(status))
        if declared is not None:
            if "$ref" in declared:
                declared = self._definition["components"]["responses"][declared["$ref"].rpartition("/")[2]]
            schema = self._content_schema(declared)
            # Declared without a body: from 400 up the API answers with its error object nevertheless.
            if schema is None and status >= 400 and not operation.template.endswith(NO_BODIES):
                schema = self.schemas.named(ERROR_BODY)
            return ANY_BODY if schema is None else schema
        for exception in UNDECLARED_STATUSES:
            if _excepts(exception, operation, status):
                self.used_exceptions.add(exception)
                return self.schemas.named(exception.body) if exception.body else ANY_BODY
        return None

    def problems(self, schema_name: str, document: Any) -> list[str]:
        """What is wrong with a parsed JSON document by the component `schema_name`, as `path: sentence`."""
        return _errors(self.schemas.named(schema_name), document)

    def body_problems(self, schema: Compiled, content: bytes) -> list[str]:
        """What is wrong with a JSON body by a compiled schema."""
        if not content:
            return ["the body is missing"]
        try:
            document = json.loads(content, parse_constant=_no_constant)
        except ValueError as error:
            return [f"the body is not JSON: {error}"]
        return _errors(schema, document)

    def _is_other_body(self, operation: Operation, status: int, content: bytes) -> bool:
        for other in OTHER_BODIES:
            schema = self.schemas.named(other.body)
            if _excepts(other, operation, status) and not self.body_problems(schema, content):
                self.used_exceptions.add(other)
                return True
        return False

    def _content_schema(self, declared: Document | None) -> Compiled | None:
        content = (declared or {}).get("content", {})
        media = content.get("application/json")
        return self.schemas.of(media["schema"]) if media else None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _errors(schema: Compiled, document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator_of(schema).iter_errors(document)]


def _excepts(exception: UndeclaredStatus | OtherBody, operation: Operation, status: int) -> bool:
    return (
        exception.status == status
        and exception.method in (ANY_PATH, operation.method)
        and exception.path in (ANY_PATH, operation.template)
    )
