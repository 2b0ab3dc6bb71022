"""A logistic order as Fluent's inputs have it: exact prices, one item for each line, names as people write them."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.fluent.drafts import billing_address, customer_input, major_units, order_input
from domain.logistic_export import DeliveryKind, ExportedCustomer
from domain.money import Money
from domain.order import Address
from tests.providers.drafts import REF, draft, eur, line


def test_an_order_has_what_fluent_requires() -> None:
    """References, type, retailer, totals in major units, and where from."""
    told = order_input(draft(total_tax=eur(5_001)), retailer_id="7", catalogue="DEFAULT:7")
    assert (told["ref"], told["type"], told["retailer"]) == (REF, "HD", {"id": "7"})
    assert (told["totalPrice"], told["totalTaxPrice"]) == (312.75, 50.01)
    attributes = {one["name"]: one["value"] for one in told["attributes"]}
    assert attributes["placetFingerprint"] == draft(total_tax=eur(5_001)).fingerprint
    assert (attributes["placetOrderId"], attributes["placetLocation"]) == ("2b7f", "berlin")


def test_two_lines_of_one_sku_stay_two_items() -> None:
    """An item's reference is the line item's id, its product the SKU."""
    items = order_input(draft(), retailer_id="7")["items"]
    assert [(one["ref"], one["productRef"], one["quantity"]) for one in items] == [
        ("line-1", "PUMP-9", 2),
        ("line-2", "PUMP-9", 3),
    ]
    assert items[0]["attributes"] == [{"name": "placetQuantity", "type": "INTEGER", "value": 2}]
    assert "productCatalogueRef" not in items[0]


def test_a_line_has_its_prices_and_taxes() -> None:
    """Unit and total, each with its tax; no tax known is no tax told."""
    taxed = line("line-1", 2, unit_tax=eur(1_188), total_tax=eur(2_376), tax_type="VAT")
    item, plain = order_input(draft(lines=(taxed, line("line-2"))), retailer_id="7", catalogue="C")["items"]
    assert (item["price"], item["totalPrice"], item["currency"]) == (62.55, 125.1, "EUR")
    assert (item["taxPrice"], item["totalTaxPrice"], item["taxType"]) == (11.88, 23.76, "VAT")
    assert item["productCatalogueRef"] == "C"
    assert not {"taxPrice", "totalTaxPrice", "taxType"} & plain.keys()


def test_it_is_brought_home() -> None:
    """The delivery address in Fluent's fields, first and last name with a space between."""
    choice = order_input(draft(shipping_price=eur(490)), retailer_id="7")["fulfilmentChoice"]
    assert (choice["deliveryType"], choice["fulfilmentPrice"]) == ("STANDARD", 4.9)
    assert choice["deliveryAddress"] == {
        "ref": f"{REF}-delivery",
        "name": "Ada Lovelace",
        "companyName": "Acme",
        "street": "Invalidenstr 12",
        "city": "Berlin",
        "postcode": "10115",
        "country": "DE",
    }
    assert "pickupLocationRef" not in choice


def test_it_is_collected() -> None:
    """Click and collect names the place, and the service level is the delivery type."""
    collected = draft(delivery=DeliveryKind.COLLECT, pickup_location="store-3", service_level="EXPRESS")
    told = order_input(collected, retailer_id="7")
    assert told["type"] == "CC"
    assert told["fulfilmentChoice"]["pickupLocationRef"] == "store-3"
    assert told["fulfilmentChoice"]["deliveryType"] == "EXPRESS"


@pytest.mark.parametrize(
    ("address", "name", "street"),
    [
        (Address(last_name="Lovelace"), "Lovelace", None),
        (Address(first_name=" Ada ", last_name=""), "Ada", None),
        (Address(po_box="12"), None, "PO box 12"),
    ],
)
def test_parts_that_are_missing_leave_no_gaps(address: Address, name: str | None, street: str | None) -> None:
    """No leading or double spaces, and nothing made up."""
    choice = order_input(draft(shipping_address=address), retailer_id="7")["fulfilmentChoice"]
    told = choice["deliveryAddress"]
    assert (told.get("name"), told.get("street")) == (name, street)


def test_a_guest_is_somebody_of_their_own() -> None:
    """Their user name is the order's reference, whoever else has their e-mail address."""
    told = customer_input(draft(), retailer_id="7", timezone="Europe/Berlin")
    assert (told["username"], told["primaryEmail"]) == (REF, "buyer@acme.example")
    assert (told["timezone"], told["promotionOptIn"], told["country"]) == ("Europe/Berlin", False, "DE")
    known = draft(customer=ExportedCustomer(id="customer-9"), shipping_address=None)
    told = customer_input(known, retailer_id="7", timezone="UTC")
    assert (told["username"], told["primaryEmail"]) == ("customer-9", "unknown@placet.invalid")


def test_a_billing_address_has_no_reference() -> None:
    """Its input has no such field."""
    told = billing_address(draft(billing_address=Address(city="Berlin")))
    assert told == {"city": "Berlin"}
    assert billing_address(draft()) is None


@given(
    st.integers(-(10**14), 10**14),
    st.sampled_from([("EUR", 2), ("JPY", 0), ("BHD", 3), ("CLF", 4)]),
)
def test_prices_are_exact(minor: int, currency: tuple[str, int]) -> None:
    """What is written as JSON is the amount to the last digit."""
    money = Money(cent_amount=minor, currency_code=currency[0])
    written = json.dumps(major_units(money))
    assert Decimal(written) == Decimal(minor).scaleb(-currency[1])


def test_an_amount_that_cannot_be_written_is_refused() -> None:
    """Rather than a cent off."""
    with pytest.raises(ValueError, match="more digits"):
        major_units(eur(2**53 * 100 + 1))
