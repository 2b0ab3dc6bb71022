"""Whoever has a role in the order's business unit decides: units, roles and orders as shops make them, over HTTP."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx
import pytest
import pytest_asyncio

from settings import SHIPPED_CONFIG
from tests.e2e.world import Json, Order, World, world

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

POLICY = """
rules:
  - rule: budget
    why: A unit that comes to EUR 9,000.00 in a year asks finance.
    when: { budget: { per: businessUnit, period: year, zone: UTC, atLeast: "EUR 9,000.00" } }
    steps: [{ step: finance, approvers: { groups: [finance] }, within: P2D }]
  - rule: unit
    why: From EUR 1,000.00 an approver of the business unit has to agree, and then its controller.
    when: { atLeast: "EUR 1,000.00" }
    steps:
      - { step: approver, approvers: { role: approver }, within: P2D }
      - { step: controller, approvers: { role: controller }, within: P2D }
  - rule: rest
    why: Small orders need nobody's consent.
"""
DIRECTORY = """
people:
  - { id: ana, name: Ana Alves, customer: ANA }
  - { id: ben, name: Ben Berger, customer: BEN }
  - { id: cem, name: Cem Celik, customer: CEM }
  - { id: cleo, name: Cleo Costa, email: cleo@example.com }
  - { id: dana, name: Dana Dorn, email: dana@example.com }
groups:
  - { id: finance, name: Finance, members: [cleo] }
  - { id: operators, name: Operators, members: [dana] }
"""
CUSTOMERS = {name: str(uuid5(NAMESPACE_URL, f"customer/{name}")) for name in ("ana", "ben", "cem", "eve")}
BUYING = ["CreateMyCarts", "CreateMyOrdersFromMyCarts", "ViewMyOrders"]


def configured(directory: Path) -> Path:
    """The shipped configuration with this module's policy and people."""
    copy = Path(shutil.copytree(SHIPPED_CONFIG, directory / "config"))
    people = DIRECTORY
    for name, customer in CUSTOMERS.items():
        people = people.replace(name.upper(), customer)
    (copy / "policy.yaml").write_text(POLICY)
    (copy / "directory.yaml").write_text(people)
    return copy


@pytest_asyncio.fixture(scope="module")
async def placet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Placet with that configuration, running; the roles are there."""
    directory = tmp_path_factory.mktemp("roles")
    async with world(directory, config_dir=configured(directory)) as running:
        for key, permissions in (("buyer", BUYING), ("approver", []), ("controller", [])):
            await made(running, "/associate-roles", {"key": key, "permissions": permissions})
        yield running


async def made(placet: World, path: str, body: Json) -> Json:
    """What a POST answers, which has to succeed."""
    answer = await placet.shop.post(path, json=body)
    assert answer.is_success, answer.text
    document: Json = answer.json()
    return document


def associate(name: str, *roles: str, inheritance: str = "Disabled") -> Json:
    """A customer with these roles."""
    given = [
        {"associateRole": {"typeId": "associate-role", "key": role}, "inheritance": inheritance}
        for role in roles
    ]
    return {
        "customer": {"typeId": "customer", "id": CUSTOMERS[name]},
        "associateRoleAssignments": given,
    }


@dataclass
class Unit:
    """A business unit of the project."""

    placet: World
    key: str

    async def order(self, buyer: str, cents: int = 200_000) -> Order:
        """An order that an associate of the unit makes of a cart of theirs, as docs/shop.md says."""
        base = f"/as-associate/{CUSTOMERS[buyer]}/in-business-unit/key={self.key}"
        price = {"currencyCode": "EUR", "centAmount": cents}
        pump = {"name": {"en": "Pump"}, "slug": "pump", "quantity": 1, "money": price}
        goes = {"shippingAddress": {"country": "DE", "city": "Berlin"}}
        draft = {"currency": "EUR", "taxMode": "Disabled", "customLineItems": [pump], **goes}
        cart = await made(self.placet, f"{base}/carts", draft)
        waiting = {"state": {"typeId": "state", "key": "PendingApproval"}}
        order = await made(
            self.placet,
            f"{base}/orders",
            {"cart": {"typeId": "cart", "id": cart["id"]}, "version": cart["version"], **waiting},
        )
        return Order(self.placet, order["id"], order.get("orderNumber", ""))

    async def change(self, *actions: Json) -> None:
        """Update actions on the unit."""
        path = f"/business-units/key={self.key}"
        version = (await self.placet.shop.get(path)).json()["version"]
        await made(self.placet, path, {"version": version, "actions": list(actions)})


async def unit(placet: World, key: str, *people: Json, above: str | None = None) -> Unit:
    """A company of these people, or a division below another unit."""
    kind: Json = {"unitType": "Company"}
    if above is not None:
        parent = {"typeId": "business-unit", "key": above}
        kind = {"unitType": "Division", "parentUnit": parent}
    draft = {"key": key, "name": key, "associates": list(people), **kind}
    await made(placet, "/business-units", draft)
    return Unit(placet, key)


def asked(status: Json) -> list[str]:
    """Who may decide now."""
    return sorted(one["approver"] for one in status["pending"])


async def until_asked(order: Order, *people: str) -> None:
    """Until exactly these may decide."""
    await order.until(lambda status: asked(status) == list(people))


def receipt(answer: httpx.Response) -> tuple[int, Any]:
    """Status and receipt."""
    return answer.status_code, answer.json().get("receipt")


async def test_who_has_the_role_decides(placet: World) -> None:
    """Step by step those who have its role; whoever has another, or none, is not allowed to."""
    acme = await unit(
        placet,
        "acme",
        associate("eve", "buyer"),
        associate("ana", "approver"),
        associate("ben", "controller"),
    )
    order = await acme.order("eve")
    assert asked(await order.until_pending()) == ["ana"]
    there = await order.there()
    assert (there["state"], there["createdBy"]["associate"]["id"]) == ("PendingApproval", CUSTOMERS["eve"])
    for stranger in ("ben", "cem", "cleo"):
        assert receipt(await order.decide(stranger)) == (403, "notAllowed")
    assert receipt(await order.decide("ana")) == (200, "accepted")
    await until_asked(order, "ben")
    assert receipt(await order.decide("ben")) == (200, "accepted")
    await order.until_phase("completed")


async def test_a_requester_with_the_role_is_not_asked(placet: World) -> None:
    """The other approvers are; what the requester says decides nothing."""
    two = await unit(
        placet,
        "two-approvers",
        associate("ana", "buyer", "approver", "controller"),
        associate("ben", "approver"),
        associate("cem", "controller"),
    )
    order = await two.order("ana")
    for asked_now in ("ben", "cem"):
        await until_asked(order, asked_now)
        assert receipt(await order.decide("ana")) == (403, "notAllowed")
        assert receipt(await order.decide(asked_now)) == (200, "accepted")
    await order.until_phase("completed")


async def test_a_requester_who_alone_has_the_role_is_not_asked_either(placet: World) -> None:
    """The order is held, with the reason; nobody's silence or own word approves it."""
    alone = await unit(placet, "alone", associate("ana", "buyer", "approver"), associate("ben", "controller"))
    order = await alone.order("ana")
    status = await order.until(lambda status: "alarm" in status)
    assert (status["phase"], status["pending"]) == ("pending", [])
    assert receipt(await order.decide("ana"))[0] in (403, 409)
    assert (await order.there())["state"] == "PendingApproval"


