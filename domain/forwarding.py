"""What providers are told of an order after its hand-over: the state of its payment, and where and how it is delivered."""

from collections.abc import Collection, Iterable, Iterator
from operator import not_

from pydantic import Field

from domain.audit import AuditKind, Detail, Fact
from domain.fulfillment_event import FulfillmentStatus
from domain.logistic_order import CUSTOM_OBJECT, LogisticOrder
from domain.logistic_standing import standing
from domain.order import Address, OrderContent
from domain.progress_due import paid
from domain.provider_answers import Accepted, ChangeAnswer, Refused, Unsupported
from domain.route import Route
from domain.status_mapping import Mapped
from domain.value import Value


def _is_none(value: object) -> bool:
    return value is None


ADDRESS, METHOD = "shippingAddress", "shippingMethod"
"""The parts of an order's content that a provider can be told of, by their names in `OrderContent`."""


class Delivery(Value):
    """Where goods go, and how; the method by its name in commercetools."""

    address: Address | None = None
    method: str | None = None

    def lost(self, other: "Delivery") -> bool:
        """Whether the other one lacks what this one has: no provider can be told to deliver nowhere."""
        return (self.address is not None and other.address is None) or (
            self.method is not None and other.method is None
        )

    def beside(self, had: "Delivery", doubtful: "Delivery") -> "Delivery":
        """What of it is new to whoever had another one, and what they may have otherwise by now."""
        address = self.address != had.address or doubtful.address is not None
        method = self.method != had.method or doubtful.method is not None
        return Delivery(address=self.address if address else None, method=self.method if method else None)

    def along(self, other: "Delivery") -> "Delivery":
        """The parts that either has."""
        return Delivery(address=self.address or other.address, method=self.method or other.method)

    def without(self, other: "Delivery") -> "Delivery":
        """The parts that the other one lacks."""
        return Delivery(
            address=self.address if other.address is None else None,
            method=self.method if other.method is None else None,
        )


_NOTHING = Delivery()


def _is_nothing(value: object) -> bool:
    return value == _NOTHING


class Told(Value):
    """What the provider of one logistic order was told of it, beyond its export."""

    payment: str | None = Field(default=None, exclude_if=_is_none)
    """The state of the payment that it was told last, whatever it said to that."""
    delivery: Delivery | None = Field(default=None, exclude_if=_is_none)
    """The delivery that it took last; None: as it was approved."""
    refused: Delivery | None = Field(default=None, exclude_if=_is_none)
    """The one that it does not take."""
    doubtful: Delivery = Field(default=_NOTHING, exclude_if=_is_nothing)
    """What it may have taken all the same: a repeat is refused, too, and of two changes the second alone."""
    tellings: int = Field(default=0, exclude_if=not_)
    """How often it was told something else than before."""


class Tell(Value):
    """Tell one provider one thing: the state of the payment, else what of the delivery is new to it."""

    ref: str
    provider: str
    payment: str | None = None
    delivery: Delivery | None = None
    """The delivery as a whole."""
    changes: Delivery = Delivery()
    """Just what is new."""
    telling: int = 0
    """Which telling of this logistic order it is, from 1. What is told again for want of an answer keeps its number."""

    @property
    def key(self) -> str:
        """What is told of which logistic order."""
        return f"{self.ref}/{'delivery' if self.payment is None else 'payment'}"

    @property
    def words(self) -> str:
        """What it is, without personal data."""
        return (
            f"the delivery of {self.ref}"
            if self.payment is None
            else f"the payment of {self.ref}, {self.payment}"
        )

    def fact(self, answer: ChangeAnswer) -> Fact:
        """For the audit: what was told, and what the provider says to it."""
        detail: Detail = {"ref": self.ref}
        if self.payment is not None:
            detail["paymentState"] = self.payment
        else:
            detail["changed"] = [
                name
                for name, given in ((ADDRESS, self.changes.address), (METHOD, self.changes.method))
                if given is not None
            ]
        detail["answer"] = answer.kind
        if not isinstance(answer, Accepted):
            detail["why"] = answer.why
        return Fact(kind=AuditKind.FORWARDED, actor=self.provider, detail=detail)


