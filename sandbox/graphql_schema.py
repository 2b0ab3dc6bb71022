"""The GraphQL schema that the sandbox serves: a subset of the official one, with its names and types.

The types stand in `graphql_sdl/*.graphql`. `tests/official/test_graphql_schema.py` holds every type, field and
argument of it against the official schema.
"""

from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema

from sandbox.graphql_scalars import attach_scalars

_SDL = Path(__file__).with_name("graphql_sdl")


def sdl() -> str:
    """The whole schema in the schema definition language."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(_SDL.glob("*.graphql")))


@cache
def graphql_schema() -> GraphQLSchema:
    """The schema, with its scalars; resolvers are handed in with each execution."""
    schema = build_schema(sdl())
    attach_scalars(schema)
    return schema
