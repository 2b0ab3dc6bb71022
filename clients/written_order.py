"""What an order in commercetools has of deliveries, returns and line states, as GraphQL or REST answers it.

Fields: commercetools' GraphQL schema, `Order`, `Delivery`, `Parcel`, `ReturnInfo`, `ItemState`. Deliveries are under
`shippingInfo`, or in orders with several shippings (shippingMode Multiple) under each of `shipping`.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from clients.reading import Projection, parsed
from domain.progress_actions import WrittenDelivery, WrittenOrder, WrittenParcel, WrittenReturnItem
from domain.shipment import Quantities, added
from domain.status_mapping_moves import States
from domain.value import Value

SYSTEM = "commercetools"

_LINE = """
  id
  shippingDetails { targets { shippingMethodKey quantity } }
  state @include(if: $lineStates) { quantity stateRef { id } state { key } }
"""
READ = f"""
query OrderProgress($id: String!, $lineStates: Boolean!) {{
  order(id: $id) {{
    id version orderState paymentState shipmentState
    lineItems {{ {_LINE} }}
    customLineItems {{ {_LINE} }}
    shippingInfo {{ ...Deliveries }}
    shipping {{ shippingKey shippingInfo {{ ...Deliveries }} }}
    returnInfo {{ items {{ key quantity shipmentState paymentState }} }}
  }}
}}
fragment Deliveries on ShippingInfo {{
  deliveries {{
    key
    items {{ id quantity }}
    parcels {{
      key
      trackingData {{ trackingId carrier provider providerTransaction }}
      items {{ id quantity }}
    }}
  }}
}}
"""


class Shippings(Value):
    """Where an order's deliveries go."""

    one: bool = False
    """Whether it has its one `shippingInfo`."""
    keys: tuple[str, ...] = ()
    """The shippings of an order that has several."""
    units: dict[str, Quantities] = {}
    """How many units of a line go by which of them."""

    @property
    def take_deliveries(self) -> bool:
        """Whether there is a place: without any, commercetools refuses a delivery."""
        return self.one or bool(self.keys)

    def key_for(self, items: Iterable[str]) -> str | None:
        """The shipping by which most units of these lines go, the first of equals; None where there is but one place.

        A delivery belongs to one shipping, and commercetools compares its items with none.
        """
        if self.one or not self.keys:
            return None
        going = added(self.units.get(line, {}) for line in items)
        return max(self.keys, key=lambda key: going.get(key, 0))


class OrderProgress(Value):
    """What an order has, at one version."""

    id: str
    version: int
    states: States
    written: WrittenOrder
    shippings: Shippings = Shippings()
    providers: dict[str, dict[str, str]] = {}
    """`provider` and `providerTransaction` of a parcel's tracking, by its key: not ours, and kept."""


class _Item(Projection):
    id: str
    quantity: int


class _Tracking(Projection):
    tracking_id: str | None = None
    carrier: str | None = None
    provider: str | None = None
    provider_transaction: str | None = None


class _Parcel(Projection):
    key: str | None = None
    items: tuple[_Item, ...] | None = None
    tracking_data: _Tracking | None = None


class _Delivery(Projection):
    key: str | None = None
    items: tuple[_Item, ...] = ()
    parcels: tuple[_Parcel, ...] = ()


class _ShippingInfo(Projection):
    deliveries: tuple[_Delivery, ...] | None = None


class _Shipping(Projection):
    shipping_key: str | None = None
    shipping_info: _ShippingInfo | None = None


class _Named(Projection):
    key: str | None = None


class _State(Projection):
    """GraphQL has the state itself, REST a reference that may be expanded."""

    id: str | None = None
    key: str | None = None
    obj: _Named | None = None


class _ItemState(Projection):
    quantity: int
    state: _State | None = None
    state_ref: _State = _State()

    def name(self) -> str:
        """The state's key; where that is not known its id, which is no key of ours."""
        found = self.state or self.state_ref
        key = found.key or (found.obj.key if found.obj else None)
        return key or f"id:{found.id or self.state_ref.id}"


