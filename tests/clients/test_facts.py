"""What is read for a policy: as much as an order's route takes, and no request more."""

from typing import Any

import httpx
import pytest

from clients.facts import FactsOf
from clients.projections import order_from_json
from domain.conditions import Condition
from domain.order import Order
from domain.policy import Match, Policy, Rule
from domain.rates import Rates
from domain.routing import Route, Router
from tests.clients.documents import cents, line_item, order, state
from tests.clients.peer import Answer, Peer, ok, page, refused
from tests.clients.sandboxed import MACHINE
from tests.domain.cast import DIRECTORY, MANAGERS

STATES = page(*(state(id=f"id-{key}", key=key) for key in ("Approved", "InFulfillment", "Completed")))
UNIT = {"key": "acme", "associates": []}
ACID = {"typeId": "product-type", "id": "pt-acid"}
SMALL = order_from_json(order(totalPrice=cents(10_000), lineItems=[line_item(productType=ACID)]))
MONTH = {"budget": {"per": "businessUnit", "period": "month", "atLeast": "EUR 500.00"}}
YEAR = {"budget": {"per": "requester", "period": "year", "atLeast": "EUR 900.00"}}
ACIDS = {"productType": "acids"}
RATES = Rates.model_validate({"source": "fixed", "date": "2026-01-02", "EUR": {"USD": "0.5"}})


def spent(*cents_of: int, currency: str = "EUR") -> Answer:
    """A page of approved orders."""
    results = [{"id": f"o-{n}", "totalPrice": cents(one, currency)} for n, one in enumerate(cents_of)]
    return ok({"data": {"orders": {"results": results}}})


