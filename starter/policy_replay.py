"""A changed policy over past orders: how many would go another way than under the present one, and to whom."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from domain.facts import Facts, facts_of
from domain.order import Order
from domain.route import Level
from domain.routing import Plan, Router
from starter.policy_replay_terms import Term, terms

_EXAMPLES = 5
_NOTHING_KNOWN = Facts()


@dataclass
class Pair:
    """What both policies make of some orders. `examples` are the first of them, by what people call them."""

    present: Plan
    changed: Plan
    orders: int = 0
    examples: list[str] = field(default_factory=list)
    terms: tuple[Term, ...] = ()
    """What would be asked otherwise, also where the orders go the same way."""

    @property
    def differ(self) -> bool:
        """Whether the orders would go another way: by another rule, to other people, or held."""
        one, other = self.present, self.changed
        return (one.rule, one.held, one.steps) != (other.rule, other.held, other.steps)

    @property
    def change(self) -> str:
        """What would be other: the `rule` alone, the `terms` on which the same people are asked first, or the `people`."""
        if (self.present.held, self.present.steps) == (self.changed.held, self.changed.steps):
            return "rule"
        held = self.present.held is not None or self.changed.held is not None
        return "terms" if not held and _people(self.present) == _people(self.changed) else "people"

    def with_those_of(self, other: "Pair") -> "Pair":
        """The orders of both, of which the same is to be told."""
        examples = [*self.examples, *other.examples][:_EXAMPLES]
        return Pair(self.present, self.changed, self.orders + other.orders, examples, self.terms)

    def to_json_dict(self) -> dict[str, Any]:
        """For a program."""
        return {
            "from": {"rule": self.present.rule, "asks": asks(self.present)},
            "to": {"rule": self.changed.rule, "asks": asks(self.changed)},
            "change": self.change,
            "terms": [term.to_json_dict() for term in self.terms],
            "orders": self.orders,
            "examples": self.examples,
        }


class Replay:
    """Two policies, and the orders that were put before them so far."""

    def __init__(self, present: Router, changed: Router) -> None:
        self._present, self._changed = present, changed
        self._product_types = present.asks.product_types or changed.asks.product_types
        self._pairs: dict[tuple[int, int], Pair] = {}

    def put(self, order: Order) -> None:
        """Route one order by both. A router gives the same plan as the same object, and keeps it."""
        facts = facts_of(order) if order.custom or self._product_types else _NOTHING_KNOWN
        content = order.content
        present, changed = self._present.plan(content, facts), self._changed.plan(content, facts)
        key = (id(present), id(changed))
        pair = self._pairs.get(key)
        if pair is None:
            routes = (router.route(content, facts) for router in (self._present, self._changed))
            pair = self._pairs[key] = Pair(present, changed, terms=terms(*routes))
        pair.orders += 1
        if pair.orders <= _EXAMPLES:
            pair.examples.append(order.name)

    def result(self) -> "Replayed":
        """What came of it, the most frequent first."""
        pairs = sorted(self._pairs.values(), key=lambda pair: -pair.orders)
        return Replayed(tuple(pairs))


@dataclass(frozen=True)
class Replayed:
    """What became of the orders."""

    pairs: tuple[Pair, ...]

    @property
    def orders(self) -> int:
        """How many there were."""
        return sum(pair.orders for pair in self.pairs)

    @property
    def moves(self) -> tuple[Pair, ...]:
        """Those that would go another way; of whom the same is told, together."""
        return _together((pair for pair in self.pairs if pair.differ), _move)

    @property
    def otherwise(self) -> tuple[Pair, ...]:
        """Those that would go the same way, and be asked about on other terms; of whom the same is told, together."""
        return _together((pair for pair in self.pairs if pair.terms and not pair.differ), _move)

    @property
    def stranded(self) -> tuple[Pair, ...]:
        """Those that would find no approver under the changed policy, by rule and reason."""
        return _together(
            (pair for pair in self.pairs if pair.changed.stranded),
            lambda p: f"{p.changed.rule}\n{p.changed.held}",
        )

    def held(self) -> Counter[str]:
        """Why the changed policy could not judge orders, and how many."""
        found = Counter[str]()
        for pair in self.pairs:
            if pair.changed.held is not None and not pair.changed.stranded:
                found[pair.changed.held] += pair.orders
        return found

    def automatic(self) -> tuple[int, int]:
        """How many nobody would have to decide: under the present policy, and under the changed one."""
        return (
            sum(pair.orders for pair in self.pairs if _automatic(pair.present)),
            sum(pair.orders for pair in self.pairs if _automatic(pair.changed)),
        )

    def to_json_dict(self) -> dict[str, Any]:
        """For a program."""
        present, changed = self.automatic()
        return {
            "orders": self.orders,
            "differently": sum(pair.orders for pair in self.moves),
            "moves": [pair.to_json_dict() for pair in self.moves],
            "askedOtherwise": {
                "orders": sum(pair.orders for pair in self.otherwise),
                "rules": [
                    {
                        "rule": p.changed.rule,
                        "terms": [term.to_json_dict() for term in p.terms],
                        "orders": p.orders,
                        "examples": p.examples,
                    }
                    for p in self.otherwise
                ],
            },
            "noApprover": {
                "orders": sum(pair.orders for pair in self.stranded),
                "rules": [
                    {
                        "rule": p.changed.rule,
                        "why": p.changed.held,
                        "orders": p.orders,
                        "examples": p.examples,
                    }
                    for p in self.stranded
                ],
            },
            "held": [{"why": why, "orders": n} for why, n in self.held().most_common()],
            "automatic": {"present": present, "changed": changed},
        }


def asks(plan: Plan) -> list[dict[str, Any]] | str:
    """Whom a plan asks first at each of its steps, and how many of them, as a policy writes it; `held` or `automatic`."""
    if plan.held is not None:
        return "held"
    if not plan.steps:
        return "automatic"
    return [
        {"step": step.step, "approvers": list(step.levels[0].approvers), "needs": _needs(step.levels[0])}
        for step in plan.steps
    ]


def _needs(level: Level) -> str | dict[str, int]:
    if level.everybody:
        return "all"
    return "any" if level.needed == 1 else {"of": level.needed}


def _people(plan: Plan) -> list[tuple[str, tuple[str, ...]]]:
    return [(step.step, step.levels[0].approvers) for step in plan.steps]


def _move(pair: Pair) -> str:
    """What is told of a pair beside how many it is."""
    told = pair.to_json_dict()
    return repr((told["from"], told["to"], told["change"], told["terms"]))


def _together(pairs: Iterable[Pair], told: Callable[[Pair], str]) -> tuple[Pair, ...]:
    """Pairs of which the same is told as one, the most frequent first."""
    found: dict[str, Pair] = {}
    for pair in pairs:
        known = found.get(told(pair))
        found[told(pair)] = pair if known is None else known.with_those_of(pair)
    return tuple(sorted(found.values(), key=lambda pair: -pair.orders))


def _automatic(plan: Plan) -> bool:
    return plan.held is None and not plan.steps
