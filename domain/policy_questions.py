"""What a policy asks of orders beside their content: what has to be read for it, and what a route relied on."""

from domain.facts import Evidence, Facts
from domain.policy import Policy
from domain.subject import Subject


class Questions:
    """What a policy asks for beside the order's content."""

    def __init__(self, policy: Policy) -> None:
        conditions = [part for rule in policy.rules if rule.when is not None for part in rule.when.parts()]
        self._custom = sorted({c.custom.field for c in conditions if c.custom is not None})
        self.budgets = tuple(dict.fromkeys(c.budget for c in conditions if c.budget is not None))
        """The budgets, each once; the policy's `rates` convert what was spent in other currencies."""
        self.rates = policy.rates
        self.product_types = any(c.product_type for c in conditions)
        """Whether it asks for the keys of product types."""
        self.roles = any(c.requester_role for c in conditions)
        """Whether it asks for the requester's roles in the order's business unit."""
        self.roles_of_approvers = any(
            approvers.role for rule in policy.rules for step in rule.steps for approvers, *_ in step.levels
        )

    def evidence(self, subject: Subject) -> Evidence | None:
        """What was found when it was asked for, None if nothing was."""
        if not (subject.used or self._custom or self.budgets or self.roles or self.product_types):
            return None
        facts, content = subject.facts, subject.content
        sums = (facts.sum_of(budget, budget.at_least.currency_code) for budget in self.budgets)
        found = Evidence(
            rates=tuple(subject.used),
            custom={name: facts.custom[name] for name in self._custom if name in facts.custom},
            requester_roles=facts.roles(content) if self.roles else None,
            spent=tuple(one for one in sums if one is not None),
            product_types=_keys(facts) if self.product_types else (),
        )
        return found if found != Evidence() else None


def _keys(facts: Facts) -> tuple[str, ...]:
    return tuple(sorted({one.key for one in facts.product_types or () if one.key is not None}))
