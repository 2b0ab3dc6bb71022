"""A commercetools order as its JSON has it, read into the domain's order. Fields: reference, section 3.3."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from pydantic import AwareDatetime, JsonValue, ValidationError

from clients.addresses import AddressDocument, address_of
from clients.reading import Projection, parsed, unreadable
from domain.money import Money, fraction_digits
from domain.order import (
    CustomerGroup,
    Line,
    Order,
    OrderContent,
    ProductType,
    Requester,
    Shipping,
    ShippingTarget,
)

SYSTEM = "commercetools"
UNRESOLVED = "id:"
"""What a state reads as when only its id is known: `id:{state id}`, never to be taken for no state."""


class _Keyed(Projection):
    key: str | None = None


class Reference(Projection):
    """A reference by id; `obj` is there if it was expanded."""

    id: str
    obj: _Keyed | None = None

    @property
    def key(self) -> str | None:
        """The key of what it refers to, if that was expanded and has one."""
        return self.obj.key if self.obj else None


class Initiator(Projection):
    """Who did something (`createdBy`, `lastModifiedBy`); only applicable members are there."""

    client_id: str | None = None
    external_user_id: str | None = None
    associate: Reference | None = None


class TypedMoney(Projection):
    """CentPrecisionMoney or HighPrecisionMoney, whose `centAmount` is the rounded value."""

    currency_code: str
    cent_amount: int
    precise_amount: int | None = None
    fraction_digits: int | None = None

    def rounded(self) -> Money:
        """The value in the currency's minor unit."""
        digits = fraction_digits(self.currency_code)
        if self.precise_amount is None and self.fraction_digits is not None:
            digits = self.fraction_digits
        return Money(cent_amount=self.cent_amount, currency_code=self.currency_code, fraction_digits=digits)

    def exact(self) -> Money:
        """The value with all of its decimal places."""
        if self.precise_amount is None or self.fraction_digits is None:
            return self.rounded()
        return Money(
            cent_amount=self.precise_amount,
            currency_code=self.currency_code,
            fraction_digits=self.fraction_digits,
        )


class _Value(Projection):
    value: TypedMoney


class _Price(_Value):
    discounted: _Value | None = None


class _Variant(Projection):
    sku: str | None = None


class _Target(Projection):
    address_key: str
    quantity: int
    shipping_method_key: str | None = None


class _ShippingDetails(Projection):
    targets: tuple[_Target, ...] = ()


class _LineItem(Projection):
    id: str
    shipping_details: _ShippingDetails = _ShippingDetails()
    name: dict[str, str] = {}
    quantity: int
    total_price: TypedMoney
    price: _Price
    variant: _Variant = _Variant()
    product_type: Reference | None = None

    def unit(self) -> TypedMoney:
        return self.price.discounted.value if self.price.discounted else self.price.value


class _CustomLineItem(Projection):
    id: str
    shipping_details: _ShippingDetails = _ShippingDetails()
    name: dict[str, str] = {}
    quantity: int
    total_price: TypedMoney
    money: TypedMoney

    def unit(self) -> TypedMoney:
        return self.money


class KeyReference(Projection):
    """A reference by key."""

    key: str


class _ShippingInfo(Projection):
    shipping_method_name: str | None = None
    price: TypedMoney | None = None


class _Shipping(Projection):
    shipping_key: str
    shipping_info: _ShippingInfo = _ShippingInfo()
    shipping_address: AddressDocument | None = None


class _TaxedPrice(Projection):
    total_gross: TypedMoney


class _CustomFields(Projection):
    fields: dict[str, JsonValue] = {}


class _Order(Projection):
    id: str
    version: int
    order_number: str | None = None
    created_at: AwareDatetime
    created_by: Initiator = Initiator()
    last_modified_by: Initiator = Initiator()
    order_state: str
    state: Reference | None = None
    locale: str | None = None
    total_price: TypedMoney
    taxed_price: _TaxedPrice | None = None
    line_items: tuple[_LineItem, ...] = ()
    custom_line_items: tuple[_CustomLineItem, ...] = ()
    customer_id: str | None = None
    customer_email: str | None = None
    customer_group: Reference | None = None
    business_unit: KeyReference | None = None
    store: KeyReference | None = None
    country: str | None = None
    shipping_info: _ShippingInfo | None = None
    shipping: tuple[_Shipping, ...] = ()
    shipping_address: AddressDocument | None = None
    item_shipping_addresses: tuple[AddressDocument, ...] = ()
    billing_address: AddressDocument | None = None
    purchase_order_number: str | None = None
    custom: _CustomFields = _CustomFields()

    def items(self) -> tuple[_LineItem | _CustomLineItem, ...]:
        return (*self.line_items, *self.custom_line_items)


