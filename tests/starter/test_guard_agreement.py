"""Sandbox, domain and guard agree on every move: random machines, random walks, no move by force.

The sandbox knows nothing of ours: it enforces the states that were posted to it, and asks the guard where an
extension tells it to. So each of its answers is evidence for, or against, what domain and guard say.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from clients import drafts
from clients.account import Account
from clients.commercetools import Commercetools
from clients.errors import InvalidOperation
from domain.guard import Caller, Drift, drift, refusal_of_creation, refusal_of_move
from domain.order import Order
from domain.phases import Phase
from domain.release import ReleaseVerdict
from domain.states import StateMachine
from sandbox.app import create_app as create_sandbox
from sandbox.options import ApiClient, Options
from starter.api import create_app as create_edge
from starter.edge import Edge
from starter.guard import Guard
from starter.orders_gateway import UnansweredError
from starter.tokens import Tokens, all_rights
from tests.clients.sandboxed import drafted, order_draft
from tests.domain.machines import Place, keys, machines, one_by_one, released_by_hand
from tests.starter.fakes import FakeOrders

PROJECT, TOKEN = "placet-demo", "guard-token"
CLIENTS = {Caller.PLACET: "placet", Caller.OPERATOR: "desk", Caller.OTHER: "shop"}
Update = tuple[Caller, list[tuple[bool, int]]]
"""One request: who makes it, and for each of its moves whether it may go astray, and where it goes (see `led`)."""

pytestmark = pytest.mark.slow
briefly = settings(
    max_examples=40, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)


class Word(FakeOrders):
    """Workflows that have one word on every order: released, not released, or no answer (None)."""

    def __init__(self, word: bool | None) -> None:
        super().__init__()
        self._word = word

    async def released(self, order_id: str, digest: str) -> ReleaseVerdict:
        """The word, on that very content."""
        if self._word is None:
            raise UnansweredError("no answer")
        return ReleaseVerdict(digest=digest, released=self._word, phase=Phase.PENDING)


@dataclass
class World:
    """A sandbox with a machine in it, and three API clients: ours, an operator's and somebody's."""

    machine: StateMachine
    clients: dict[Caller, Commercetools]
    ids: dict[str, str]
    orders: int = 0

    async def create(self, state: Place) -> Order:
        """An order in a state, or in none. InvalidOperation if it is refused."""
        self.orders += 1
        reference = {} if state is None else {"state": {"typeId": "state", "id": self.ids[state]}}
        draft = drafts.import_order_draft(order_draft(f"ON-{self.orders}", **reference))
        return await self.clients[Caller.OTHER].import_order(draft)

    async def refused(self, order: Order, caller: Caller, targets: Sequence[str]) -> InvalidOperation | None:
        """What stands against an update in commercetools, None if it is made."""
        try:
            actions = [drafts.transition_state(key) for key in targets]
            await self.clients[caller].update_order(order.id, order.version, actions)
        except InvalidOperation as refusal:
            return refusal
        return None

    async def again(self, order: Order) -> Order:
        """The order as it is now."""
        found = await self.clients[Caller.PLACET].order(order.id)
        assert found is not None
        return found


@asynccontextmanager
async def world(
    machine: StateMachine, word: bool | None, *, guarded: bool, tells: bool
) -> AsyncIterator[World]:
    """A fresh world; `guarded` by our edge or by nothing, and with a sandbox that tells who moves, or not."""
    calls = Later()
    known = tuple(ApiClient(name, name) for name in CLIENTS.values())
    sandbox = create_sandbox(Options(clients=known, push_transport=calls, extensions_tell_caller=tells))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox)) as http:
        clients = {caller: Commercetools(_account(name), http) for caller, name in CLIENTS.items()}
        made = World(machine, clients, await _provisioned(clients[Caller.PLACET], machine))
        if guarded:
            ours, orders = clients[Caller.PLACET], Word(word)
            guard = Guard(machine, orders, ours, frozenset({CLIENTS[Caller.OPERATOR]}), within_seconds=8)
            edge = create_edge(Edge(orders, ours, Tokens([all_rights(TOKEN)]), guard))
            calls.inner = httpx.ASGITransport(edge)
            granted, _ = sandbox.state.sandbox.tokens.issue(known[0], None)
            answer = await http.post(
                f"http://sandbox/{PROJECT}/extensions",
                json=EXTENSION,
                headers={"Authorization": f"Bearer {granted}"},
            )
            assert answer.status_code == 201, answer.text
        yield made


class Later(httpx.AsyncBaseTransport):
    """The way to the edge, which is there only after the sandbox whose states it reads."""

    inner: httpx.AsyncBaseTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass it on."""
        assert self.inner is not None, "nobody is to be called"
        return await self.inner.handle_async_request(request)


EXTENSION = {
    "destination": {
        "type": "HTTP",
        "url": "http://edge/extensions/order",
        "authentication": {"type": "AuthorizationHeader", "headerValue": f"Bearer {TOKEN}"},
    },
    "triggers": [{"resourceTypeId": "order", "actions": ["Create", "Update"]}],
    "additionalContext": {"includeOldResource": True},
    "timeoutInMs": 10_000,
}


