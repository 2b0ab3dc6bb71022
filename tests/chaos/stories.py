"""What clients do with an order: a seeded mix. No story asserts anything; the checker judges by what was answered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType

from tests.chaos.doors import Desk, Shop
from tests.chaos.notebook import Json
from tests.chaos.watch import Watch

MANAGERS, FINANCE, DIRECTOR = ("ana", "ben"), ("cleo", "cem"), "dana"
_ENDED = frozenset({"inFulfillment", "completed", "rejected", "withdrawn", "cancelled"})
FINAL = frozenset({"Completed", "Rejected", "Cancelled"})
BUYER = "buyer@acme.example"


@dataclass
class Scene:
    """One order, and whoever plays a part in its story."""

    order_id: str
    number: str
    shop: Shop
    desk: Desk
    watch: Watch
    random: Random
    ids: list[str] = field(default_factory=list)

    def decision(self, who: str, verdict: str = "approve", **more: object) -> Json:
        """The body of a new decision."""
        self.ids.append(who)
        return {
            "decisionId": f"{self.number}-{len(self.ids)}-{who}",
            "approver": who,
            "verdict": verdict,
        } | more

    async def asked(self, *people: str) -> Json:
        """The status once one of these people may decide, or nobody any more."""

        def ready(status: Json) -> bool:
            may = {pending["approver"] for pending in status["pending"]} & set(people)
            return status["phase"] in _ENDED or bool(may)

        what = f"{'/'.join(people)} being asked"
        await self.watch.until(self.order_id, bool, what)
        return await self.desk.until(self.order_id, ready, what)

    async def ended(self) -> None:
        """Return once the order is at its end."""
        await self.watch.until(self.order_id, lambda state: state in FINAL, "the order's end")

    async def say(self, who: str, verdict: str = "approve", **more: object) -> Json:
        """A decision on the revision that the status shows, decided on anew for as long as it is superseded."""
        status = await self.asked(who)
        while status["phase"] not in _ENDED and not self.desk.patience.over:
            await self.think()
            body = self.decision(who, verdict, revision=status["revision"], **more)
            answer = await self.desk.decide(self.order_id, body)
            if answer.get("receipt") not in {"superseded", "notPending"}:
                return answer
            await asyncio.sleep(1)
            status = await self.asked(who)
        return {}

    async def think(self, longest: float = 0.8) -> None:
        """People take their time."""
        await asyncio.sleep(self.random.uniform(0, longest))


@dataclass(frozen=True)
class Story:
    """How an order goes: what happens, its total in cents, and how often it is told among others."""

    run: Callable[[Scene], Awaitable[None]]
    cents: int = 150_000
    currency: str = "EUR"
    weight: int = 4
    others: tuple[str, ...] = ()


async def automatic(scene: Scene) -> None:
    """Nobody is asked."""
    await scene.ended()


async def one_step(scene: Scene) -> None:
    """A manager's yes."""
    await scene.say(scene.random.choice(MANAGERS), comment="needed in the plant")
    await scene.ended()


async def two_steps(scene: Scene) -> None:
    """A manager's yes, then that of finance."""
    await scene.say(scene.random.choice(MANAGERS))
    await scene.say(scene.random.choice(FINANCE))
    await scene.ended()


async def rejected(scene: Scene) -> None:
    """A manager's no."""
    await scene.say(scene.random.choice(MANAGERS), "reject", comment="not budgeted")
    await scene.ended()


async def rejected_late(scene: Scene) -> None:
    """A manager's yes, and a no from finance."""
    await scene.say(scene.random.choice(MANAGERS))
    await scene.say(scene.random.choice(FINANCE), "reject")
    await scene.ended()


async def withdrawn(scene: Scene) -> None:
    """The requester takes it back, sometimes before anybody was asked, and says so twice."""
    if scene.random.random() < 0.7:
        await scene.asked(*MANAGERS)
    body = {"withdrawalId": f"{scene.number}-back", "requester": BUYER, "comment": "ordered twice"}
    await scene.desk.withdraw(scene.order_id, body)
    await scene.desk.withdraw(scene.order_id, body)
    await scene.ended()


async def withdrawn_while_decided(scene: Scene) -> None:
    """The requester takes it back while a manager says yes: one of the two is too late."""
    await scene.asked(*MANAGERS)
    body = {"withdrawalId": f"{scene.number}-back", "requester": BUYER}
    await asyncio.gather(
        scene.desk.withdraw(scene.order_id, body),
        scene.desk.decide(scene.order_id, scene.decision("ben", revision=1)),
    )
    await scene.ended()


async def changed_in_between(scene: Scene) -> None:
    """The order is changed after its approver has seen it; the decision on what was seen does not count."""
    status = await scene.asked(*MANAGERS)
    moving = asyncio.create_task(scene.shop.ship_to(scene.order_id, "Bremen"))
    await scene.think(0.4)
    body = scene.decision("ana", revision=status["revision"])
    await scene.desk.decide(scene.order_id, body)
    await moving
    await _asked_again(scene, "ben")


async def changed_while_released(scene: Scene) -> None:
    """The order is changed just when its approver has said yes."""
    status = await scene.asked(*MANAGERS)
    await asyncio.gather(
        scene.desk.decide(scene.order_id, scene.decision("ben", revision=status["revision"])),
        scene.shop.ship_to(scene.order_id, "Leipzig"),
    )
    await _asked_again(scene, "ana")


