"""What every adapter of a provider must do. Subclass it, and say in `world` how the other side is looked at.

class TestMyAdapter(ProviderContract):
    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        ...
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from clients.errors import ClientError
from clients.providers import Provider
from domain.provider_answers import Accepted, Conflict, Exported, LineQuantity, Refused, Unsupported
from domain.provider_orders import ProviderOrder, UpdatedPage
from tests.providers.drafts import PERSONAL, REF, draft, line
from tests.providers.faults import FaultyTransport, Way

CHANGES = ("cancel", "amend", "change_delivery", "tell_of_payment")
_MOST_REQUESTS = 12


class World(Protocol):
    """A provider in front of an other side that can be looked at.

    `supports` names what it can do beside `export`; `secrets` must never be in an error.
    """

    @property
    def provider(self) -> Provider:
        """The adapter."""

    transport: FaultyTransport
    supports: frozenset[str]
    secrets: tuple[str, ...]

    async def standing(self, ref: str) -> int:
        """How many logistic orders stand under the reference."""

    async def cancelled(self, ref: str, line_id: str) -> int:
        """How many units of a line the other side counts as cancelled."""

    async def renew(self) -> None:
        """Begin anew: nothing stands anywhere."""


async def change(provider: Provider, operation: str, ref: str) -> Accepted | Refused | Unsupported:
    """Ask for one change, with arguments that suit it."""
    quantities = (LineQuantity(line_item_id="line-1", quantity=1),)
    asked = {
        "cancel": lambda: provider.cancel(ref, quantities, "customerRequest"),
        "amend": lambda: provider.amend(ref, quantities),
        "change_delivery": lambda: provider.change_delivery(ref, method="EXPRESS"),
        "tell_of_payment": lambda: provider.tell_of_payment(ref, "Paid"),
    }
    return await asked[operation]()


class ProviderContract:
    """The suite."""

    async def test_it_is_a_provider(self, world: World) -> None:
        """The port is complete."""
        assert isinstance(world.provider, Provider)

    async def test_an_export_is_made_once(self, world: World) -> None:
        """The same export again says so and leaves one logistic order."""
        first = await world.provider.export(draft())
        again = await world.provider.export(draft())
        assert isinstance(first, Exported)
        assert isinstance(again, Exported)
        assert (first.ref, first.already, again.already) == (REF, False, True)
        assert first.provider_id == again.provider_id
        assert await world.standing(REF) == 1

    async def test_two_at_once_leave_one(self, world: World) -> None:
        """Two workers that export the same together do not make two."""
        answers = await asyncio.gather(*(world.provider.export(draft()) for _ in range(2)))
        assert all(isinstance(answer, Exported) for answer in answers)
        assert await world.standing(REF) == 1

    @pytest.mark.parametrize("way", list(Way))
    async def test_whatever_goes_wrong_there_is_one(
        self, world: World, way: Way, told: Callable[[BaseException], str]
    ) -> None:
        """Each request in turn goes wrong: the export fails, telling nothing, and its repeat leaves one order.

        This is where a look-up that failed would be taken for absence, and a reply that was lost for nothing done.
        """
        for nth in range(_MOST_REQUESTS):
            await world.renew()
            world.transport.fail(nth, way)
            try:
                answer = await world.provider.export(draft())
            except ClientError as error:
                said = told(error)
                assert not [word for word in (*PERSONAL, *world.secrets) if word in said]
            else:
                assert not world.transport.struck, f"request {nth} went wrong, and the answer was {answer}"
            if not world.transport.struck:
                break
            assert await world.standing(REF) <= 1
            assert isinstance(await world.provider.export(draft()), Exported)
            assert await world.standing(REF) == 1
        else:
            pytest.fail(f"an export takes more than {_MOST_REQUESTS} requests")
        assert nth > 0, "nothing ever went wrong"

    async def test_other_content_is_a_conflict(self, world: World) -> None:
        """What stands under the reference is neither replaced nor doubled."""
        await world.provider.export(draft())
        other = draft(lines=(line("line-1", 7),))
        answer = await world.provider.export(other)
        assert isinstance(answer, Conflict)
        assert answer.ref == REF
        assert isinstance(await world.provider.export(draft()), Exported)
        assert await world.standing(REF) == 1

    @pytest.mark.parametrize("operation", CHANGES)
    async def test_a_change_is_taken_or_said_to_be_unsupported(self, world: World, operation: str) -> None:
        """What is supported is accepted, what is not is a typed answer, and neither makes another order."""
        await world.provider.export(draft())
        requests = len(world.transport.seen)
        answer = await change(world.provider, operation, REF)
        if operation in world.supports:
            assert isinstance(answer, Accepted)
            assert answer.ref == REF
        else:
            assert isinstance(answer, Unsupported)
            assert answer.operation == operation
            assert len(world.transport.seen) == requests
        assert await world.standing(REF) == 1

    async def test_cancelling_again_cancels_no_more(self, world: World) -> None:
        """Quantities to cancel count altogether, so that a repeat after a lost reply changes nothing."""
        if "cancel" not in world.supports:
            assert isinstance(await change(world.provider, "cancel", REF), Unsupported)
            return
        await world.provider.export(draft())
        for _ in range(2):
            assert isinstance(await change(world.provider, "cancel", REF), Accepted)
        assert await world.cancelled(REF, "line-1") == 1
        more = (
            LineQuantity(line_item_id="line-1", quantity=2),
            LineQuantity(line_item_id="line-2", quantity=1),
        )
        for _ in range(2):
            assert isinstance(await world.provider.cancel(REF, more, "customerRequest"), Accepted)
        assert [await world.cancelled(REF, line_id) for line_id in ("line-1", "line-2")] == [2, 1]
        for _ in range(2):
            assert isinstance(await world.provider.cancel(REF, (), "customerRequest"), Accepted)
        assert await world.cancelled(REF, "line-1") == 2
        assert await world.cancelled(REF, "line-2") == 3

    async def test_what_was_exported_can_be_fetched(self, world: World) -> None:
        """With its lines by their own ids; what was never exported is None."""
        found = await world.provider.fetch(REF)
        if "fetch" not in world.supports:
            assert isinstance(found, Unsupported)
            return
        assert found is None
        await world.provider.export(draft())
        found = await world.provider.fetch(REF)
        assert isinstance(found, ProviderOrder)
        assert (found.ref, found.fingerprint) == (REF, draft().fingerprint)
        assert {(item.line_item_id, item.quantity) for item in found.items} == {("line-1", 2), ("line-2", 3)}
        assert found.status
        assert found.updated_on is not None

    async def test_a_fetch_that_fails_is_no_absence(self, world: World) -> None:
        """It raises, whichever of its requests it was."""
        if "fetch" not in world.supports:
            return
        await world.provider.export(draft())
        for way in Way:
            for nth in range(_MOST_REQUESTS):
                world.transport.fail(nth, way)
                try:
                    await world.provider.fetch(REF)
                except ClientError:
                    continue
                assert not world.transport.struck, f"request {nth} went wrong, and nobody said so"
                break
            assert nth > 0, "nothing ever went wrong"
            world.transport.heal()

    async def test_orders_that_changed_are_listed(self, world: World) -> None:
        """From an instant on; or the provider says that it cannot tell."""
        await world.provider.export(draft())
        page = await world.provider.updated_since(datetime.now(UTC) - timedelta(hours=1))
        if "updated_since" not in world.supports:
            assert isinstance(page, Unsupported)
            return
        assert isinstance(page, UpdatedPage)
        assert REF in [order.ref for order in page.orders]
        later = await world.provider.updated_since(datetime.now(UTC) + timedelta(hours=1))
        assert isinstance(later, UpdatedPage)
        assert (later.orders, later.next_cursor) == ((), None)
