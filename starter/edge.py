"""What the edge is made of: everything is handed to it, and every handler finds it here."""

from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import Depends, Request
from pydantic import ValidationError

from clients.errors import Unreadable
from clients.resources import CustomObject, Message, Project, StateResource
from domain.fulfillment import AUDIT_CONTAINER
from domain.order import Order
from domain.reasons import Reasons
from domain.status import OrderRecord
from starter.guard import Guard
from starter.inbound_gateway import Webhooks
from starter.metrics import Metrics
from starter.orders_gateway import OrderWorkflows
from starter.tokens import Tokens


class Shop(Protocol):
    """What the edge reads of commercetools; `clients.commercetools.Commercetools` is one."""

    @property
    def client_id(self) -> str:
        """Our API client."""

    @property
    def project_key(self) -> str:
        """The project."""

    async def order(self, order_id: str) -> Order | None:
        """The order, None if there is none."""

    async def message(self, message_id: str) -> Message | None:
        """The message, None if it cannot be found."""

    async def custom_object(self, container: str, key: str) -> CustomObject | None:
        """The custom object, None if there is none."""

    async def project(self) -> Project:
        """The project's settings."""

    async def states(self, type_: str | None = None) -> list[StateResource]:
        """Every state of a type."""


@dataclass(frozen=True)
class Edge:
    """One edge of one project."""

    orders: OrderWorkflows
    shop: Shop
    tokens: Tokens
    guard: Guard
    metrics: Metrics = field(default_factory=Metrics)
    webhooks: Webhooks = field(default_factory=Webhooks)
    reasons: Reasons = field(default_factory=Reasons)


async def record_of(shop: Shop, order_id: str) -> OrderRecord | None:
    """The order's lasting record, None if there is none, or something else stands in its place.

    Raises:
        ClientError: commercetools does not answer.
    """
    held = await shop.custom_object(AUDIT_CONTAINER, order_id)
    if held is None:
        return None
    try:
        return OrderRecord.model_validate(held.value, extra="ignore")  # a newer worker may have written more
    except ValidationError:
        return None


async def exists(shop: Shop, order_id: str) -> bool:
    """Whether commercetools has the order, readable or not; raises as above."""
    try:
        return await shop.order(order_id) is not None
    except Unreadable:
        return True


async def _edge(request: Request) -> Edge:
    edge: Edge = request.app.state.edge
    return edge


TheEdge = Annotated[Edge, Depends(_edge)]
