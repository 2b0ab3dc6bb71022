"""A delivery that changes after the hand-over: passed on where the pinned route calls that harmless, else a person's."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from configuration import Configuration
from domain.audit import AuditKind
from domain.logistic_order import CUSTOM_OBJECT
from domain.phases import Phase
from domain.policy import Condition, Rule
from domain.splitting import SplitRule, SplittingRules
from tests.workflows.drafts import shipped
from tests.workflows.placed import Placed
from tests.workflows.scene import Scene, scene
from tests.workflows.warehouses import BERLIN, NORTH, Warehouse, report, two_places

HARMLESS = ("shippingAddress", "purchaseOrderNumber")
CHANGED = "the order's content was changed after its hand-over"


@pytest.fixture(scope="module")
def north() -> Warehouse:
    """The provider of everything."""
    return Warehouse(NORTH)


def addresses_are_harmless() -> Configuration:
    """The shipped example, in which they are, and what goes to France is asked about."""
    base = shipped()
    steps = next(rule.steps for rule in base.policy.rules if rule.steps)
    abroad = Rule(rule="abroad", why="It goes abroad.", when=Condition(country=("FR",)), steps=steps)
    update = {"rules": (abroad, *base.policy.rules), "harmless": HARMLESS}
    policy = base.policy.model_copy(update=update)
    rules = (
        SplitRule(rule="all", provider=NORTH),
        SplitRule(rule="rest", provider=CUSTOM_OBJECT),
    )
    return replace(base, policy=policy, splitting=SplittingRules(rules=rules))


@pytest_asyncio.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment, north: Warehouse) -> AsyncIterator[Scene]:
    """The shipped example with one provider of everything."""
    configuration = addresses_are_harmless()
    async with scene(environment, configuration=configuration, providers={NORTH: north}) as set_up:
        yield set_up


@pytest.fixture(autouse=True)
def _open(north: Warehouse) -> None:
    north.clear()
    north.deliveries = "settles"


async def exported(here: Scene, north: Warehouse, cents: int = 5_000, **draft: Any) -> Placed:
    """An order to Berlin that the provider has, approved by nobody unless it is dear."""
    order = await here.place(cents, **{"shippingAddress": BERLIN, **draft})
    if cents > 100_000:
        await order.until_pending("ana", "ben")
        await order.decide("ana")
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.until(lambda _: bool(north.orders))
    await order.at_rest()
    return order


async def moved(order: Placed, postal_code: str = "99999", country: str = "DE") -> None:
    """Somebody has it sent elsewhere, and the bridge tells."""
    address = {"country": country, "city": "Berlin", "postalCode": postal_code}
    await order.update({"action": "setShippingAddress", "address": address})
    await order.changed()


async def rested(order: Placed) -> None:
    """More than once, because what a look has found is told beside it."""
    for _ in range(3):
        await order.settled()
        await order.at_rest()


@pytest.mark.parametrize("cents", [5_000, 150_000], ids=["automatic", "approved"])
async def test_a_harmless_change_is_passed_on_once(here: Scene, north: Warehouse, cents: int) -> None:
    """It is on record and calls nobody; the way back to what was approved is passed on, too."""
    order = await exported(here, north, cents)
    await moved(order)
    await order.until(lambda _: bool(north.sent_to))
    await order.changed()
    await rested(order)
    ref = f"{order.number}-1"
    assert north.sent_to == [(ref, "99999", None)]
    assert await order.details(AuditKind.FORWARDED) == [
        {"ref": ref, "changed": ["shippingAddress"], "answer": "accepted"}
    ]
    (noted,) = await order.details(AuditKind.CHANGED_OUTSIDE)
    assert noted["content"] == ["shippingAddress"]
    await order.update({"action": "setShippingAddress", "address": BERLIN})
    await order.changed()
    await order.until(lambda _: len(north.sent_to) == 2)
    await rested(order)
    assert north.sent_to[1] == (ref, "10115", None)
    assert north.tellings == [1, 2]
    assert (await order.status()).alarm is None


@pytest.mark.parametrize(("answer", "why"), [("refuses", "onItsWay"), ("unsupported", "not here")])
async def test_what_the_provider_does_not_take_calls_a_person_once(
    here: Scene, north: Warehouse, answer: str, why: str
) -> None:
    """With the provider's words; another change that it takes ends the alarm."""
    north.deliveries = answer
    order = await exported(here, north)
    await moved(order)
    await order.until_alarm("changedAfterHandOver")
    await order.changed()
    await rested(order)
    assert len(north.sent_to) == 1
    told = [one["why"] for one in await order.details(AuditKind.ALARM)]
    assert told == [f"north does not change the delivery of {order.number}-1: {why}"]
    north.deliveries = "settles"
    await moved(order, "88888")
    await order.until(lambda status: status.alarm is None)
    assert north.sent_to[1:] == [(f"{order.number}-1", "88888", None)]


async def test_a_fault_of_ours_is_no_answer(here: Scene, north: Warehouse) -> None:
    """A person is called; the provider is asked again with the next look, and the alarm goes."""
    north.deliveries = "fault"
    order = await exported(here, north)
    await moved(order)
    await order.until_alarm("changedAfterHandOver")
    (told,) = await order.details(AuditKind.ALARM)
    why = f"north could not be told of the delivery of {order.number}-1: north does not understand"
    assert told["why"] == why
    north.deliveries = "settles"
    await order.changed()
    await order.until(lambda status: status.alarm is None)
    assert north.sent_to == [(f"{order.number}-1", "99999", None)] * 2


