"""What a provider is given of an approved order: one logistic order, pinned, complete and with exact amounts."""

from enum import StrEnum
from operator import not_
from typing import Self

from pydantic import Field, model_validator

from domain.money import CurrencyCode, Money
from domain.order import Address, OrderContent, ShippingTarget
from domain.value import Value, digest_of


class DeliveryKind(StrEnum):
    """How the goods reach the customer: brought to an address, or collected at a location."""

    HOME = "home"
    COLLECT = "collect"


class ExportedLine(Value):
    """So many of one line item. `total` and `total_tax` are of this quantity, not of the whole line.

    `targets` say how many go to which address, where that is not one and the same for all of the draft.
    """

    id: str
    sku: str | None = None
    name: str | None = None
    quantity: int = Field(ge=1)
    unit_price: Money
    total: Money
    unit_tax: Money | None = None
    total_tax: Money | None = None
    tax_type: str | None = None
    targets: tuple[ShippingTarget, ...] = ()


class ExportedCustomer(Value):
    """For whom. `id` is commercetools' customer; without one they are a guest, known by this order alone.

    `provider_id` is the provider's own id for them, where somebody has noted it.
    """

    id: str | None = None
    provider_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None


class LogisticOrderDraft(Value):
    """One logistic order as it is exported. `ref` is the external reference under which it is created once.

    `revision` and `digest` say which approved content it comes from. `content` is that content, for receivers which
    want the whole order beside their part of it.
    """

    ref: str = Field(min_length=1, max_length=256)
    order_id: str
    order_number: str | None = None
    revision: int
    digest: str
    currency: CurrencyCode
    lines: tuple[ExportedLine, ...] = Field(min_length=1)
    total: Money
    total_tax: Money | None = None
    location: str | None = None
    """Where it is fulfilled from, as the provider knows the place."""
    service_level: str | None = None
    delivery: DeliveryKind = DeliveryKind.HOME
    pickup_location: str | None = None
    shipping_method: str | None = None
    shipping_price: Money | None = None
    shipping_tax: Money | None = None
    shipping_address: Address | None = None
    """Where it all goes; None if that is unknown or not one place."""
    billing_address: Address | None = None
    customer: ExportedCustomer = ExportedCustomer()
    purchase_order_number: str | None = None
    content: OrderContent | None = Field(default=None, exclude_if=not_)

    @model_validator(mode="after")
    def _is_one_order(self) -> Self:
        ids = [line.id for line in self.lines]
        if len(set(ids)) < len(ids):
            raise ValueError(f"{self.ref} has a line twice: quantities of one line belong together")
        amounts = [
            self.total,
            *(line.unit_price for line in self.lines),
            *(line.total for line in self.lines),
        ]
        others = {amount.currency_code for amount in amounts} - {self.currency}
        if others:
            raise ValueError(
                f"{self.ref} is in {self.currency}, but has amounts in {', '.join(sorted(others))}"
            )
        return self

    @property
    def has_several_addresses(self) -> bool:
        """Whether it does not all go to one place."""
        return any(line.targets for line in self.lines)

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex over all of it but the whole order's content, which `digest` stands for.

        Two exports under one reference are the same if their fingerprints are.
        """
        # Without defaults: a field that is added later changes no fingerprint of what was exported before.
        return digest_of(
            self.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"content"})
        )

    @property
    def document(self) -> dict[str, object]:
        """The draft as JSON, with its fingerprint: what receivers of documents and events are given."""
        return {**self.to_json_dict(), "fingerprint": self.fingerprint}


def share_of(amount: Money, whole: int, before: int, quantity: int) -> Money:
    """The part of a line's amount that falls to `quantity` of its `whole` units, after the first `before` of them.

    Parts that follow one another add up to the amount to the last cent, however they are cut.

    Raises:
        ValueError: they are not within the whole.
    """
    if not 0 <= before <= before + quantity <= whole or whole < 1:
        raise ValueError(f"{quantity} units after {before} are not within {whole}")
    until, start = ((amount.cent_amount * units) // whole for units in (before + quantity, before))
    return amount.model_copy(update={"cent_amount": until - start})
