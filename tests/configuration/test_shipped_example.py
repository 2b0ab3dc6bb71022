"""The shipped example says what the documentation says, and so does the demo's."""

from datetime import timedelta
from pathlib import Path

import pytest

from configuration import Configuration, lint_policy, load
from domain.money import parse_money
from domain.order import CustomerGroup, OrderContent, Requester
from domain.phases import Phase
from domain.policy import Outcome
from domain.routing import Route, route
from domain.spans import plain

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="module")
def shipped() -> Configuration:
    """The example as it is shipped."""
    return load(CONFIG)


def routed(configuration: Configuration, total: str, group: CustomerGroup | None = None) -> Route:
    """The route of an order of an outsider."""
    content = OrderContent(total=parse_money(total), lines=(), requester=Requester(), customer_group=group)
    return route(configuration.policy, configuration.directory, content, configuration.policy_digest)


def steps(found: Route) -> list[tuple[str, tuple[str, ...]]]:
    """Each step with the people of its first level."""
    return [(step.step, step.levels[0].approvers) for step in found.steps]


MANAGER, FINANCE = ("manager", ("ana", "ben")), ("finance", ("cleo", "cem"))


@pytest.mark.parametrize(
    ("total", "wanted"),
    [
        ("EUR 0.00", []),
        ("EUR 999.99", []),
        ("EUR 1,000.00", [MANAGER]),
        ("EUR 9,999.99", [MANAGER]),
        ("EUR 10,000.00", [MANAGER, FINANCE]),
        ("USD 0.01", [FINANCE]),
        ("USD 1,000,000.00", [FINANCE]),
        ("JPY 1", [FINANCE]),
    ],
)
def test_who_decides_depends_on_the_total(
    shipped: Configuration, total: str, wanted: list[tuple[str, tuple[str, ...]]]
) -> None:
    """Below EUR 1,000.00 nobody, from there a manager, from EUR 10,000.00 finance too; other currencies finance."""
    found = routed(shipped, total)
    assert steps(found) == wanted
    assert found.automatic is (not wanted)
    assert found.held is None


def test_a_new_customer_needs_a_manager_whatever_the_total(shipped: Configuration) -> None:
    """The group is known by its key."""
    assert steps(routed(shipped, "EUR 5.00", CustomerGroup(id="g-1", key="new"))) == [MANAGER]
    assert routed(shipped, "EUR 5.00", CustomerGroup(id="g-2", key="old")).automatic


def test_a_group_that_cannot_be_resolved_holds_the_order(shipped: Configuration) -> None:
    """It might be the group that needs a manager: any doubt means not approved."""
    found = routed(shipped, "EUR 5.00", CustomerGroup(id="g-1"))
    assert found.held is not None
    assert not found.automatic


def test_every_step_waits_two_days_and_escalates_to_the_director(shipped: Configuration) -> None:
    """Reminder after one day; then two days for dana; then hold."""
    for step in routed(shipped, "EUR 10,000.00").steps:
        assert [level.within for level in step.levels] == [timedelta(days=2), timedelta(days=2)]
        assert step.levels[0].remind == (timedelta(days=1),)
        assert step.levels[1].approvers == ("dana",)
        assert step.on_timeout is Outcome.HOLD


def test_the_states_are_the_documented_machine(shipped: Configuration) -> None:
    """Keys, moves and phases; every state is named in English and German."""
    moves = {state.key: state.targets for state in shipped.machine.states}
    assert moves == {
        "PendingApproval": ("Approved", "Rejected", "Cancelled"),
        "Approved": ("InFulfillment", "PendingApproval", "Cancelled"),
        "InFulfillment": ("Completed", "Cancelled"),
        "Rejected": (),
        "Completed": (),
        "Cancelled": (),
    }
    assert [state.key for state in shipped.machine.states if state.initial] == ["PendingApproval"]
    assert shipped.machine.key(Phase.CHANGES_REQUESTED) == "PendingApproval"
    assert shipped.machine.key(Phase.WITHDRAWN) == "Cancelled"
    assert all(set(state.name) == set(state.description) == {"en", "de"} for state in shipped.machine.states)


def test_the_example_names_nobody_real(shipped: Configuration) -> None:
    """Addresses are of the domain that is reserved for examples."""
    assert {person.id for person in shipped.directory.people} == {"ana", "ben", "cleo", "cem", "dana"}
    assert all((person.email or "").endswith("@example.com") for person in shipped.directory.people)
    assert shipped.directory.is_operator("dana")


def test_the_digest_is_of_rules_and_people(shipped: Configuration) -> None:
    """Two folders with other rules have other digests; the same folder has the same."""
    assert load(CONFIG).policy_digest == shipped.policy_digest
    assert load(CONFIG / "demo").policy_digest != shipped.policy_digest


def test_the_demo_can_be_watched() -> None:
    """Its machine is the shipped one; its missed deadlines are seconds, and one of them means no."""
    demo = load(CONFIG / "demo")
    assert demo.machine == load(CONFIG).machine
    foreign = routed(demo, "USD 10.00").steps[0]
    assert foreign.on_timeout is Outcome.REJECT
    assert plain(foreign.levels[-1].within) <= timedelta(seconds=5)
    hurried = routed(demo, "EUR 6,000.00").steps[0]
    assert plain(hurried.levels[0].within) <= timedelta(seconds=5)
    assert hurried.levels[1].approvers == ("dana",)
    assert [step.step for step in routed(demo, "EUR 12,000.00").steps] == ["manager", "finance"]
    assert routed(demo, "EUR 100.00").automatic


def test_what_the_shipped_policy_shows_in_comments_can_be_used(tmp_path: Path) -> None:
    """Whoever takes the marks off has reasons, harmless changes and rounds, and nothing to mend."""
    for file in CONFIG.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    policy = tmp_path / "policy.yaml"
    text = policy.read_text(encoding="utf-8")
    assert text.count("#| ") == 3
    policy.write_text(text.replace("#| ", ""), encoding="utf-8")
    found, problems, whole = lint_policy(tmp_path)
    assert (problems, whole) == ((), True)
    large = routed(found, "EUR 10,000.00")
    assert (large.resume_at, large.rounds) == ("finance", 2)
    assert (len(large.reason_required), large.harmless) == (2, ("purchaseOrderNumber",))