async def test_what_is_not_harmless_reaches_nobody(here: Scene, north: Warehouse) -> None:
    """Also not along with what is; a person is called as ever."""
    order = await exported(here, north)
    await order.update(
        {"action": "setShippingAddress", "address": {"country": "DE", "postalCode": "99999"}},
        {"action": "setCustomerEmail", "email": "eve@example.com"},
    )
    await order.changed()
    await order.until_alarm("changedAfterHandOver")
    await rested(order)
    assert north.sent_to == []
    assert [one["why"] for one in await order.details(AuditKind.ALARM)] == [CHANGED]


async def test_an_address_that_policy_would_ask_about_reaches_nobody(here: Scene, north: Warehouse) -> None:
    """Nobody has agreed to send it abroad."""
    order = await exported(here, north)
    await moved(order, country="FR")
    await order.until_alarm("changedAfterHandOver")
    await rested(order)
    assert north.sent_to == []


async def test_goods_that_have_left_are_a_persons_to_see_to(here: Scene, north: Warehouse) -> None:
    """Nobody could change anything any more."""
    order = await exported(here, north)
    await report(order, 1, "shipped")
    await order.at_rest()
    await moved(order)
    await order.until_alarm("changedAfterHandOver")
    await rested(order)
    assert north.sent_to == []


async def test_several_addresses_are_a_persons_to_see_to(here: Scene, north: Warehouse) -> None:
    """Whose goods are meant cannot be said."""
    order = await exported(here, north, **two_places())
    await moved(order)
    await order.until_alarm("changedAfterHandOver")
    await rested(order)
    assert north.sent_to == []


async def test_what_no_provider_can_be_told_of_calls_a_person(here: Scene, north: Warehouse) -> None:
    """A number is harmless, and nobody has a word for it; the address along with it is passed on."""
    order = await exported(here, north)
    await order.name_purchase("PO-7")
    await order.changed()
    await order.until_alarm("changedAfterHandOver")
    await moved(order)
    await order.until(lambda _: bool(north.sent_to))
    assert north.sent_to == [(f"{order.number}-1", "99999", None)]


async def test_the_way_back_is_passed_on_past_a_change_that_was_not(here: Scene, north: Warehouse) -> None:
    """Told of another address, and not of one abroad: the provider is told of the approved one again."""
    order = await exported(here, north)
    await moved(order)
    await order.until(lambda _: bool(north.sent_to))
    await moved(order, "75001", "FR")
    await order.until_alarm("changedAfterHandOver")
    await rested(order)
    await put_back(order)
    await order.until(lambda _: len(north.sent_to) == 2)
    await rested(order)
    assert [code for _, code, _ in north.sent_to] == ["99999", "10115"]


async def test_what_the_provider_may_have_taken_is_taken_back(here: Scene, north: Warehouse) -> None:
    """Every reply was lost after the deed, and the shop changes its mind: the approved address is told until an answer comes."""
    order = await exported(here, north)
    north.losing = 10_000
    await moved(order)
    await order.until(lambda _: bool(north.sent_to))
    await put_back(order)
    await order.until(lambda _: north.sent_to[-1][1] == "10115")
    north.losing = 0
    await order.changed()
    await until_forwarded(order, 1)
    await rested(order)
    assert north.sent_to[-1] == (f"{order.number}-1", "10115", None)
    heard = len(north.sent_to)
    await order.changed()
    await rested(order)
    assert len(north.sent_to) == heard


@pytest.mark.parametrize("answer", ["refuses", "fault", "unsupported"])
async def test_what_could_not_be_changed_is_over_when_it_is_taken_back(
    here: Scene, north: Warehouse, answer: str
) -> None:
    """The goods go where they were approved to go, of which whoever refused is told: nobody is needed any more."""
    north.deliveries = answer
    order = await exported(here, north)
    await moved(order)
    await order.until_alarm("changedAfterHandOver")
    north.deliveries = "settles"
    await put_back(order)
    await order.until(lambda status: status.alarm is None)
    assert len(north.sent_to) == (1 if answer == "unsupported" else 2)


async def test_what_a_person_has_to_see_to_is_not_over_by_that(here: Scene, north: Warehouse) -> None:
    """Another change than the provider's no was seen, too."""
    north.deliveries = "refuses"
    order = await exported(here, north)
    await moved(order, country="FR")
    await order.until_alarm("changedAfterHandOver")
    await moved(order)
    await order.until(lambda _: bool(north.sent_to))
    await put_back(order)
    await rested(order)
    assert (await order.status()).alarm == "changedAfterHandOver"


async def test_no_delivery_overtakes_another(here: Scene, north: Warehouse) -> None:
    """What is called off for newer news may be on its way."""
    order = await exported(here, north)
    north.slow = 1.5
    await moved(order)
    await order.until(lambda _: bool(north.tellings))
    north.slow = 0
    await moved(order, "88888")
    await order.until(lambda _: len(north.sent_to) == 2)
    assert [code for _, code, _ in north.sent_to] == ["99999", "88888"]


async def until_forwarded(order: Placed, times: int) -> None:
    """Return once so many answers of providers are on record."""
    for _ in range(1_000):
        if len(await order.details(AuditKind.FORWARDED)) >= times:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody answered")


async def put_back(order: Placed) -> None:
    """The shop has it sent where it was approved to go."""
    await order.update({"action": "setShippingAddress", "address": BERLIN})
    await order.changed()
