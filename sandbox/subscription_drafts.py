"""What a subscription may ask for, checked. Source: `types/subscription/` of the official RAML."""

import re
from typing import Any

from sandbox.errors import invalid_field, invalid_input, invalid_json, required_field
from sandbox.notifications import Body

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
EVENT_TYPE_IDS = ["checkout", "import-api"]
EVENT_TYPES = (
    "CheckoutOrderCreationFailed CheckoutPaymentAuthorizationCancelled CheckoutPaymentAuthorizationFailed "
    "CheckoutPaymentAuthorized CheckoutPaymentCancelAuthorizationFailed CheckoutPaymentCharged "
    "CheckoutPaymentChargeFailed CheckoutPaymentRefunded CheckoutPaymentRefundFailed ImportContainerCreated "
    "ImportContainerDeleted ImportOperationRejected ImportUnresolved ImportValidationFailed "
    "ImportWaitForMasterVariant"
).split()
_ALLOWED = {"messages": MESSAGE_TYPE_IDS, "changes": CHANGE_TYPE_IDS, "events": EVENT_TYPE_IDS}
_KEY = re.compile(r"[A-Za-z0-9_-]{2,256}")


def read_key(draft: Body) -> str | None:
    """The key of a draft or of a setKey action. Raises InvalidField or InvalidJsonInput."""
    key = draft.get("key")
    if key is None:
        return None
    if not isinstance(key, str):
        raise invalid_json("key: expected a string.")
    if not _KEY.fullmatch(key):
        raise invalid_field("key", key)
    return key


def read_wishes(draft: Body, name: str) -> list[Body]:
    """The `messages`, `changes` or `events` of a draft or of their set action; absent is an empty list.

    Raises RequiredField, InvalidField or InvalidJsonInput.
    """
    wishes = draft.get(name)
    if wishes is None:
        return []
    if not isinstance(wishes, list) or not all(isinstance(wish, dict) for wish in wishes):
        raise invalid_json(f"{name}: expected an array of objects.")
    return [_wish(wish, name) for wish in wishes]


def demand_some(resource: Body) -> None:
    """A subscription must want something. Raises InvalidInput."""
    if not any(resource[name] for name in _ALLOWED):
        raise invalid_input("At least one of 'messages', 'changes' and 'events' must be set.")


def read_format(draft: Body) -> Body:
    """The delivery format, Platform if none is given. Raises RequiredField, InvalidField or InvalidJsonInput."""
    given = draft.get("format")
    if given is None:
        return {"type": "Platform"}
    if not isinstance(given, dict):
        raise invalid_json("format: expected an object.")
    kind = given.get("type")
    if kind == "Platform":
        return {"type": "Platform"}
    if kind != "CloudEvents":
        raise invalid_field("format.type", kind, ["Platform", "CloudEvents"])
    version = given.get("cloudEventsVersion")
    if version is None:
        raise required_field("format.cloudEventsVersion")
    if version != "1.0":
        raise invalid_field("format.cloudEventsVersion", version, ["1.0"])
    return {"type": "CloudEvents", "cloudEventsVersion": "1.0"}


def _wish(wish: Body, name: str) -> Body:
    type_id = wish.get("resourceTypeId")
    if type_id is None:
        raise required_field(f"{name}.resourceTypeId")
    if type_id not in _ALLOWED[name]:
        raise invalid_field(f"{name}.resourceTypeId", type_id, list(_ALLOWED[name]))
    if name == "changes":
        return {"resourceTypeId": type_id}
    types: Any = wish.get("types")
    if types is None:
        return {"resourceTypeId": type_id, "types": []}
    if not isinstance(types, list) or not all(isinstance(text, str) for text in types):
        raise invalid_json(f"{name}.types: expected an array of strings.")
    if name == "events" and (unknown := [text for text in types if text not in EVENT_TYPES]):
        raise invalid_field(f"{name}.types", unknown[0], list(EVENT_TYPES))
    return {"resourceTypeId": type_id, "types": types}
