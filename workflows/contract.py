"""How the reconciliation's activities reach the workflow of an order: by the same names and inputs as the bridge does."""

from temporalio.common import TypedSearchAttributes

from activities.order_workflows import Contract
from domain.order import Order
from domain.value import Value
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


ORDER_CONTRACT = Contract(
    workflow_type="Order",
    task_queue=ORDERS_QUEUE,
    workflow_id=order_workflow_id,
    phase=PHASE,
    start=_start,
    attributes=_attributes,
    changed=_changed,
    priority=NEW_ORDERS,
)
