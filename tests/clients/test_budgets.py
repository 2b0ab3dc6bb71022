"""What the approved orders of a period come to, as commercetools' query language can tell it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from clients.budgets import ApprovedOrders, Beside
from clients.errors import Unreadable
from clients.projections import order_from_json
from domain.budgets import Approved, Per, Period, Purse
from domain.order import Order
from tests.clients.documents import cents, order, state
from tests.clients.peer import Answer, Peer, ok, page
from tests.clients.sandboxed import MACHINE, Sandboxed, sandboxed

UNIT = Purse(per=Per.BUSINESS_UNIT, period=Period.MONTH, zone="Europe/Berlin")
REQUESTER = UNIT.model_copy(update={"per": Per.REQUESTER})
ACME = {"typeId": "business-unit", "key": "acme"}
STATES = page(*(state(id=f"id-{key}", key=key) for key in ("Approved", "InFulfillment", "Completed")))


class Shop(Sandboxed):
    """A sandbox in which orders are placed at whatever time it is."""

    now: datetime

    async def places(self, at: str, state: str | None = "Approved", **fields: Any) -> Order:
        """An order of a business unit, over EUR 1,250.00, that stands in a state."""
        self.now = datetime.fromisoformat(at)
        if state is not None:
            held = await self.ours.state(state)
            assert held is not None
            fields["state"] = {"typeId": "state", "id": held.id}
        return await self.order(f"ON-{at}-{state}-{len(str(fields))}", **{"businessUnit": ACME} | fields)


@asynccontextmanager
async def shop() -> AsyncIterator[Shop]:
    """A sandbox with the machine."""
    placed: list[Shop] = []
    first = datetime(2026, 1, 1, tzinfo=UTC)
    async with sandboxed(clock=lambda: placed[0].now if placed else first) as at:
        opened = Shop(at.ours, at.shops, at.http)
        opened.now = first
        placed.append(opened)
        await opened.provision()
        yield opened


def found(*orders: tuple[str, int], currency: str = "EUR") -> Answer:
    """What GraphQL answers."""
    results = [{"id": one, "totalPrice": cents(amount, currency)} for one, amount in orders]
    return ok({"data": {"orders": {"results": results}}})


def told(beside: Beside) -> tuple[int, list[str]]:
    """How many, and what they come to."""
    approved = beside.approved
    assert isinstance(approved, Approved)
    return approved.orders, [str(total) for total in approved.totals]


async def test_only_approved_orders_count() -> None:
    """Approved, claimed or completed: not what waits, was rejected, or has no state; and not the order itself."""
    async with shop() as at:
        for n, held in enumerate(
            (None, "PendingApproval", "Approved", "InFulfillment", "Completed", "Rejected")
        ):
            await at.places(f"2026-03-0{n + 1}T12:00:00+00:00", held)
        present = await at.places("2026-03-10T12:00:00+00:00")
        sums = ApprovedOrders(at.ours, MACHINE)
        assert told(await sums.beside(present, UNIT)) == (3, ["EUR 3,750.00"])


async def test_the_period_is_that_of_the_zones_calendar() -> None:
    """March in Berlin begins at 23:00 UTC of 28 February, and ends at 22:00 UTC of 31 March: summer time."""
    async with shop() as at:
        for instant in (
            "2026-02-28T22:59:59.999",
            "2026-02-28T23:00:00",
            "2026-03-31T21:59:59.999",
            "2026-03-31T22:00:00",
        ):
            await at.places(f"{instant}+00:00")
        sums = ApprovedOrders(at.ours, MACHINE)
        for instant, period, zone, orders in (
            ("2026-03-15T00:00:00+00:00", Period.MONTH, "Europe/Berlin", 2),
            ("2026-03-15T00:00:00+00:00", Period.MONTH, "UTC", 2),
            ("2026-03-15T00:00:00+00:00", Period.QUARTER, "Europe/Berlin", 3),
            ("2026-03-15T00:00:00+00:00", Period.YEAR, "Europe/Berlin", 4),
            ("2026-03-31T22:00:00+00:00", Period.MONTH, "Europe/Berlin", 1),
            ("2026-03-31T22:00:00+00:00", Period.WEEK, "Europe/Berlin", 2),
        ):
            present = await at.places(instant, "PendingApproval", purchaseOrderNumber=f"{period}{zone}")
            purse = Purse(per=Per.BUSINESS_UNIT, period=period, zone=zone)
            assert told(await sums.beside(present, purse))[0] == orders, (instant, period, zone)


async def test_whose_orders_count() -> None:
    """Those of the same business unit, or of the same customer; with an address alone, those with that address."""
    async with shop() as at:
        other = {"typeId": "business-unit", "key": "acme-north"}
        rita = {"customerId": "rita", "customerEmail": "rita@example.com"}
        theirs: list[dict[str, Any]] = [rita, rita | {"businessUnit": other}, {"customerId": "rolf"}, {}]
        for n, fields in enumerate(theirs):
            await at.places(f"2026-03-0{n + 1}T12:00:00+00:00", **fields)
        sums = ApprovedOrders(at.ours, MACHINE)
        here = await at.places("2026-03-09T12:00:00+00:00", "PendingApproval", **rita)
        assert told(await sums.beside(here, UNIT))[0] == 3
        assert told(await sums.beside(here, REQUESTER))[0] == 2
        guest = await at.places("2026-03-09T13:00:00+00:00", None, customerEmail="rita@example.com")
        assert told(await sums.beside(guest, REQUESTER))[0] == 2
        known = guest.content.requester.model_copy(update={"customer_email": 'a" or id > "'})
        wily = guest.model_copy(update={"content": guest.content.model_copy(update={"requester": known})})
        assert told(await sums.beside(wily, REQUESTER)) == (0, [])


async def test_orders_in_other_currencies_are_added_up_by_themselves() -> None:
    """Whoever asks converts them."""
    async with shop() as at:
        for n, (currency, amount) in enumerate((("EUR", 100), ("USD", 50), ("EUR", 1), ("JPY", 7))):
            price = {"currencyCode": currency, "centAmount": amount}
            await at.places(f"2026-03-0{n + 1}T12:00:00+00:00", totalPrice=price)
        present = await at.places("2026-03-09T12:00:00+00:00", None)
        orders, totals = told(await ApprovedOrders(at.ours, MACHINE).beside(present, UNIT))
        assert (orders, sorted(totals)) == (4, ["EUR 1.01", "JPY 7", "USD 0.50"])


async def test_many_orders_are_read_in_pages_by_id() -> None:
    """500 a page, each behind the last id; the states are asked for once."""
    full, rest = [(f"o-{n:03}", 100) for n in range(500)], [("o-500", 100), ("own", 100)]
    peer = Peer(STATES, found(*full), found(*rest), found())
    sums, present = ApprovedOrders(peer.commercetools(), MACHINE), order_from_json(order(id="own"))
    assert told(await sums.beside(present, UNIT)) == (501, ["EUR 501.00"])
    first = (
        'businessUnit(key = "acme") and createdAt >= "2026-02-28T23:00:00.000Z" and createdAt < "2026-03-31T22:00:00.000Z"'
        ' and state(id in ("id-Approved", "id-InFulfillment", "id-Completed"))'
    )
    assert peer.sent["variables"] == {"where": f'{first} and id > "o-499"', "limit": 500}
    assert len(peer.requests) == 3
    assert dict(peer.requests[0].url.params.multi_items())["where"] == "key in :keys and type = :type"
    assert told(await sums.beside(present, UNIT)) == (0, [])
    assert peer.sent["variables"] == {"where": first, "limit": 500}
    assert len(peer.requests) == 4


@pytest.mark.parametrize(
    ("fields", "whose"),
    [
        ({"createdBy": {"associate": {"typeId": "customer", "id": "a1"}}}, '(createdBy(associate(id = "a1")) or customerId = "a1")'),
        ({}, '(createdBy(associate(id = "c1")) or customerId = "c1")'),
        ({"customerId": None}, 'customerEmail = "buyer@acme.example"'),
        ({"customerId": None, "customerEmail": 'o"\\x@acme.example'}, 'customerEmail = "o\\"\\\\x@acme.example"'),
    ],
)  # fmt: skip
async def test_a_requester_is_known_by_the_strongest_identity(fields: dict[str, Any], whose: str) -> None:
    """The associate, else the customer, else the address; what an address holds ends no literal."""
    peer = Peer(STATES, found())
    await ApprovedOrders(peer.commercetools(), MACHINE).beside(order_from_json(order(**fields)), REQUESTER)
    assert peer.sent["variables"]["where"].startswith(f'{whose} and createdAt >= "')


@pytest.mark.parametrize(
    ("states", "fields", "purse", "why"),
    [
        (page(state(key="Approved")), {}, UNIT, "the project has no state InFulfillment"),
        (STATES, {"businessUnit": None}, UNIT, "the order names no businessUnit"),
        (STATES, {"customerId": None, "customerEmail": None}, REQUESTER, "the order names no requester"),
    ],
)
async def test_why_nothing_can_be_added_up(
    states: Answer, fields: dict[str, Any], purse: Purse, why: str
) -> None:
    """And no order is read."""
    peer = Peer(states, found())
    told_why = await ApprovedOrders(peer.commercetools(), MACHINE).beside(
        order_from_json(order(**fields)), purse
    )
    assert told_why.approved == why
    assert all(request.url.path.endswith("/states") for request in peer.requests)


@pytest.mark.parametrize(("most", "pages", "known"), [(498, 1, False), (998, 2, False), (1000, 3, True)])
async def test_there_is_an_end_to_counting(most: int, pages: int, known: bool) -> None:
    """More orders than one attempt may read are not known: pages are not asked for without end."""
    first, second = ([(f"o-{n:04}", 1) for n in range(at, at + 500)] for at in (0, 500))
    peer = Peer(STATES, found(*first), found(*second), found())
    counted = await ApprovedOrders(peer.commercetools(), MACHINE, most=most).beside(
        order_from_json(order()), UNIT
    )
    if known:
        assert told(counted) == (1000, ["EUR 10.00"])
    else:
        assert counted.approved == f"there are more than {most} orders"
    assert len(peer.requests) - 1 == pages


async def test_an_answer_of_another_form() -> None:
    """Is an error that does not repeat it."""
    peer = Peer(STATES, ok({"data": {"orders": {"results": [{"id": "secret"}]}}}))
    with pytest.raises(Unreadable) as refused:
        await ApprovedOrders(peer.commercetools(), MACHINE).beside(order_from_json(order()), UNIT)
    assert "secret" not in str(refused.value)
