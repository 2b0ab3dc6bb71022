"""Queries: pages, sorting, totals, variables and their limits (section 1.6), shown on orders."""

from typing import Any

import pytest

from tests.contract.drafts import import_order
from tests.contract.project import Json, Project, answered, refused


@pytest.fixture(scope="module")
async def orders(project: Project) -> list[Json]:
    """Five orders of one buyer, numbered 1 to 5 by purchase order number, visible to queries."""
    email = f"{project.unique('buyer')}@acme.example"
    made = [
        await import_order(project, customerEmail=email, purchaseOrderNumber=str(n)) for n in (3, 1, 5, 2, 4)
    ]
    where = f'customerEmail = "{email}"'
    await project.eventually(lambda: project.query("/orders", where), lambda found: len(found) == 5)
    return made


def of_buyer(orders: list[Json]) -> str:
    """The predicate that finds these orders and no other."""
    return f'customerEmail = "{orders[0]["customerEmail"]}"'


def numbers(results: list[Json]) -> str:
    """The purchase order numbers of some orders, in their order."""
    return "".join(order["purchaseOrderNumber"] for order in results)


async def test_a_page_tells_what_it_is(project: Project, orders: list[Json]) -> None:
    """Limit 20 and offset 0 by default; count and total."""
    page = await project.read("/orders", {"where": of_buyer(orders)})
    results = page.pop("results")
    assert page == {"limit": 20, "offset": 0, "count": 5, "total": 5}
    assert sorted(order["id"] for order in results) == sorted(order["id"] for order in orders)
    assert all(order in orders for order in results)


async def test_pages_follow_each_other(project: Project, orders: list[Json]) -> None:
    """Limit and offset cut the sorted results; the count is the page's, the total is not."""
    params = {"where": of_buyer(orders), "sort": "purchaseOrderNumber asc", "limit": 2}
    pages = [await project.read("/orders", params | {"offset": offset}) for offset in (0, 2, 4, 6)]
    assert [numbers(page["results"]) for page in pages] == ["12", "34", "5", ""]
    assert [page["count"] for page in pages] == [2, 2, 1, 0]
    assert {page["total"] for page in pages} == {5}
    assert [page["offset"] for page in pages] == [0, 2, 4, 6]


async def test_a_limit_of_zero_only_counts(project: Project, orders: list[Json]) -> None:
    """No results, but the total."""
    page = await project.read("/orders", {"where": of_buyer(orders), "limit": 0})
    assert page == {"limit": 0, "offset": 0, "count": 0, "total": 5, "results": []}


async def test_the_total_can_be_left_out(project: Project, orders: list[Json]) -> None:
    """`withTotal=false` spares the count of all."""
    page = await project.read("/orders", {"where": of_buyer(orders), "withTotal": "false"})
    assert "total" not in page
    assert page["count"] == 5


async def test_assumed_the_total_can_be_left_out_in_capitals(project: Project, orders: list[Json]) -> None:
    """The Python SDK writes `withTotal=False` (section 10.3; open question 6)."""
    params = {"where": of_buyer(orders), "withTotal": "False"}
    answer = await project.request("GET", "/orders", params=params, off_definition=True)
    assert "total" not in answered(answer, 200)


SORTS: dict[str, tuple[Any, str]] = {
    "ascending": ("purchaseOrderNumber asc", "12345"),
    "descending": ("purchaseOrderNumber desc", "54321"),
    "by a moment": ("createdAt asc", "31524"),
    "by two fields": (["orderState asc", "purchaseOrderNumber desc"], "54321"),
}


@pytest.mark.parametrize(("sort", "expected"), SORTS.values(), ids=SORTS.keys())
async def test_results_are_sorted(project: Project, orders: list[Json], sort: Any, expected: str) -> None:
    """By one field or several, up or down."""
    if sort == "createdAt asc" and len({order["createdAt"] for order in orders}) < 5:
        sort = ["createdAt asc", "id asc"]
        expected = numbers(sorted(orders, key=lambda order: (order["createdAt"], order["id"])))
    assert numbers(await project.query("/orders", of_buyer(orders), sort=sort)) == expected


