"""Carts and orders as an associate of a business unit makes and sees them (sections 3.1, 3.8 and 8.2).

The sandbox only: it takes customers at their id, and a real project has to have them.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.contract.drafts import by_key, cart_draft, create_state, import_order
from tests.contract.project import Json, Project, answered, refused
from tests.contract.test_associate_roles import role
from tests.contract.test_business_units import UNITS, associate, company

BUYER = ("CreateMyCarts", "ViewMyCarts", "CreateMyOrdersFromMyCarts", "ViewMyOrders")


@dataclass
class Buyer:
    """Somebody who orders for a business unit."""

    project: Project
    id: str
    unit: Json

    def path(self, things: str) -> str:
        """Where their carts or orders are."""
        return f"/as-associate/{self.id}/in-business-unit/key={self.unit['key']}{things}"

    async def cart(self, **fields: Any) -> Json:
        """A cart that they make."""
        answer = await self.project.post(self.path("/carts"), cart_draft(self.project, **fields))
        made = answered(answer, 201)
        self.project.remember("/carts", made)
        return made

    async def try_to_order(self, cart: Json, **fields: Any) -> httpx.Response:
        """Order a cart, whatever that answers."""
        draft = {"cart": {"typeId": "cart", "id": cart["id"]}, "version": cart["version"]}
        return await self.project.post(self.path("/orders"), draft | fields)

    async def order(self, cart: Json, **fields: Any) -> Json:
        """Order a cart."""
        made = answered(await self.try_to_order(cart, **fields), 201)
        self.project.remember("/orders", made)
        return made

    async def orders(self) -> list[str]:
        """The ids of the orders that they see."""
        return [one["id"] for one in await self.project.query(self.path("/orders"), "version > 0")]


async def buyers(project: Project, *permissions: tuple[str, ...]) -> list[Buyer]:
    """Associates of one company, each with a role of these permissions."""
    ids = [str(uuid4()) for _ in permissions]
    roles = [await role(project, *each) for each in permissions]
    people = [associate(one, its) for one, its in zip(ids, roles, strict=True)]
    unit = await company(project, associates=people)
    return [Buyer(project, one, unit) for one in ids]


def missing(answer: httpx.Response, buyer: Buyer, *permissions: str) -> None:
    """It is refused for want of one of these permissions."""
    error = refused(answer, 403, "AssociateMissingPermission")
    assert error["associate"] == {"typeId": "customer", "id": buyer.id}
    assert error["businessUnit"] == {"typeId": "business-unit", "key": buyer.unit["key"]}
    assert error["permissions"] == list(permissions)


async def test_an_order_says_for_whom_and_by_whom(sandbox_project: Project) -> None:
    """The cart is the associate's in the unit; the order names both, and waits in its state from the first moment."""
    project = sandbox_project
    (ana,) = await buyers(project, BUYER)
    state = await create_state(project)
    cart = await ana.cart()
    assert (cart["customerId"], cart["businessUnit"]["key"]) == (ana.id, ana.unit["key"])
    order = await ana.order(cart, state=by_key("state", state))
    assert order["createdBy"]["associate"] == {"typeId": "customer", "id": ana.id}
    assert order["createdBy"]["clientId"] == project.client_id
    assert order["businessUnit"] == {"typeId": "business-unit", "key": ana.unit["key"]}
    assert order["state"]["id"] == state["id"]
    assert await project.read(f"/orders/{order['id']}") == order
    assert await project.read(ana.path(f"/orders/{order['id']}")) == order
    assert await ana.orders() == [order["id"]]
    whose = f'createdBy(associate(id = "{ana.id}")) and businessUnit(key = "{ana.unit["key"]}")'
    assert await project.query("/orders", whose) == [order]


async def test_orders_from_carts_of_others(sandbox_project: Project) -> None:
    """Need a permission of their own; then the order is the cart's customer's, made by who made it."""
    project = sandbox_project
    ana, ben = await buyers(project, BUYER, ("CreateOrdersFromOthersCarts", "ViewOthersOrders"))
    mine, other = await ana.cart(), await ana.cart()
    order = await ben.order(mine)
    assert (order["customerId"], order["createdBy"]["associate"]["id"]) == (ana.id, ben.id)
    assert await ana.orders() == await ben.orders() == [order["id"]]
    theirs = await project.create("/carts", cart_draft(project, customerId=ben.id, **_in(ana.unit)))
    missing(await ana.try_to_order(theirs), ana, "CreateOrdersFromOthersCarts")
    missing(await ben.try_to_order(theirs), ben, "CreateMyOrdersFromMyCarts")
    assert (await project.read(f"/carts/{theirs['id']}"))["cartState"] == "Active"
    assert (await ana.order(other))["customerId"] == ana.id


