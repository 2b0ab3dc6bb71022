"""A logistic order as Fluent's `CreateOrderInput` and `CreateOrderAndCustomerInput` have it.

Prices are decimals in major units; an item's reference is the line item's id, so that two lines of one SKU stay two.
"""

from decimal import Decimal
from typing import Any

from domain.logistic_export import DeliveryKind, ExportedLine, LogisticOrderDraft
from domain.money import Money
from domain.order import Address

FINGERPRINT = "placetFingerprint"
"""The order attribute by which an export is known again."""
EXPORTED_QUANTITY = "placetQuantity"
"""The item attribute that keeps how many were exported, whatever becomes of the item's quantity."""
_TYPES = {DeliveryKind.HOME: "HD", DeliveryKind.COLLECT: "CC"}
# Fluent wants an address; RFC 2606 keeps this name for addresses that nobody has.
_NO_EMAIL = "unknown@placet.invalid"


def major_units(money: Money) -> float:
    """The amount as a JSON number. A float carries it only if what is written is the amount to the last digit.

    Raises:
        ValueError: the amount has more digits than Fluent's numbers hold.
    """
    number = float(money.amount)
    if Decimal(repr(number)) != money.amount:
        raise ValueError(f"an amount in {money.currency_code} has more digits than can be sent exactly")
    return number


def order_input(
    draft: LogisticOrderDraft, *, retailer_id: str, catalogue: str | None = None
) -> dict[str, Any]:
    """What both inputs share: everything but the customer."""
    return _given(
        ref=draft.ref,
        type=_TYPES[draft.delivery],
        retailer={"id": retailer_id},
        totalPrice=major_units(draft.total),
        totalTaxPrice=_amount(draft.total_tax),
        attributes=_attributes(draft),
        fulfilmentChoice=_choice(draft),
        items=[_item(line, draft.currency, catalogue) for line in draft.lines],
    )


def billing_address(draft: LogisticOrderDraft) -> dict[str, Any] | None:
    """The invoice address; only orders of customers who are there take one."""
    return _address(draft.billing_address) if draft.billing_address else None


def customer_input(draft: LogisticOrderDraft, *, retailer_id: str, timezone: str) -> dict[str, Any]:
    """A customer to be created with the order (`CreateCustomerInput`).

    A guest gets a user name of their own with each order, even if somebody has the same e-mail address
    [docs.fluentcommerce.com/building-blocks/connector-contract-create-order].
    """
    customer, address = draft.customer, draft.shipping_address or Address()
    return _given(
        username=customer.id or draft.ref,
        firstName=customer.first_name or address.first_name,
        lastName=customer.last_name or address.last_name,
        primaryEmail=customer.email or address.email or _NO_EMAIL,
        primaryPhone=customer.phone or address.phone or address.mobile,
        country=address.country,
        timezone=timezone,
        promotionOptIn=False,
        retailer={"id": retailer_id},
    )


def address_input(address: Address, ref: str) -> dict[str, Any]:
    """A delivery address (`CreateCustomerAddressInput`); `ref` names it where it has no key."""
    return {"ref": address.key or ref, **_address(address)}


def joined(*parts: str | None) -> str | None:
    """The parts that are there, with a space between them."""
    return " ".join(part.strip() for part in parts if part and part.strip()) or None


def _attributes(draft: LogisticOrderDraft) -> list[dict[str, Any]]:
    told = {
        FINGERPRINT: draft.fingerprint,
        "placetOrderId": draft.order_id,
        "placetOrderNumber": draft.order_number,
        "placetLocation": draft.location,
        "placetShippingMethod": draft.shipping_method,
        "placetPurchaseOrder": draft.purchase_order_number,
    }
    return [{"name": name, "type": "STRING", "value": value} for name, value in told.items() if value]


def _choice(draft: LogisticOrderDraft) -> dict[str, Any]:
    address = draft.shipping_address
    collects = draft.delivery is DeliveryKind.COLLECT
    return _given(
        currency=draft.currency,
        deliveryType=draft.service_level or "STANDARD",
        fulfilmentPrice=_amount(draft.shipping_price),
        fulfilmentTaxPrice=_amount(draft.shipping_tax),
        pickupLocationRef=(draft.pickup_location or draft.location) if collects else None,
        deliveryFirstName=address.first_name if address else None,
        deliveryLastName=address.last_name if address else None,
        deliveryContact=(address.phone or address.mobile) if address else None,
        deliveryEmail=(address.email or draft.customer.email) if address else None,
        deliveryAddress=address_input(address, f"{draft.ref}-delivery") if address else None,
    )


def _item(line: ExportedLine, currency: str, catalogue: str | None) -> dict[str, Any]:
    return _given(
        ref=line.id,
        productRef=line.sku or line.id,
        productCatalogueRef=catalogue,
        quantity=line.quantity,
        currency=currency,
        price=major_units(line.unit_price),
        paidPrice=major_units(line.unit_price),
        totalPrice=major_units(line.total),
        taxPrice=_amount(line.unit_tax),
        totalTaxPrice=_amount(line.total_tax),
        taxType=line.tax_type,
        attributes=[{"name": EXPORTED_QUANTITY, "type": "INTEGER", "value": line.quantity}],
    )


def _address(address: Address) -> dict[str, Any]:
    return _given(
        name=joined(address.first_name, address.last_name),
        companyName=joined(address.company, address.department),
        street=joined(address.street_name, address.street_number)
        or (f"PO box {address.po_box}" if address.po_box else None),
        street2=joined(
            address.building,
            address.apartment,
            address.additional_street_info,
            address.additional_address_info,
        ),
        city=address.city,
        state=address.state,
        region=address.region,
        postcode=address.postal_code,
        country=address.country,
        email=address.email,
    )


def _amount(money: Money | None) -> float | None:
    return None if money is None else major_units(money)


def _given(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value is not None}
