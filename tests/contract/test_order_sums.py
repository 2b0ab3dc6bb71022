"""The queries by which sums of orders and keys of product types are read (sections 1.7, 6.1)."""

from uuid import uuid4

import pytest

from tests.contract.drafts import create_state, import_order, money, reference
from tests.contract.graphql import data
from tests.contract.project import Json, Project

TOTALS = """query ($where: String, $limit: Int) {
  orders(where: $where, sort: ["id asc"], limit: $limit) {
    results { id totalPrice { currencyCode centAmount fractionDigits } }
  }
}"""
TYPES = "query ($where: String) { productTypes(where: $where, limit: 500) { results { id key } } }"
NOBODY = str(uuid4())


async def totals(project: Project, where: str, at_least: int = 0) -> list[Json]:
    """Id and total price of the orders that a predicate finds."""

    async def fetch() -> list[Json]:
        found: list[Json] = (await data(project, TOTALS, where=where, limit=500))["orders"]["results"]
        return found

    return await project.eventually(fetch, lambda found: len(found) >= at_least)


async def test_orders_in_some_states_of_a_time(project: Project) -> None:
    """Those of the states, from the first instant on and before the last, by id; their prices are in minor units."""
    approved, done, other = [await create_state(project) for _ in range(3)]
    email = f"{project.unique('buyer')}@example.com"
    made = [
        await import_order(project, customerEmail=email, totalPrice=money(n), state=reference("state", state))
        for n, state in enumerate((approved, done, other), 1)
    ]
    states = f'customerEmail = "{email}" and state(id in ("{approved["id"]}", "{done["id"]}"))'
    first, last = (min(one["createdAt"] for one in made), max(one["createdAt"] for one in made))
    found = await totals(
        project, f'{states} and createdAt >= "{first}" and createdAt < "9999-01-01T00:00:00.000Z"', 2
    )
    assert found == sorted(
        (
            {"id": one["id"], "totalPrice": money(n) | {"fractionDigits": 2}}
            for n, one in enumerate(made[:2], 1)
        ),
        key=lambda one: one["id"],
    )
    assert await totals(project, f'{states} and createdAt < "{first}"') == []
    assert await totals(project, f'{states} and id > "{found[-1]["id"]}" and createdAt <= "{last}"') == []


@pytest.mark.parametrize(
    "whose",
    [
        'businessUnit(key = "nobody-at-all")',
        f'(createdBy(associate(id = "{NOBODY}")) or customerId = "{NOBODY}")',
        'customerEmail = "o\\"\\\\x@example.com"',
    ],
)
async def test_whose_orders_may_be_asked_for(project: Project, whose: str) -> None:
    """A business unit by key, an associate or customer by id, an address with a quote in it: none has orders."""
    assert await totals(project, f'{whose} and state(id in ("{NOBODY}"))') == []


async def test_product_types_that_are_not_there(project: Project) -> None:
    """Are left out, without an error."""
    assert await data(project, TYPES, where=f'id in ("{NOBODY}", "{uuid4()}")') == {
        "productTypes": {"results": []}
    }
