"""What will happen, all of it drawn from the seed before anything starts: the same seed is the same schedule."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.chaos.stories import STORIES

Json = dict[str, Any]


@dataclass(frozen=True)
class Arrival:
    """An order that is placed `at` seconds after the start, and the seed of those who deal with it."""

    at: float
    number: str
    story: str
    seed: int


@dataclass(frozen=True)
class Blow:
    """Something that breaks `at` seconds after the start. `seconds`: for how long it is away."""

    at: float
    what: str
    seconds: float = 0.0
    rules: tuple[Json, ...] = ()

    def __str__(self) -> str:
        kinds = ", ".join(f"{rule['kind']}x{rule['times']}" for rule in self.rules)
        return f"{self.at:5.1f} s {self.what}" + (
            f" for {self.seconds:.1f} s" if self.seconds else f" {kinds}"
        )


@dataclass(frozen=True)
class Plan:
    """A run: its orders over `seconds`, and what breaks meanwhile."""

    seed: int
    seconds: float
    arrivals: tuple[Arrival, ...]
    blows: tuple[Blow, ...]


def draw(seed: int, orders: int, seconds: float) -> Plan:
    """The plan of a seed for so many orders that arrive over so many seconds."""
    random = Random(seed)
    names, weights = list(STORIES), [story.weight for story in STORIES.values()]
    told = (names + random.choices(names, weights, k=max(orders - len(names), 0)))[:orders]
    random.shuffle(told)
    arrivals = tuple(
        Arrival(random.uniform(0, seconds), f"C{seed}-{n}", story, random.getrandbits(32))
        for n, story in enumerate(told, 1)
    )
    blows = sorted((*_ends(random, seconds), *_weather(random, seconds)), key=lambda blow: blow.at)
    return Plan(seed, seconds, tuple(sorted(arrivals, key=lambda one: one.at)), tuple(blows))


def _ends(random: Random, seconds: float) -> Iterator[Blow]:
    """Whose end comes when: workers every few seconds and once all of them, the edge, and Temporal by both signals."""
    at = random.uniform(1, 3)
    while at < seconds:
        yield Blow(at, "kill a worker", random.uniform(0.3, 2.5))
        at += random.uniform(4, 9)
    yield Blow(random.uniform(0.3, 0.9) * seconds, "kill all workers", random.uniform(1, 4))
    for part in range(max(1, round(seconds / 20))):
        yield Blow(
            (part + random.random()) * seconds / max(1, round(seconds / 20)),
            "kill the edge",
            random.uniform(0.2, 3),
        )
    first, second = random.sample(["stop Temporal", "kill Temporal"], 2)
    yield Blow(random.uniform(0.15, 0.4) * seconds, first, random.uniform(0.5, 3))
    yield Blow(random.uniform(0.6, 0.9) * seconds, second, random.uniform(0.5, 3))


def _weather(random: Random, seconds: float) -> Iterator[Blow]:
    """Faults of commercetools, a handful every other second."""
    at = 0.5
    while at < seconds:
        yield Blow(at, "commercetools:", rules=tuple(_rule(random) for _ in range(random.randint(2, 5))))
        at += random.uniform(1.5, 3)


_ORDERS = r"^/orders/[0-9a-f]{8}-"
_OBJECTS = r"^/custom-objects"


def _rule(random: Random) -> Json:
    """One fault rule. A conflict never touches a hand-over, so that the checker may insist on its one write."""
    path = random.choice([_ORDERS, _ORDERS, _OBJECTS])
    times = random.randint(1, 6)
    return random.choice(
        [
            {"kind": "conflict", "times": times, "path": _ORDERS},
            {"kind": "conflict", "times": times, "path": _OBJECTS, "action": "placet-audit"},
            {"kind": "rateLimit", "times": times, "path": path, "retryAfterSeconds": random.randint(1, 2)},
            {
                "kind": "errorBeforeCommit",
                "times": times,
                "path": path,
                "status": random.choice([500, 502, 503, 504]),
            },
            {"kind": "errorAfterCommit", "times": times, "method": "POST", "path": path, "status": 500},
            {"kind": "errorAfterCommit", "times": times, "method": "POST", "path": path, "drop": True},
            {"kind": "slow", "times": times, "path": path, "delayMs": random.randint(200, 3000)},
            {"kind": "slow", "times": 1, "method": "POST", "path": path, "delayMs": 11_000},
            {"kind": "expireTokens", "times": 1},
            {"kind": "dropNotification", "times": random.randint(1, 3)},
            {"kind": "repeatNotification", "times": times * 2, "copies": random.randint(1, 2)},
            {"kind": "reorderNotifications", "times": times, "window": random.randint(2, 5)},
        ]
    )
