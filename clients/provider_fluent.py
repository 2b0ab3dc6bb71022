"""Fluent Commerce as a provider: orders by GraphQL, changes as events into the retailer's own workflows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import ValidationError
from pydantic.alias_generators import to_snake

from clients.errors import Invalid, Unreadable
from clients.fluent.account import FluentAccount, account_mappings
from clients.fluent.changes import EventNames, FluentChanges
from clients.fluent.drafts import EXPORTED_QUANTITY, FINGERPRINT, billing_address, customer_input, order_input
from clients.fluent.fulfilments import FluentFulfilments
from clients.fluent.orders import FluentItem, FluentOrder, FluentOrders
from clients.fluent.returns import FluentReturns
from clients.fluent.session import SYSTEM, FluentSession
from clients.providers import (
    Changing,
    Exporting,
    Options,
    ProviderConfigurationError,
    Surroundings,
    refuse_unknown,
    required,
)
from clients.transport import Timeouts
from domain.logistic_export import LogisticOrderDraft
from domain.order import Address
from domain.provider_answers import Conflict, Exported, LineQuantity, Unsupported
from domain.provider_orders import ProviderFulfillment, ProviderItem, ProviderOrder, UpdatedOrder, UpdatedPage

_CREDENTIALS = ("host", "client_id", "client_secret", "username", "password")
_WHOSE = ("account", "retailer_id", "account_mapping")


class FluentChoices(EventNames):
    """What differs from retailer to retailer."""

    catalogue: str = ""
    """The product catalogue's reference, where items must name it."""
    timezone: str = "UTC"
    """That of customers who are created with an order."""
    customers: str = "find"
    """`find`: customers with an id are looked for by it, as user name. `new`: each order brings its own."""