def order_from_json(document: Mapping[str, Any], state_keys: Mapping[str, str] | None = None) -> Order:
    """The order of an API answer or of an `OrderCreated` message.

    `state_keys` resolves a state's id where it is not expanded; a state that stays unresolved reads `id:{id}`.

    Raises:
        Unreadable: a field that we need is missing or of another form.
    """
    wire = parsed(_Order, document, system=SYSTEM)
    try:
        return Order(
            id=wire.id,
            version=wire.version,
            order_number=wire.order_number,
            created_at=wire.created_at.astimezone(UTC),
            order_state=wire.order_state,
            state=_state_key(wire.state, state_keys or {}),
            last_modified_by=wire.last_modified_by.client_id,
            content=_content(wire),
            custom=wire.custom.fields,
            product_types=_product_types(wire.line_items),
        )
    except ValidationError as error:
        raise unreadable(error, system=SYSTEM) from None


def _state_key(state: Reference | None, keys: Mapping[str, str]) -> str | None:
    if state is None:
        return None
    return state.key or keys.get(state.id) or f"{UNRESOLVED}{state.id}"


def _product_types(lines: Iterable[_LineItem]) -> tuple[ProductType, ...] | None:
    """Each once; None if a line does not say of which it is, which the definition requires."""
    found = dict[str, ProductType]()
    for line in lines:
        if line.product_type is None:
            return None
        found[line.product_type.id] = ProductType(id=line.product_type.id, key=line.product_type.key)
    return tuple(found.values())


def _content(wire: _Order) -> OrderContent:
    shipping = wire.shipping_info or _ShippingInfo()
    group = wire.customer_group
    associate = wire.created_by.associate
    return OrderContent(
        total=wire.total_price.rounded(),
        total_gross=wire.taxed_price.total_gross.rounded() if wire.taxed_price else None,
        lines=tuple(_line(item, wire.locale) for item in wire.items()),
        requester=Requester(
            associate_id=associate.id if associate else None,
            customer_id=wire.customer_id,
            customer_email=wire.customer_email,
        ),
        customer_group=CustomerGroup(id=group.id, key=group.key) if group else None,
        business_unit=wire.business_unit.key if wire.business_unit else None,
        store=wire.store.key if wire.store else None,
        country=wire.country,
        shipping_method=shipping.shipping_method_name,
        shipping_price=shipping.price.rounded() if shipping.price else None,
        shippings=tuple(_shipping(one) for one in wire.shipping),
        shipping_address=address_of(wire.shipping_address),
        item_shipping_addresses=tuple(one.address for one in wire.item_shipping_addresses),
        billing_address=address_of(wire.billing_address),
        purchase_order_number=wire.purchase_order_number,
    )


def _line(item: _LineItem | _CustomLineItem, locale: str | None) -> Line:
    return Line(
        id=item.id,
        sku=item.variant.sku if isinstance(item, _LineItem) else None,
        name=_in_one_language(item.name, locale),
        quantity=item.quantity,
        price=item.unit().exact(),
        total=item.total_price.rounded(),
        targets=tuple(ShippingTarget(**one.model_dump()) for one in item.shipping_details.targets),
    )


def _shipping(one: _Shipping) -> Shipping:
    info = one.shipping_info
    return Shipping(
        key=one.shipping_key,
        method=info.shipping_method_name,
        price=info.price.rounded() if info.price else None,
        address=address_of(one.shipping_address),
    )


def _in_one_language(name: Mapping[str, str], locale: str | None) -> str | None:
    """The name in the order's language, else English, else the first by code: the same at every reading."""
    wanted = next((language for language in (locale, "en") if language in name), None)
    return name[wanted or min(name)] if name else None
