"""All logistic orders of one approved order, made from its split; what is held belongs to none."""

from domain.logistic_order import Allotment, LogisticOrder
from domain.shipment import Quantities, added
from domain.splitting import Held, Split
from domain.value import Value


class LogisticOrders(Value):
    """The parts of an order, counted from 1 in their order. Every unit is in exactly one of them, held, or let go."""

    orders: tuple[LogisticOrder, ...] = ()
    held: tuple[Held, ...] = ()
    let_go: Quantities = {}
    """Held units that were cancelled before any provider had them."""
    cancel_ids: tuple[str, ...] = ()
    """The requests to cancel that were taken in."""
    rules_digest: str | None = None

    def of(self, ref: str) -> LogisticOrder | None:
        """The one of that reference."""
        return next((one for one in self.orders if one.ref == ref), None)

    def with_order(self, order: LogisticOrder) -> "LogisticOrders":
        """These, with one of them changed."""
        orders = tuple(order if one.ref == order.ref else one for one in self.orders)
        return self.model_copy(update={"orders": orders})

    def with_more(self, more: "LogisticOrders") -> "LogisticOrders":
        """These, and what was made of all that they hold."""
        update = {
            "orders": (*self.orders, *more.orders),
            "held": more.held,
            "rules_digest": more.rules_digest,
        }
        return self.model_copy(update=update)

    @property
    def are_all(self) -> bool:
        """Whether the order was split, and nothing of it is held any more."""
        return not self.held and bool(self.orders or self.let_go)

    @property
    def quantities_are_known(self) -> bool:
        """Whether they were made by splitting; if not, one was handed over whole by an earlier version."""
        return self.rules_digest is not None

    @property
    def held_units(self) -> Quantities:
        """Held units by line."""
        return added({one.line_item_id: one.quantity} for one in self.held)


def planned(split: Split, refs: tuple[str, ...]) -> LogisticOrders:
    """The logistic orders of a split, before any of them is handed over; one reference for each part.

    Raises:
        ValueError: there are more parts than references, or fewer.
    """
    orders = tuple(
        LogisticOrder(
            ref=ref,
            provider=part.provider,
            location=part.location,
            service_level=part.service_level,
            lines=added({one.line_item_id: one.quantity} for one in part.allotments),
            allotments=_with_address(part.allotments),
        )
        for ref, part in zip(refs, split.parts, strict=True)
    )
    return LogisticOrders(orders=orders, held=split.held, rules_digest=split.rules_digest)


def released(orders: LogisticOrders, split: Split, refs: tuple[str, ...]) -> LogisticOrders:
    """These, and the logistic orders that a later split made of what was held. Raises as `planned` does."""
    return orders.with_more(planned(split, refs))


def _with_address(allotments: tuple[Allotment, ...]) -> tuple[Allotment, ...]:
    """They need to be kept only where they say more than the lines do."""
    return allotments if any(one.address_key for one in allotments) else ()
