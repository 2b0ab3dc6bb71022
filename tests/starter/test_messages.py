"""Each kind of notification is classified as documented; nothing else than a MessageError comes out of any JSON."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import parse_money
from starter.messages import ENTERS, WITHOUT_EFFECT, Heed, Instruction, MessageError, classify
from workflows.names import start_attributes

PROJECT, OURS = "acme", "placet-client"


def message(kind: str | None, **fields: Any) -> dict[str, Any]:
    """A message about an order, as a subscription delivers it."""
    return {
        "notificationType": "Message",
        "projectKey": PROJECT,
        "id": "m-1",
        "version": 1,
        "sequenceNumber": 3,
        "resource": {"typeId": "order", "id": "2b7f"},
        "resourceVersion": 4,
        "resourceUserProvidedIdentifiers": {"orderNumber": "ON-1"},
        **({} if kind is None else {"type": kind}),
        "createdAt": "2026-03-01T10:05:00.000Z",
        "lastModifiedAt": "2026-03-01T10:05:00.000Z",
        "lastModifiedBy": {"clientId": "shop", "isPlatformClient": False},
        **fields,
    }


def change(kind: str, **fields: Any) -> dict[str, Any]:
    """A change notification about an order."""
    return {
        "notificationType": kind,
        "projectKey": PROJECT,
        "resource": {"typeId": "order", "id": "2b7f"},
        "version": 5,
        "modifiedAt": "2026-03-01T10:05:00.000Z",
        **fields,
    }


def read(document: object) -> Instruction:
    """As the edge of the project `acme` reads it."""
    return classify(document, PROJECT, OURS)


# Every message type about orders that the message reference lists, and some that it only has in the interface.
STARTS = "OrderCreated OrderImported OrderCreatedFromRecurringOrder".split()
TELLS = """
    OrderStateChanged OrderEditApplied OrderDeleted OrderCustomerSet OrderStoreSet OrderBusinessUnitSet
    OrderPurchaseOrderNumberSet OrderBillingAddressSet OrderShippingAddressSet OrderCustomerEmailSet
    OrderCustomerGroupSet OrderLineItemAdded OrderLineItemRemoved OrderLineItemDiscountSet
    OrderLineItemDistributionChannelSet OrderCustomLineItemAdded OrderCustomLineItemRemoved
    OrderCustomLineItemDiscountSet OrderCustomLineItemQuantityChanged OrderDiscountCodeAdded OrderDiscountCodeRemoved
    OrderDiscountCodeStateSet OrderShippingInfoSet OrderShippingRateInputSet ReturnInfoAdded ReturnInfoSet
    OrderPaymentStateChanged SomethingWhollyNew
""".split()
IGNORED = """
    OrderShipmentStateChanged OrderReturnShipmentStateChanged
    DeliveryAdded DeliveryRemoved DeliveryItemsUpdated DeliveryAddressSet ParcelAddedToDelivery
    ParcelRemovedFromDelivery ParcelMeasurementsUpdated ParcelTrackingDataUpdated ParcelItemsUpdated
    LineItemStateTransition CustomLineItemStateTransition OrderCustomFieldAdded OrderCustomFieldChanged
    OrderCustomFieldRemoved OrderCustomTypeSet OrderCustomTypeRemoved OrderPaymentAdded OrderPaymentRemoved
    OrderEstimatedDeliverySet
