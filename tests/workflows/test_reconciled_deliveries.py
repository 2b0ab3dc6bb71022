"""What a reconciliation says of orders that were changed after their hand-over: nothing, once it was looked at."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from domain.phases import Phase
from domain.splitting import SplitRule, SplittingRules
from tests.workflows.drafts import shipped
from tests.workflows.placed import Placed
from tests.workflows.reconciled import about, reconcile
from tests.workflows.scene import Scene, scene
from tests.workflows.warehouses import BERLIN, NORTH, Warehouse, report

AWAY = {"country": "DE", "city": "Berlin", "postalCode": "99999"}
ELSEWHERE = {"country": "DE", "city": "Berlin", "postalCode": "88888"}


@pytest.fixture(scope="module")
def north() -> Warehouse:
    """The provider of everything."""
    return Warehouse(NORTH)


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment, north: Warehouse) -> AsyncIterator[Scene]:
    """The shipped example, in which an address and a purchase order number are harmless."""
    base = shipped()
    policy = base.policy.model_copy(update={"harmless": ("shippingAddress", "purchaseOrderNumber")})
    splitting = SplittingRules(rules=(SplitRule(rule="all", provider=NORTH),))
    configuration = replace(base, policy=policy, splitting=splitting)
    async with scene(environment, configuration=configuration, providers={NORTH: north}) as set_up:
        yield set_up


@pytest.fixture(autouse=True)
def _open(north: Warehouse) -> None:
    north.clear()
    north.deliveries = "settles"


async def exported(here: Scene, north: Warehouse) -> Placed:
    """An order to Berlin that the provider has."""
    order = await here.place(5_000, shippingAddress=BERLIN)
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.until(lambda _: bool(north.orders))
    await order.at_rest()
    return order


async def found(here: Scene, order: Placed, *, dry_run: bool = True) -> list[str]:
    """What a reconciliation says of it."""
    for _ in range(3):
        await order.settled()
        await order.at_rest()
    return about(await reconcile(here, dry_run=dry_run), order)


async def moved(order: Placed, address: dict[str, str] = AWAY) -> None:
    """Somebody has it sent elsewhere, and nobody tells."""
    await order.update({"action": "setShippingAddress", "address": address})


async def test_what_was_passed_on_is_known(here: Scene, north: Warehouse) -> None:
    """The provider has taken it and there is no alarm; another change, of which nothing was heard, is found."""
    order = await exported(here, north)
    await moved(order)
    await order.changed()
    await order.until(lambda _: bool(north.sent_to))
    assert await found(here, order) == []
    await moved(order, ELSEWHERE)
    assert await found(here, order, dry_run=False) == ["contentChanged"]
    await order.until(lambda _: len(north.sent_to) == 2)
    assert await found(here, order) == []


async def test_a_harmless_change_that_nobody_can_be_told_of_is_known(here: Scene, north: Warehouse) -> None:
    """A person was called once, also when another alarm stands by now; while theirs does, a later change is found."""
    order = await exported(here, north)
    await order.name_purchase("PO-7")
    await order.changed()
    await order.until_alarm("changedAfterHandOver")
    assert await found(here, order) == []
    await moved(order)
    assert await found(here, order, dry_run=False) == ["contentChanged"]
    await order.until(lambda _: bool(north.sent_to))
    await report(order, 1, "shipped", {"nobody's": 1})
    await order.until_alarm("reportsDisagree")
    assert await found(here, order) == []


async def test_a_change_that_a_person_was_called_to_is_known(here: Scene, north: Warehouse) -> None:
    """Also when another alarm stands by now, which is not put aside for it; what is changed after that is found."""
    order = await exported(here, north)
    await order.update({"action": "setCustomerEmail", "email": "eve@example.com"})
    await order.changed()
    await order.until_alarm("changedAfterHandOver")
    await report(order, 1, "shipped", {"nobody's": 1})
    await order.until_alarm("reportsDisagree")
    assert await found(here, order, dry_run=False) == []
    assert (await order.status()).alarm == "reportsDisagree"
    await moved(order)
    assert await found(here, order) == ["contentChanged"]


async def test_a_completed_order_that_was_sent_elsewhere_is_as_it_should_be(
    here: Scene, north: Warehouse
) -> None:
    """A touch after its end calls nobody; a change after its end calls somebody, and is known from then on."""
    order = await exported(here, north)
    await moved(order)
    await order.changed()
    await order.until(lambda _: bool(north.sent_to))
    await report(order, 1, "completed")
    await order.until_phase(Phase.COMPLETED)
    await order.changed()
    assert await found(here, order) == []
    assert (await order.status()).alarm is None
    await moved(order, ELSEWHERE)
    await order.changed()
    await order.until_alarm("changedAfterHandOver")
    assert await found(here, order) == []
