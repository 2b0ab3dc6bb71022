"""The fields of the official GraphQL types whose values have another name or shape in REST."""

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.requests import Call
from sandbox.store import Resource

# The call, the resource and the field's arguments -> the field's value.
Reading = Callable[..., Any]

# A message type of REST whose payload type is called otherwise in GraphQL.
PAYLOAD_TYPES = {"OrderPurchaseOrderNumberSet": "PurchaseOrderNumberSet"}


def _line_items(_call: Call, order: Resource, id: str | None = None) -> list[Resource]:  # noqa: A002 - the official argument's name
    items: list[Resource] = order.get("lineItems", [])
    return [item for item in items if id is None or item["id"] == id]


def _custom_fields(
    _call: Call,
    custom: Resource,
    includeNames: Sequence[str] | None = None,  # noqa: N803 - the official argument's name
    excludeNames: Sequence[str] | None = None,  # noqa: N803 - the official argument's name
) -> list[Resource]:
    return [
        {"name": name, "value": value}
        for name, value in custom.get("fields", {}).items()
        if (includeNames is None or name in includeNames) and name not in (excludeNames or ())
    ]


def _key_of(name: str) -> Reading:
    """A KeyReferenceInput is the plain key."""

    def reading(_call: Call, source: Resource) -> str | None:
        reference = source.get(name)
        return None if reference is None else reference["key"]

    return reading


def _field(name: str) -> Reading:
    return lambda _call, source: source.get(name)


EXCEPTIONS: dict[tuple[str, str], Reading] = {
    ("Order", "lineItems"): _line_items,
    ("Order", "lastMessageSequenceNumber"): lambda call, order: call.store.last_sequence(
        "order", order["id"]
    ),
    ("CustomFieldsType", "customFieldsRaw"): _custom_fields,
    ("PaymentInfo", "paymentRefs"): _field("payments"),
    ("Order", "refusedGiftsRefs"): lambda _call, order: order.get("refusedGifts", []),
    ("Message", "payload"): lambda _call, message: message,
    ("Message", "userProvidedIdentifiers"): _field("resourceUserProvidedIdentifiers"),
    ("OrderStateChanged", "orderId"): lambda _call, message: message["resource"]["id"],
    # REST's message carries the whole Order Edit
    ("OrderEditApplied", "editRef"): lambda _call, message: {
        "typeId": "order-edit",
        "id": message["edit"]["id"],
    },
    ("OrderBusinessUnitSet", "businessUnit"): _key_of("businessUnit"),
    ("OrderBusinessUnitSet", "oldBusinessUnit"): _key_of("oldbusinessUnit"),  # sic, on the wire
}