async def test_a_division_is_decided_by_whom_it_inherits(placet: World) -> None:
    """The company's approver with an inheritable role, and its own controller; not whose role stays above."""
    await unit(
        placet,
        "holding",
        associate("ana", "approver", inheritance="Enabled"),
        associate("cem", "approver", "controller"),
    )
    north = await unit(
        placet, "north", associate("eve", "buyer"), associate("ben", "controller"), above="holding"
    )
    order = await north.order("eve")
    assert asked(await order.until_pending()) == ["ana"]
    assert receipt(await order.decide("cem")) == (403, "notAllowed")
    assert receipt(await order.decide("ana")) == (200, "accepted")
    await until_asked(order, "ben")


async def test_a_role_that_is_taken_away_decides_no_later_step(placet: World) -> None:
    """Whoever was controller when the order was routed and is none any more is not asked when its turn comes."""
    acme = await unit(
        placet,
        "changing",
        associate("eve", "buyer"),
        associate("ana", "approver"),
        associate("ben", "controller"),
        associate("cem", "controller"),
    )
    order = await acme.order("eve")
    assert asked(await order.until_pending()) == ["ana"]
    await acme.change({"action": "changeAssociate", "associate": associate("ben", "buyer")})
    assert receipt(await order.decide("ana")) == (200, "accepted")
    await until_asked(order, "cem")
    assert receipt(await order.decide("ben")) == (403, "notAllowed")
    assert receipt(await order.decide("cem")) == (200, "accepted")
    await order.until_phase("completed")


async def test_a_budget_is_the_units(placet: World) -> None:
    """What the unit has had approved counts for its next order, whoever makes it; another unit's does not."""
    people = (
        associate("eve", "buyer"),
        associate("cem", "buyer"),
        associate("ana", "approver"),
        associate("ben", "controller"),
    )
    spender, other = [await unit(placet, key, *people) for key in ("spender", "saver")]
    first = await spender.order("eve", 500_000)
    waits = await other.order("eve", 500_000)
    for order in (first, waits):
        assert asked(await order.until_pending()) == ["ana"]
    second = await spender.order("cem", 450_000)
    assert asked(await second.until_pending()) == ["ana"], "what is not approved counts for nothing yet"
    for who in ("ana", "ben"):
        await until_asked(first, who)
        assert receipt(await first.decide(who)) == (200, "accepted")
    await first.until_phase("completed")
    third, elsewhere = await spender.order("cem", 450_000), await other.order("cem", 450_000)
    assert (await third.until_pending())["rule"] == "budget"
    assert asked(await third.status()) == ["cleo"]
    assert (await elsewhere.until_pending())["rule"] == "unit"
