"""The people and the policy of the shipped example, and orders to try them on."""

from datetime import UTC, datetime, timedelta

from domain.directory import Directory, Group, Person
from domain.money import Money, parse_money
from domain.order import CustomerGroup, Line, OrderContent, Requester
from domain.policy import Approvers, Condition, Escalation, Outcome, Policy, Rule, Step
from domain.routing import Route, policy_digest, route

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

RITA = Requester(associate_id="customer-rita", customer_email="rita@example.com")
OUTSIDER = Requester(customer_email="somebody@example.org")
NOBODY = Requester()

DIRECTORY = Directory(
    people=tuple(
        Person(id=name, name=name.title(), email=f"{name}@example.com", customer=f"customer-{name}")
        for name in ("ana", "ben", "cleo", "cem", "dana", "olga", "rita")
    ),
    groups=(
        Group(id="managers", name="Managers", members=("ana", "ben")),
        Group(id="finance", name="Finance", members=("cleo", "cem")),
        Group(id="operators", name="Operators", members=("olga",)),
    ),
)


def step(
    group: str, on_timeout: Outcome | None = None, *, name: str | None = None, to: tuple[str, ...] = ("dana",)
) -> Step:
    """A step as the shipped policy has them: two days, reminded after one, then `to` for two days."""
    escalation = (Escalation(to=Approvers(people=to), within=2 * DAY, remind=(DAY,)),) if to else ()
    declared = {} if on_timeout is None else {"on_timeout": on_timeout}
    return Step(
        step=name or group,
        approvers=Approvers(groups=(group,)),
        within=2 * DAY,
        remind=(DAY,),
        escalate=escalation,
        **declared,
    )


MANAGERS, FINANCE = step("managers"), step("finance")

POLICY = Policy(
    rules=(
        Rule(
            rule="foreign-currency",
            why="the order is not in EUR",
            when=Condition(currency_other_than="EUR"),
            steps=(FINANCE,),
        ),
        Rule(
            rule="large",
            why="from EUR 10,000.00",
            when=Condition(at_least=parse_money("EUR 10,000.00")),
            steps=(MANAGERS, FINANCE),
        ),
        Rule(
            rule="new-or-medium",
            why="a new customer, or from EUR 1,000.00",
            when=Condition(
                any=(
                    Condition(customer_group="new"),
                    Condition(at_least=parse_money("EUR 1,000.00")),
                )
            ),
            steps=(MANAGERS,),
        ),
        Rule(rule="small", why="nobody has to look at it"),
    )
)


def content(
    total: str = "EUR 12,000.00",
    requester: Requester = RITA,
    group: CustomerGroup | None = None,
) -> OrderContent:
    """An order of one line that costs as much as all."""
    price = parse_money(total)
    return OrderContent(
        total=price,
        lines=(Line(id="line-1", sku="CHAIR", name="Chair", quantity=1, price=price, total=price),),
        requester=requester,
        customer_group=group,
    )


def routed(total: str = "EUR 12,000.00", requester: Requester = RITA, policy: Policy = POLICY) -> Route:
    """The route of such an order under the shipped policy."""
    return route(policy, DIRECTORY, content(total, requester), policy_digest(policy, DIRECTORY))


def route_of(*steps: Step, requester: Requester = RITA) -> Route:
    """A route along steps of a policy with one rule."""
    policy = Policy(rules=(Rule(rule="only", why="because", steps=steps),))
    return routed(requester=requester, policy=policy)


def euros(cents: int) -> Money:
    """An amount in EUR."""
    return Money(cent_amount=cents, currency_code="EUR")
