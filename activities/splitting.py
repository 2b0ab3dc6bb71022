"""Which provider fulfils which part of an order: the rules of this worker, on what the order says."""

from temporalio import activity

from activities.failures import outside_call
from activities.requests import SplitRequest
from clients.commercetools import Commercetools
from clients.split_facts import SplitFactsOf
from domain.fulfillment import logistic_order_ref
from domain.logistic_orders import LogisticOrders, planned
from domain.order import OrderContent
from domain.splitting import EVERYTHING, SplitFacts, SplittingRules, split


class SplittingActivities:
    """Splits orders; also what the release needs of it."""

    def __init__(self, commercetools: Commercetools, rules: SplittingRules = EVERYTHING) -> None:
        self._rules = rules
        self._facts = SplitFactsOf(commercetools, rules)

    @activity.defn
    async def split_order(self, request: SplitRequest) -> LogisticOrders:
        """The logistic orders of a content that is given, under the rules as they are now."""
        async with outside_call():
            facts = await self._facts.order(request.order_id)
            return self.plan(request, facts)

    async def facts(self, order_id: str) -> SplitFacts:
        """What the rules ask beside the content; raises ClientError."""
        return await self._facts.order(order_id)

    def plan(self, request: SplitRequest, facts: SplitFacts) -> LogisticOrders:
        """The logistic orders, with their references."""
        found = split(request.content, self._rules, facts)
        refs = (
            logistic_order_ref(request.order_number, request.order_id, n)
            for n, _ in enumerate(found.parts, request.first)
        )
        return planned(found, tuple(refs))


def whole(order_id: str, order_number: str | None, content: OrderContent) -> SplitRequest:
    """The request for all of an order."""
    return SplitRequest(order_id=order_id, order_number=order_number, content=content)