async def _asked_again(scene: Scene, who: str) -> None:
    """Whoever is asked again decides again, until the order is at its end."""
    while not scene.desk.patience.over:
        status = await scene.asked(who)
        if status["phase"] in _ENDED:
            break
        await scene.desk.decide(scene.order_id, scene.decision(who, revision=status["revision"]))
        await asyncio.sleep(1)
    await scene.ended()


async def sent_many_times(scene: Scene) -> None:
    """An impatient sender: the same decision several times at once, and again when all is over."""
    status = await scene.asked(*MANAGERS)
    body = scene.decision("ana", revision=status["revision"])
    await asyncio.gather(*(scene.desk.decide(scene.order_id, body) for _ in range(4)))
    other = body | {"verdict": "reject"}
    await scene.desk.decide(scene.order_id, other)
    await scene.ended()
    await scene.desk.decide(scene.order_id, body)


async def two_at_once(scene: Scene) -> None:
    """Two managers click at the same time, not always of one mind."""
    status = await scene.asked(*MANAGERS)
    verdicts = scene.random.choice([("approve", "approve"), ("approve", "reject"), ("reject", "approve")])
    await asyncio.gather(
        *(
            scene.desk.decide(scene.order_id, scene.decision(who, verdict, revision=status["revision"]))
            for who, verdict in zip(MANAGERS, verdicts, strict=True)
        )
    )
    await scene.ended()


async def too_late(scene: Scene) -> None:
    """Decisions after the end, and a withdrawal."""
    await scene.say("ben", scene.random.choice(["approve", "reject"]))
    await scene.ended()
    await scene.desk.decide(scene.order_id, scene.decision("ana"))
    body = {"withdrawalId": f"{scene.number}-back", "requester": BUYER}
    await scene.desk.withdraw(scene.order_id, body)


async def too_early(scene: Scene) -> None:
    """A decision before anybody could know of the order, without a revision."""
    await scene.desk.decide(scene.order_id, scene.decision("ana"))
    await scene.ended()


async def strangers(scene: Scene) -> None:
    """People who have no say, before the one who has."""
    await scene.asked(*MANAGERS)
    await scene.desk.decide(scene.order_id, scene.decision("cleo"))
    await scene.desk.decide(scene.order_id, scene.decision("mallory", "reject"))
    await scene.say("ana")
    await scene.ended()


async def near_the_deadline(scene: Scene) -> None:
    """Three seconds until it is rejected, and a yes at about that time."""
    await scene.asked(*FINANCE)
    await asyncio.sleep(scene.random.uniform(1.5, 3.5))
    await scene.desk.decide(scene.order_id, scene.decision("cem"))
    await scene.ended()


async def nobody_in_time(scene: Scene) -> None:
    """The deadline passes, which means no."""
    await scene.ended()


async def escalated(scene: Scene) -> None:
    """The managers miss their three seconds; then only the director decides."""
    await scene.asked(DIRECTOR)
    await scene.desk.decide(scene.order_id, scene.decision("ana"))
    await scene.say(DIRECTOR)
    await scene.ended()


async def changes_requested(scene: Scene) -> None:
    """An approver wants changes; the buyer makes them, and is asked for nothing more."""
    status = await scene.asked(*MANAGERS)
    body = scene.decision("ana", "requestChanges", revision=status["revision"], comment="to the other plant")
    await scene.desk.decide(scene.order_id, body)
    await scene.shop.ship_to(scene.order_id, "Kiel")
    await scene.say("ben")
    await scene.ended()


async def undecided(scene: Scene) -> None:
    """Nobody comes to it: it has to wait."""
    await scene.asked(*MANAGERS)


async def cancelled_outside(scene: Scene) -> None:
    """Somebody cancels the order in commercetools while it waits; a decision comes too late for it."""
    await scene.asked(*MANAGERS)
    cancel = {"action": "transitionState", "state": {"typeId": "state", "key": "Cancelled"}}
    also = {"action": "changeOrderState", "orderState": "Cancelled"}
    await scene.shop.change(scene.order_id, cancel, also)
    await scene.think()
    await scene.desk.decide(scene.order_id, scene.decision("ana"))
    await scene.ended()


STORIES: Mapping[str, Story] = MappingProxyType(
    {
        "automatic": Story(automatic, cents=24_000, weight=8),
        "one step": Story(one_step, weight=8),
        "two steps": Story(two_steps, cents=1_500_000, weight=6),
        "rejected": Story(rejected),
        "rejected by the second": Story(rejected_late, cents=1_200_000),
        "withdrawn": Story(withdrawn),
        "withdrawn while decided": Story(withdrawn_while_decided),
        "changed in between": Story(changed_in_between, weight=5),
        "changed while released": Story(changed_while_released, weight=5),
        "sent many times": Story(sent_many_times),
        "two at once": Story(two_at_once),
        "too late": Story(too_late),
        "too early": Story(too_early),
        "strangers": Story(strangers, weight=2),
        "near the deadline": Story(near_the_deadline, cents=80_000, currency="USD"),
        "nobody in time": Story(nobody_in_time, cents=90_000, currency="USD", weight=2),
        "escalated": Story(escalated, cents=600_000, weight=3),
        "changes requested": Story(changes_requested, weight=3),
        "undecided": Story(undecided, weight=2),
        "cancelled outside": Story(cancelled_outside, weight=2, others=("Cancelled",)),
    }
)
