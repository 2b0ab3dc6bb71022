"""What a subscription may ask for, checked, and its update actions. Source: `types/subscription/` of the official RAML."""

from typing import Any

from sandbox.destinations import destination
from sandbox.drafts import Check, Fields, list_of, one_of, record, text
from sandbox.drafts import key as key_of
from sandbox.errors import invalid_input
from sandbox.store import Resource, Transaction
from sandbox.updates import Action, Apply, Effect, action, set_or_remove

MESSAGE_TYPE_IDS = (
    "approval-flow approval-rule associate-role business-unit category customer customer-email-token "
    "customer-group customer-password-token inventory-entry order payment product product-selection "
    "product-tailoring quote quote-request review shopping-list staged-quote standalone-price store"
).split()
CHANGE_TYPE_IDS = (
    "approval-flow approval-rule associate-role attribute-group business-unit cart cart-discount category channel "
    "customer customer-email-token customer-group customer-password-token discount-code discount-group extension "
    "inventory-entry key-value-document order order-edit payment product product-discount product-selection "
    "product-tailoring product-type quote quote-request recurrence-policy recurring-order review shipping-method "
    "shopping-list staged-quote standalone-price state store subscription tax-category type zone"
).split()
EVENT_TYPES = (
    "CheckoutOrderCreationFailed CheckoutPaymentAuthorizationCancelled CheckoutPaymentAuthorizationFailed "
    "CheckoutPaymentAuthorized CheckoutPaymentCancelAuthorizationFailed CheckoutPaymentCharged "
    "CheckoutPaymentChargeFailed CheckoutPaymentRefunded CheckoutPaymentRefundFailed ImportContainerCreated "
    "ImportContainerDeleted ImportOperationRejected ImportUnresolved ImportValidationFailed "
    "ImportWaitForMasterVariant"
).split()


def _wishes(type_ids: list[str], types: Check | None) -> Check:
    """An array of wishes; those that can name types always carry the array, empty for all of them."""
    one = record({"resourceTypeId": one_of(*type_ids)}, {} if types is None else {"types": list_of(types)})
    several = list_of(one)

    def check(value: Any, field: str) -> list[Fields]:
        read: list[Fields] = several(value, field)
        return read if types is None else [{"types": [], **wish} for wish in read]

    return check


def delivery_format(value: Any, field: str) -> Fields:
    """`{"type": "Platform"}` or `{"type": "CloudEvents", "cloudEventsVersion": "1.0"}`."""
    named: Fields = record({"type": one_of("Platform", "CloudEvents")})(value, field)
    if named["type"] == "CloudEvents":
        named |= record({"cloudEventsVersion": one_of("1.0")})(value, field)
    return named


_WISHES = {
    "messages": _wishes(MESSAGE_TYPE_IDS, text()),
    "changes": _wishes(CHANGE_TYPE_IDS, None),
    "events": _wishes(["checkout", "import-api"], one_of(*EVENT_TYPES)),
}
_draft = record({"destination": destination}, {"key": key_of, "format": delivery_format, **_WISHES})


def read_draft(draft: Any) -> Fields:
    """A SubscriptionDraft with everything that a Subscription has and the draft may leave out.

    ApiError: RequiredField, InvalidField, InvalidJsonInput; InvalidInput if it asks for nothing.
    """
    defaults: Fields = {"format": {"type": "Platform"}, **{name: [] for name in _WISHES}}
    whole: Fields = defaults | _draft(draft, "")
    _demand_some(whole)
    return whole


def _demand_some(subscription: Fields) -> None:
    if not any(subscription[name] for name in _WISHES):
        raise invalid_input("At least one of 'messages', 'changes' and 'events' must be set.")


def _set_key(_tx: Transaction, subscription: Resource, given: Fields) -> Effect:
    return [] if set_or_remove(subscription, "key", given.get("key")) else None


def _set_wishes(name: str) -> Apply:
    def apply(_tx: Transaction, subscription: Resource, given: Fields) -> Effect:
        changed = set_or_remove(subscription, name, given.get(name, []))
        _demand_some(subscription)
        return [] if changed else None

    return apply


def _change_destination(_tx: Transaction, subscription: Resource, given: Fields) -> Effect:
    return [] if set_or_remove(subscription, "destination", given["destination"]) else None


ACTIONS: dict[str, Action] = {
    "setKey": action(_set_key, optional={"key": key_of}),
    "setMessages": action(_set_wishes("messages"), optional={"messages": _WISHES["messages"]}),
    "setChanges": action(_set_wishes("changes"), optional={"changes": _WISHES["changes"]}),
    "setEvents": action(_set_wishes("events"), optional={"events": _WISHES["events"]}),
    "changeDestination": action(_change_destination, {"destination": destination}),
}
