"""Logistic orders to export, with names and addresses that can be searched for."""

from typing import Any

from domain.logistic_export import ExportedCustomer, ExportedLine, LogisticOrderDraft
from domain.money import Money
from domain.order import Address

PERSONAL = ("buyer@acme.example", "Invalidenstr", "Lovelace", "+49 30")
"""What must be in no error."""
REF = "ON-1001-1"


def eur(cents: int) -> Money:
    """So many cents."""
    return Money(cent_amount=cents, currency_code="EUR")


def line(line_id: str, quantity: int = 2, **changed: Any) -> ExportedLine:
    """A line of pumps at EUR 62.55."""
    fields = {"sku": "PUMP-9", "name": "Pump", "unit_price": eur(6_255), "total": eur(6_255 * quantity)}
    return ExportedLine(id=line_id, quantity=quantity, **{**fields, **changed})


def draft(ref: str = REF, **changed: Any) -> LogisticOrderDraft:
    """Two lines of one SKU, for a guest with an address in Berlin."""
    lines = changed.pop("lines", (line("line-1", 2), line("line-2", 3)))
    return LogisticOrderDraft(
        **{
            "ref": ref,
            "order_id": "2b7f",
            "order_number": "ON-1001",
            "revision": 1,
            "digest": "d" * 64,
            "currency": "EUR",
            "lines": lines,
            "total": eur(sum(one.total.cent_amount for one in lines)),
            "location": "berlin",
            "shipping_address": Address(
                first_name="Ada",
                last_name="Lovelace",
                company="Acme",
                street_name="Invalidenstr",
                street_number="12",
                postal_code="10115",
                city="Berlin",
                country="DE",
                phone="+49 30 1",
            ),
            "customer": ExportedCustomer(email="buyer@acme.example", first_name="Ada", last_name="Lovelace"),
            **changed,
        }
    )
