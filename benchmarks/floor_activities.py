"""The floor's activity: a POST, and nothing else."""

import asyncio
from dataclasses import dataclass

import httpx
from temporalio import activity


@dataclass(frozen=True)
class Written:
    """The writes of one activity, by number."""

    order_id: str
    numbers: tuple[int, ...]


class FloorActivities:
    """Plain activities: POST, and nothing else."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self._url = url

    @activity.defn
    async def write(self, written: Written) -> None:
        """One POST for each number; several of them side by side, as the product's are that can be."""
        async with asyncio.TaskGroup() as posts:
            for number in written.numbers:
                posts.create_task(self._post(written.order_id, number))

    async def _post(self, order_id: str, number: int) -> None:
        answer = await self._http.post(self._url, json={"orderId": order_id, "n": number})
        answer.raise_for_status()
