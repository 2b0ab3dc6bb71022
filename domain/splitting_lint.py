"""What splitting rules may say, and yet cannot mean: rules that nothing reaches, providers that nobody has."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from itertools import product
from math import prod
from typing import NamedTuple

from domain.splitting import SplitRule, SplittingRules

_OTHER = ""
"""Any value that no rule names, none at all included: to every rule it is the same."""
_WORLDS = 20_000
"""So many combinations are looked at; beyond, only single rules are held against one another."""


class Finding(NamedTuple):
    """What is wrong, and where: the keys and indexes that lead there in the file."""

    place: tuple[str | int, ...]
    message: str


def findings(rules: SplittingRules, providers: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Everything found. Without `providers` it is not known which there are."""
    return (*_unknown_providers(rules, providers), *_unreachable(rules))


def _unknown_providers(rules: SplittingRules, providers: Collection[str] | None) -> Iterator[Finding]:
    for n, rule in enumerate(rules.rules):
        if providers is not None and rule.provider not in providers:
            near = difflib.get_close_matches(rule.provider, sorted(providers), n=1)
            meant = f"; did you mean '{near[0]}'?" if near else ""
            yield Finding(("rules", n, "provider"), f"no provider '{rule.provider}' is configured{meant}")


def _unreachable(rules: SplittingRules) -> Iterator[Finding]:
    for n, rule in enumerate(rules.rules):
        takers = _takers(rule, rules.rules[:n])
        if takers:
            names = ", ".join(takers)
            message = f"no line reaches {rule.rule}: what it would take goes to {names} before"
            yield Finding(("rules", n), message)


def _takers(rule: SplitRule, earlier: tuple[SplitRule, ...]) -> tuple[str, ...]:
    """The earlier rules that together take all that a rule would; none if something is left for it."""
    whole = next((one for one in earlier if _covers(one, rule)), None)
    if whole is not None:
        return (whole.rule,)
    if not _together_cover(earlier, rule):
        return ()
    needed = earlier
    for one in earlier:
        others = tuple(other for other in needed if other is not one)
        if _together_cover(others, rule):
            needed = others
    return tuple(one.rule for one in needed)


def _together_cover(several: tuple[SplitRule, ...], rule: SplitRule) -> bool:
    """Whether every line that a rule matches is matched by one of several; no, if that is too much to look at."""
    values: dict[str, dict[str, None]] = {}
    for one in (*several, rule):
        for name, named in one.when.asks.items():
            values.setdefault(name, {}).update(dict.fromkeys(named))
    asked = rule.when.asks
    choices = {name: asked.get(name) or (*named, _OTHER) for name, named in values.items()}
    if prod(map(len, choices.values())) > _WORLDS:
        return False
    worlds = (dict(zip(choices, world, strict=True)) for world in product(*choices.values()))
    return all(any(_takes(one, world) for one in several) for world in worlds)


def _covers(one: SplitRule, other: SplitRule) -> bool:
    """Whether one rule takes everything that the other would."""
    asked = other.when.asks
    return all(name in asked and {*asked[name]} <= {*named} for name, named in one.when.asks.items())


def _takes(rule: SplitRule, world: Mapping[str, str]) -> bool:
    return all(world[name] in named for name, named in rule.when.asks.items())
