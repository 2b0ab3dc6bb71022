"""`POST /{projectKey}/graphql`: read, check and execute a document, and write the answer.

Execution errors come with 200; a document that cannot be executed, and any InvalidInput, with 400 and the same kind
of body (docs.commercetools.com, release notes of 2026-01-29). Every error carries `locations` and
`extensions.code`: the official GraphQLError requires them.
"""

from collections.abc import Awaitable
from types import CoroutineType
from typing import Any, TypeGuard

from graphql import ExecutionResult, GraphQLError, GraphQLResolveInfo, execute, parse, validate
from starlette.routing import Route

from sandbox.errors import ApiError, invalid_json, required_field
from sandbox.graphql_fields import resolve_field, resolve_type
from sandbox.graphql_limits import MAX_DEPTH, MAX_FIELDS, MAX_TOKENS, depth, too_complex
from sandbox.graphql_mutations import resolve_mutation
from sandbox.graphql_queries import resolve_query
from sandbox.graphql_schema import graphql_schema
from sandbox.requests import Answer, Call, Operation, api_route
from sandbox.store import Resource

# GraphQL has no scope of its own; any of those of what it serves opens it.
SCOPES = (
    "view_products",
    "view_orders",
    "view_states",
    "view_messages",
    "view_key_value_documents",
    "view_customer_groups",
    "view_types",
)
_REFUSED = ("InvalidInput", "QueryComplexityLimitExceeded")


def routes() -> list[Route]:
    """The one endpoint."""
    return [api_route("/graphql", post=Operation(_post, SCOPES))]


async def _post(call: Call) -> Answer:
    query, variables, operation_name = _read(call.fields())
    result = await _executed(call, query, variables, operation_name)
    errors = [told for error in result.errors or () for told in _errors(error)]
    started = result.data is not None or any(error.path for error in result.errors or ())
    refused = any(error["extensions"]["code"] in _REFUSED for error in errors)
    body = {"data": result.data} if started else {}
    return 400 if refused or not started else 200, body | ({"errors": errors} if errors else {})


def _read(body: Resource) -> tuple[str, Resource | None, str | None]:
    """The GraphQLRequest. ApiError RequiredField or InvalidJsonInput."""
    query, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
    if query is None:
        raise required_field("query")
    if not isinstance(query, str):
        raise invalid_json("query: expected a string.")
    if not isinstance(variables, dict | None):
        raise invalid_json("variables: expected an object.")
    if not isinstance(name, str | None):
        raise invalid_json("operationName: expected a string.")
    return query, variables, name


async def _executed(call: Call, query: str, variables: Resource | None, name: str | None) -> ExecutionResult:
    schema = graphql_schema()
    try:
        document = parse(query, max_tokens=MAX_TOKENS)
        refusals = validate(schema, document)
        if refusals:
            return ExecutionResult(data=None, errors=refusals)
        if depth(document) > MAX_DEPTH:
            return _refused(too_complex())
        resolver = _Resolver()
        executing = execute(
            schema,
            document,
            root_value=call,
            context_value=call,
            variable_values=variables,
            operation_name=name or None,
            field_resolver=resolver,
            type_resolver=resolve_type,
            is_awaitable=_is_awaitable,
        )
        result = executing if isinstance(executing, ExecutionResult) else await executing
        return _refused(too_complex()) if resolver.exhausted else result
    except GraphQLError as error:
        return ExecutionResult(data=None, errors=[error])


def _refused(refusal: ApiError) -> ExecutionResult:
    error = GraphQLError(refusal.message, original_error=refusal)
    return ExecutionResult(data=None, errors=[error])


class _Resolver:
    """Resolves the fields of one document, up to a number of them that stands in for the complexity limit."""

    def __init__(self) -> None:
        self._left = MAX_FIELDS

    @property
    def exhausted(self) -> bool:
        """Whether more was asked for than is allowed."""
        return self._left < 0

    def __call__(self, source: Any, info: GraphQLResolveInfo[Call], **arguments: Any) -> Any:
        """The value of one field. ApiError QueryComplexityLimitExceeded after the last allowed one."""
        self._left -= 1
        if self.exhausted:
            raise too_complex()
        if info.parent_type is info.schema.query_type:
            return resolve_query(source, info, **arguments)
        if info.parent_type is info.schema.mutation_type:
            return resolve_mutation(source, info, **arguments)
        return resolve_field(source, info, **arguments)


def _is_awaitable(value: Any) -> TypeGuard[Awaitable[Any]]:
    """Only mutations are coroutines, and nothing else here is awaitable: asked for every field, so kept cheap."""
    return type(value) is CoroutineType


def _errors(error: GraphQLError) -> list[Resource]:
    """GraphQLErrors as the official type has them; what is no ApiError and no bad document is our own fault."""
    cause = error.original_error
    if isinstance(cause, ApiError):
        told = cause.errors()
    else:
        told = [{"code": "InvalidInput" if error.path is None else "General", "message": error.message}]
    locations = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    path = {} if error.path is None else {"path": list(error.path)}
    return [
        {
            "message": one["message"],
            "locations": locations,
            **path,
            "extensions": {name: value for name, value in one.items() if name != "message"},
        }
        for one in told
    ]
