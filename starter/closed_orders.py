"""Orders whose workflow is over or not there: what their lasting record, or else commercetools, can answer."""

from clients.errors import ClientError
from domain.status import OrderRecord
from starter.edge import Shop, exists, record_of
from starter.problems import Problem, unavailable


async def record_or_not_found(shop: Shop, order_id: str) -> OrderRecord:
    """The record of an order without a workflow.

    Raises:
        Problem: 404, there is no such order, or (with Retry-After) nothing has been recorded of it yet; 503,
            commercetools does not answer.
    """
    try:
        record = await record_of(shop, order_id)
        known = record is not None or await exists(shop, order_id)
    except ClientError:
        raise commercetools_unavailable() from None
    if record is None:
        raise not_found(may_be_starting=known)
    return record


def not_found(*, may_be_starting: bool) -> Problem:
    """The problem for an order that Placet knows nothing of."""
    title = "No such order"
    if not may_be_starting:
        return Problem(404, "noSuchOrder", title, "neither Placet nor commercetools knows this order")
    detail = "Placet does not know this order yet; it may still be starting"
    return Problem(404, "noSuchOrder", title, detail, headers={"Retry-After": "1"})


def commercetools_unavailable() -> Problem:
    """The problem for when commercetools would have to be asked and does not answer."""
    return unavailable("commercetools does not answer", retry_after_seconds=5)
