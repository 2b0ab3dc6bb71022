"""Order numbers: unique, settable once, and an address of the order (sections 3.1 and 3.4)."""

import pytest

from tests.contract.drafts import import_order, order_draft
from tests.contract.project import Project, answered, by_number, refused

SPECIAL = [
    "A/B 1",
    "50%",
    "a+b",
    "x=y&z",
    "what?#now",
    "Größe-7",
    'quote"d',
    "key=1",
    "a;b:c@d",
    "..",
    "~tilde_",
]


async def test_an_order_number_is_unique(project: Project) -> None:
    """A second order with the number is a DuplicateField, which makes the number an idempotency key."""
    order = await import_order(project)
    draft = order_draft(project, orderNumber=order["orderNumber"])
    error = refused(await project.post("/orders/import", draft), 400, "DuplicateField")
    assert error["field"] == "orderNumber"
    assert error["duplicateValue"] == order["orderNumber"]


async def test_orders_without_a_number_do_not_collide(project: Project) -> None:
    """The number is optional."""
    for _ in range(2):
        draft = order_draft(project)
        del draft["orderNumber"]
        assert "orderNumber" not in await project.create("/orders/import", draft)


async def test_an_order_is_read_by_its_number(project: Project) -> None:
    """By number it is the same order; an unknown number is not found."""
    order = await import_order(project)
    assert await project.read(by_number(order["orderNumber"])) == order
    assert (await project.request("HEAD", by_number(order["orderNumber"]))).status_code == 200
    unknown = by_number(project.unique("nobody"))
    refused(await project.get(unknown), 404, "ResourceNotFound")
    assert (await project.request("HEAD", unknown)).status_code == 404


@pytest.mark.parametrize("characters", SPECIAL)
async def test_an_order_number_may_hold_any_character(project: Project, characters: str) -> None:
    """Percent-encoded in the path, the number is found whatever stands in it."""
    number = f"{project.unique('n')} {characters}"
    order = await import_order(project, orderNumber=number)
    assert (await project.read(by_number(number)))["id"] == order["id"]


async def test_an_order_is_updated_by_its_number(project: Project) -> None:
    """Updates and conflicts are the same by number as by id."""
    order = await import_order(project, orderNumber=f"{project.unique('n')}/1")
    path = by_number(order["orderNumber"])
    body = {"version": 1, "actions": [{"action": "changeOrderState", "orderState": "Confirmed"}]}
    changed = answered(await project.post(path, body), 200)
    assert (changed["id"], changed["orderState"]) == (order["id"], "Confirmed")
    refused(await project.post(path, body), 409, "ConcurrentModification")


async def test_an_order_is_deleted_by_its_number(project: Project) -> None:
    """The number is free again afterwards."""
    order = await import_order(project)
    path = by_number(order["orderNumber"])
    refused(await project.delete(path, 7), 409, "ConcurrentModification")
    assert answered(await project.delete(path, 1), 200)["id"] == order["id"]
    refused(await project.get(path), 404, "ResourceNotFound")
    await import_order(project, orderNumber=order["orderNumber"])


async def test_a_number_is_set_while_there_is_none(project: Project) -> None:
    """An order without a number gets one; once set it does not change."""
    draft = order_draft(project)
    number = draft.pop("orderNumber")
    order = await project.create("/orders/import", draft)
    numbered = await project.update("/orders", order, {"action": "setOrderNumber", "orderNumber": number})
    assert numbered["orderNumber"] == number
    assert (await project.read(by_number(number)))["id"] == order["id"]
    again = {"action": "setOrderNumber", "orderNumber": project.unique("order")}
    refused(await project.attempt("/orders", numbered, again), 400, "InvalidOperation")


async def test_a_number_that_is_taken_cannot_be_set(project: Project) -> None:
    """Setting another order's number is a DuplicateField."""
    taken = (await import_order(project))["orderNumber"]
    draft = order_draft(project)
    del draft["orderNumber"]
    order = await project.create("/orders/import", draft)
    answer = await project.attempt("/orders", order, {"action": "setOrderNumber", "orderNumber": taken})
    assert refused(answer, 400, "DuplicateField")["field"] == "orderNumber"