class Unreserved(Peer):
    """A project in which no budget was ever reserved."""

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Beside that, what it was told to answer."""
        if "/custom-objects/" not in request.url.path:
            return await super().__call__(request)
        self.requests.append(request)
        return refused(404, "ResourceNotFound")


def types(**keys: str | None) -> Answer:
    """A page of product types."""
    results = [{"id": f"pt-{name}", "key": key} for name, key in keys.items()]
    return ok({"data": {"productTypes": {"results": results}}})


async def routed(
    *conditions: dict[str, Any], answers: tuple[Answer, ...], of: Order = SMALL, **policy: Any
) -> tuple[Route, list[str]]:
    """The route of an order under rules of these conditions and a last one for all, and what was asked for it."""
    rules = [
        Rule(rule=f"rule-{n}", why="w", when=Condition.model_validate(one), steps=(MANAGERS,))
        for n, one in enumerate(conditions)
    ]
    whole = Policy(rules=(*rules, Rule(rule="rest", why="w")), **policy)
    peer, router = Unreserved(*answers), Router(whole, DIRECTORY, "digest")
    facts = FactsOf(peer.commercetools(), MACHINE, router)
    found = router.route(of.content, await facts.order(of))
    return found, [_asked(request) for request in peer.requests]


def _asked(request: Any) -> str:
    if not request.url.path.endswith("/graphql"):
        return str(request.url.path).split("/")[2]
    return "product types" if b"productTypes" in request.content else "orders"


NONE: tuple[Answer, ...] = (ok({}),)


@pytest.mark.parametrize(
    ("conditions", "rule"),
    [
        ([{"atLeast": "EUR 50.00"}], "rule-0"),
        ([{"atLeast": "EUR 50.00"}, MONTH, ACIDS], "rule-0"),  # an earlier rule decides
        ([{"all": [MONTH, {"currency": "USD"}]}], "rest"),  # what is known is a no
        ([{"any": [MONTH, ACIDS, {"currency": "EUR"}]}], "rule-0"),  # or a yes
        ([{"budget": MONTH["budget"] | {"atLeast": "EUR 100.00"}}], "rule-0"),  # it reaches the budget alone
        ([{"custom": {"field": "costCenter", "present": False}}, MONTH], "rule-0"),
    ],
)
async def test_what_needs_no_reading_costs_no_request(conditions: list[dict[str, Any]], rule: str) -> None:
    """Neither for a budget nor for product types, be they in the policy or not."""
    found, asked = await routed(*conditions, answers=NONE)
    assert (found.rule, asked) == (rule, [])


@pytest.mark.parametrize(("before", "rule"), [((39_999,), "rest"), ((30_000, 10_000), "rule-0")])
async def test_a_sum_is_read_where_the_route_depends_on_it(before: tuple[int, ...], rule: str) -> None:
    """Two requests, beside that for the states; the sum is pinned and told."""
    found, asked = await routed(MONTH, answers=(STATES, spent(*before)))
    assert (found.rule, asked) == (rule, ["custom-objects", "states", "orders"])
    assert found.evidence is not None
    [sum_of] = found.evidence.spent
    assert (sum_of.total.cent_amount, sum_of.orders) == (sum(before), len(before))
    assert sum_of.since.isoformat() == "2026-03-01T00:00:00+00:00"
    assert found.evidence.words()[0].startswith("budget: EUR ")


async def test_several_sums_are_read_one_after_the_other() -> None:
    """The second only where the first decides nothing; two thresholds on one purse are one sum."""
    higher = {"budget": MONTH["budget"] | {"atLeast": "EUR 400.00"}}
    found, asked = await routed(MONTH, higher, YEAR, answers=(STATES, spent(30_000)))
    assert (found.rule, asked) == ("rule-1", ["custom-objects", "states", "orders"])
    found, asked = await routed(MONTH, higher, YEAR, answers=(STATES, spent(10_000), spent(80_000)))
    assert (found.rule, asked) == (
        "rule-2",
        ["custom-objects", "states", "orders", "custom-objects", "orders"],
    )
    assert found.evidence is not None
    assert len(found.evidence.spent) == 2


async def test_every_sum_that_all_match_needs() -> None:
    """Where every rule counts."""
    found, asked = await routed(MONTH, YEAR, answers=(STATES, spent(40_000), spent(1)), match=Match.ALL)
    assert (found.rule, asked) == (
        "rule-0",
        ["custom-objects", "states", "orders", "custom-objects", "orders"],
    )


async def test_a_sum_in_another_currency_is_converted_or_not_known() -> None:
    """By the declared rate, which is pinned with it; without one the order is held, and says why."""
    found, _ = await routed(MONTH, answers=(STATES, spent(80_000, currency="USD")), rates=RATES)
    assert found.rule == "rule-0"
    assert found.evidence is not None
    assert "EUR 400.00 approved" in found.evidence.words()[0]
    assert "USD 1 = EUR 0.5 (fixed, 2026-01-02)" in found.evidence.words()[0]
    found, asked = await routed(MONTH, answers=(STATES, spent(80_000, currency="USD")))
    assert found.held == (
        "what was approved this month per businessUnit is not known: USD cannot be converted to EUR without a rate"
    )
    assert asked == ["custom-objects", "states", "orders"]


async def test_two_currencies_of_one_purse_are_one_reading() -> None:
    """EUR 500.00 or USD 700.00 a month."""
    dollars = {"budget": MONTH["budget"] | {"atLeast": "USD 700.00"}}
    found, asked = await routed(MONTH, dollars, answers=(STATES, spent(30_000)), rates=RATES)
    assert (found.rule, asked) == ("rule-1", ["custom-objects", "states", "orders"])
    assert found.evidence is not None
    assert [str(one.total) for one in found.evidence.spent] == ["EUR 300.00", "USD 600.00"]


async def test_a_sum_that_cannot_be_known_is_looked_for_once() -> None:
    """And holds the order for the reason."""
    found, asked = await routed(MONTH, answers=(page(),))
    assert found.held == (
        "what was approved this month per businessUnit is not known: the project has no state Approved"
    )
    assert asked == ["custom-objects", "states"]


@pytest.mark.parametrize(
    ("key", "rule", "held"),
    [
        ("acids", "rule-0", None),
        ("pumps", "rest", None),
        (None, "none", "a product type of the order could not be resolved to its key"),
    ],
)
async def test_product_types_are_read_where_the_route_depends_on_them(
    key: str | None, rule: str, held: str | None
) -> None:
    """One request; a type without a key holds the order."""
    found, asked = await routed(ACIDS, answers=(types(acid=key),))
    assert (found.rule, found.held, asked) == (rule, held, ["product types"])


async def test_a_sum_may_decide_beside_a_type_that_cannot_be_resolved() -> None:
    """The doubt for good does not hide the one that reading ends."""
    found, asked = await routed({"any": [ACIDS, MONTH]}, answers=(types(), STATES, spent(90_000)))
    assert (found.rule, asked) == ("rule-0", ["product types", "custom-objects", "states", "orders"])


async def test_an_order_whose_lines_do_not_say_their_types() -> None:
    """Is held: there is nothing to be looked up."""
    silent = SMALL.model_copy(update={"product_types": None})
    found, asked = await routed(ACIDS, answers=NONE, of=silent)
    assert (found.held, asked) == ("the order's product types are not known", [])


async def test_roles_and_sums_together() -> None:
    """The roles are read where the policy reads them at all, as before."""
    found, asked = await routed({"requesterRole": "buyer"}, MONTH, answers=(ok(UNIT), STATES, spent(1)))
    assert (found.rule, asked) == ("rest", ["business-units", "custom-objects", "states", "orders"])