class FluentProvider:
    """One retailer of one account."""

    def __init__(self, session: FluentSession, choices: FluentChoices | None = None) -> None:
        self._retailer = session.account.retailer_id
        self._account = session.account
        self._choices = choices or FluentChoices()
        self._orders = FluentOrders(session)
        self._fulfilments = FluentFulfilments(session)
        self._returns = FluentReturns(session)
        self._changes = FluentChanges(session, self._orders, self._choices)

    @classmethod
    def build(cls, options: Options, surroundings: Surroundings) -> Self:
        """Options: `host`, `client_id`, `client_secret`, `username`, `password`; `account` and `retailer_id`, or
        `account_mapping` with the JSON of Fluent's setting; and those of `FluentChoices`.
        """
        refuse_unknown(options, (*_CREDENTIALS, *_WHOSE, *FluentChoices.model_fields))
        required(options, *_CREDENTIALS)
        account, retailer_id = _whose(options, surroundings)
        chosen = {name: options[name].strip() for name in FluentChoices.model_fields if name in options}
        if chosen.get("customers", "find") not in {"find", "new"}:
            raise ProviderConfigurationError("customers is find or new")
        try:
            fluent = FluentAccount.model_validate(
                {name: options[name].strip() for name in _CREDENTIALS}
                | {"account": account, "retailer_id": retailer_id}
            )
        except ValidationError as error:
            places = ", ".join(to_snake(str(one["loc"][0])) for one in error.errors(include_input=False))
            raise ProviderConfigurationError(f"{places}: not of the form that Fluent's have") from None
        session = FluentSession(fluent, surroundings.http, timeouts=Timeouts())
        return cls(session, FluentChoices(**chosen))

    def serves(self, account_id: str | None, retailer_id: str | None) -> bool:
        """Whether a message that names these is about this retailer's records; one that names none is."""
        return self._account.is_named(account_id, retailer_id)

    async def export(self, draft: LogisticOrderDraft) -> Exporting:
        """Look it up by reference and retailer, then create it with its customer, or for one who is there."""
        if draft.has_several_addresses:
            return Unsupported(
                operation="export", why="an order of Fluent's goes to one address: split by address"
            )
        standing = await self._orders.find(draft.ref)
        if standing is not None:
            return _compared(standing, draft)
        try:
            created = await self._create(draft)
        except Invalid:
            # Somebody else's may have come in between (references are unique): then it is answered, not an error.
            standing = await self._orders.find(draft.ref)
            if standing is None:
                raise
            return _compared(standing, draft)
        return Exported(ref=draft.ref, provider_id=created)

    async def cancel(self, ref: str, quantities: Sequence[LineQuantity], reason: str) -> Changing:
        """By event; settled once the order shows it."""
        return await self._changes.cancel(ref, quantities, reason)

    async def amend(self, ref: str, quantities: Sequence[LineQuantity]) -> Changing:
        """By event."""
        return await self._changes.amend(ref, quantities)

    async def change_delivery(
        self, ref: str, *, address: Address | None = None, method: str | None = None, telling: int = 0
    ) -> Changing:
        """By an event for each that changes."""
        return await self._changes.change_delivery(ref, address, method)

    async def tell_of_payment(self, ref: str, state: str, *, telling: int = 0) -> Changing:
        """By event."""
        return await self._changes.tell_of_payment(ref, state)

    async def fetch(self, ref: str) -> ProviderOrder | None:
        """The order with its items, fulfilments, parcels and returns.

        Raises:
            Unreadable: something of it is not shown; less of it would be another order.
        """
        order = await self._orders.find(ref)
        if order is None:
            return None
        items = await self._orders.items(order)
        fulfilments = [await self._listed(one) for one in await self._orders.fulfilment_ids(order)]
        return ProviderOrder(
            ref=order.ref,
            id=order.id,
            status=order.status or "",
            type=order.type,
            created_on=order.created_on,
            updated_on=order.updated_on,
            fingerprint=order.attribute(FINGERPRINT),
            cancel_reason=order.attribute("cancelReason"),
            items=tuple(_item(one) for one in items),
            fulfillments=tuple(fulfilments),
            returns=tuple(await self._returns.of_order(ref)),
        )

    async def fetch_fulfillment(self, fulfillment_id: str) -> ProviderFulfillment | None:
        """One fulfilment with its items and parcels."""
        return await self._fulfilments.fetch(fulfillment_id)

    async def updated_since(self, instant: datetime, cursor: str | None = None) -> UpdatedPage:
        """A page of the retailer's orders, by `updatedOn`."""
        page = await self._orders.updated(instant, cursor)
        orders = [
            UpdatedOrder(ref=one.ref, id=one.id, status=one.status, updated_on=one.updated_on)
            for one in page.orders
            if one.ref
        ]
        return UpdatedPage(orders=tuple(orders), next_cursor=page.next_cursor)

    async def _listed(self, fulfilment_id: str) -> ProviderFulfillment:
        """A fulfilment that the order names, and which is there for that reason."""
        found = await self._fulfilments.fetch(fulfilment_id)
        if found is None:
            raise Unreadable(
                f"{SYSTEM} lists the fulfilment {fulfilment_id} and does not show it", system=SYSTEM
            )
        return found

    async def _create(self, draft: LogisticOrderDraft) -> str:
        shared = order_input(draft, retailer_id=self._retailer, catalogue=self._choices.catalogue or None)
        customer = draft.customer.provider_id
        if customer is None and draft.customer.id and self._choices.customers == "find":
            customer = await self._orders.customer_id(draft.customer.id)
        if customer is not None:
            billing = billing_address(draft)
            extra = {"billingAddress": billing} if billing else {}
            return (await self._orders.create({**shared, **extra, "customer": {"id": customer}})).id
        new = customer_input(draft, retailer_id=self._retailer, timezone=self._choices.timezone)
        if self._choices.customers == "new":
            new["username"] = draft.ref
        return (await self._orders.create_with_customer({**shared, "customer": new})).id


def _compared(standing: FluentOrder, draft: LogisticOrderDraft) -> Exporting:
    """Ours if it says so; one without our mark is somebody else's, whatever is in it."""
    if standing.attribute(FINGERPRINT) == draft.fingerprint:
        return Exported(ref=draft.ref, provider_id=standing.id, already=True)
    return Conflict(ref=draft.ref, why="an order with other content stands under this reference")


def _whose(options: Options, surroundings: Surroundings) -> tuple[str, str]:
    """Account and retailer, from their options or from the setting's entry for our project."""
    written = options.get("account_mapping", "").strip()
    if not written:
        account, retailer_id = required(options, "account", "retailer_id")
        return account, retailer_id
    if options.get("account") or options.get("retailer_id"):
        raise ProviderConfigurationError("account_mapping names account and retailer: set one or the other")
    try:
        mappings = account_mappings(written)
    except ValueError as error:
        raise ProviderConfigurationError(str(error)) from None
    project = surroundings.commercetools.project_key if surroundings.commercetools else None
    ours = [one for one in mappings if project in {None, one.project_key}]
    if len(ours) != 1:
        raise ProviderConfigurationError(f"account_mapping has {len(ours)} entries for the project {project}")
    return ours[0].account, ours[0].retailer_id


def _item(one: FluentItem) -> ProviderItem:
    return ProviderItem(
        line_item_id=one.ref or one.id,
        quantity=one.quantity,
        exported=one.number(EXPORTED_QUANTITY),
        status=one.status,
    )
