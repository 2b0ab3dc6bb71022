"""The GraphQL schema of the local Fluent: a subset of the published one, with its names and types.

The types stand in `graphql_sdl/fluent/*.graphql`; `tests/official/test_fluent_schema.py` holds them against the
published schema.
"""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema, build_schema

_SDL = Path(__file__).with_name("graphql_sdl") / "fluent"


def fluent_sdl() -> str:
    """The whole schema in the schema definition language."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(_SDL.glob("*.graphql")))


@cache
def fluent_schema() -> GraphQLSchema:
    """The schema; the scalar Json takes any value as it is."""
    schema = build_schema(fluent_sdl())
    moment = schema.type_map["DateTime"]
    assert isinstance(moment, GraphQLScalarType)
    moment.coerce_input_value = _date_time
    return schema


def _date_time(value: Any) -> str:
    """A moment as text. GraphQLError for what is none."""
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise GraphQLError("DateTime: an ISO 8601 date and time is expected.") from None
    return str(value)
