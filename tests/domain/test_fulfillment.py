"""The hand-over's reference is a key that commercetools takes, and never two orders' own."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.fulfillment import FulfillmentEvent, FulfillmentStatus, Tracking, logistic_order_ref
from tests.domain.cast import MONDAY

ORDER_ID = "7c2e9f5a-3a63-4a7c-8d2f-1f2f4f0f9d11"
KEY = re.compile(r"[-_~.a-zA-Z0-9]{1,256}")
patient = settings(deadline=None)


def test_the_order_number_is_the_name() -> None:
    """Counted from one, also for a single one."""
    assert logistic_order_ref("SO-1001", ORDER_ID) == "SO-1001-1"
    assert logistic_order_ref("SO-1001", ORDER_ID, 2) == "SO-1001-2"
    assert logistic_order_ref("a_b.c~d-e", ORDER_ID) == "a_b.c~d-e-1"


@pytest.mark.parametrize("number", [None, "", "SO 1001", "SO/1001", "Ä-1", "SO-1001\n", "x" * 201])
def test_the_order_id_stands_in(number: str | None) -> None:
    """Where there is no order number, or one that could not be a key."""
    assert logistic_order_ref(number, ORDER_ID) == f"{ORDER_ID}-1"


def test_the_longest_order_number_still_fits() -> None:
    """Two hundred characters leave room for the count."""
    assert logistic_order_ref("x" * 200, ORDER_ID) == "x" * 200 + "-1"


@patient
@given(st.none() | st.text(max_size=210), st.integers(1, 10**6))
def test_a_reference_is_always_a_key(number: str | None, n: int) -> None:
    """commercetools: the key of a custom object has 1 to 256 of these characters."""
    assert KEY.fullmatch(logistic_order_ref(number, ORDER_ID, n))


numbers = st.text("ab-1", min_size=1, max_size=6)


@patient
@given(numbers, numbers, st.integers(1, 20), st.integers(1, 20))
def test_two_orders_never_share_a_reference(one: str, other: str, n: int, m: int) -> None:
    """Also where an order number looks like the reference of another order."""
    same = logistic_order_ref(one, "id-1", n) == logistic_order_ref(other, "id-2", m)
    assert same == ((one, n) == (other, m))


@pytest.mark.parametrize("field", ["event_id", "ref", "status", "occurred_at"])
def test_an_event_says_what_it_is(field: str) -> None:
    """Without its id, reference, status or time nothing can be done with it."""
    event = {"event_id": "e-1", "ref": "SO-1-1", "status": "shipped", "occurred_at": MONDAY}
    assert FulfillmentEvent.model_validate(event).status is FulfillmentStatus.SHIPPED
    del event[field]
    with pytest.raises(ValidationError):
        FulfillmentEvent.model_validate(event)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("status", "teleported"),
        ("occurred_at", "2026-01-05T09:00:00"),
        ("items", [{"lineItemId": "l", "quantity": -1}]),
        ("event_id", "has space"),
    ],
)
def test_an_event_with_something_odd_is_refused(field: str, wrong: object) -> None:
    """An unknown status, a time without a zone, less than nothing shipped."""
    event = {"event_id": "e-1", "ref": "SO-1-1", "status": "shipped", "occurred_at": MONDAY, field: wrong}
    with pytest.raises(ValidationError):
        FulfillmentEvent.model_validate(event)


def test_what_else_an_event_says_is_passed_over() -> None:
    """A fulfilment system may say more than we read."""
    event = {"event_id": "e-1", "ref": "SO-1-1", "status": "shipped", "occurred_at": MONDAY, "carrier": "DHL"}
    assert FulfillmentEvent.model_validate(event).status is FulfillmentStatus.SHIPPED


def test_an_event_may_say_where_the_parcel_is_and_why_something_happened() -> None:
    """Parcel, tracking, instants, place and reason are optional; an unknown field of the tracking is passed over."""
    bare = {"eventId": "e-1", "ref": "SO-1-1", "status": "shipped", "occurredAt": MONDAY.isoformat()}
    event = FulfillmentEvent.model_validate(bare)
    assert (event.parcel_ref, event.tracking, event.shipped_at, event.location) == (None, None, None, None)
    assert (event.reason_code, event.return_ref, event.request_ref) == (None, None, None)
    told = {
        "parcelRef": "p-1",
        "tracking": {
            "trackingId": "T1",
            "carrier": "DHL",
            "service": "express",
            "url": "https://t/1",
            "x": 1,
        },
        "shippedAt": MONDAY.isoformat(),
        "location": "berlin",
        "reasonCode": "damaged",
    }
    event = FulfillmentEvent.model_validate({**bare, **told})
    assert event.tracking == Tracking(tracking_id="T1", carrier="DHL", service="express", url="https://t/1")
    assert (event.parcel_ref, event.location, event.reason_code) == ("p-1", "berlin", "damaged")
    assert event.shipped_at == MONDAY
