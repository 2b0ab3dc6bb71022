"""What somebody who wants units cancelled is answered at once: where the units stand, in words."""

from domain.logistic_cancel_requests import Spread
from domain.logistic_order import CUSTOM_OBJECT
from domain.logistic_orders import LogisticOrders
from domain.logistic_standing import standing
from domain.shipment import Quantities, added
from domain.shipment_contents import less, within

_NOTHING_LEFT = "nothing is left to cancel: everything has left, is cancelled, or is being cancelled already"


def in_words(units: Quantities) -> str:
    """So many of which line."""
    return ", ".join(f"{n} of line {line}" for line, n in sorted(units.items()))


def too_late(units: Quantities) -> str:
    """What a person is told of units that have left."""
    return f"{in_words(units)} cannot be cancelled any more"


def not_there(wanted: Quantities, ordered: Quantities) -> str | None:
    """That a request names lines which the order does not have; None if it has them all."""
    unknown = sorted(set(wanted) - set(ordered))
    if not unknown:
        return None
    return f"the order has no line {', '.join(unknown)}; it has {', '.join(sorted(ordered))}"


def too_many(wanted: Quantities, ordered: Quantities) -> str | None:
    """That a request names more units than were ordered; None if it does not."""
    beyond = [
        f"line {line} has {ordered[line]}, not {n}" for line, n in sorted(wanted.items()) if n > ordered[line]
    ]
    return "; ".join(beyond) or None


def told(found: Spread) -> str:
    """The receipt's message. The quantities asked for come first, then those of which nobody is asked, and why."""
    custom = added(units for order, units in found.asked if order.provider == CUSTOM_OBJECT)
    said = []
    if any(order.provider != CUSTOM_OBJECT for order, _ in found.asked):
        said.append("whoever has the units is asked to cancel them")
    if custom:
        said.append(f"no provider can be asked about {in_words(custom)}: operators are told")
    if found.held:
        said.append(f"cancelled, as nobody has them yet: {in_words(found.held)}")
    if found.being:
        said.append(f"being cancelled already: {in_words(found.being)}")
    if found.cancelled:
        said.append(f"cancelled already: {in_words(found.cancelled)}")
    if found.gone:
        said.append(f"gone already: {in_words(found.gone)}")
    return "; ".join(said) or _NOTHING_LEFT


def all_cancelled(orders: LogisticOrders) -> bool:
    """Whether everything that providers were asked for is cancelled, whoever said so; what was asked twice counts twice."""
    for order in orders.orders:
        stands = standing(order)
        asked = within(added(request.items for request in order.requests), stands.ordered)
        if less(asked, stands.cancelled):
            return False
    return True
