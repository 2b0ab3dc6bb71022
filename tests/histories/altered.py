"""A workflow that calls itself `Order` and goes another way: what a careless change amounts to."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.phases import Phase
    from workflows.memory import OrderResult, OrderStart


@workflow.defn(name="Order")
class AlteredOrder:
    """Sleeps before it looks at the order."""

    @workflow.run
    async def run(self, start: OrderStart) -> OrderResult:
        """No story at all."""
        await workflow.sleep(timedelta(seconds=1))
        return OrderResult(order_id=start.order_id, phase=Phase.COMPLETED)