class _Target(Projection):
    quantity: int
    shipping_method_key: str | None = None


class _Details(Projection):
    targets: tuple[_Target, ...] = ()


class _Line(Projection):
    id: str
    state: tuple[_ItemState, ...] = ()
    shipping_details: _Details | None = None


class _ReturnItem(Projection):
    key: str | None = None
    quantity: int
    shipment_state: str
    payment_state: str | None = None


class _ReturnInfo(Projection):
    items: tuple[_ReturnItem, ...] = ()


class _Order(Projection):
    id: str
    version: int
    order_state: str
    payment_state: str | None = None
    shipment_state: str | None = None
    line_items: tuple[_Line, ...] = ()
    custom_line_items: tuple[_Line, ...] = ()
    shipping_info: _ShippingInfo | None = None
    shipping: tuple[_Shipping, ...] = ()
    return_info: tuple[_ReturnInfo, ...] | None = None

    def deliveries(self) -> Iterator[_Delivery]:
        """All of them, of however many shippings."""
        infos = [self.shipping_info, *(one.shipping_info for one in self.shipping)]
        for info in infos:
            yield from (info.deliveries or ()) if info is not None else ()

    def lines(self) -> tuple[_Line, ...]:
        return (*self.line_items, *self.custom_line_items)


def written_order(document: Mapping[str, Any]) -> WrittenOrder:
    """What an order has, from the answer of GraphQL or REST; raises Unreadable."""
    return order_progress(document).written


def order_progress(document: Mapping[str, Any]) -> OrderProgress:
    """The same with its version, its free states and where its deliveries go; raises Unreadable."""
    order = parsed(_Order, document, system=SYSTEM)
    return OrderProgress(
        id=order.id,
        version=order.version,
        states=States(order=order.order_state, payment=order.payment_state, shipment=order.shipment_state),
        written=_written(order),
        shippings=_shippings(order),
        providers=dict(_providers(order)),
    )


def _written(order: _Order) -> WrittenOrder:
    returned = chain.from_iterable(info.items for info in order.return_info or ())
    return WrittenOrder(
        shipment_state=order.shipment_state,
        deliveries=tuple(
            WrittenDelivery(
                key=one.key or "", items=_quantities(one.items), parcels=tuple(map(_parcel, one.parcels))
            )
            for one in order.deliveries()
        ),
        return_items=tuple(
            WrittenReturnItem(
                key=item.key,
                quantity=item.quantity,
                shipment_state=item.shipment_state,
                payment_state=item.payment_state,
            )
            for item in returned
            if item.key
        ),
        line_states={
            line.id: added({one.name(): one.quantity} for one in line.state) for line in order.lines()
        },
        custom_lines=frozenset(line.id for line in order.custom_line_items),
    )


def _parcel(parcel: _Parcel) -> WrittenParcel:
    tracking = parcel.tracking_data or _Tracking()
    return WrittenParcel(
        key=parcel.key or "",
        items=_quantities(parcel.items or ()),
        tracking_id=tracking.tracking_id,
        carrier=tracking.carrier,
    )


def _quantities(items: Iterable[_Item]) -> Quantities:
    return added({item.id: item.quantity} for item in items)


def _shippings(order: _Order) -> Shippings:
    targets = {line.id: line.shipping_details.targets for line in order.lines() if line.shipping_details}
    return Shippings(
        one=order.shipping_info is not None,
        keys=tuple(one.shipping_key for one in order.shipping if one.shipping_key and one.shipping_info),
        units={
            line: added({one.shipping_method_key: one.quantity} for one in some if one.shipping_method_key)
            for line, some in targets.items()
        },
    )


def _providers(order: _Order) -> Iterator[tuple[str, dict[str, str]]]:
    for parcel in chain.from_iterable(one.parcels for one in order.deliveries()):
        found = parcel.tracking_data or _Tracking()
        kept = {"provider": found.provider, "providerTransaction": found.provider_transaction}
        if parcel.key and any(kept.values()):
            yield parcel.key, {name: value for name, value in kept.items() if value}
