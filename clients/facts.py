"""What a policy asks for beside an order is read here: as much as its route takes, and no more."""

from clients.budgets import ApprovedOrders, Beside, slot_key
from clients.commercetools import Commercetools
from clients.product_types import ProductTypes
from clients.reservations import Reservations, Slot
from domain.budgets import Budget, Purse, Spent, bounds, summed, unsummed
from domain.facts import PRODUCT_TYPES_UNREAD, Facts, facts_of
from domain.order import Order
from domain.routing import Router
from domain.states import StateMachine


class FactsOf:
    """Reads facts for a router's policy. Whoever routes many orders keeps it, with what it has looked up."""

    def __init__(self, commercetools: Commercetools, machine: StateMachine, router: Router) -> None:
        self._commercetools = commercetools
        self._router = router
        self._approved = ApprovedOrders(commercetools, machine)
        self._reservations = Reservations(commercetools)
        self._product_types = ProductTypes(commercetools)
        # A plan tells its doubt in words, which come from one place: by them it is known what is to be read.
        self._budgets: dict[str, list[Budget]] = {}
        for budget in router.asks.budgets:
            self._budgets.setdefault(budget.unknown, []).append(budget)

    async def order(self, order: Order, *, reserve: bool = False) -> Facts:
        """What the order's route takes: roles where the policy reads them; all else where its plan is in doubt without.

        `reserve`: what nobody has to approve because of a sum is written down, so that the next order adds it up.

        Raises:
            ConcurrentModification: another order was reserved meanwhile: all is to be read again.
            ClientError: commercetools does not answer as it should.
        """
        facts, unit = facts_of(order), order.content.business_unit
        if unit is not None and self._router.reads_associates:
            roles = await self._commercetools.associates(unit)
            facts = facts.model_copy(update={"associates": roles})
        read, sums = set[str](), dict[Purse, tuple[Slot, Beside]]()
        while (doubt := self._router.plan(order.content, facts).held) is not None and doubt not in read:
            read.add(doubt)
            if doubt in self._budgets:
                facts = await self._with_sums(order, facts, self._budgets[doubt], sums)
            elif doubt == PRODUCT_TYPES_UNREAD and facts.product_types is not None:
                types = await self._product_types.resolved(facts.product_types)
                facts = facts.model_copy(update={"product_types": types, "product_types_read": True})
        plan = self._router.plan(order.content, facts)
        if reserve and plan.held is None and not plan.steps:
            for slot, beside in sums.values():
                await self._reservations.reserve(slot, order, beside.reserved)
        return facts

    async def _with_sums(
        self, order: Order, facts: Facts, budgets: list[Budget], sums: dict[Purse, tuple[Slot, Beside]]
    ) -> Facts:
        """The sums that these budgets are about; a purse is read once, in however many currencies it is asked for."""
        spent, vain = list(facts.spent), list(facts.unsummed)
        for purse in dict.fromkeys(budget.purse for budget in budgets):
            since, _ = bounds(purse.period, purse.zone, order.created_at)
            key = slot_key(order, purse)
            slot = await self._reservations.slot(key) if key is not None else None
            beside = await self._approved.beside(order, purse, slot.reserved if slot is not None else ())
            if slot is not None:
                sums[purse] = slot, beside
            for currency in dict.fromkeys(b.at_least.currency_code for b in budgets if b.purse == purse):
                if isinstance(beside.approved, str):
                    vain.append(unsummed(purse, currency, beside.approved))
                    continue
                found = summed(purse, since, beside.approved, currency, self._router.asks.rates)
                if isinstance(found, Spent):
                    spent.append(found)
                else:
                    vain.append(found)
        return facts.model_copy(update={"spent": tuple(spent), "unsummed": tuple(vain)})
