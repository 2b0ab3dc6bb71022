"""The names by which outsiders reach the workflows. They do not change."""

from datetime import datetime

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from domain.money import Money
from domain.value import Value

ORDERS_QUEUE = "placet"
COMMERCETOOLS_QUEUE = "placet-commercetools"
"""Calls to commercetools have a queue of their own: eagerly started activities slip past a rate limit."""

ORDER_NUMBER = SearchAttributeKey.for_keyword("PlacetOrderNumber")
PHASE = SearchAttributeKey.for_keyword("PlacetPhase")
CURRENCY = SearchAttributeKey.for_keyword("PlacetCurrency")
CUSTOMER_GROUP = SearchAttributeKey.for_keyword("PlacetCustomerGroup")
BUSINESS_UNIT = SearchAttributeKey.for_keyword("PlacetBusinessUnit")
RULE = SearchAttributeKey.for_keyword("PlacetRule")
ALARM = SearchAttributeKey.for_keyword("PlacetAlarm")
PENDING = SearchAttributeKey.for_keyword_list("PlacetPending")
MORE = "more"
"""In `PlacetPending`: more people may decide than one search attribute can hold."""
DUE_AT: SearchAttributeKey[datetime] = SearchAttributeKey.for_datetime("PlacetDueAt")
TOTAL = SearchAttributeKey.for_float("PlacetTotal")

SEARCH_ATTRIBUTES = (
    ORDER_NUMBER,
    PHASE,
    CURRENCY,
    CUSTOMER_GROUP,
    BUSINESS_UNIT,
    RULE,
    ALARM,
    PENDING,
    DUE_AT,
    TOTAL,
)


def order_workflow_id(order_id: str) -> str:
    """One workflow for each commercetools order: a second start finds the first."""
    return f"order/{order_id}"


def provider_queue(provider: str) -> str:
    """Calls to a provider have a queue of their own, as those to commercetools have."""
    return f"placet-{provider}"


def inbound_workflow_id(provider: str, event_id: str) -> str:
    """One workflow for each event from outside, however often it is reported."""
    return f"inbound/{provider}/{event_id}"


RECONCILIATION_ID = "reconciliation"
"""The one workflow that reconciles, however it was asked for: one at a time."""


class OrderHint(Value):
    """What a message tells about an order before it has been read: for the lists, never as evidence."""

    order_number: str | None = None
    total: Money | None = None
    business_unit: str | None = None


def start_attributes(hint: OrderHint) -> TypedSearchAttributes:
    """The search attributes that can be set at start, which costs no action of its own."""
    pairs: list[SearchAttributePair[str] | SearchAttributePair[float]] = [
        SearchAttributePair(PHASE, "routing")
    ]
    if hint.order_number:
        pairs.append(SearchAttributePair(ORDER_NUMBER, hint.order_number))
    if hint.business_unit:
        pairs.append(SearchAttributePair(BUSINESS_UNIT, hint.business_unit))
    if hint.total is not None:
        pairs.append(SearchAttributePair(CURRENCY, hint.total.currency_code))
        pairs.append(SearchAttributePair(TOTAL, float(hint.total.amount)))
    return TypedSearchAttributes(pairs)
