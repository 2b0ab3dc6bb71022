"""Query parameters, their limits, and the page that comes back."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import ApiError
from sandbox.query import build_query, find, parse_query, query_page

ORDERS: list[dict[str, Any]] = [
    {"id": f"o{n}", "n": n, "orderState": "Open" if n % 2 else "Complete", "totalPrice": {"centAmount": -n}}
    for n in range(30)
]


def ids(response: dict[str, Any]) -> list[str]:
    return [result["id"] for result in response["results"]]


def test_the_first_page() -> None:
    """Without parameters: twenty results in order of creation, with the total."""
    response = query_page([], ORDERS)
    assert response == {"limit": 20, "offset": 0, "count": 20, "total": 30, "results": ORDERS[:20]}


def test_where_is_anded_and_takes_variables() -> None:
    """Several `where` must all hold; `var.x` gives the value of `:x`, repeated for an array."""
    response = query_page(
        [
            ("where", 'orderState = "Open"'),
            ("where", "n in :n"),
            ("var.n", "1"),
            ("var.n", "2"),
            ("var.n", "3"),
        ],
        ORDERS,
    )
    assert ids(response) == ["o1", "o3"]
    assert response["total"] == 2


def test_a_page_beyond_the_first() -> None:
    """`total` counts every match, `count` the results on the page."""
    response = query_page([("limit", "4"), ("offset", "28")], ORDERS)
    assert ids(response) == ["o28", "o29"]
    assert (response["count"], response["total"]) == (2, 30)


def test_limit_zero_counts_only() -> None:
    """`limit=0` is allowed and answers with the total alone."""
    response = query_page([("limit", "0")], ORDERS)
    assert (response["results"], response["total"]) == ([], 30)


@pytest.mark.parametrize("text", ["false", "False", "FALSE"])
def test_the_total_can_be_left_out(text: str) -> None:
    """`withTotal` is read in any case, as the Python SDK writes `False`."""
    assert "total" not in query_page([("withTotal", text)], ORDERS)


def test_sort_by_nested_field_descending() -> None:
    """A sort path goes into objects; `desc` turns it round."""
    assert ids(query_page([("sort", "totalPrice.centAmount"), ("limit", "2")], ORDERS)) == ["o29", "o28"]
    assert ids(query_page([("sort", "totalPrice.centAmount desc"), ("limit", "2")], ORDERS)) == ["o0", "o1"]


def test_sort_by_several_fields() -> None:
    """The first key weighs most."""
    params = [("sort", "orderState desc"), ("sort", "n desc"), ("limit", "2")]
    assert ids(query_page(params, ORDERS)) == ["o29", "o27"]


def test_missing_sort_fields_come_last_in_both_directions() -> None:
    """A resource without the field never leads."""
    resources: list[dict[str, Any]] = [{"id": "none"}, {"id": "b", "k": "b"}, {"id": "one", "k": 1}]
    assert [r["id"] for r in find(build_query(sort=["k"]), resources).results] == ["one", "b", "none"]
    assert [r["id"] for r in find(build_query(sort=["`k` desc"]), resources).results] == ["b", "one", "none"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "501"),
        ("limit", "-1"),
        ("limit", "many"),
        ("limit", "1.5"),
        ("limit", ""),
        ("offset", "10001"),
        ("offset", "9" * 5000),
        ("withTotal", "yes"),
        ("sort", "createdAt downwards"),
        ("sort", ""),
        ("sort", "a..b"),
        ("where", "orderState"),
        ("where", ""),
        ("where", "n = :missing"),
    ],
)
def test_a_malformed_parameter_is_refused_by_name(name: str, value: str) -> None:
    """Each bad value is a 400 InvalidInput that names its parameter."""
    with pytest.raises(ApiError) as refusal:
        query_page([(name, value)], ORDERS)
    assert (refusal.value.status, refusal.value.code) == (400, "InvalidInput")
    assert refusal.value.message.startswith(f"Malformed parameter: {name}: ")


def test_the_message_of_the_limit() -> None:
    """The words for a limit that is too high are the API's own."""
    with pytest.raises(ApiError, match=r"The limit parameter must be in the range of \[0\.\.500\]"):
        build_query(limit=501)


def test_the_bounds_are_inclusive() -> None:
    """500 and 10000 are still allowed."""
    query = parse_query([("limit", "500"), ("offset", "10000")])
    assert (query.limit, query.offset) == (500, 10_000)


def test_expand_is_left_to_the_caller() -> None:
    """Each result on the page, and only those, goes through the function with all paths."""
    asked: list[tuple[str, tuple[str, ...]]] = []

    def expand(resource: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
        asked.append((resource["id"], tuple(paths)))
        return {**resource, "expanded": True}

    params = [("expand", "state"), ("expand", "lineItems[*].state[*].state"), ("limit", "1")]
    response = query_page(params, ORDERS, expand)
    assert asked == [("o0", ("state", "lineItems[*].state[*].state"))]
    assert response["results"][0]["expanded"]
    assert "expanded" not in ORDERS[0]


@given(
    st.lists(
        st.tuples(st.sampled_from(["where", "sort", "limit", "offset", "withTotal", "var.a"]), st.text())
    )
)
def test_any_parameters_are_answered_or_refused(params: list[tuple[str, str]]) -> None:
    """No value of any parameter leads to anything but a page or a 400."""
    try:
        assert query_page(params, ORDERS)["count"] <= 500
    except ApiError as refusal:
        assert refusal.status == 400
