"""A local Fluent that runs in this process, somebody who is logged in to it, and a receiver of its webhooks."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.app import create_app
from sandbox.fluent import Fluent, fluent_of
from sandbox.fluent_options import FluentOptions
from sandbox.options import Options

HOST = "http://sandbox.test/fluent"
STEER = "http://sandbox.test/sandbox/fluent"
WEBHOOK = "http://placet.test/webhooks/fluent"
QUICK = FluentOptions(webhook_url=WEBHOOK, step_ms=1, retry_at=(0.02, 0.04, 0.06), answer_within=2.0)
LOGIN = {
    "username": "placet",
    "password": "placet",
    "client_id": "PLACET_DEMO",
    "client_secret": "placet",
    "grant_type": "password",
    "scope": "api",
}
CREATE = """
mutation Create($input: CreateOrderInput) {
  createOrder(input: $input) { id ref status retailer { id } items { edges { node { id ref quantity } } } }
}
"""
EVERYTHING = """
query Everything($ref: [String], $retailer: [Int!]) {
  orders(ref: $ref, retailerId: $retailer) { edges { node {
    id ref status
    attributes { name value }
    items { edges { node { ref quantity status } } }
    fulfilments { edges { node {
      ref status fromLocation { ref } deliveryType toAddress { city }
      attributes { name value }
      items { edges { node { requestedQuantity filledQuantity rejectedQuantity orderItem { ref } } } }
      articles { edges { node {
        ref
        items { edges { node { quantity orderItem { ref } } } }
        consignmentArticles { edges { node { consignment { consignmentReference trackingLabel labelUrl } } } }
        carrierConsignmentArticles { edges { node { carrierConsignment {
          trackingLabel attributes { name value }
        } } } }
      } } }
    } } }
  } } }
}
"""


@dataclass
class Inbox:
    """An ASGI app that keeps what it is sent, byte by byte, and answers what it is told to: `answers`, then 200."""

    raw: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    delay: float = 0.0

    async def _take(self, request: Request) -> Response:
        self.raw.append(await request.body())
        self.headers.append(dict(request.headers))
        await asyncio.sleep(self.delay)
        return Response(status_code=self.answers.pop(0) if self.answers else 200)

    def transport(self) -> httpx.ASGITransport:
        """What the sandbox sends through."""
        return httpx.ASGITransport(Starlette(routes=[Route("/{rest:path}", self._take, methods=["POST"])]))

    async def arrived(self, times: int) -> None:
        """Return when so many have come; AssertionError after five seconds."""
        for _ in range(500):
            if len(self.raw) >= times:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{len(self.raw)} arrived")

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What came, parsed."""
        return [json.loads(one) for one in self.raw]

    def told(self, kind: str) -> list[str]:
        """The statuses of one entity type, in the order in which they came."""
        return [one["entityStatus"] for one in self.bodies if one["entityType"] == kind]


@dataclass
class Here:
    """A running Fluent and who speaks to it; `http` is logged in."""

    http: httpx.AsyncClient
    app: Starlette
    inbox: Inbox

    @property
    def fluent(self) -> Fluent:
        """The account."""
        return fluent_of(self.app.state)

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer to a GraphQL request, errors included."""
        answer = await self.http.post("/graphql", json={"query": query, "variables": variables})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def create(self, ref: str = "ON-1-1", **more: Any) -> dict[str, Any]:
        """Create an order of three of one thing and two of another, and give what was answered."""
        answer = await self.ask(CREATE, input=order_input(ref) | more)
        assert "errors" not in answer, answer
        created: dict[str, Any] = answer["data"]["createOrder"]
        return created

    async def steer(self, path: str, body: Any) -> Any:
        """POST to one of the sandbox's own endpoints."""
        answer = await self.http.post(f"{STEER}/{path}", json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def event(
        self, name: str, mode: str = "sync", ref: str = "ON-1-1", **attributes: Any
    ) -> httpx.Response:
        """Send an event about an order."""
        body = {
            "name": name,
            "retailerId": "1",
            "entityType": "ORDER",
            "entityRef": ref,
            "attributes": attributes,
        }
        return await self.http.post(f"/api/v4.1/event/{mode}", json=body)

    async def order(self, ref: str = "ON-1-1") -> dict[str, Any]:
        """The whole order, connections as lists."""
        answer = await self.ask(EVERYTHING, ref=[ref], retailer=[1])
        [found] = flat(answer["data"]["orders"])
        return dict(found)

    async def reached(self, status: str, ref: str = "ON-1-1") -> None:
        """Return when the order, or one of its fulfilments, has the status; AssertionError after five seconds."""
        order: dict[str, Any] = {}
        for _ in range(500):
            order = await self.order(ref)
            if status in (order["status"], *(one["status"] for one in order["fulfilments"])):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{ref} is {order['status']}")


def order_input(ref: str) -> dict[str, Any]:
    """A CreateOrderInput."""
    address = {"ref": f"{ref}-to", "name": "Ada", "city": "Berlin", "country": "DE"}
    return {
        "ref": ref,
        "type": "HD",
        "retailer": {"id": "1"},
        "customer": {"id": "1"},
        "totalPrice": 50.0,
        "fulfilmentChoice": {"deliveryType": "STANDARD", "deliveryAddress": address},
        "items": [
            {"ref": "line-1", "productRef": "DESK", "quantity": 3, "price": 10.0},
            {"ref": "line-2", "productRef": "LAMP", "quantity": 2, "price": 10.0},
        ],
    }


def verified(key: RSAPublicKey, signature: str, raw: bytes, algorithm: HashAlgorithm) -> bool:
    """Whether this is the key's signature (RSASSA-PKCS1-v1_5, base64) of these bytes."""
    try:
        key.verify(base64.b64decode(signature, validate=True), raw, PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    return True


def flat(value: Any) -> Any:
    """Connections as lists of nodes, all the way down."""
    if isinstance(value, dict):
        if "edges" in value:
            return [flat(edge["node"]) for edge in value["edges"]]
        return {name: flat(member) for name, member in value.items()}
    return [flat(one) for one in value] if isinstance(value, list) else value


@asynccontextmanager
async def fluent_here(**options: Any) -> AsyncIterator[Here]:
    """A Fluent of its own, its lifespan running, with somebody logged in."""
    inbox = Inbox()
    app = create_app(Options(push_transport=inbox.transport(), fluent=replace(QUICK, **options)))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as http,
    ):
        answer = await http.post("/oauth/token", params=LOGIN)
        http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield Here(http, app, inbox)
