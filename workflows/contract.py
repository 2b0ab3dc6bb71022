"""How the reconciliation's activities reach the workflow of an order: by the same names and inputs as the bridge does."""

from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.common import TypedSearchAttributes

from activities.order_workflows import Contract
from domain.order import Order
from domain.value import Value
from workflows.asking import NotToldError, Question, ask
from workflows.memory import OrderChanged, OrderStart
from workflows.names import ORDERS_QUEUE, PHASE, OrderHint, order_workflow_id, start_attributes
from workflows.policies import NEW_ORDERS


def _start(order_id: str) -> Value:
    """It was judged before that the order is taken up."""
    return OrderStart(order_id=order_id, adopted=True)


def _attributes(order: Order) -> TypedSearchAttributes:
    content = order.content
    hint = OrderHint(
        order_number=order.order_number, total=content.total, business_unit=content.business_unit
    )
    return start_attributes(hint)


def _changed(message_id: str, version: int | None) -> Value:
    return OrderChanged(message_id=message_id, type="Reconciliation", resource_version=version)


async def _asked(
    handle: WorkflowHandle[Any, Any], query: str, digest: str | None, answer: type[Value], within: timedelta
) -> Value | None:
    """What the workflow tells; None where it leaves that to its record."""
    try:
        return await ask(handle, Question(query=query, digest=digest), answer, within)
    except NotToldError:
        return None


ORDER_CONTRACT = Contract(
    workflow_type="Order",
    task_queue=ORDERS_QUEUE,
    workflow_id=order_workflow_id,
    phase=PHASE,
    start=_start,
    attributes=_attributes,
    asked=_asked,
    changed=_changed,
    priority=NEW_ORDERS,
)
