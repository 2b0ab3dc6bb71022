"""Values that several resources share: money, addresses, tax rates, item states, shipping details."""

from typing import Any

from sandbox.drafts import (
    INT64,
    Check,
    Fields,
    boolean,
    country,
    list_of,
    number,
    quantity,
    record,
    reference,
    text,
    whole,
)
from sandbox.errors import ApiError

# ISO 4217 currencies whose minor unit is not 1/100.
_DIGITS = dict.fromkeys(
    ("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"), 0
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)

_money_draft = record({"currencyCode": text(r"[A-Z]{3}"), "centAmount": whole()})


def cents(amount: int, currency: str) -> Fields:
    """CentPrecisionMoney. ApiError MoneyOverflow beyond 64 bits."""
    if abs(amount) > INT64:
        raise ApiError(400, "MoneyOverflow", "The amount does not fit into 64 bits.")
    digits = _DIGITS.get(currency, 2)
    return {"type": "centPrecision", "currencyCode": currency, "centAmount": amount, "fractionDigits": digits}


def money(value: Any, field: str) -> Fields:
    """Money as a draft writes it, read as CentPrecisionMoney."""
    given = _money_draft(value, field)
    return cents(given["centAmount"], given["currencyCode"])


_ADDRESS_TEXTS = (
    "id",
    "key",
    "title",
    "salutation",
    "firstName",
    "lastName",
    "streetName",
    "streetNumber",
    "additionalStreetInfo",
    "postalCode",
    "city",
    "region",
    "state",
    "company",
    "department",
    "building",
    "apartment",
    "pOBox",
    "phone",
    "mobile",
    "email",
    "fax",
    "additionalAddressInfo",
    "externalId",
)

address: Check = record({"country": country}, {name: text() for name in _ADDRESS_TEXTS})

tax_rate: Check = record(
    {"name": text(), "amount": number, "includedInPrice": boolean, "country": country},
    {
        "id": text(),
        "key": text(),
        "state": text(),
        "subRates": list_of(record({"name": text(), "amount": number})),
    },
)

tax_portion: Check = record({"rate": number, "amount": money}, {"name": text()})

taxed_price: Check = record(
    {"totalNet": money, "totalGross": money}, {"taxPortions": list_of(tax_portion), "totalTax": money}
)

item_state: Check = record({"quantity": quantity, "state": reference("state")})

shipping_details: Check = record(
    {
        "targets": list_of(
            record({"addressKey": text(), "quantity": quantity}, {"shippingMethodKey": text()}),
        )
    }
)

delivery_item: Check = record({"id": text(), "quantity": quantity})