async def test_assumed_sorting_ascends_by_default(project: Project, orders: list[Json]) -> None:
    """A field without a direction ascends [memory]."""
    assert numbers(await project.query("/orders", of_buyer(orders), sort="purchaseOrderNumber")) == "12345"


async def test_deep_pages_go_by_id(project: Project, orders: list[Json]) -> None:
    """`sort=id asc` and `id > last` walk through all, without offset."""
    last, seen = "00000000-0000-0000-0000-000000000000", []
    while page := await project.query(
        "/orders", [of_buyer(orders), f'id > "{last}"'], sort="id asc", limit=2
    ):
        seen += [order["id"] for order in page]
        last = seen[-1]
        assert len(seen) <= 5
    assert seen == sorted(order["id"] for order in orders)


async def test_assumed_several_predicates_are_anded(project: Project, orders: list[Json]) -> None:
    """`where` may stand several times [memory]."""
    where = [of_buyer(orders), 'purchaseOrderNumber > "2"', 'purchaseOrderNumber < "5"']
    assert sorted(numbers(await project.query("/orders", where))) == ["3", "4"]


async def test_variables_stand_for_values(project: Project, orders: list[Json]) -> None:
    """`:name` in the predicate, `var.name` beside it; several values by repetition."""
    email = orders[0]["customerEmail"]
    where = "customerEmail = :email and purchaseOrderNumber in :numbers"
    found = await project.query("/orders", where, **{"var.email": email, "var.numbers": ["1", "5"]})
    assert sorted(numbers(found)) == ["1", "5"]
    where = "customerEmail = :email and version = :version"
    assert len(await project.query("/orders", where, **{"var.email": email, "var.version": 1})) == 5


async def test_a_variable_is_a_value_and_no_predicate(project: Project) -> None:
    """What stands in a variable is never read as a predicate."""
    trick = '" or orderState = "Open'
    assert await project.query("/orders", "customerEmail = :email", **{"var.email": trick}) == []


LIMITS: dict[str, Json] = {
    "limit above 500": {"limit": 501},
    "limit below 0": {"limit": -1},
    "offset above 10000": {"offset": 10_001},
    "offset below 0": {"offset": -1},
}


@pytest.mark.parametrize("params", LIMITS.values(), ids=LIMITS.keys())
async def test_limit_and_offset_have_bounds(project: Project, params: Json) -> None:
    """Out of bounds: InvalidInput, malformed parameter."""
    error = refused(await project.get("/orders", params), 400, "InvalidInput")
    (name,) = params
    assert error["message"].startswith(f"Malformed parameter: {name}: ")
    if name == "limit":
        assert "must be in the range of [0..500]" in error["message"]


async def test_the_bounds_themselves_are_allowed(project: Project) -> None:
    """500 results at most, from 10,000 on."""
    page = await project.read("/orders", {"limit": 500, "offset": 10_000})
    assert (page["limit"], page["offset"], page["results"]) == (500, 10_000, [])


@pytest.mark.parametrize("name", ["limit", "offset", "withTotal"])
async def test_assumed_a_parameter_must_be_of_its_type(project: Project, name: str) -> None:
    """A word where a number or a truth value is due: InvalidInput."""
    answer = await project.request("GET", "/orders", params={name: "many"}, off_definition=True)
    refused(answer, 400, "InvalidInput")


@pytest.mark.parametrize(
    "path", ["/states", "/types", "/customer-groups", "/carts", "/messages", "/orders/edits"]
)
async def test_every_kind_of_resource_is_queried(project: Project, path: str) -> None:
    """The same page everywhere."""
    page = await project.read(path, {"limit": 1, "withTotal": "false"})
    assert page["limit"] == 1
    assert page["count"] == len(page["results"]) <= 1
