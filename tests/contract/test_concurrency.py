"""Many writers on one resource: versions let one of them through (section 1.9)."""

import asyncio

import pytest

from tests.contract.drafts import create_state, import_order, order_draft, reference
from tests.contract.messages import messages_of
from tests.contract.project import Json, Project

WRITERS = 8


async def test_of_many_writers_on_one_version_one_wins(project: Project) -> None:
    """One 200, the others 409; the order moved once."""
    targets = [await create_state(project, initial=False) for _ in range(2)]
    edges = [reference("state", target) for target in targets]
    order = await import_order(
        project, state=reference("state", await create_state(project, transitions=edges))
    )

    def move(n: int) -> Json:
        return {"action": "transitionState", "state": edges[n % 2]}

    answers = await asyncio.gather(*(project.attempt("/orders", order, move(n)) for n in range(WRITERS)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (WRITERS - 1)
    (winner,) = (answer.json() for answer in answers if answer.status_code == 200)
    assert await project.read(f"/orders/{order['id']}") == winner


async def test_of_many_orders_with_one_number_one_is_made(project: Project) -> None:
    """One 201, the others DuplicateField."""
    draft = order_draft(project)
    answers = await asyncio.gather(*(project.post("/orders/import", draft) for _ in range(WRITERS)))
    assert sorted(answer.status_code for answer in answers) == [201] + [400] * (WRITERS - 1)
    (made,) = (answer.json() for answer in answers if answer.status_code == 201)
    project.remember("/orders", made)
    codes = {answer.json()["errors"][0]["code"] for answer in answers if answer.status_code == 400}
    assert codes == {"DuplicateField"}


@pytest.mark.usefixtures("messages_enabled")
async def test_all_writers_get_through_who_read_again(project: Project) -> None:
    """Each reads and tries until it wins: every change is there, and sequence numbers have no gaps."""
    order = await import_order(project)

    async def write(n: int) -> None:
        delivery = {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": str(n)}
        for _ in range(3 * WRITERS):
            fresh = await project.read(f"/orders/{order['id']}")
            if (await project.attempt("/orders", fresh, delivery)).status_code == 200:
                return
        raise AssertionError("never got through")

    await asyncio.gather(*(write(n) for n in range(WRITERS)))
    messages = await messages_of(project, order, at_least=1 + WRITERS)
    assert [message["sequenceNumber"] for message in messages] == list(range(1, WRITERS + 2))
    written = {message["purchaseOrderNumber"] for message in messages[1:]}
    assert written == {str(n) for n in range(WRITERS)}
    assert (await project.read(f"/orders/{order['id']}"))["purchaseOrderNumber"] == messages[-1][
        "purchaseOrderNumber"
    ]
