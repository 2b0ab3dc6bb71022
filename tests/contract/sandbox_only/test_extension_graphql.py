"""GraphQL mutations go past API Extensions as REST does (sections 6 and 9)."""

from collections.abc import AsyncIterator

import pytest

from tests.contract import graphql
from tests.contract.drafts import import_order
from tests.contract.sandbox_only.extending import (
    ORDER_UPDATE,
    Extensions,
    adds,
    extending,
    refuses,
    says,
)


@pytest.fixture
async def extensions() -> AsyncIterator[Extensions]:
    """Extensions of a sandbox of one's own."""
    async with extending() as extensions:
        yield extensions


UPDATE = """mutation($id: String!, $version: Long!, $state: OrderState!) {
  updateOrder(id: $id, version: $version, actions: [{changeOrderState: {orderState: $state}}]) {
    id version orderState
  }
}"""


async def test_a_mutation_is_shown_and_refused(extensions: Extensions) -> None:
    """GraphQL tells in `extensions` what REST tells; nothing has happened, until it is accepted."""
    project = extensions.sandbox.project
    order = await import_order(project)
    made = await extensions.create("guard", ORDER_UPDATE)
    variables = {"id": order["id"], "version": order["version"], "state": "Confirmed"}
    extensions.answers["guard"] = refuses("Not approved.")
    error = graphql.error_of(await graphql.post(project, UPDATE, **variables), "InvalidOperation")
    assert error["message"] == "Not approved."
    assert error["extensions"]["errorByExtension"] == {"id": made["id"], "key": "guard"}
    assert await project.read(f"/orders/{order['id']}") == order
    del extensions.answers["guard"]
    told = await graphql.data(project, UPDATE, **variables)
    assert told["updateOrder"] == {"id": order["id"], "version": 2, "orderState": "Confirmed"}
    assert extensions.asked[1]["resource"]["obj"] == await project.read(f"/orders/{order['id']}")


GRAPHQL_ERRORS = {
    "ExtensionBadResponse": (says(500), {"extensionStatusCode": 500, "extensionErrors": []}),
    "ExtensionUpdateActionsFailed": (adds({"action": "approve"}), {}),
}


@pytest.mark.parametrize("code", GRAPHQL_ERRORS)
async def test_a_mutation_tells_what_went_wrong(extensions: Extensions, code: str) -> None:
    """The official GraphQL error of the code, over 200."""
    project = extensions.sandbox.project
    order = await import_order(project)
    await extensions.create("guard", ORDER_UPDATE)
    extensions.answers["guard"], more = GRAPHQL_ERRORS[code]
    answer = await graphql.post(project, UPDATE, id=order["id"], version=1, state="Confirmed")
    error = graphql.error_of(answer, code)
    assert error["extensions"].items() >= more.items()
    assert "message" not in error["extensions"]


async def test_a_mutation_tells_everybody_s_errors(extensions: Extensions) -> None:
    """One GraphQL error for each of several extensions that refuse."""
    project = extensions.sandbox.project
    order = await import_order(project)
    for name in ("one", "two"):
        await extensions.create(name, ORDER_UPDATE)
        extensions.answers[name] = refuses(name)
    answer = await graphql.post(project, UPDATE, id=order["id"], version=1, state="Confirmed")
    assert [(each["message"], each["path"]) for each in answer.json()["errors"]] == [
        ("one", ["updateOrder"]),
        ("two", ["updateOrder"]),
    ]


async def test_mutations_of_one_document_come_one_after_the_other(extensions: Extensions) -> None:
    """The second is shown what the first has saved, though the first had to wait for an extension."""
    project = extensions.sandbox.project
    order = await import_order(project)
    await extensions.create("guard", ORDER_UPDATE)
    fields = (
        f'updateOrder(id: "{order["id"]}", version: %d, actions: [{{changeOrderState: {{orderState: %s}}}}])'
    )
    first, second = fields % (1, "Confirmed"), fields % (2, "Complete")
    query = f"mutation {{ first: {first} {{ version }} second: {second} {{ version orderState }} }}"
    told = await graphql.data(project, query)
    assert told == {"first": {"version": 2}, "second": {"version": 3, "orderState": "Complete"}}
    assert [each["resource"]["obj"]["version"] for each in extensions.asked] == [2, 3]
