"""Where the parts of an order go, as read from commercetools."""

from clients.projections import order_from_json
from domain.money import Money
from domain.order import Address, Shipping, ShippingTarget
from tests.clients.documents import line_item, order


def test_where_each_part_of_an_order_goes_is_read() -> None:
    """Several shippings, item addresses, targets of lines and the gross total are part of the content."""
    money = {"type": "centPrecision", "currencyCode": "EUR", "centAmount": 500, "fractionDigits": 2}
    target = {"addressKey": "plant-2", "quantity": 1, "shippingMethodKey": "s-1"}
    document = order(
        taxedPrice={"totalNet": money, "totalGross": money, "taxPortions": []},
        itemShippingAddresses=[{"key": "plant-2", "country": "FR", "additionalAddressInfo": "gate 3"}],
        shipping=[
            {
                "shippingKey": "s-1",
                "shippingInfo": {"shippingMethodName": "Express", "price": money, "shippingRate": {}},
                "shippingAddress": {"country": "FR"},
            }
        ],
        lineItems=[line_item() | {"shippingDetails": {"targets": [target], "valid": True}}],
    )
    content, price = order_from_json(document).content, Money(cent_amount=500, currency_code="EUR")
    assert content.total_gross == price
    assert content.item_shipping_addresses == (
        Address(key="plant-2", country="FR", additional_address_info="gate 3"),
    )
    address = Address(country="FR")
    assert content.shippings == (Shipping(key="s-1", method="Express", price=price, address=address),)
    assert content.lines[0].targets == (
        ShippingTarget(address_key="plant-2", quantity=1, shipping_method_key="s-1"),
    )
