"""From approved content and its split to what each provider is given, with amounts that add up to the order's."""

from collections.abc import Mapping, Sequence

from domain.logistic_export import ExportedCustomer, ExportedLine, LogisticOrderDraft, share_of
from domain.logistic_order import LogisticOrder
from domain.money import Money
from domain.order import Address, Line, OrderContent, ShippingTarget
from domain.value import Value


class Approved(Value):
    """The content that was approved, pinned."""

    order_id: str
    order_number: str | None = None
    revision: int
    digest: str
    content: OrderContent


def drafts_of(approved: Approved, orders: Sequence[LogisticOrder]) -> dict[str, LogisticOrderDraft]:
    """The draft of each logistic order, by reference. `orders` are all of the order's, in their order.

    The shares of a line that several of them fulfil add up to its total; the shipping price is told with the first.

    Raises:
        ValueError: they have more of a line than was ordered, or a line that was not.
    """
    lines = {line.id: line for line in approved.content.lines}
    taken: dict[str, int] = {}
    drafts = {}
    for n, order in enumerate(orders):
        drafts[order.ref] = _draft(approved, order, _lines(order, lines, taken), shipping=n == 0)
    return drafts


def _draft(
    approved: Approved, order: LogisticOrder, lines: tuple[ExportedLine, ...], *, shipping: bool
) -> LogisticOrderDraft:
    content = approved.content
    currency = content.total.currency_code
    price = content.shipping_price if shipping else None
    keys = {one.address_key for one in order.allotments}
    address = None if len(keys) > 1 else _address(content, next(iter(keys), None))
    return LogisticOrderDraft(
        ref=order.ref,
        order_id=approved.order_id,
        order_number=approved.order_number,
        revision=approved.revision,
        digest=approved.digest,
        currency=currency,
        lines=lines,
        total=sum((line.total for line in lines), Money(cent_amount=0, currency_code=currency)),
        location=order.location,
        service_level=order.service_level,
        shipping_method=content.shipping_method,
        shipping_price=price,
        shipping_address=address,
        billing_address=content.billing_address,
        customer=_customer(content, address or content.billing_address or Address()),
        purchase_order_number=content.purchase_order_number,
        content=content,
    )


def _lines(
    order: LogisticOrder, lines: Mapping[str, Line], taken: dict[str, int]
) -> tuple[ExportedLine, ...]:
    """The order's lines in its quantities; `taken` counts what the orders before have had of each."""
    several = len({one.address_key for one in order.allotments}) > 1
    exported = []
    for line_id, quantity in order.lines.items():
        line, before = lines.get(line_id), taken.get(line_id, 0)
        if line is None:
            raise ValueError(f"{order.ref} has a line that was not ordered")
        taken[line_id] = before + quantity
        exported.append(
            ExportedLine(
                id=line_id,
                sku=line.sku,
                name=line.name,
                quantity=quantity,
                unit_price=line.price,
                total=share_of(line.total, line.quantity, before, quantity),
                targets=_targets(order, line_id) if several else (),
            )
        )
    return tuple(exported)


def _targets(order: LogisticOrder, line_id: str) -> tuple[ShippingTarget, ...]:
    return tuple(
        ShippingTarget(address_key=one.address_key or "", quantity=one.quantity)
        for one in order.allotments
        if one.line_item_id == line_id
    )


def _address(content: OrderContent, key: str | None) -> Address | None:
    """The item shipping address of this key; the order's own without one."""
    if key is None:
        return content.shipping_address
    return next((one for one in content.item_shipping_addresses if one.key == key), None)


def _customer(content: OrderContent, address: Address) -> ExportedCustomer:
    return ExportedCustomer(
        id=content.requester.customer_id,
        first_name=address.first_name,
        last_name=address.last_name,
        company=address.company,
        email=content.requester.customer_email or address.email,
        phone=address.phone or address.mobile,
    )
