"""Routing policy: the rows of the comparison that other products leave empty, and what is promised beyond them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.alarms import Alarm
from domain.case import Intent
from domain.decision import Receipt
from domain.facts import Facts
from domain.money import parse_money
from domain.order import Order, OrderContent
from domain.policy import Condition, Policy, Rule
from domain.rates import Rates
from domain.routing import Router, policy_digest
from starter.policy_replay import Replay
from tests.domain.cast import DAY, MONDAY, content
from tests.domain.stage import Stage, asking, ordered, policy, staff
from tests.peers.written import errors, loaded

LARGE = "EUR 10,000.00"
RATES = {"source": "fixed", "date": "2026-01-02", "EUR": {"USD": "0.80"}}


def routed(rules: Policy, order: OrderContent) -> Stage:
    """An order put before a policy and the shipped people."""
    return Stage(rules, order=order)


def threshold(rates: Rates | None = None) -> Policy:
    """One of finance from EUR 10,000.00, nobody below."""
    large = Rule(
        rule="large", why="w", when=Condition(at_least=parse_money(LARGE)), steps=(asking("f", "cleo"),)
    )
    return Policy(rates=rates, rules=(large, Rule(rule="rest", why="w")))


class TestCurrencySafeByConstruction:
    """Row 'currency-safe by construction': no product has it; commercetools' own course warns of its trap."""

    def test_an_amount_in_another_currency_is_never_compared_by_its_digits(self) -> None:
        """JPY 5,000,000 is no EUR 50,000.00, nor less than EUR 10,000.00: without a rate it waits for a person."""
        for total in ("JPY 5000000", "USD 1.00", "USD 99,999.00", "KWD 9999.999"):
            stage = routed(threshold(), content(total))
            assert (stage.case.alarm, stage.case.intent) == (Alarm.HELD, None), total
            assert stage.case.route is not None
            assert "cannot be compared with EUR" in (stage.case.route.held or "")

    def test_by_a_declared_rate_which_is_pinned_with_its_date(self) -> None:
        """USD 12,500.00 are EUR 10,000.00 at 0.80, a cent less is less; the trail says by which rate and of when."""
        rates = Rates.model_validate(RATES)
        assert routed(threshold(rates), content("USD 12,500.00")).case.deciders == ("cleo",)
        below = routed(threshold(rates), content("USD 12,499.99"))
        assert below.case.intent is Intent.RELEASE
        told = str(below.trail.entries[0].detail["facts"])
        assert "0.80" in told
        assert "2026-01-02" in told

    def test_a_rule_without_a_currency_is_refused(self, tmp_path: Path) -> None:
        """The file cannot say it: an amount carries its currency, or there is no policy."""
        written = "rules:\n  - { rule: large, why: Because., when: { atLeast: 10000 } }\n  - { rule: rest, why: Because. }\n"
        [told] = errors(tmp_path, written)
        assert told.startswith("policy.yaml:2: rules[0].when.atLeast")

    def test_a_gap_in_one_currency_is_an_error_of_the_policy(self, tmp_path: Path) -> None:
        """Nobody finds out by an order that hangs."""
        written = (
            "rules:\n"
            '  - { rule: large, why: Because., when: { atLeast: "EUR 5.00" }, steps: [{ step: s, approvers: { people: [ana] }, within: P1D }] }\n'
            '  - { rule: rest, why: Because., when: { below: "EUR 4.00" } }\n'
        )
        assert any(
            "no rule matches an order of EUR 4.00 to below EUR 5.00" in one
            for one in errors(tmp_path, written)
        )


class TestSeveralOfManyDistinctPeople:
    """Row 'n-of-m by distinct person': only an engine without orders has it (from memory); roles count roles."""

    def test_two_of_three_are_two_people(self) -> None:
        """The same person twice is one, under whichever id of theirs the word comes."""
        stage = Stage(policy(asking("board", "ana", "ben", "dana", needs={"of": 2})), order=ordered())
        assert [stage.decide("ana"), stage.decide("ana")] == [Receipt.ACCEPTED, Receipt.ALREADY_DECIDED]
        assert stage.case.intent is None
        assert stage.decide("dana") is Receipt.ACCEPTED
        assert stage.case.intent is Intent.RELEASE

    def test_also_over_several_steps(self) -> None:
        """Ana of the managers is no second pair of eyes at the board."""
        stage = Stage(policy(asking("managers", "ana"), asking("board", "ana", "dana")), order=ordered())
        stage.decide("ana")
        assert stage.case.deciders == ("dana",)


class TestPreviewOfARoute:
    """Row 'preview / dry run of a route', and advance 3: nobody replays past orders."""

    def test_a_changed_policy_is_run_over_past_orders(self) -> None:
        """How many would go another way, to whom, and which would find nobody: before it is put in force."""
        people = staff()
        nobody = policy(asking("f", "rita"))
        present, changed, stranding = (
            Router(rules, people, policy_digest(rules, people))
            for rules in (threshold(), policy(asking("m", "ana")), nobody)
        )
        small, large = (
            Order(
                id=name,
                version=1,
                created_at=datetime(2026, 1, 1, tzinfo=UTC),
                order_state="Open",
                content=content(total),
            )
            for name, total in (("small", "EUR 5.00"), ("large", "EUR 20,000.00"))
        )
        replay, dead = Replay(present, changed), Replay(present, stranding)
        for order in (small, large):
            replay.put(order)
            dead.put(order)
        moves = {pair.examples[0]: pair.change for pair in replay.result().moves}
        assert moves == {"small": "people", "large": "people"}
        assert not replay.result().stranded
        assert sum(pair.orders for pair in dead.result().stranded) == 2

    def test_it_starts_nothing(self) -> None:
        """Who, why and until when are known from policy, people and content alone; the same at the real routing."""
        rules, people = threshold(), staff()
        router = Router(rules, people, policy_digest(rules, people))
        preview = router.route(content("EUR 20,000.00"), at=MONDAY)
        stage = routed(rules, content("EUR 20,000.00"))
        assert stage.case.route == preview


