"""Of which product types an order's lines are: facts beside the content, read with it, that do not travel."""

import pytest

from clients.projections import order_from_json
from domain.order import Order, ProductType
from tests.clients.documents import custom_line_item, line_item, order


def of_type(type_id: str, key: str | None = None, line: str = "li1") -> dict[str, object]:
    """A line item of a product type, which is expanded if its key is given."""
    expanded = {"obj": {"id": type_id, "version": 1, "key": key, "name": "n"}} if key else {}
    return line_item(id=line, productType={"typeId": "product-type", "id": type_id, **expanded})


@pytest.mark.parametrize(
    ("lines", "types"),
    [
        ([], ()),
        ([of_type("a")], (ProductType(id="a"),)),
        ([of_type("a", "acids")], (ProductType(id="a", key="acids"),)),
        ([of_type("a"), of_type("b", line="li2"), of_type("a", line="li3")], (ProductType(id="a"), ProductType(id="b"))),
        ([of_type("a"), line_item(id="li2")], None),
    ],
)  # fmt: skip
def test_the_types_of_the_lines(lines: list[object], types: tuple[ProductType, ...] | None) -> None:
    """Each once, with its key where it is expanded; custom line items have none; unknown if a line does not say."""
    read = order_from_json(order(lineItems=lines, customLineItems=[custom_line_item()]))
    assert read.product_types == types


def test_types_are_no_content_and_do_not_travel() -> None:
    """The digest is that of an order without them, and nothing of them is written; who reads that knows nothing."""
    typed, plain = (order_from_json(order(lineItems=[line])) for line in (of_type("a", "acids"), line_item()))
    assert typed.content.digest == plain.content.digest
    assert "acids" not in typed.model_dump_json()
    assert Order.model_validate_json(typed.model_dump_json()).product_types is None
