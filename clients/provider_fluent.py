"""Fluent Commerce as a provider: orders by GraphQL, changes as events into the retailer's own workflows.

Which event means what is the retailer's choice. The names below are the defaults; an option `event_...` replaces one,
and an empty one says that the workflows have none. `CancelOrder` with `cancelReason` stands in Fluent's documents
[docs.fluentcommerce.com, workflow event execution].
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from pydantic import ValidationError

from clients.errors import Invalid
from clients.fluent.account import FluentAccount, account_mappings
from clients.fluent.drafts import (
    FINGERPRINT,
    address_input,
    billing_address,
    customer_input,
    order_input,
)
from clients.fluent.events import EventOutcome, FluentEvent, FluentEvents
from clients.fluent.fulfilments import FluentFulfilments
from clients.fluent.orders import FluentItem, FluentOrder, FluentOrders
from clients.fluent.returns import FluentReturns
from clients.fluent.session import FluentSession
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
from domain.provider_answers import Accepted, Conflict, Exported, LineQuantity, Refused, Unsupported
from domain.provider_orders import ProviderFulfillment, ProviderItem, ProviderOrder, UpdatedOrder, UpdatedPage
from domain.value import Value

_CREDENTIALS = ("host", "client_id", "client_secret", "username", "password")
_WHOSE = ("account", "retailer_id", "account_mapping")
_CANCELLED = frozenset({"CANCELLED", "CANCELED"})


class FluentChoices(Value):
    """What differs from retailer to retailer. An event without a name is one that the workflows do not know."""

    event_cancel: str = "CancelOrder"
    event_cancel_items: str = "CancelOrderItems"
    event_amend: str = "AmendOrder"
    event_address: str = "ChangeDeliveryAddress"
    event_method: str = "ChangeDeliveryType"
    event_payment: str = "PaymentStatusUpdate"
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
        self._choices = choices or FluentChoices()
        self._orders = FluentOrders(session)
        self._fulfilments = FluentFulfilments(session)
        self._returns = FluentReturns(session)
        self._events = FluentEvents(session)

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
            places = ", ".join(str(one["loc"][0]) for one in error.errors(include_input=False))
            raise ProviderConfigurationError(f"{places}: not of the form that Fluent's have") from None
        session = FluentSession(fluent, surroundings.http, timeouts=Timeouts())
        return cls(session, FluentChoices(**chosen))

    async def export(self, draft: LogisticOrderDraft) -> Exporting:
        """Look it up by reference and retailer, then create it with its customer, or for one who is there."""
        standing = await self._orders.find(draft.ref)
        if standing is not None:
            return await self._compared(standing, draft)
        try:
            created = await self._create(draft)
        except Invalid:
            # Somebody else's may have come in between (references are unique): then it is answered, not an error.
            standing = await self._orders.find(draft.ref)
            if standing is None:
                raise
            return await self._compared(standing, draft)
        return Exported(ref=draft.ref, provider_id=created)

    async def cancel(self, ref: str, quantities: Sequence[LineQuantity], reason: str) -> Changing:
        """All of it, or these quantities altogether; the workflow decides whether the order's status allows it."""
        order = await self._orders.find(ref)
        if order is not None and (order.status or "").upper() in _CANCELLED:
            return Accepted(ref=ref, settled=True)
        name = self._choices.event_cancel_items if quantities else self._choices.event_cancel
        told: dict[str, Any] = {"cancelReason": reason}
        if quantities:
            told["items"] = _listed(quantities)
        return await self._run("cancel", name, ref, order, told)

    async def amend(self, ref: str, quantities: Sequence[LineQuantity]) -> Changing:
        """These quantities from now on."""
        order = await self._orders.find(ref)
        return await self._run("amend", self._choices.event_amend, ref, order, {"items": _listed(quantities)})

    async def change_delivery(
        self, ref: str, *, address: Address | None = None, method: str | None = None
    ) -> Changing:
        """Two events where both change; what the first is answered stands if it is no yes."""
        order = await self._orders.find(ref)
        answer: Changing = Unsupported(
            operation="change_delivery", why="neither address nor method was given"
        )
        asked: list[tuple[str, dict[str, Any]]] = []
        if address is not None:
            told = address_input(address, f"{ref}-delivery")
            asked.append((self._choices.event_address, {"deliveryAddress": told}))
        if method is not None:
            asked.append((self._choices.event_method, {"deliveryType": method}))
        for name, attributes in asked:
            answer = await self._run("change_delivery", name, ref, order, attributes)
            if not isinstance(answer, Accepted):
                return answer
        return answer

    async def tell_of_payment(self, ref: str, state: str) -> Changing:
        """The state as commercetools spells it, for the workflow to read."""
        order = await self._orders.find(ref)
        told = {"paymentState": state}
        return await self._run("tell_of_payment", self._choices.event_payment, ref, order, told)

    async def fetch(self, ref: str) -> ProviderOrder | None:
        """The order with its items, fulfilments, parcels and returns."""
        order = await self._orders.find(ref)
        if order is None:
            return None
        items = await self._orders.items(order)
        found = [await self._fulfilments.fetch(one) for one in await self._orders.fulfilment_ids(order)]
        return ProviderOrder(
            ref=order.ref,
            id=order.id,
            status=order.status or "",
            type=order.type,
            created_on=order.created_on,
            updated_on=order.updated_on,
            fingerprint=order.attribute(FINGERPRINT),
            items=tuple(_item(one) for one in items),
            fulfillments=tuple(one for one in found if one is not None),
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

    async def _compared(self, standing: FluentOrder, draft: LogisticOrderDraft) -> Exporting:
        """Ours if it says so; one without our mark is somebody else's, whatever is in it."""
        if standing.attribute(FINGERPRINT) == draft.fingerprint:
            return Exported(ref=draft.ref, provider_id=standing.id, already=True)
        return Conflict(ref=draft.ref, why="an order with other content stands under this reference")

    async def _run(
        self, operation: str, event: str, ref: str, order: FluentOrder | None, attributes: dict[str, Any]
    ) -> Changing:
        if not event:
            return Unsupported(operation=operation, why="the workflows have no event for it")
        if order is None:
            return Refused(ref=ref, why="unknownOrder")
        told = FluentEvent(name=event, entity_ref=ref, entity_id=order.id, attributes=attributes)
        outcome = await self._events.run(told)
        if outcome is EventOutcome.NO_RULE:
            return Refused(ref=ref, why="noWorkflowRule")
        return Accepted(ref=ref, settled=outcome is EventOutcome.DONE)


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
    return ProviderItem(line_item_id=one.ref or one.id, quantity=one.quantity, status=one.status)


def _listed(quantities: Sequence[LineQuantity]) -> list[dict[str, Any]]:
    """Order items by their reference, which is the line item's id."""
    ordered = sorted(quantities, key=lambda one: one.line_item_id)
    return [{"ref": one.line_item_id, "quantity": one.quantity} for one in ordered]
