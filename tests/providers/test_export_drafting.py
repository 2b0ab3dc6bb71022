"""What each provider is given of a split order: its lines, its place, its address, and amounts that add up."""

from typing import Any

import pytest

from clients.provider_fluent import FluentProvider
from clients.providers import Surroundings
from domain.export_drafting import Approved, drafts_of
from domain.logistic_order import Allotment, LogisticOrder
from domain.money import Money
from domain.order import Address, Line, OrderContent, Requester, ShippingTarget
from domain.provider_answers import Unsupported
from domain.splitting import SplitRule, SplittingRules, split
from tests.clients.fluent import FluentPeer, data
from tests.providers.drafts import eur
from tests.providers.test_fluent import OPTIONS

BERLIN, HAMBURG = (Address(key=key, city=key, first_name="Ada") for key in ("berlin", "hamburg"))


def approved(**changed: Any) -> Approved:
    """Three pumps for EUR 100.00 altogether, and one hose."""
    pump = Line(id="line-1", sku="PUMP-9", quantity=3, price=eur(3_500), total=eur(10_000))
    hose = Line(id="line-2", sku="HOSE-1", quantity=1, price=eur(500), total=eur(500))
    content = OrderContent(
        **{
            "total": eur(10_990),
            "lines": (pump, hose),
            "requester": Requester(customer_id="customer-9", customer_email="buyer@acme.example"),
            "shipping_price": eur(490),
            "shipping_address": BERLIN,
            "item_shipping_addresses": (BERLIN, HAMBURG),
            **changed,
        }
    )
    return Approved(order_id="2b7f", order_number="ON-1", revision=2, digest=content.digest, content=content)


def part(n: int, lines: dict[str, int], **changed: Any) -> LogisticOrder:
    """The n-th logistic order."""
    return LogisticOrder(ref=f"ON-1-{n}", lines=lines, **changed)


def test_parts_add_up_to_the_order() -> None:
    """A line that two places fulfil is shared to the last cent, and the shipping price is told once."""
    parts = [part(1, {"line-1": 1}, location="b"), part(2, {"line-1": 2, "line-2": 1}, location="h")]
    first, second = drafts_of(approved(), parts).values()
    assert [(line.id, line.quantity, line.total) for line in first.lines] == [("line-1", 1, eur(3_333))]
    assert [line.total for line in second.lines] == [eur(6_667), eur(500)]
    assert (first.total + second.total).cent_amount == 10_500
    assert (first.shipping_price, second.shipping_price) == (eur(490), None)
    assert (first.location, second.location) == ("b", "h")
    assert (first.customer.id, first.customer.email) == ("customer-9", "buyer@acme.example")
    assert first.digest == second.digest == approved().digest


def test_the_whole_order_as_one() -> None:
    """Its lines are the order's."""
    one = drafts_of(approved(), [part(1, {"line-1": 3, "line-2": 1})])["ON-1-1"]
    assert [line.total for line in one.lines] == [eur(10_000), eur(500)]
    assert one.shipping_address == BERLIN
    assert not one.has_several_addresses


@pytest.mark.parametrize("lines", [{"line-1": 4}, {"line-9": 1}])
def test_more_than_was_ordered_is_a_fault(lines: dict[str, int]) -> None:
    """Nothing of it is exported."""
    with pytest.raises(ValueError, match=r"not within|not ordered"):
        drafts_of(approved(), [part(1, lines)])


def test_a_part_goes_where_its_units_go() -> None:
    """The address of the one key that its units have, not the order's own."""
    there = (Allotment(line_item_id="line-1", quantity=1, address_key="hamburg"),)
    one = drafts_of(approved(), [part(1, {"line-1": 1}, allotments=there)])["ON-1-1"]
    assert one.shipping_address == HAMBURG


async def test_fluent_is_not_given_two_addresses() -> None:
    """Which unit goes where would be lost: the answer says what to do, and nothing is sent."""
    units = [("line-1", 1, "hamburg"), ("line-1", 1, "berlin"), ("line-2", 1, "berlin")]
    allotments = tuple(Allotment(line_item_id=i, quantity=n, address_key=k) for i, n, k in units)
    parts = [part(1, {"line-1": 2, "line-2": 1}, allotments=allotments)]
    both = drafts_of(approved(), parts)["ON-1-1"]
    assert both.shipping_address is None
    assert [(one.address_key, one.quantity) for one in both.lines[0].targets] == [
        ("hamburg", 1),
        ("berlin", 1),
    ]
    peer = FluentPeer(data())
    answer = await FluentProvider.build(OPTIONS, Surroundings(peer.http())).export(both)
    assert isinstance(answer, Unsupported)
    assert not peer.requests


def test_it_fits_what_splitting_makes() -> None:
    """The parts of a split by address become drafts with one address each."""
    targets = tuple(ShippingTarget(address_key=k, quantity=n) for k, n in (("berlin", 1), ("hamburg", 2)))
    pump = Line(id="line-1", sku="P", quantity=3, price=eur(3_500), total=eur(10_000), targets=targets)
    order = approved(lines=(pump,))
    rules = SplittingRules(rules=(SplitRule(rule="all", provider="fluent", per_address=True),))
    parts = [
        part(n, {a.line_item_id: a.quantity for a in one.allotments}, allotments=one.allotments)
        for n, one in enumerate(split(order.content, rules).parts, 1)
    ]
    drafts = list(drafts_of(order, parts).values())
    assert [draft.shipping_address for draft in drafts] == [BERLIN, HAMBURG]
    assert sum((draft.total for draft in drafts), Money(cent_amount=0, currency_code="EUR")) == eur(10_000)
