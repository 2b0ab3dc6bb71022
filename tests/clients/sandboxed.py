"""Our client in front of the sandbox, with every exchange held to commercetools' official definition."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from clients import drafts
from clients.account import Account
from clients.commercetools import Commercetools
from clients.transport import Timeouts
from domain.order import Order
from domain.phases import Phase
from domain.states import State, StateMachine
from sandbox.app import create_app
from sandbox.options import Options
from tests.official.transport import validating

MACHINE = StateMachine(
    states=(
        State(
            key="PendingApproval", initial=True, transitions=("Approved", "Rejected"), name={"en": "Pending"}
        ),
        State(key="Approved", transitions=("InFulfillment",)),
        State(key="InFulfillment", transitions=("Completed",)),
        State(key="Completed", transitions=()),
        State(key="Rejected", transitions=()),
    ),
    phases={
        **dict.fromkeys((Phase.ROUTING, Phase.PENDING, Phase.CHANGES_REQUESTED), "PendingApproval"),
        **dict.fromkeys((Phase.REJECTED, Phase.WITHDRAWN, Phase.CANCELLED), "Rejected"),
        Phase.APPROVED: "Approved",
        Phase.IN_FULFILLMENT: "InFulfillment",
        Phase.COMPLETED: "Completed",
    },
)

_EVERYTHING = ("manage_project:placet-demo",)


@dataclass
class Sandboxed:
    """A sandbox of its own; `ours` and `shops` are two API clients, `http` reaches the sandbox's own paths."""

    ours: Commercetools
    shops: Commercetools
    http: httpx.AsyncClient

    async def fault(self, kind: str, **rule: Any) -> None:
        """Have something go wrong once."""
        answer = await self.http.post("http://sandbox/sandbox/faults", json={"kind": kind, **rule})
        assert answer.is_success, answer.text

    async def provision(self, machine: StateMachine = MACHINE) -> None:
        """Put the states there, then their transitions."""
        created = [await self.ours.create_state(drafted(state)) for state in machine.states]
        for state, resource in zip(machine.states, created, strict=True):
            action = drafts.set_transitions(state.targets)
            await self.ours.update_state(resource.id, resource.version, [action])

    async def order(self, number: str = "ON-1", **fields: Any) -> Order:
        """An order of the shop's over EUR 1,250.00."""
        return await self.shops.import_order(drafts.import_order_draft(order_draft(number, **fields)))


def drafted(state: State) -> drafts.StateDraft:
    """A declared state of orders as a draft, without its transitions: they may name states that are not there yet."""
    return drafts.state_draft(state.key, type_="OrderState", name=state.name, initial=state.initial)


def order_draft(number: str, **fields: Any) -> Mapping[str, Any]:
    """An OrderImportDraft with one custom line item."""
    item = {"name": {"en": "Pump"}, "slug": "pump-9", "quantity": 2, "money": eur(62_500)}
    return {
        "orderNumber": number,
        "totalPrice": eur(125_000),
        "customerEmail": "buyer@acme.example",
        "customLineItems": [item],
        "shippingAddress": {"country": "DE", "city": "Berlin", "pOBox": "12"},
        **fields,
    }


def eur(cent_amount: int) -> dict[str, Any]:
    """Money as drafts have it."""
    return {"currencyCode": "EUR", "centAmount": cent_amount}


@asynccontextmanager
async def sandboxed(
    timeouts: Timeouts | None = None, *, scopes: tuple[str, ...] = _EVERYTHING, **options: Any
) -> AsyncIterator[Sandboxed]:
    """A running sandbox, whose notifications and downstream reports are taken by somebody who says yes."""
    yes = Starlette(routes=[Route("/{rest:path}", _yes, methods=["POST"])])
    app = create_app(Options(push_transport=httpx.ASGITransport(yes), **options))
    transport = validating(httpx.ASGITransport(app))
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport) as http:
        accounts = [_account(name, scopes) for name in ("placet", "shop")]
        ours, shops = (Commercetools(one, http, timeouts=timeouts) for one in accounts)
        yield Sandboxed(ours, shops, http)


async def _yes(request: object) -> Response:
    return Response(status_code=202)


def _account(client: str, scopes: tuple[str, ...]) -> Account:
    return Account(
        project_key="placet-demo",
        client_id=client,
        client_secret=SecretStr(client),
        api_url="http://sandbox",
        auth_url="http://sandbox",
        scopes=scopes,
    )
