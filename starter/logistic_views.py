"""How the parts of an order that is on its way are shown in a terminal, and what can be done about an alarm."""

from collections.abc import Iterator

from domain.alarm_advice import advice, to_see_to, wants_look
from domain.logistic_status import LogisticStatus, TrackedParcel
from domain.status import OrderStatus
from starter.quoting import on_one_line, shown

Line = tuple[str, str]
"""A name, and what is said under it."""


def lines_of_alarm(status: OrderStatus) -> Iterator[Line]:
    """The alarm and what it is about, what to do, and the command that has the order looked at again."""
    if status.alarm is not None:
        about = f": {on_one_line(status.alarm_why)}" if status.alarm_why else ""
        yield "alarm", f"{status.alarm}{about}"
    alarms = to_see_to(status)
    for alarm in alarms:
        yield "to do", advice(alarm)
    if any(map(wants_look, alarms)):
        told = '{"messageId": "by-hand-1", "type": "ByHand"}'
        signal = f"--workflow-id order/{status.order_id} --name order_changed --input '{told}'"
        yield "look again", f"temporal workflow signal {signal}"


def lines_of_logistics(status: OrderStatus) -> Iterator[Line]:
    """Each logistic order with its parcels; then what nobody fulfils."""
    for one in status.logistic_orders:
        yield "logistic", f"{_named(one)}: {on_one_line(one.words)}"
        for parcel in one.parcels:
            yield "parcel", f"{_tracked(parcel)} of {shown(one.ref)}"
        if one.more_parcels:
            yield "parcel", f"{one.more_parcels} more of {shown(one.ref)}"
    if status.more_logistic_orders:
        yield "logistic", f"{status.more_logistic_orders} more"
    for held in status.held_units:
        yield "held", f"{held.units} units that nobody fulfils: {on_one_line(held.why)}"


def _named(one: LogisticStatus) -> str:
    """Its reference, who has it, where, how fast, and under which name they know it."""
    facts = [one.provider]
    if one.location:
        facts.append(f"from {shown(one.location)}")
    if one.service_level:
        facts.append(shown(one.service_level))
    if one.provider_id:
        facts.append(f"there {shown(one.provider_id)}")
    return f"{shown(one.ref)} ({', '.join(facts)})"


def _tracked(parcel: TrackedParcel) -> str:
    words = [shown(word) for word in (parcel.carrier, parcel.tracking_id) if word]
    within = [
        f"{name} {shown(ref)}"
        for name, ref in (("parcel", parcel.parcel), ("shipment", parcel.shipment))
        if ref
    ]
    return " ".join(words) + (f" ({', '.join(within)})" if within else "")
