"""Drafts and small moves that the core's tests share."""

from typing import Any

import httpx

Json = dict[str, Any]

EUR: Json = {"currencyCode": "EUR", "centAmount": 500}
ADDRESS: Json = {"country": "DE", "city": "Berlin"}


def money(cents: int) -> Json:
    """Euro."""
    return {"currencyCode": "EUR", "centAmount": cents}


def order_draft(**more: Any) -> Json:
    """An OrderImportDraft with one line of three units, one custom line of two, and shipping information."""
    line = {
        "key": "line",
        "name": {"en": "Pump"},
        "variant": {"sku": "PUMP"},
        "quantity": 3,
        "price": {"value": EUR},
    }
    custom = {"key": "custom", "name": {"en": "Fitting"}, "slug": "fitting", "quantity": 2, "money": EUR}
    shipping = {"shippingMethodName": "Truck", "price": money(0), "shippingRate": {"price": money(0)}}
    draft = {
        "totalPrice": money(2500),
        "lineItems": [line],
        "customLineItems": [custom],
        "shippingInfo": shipping,
    }
    return draft | more


def cart_draft(**more: Any) -> Json:
    """A CartDraft with two units at 5.00 EUR."""
    line = {"key": "line", "sku": "PUMP", "quantity": 2, "externalPrice": EUR}
    return {"currency": "EUR", "shippingAddress": ADDRESS, "lineItems": [line]} | more


async def made(http: httpx.AsyncClient, path: str, draft: Json) -> Json:
    """The created resource."""
    answer = await http.post(path, json=draft)
    assert answer.status_code == 201, answer.text
    created: Json = answer.json()
    return created


async def updated(http: httpx.AsyncClient, path: str, resource: Json, *actions: Json) -> Json:
    """The resource after an update that must go through."""
    answer = await attempted(http, path, resource, *actions)
    assert answer.status_code == 200, answer.text
    after: Json = answer.json()
    return after


async def attempted(http: httpx.AsyncClient, path: str, resource: Json, *actions: Json) -> httpx.Response:
    """The answer to an update of the resource at the version that it is given with."""
    body = {"version": resource["version"], "actions": list(actions)}
    return await http.post(f"{path}/{resource['id']}", json=body)


def code(answer: httpx.Response) -> str:
    """The error code of a refusal."""
    found: str = answer.json()["errors"][0]["code"]
    return found


def to_state(key: str, **more: Any) -> Json:
    """A transitionState action."""
    return {"action": "transitionState", "state": {"typeId": "state", "key": key}, **more}
