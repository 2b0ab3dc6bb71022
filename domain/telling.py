"""Who is told of what becomes of an order, beside those who are asked."""

from domain.case import Case
from domain.notification import OPERATORS_DESK


def requester_or_desk(case: Case) -> tuple[str, ...]:
    """The requester; of an outsider, the operators: whoever knows how to reach them."""
    return (case.route.requester if case.route is not None else ()) or (OPERATORS_DESK,)