async def _provisioned(ours: Commercetools, machine: StateMachine) -> dict[str, str]:
    """The ids of the states by key; first the states, then the moves between them."""
    made = [await ours.create_state(drafted(state)) for state in machine.states]
    for state, there in zip(machine.states, made, strict=True):
        if state.targets is not None:  # a state is made without any, and told nothing new it refuses
            await ours.update_state(there.id, there.version, [drafts.set_transitions(state.targets)])
    return {state.key: there.id for state, there in zip(machine.states, made, strict=True)}


def _account(name: str) -> Account:
    return Account(
        project_key=PROJECT,
        client_id=name,
        client_secret=SecretStr(name),
        api_url="http://sandbox",
        auth_url="http://sandbox",
    )


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """In a loop of its own: hypothesis calls plain functions."""
    with asyncio.Runner() as runner:
        runner.run(story())


def led(machine: StateMachine, source: Place, update: Update) -> tuple[str, ...]:
    """The states that an update moves to, from where the order is: along the machine, or to any state at random."""
    here, targets = source, list[str]()
    for astray, choice in update[1]:
        following = [edge.to for edge in machine.edges(here)]
        pool = keys(machine) if astray or not following else following
        here = pool[choice % len(pool)]
        targets.append(here)
    return tuple(targets)


def walks(longest: int) -> st.SearchStrategy[list[Update]]:
    """Updates of so many moves; most of them go along whatever machine it is."""
    steps = st.tuples(st.sampled_from((False, False, False, False, True)), st.integers(0, 6))
    updates = st.tuples(st.sampled_from(list(CLIENTS)), st.lists(steps, min_size=1, max_size=longest))
    return st.lists(updates, min_size=2, max_size=8)


@briefly
@given(machines(), walks(longest=1))
def test_sandbox_domain_and_guard_agree_on_every_move(machine: StateMachine, updates: list[Update]) -> None:
    """A single move is made exactly if the machine has it; then the guard lets ours through, and sees no drift."""

    async def story() -> None:
        async with world(machine, None, guarded=False, tells=True) as there:
            order = await there.create(None)
            for update in updates:
                source = order.state
                (target,) = led(machine, source, update)
                refused = await there.refused(order, update[0], [target])
                allowed = machine.allows(source, target)
                assert (refused is None) == allowed
                drifted = drift(machine, source, target, Caller.PLACET, forced=False)
                assert drifted is (None if allowed else Drift.NOT_ALLOWED)
                objection = refusal_of_move(machine, source, target, Caller.PLACET, released=True)
                assert refused is not None or objection is None
                order = await there.again(order)
                assert order.state == (source if refused is not None else target)

    run(story)


@briefly
@given(machines(), walks(longest=3))
def test_an_update_of_several_moves_is_walked_one_by_one(
    machine: StateMachine, updates: list[Update]
) -> None:
    """It is made exactly if each of its moves is; what is made, the guard would have let ours make."""

    async def story() -> None:
        async with world(machine, None, guarded=False, tells=True) as there:
            order = await there.create(None)
            for update in updates:
                targets = led(machine, order.state, update)
                refused = await there.refused(order, update[0], targets)
                assert (refused is None) == one_by_one(machine, order.state, targets)
                objection = refusal_of_move(machine, order.state, targets[-1], Caller.PLACET, released=True)
                assert refused is not None or objection is None
                order = await there.again(order)

    run(story)


@briefly
@given(
    machines(),
    walks(longest=2),
    st.sampled_from([True, True, False, None]),
    st.sampled_from([True, True, False]),
)
def test_the_sandbox_keeps_what_machine_and_guard_allow(
    machine: StateMachine, updates: list[Update], word: bool | None, tells: bool
) -> None:
    """With the guard's endpoint as its extension: each answer is the machine's, then the guard's, with its reason."""
    inside = released_by_hand(machine)

    async def story() -> None:
        async with world(machine, word, guarded=True, tells=tells) as there:
            order = await there.create(None)
            for update in updates:
                source, targets = order.state, led(machine, order.state, update)
                target = targets[-1]
                refused = await there.refused(order, update[0], targets)
                caller = update[0] if tells else Caller.UNKNOWN
                objection = refusal_of_move(machine, source, target, caller, released=word)
                if not one_by_one(machine, source, targets):
                    assert refused is not None
                    assert objection_told(refused) is None
                elif objection is not None:
                    assert refused is not None
                    assert objection_told(refused) == objection.objection
                else:
                    assert refused is None
                order = await there.again(order)
                assert order.state == (source if refused is not None else target)
                assert word is not False or order.state not in inside

    run(story)


@briefly
@given(machines(), st.data())
def test_the_sandbox_creates_what_the_guard_allows(machine: StateMachine, data: st.DataObject) -> None:
    """In a state or in none; without the guard it would create an order in any."""
    wanted = data.draw(st.lists(st.sampled_from([None, *keys(machine)]), min_size=1, max_size=4))

    async def story() -> None:
        async with world(machine, True, guarded=True, tells=True) as there:
            for state in wanted:
                objection = refusal_of_creation(machine, state) if state is not None else None
                try:
                    order = await there.create(state)
                except InvalidOperation as refused:
                    assert objection is not None
                    assert objection_told(refused) == objection.objection
                else:
                    assert objection is None
                    assert (await there.again(order)).state == state

    run(story)


def objection_told(refused: InvalidOperation) -> str | None:
    """The guard's reason as the maker of the update sees it; None where the guard was not asked."""
    (error,) = refused.errors
    extra = error.get("extensionExtraInfo")
    return None if extra is None else str(extra["objection"])