async def test_what_an_associate_sees(sandbox_project: Project) -> None:
    """Their own orders, others', all, or none: as the role says."""
    project = sandbox_project
    ana, ben, cem = await buyers(
        project, BUYER, ("ViewMyOrders", "ViewOthersOrders"), ("UpdateApprovalFlows",)
    )
    anas = await ana.order(await ana.cart())
    bens = await import_order(project, customerId=ben.id, **_in(ana.unit))
    assert await ana.orders() == [anas["id"]]
    assert await ben.orders() == [anas["id"], bens["id"]]
    missing(await project.get(cem.path("/orders")), cem, "ViewMyOrders", "ViewOthersOrders")
    missing(await project.get(ana.path(f"/orders/{bens['id']}")), ana, "ViewOthersOrders")
    number = {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": "4711"}
    body = {"version": anas["version"], "actions": [number]}
    missing(await project.post(ana.path(f"/orders/{anas['id']}"), body), ana, "UpdateMyOrders")


async def test_a_change_names_the_associate(sandbox_project: Project) -> None:
    """Who may update their orders is who modified it last."""
    project = sandbox_project
    (ana,) = await buyers(project, (*BUYER, "UpdateMyOrders"))
    order = await ana.order(await ana.cart())
    number = {"action": "setPurchaseOrderNumber", "purchaseOrderNumber": "4711"}
    changed = await project.update(ana.path("/orders"), order, number)
    assert changed["lastModifiedBy"]["associate"]["id"] == ana.id


async def test_a_role_that_is_taken_away_permits_nothing_more(sandbox_project: Project) -> None:
    """Nor is a stranger permitted anything, nor anybody of another unit."""
    project = sandbox_project
    ana, ben = await buyers(project, BUYER, BUYER)
    (other,) = await buyers(project, BUYER)
    cart = await ana.cart()
    refused(await other.try_to_order(cart), 400, "InvalidOperation")
    stranger = Buyer(project, other.id, ana.unit)
    missing(await stranger.try_to_order(cart), stranger, "CreateOrdersFromOthersCarts")
    remove = {"action": "removeAssociate", "customer": {"typeId": "customer", "id": ana.id}}
    await project.update(UNITS, ana.unit, remove)
    missing(await ana.try_to_order(cart), ana, "CreateMyOrdersFromMyCarts")
    missing(await ben.try_to_order(cart), ben, "CreateOrdersFromOthersCarts")


async def test_a_unit_that_is_not_there_or_inactive(sandbox_project: Project) -> None:
    """Not found; and no cart or order until it is active again, also from a cart of before."""
    project = sandbox_project
    (ana,) = await buyers(project, BUYER)
    nowhere = Buyer(project, ana.id, {"key": "no-such-unit"})
    refused(await project.get(nowhere.path("/orders")), 404, "ResourceNotFound")
    cart = await ana.cart()
    await project.update(UNITS, ana.unit, {"action": "changeStatus", "status": "Inactive"})
    refused(await ana.try_to_order(cart), 400, "InvalidOperation")
    refused(await project.post(ana.path("/carts"), cart_draft(project)), 400, "InvalidOperation")
    draft = {"cart": {"typeId": "cart", "id": cart["id"]}, "version": cart["version"]}
    refused(await project.post("/orders", draft), 400, "InvalidOperation")


async def test_a_stranger_buys_nothing_for_a_unit(sandbox_project: Project) -> None:
    """A cart or import whose customer is no associate of its unit is refused."""
    project = sandbox_project
    (ana,) = await buyers(project, BUYER)
    fields = {"customerId": str(uuid4()), **_in(ana.unit)}
    refused(await project.post("/carts", cart_draft(project, **fields)), 400, "InvalidOperation")


def _in(unit: Json) -> Json:
    return {"businessUnit": {"typeId": "business-unit", "key": unit["key"]}}
