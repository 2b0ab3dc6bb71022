"""Paths, parameters, statuses and bodies of operations are held to the definition."""

import json
import time

import pytest

from tests.official import documents
from tests.official.definition import definition_or_skip
from tests.official.openapi import OfficialApi
from tests.official.operations import Operation
from tests.official.paths import PathTemplates

PATHS = {
    "/p": "/{projectKey}",
    "/p/orders": "/{projectKey}/orders",
    "/p/orders/import": "/{projectKey}/orders/import",
    "/p/orders/2b7f": "/{projectKey}/orders/{ID}",
    "/p/orders/order-number=A%2FB%201": "/{projectKey}/orders/order-number={orderNumber}",
    "/p/orders/edits/e1": "/{projectKey}/orders/edits/{ID}",
    "/p/orders/edits/key=e1": "/{projectKey}/orders/edits/key={key}",
    "/p/orders/edits/e1/apply": "/{projectKey}/orders/edits/{ID}/apply",
    "/p/custom-objects/box/k": "/{projectKey}/custom-objects/{container}/{key}",
    "/p/order/2b7f": None,
}


@pytest.mark.parametrize(("path", "template"), PATHS.items(), ids=PATHS.keys())
def test_a_path_matches_its_most_literal_template(
    official: OfficialApi, path: str, template: str | None
) -> None:
    """`orders/import` is the import, not the order with the id `import`."""
    assert PathTemplates(definition_or_skip()["paths"]).match(path) == template


def test_a_method_that_the_path_has_not_is_no_operation(official: OfficialApi) -> None:
    """Orders are not PUT."""
    assert official.operation("PUT", "/p/orders/2b7f") is None


def _operation(official: OfficialApi, method: str, path: str) -> Operation:
    operation = official.operation(method, path)
    assert operation is not None
    return operation


QUERIES = {
    'where=state(id="x")&where=orderNumber=:n&var.n=1&var.n=2&sort=id&limit=20&withTotal=false': [],
    "whre=x": ["unknown query parameter 'whre'"],
    "var.a-b=x": ["unknown query parameter 'var.a-b'"],
    "limit=ten": ["query parameter 'limit': 'ten' is not of type 'number'"],
    "limit=1&limit=2": ["the query parameter 'limit' stands twice"],
    "withTotal=False": ["query parameter 'withTotal': 'False' is not of type 'boolean'"],
}


@pytest.mark.parametrize(("query", "problems"), QUERIES.items(), ids=QUERIES.keys())
def test_query_parameters_are_judged(official: OfficialApi, query: str, problems: list[str]) -> None:
    """Undeclared, malformed and repeated query parameters are problems; variables match by their pattern."""
    assert official.request_problems(_operation(official, "GET", "/p/orders"), query, b"") == problems


def test_a_delete_without_its_version_is_refused(official: OfficialApi) -> None:
    """The version of a delete is a required query parameter."""
    delete = _operation(official, "DELETE", "/p/orders/2b7f")
    assert official.request_problems(delete, "", b"") == ["the query parameter 'version' is missing"]
    assert official.request_problems(delete, "version=3", b"") == []


def test_an_update_without_a_body_is_refused(
    official: OfficialApi, order_update_operation: Operation
) -> None:
    """Where a body is declared, none and one that is no JSON are problems."""
    assert official.request_problems(order_update_operation, "", b"") == ["the body is missing"]
    (problem,) = official.request_problems(order_update_operation, "", b"{version: 1}")
    assert problem.startswith("the body is not JSON")


def test_a_number_that_json_does_not_have_is_refused(
    official: OfficialApi, order_update_operation: Operation
) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    (problem,) = official.request_problems(order_update_operation, "", b'{"version": NaN, "actions": []}')
    assert problem == "the body is not JSON: NaN is no JSON number"


def test_a_body_where_none_is_declared_is_refused(official: OfficialApi) -> None:
    """A GET carries no body."""
    get = _operation(official, "GET", "/p/orders/2b7f")
    assert official.request_problems(get, "", b"{}") == ["a body where none is declared"]


def test_an_undeclared_status_is_refused(official: OfficialApi, order_update_operation: Operation) -> None:
    """An update of an order answers 200, never 201 or 418."""
    body = json.dumps(documents.order()).encode()
    assert official.response_problems(order_update_operation, 200, body) == []
    for status in (201, 418):
        assert official.response_problems(order_update_operation, status, body) == [
            f"the status {status} is not declared and no exception allows it"
        ]


def test_an_answer_is_judged_by_the_schema_of_its_status(
    official: OfficialApi, order_update_operation: Operation
) -> None:
    """A conflict's body passes as 409 and not as 200."""
    body = json.dumps(documents.conflict()).encode()
    assert official.response_problems(order_update_operation, 409, body) == []
    assert official.response_problems(order_update_operation, 200, body) != []


def test_a_missing_resource_answers_the_error_object(
    official: OfficialApi, order_update_operation: Operation
) -> None:
    """404 is declared without a body; the body that it has is an ErrorResponse."""
    error = {"statusCode": 404, "message": "m", "errors": [{"code": "ResourceNotFound", "message": "m"}]}
    assert official.response_problems(order_update_operation, 404, json.dumps(error).encode()) == []
    assert official.response_problems(order_update_operation, 404, b'{"detail": "m"}') != []


def test_an_answer_to_head_has_no_body(official: OfficialApi) -> None:
    """HEAD answers a status and nothing else."""
    head = _operation(official, "HEAD", "/p/orders/2b7f")
    assert official.response_problems(head, 200, b"") == []
    assert official.response_problems(head, 200, b"{}") == ["an answer to HEAD has no body"]


def test_validating_an_order_is_cheap(official: OfficialApi) -> None:
    """Once warm, an order costs well under five milliseconds."""
    order = documents.order()
    official.problems("Order", order)
    fastest = min(_seconds(lambda: official.problems("Order", order)) for _ in range(20))
    assert fastest < 0.005


def _seconds(work: object) -> float:
    assert callable(work)
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
