"""Random money, orders, routes, decisions and histories: small pools, so that things meet."""

from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from domain.alarms import SUSPENDING, Alarm
from domain.decision import Decision, Verdict, Withdrawal
from domain.events import Alarmed, Event, Moved, Resumed, Routed, TimePassed
from domain.money import Money, fraction_digits
from domain.order import (
    Address,
    CustomerGroup,
    Line,
    OrderContent,
    Requester,
    Shipping,
    ShippingTarget,
)
from domain.phases import UNDECIDED, Phase
from domain.policy import Outcome
from domain.routing import Level, Route, RouteStep
from domain.value import Value

PEOPLE = ("ana", "ben", "cleo", "cem", "dana", "eva")
OPERATOR, STRANGER = "olga", "stan"
CURRENCIES = ("EUR", "USD", "JPY", "KWD")
IDS = tuple(f"id-{n}" for n in range(1, 7))

Made = TypeVar("Made", bound=Value)


def made(model: type[Made], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Made]:
    """A model out of its fields, by their Python names (`builds` would read the names they travel under)."""
    return st.fixed_dictionaries(fields).map(lambda values: model(**values))


currencies = st.sampled_from(CURRENCIES)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
perhaps_text = st.none() | texts
hours = st.integers(1, 72).map(lambda n: timedelta(hours=n))
digests = st.sampled_from(("digest-1", "digest-2", "digest-3"))


@st.composite
def money(draw: st.DrawFn, currency: st.SearchStrategy[str] = currencies) -> Money:
    """An amount as commercetools has it, credit notes included."""
    code = draw(currency)
    cents = draw(st.integers(-(2**53), 2**53))
    return Money(cent_amount=cents, currency_code=code, fraction_digits=fraction_digits(code))


addresses = made(Address, **dict.fromkeys(Address.model_fields, perhaps_text))
requesters = made(Requester, associate_id=perhaps_text, customer_id=perhaps_text, customer_email=perhaps_text)
groups = made(CustomerGroup, id=texts, key=perhaps_text)
targets = made(
    ShippingTarget, address_key=texts, quantity=st.integers(1, 100), shipping_method_key=perhaps_text
)
shippings = made(
    Shipping, key=texts, method=perhaps_text, price=st.none() | money(), address=st.none() | addresses
)
lines = made(
    Line,
    id=texts,
    sku=perhaps_text,
    name=perhaps_text,
    quantity=st.integers(1, 10_000),
    price=money(),
    total=money(),
    targets=st.lists(targets, max_size=2).map(tuple),
)
contents = made(
    OrderContent,
    total=money(),
    total_gross=st.none() | money(),
    lines=st.lists(lines, max_size=3).map(tuple),
    requester=requesters,
    customer_group=st.none() | groups,
    business_unit=perhaps_text,
    store=perhaps_text,
    country=perhaps_text,
    shipping_method=perhaps_text,
    shipping_price=st.none() | money(),
    shippings=st.lists(shippings, max_size=2).map(tuple),
    item_shipping_addresses=st.lists(addresses, max_size=2).map(tuple),
    shipping_address=st.none() | addresses,
    billing_address=st.none() | addresses,
    purchase_order_number=perhaps_text,
)


@st.composite
def levels(draw: st.DrawFn, pool: tuple[str, ...]) -> Level:
    """A level with as many on it as are needed; reminders come before the deadline, in order."""
    within = draw(hours)
    reminders = draw(st.lists(st.sampled_from((within / 4, within / 2)), max_size=2))
    people = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3, unique=True))
    everybody = draw(st.sampled_from((False, False, True)))
    needed = len(people) if everybody else draw(st.integers(1, len(people)))
    return Level(
        approvers=tuple(people),
        needed=needed,
        everybody=everybody,
        within=within,
        remind=tuple(sorted(reminders)),
    )


@st.composite
def routes(draw: st.DrawFn) -> Route:
    """A route as `domain.routing.route` makes them: the requester is on no level."""
    requester = tuple(draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True)))
    pool = tuple(person for person in PEOPLE if person not in requester)
    names = draw(st.sampled_from(((), ("first",), ("first", "second"), ("first", "second", "third"))))
    steps = tuple(
        RouteStep(
            step=name,
            levels=tuple(draw(st.lists(levels(pool), min_size=1, max_size=3))),
            on_timeout=draw(st.sampled_from(Outcome)),
        )
        for name in names
    )
    return Route(
        policy_digest="policy",
        rule="rule",
        why="because",
        steps=steps,
        held=draw(st.sampled_from((None, None, None, None, "nobody is left"))),
        requester=requester,
        requester_identities=draw(st.sampled_from(((), ("customer-1",), ("customer-1", "a@b.example")))),
        operators=(OPERATOR,),
        returns_within=timedelta(days=30),
    )


decisions = made(
    Decision,
    decision_id=st.sampled_from(IDS),
    approver=st.sampled_from((*PEOPLE, OPERATOR, STRANGER)),
    verdict=st.sampled_from((Verdict.APPROVE, Verdict.APPROVE, *Verdict)),
    comment=st.sampled_from((None, None, "please")),
    revision=st.sampled_from((None, 1, 1, 2, 3)),
    request_id=st.sampled_from((None, "request-1", "request-2")),
)
withdrawals = made(
    Withdrawal,
    withdrawal_id=st.sampled_from(IDS),
    requester=st.sampled_from((*PEOPLE, OPERATOR, STRANGER, "customer-1")),
    request_id=st.sampled_from((None, "request-1")),
)
suspensions = st.sampled_from(sorted(SUSPENDING))
readings = made(
    Routed, route=routes(), digest=digests, alarm=st.sampled_from((None, None, None, Alarm.MOVED_OUTSIDE))
)
gaps = st.sampled_from((timedelta(0), timedelta(minutes=1), timedelta(hours=5), timedelta(days=4)))

events: st.SearchStrategy[Event] = st.one_of(
    decisions,
    decisions,
    withdrawals,
    readings,
    st.just(TimePassed()),
    made(Moved, phase=st.sampled_from(sorted(set(Phase) - UNDECIDED))),
    st.just(Resumed()),
    made(Alarmed, alarm=st.sampled_from(Alarm), detail=st.just("why")),
)
histories = st.lists(st.tuples(gaps, events), max_size=25)
"""Anything in any order, also what no workflow would ever say."""