""".split()


@pytest.mark.parametrize(
    ("kind", "heed"),
    [
        *((kind, Heed.START) for kind in STARTS),
        ("OrderStateTransition", Heed.TELL_OR_START),
        *((kind, Heed.TELL) for kind in TELLS),
        *((kind, Heed.IGNORE) for kind in IGNORED),
    ],
)
def test_each_message_about_an_order(kind: str, heed: Heed) -> None:
    """New orders start, transitions tell or start, changes of content or state tell, the rest has no effect."""
    found = read(message(kind))
    assert found.heed is heed
    assert found.order_id == "2b7f"
    assert found.change is not None
    assert (found.change.message_id, found.change.type) == ("m-1", kind)
    assert (found.change.sequence_number, found.change.resource_version, found.change.by) == (3, 4, "shop")


def test_no_type_is_both_without_effect_and_the_start_of_an_order() -> None:
    """Otherwise an order could be overlooked."""
    assert not WITHOUT_EFFECT & ENTERS


@pytest.mark.parametrize(
    ("kind", "heed"),
    [
        ("OrderStateTransition", Heed.ECHO),
        ("OrderStateChanged", Heed.ECHO),
        ("ReturnInfoAdded", Heed.ECHO),
        ("OrderPaymentStateChanged", Heed.ECHO),
        ("OrderCreated", Heed.START),
        ("OrderImported", Heed.START),
        ("OrderCreatedFromRecurringOrder", Heed.START),
        ("OrderEditApplied", Heed.TELL),
    ],
)
def test_our_own_doing_ends_here_but_a_new_order_is_one_whoever_made_it(kind: str, heed: Heed) -> None:
    """An echo is what Placet itself causes, by its own client."""
    assert read(message(kind, lastModifiedBy={"clientId": OURS})).heed is heed


@pytest.mark.parametrize(("kind", "only"), [("OrderPaymentStateChanged", True), ("OrderEditApplied", False)])
def test_a_payment_is_told_as_what_no_approval_depends_on(kind: str, only: bool) -> None:
    """So that an order that waits is not read again for it."""
    change_ = read(message(kind)).change
    assert change_ is not None
    assert change_.payment_only is only


@pytest.mark.parametrize("by", [None, {}, {"externalUserId": OURS}, {"clientId": None}])
def test_a_message_that_does_not_say_who_did_it_is_no_echo(by: object) -> None:
    """Any doubt makes the workflow look."""
    assert read(message("OrderStateTransition", lastModifiedBy=by)).heed is Heed.TELL_OR_START


@pytest.mark.parametrize(
    ("kind", "heed"),
    [("ResourceCreated", Heed.START), ("ResourceUpdated", Heed.TELL), ("ResourceDeleted", Heed.TELL)],
)
def test_change_notifications_about_an_order_count_too(kind: str, heed: Heed) -> None:
    """They name no message, so their id is made of what they say."""
    found = read(change(kind))
    assert found.heed is heed
    assert found.change is not None
    assert (found.change.message_id, found.change.resource_version) == (f"{kind}/2b7f/5", 5)


@pytest.mark.parametrize(
    "document",
    [
        change("ResourceCreated", resource={"typeId": "subscription", "id": "s-1"}),
        change("ResourceUpdated", resource={"typeId": "state", "id": "s-1"}),
        message("ApprovalFlowApproved", resource={"typeId": "approval-flow", "id": "f-1"}),
        message("QuoteStateChanged", resource={"typeId": "quote", "id": "q-1"}),
        {
            "notificationType": "Event",
            "projectKey": PROJECT,
            "id": "e-1",
            "type": "ImportContainerCreated",
            "resourceType": "import-api",
            "data": {},
        },
    ],
)
def test_what_is_not_about_an_order_is_accepted_and_ignored(document: dict[str, Any]) -> None:
    """Among them the notification by which commercetools tests a new subscription."""
    assert read(document).heed is Heed.IGNORE


def test_a_cloud_event_carries_the_same() -> None:
    """Structured mode, version 1.0."""
    body = message("OrderStateTransition")
    event = {
        "specversion": "1.0",
        "id": "m-1",
        "type": "com.commercetools.order.message.OrderStateTransition",
        "source": "/acme/orders",
        "subject": "2b7f",
        "time": "2026-03-01T10:05:00.000Z",
        "sequence": "3",
        "sequencetype": "Integer",
        "data": body,
    }
    assert read(event) == read(body)
    with pytest.raises(MessageError, match=r"only CloudEvents 1\.0"):
        read({**event, "specversion": "0.3"})


def test_a_message_without_its_payload_has_to_be_fetched() -> None:
    """Its type is missing then, as are the fields of the type."""
    body = message(None, payloadNotIncluded={"reason": "Payload too large.", "payloadType": "OrderCreated"})
    assert read(body).heed is Heed.FETCH


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], ""),
        ("text", ""),
        ({}, "notificationType"),
        ({**message("OrderCreated"), "notificationType": 1}, "notificationType"),
        ({**message("OrderCreated"), "notificationType": "Telegram"}, "notificationType"),
        ({**message("OrderCreated"), "projectKey": "somebody-else"}, "projectKey"),
        ({**message("OrderCreated"), "resource": None}, "resource"),
        ({**message("OrderCreated"), "resource": {"typeId": "order"}}, "resource.id"),
        ({**message("OrderCreated"), "resource": {"typeId": "order", "id": "../orders"}}, "resource.id"),
        ({**message("OrderCreated"), "resource": {"typeId": "order", "id": "a\n"}}, "resource.id"),
        ({**message("OrderCreated"), "id": ""}, "id"),
        ({**message("OrderCreated"), "sequenceNumber": "3"}, "sequenceNumber"),
        ({**message("OrderCreated"), "sequenceNumber": True}, "sequenceNumber"),
        (message(None), "type"),
        ({"specversion": "1.0"}, "data"),
        ({"specversion": "1.0", "data": "text"}, "data"),
        (change("ResourceCreated", resource={"typeId": "order", "id": ""}), "resource.id"),
    ],
)
def test_what_cannot_be_read_names_the_field(document: object, field: str) -> None:
    """In the names of the document."""
    with pytest.raises(MessageError) as refused:
        read(document)
    assert refused.value.field == field


def test_the_lists_get_a_hint_from_a_new_order() -> None:
    """Number, total and business unit, so that they can be set with the start."""
    price = {"type": "centPrecision", "currencyCode": "JPY", "centAmount": 500, "fractionDigits": 0}
    order = {
        "orderNumber": "ON-7",
        "totalPrice": price,
        "businessUnit": {"typeId": "business-unit", "key": "bu-1"},
    }
    hint = read(message("OrderCreated", order=order)).hint
    assert (hint.order_number, hint.total, hint.business_unit) == ("ON-7", parse_money("JPY 500"), "bu-1")
    assert read(message("OrderStateTransition")).hint.order_number == "ON-1"


@pytest.mark.parametrize(
    "order",
    [
        None,
        [],
        {"orderNumber": "x" * 256, "businessUnit": "bu"},
        {"orderNumber": "a\x00b", "totalPrice": {"centAmount": 10**40, "currencyCode": "EUR"}},
        {"orderNumber": 7, "totalPrice": {"centAmount": True, "currencyCode": "EUR"}},
        {"orderNumber": "", "totalPrice": {"centAmount": 1, "currencyCode": "euro"}},
    ],
)
def test_a_hint_that_cannot_be_read_is_no_hint(order: object) -> None:
    """It must not stand between an order and its approval."""
    hint = read(message("OrderCreated", order=order, resourceUserProvidedIdentifiers=None)).hint
    assert (hint.order_number, hint.total, hint.business_unit) == (None, None, None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def classified(document: object) -> None:
    """Either an instruction whose search attributes can be written, or a MessageError."""
    try:
        found = read(document)
    except MessageError:
        return
    start_attributes(found.hint)
    assert found.heed is Heed.IGNORE or (found.order_id is not None and found.change is not None)


@given(JSON)
def test_no_json_document_breaks_the_reading(document: object) -> None:
    """Whatever is posted ends as an instruction or as our own typed error."""
    classified(document)


@given(st.sampled_from(sorted(message("OrderCreated", order={}, payloadNotIncluded=None))), JSON)
def test_no_value_in_any_field_of_a_message_breaks_the_reading(field: str, value: object) -> None:
    """The same, close to what is really sent."""
    classified({**message("OrderCreated"), field: value})


@given(st.sampled_from(["orderNumber", "totalPrice", "businessUnit"]), JSON)
def test_no_value_in_an_order_breaks_the_reading(field: str, value: object) -> None:
    """The hint is taken from inside of what somebody sent."""
    classified(message("OrderCreated", order={field: value}))


@given(st.dictionaries(st.sampled_from(["centAmount", "currencyCode", "fractionDigits", "type"]), JSON))
def test_no_price_breaks_the_reading(price: object) -> None:
    """Nor does a price that is none."""
    classified(message("OrderCreated", order={"totalPrice": price}))
