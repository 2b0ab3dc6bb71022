"""What a provider says of an order, in the words of commercetools: three maps, many statuses to one target.

The maps are data in Fluent's own setting format (`config/mappings/`). Nothing here guesses: a status that no map names
is `Unmapped`, to be parked and shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from pydantic import Field, field_validator

from domain.value import Value


class Kind(StrEnum):
    """Which of the order's free states a status is about."""

    ORDER = "order"
    PAYMENT = "payment"
    SHIPMENT = "shipment"

    @property
    def field(self) -> str:
        """What commercetools calls the state: `orderState`, `paymentState` or `shipmentState`."""
        return f"{self.value}State"


TARGETS: Mapping[Kind, tuple[str, ...]] = {
    Kind.ORDER: ("Open", "Confirmed", "Complete", "Cancelled"),
    Kind.PAYMENT: ("BalanceDue", "CreditOwed", "Failed", "Paid", "Pending"),
    Kind.SHIPMENT: (
        "Backorder",
        "Canceled",
        "Delayed",
        "Delivered",
        "Partial",
        "Pending",
        "Ready",
        "Shipped",
    ),
}
"""The enumerations OrderState, PaymentState and ShipmentState (commercetools' GraphQL schema)."""


class Unmapped(Value):
    """A status that the provider's map of this kind does not name."""

    kind: Kind
    status: str
    provider: str = ""

    def __str__(self) -> str:
        return f"no {self.kind} map of '{self.provider}' names the status '{self.status}'"


class Silent(Value):
    """A status that the map knows, and that means nothing for this kind of state."""

    kind: Kind
    status: str


Found = str | Silent | Unmapped
"""A target of commercetools; or that the status is known and means nothing here; or that it is not known."""


class Statuses(Value):
    """What a provider says, in its own words; None where it says nothing."""

    order: str | None = None
    payment: str | None = None
    shipment: str | None = None

    def given(self) -> Iterator[tuple[Kind, str]]:
        """What is said of which kind."""
        for kind in Kind:
            status: str | None = getattr(self, kind.value)
            if status is not None:
                yield kind, status


class Mapped(Value):
    """Targets of commercetools; None where nothing is meant. With anything `unmapped` it is not for applying."""

    order: str | None = None
    payment: str | None = None
    shipment: str | None = None
    unmapped: tuple[Unmapped, ...] = ()

    def target(self, kind: Kind) -> str | None:
        """The target of one kind."""
        target: str | None = getattr(self, kind.value)
        return target


class StatusMaps(Value):
    """One provider's three maps. Statuses are compared without regard to case; a null target means `Silent`."""

    provider: str = ""
    order: dict[str, str | None] = Field(default={})
    payment: dict[str, str | None] = Field(default={})
    shipment: dict[str, str | None] = Field(default={})

    @field_validator("order", "payment", "shipment")
    @classmethod
    def _folds(cls, statuses: dict[str, str | None]) -> dict[str, str | None]:
        return {folded(status): target for status, target in statuses.items()}

    def of(self, kind: Kind) -> Mapping[str, str | None]:
        """The map of a kind, its statuses folded."""
        statuses: dict[str, str | None] = getattr(self, kind.value)
        return statuses

    def find(self, kind: Kind, status: str) -> Found:
        """The target of one status."""
        statuses, name = self.of(kind), folded(status)
        if name not in statuses:
            return Unmapped(kind=kind, status=status, provider=self.provider)
        return statuses[name] or Silent(kind=kind, status=status)

    def mapped(self, statuses: Statuses) -> Mapped:
        """Each status by the map of its own kind."""
        return _mapped((kind, self.find(kind, status)) for kind, status in statuses.given())

    def mapped_alike(self, status: str) -> Mapped:
        """One status by all three maps, as Fluent's connector does it with an order's status.

        It is unmapped if no map names it. A map that does not name it, while another does, has nothing to say.
        """
        found = [(kind, self.find(kind, status)) for kind in Kind]
        known = [(kind, one) for kind, one in found if not isinstance(one, Unmapped)]
        return _mapped(known or found[:1])

    @property
    def is_empty(self) -> bool:
        """Whether there is no map at all."""
        return not (self.order or self.payment or self.shipment)


class Mappings(Value):
    """The maps of every provider that has any."""

    providers: dict[str, StatusMaps] = {}

    def of(self, *names: str) -> StatusMaps:
        """The maps of the first of these names that has any: a provider's own, else those of its adapter.

        Without any they are empty ones, in which every status is unmapped.
        """
        found = next((self.providers[name] for name in names if name in self.providers), StatusMaps())
        return found.model_copy(update={"provider": names[0]}) if names else found


def folded(status: str) -> str:
    """A status as it is compared."""
    return status.strip().casefold()


def target_of(kind: Kind, written: str) -> str | None:
    """The target that is written, in any case; None if commercetools has none of that name."""
    return next((target for target in TARGETS[kind] if folded(target) == folded(written)), None)


def _mapped(found: Iterable[tuple[Kind, Found]]) -> Mapped:
    targets: dict[str, str] = {}
    unmapped: list[Unmapped] = []
    for kind, one in found:
        if isinstance(one, Unmapped):
            unmapped.append(one)
        elif isinstance(one, str):
            targets[kind.value] = one
    return Mapped(
        order=targets.get(Kind.ORDER),
        payment=targets.get(Kind.PAYMENT),
        shipment=targets.get(Kind.SHIPMENT),
        unmapped=tuple(unmapped),
    )
