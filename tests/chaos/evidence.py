"""Gathering what the sandbox kept, by its API alone."""

from typing import Any

import httpx
import yaml

from tests.chaos.notebook import Json, Notebook

_PAGE = 500


async def gather(shop: httpx.AsyncClient, sandbox: str, notebook: Notebook, states_file: str) -> Json:
    """The evidence of a run, see `tests.chaos.checker.dossiers`; `states_file` is the text of states.yaml."""
    states = await everything(shop, "states")
    return {
        "machine": yaml.safe_load(states_file),
        "states": {state["id"]: state["key"] for state in states},
        "orders": await everything(shop, "orders"),
        "messages": await everything(shop, "messages", 'resource(typeId="order")'),
        "handOvers": await everything(shop, "custom-objects/placet-fulfillment"),
        "records": await everything(shop, "custom-objects/placet-audit"),
        "journal": (await _get(shop, f"{sandbox}/sandbox/journal")),
    } | notebook.as_json()


async def unsettled(shop: httpx.AsyncClient, notebook: Notebook, resting: frozenset[str]) -> set[str]:
    """The ids of orders that are not at rest: not in one of the resting states, or without a record that says so."""
    keys = {state["id"]: state["key"] for state in await everything(shop, "states")}
    orders = {order["id"]: order for order in await everything(shop, "orders")}
    records = {one["key"]: one["value"] for one in await everything(shop, "custom-objects/placet-audit")}
    left = set()
    for placed in notebook.placed:
        held = orders.get(placed["id"], {}).get("state", {}).get("id")
        told = records.get(placed["id"], {}).get("status", {})
        if keys.get(held) not in resting or told.get("state") != keys.get(held):
            left.add(placed["id"])
    return left


async def everything(shop: httpx.AsyncClient, path: str, where: str = "") -> list[Json]:
    """Everything that a query finds, page after page by id."""
    found: list[Json] = []
    while True:
        after = f'id > "{found[-1]["id"]}"' if found else ""
        condition = " and ".join(filter(None, [where, after]))
        params = {"limit": str(_PAGE), "sort": "id asc"} | ({"where": condition} if condition else {})
        page = (await _get(shop, path, params))["results"]
        found += page
        if len(page) < _PAGE:
            return found


async def _get(shop: httpx.AsyncClient, path: str, params: dict[str, str] | None = None) -> Any:
    answer = await shop.get(path, params=params, timeout=30)
    answer.raise_for_status()
    return answer.json()