class TestPolicyPinned:
    """Row 'policy pinned per request + versioned' (lesson 3): elsewhere rules are embedded at best."""

    def test_an_edit_of_the_policy_changes_no_running_order(self) -> None:
        """People, times and outcome are those of the routing, by digest; a message that changes nothing changes nothing."""
        stage = Stage(policy(asking("managers", "ana", "ben")), order=ordered())
        digest = stage.trail.entries[0].detail["policyDigest"]
        stage.policy = policy(asking("managers", "dana", on_timeout="approve"))
        stage.place(ordered())
        assert stage.case.deciders == ("ana", "ben")
        assert stage.case.route is not None
        assert stage.case.route.policy_digest == digest
        stage.wait(30 * DAY)
        assert stage.case.intent is None

    def test_each_version_has_a_digest_of_its_own(self) -> None:
        """Of the rules and of the people whom they name."""
        people = staff()
        one, other = policy(asking("m", "ana")), policy(asking("m", "ben"))
        digests = {
            policy_digest(one, people),
            policy_digest(other, people),
            policy_digest(one, staff(without=("finn",))),
        }
        assert len(digests) == 3


class TestExplained:
    """Row 'explain why approval is needed': asked for by users who are never told (Shopware)."""

    def test_the_reason_goes_with_the_request(self) -> None:
        """In the words of the policy: in the route, in the trail, and what happens if nobody answers."""
        stage = routed(threshold(), content("EUR 20,000.00"))
        [entry, asked] = stage.trail.entries
        assert (entry.detail["rule"], entry.detail["why"]) == ("large", "w")
        assert asked.detail["then"] == "it waits and the operators are told"
        assert stage.notices[0].then == asked.detail["then"]

    def test_a_policy_says_why(self, tmp_path: Path) -> None:
        """A rule without a reason is refused."""
        assert any("why" in told for told in errors(tmp_path, "rules:\n  - { rule: rest }\n"))


class TestDeadEndsAreErrors:
    """Advance 4, no-approver and dead-end detection at policy save: Spryker, Shopware and DJUST strand orders."""

    STEP = "{ step: %s, approvers: { people: [%s] }, within: P1D }"

    @pytest.mark.parametrize(
        ("steps", "wanted"),
        [
            ("{ step: s, approvers: { groups: [nobody] }, within: P1D }", "nobody"),
            ("{ step: s, approvers: { people: [zoe] }, within: P1D }", "zoe"),
            ("{ step: a, approvers: { people: [ana] }, within: P1D }, { step: b, approvers: { people: [ana] }, within: P1D }", "ana"),
            ("{ step: s, approvers: { people: [ana, ben] }, needs: { of: 3 }, within: P1D }", "3"),
            ("{ step: s, approvers: { people: [rita] }, within: P1D }", "rita"),
        ],
        ids=["empty group", "unknown person", "the same person twice", "too few people", "only the requester"],
    )  # fmt: skip
    def test_a_step_that_nobody_can_decide(self, tmp_path: Path, steps: str, wanted: str) -> None:
        """An error with file and line, before any order meets it."""
        people = "people:\n  - { id: ana, name: Ana, email: ana@example.com }\n  - { id: ben, name: Ben }\n"
        people += "  - { id: rita, name: Rita, email: rita@example.com }\ngroups:\n  - { id: nobody, name: Nobody, members: [] }\n"
        found = errors(tmp_path, f"rules:\n  - {{ rule: only, why: Because., steps: [{steps}] }}\n", people)
        assert found
        assert any(wanted in one for one in found)
        assert all(one.split(":")[1].isdigit() for one in found)

    def test_an_order_that_meets_one_waits_for_a_person(self) -> None:
        """Any doubt means not approved: an alarm, and nobody's silence releases it."""
        stage = Stage(policy(asking("s", "rita")), order=ordered())
        stage.wait(1000 * DAY)
        assert (stage.case.alarm, stage.case.intent) == (Alarm.HELD, None)


def test_the_shipped_policy_has_no_dead_end(tmp_path: Path) -> None:
    """What is shown above as an error is none of the example's."""
    shipped = Path(__file__).parents[2] / "config"
    texts = [(shipped / name).read_text(encoding="utf-8") for name in ("policy.yaml", "directory.yaml")]
    assert errors(tmp_path, *texts) == []
    assert loaded(tmp_path, *texts).policy.rules[0].rule == "foreign-currency"


def test_facts_that_were_not_read_are_doubt() -> None:
    """Advance 8 in general: what a rule asks for and nobody knows holds the order, it does not wave it through."""
    rules = Policy(
        rules=(
            Rule(
                rule="roles", why="w", when=Condition(requester_role=("buyer",)), steps=(asking("s", "ana"),)
            ),
            Rule(rule="rest", why="w"),
        )
    )
    people = staff()
    router = Router(rules, people, policy_digest(rules, people))
    order = content().model_copy(update={"business_unit": "acme"})
    assert router.route(order, Facts()).held is not None
    assert router.route(order, Facts(associates={"buyer": ()})).automatic
