"""Who may stand in for whom under a rule, at one time or another from now on: as far as a directory knows before there is an order."""

from collections.abc import Sequence
from datetime import datetime

from domain.directory import Directory
from domain.money import Money
from domain.policy import Policy
from domain.policy_duties import StandIns
from domain.policy_regions import Landscape
from domain.substitution import Matter, deciders

_NO_CURRENCY = "XXX"  # of an amount that is below no limit


class Substitutes:
    """The absences of a directory that are not over, and what those who are away let others decide."""

    def __init__(self, policy: Policy, directory: Directory, landscape: Landscape, at: datetime) -> None:
        self._policy, self._directory, self._landscape = policy, directory, landscape
        absences = [(person, absence) for person in directory.people for absence in person.absences]
        spans = [absence.span(directory.zone_of(person.id)) for person, absence in absences]
        self._instants = sorted({max(begins, at) for begins, ends in spans if ends > at})
        limits = [absence.may_decide.below for _, absence in absences if absence.may_decide is not None]
        self._currencies = sorted({limit.currency_code for limit in limits if limit is not None})
        self._known: dict[tuple[int, ...], StandIns] = {}
        self._away = [person.id for person in directory.people if person.absences]

    def under(self, rules: tuple[int, ...], never: frozenset[str]) -> StandIns:
        """Of an order that those rules route, by their places; `never` decide nor hand on who have requested it."""
        if not self._instants:
            return {}
        anybody = self._known.get(rules)
        if anybody is None:
            anybody = self._known[rules] = self._found(rules, frozenset())
        concerned = {person for away, others in anybody.items() for person in (away, *others)}
        return self._found(rules, never) if never & concerned else anybody

    def _found(self, rules: Sequence[int], never: frozenset[str]) -> StandIns:
        found: dict[str, dict[str, None]] = {}
        names = tuple(self._policy.rules[n].rule for n in rules)
        for total in self._totals(rules):
            matter = Matter(rules=names, total=total, never=never)
            for instant in self._instants:
                for mandate in deciders(self._directory, self._away, instant, matter):
                    if not mandate.own:
                        found.setdefault(mandate.on_behalf_of, {})[mandate.decides] = None
        return {person: tuple(others) for person, others in found.items()}

    def _totals(self, rules: Sequence[int]) -> list[Money]:
        """The smallest that these rules are for, in each currency in which something is delegated up to a limit."""
        totals = [Money(cent_amount=0, currency_code=_NO_CURRENCY)]
        for currency in self._currencies:
            least = [self._landscape.least(n, currency) for n in rules]
            if None not in least:
                totals.append(max((one for one in least if one is not None), key=lambda one: one.cent_amount))
        return totals
