"""The demo's shop: somebody else's API client of commercetools, which knows nothing of Placet but a state's key.

Everything here is commercetools' own HTTP API (docs/shop.md says the same to people who build shops).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from starter.exits import OutsideError

CLIENT_ID, CLIENT_SECRET = "shop", "shop"
Json = dict[str, Any]
SiteLine = tuple[str, int, Mapping[str, int]]
"""SKU, price of one in cents, and how many go to which of the sites."""

_SITES = {
    "berlin": {"country": "DE", "city": "Berlin", "streetName": "Hafenweg", "streetNumber": "1"},
    "wien": {"country": "AT", "city": "Wien", "streetName": "Lände", "streetNumber": "9"},
}
GOODS = ("DeliveryAdded", "ParcelAddedToDelivery", "ReturnInfoAdded")
"""The messages that tell what becomes of an order's goods."""
_FREIGHT = {"centAmount": 4_000, "currencyCode": "EUR"}


class Shop:
    """One project, as the shop. `http` is the caller's, who closes it."""

    def __init__(self, url: str, project_key: str, http: httpx.AsyncClient) -> None:
        self._url = url
        self._project = f"{url}/{project_key}"
        self._http = http
        self._token = ""

    async def sign_in(self) -> None:
        """Get a token."""
        form = {"grant_type": "client_credentials"}
        answer = await self._http.post(f"{self._url}/oauth/token", data=form, auth=(CLIENT_ID, CLIENT_SECRET))
        self._token = str(_answered(answer)["access_token"])

    async def order(self, number: str, cents: int, currency: str, buyer: str, state_key: str) -> Json:
        """A cart with one thing in it, ordered at once. The order's draft puts it into the waiting state."""
        item = {
            "name": {"en": "Circulation pump"},
            "slug": f"pump-{number}",
            "quantity": 1,
            "money": {"centAmount": cents, "currencyCode": currency},
        }
        cart = await self.post(
            "carts",
            {
                "currency": currency,
                "taxMode": "Disabled",
                "customerEmail": buyer,
                "customLineItems": [item],
                "shippingAddress": _SITES["berlin"],
            },
        )
        return await self._ordered(cart, number, state_key)

    async def order_for_two_sites(
        self, number: str, lines: Sequence[SiteLine], buyer: str, state_key: str
    ) -> Json:
        """A cart whose lines say how many go where, with a shipping method: without one there are no deliveries."""
        sites = [{"key": key, **address} for key, address in _SITES.items()]
        drafts = [
            {
                "sku": sku,
                "quantity": sum(targets.values()),
                "externalPrice": {"centAmount": cents, "currencyCode": "EUR"},
                "shippingDetails": {
                    "targets": [{"addressKey": key, "quantity": units} for key, units in targets.items()]
                },
            }
            for sku, cents, targets in lines
        ]
        cart = await self.post(
            "carts",
            {
                "currency": "EUR",
                "taxMode": "Disabled",
                "customerEmail": buyer,
                "shippingAddress": _SITES["berlin"],
                "itemShippingAddresses": sites,
                "lineItems": drafts,
            },
        )
        method = {
            "action": "setCustomShippingMethod",
            "shippingMethodName": "Freight",
            "shippingRate": {"price": _FREIGHT},
        }
        cart = await self.post(f"carts/{cart['id']}", {"version": cart["version"], "actions": [method]})
        return await self._ordered(cart, number, state_key)

    async def _ordered(self, cart: Json, number: str, state_key: str) -> Json:
        """The cart, ordered. The draft puts the order into the waiting state."""
        draft = {
            "cart": {"typeId": "cart", "id": cart["id"]},
            "version": cart["version"],
            "orderNumber": number,
            "state": {"typeId": "state", "key": state_key},
        }
        return await self.post("orders", draft)

    async def change_quantity(self, order_id: str, quantity: int) -> Json:
        """Change how many are ordered, by an Order Edit, as a shop's customer service does."""
        order = await self.get(f"orders/{order_id}")
        change = {
            "action": "changeCustomLineItemQuantity",
            "customLineItemId": order["customLineItems"][0]["id"],
            "quantity": quantity,
        }
        edit = await self.post(
            "orders/edits", {"resource": {"typeId": "order", "id": order_id}, "stagedActions": [change]}
        )
        apply = {"editVersion": edit["version"], "resourceVersion": order["version"]}
        return await self.post(f"orders/edits/{edit['id']}/apply", apply)

    async def refused_move(self, order_id: str, state_key: str) -> str | None:
        """Try to move an order past Placet, as anybody with `manage_orders` can; why it was refused, None if it was not."""
        order = await self.get(f"orders/{order_id}")
        action = {"action": "transitionState", "state": {"typeId": "state", "key": state_key}}
        body = {"version": order["version"], "actions": [action]}
        answer = await self._http.post(
            f"{self._project}/orders/{order_id}", json=body, headers=self._headers()
        )
        return None if answer.is_success else str(answer.json().get("message"))

    async def state_keys(self) -> Mapping[str, str]:
        """The key of every state, by id."""
        page = await self.get("states?limit=500")
        return {state["id"]: state["key"] for state in page["results"]}

    async def follow_changes(self, url: str) -> None:
        """Have every move of an order's state, and what becomes of its goods, delivered to a URL of ours."""
        destination = {
            "type": "ConfluentCloud",
            "bootstrapServer": url,
            "apiKey": "demo",
            "apiSecret": "demo",
            "acks": "1",
            "topic": "demo",
        }
        selected = [{"resourceTypeId": "order", "types": ["OrderStateTransition", *GOODS]}]
        await self.post(
            "subscriptions", {"key": "placet-demo", "destination": destination, "messages": selected}
        )

    async def get(self, path: str) -> Json:
        """The JSON at a path of the project."""
        return _answered(await self._http.get(f"{self._project}/{path}", headers=self._headers()))

    async def post(self, path: str, body: Json) -> Json:
        """What a POST is answered."""
        answer = await self._http.post(f"{self._project}/{path}", json=body, headers=self._headers())
        return _answered(answer)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


def _answered(answer: httpx.Response) -> Json:
    if not answer.is_success:
        raise OutsideError(f"the sandbox answered {answer.status_code}: {answer.text[:300]}")
    document: Json = answer.json()
    return document
