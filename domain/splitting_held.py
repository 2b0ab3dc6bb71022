"""What is held of a split order, as a content to be split by itself."""

from collections.abc import Iterable

from domain.order import Line, OrderContent, ShippingTarget
from domain.splitting import Held


def held_content(content: OrderContent, held: Iterable[Held]) -> OrderContent:
    """The content with the held units only, and where each of them goes; its amounts are still those of the whole."""
    units: dict[str, list[Held]] = {}
    for one in held:
        units.setdefault(one.line_item_id, []).append(one)
    lines = tuple(_line(line, units[line.id]) for line in content.lines if line.id in units)
    return content.model_copy(update={"lines": lines})


def _line(line: Line, held: list[Held]) -> Line:
    methods = {target.address_key: target.shipping_method_key for target in line.targets}
    targets = tuple(
        ShippingTarget(
            address_key=one.address_key,
            quantity=one.quantity,
            shipping_method_key=methods.get(one.address_key),
        )
        for one in held
        if one.address_key is not None
    )
    quantity = sum(one.quantity for one in held)
    return line.model_copy(update={"quantity": quantity, "targets": targets})
