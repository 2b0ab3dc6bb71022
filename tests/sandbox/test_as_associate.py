"""What only the sandbox has to do with business units: conflicts on demand, its journal, drafts that are not whole."""

from typing import Any

import pytest

from tests.sandbox.core_orders import cart_draft, code, made
from tests.sandbox.surroundings import Surroundings, surroundings

BELOW = "/as-associate/ana/in-business-unit/key=acme"
ALL = ["CreateMyCarts", "ViewMyCarts", "CreateMyOrdersFromMyCarts", "UpdateMyOrders", "ViewMyOrders"]


async def acme(here: Surroundings) -> dict[str, Any]:
    """A company with ana, who may do everything with what is hers."""
    await made(here.http, "/associate-roles", {"key": "buyer", "permissions": ALL})
    ana = {
        "customer": {"typeId": "customer", "id": "ana"},
        "associateRoleAssignments": [{"associateRole": {"typeId": "associate-role", "key": "buyer"}}],
    }
    unit = {"key": "acme", "name": "Acme", "unitType": "Company", "associates": [ana]}
    return await made(here.http, "/business-units", unit)


async def ordered(here: Surroundings) -> dict[str, Any]:
    """An order of ana's."""
    cart = await made(here.http, f"{BELOW}/carts", cart_draft())
    named = {"typeId": "cart", "id": cart["id"]}
    return await made(here.http, f"{BELOW}/orders", {"cart": named, "version": cart["version"]})


async def test_a_conflict_finds_units_and_what_is_below_them() -> None:
    """A role, a unit, and an order that is addressed as an associate: each is really touched first."""
    async with surroundings() as here:
        unit = await acme(here)
        order = await ordered(here)
        named = {"action": "changeName", "name": "Other"}
        role = {"action": "setName", "name": "Buyer"}
        number = {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": "1"}
        paths = {
            "/associate-roles/key=buyer": role,
            f"/business-units/{unit['id']}": named,
            f"{BELOW}/orders/{order['id']}": number,
        }
        for path, action in paths.items():
            fault = {"kind": "conflict"}
            await here.http.post("http://sandbox.test/sandbox/faults", json=fault)
            answer = await here.http.post(path, json={"version": 1, "actions": [action]})
            assert (answer.status_code, code(answer)) == (409, "ConcurrentModification"), path
            again = await here.http.post(path, json={"version": 2, "actions": [action]})
            assert again.json()["version"] == 3, path


async def test_a_draft_that_leaves_out_by_null() -> None:
    """Is the associate's own and of the unit, as one that says nothing is."""
    async with surroundings() as here:
        await acme(here)
        draft = cart_draft(customerId=None, businessUnit=None)
        off: dict[str, Any] = {"off_definition": True}  # which has no null; the API reads it as nothing
        answer = await here.http.post(f"{BELOW}/carts", json=draft, extensions=off)
        assert answer.status_code == 201, answer.text
        cart = answer.json()
        assert (cart["customerId"], cart["businessUnit"]["key"]) == ("ana", "acme")


@pytest.mark.parametrize("body", [[], "x", {"cart": 1, "version": 1}, {"cart": {"id": "none"}, "version": 1}])
async def test_a_draft_that_is_none(body: Any) -> None:
    """Is refused as it is elsewhere, and nothing is made."""
    async with surroundings() as here:
        await acme(here)
        answer = await here.http.post(f"{BELOW}/orders", json=body, extensions={"off_definition": True})
        assert answer.status_code == 400
        assert code(answer) in {"InvalidJsonInput", "ReferencedResourceNotFound"}
        assert not here.sandbox.store.all("order")


async def test_the_journal_has_the_path() -> None:
    """Who made an order for whom can be seen there; a refused one left nothing, and its cart is free."""
    async with surroundings() as here:
        unit = await acme(here)
        await ordered(here)
        entry = here.sandbox.store.journal[-1]
        assert entry["path"] == f"/placet-demo{BELOW}/orders"
        role = {"action": "setPermissions", "permissions": ["CreateMyCarts"]}
        body = {"version": 1, "actions": [role]}
        assert (await here.http.post("/associate-roles/key=buyer", json=body)).status_code == 200
        before = len(here.sandbox.store.journal)
        cart = await made(here.http, f"{BELOW}/carts", cart_draft())
        draft = {"cart": {"typeId": "cart", "id": cart["id"]}, "version": cart["version"]}
        answer = await here.http.post(f"{BELOW}/orders", json=draft)
        assert (answer.status_code, code(answer)) == (403, "AssociateMissingPermission")
        assert len(here.sandbox.store.journal) == before + 1
        assert here.sandbox.store.get("business-unit", unit["id"]) is not None
