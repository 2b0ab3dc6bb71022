"""A provider that cannot hear the news is out of reach for as long as there is some: each outage calls a person once."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from domain.audit import AuditKind
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from tests.workflows.test_delivery_changed import addresses_are_harmless, exported, moved, rested
from tests.workflows.warehouses import NORTH, Warehouse, report

OUTAGE = timedelta(minutes=20)


@pytest.fixture(scope="module")
def north() -> Warehouse:
    """The provider of everything."""
    return Warehouse(NORTH)


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment, north: Warehouse) -> AsyncIterator[Scene]:
    """One provider, and addresses that are harmless."""
    configuration = addresses_are_harmless()
    async with scene(environment, configuration=configuration, providers={NORTH: north}) as set_up:
        yield set_up


@pytest.fixture(autouse=True)
def _open(north: Warehouse) -> None:
    north.clear()


async def cut_off(order: Placed, north: Warehouse, postal_code: str = "99999") -> None:
    """A delivery of which the provider does not hear for so long that a person is called."""
    before, heard = await outages(order), len(north.sent_to)
    north.deliveries = "unreachable"
    await moved(order, postal_code)
    await order.until(lambda _: len(north.sent_to) > heard)
    await order.pass_time(OUTAGE)
    await order.until_alarm("outOfReach")
    assert await outages(order) == before + 1


async def outages(order: Placed) -> int:
    """How often a person was called for it."""
    return [one["alarm"] for one in await order.details(AuditKind.ALARM)].count("outOfReach")


async def shown(order: Placed) -> list[bool]:
    """Whether the provider of each part is out of reach, as it is shown."""
    return [one.out_of_reach for one in (await order.status()).logistic_orders]


async def test_whoever_has_nothing_to_hear_any_more_is_not_out_of_reach(
    here: Scene, north: Warehouse
) -> None:
    """The goods leave while the provider cannot be told where else to send them: that is a person's to see to."""
    order = await exported(here, north)
    await cut_off(order, north)
    assert await shown(order) == [True]
    await report(order, 1, "shipped")
    await order.until_alarm("changedAfterHandOver")
    assert await shown(order) == [False]


async def test_what_ships_untold_calls_a_person_without_an_outage(here: Scene, north: Warehouse) -> None:
    """However short it was; no payment that is told later ends that."""
    order = await exported(here, north)
    north.deliveries, north.payments = "unreachable", "settles"
    await moved(order)
    await order.until(lambda _: bool(north.sent_to))
    await report(order, 1, "shipped")
    await order.until_alarm("changedAfterHandOver")
    await rested(order)
    told = [one["why"] for one in await order.details(AuditKind.ALARM)]
    assert told == [f"{order.number}-1 has left before north answered to its new delivery"]
    await order.update({"action": "changePaymentState", "paymentState": "Paid"})
    await order.changed()
    await order.until(lambda _: bool(north.told))
    await rested(order)
    assert (await order.status()).alarm == "changedAfterHandOver"


async def test_what_was_cancelled_untold_calls_nobody(here: Scene, north: Warehouse) -> None:
    """None of it goes anywhere."""
    order = await exported(here, north)
    await cut_off(order, north)
    await report(order, 1, "cancelled")
    await order.until(lambda status: status.alarm != "outOfReach")
    await rested(order)
    alarms = [one["alarm"] for one in await order.details(AuditKind.ALARM)]
    assert "changedAfterHandOver" not in alarms


async def test_the_next_outage_calls_again(here: Scene, north: Warehouse) -> None:
    """What could not be told was called off in between, for a change that is told to nobody."""
    order = await exported(here, north)
    await cut_off(order, north)
    await moved(order, "75001", "FR")
    await order.until_alarm("changedAfterHandOver")
    await rested(order)
    assert await shown(order) == [False]
    await cut_off(order, north, "77777")


async def test_an_answer_ends_an_outage(here: Scene, north: Warehouse) -> None:
    """The provider hears of it after all."""
    order = await exported(here, north)
    await cut_off(order, north)
    north.deliveries = "settles"
    await order.pass_time(timedelta(minutes=2))
    await order.until(lambda status: status.alarm is None)
    assert await shown(order) == [False]
