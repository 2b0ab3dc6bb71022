"""Relay connections: filtered, cut into pages, with the cursor on the edge.

Records come in the order of their creation, so a record that changes while somebody pages is neither lost nor shown
twice. Without `first` or `last` there are ten, as in Fluent's own documentation; a page has at most 5000.
"""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLError

from sandbox.fluent_entities import Entity

DEFAULT_PAGE, LONGEST_PAGE = 10, 5000
_PAGING = ("first", "last", "before", "after")


def connection(nodes: Iterable[Entity], arguments: dict[str, Any]) -> Entity:
    """One page of what matches. GraphQLError for a cursor that was not given out, or a page that is none."""
    filters = {name: value for name, value in arguments.items() if name not in _PAGING}
    found = [node for node in nodes if all(_holds(node, name, value) for name, value in filters.items())]
    after, before = _place(arguments, "after"), _place(arguments, "before")
    start = 0 if after is None else sum(int(node["id"]) <= after for node in found)
    end = len(found) if before is None else sum(int(node["id"]) < before for node in found)
    page = found[start:end]
    first, last = _size(arguments, "first"), _size(arguments, "last")
    if first is None and last is None:
        first = DEFAULT_PAGE
    more_after, more_before = end < len(found), start > 0
    if first is not None and len(page) > first:
        page, more_after = page[:first], True
    if last is not None and len(page) > last:
        page, more_before = page[len(page) - last :], True
    return {
        "edges": [{"node": node, "cursor": _cursor(node)} for node in page],
        "pageInfo": {"hasPreviousPage": more_before, "hasNextPage": more_after},
    }


def _size(arguments: dict[str, Any], name: str) -> int | None:
    size = arguments.get(name)
    if size is not None and not 1 <= size <= LONGEST_PAGE:
        raise GraphQLError(f"{name} is a number from 1 to {LONGEST_PAGE}.")
    return size


def _cursor(node: Entity) -> str:
    return base64.urlsafe_b64encode(f"id:{node['id']}".encode()).decode()


def _place(arguments: dict[str, Any], name: str) -> int | None:
    """The id behind a cursor, which need not match the filters any more."""
    cursor = arguments.get(name)
    if cursor is None:
        return None
    try:
        return int(base64.urlsafe_b64decode(cursor.encode()).decode().removeprefix("id:"))
    except ValueError:
        raise GraphQLError(f"{name} is not a cursor of this connection.") from None


def _holds(node: Entity, name: str, wanted: Any) -> bool:
    """Whether a record matches one argument: a list of values, a range of moments, or a link by its ref."""
    if wanted is None:
        return True
    if name == "retailerId":
        retailer = (node.get("order") or node)["retailer"]["id"]
        return retailer in {str(one) for one in wanted}
    value = node.get(name)
    if isinstance(wanted, list):
        return value in wanted
    if "ref" in wanted:
        return value is not None and value["ref"] == wanted["ref"]
    at = _moment(node[name])
    start, end = wanted.get("from"), wanted.get("to")
    return (start is None or _moment(start) <= at) and (end is None or at <= _moment(end))


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
