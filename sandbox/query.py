"""Query parameters as commercetools reads them, and the page of results that they ask for.

Sources: the traits `query`, `sortable`, `paging`, `expandable` of the official RAML; the ranges of `limit` and
`offset` and their message: docs.commercetools.com/api/general-concepts and its release notes of 2026-01-29.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import ApiError, invalid_input
from sandbox.predicates import Predicate, PredicateError, compile_predicate
from sandbox.query_fields import Shape

Resource = dict[str, Any]
Expand = Callable[[Resource, Sequence[str]], Resource]

DEFAULT_LIMIT = 20
MAX_LIMIT = 500
MAX_OFFSET = 10_000
_VARIABLE = re.compile(r"var\.([A-Za-z0-9]+)")
_SORT = re.compile(r"\s*((?:`[^`]+`|[\w-]+)(?:\.(?:`[^`]+`|[\w-]+))*)(?:\s+(asc|desc))?\s*", re.IGNORECASE)
_STEP = re.compile(r"`([^`]+)`|([\w-]+)")
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True)
class Query:
    """One read and checked query; several `where` are ANDed, earlier `sort` keys weigh more."""

    where: tuple[Predicate, ...] = ()
    sort: tuple["SortKey", ...] = ()
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    with_total: bool = True
    expand: tuple[str, ...] = ()

    def matches(self, resource: Resource) -> bool:
        """Whether every `where` holds."""
        return all(predicate(resource) for predicate in self.where)


@dataclass(frozen=True)
class SortKey:
    """A path into the resource and a direction."""

    path: tuple[str, ...]
    descending: bool = False

    def value(self, resource: Resource) -> tuple[int, Any]:
        """What to sort by: numbers before texts, so that mixed fields (custom values) can be sorted at all."""
        value: Any = resource
        for step in self.path:
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, int | float):
            return 0, value
        return (1, value) if isinstance(value, str) else (2, "")

    def is_missing(self, resource: Resource) -> bool:
        return self.value(resource)[0] == 2


@dataclass(frozen=True)
class Page:
    """What a query found; `total` counts all matches, `results` is the slice asked for."""

    limit: int
    offset: int
    total: int
    results: list[Resource] = field(default_factory=list)


def parse_query(params: Iterable[tuple[str, str]], fields: Shape | None = None) -> Query:
    """Read the query string's pairs, in order; parameters that are not a query's are left alone.

    `fields` is the shape of what is queried (`query_fields.FIELDS`), or None if `where` may name anything.

    Raises ApiError (400 InvalidInput, "Malformed parameter: <name>: ...") for a value that cannot be read.
    """
    given: dict[str, list[str]] = {}
    for name, value in params:
        given.setdefault(name, []).append(value)
    variables = {m[1]: values for name, values in given.items() if (m := _VARIABLE.fullmatch(name))}
    return build_query(
        where=given.get("where", ()),
        variables=variables,
        sort=given.get("sort", ()),
        limit=_integer("limit", given, DEFAULT_LIMIT),
        offset=_integer("offset", given, 0),
        with_total=_boolean("withTotal", given, default=True),
        expand=given.get("expand", ()),
        fields=fields,
    )


def build_query(  # noqa: PLR0913 - one argument per query parameter
    *,
    where: Sequence[str] = (),
    variables: Mapping[str, Sequence[str]] | None = None,
    sort: Sequence[str] = (),
    limit: int | None = None,
    offset: int | None = None,
    with_total: bool = True,
    expand: Sequence[str] = (),
    fields: Shape | None = None,
) -> Query:
    """Check and compile parameters that are typed already (GraphQL arguments). Raises ApiError like `parse_query`."""
    return Query(
        where=tuple(_predicate(text, variables or {}, fields) for text in where),
        sort=tuple(_sort_key(text) for text in sort),
        limit=_in_range("limit", DEFAULT_LIMIT if limit is None else limit, MAX_LIMIT),
        offset=_in_range("offset", 0 if offset is None else offset, MAX_OFFSET),
        with_total=with_total,
        expand=tuple(expand),
    )


def find(query: Query, resources: Collection[Resource]) -> Page:
    """Filter, sort and cut. Without `sort` the order is that of `resources`; a missing sort field comes last."""
    found = [resource for resource in resources if query.matches(resource)]
    for key in reversed(query.sort):
        found.sort(key=key.value, reverse=key.descending)
        found.sort(key=key.is_missing)
    return Page(query.limit, query.offset, len(found), found[query.offset : query.offset + query.limit])


def query_page(
    params: Iterable[tuple[str, str]],
    resources: Collection[Resource],
    expand: Expand | None = None,
    *,
    fields: Shape | None = None,
) -> Resource:
    """Answer a query with a PagedQueryResponse: `{"limit", "offset", "count", "total"?, "results"}`.

    `expand` is given each result and the `expand` paths, and returns the result with `obj` in those references.
    `fields` is as in `parse_query`, and so is the ApiError.
    """
    query = parse_query(params, fields)
    page = find(query, resources)
    results = page.results
    if expand is not None and query.expand:
        results = [expand(resource, query.expand) for resource in results]
    total = {"total": page.total} if query.with_total else {}
    return {"limit": page.limit, "offset": page.offset, "count": len(results), **total, "results": results}


def malformed(name: str, why: str) -> ApiError:
    """400 InvalidInput for a query parameter."""
    return invalid_input(f"Malformed parameter: {name}: {why}")


def _predicate(text: str, variables: Mapping[str, Sequence[str]], fields: Shape | None) -> Predicate:
    try:
        return compile_predicate(text, variables, fields)
    except PredicateError as error:
        raise malformed("where", str(error)) from None


def _sort_key(text: str) -> SortKey:
    match = _SORT.fullmatch(text)
    if match is None:
        raise malformed("sort", "expected a field path and 'asc' or 'desc'.")
    path = tuple(quoted or plain for quoted, plain in _STEP.findall(match[1]))
    return SortKey(path, descending=(match[2] or "").lower() == "desc")


def _in_range(name: str, value: int, highest: int) -> int:
    if not 0 <= value <= highest:
        raise malformed(name, f"The {name} parameter must be in the range of [0..{highest}]")
    return value


def _integer(name: str, given: Mapping[str, list[str]], default: int) -> int:
    text = given.get(name, [str(default)])[0]
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise malformed(name, "expected a whole number.")
    return int(text)


def _boolean(name: str, given: Mapping[str, list[str]], *, default: bool) -> bool:
    text = given.get(name, [str(default)])[0].lower()
    if text not in _TRUTH:
        raise malformed(name, "expected 'true' or 'false'.")
    return _TRUTH[text]
