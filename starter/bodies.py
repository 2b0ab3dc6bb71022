"""Request bodies: read within bounds, as strict JSON, into a model. After the caller is known, not before."""

from typing import Any, TypeVar

import pydantic_core
from fastapi import Request
from pydantic import BaseModel, ValidationError

from starter.problems import Problem, field_errors, invalid

LARGEST_BODY = 1024 * 1024
"""Bytes. The queues of commercetools carry 256 KB at most; a decision needs a few hundred bytes."""

M = TypeVar("M", bound=BaseModel)


async def read_body(request: Request, most: int = LARGEST_BODY) -> bytes:
    """The body, counted while it comes: a length that was not announced, or is wrong, is bound too.

    Raises:
        Problem: 413, it is longer than `most` bytes.
    """
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > most:
        raise _too_large(most)
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > most:
            raise _too_large(most)
    return bytes(read)


async def read_json(request: Request, most: int = LARGEST_BODY) -> Any:
    """The body as JSON: RFC 8259, so UTF-8 and no NaN.

    Raises:
        Problem: 413, as above; 400, it is no JSON.
    """
    return _parsed(await read_body(request, most))


async def read_model(request: Request, model: type[M]) -> M:
    """The body as that model: camelCase names only, no conversions, unknown fields refused in every depth.

    Also where the model passes them over, because it travels between our own versions: a caller has misspelt something.

    Raises:
        Problem: 413 and 400, as above; 400, it is no JSON object; 422, naming the fields.
    """
    return model_from(await read_body(request), model)


def model_from(raw: bytes, model: type[M]) -> M:
    """Bytes of JSON as that model; as `read_model`, which see for what it raises."""
    document = _parsed(raw)
    if not isinstance(document, dict):
        raise invalid([{"field": "", "message": "the body must be a JSON object"}], status=400)
    try:
        return model.model_validate_json(raw, strict=True, extra="forbid", by_alias=True, by_name=False)
    except ValidationError as error:
        raise invalid(field_errors(error)) from None


def _parsed(raw: bytes) -> Any:
    try:
        return pydantic_core.from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        # The parser says where it stopped, and quotes nothing.
        message = f"the body is no JSON: {error}"
        raise invalid([{"field": "", "message": message}], status=400) from None


def _too_large(most: int) -> Problem:
    return Problem(
        413,
        "tooLarge",
        "The body is too large",
        f"at most {most} bytes are read",
        headers={"Connection": "close"},
    )


def documented(model: type[BaseModel]) -> dict[str, Any]:
    """The model as the request body of an operation, for OpenAPI: FastAPI does not see what we read ourselves."""
    schema = model.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs", {})
    content = {"application/json": {"schema": _inlined(schema, definitions)}}
    return {"requestBody": {"required": True, "content": content}}


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    inlined = {name: _inlined(value, definitions) for name, value in schema.items()}
    # As `model_from` reads it, whatever the model says; where "properties" is the name of a field, it is no object's.
    closed = (
        {"additionalProperties": False} if schema.get("type") == "object" and "properties" in schema else {}
    )
    return closed | inlined
