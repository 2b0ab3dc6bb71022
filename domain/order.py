"""What Placet reads of a commercetools order, and the digest of what an approver says yes to."""

from datetime import datetime
from operator import not_

from pydantic import AwareDatetime, Field, JsonValue

from domain.money import Money
from domain.value import Value, digest_of


class ShippingTarget(Value):
    """How many of a line go to which of the order's item shipping addresses (ItemShippingTarget)."""

    address_key: str
    quantity: int
    shipping_method_key: str | None = None


class Line(Value):
    """A line item or custom line item: what is bought, how many, at which price, and to where."""

    id: str
    sku: str | None = None
    name: str | None = None
    quantity: int
    price: Money
    total: Money
    targets: tuple[ShippingTarget, ...] = ()


class Address(Value):
    """The parts of a commercetools address that say where goods and invoices go."""

    key: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    department: str | None = None
    street_name: str | None = None
    street_number: str | None = None
    additional_street_info: str | None = None
    building: str | None = None
    apartment: str | None = None
    po_box: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    state: str | None = None
    country: str | None = None
    phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    additional_address_info: str | None = None


class CustomerGroup(Value):
    """An order carries only the group's id; `key` is absent if it could not be resolved."""

    id: str
    key: str | None = None


class ProductType(Value):
    """An order's lines carry only the ids of their product types; `key` is absent if it was not looked up."""

    id: str
    key: str | None = None


class Requester(Value):
    """Who placed the order, as commercetools knows them: the associate, else the customer, else an e-mail."""

    associate_id: str | None = None
    customer_id: str | None = None
    customer_email: str | None = None

    @property
    def identities(self) -> tuple[str, ...]:
        """Every identity given, the strongest first."""
        return tuple(i for i in (self.associate_id, self.customer_id, self.customer_email) if i)


class Shipping(Value):
    """One of the shippings of an order with several (shipping mode `Multiple`)."""

    key: str
    method: str | None = None
    price: Money | None = None
    address: Address | None = None


class OrderContent(Value):
    """What a decision binds to. Any difference here is a new revision."""

    total: Money
    total_gross: Money | None = None
    lines: tuple[Line, ...]
    requester: Requester
    customer_group: CustomerGroup | None = None
    business_unit: str | None = None
    store: str | None = None
    country: str | None = None
    shipping_method: str | None = None
    shipping_price: Money | None = None
    shippings: tuple[Shipping, ...] = ()
    shipping_address: Address | None = None
    item_shipping_addresses: tuple[Address, ...] = ()
    billing_address: Address | None = None
    purchase_order_number: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 in hex over the canonical content; a group counts by its id, not by how its key reads."""
        # Without defaults: a field that is added later changes no digest of an order that does not have it.
        document = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        if self.customer_group is not None:
            document["customerGroup"] = self.customer_group.id
        return digest_of(document)


class Order(Value):
    """An order as read at one version. `state` is the key of its custom state, absent if it has none."""

    id: str
    version: int
    order_number: str | None = None
    created_at: AwareDatetime
    order_state: str
    state: str | None = None
    last_modified_by: str | None = None
    """The API client that wrote last, where commercetools says so."""
    content: OrderContent
    custom: dict[str, JsonValue] = Field(default={}, exclude_if=not_)
    """Its custom fields: facts that a policy may ask for, and no part of the content that a decision binds to."""
    product_types: tuple[ProductType, ...] | None = Field(default=None, exclude=True)
    """Those of its lines, each once: facts likewise, which do not travel. None where they were not read."""

    @property
    def name(self) -> str:
        """How people call it: the order number, else the id."""
        return self.order_number or self.id


def created_before(order: Order, instant: datetime | None) -> bool:
    """Whether the order is older than an instant; never, where none is given."""
    return instant is not None and order.created_at < instant
