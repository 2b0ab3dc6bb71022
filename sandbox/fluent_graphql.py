"""`POST /fluent/graphql`: read, check and execute a document. Errors stand in a 200, beside whatever data there is."""

from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    execute_sync,
    get_named_type,
    parse,
    validate,
)

from sandbox.fluent_refusals import FluentError
from sandbox.fluent_relay import connection
from sandbox.fluent_resolvers import Resolvers
from sandbox.fluent_schema import fluent_schema
from sandbox.graphql_limits import MAX_DEPTH, MAX_TOKENS, depth

Answer = dict[str, Any]


def answer(resolvers: Resolvers, body: Any) -> Answer:
    """The answer to a request `{"query", "variables"?, "operationName"?}`. FluentError 400 if it is none."""
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise FluentError(400, {"errors": [{"message": "A query is expected."}]})
    variables, name = body.get("variables"), body.get("operationName")
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise FluentError(400, {"errors": [{"message": "variables or operationName is malformed."}]})
    result = _executed(resolvers, body["query"], variables, name)
    errors = [error.formatted for error in result.errors or ()]
    return {"data": result.data} | ({"errors": errors} if errors else {})


def _executed(
    resolvers: Resolvers, query: str, variables: dict[str, Any] | None, name: str | None
) -> ExecutionResult:
    schema = fluent_schema()
    try:
        document = parse(query, max_tokens=MAX_TOKENS)
        if refusals := validate(schema, document):
            return ExecutionResult(data=None, errors=refusals)
        if depth(document) > MAX_DEPTH:
            return ExecutionResult(data=None, errors=[GraphQLError("The query is too complex.")])
        return execute_sync(
            schema,
            document,
            context_value=resolvers,
            variable_values=variables,
            operation_name=name or None,
            field_resolver=_resolve,
            type_resolver=lambda *_: "CustomerAddress",
        )
    except GraphQLError as error:
        return ExecutionResult(data=None, errors=[error])


def _resolve(source: Any, info: GraphQLResolveInfo[Resolvers], **arguments: Any) -> Any:
    """A root field by its resolver, a connection as a page, everything else as it stands in the record."""
    parent = info.parent_type
    if parent is info.schema.query_type or parent is info.schema.mutation_type:
        return info.context.root(info.field_name, arguments)
    value = source.get(info.field_name)
    if get_named_type(info.return_type).name.endswith("Connection"):
        return connection(value or (), arguments)
    return value
