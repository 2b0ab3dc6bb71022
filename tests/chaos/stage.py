"""Where stories are played: an order is placed, and its people do what they do."""

import asyncio
from dataclasses import dataclass
from random import Random

import httpx

from tests.chaos.doors import Desk, InVainError, Patience, Shop
from tests.chaos.notebook import Json, Notebook, now
from tests.chaos.plan import Arrival
from tests.chaos.stories import STORIES, Scene
from tests.chaos.watch import Watch

_CITY = "Berlin"


@dataclass(frozen=True)
class Stage:
    """What all clients of a run share."""

    shop: httpx.AsyncClient
    edge: httpx.AsyncClient
    watch: Watch
    patience: Patience
    notebook: Notebook

    async def play(self, arrival: Arrival) -> None:
        """An order from its placing to the end of its story, or of its people's patience."""
        random, story = Random(arrival.seed), STORIES[arrival.story]
        await asyncio.sleep(arrival.at)
        door = Shop(self.shop, self.patience, random)
        order_id = await door.place(arrival.number, story.cents, story.currency, _CITY)
        self.notebook.placed.append(_placed(order_id, arrival))
        desk = Desk(self.edge, self.patience, random, self.notebook)
        scene = Scene(order_id, arrival.number, door, desk, self.watch, random)
        try:
            await story.run(scene)
        except InVainError as error:
            self.notebook.in_vain(order_id, str(error))


def _placed(order_id: str, arrival: Arrival) -> Json:
    """What the checker has to know of the order; see `tests.chaos.checker.dossiers`."""
    story = STORIES[arrival.story]
    return {
        "id": order_id,
        "number": arrival.number,
        "story": arrival.story,
        "cents": story.cents,
        "currency": story.currency,
        "city": _CITY,
        "movedByOthers": list(story.others),
        "cancelledOutside": bool(story.others),
        "at": now(),
    }