class Forwarding(Value):
    """What there is to tell, and who was told what, by reference."""

    payment: str | None = Field(default=None, exclude_if=_is_none)
    """The order's `paymentState` as it was last seen."""
    delivery: Delivery | None = Field(default=None, exclude_if=_is_none)
    """Where the goods go by now, if that was ever changed harmlessly since the approval."""
    content: str = Field(default="", exclude_if=not_)
    """The digest of the content that this was read from."""
    told: dict[str, Told] = Field(default={}, exclude_if=not_)
    asked: dict[str, Tell] = Field(default={}, exclude_if=not_)
    """What was told last, by key, where no answer has come: whether it was taken is not known."""
    deaf: tuple[str, ...] = Field(default=(), exclude_if=not_)
    """The providers that cannot be told of payments."""
    put_off: tuple[str, ...] = Field(default=(), exclude_if=not_)
    """The keys of what could not be told for a fault of ours: told with the next look."""

    def of(self, ref: str) -> Told:
        """What the provider of a logistic order was told."""
        return self.told.get(ref, Told())

    @property
    def is_refused(self) -> bool:
        """Whether somebody does not take the delivery as it is by now."""
        return any(one.refused is not None and one.refused == self.delivery for one in self.told.values())

    @property
    def was_changed(self) -> bool:
        """Whether somebody took, or may have taken, another delivery at any time."""
        taken = any(one.delivery is not None for one in self.told.values())
        return taken or self.is_in_doubt or any(one.delivery is not None for one in self.asked.values())

    @property
    def is_in_doubt(self) -> bool:
        """Whether somebody may have kept something of what it refused."""
        return any(one.doubtful != _NOTHING for one in self.told.values())

    @property
    def is_settled(self) -> bool:
        """Whether nobody may have, or refuses, or has still to hear of, something else than what holds."""
        return not (self.asked or self.put_off or self.is_refused or self.is_in_doubt)

    def asking(self, tell: Tell) -> "Forwarding":
        """Before it is told: until an answer comes it is due, or what holds instead by then."""
        now = self.of(tell.ref)
        now = now.model_copy(update={"tellings": max(now.tellings, tell.telling)})
        update = {"told": {**self.told, tell.ref: now}, "asked": {**self.asked, tell.key: tell}}
        return self.model_copy(update=update)

    def answered(self, tell: Tell, answer: ChangeAnswer, *, doubts: bool = True) -> "Forwarding":
        """With the provider's answer; what it says no to is not told again, and `doubts` says whether it may have it."""
        known, asked = self.of(tell.ref), {key: one for key, one in self.asked.items() if key != tell.key}
        if tell.payment is not None:
            deaf = self.deaf
            if isinstance(answer, Unsupported) and tell.provider not in deaf:
                deaf = (*deaf, tell.provider)
            now = known.model_copy(update={"payment": tell.payment})
            update = {"told": {**self.told, tell.ref: now}, "asked": asked, "deaf": deaf}
            return self.model_copy(update=update)
        field = "delivery" if isinstance(answer, Accepted) else "refused"
        doubtful = known.doubtful
        if isinstance(answer, Accepted):
            doubtful = doubtful.without(tell.changes)
        elif isinstance(answer, Refused) and doubts:
            doubtful = tell.changes.along(doubtful)
        now = known.model_copy(update={"refused": None, field: tell.delivery, "doubtful": doubtful})
        return self.model_copy(update={"told": {**self.told, tell.ref: now}, "asked": asked})

    def wrote(self, orders: Iterable[LogisticOrder], mapped: Mapped, fact: Fact | None) -> "Forwarding":
        """After our own write to commercetools: a payment state that providers' news has set is told to nobody."""
        if mapped.payment is None or not paid(fact, mapped.payment):
            return self
        told = {
            one.ref: self.of(one.ref).model_copy(update={"payment": mapped.payment})
            for one in orders
            if one.provider != CUSTOM_OBJECT
        }
        return self.model_copy(update={"payment": mapped.payment, "told": {**self.told, **told}})

    def due(self, orders: Iterable[LogisticOrder], approved: OrderContent | None) -> Iterator[Tell]:
        """What has to be told, in the order of the logistic orders; only those that have theirs."""
        if self.payment is None and self.delivery is None:
            return
        for one in orders:
            if one.provider == CUSTOM_OBJECT or not one.handed_over:
                continue
            for tell in (self._payment(one), self._delivery(one, approved)):
                if tell is not None and tell.key not in self.put_off:
                    yield self._counted(tell)

    def _counted(self, tell: Tell) -> Tell:
        """With its number, by which whoever takes it tells a repeat from what comes back."""
        asked = self.asked.get(tell.key)
        if asked is not None and (asked.payment, asked.delivery) == (tell.payment, tell.delivery):
            return tell.model_copy(update={"telling": asked.telling})
        return tell.model_copy(update={"telling": self.of(tell.ref).tellings + 1})

    def _payment(self, order: LogisticOrder) -> Tell | None:
        if self.payment is None or order.provider in self.deaf or standing(order).entirely_cancelled:
            return None
        tell = Tell(ref=order.ref, provider=order.provider, payment=self.payment)
        known = self.of(order.ref).payment or order.mapped.payment
        return tell if known != self.payment or tell.key in self.asked else None

    def _delivery(self, order: LogisticOrder, approved: OrderContent | None) -> Tell | None:
        if self.delivery is None or approved is None or not is_to_leave(order):
            return None
        told, tell = self.of(order.ref), Tell(ref=order.ref, provider=order.provider, delivery=self.delivery)
        had, asked = told.delivery or delivery_of(approved), self.asked.get(tell.key)
        if asked is None and self.delivery == told.refused:
            return None
        doubtful = told.doubtful if asked is None else asked.changes.along(told.doubtful)
        changes = self.delivery.beside(had, doubtful)
        if asked is None and self.delivery == had and changes == _NOTHING:
            return None
        return tell.model_copy(update={"changes": changes})


def delivery_of(content: OrderContent) -> Delivery:
    """Where the goods of a content go."""
    return Delivery(address=content.shipping_address, method=content.shipping_method)


def is_to_leave(order: LogisticOrder) -> bool:
    """Whether something of it has neither left nor been cancelled."""
    now = standing(order)
    if now.closed or now.entirely_cancelled:
        return False
    left = now.at(FulfillmentStatus.SHIPPED)
    return any(left.get(line, 0) + now.cancelled.get(line, 0) < units for line, units in now.ordered.items())


def has_others(orders: Iterable[LogisticOrder]) -> bool:
    """Whether somebody fulfils a part who can be told of something: whoever reads a custom object cannot."""
    return any(one.provider != CUSTOM_OBJECT for one in orders)


def is_harmless(approved: OrderContent, now: OrderContent, parts: Collection[str], route: Route) -> bool:
    """Whether a change since the approval is one that a provider may be told of without anybody's yes.

    All of it has to be harmless by the route that was pinned, and to leave a place to deliver to; of an order that goes
    to several addresses it is not known whose goods a change is about.
    """
    several = bool(approved.item_shipping_addresses or approved.shippings)
    removed = delivery_of(approved).lost(delivery_of(now))
    return bool(parts) and set(parts) <= set(route.harmless) and not several and not removed
