"""The contract finds the faults that connectors in use have, so that keeping it says something."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from clients.errors import ClientError, ConcurrentModification
from clients.fluent.orders import FluentOrder, FluentOrders
from clients.provider_custom_object import CustomObjectProvider
from clients.provider_fluent import FluentProvider
from clients.providers import Exporting, Surroundings
from domain.fulfillment import FULFILLMENT_CONTAINER
from domain.logistic_export import LogisticOrderDraft
from domain.provider_answers import Exported
from sandbox.app import create_app
from sandbox.options import Options
from tests.providers.contract import ProviderContract, World
from tests.providers.faults import FaultyTransport, Way
from tests.providers.test_custom_object import CustomObjectWorld, client
from tests.providers.test_fluent import OPTIONS, FluentWorld

Told = Callable[[BaseException], str]
Check = Callable[[World, Told], Awaitable[None]]


class GuessingOrders(FluentOrders):
    """Takes a look-up that failed for absence."""

    async def find(self, ref: str) -> FluentOrder | None:
        """None, whatever went wrong."""
        try:
            return await super().find(ref)
        except ClientError:
            return None


class GuessingWorld(FluentWorld):
    """Fluent behind such an adapter."""

    def fresh(self, **options: str) -> FluentProvider:
        """A provider that guesses."""
        provider = FluentProvider.build({**OPTIONS, **options}, Surroundings(self.http))
        provider._orders.__class__ = GuessingOrders
        return provider


class OverwritingProvider(CustomObjectProvider):
    """Replaces whatever stands there."""

    async def export(self, draft: LogisticOrderDraft) -> Exporting:
        """Without a version, commercetools replaces."""
        await self._store.put_custom_object(FULFILLMENT_CONTAINER, draft.ref, draft.document)
        return Exported(ref=draft.ref, provider_id=draft.ref)


class SwallowingProvider(CustomObjectProvider):
    """Logs the error and goes on, as if the order had been taken."""

    async def export(self, draft: LogisticOrderDraft) -> Exporting:
        """Whatever went wrong, it says yes."""
        try:
            return await super().export(draft)
        except ClientError:
            return Exported(ref=draft.ref)


class ForgetfulProvider(CustomObjectProvider):
    """Does not know its own order again after a reply that was lost."""

    async def export(self, draft: LogisticOrderDraft) -> Exporting:
        """A second create is an error for ever."""
        answer = await super().export(draft)
        if isinstance(answer, Exported) and answer.already:
            raise ConcurrentModification("taken", system="commercetools", status=409)
        return answer


def sweep(way: Way) -> Check:
    """Every request goes wrong in this way."""
    return lambda world, told: ProviderContract().test_whatever_goes_wrong_there_is_one(world, way, told)


def made_once(world: World, told: Told) -> Awaitable[None]:
    """Twice the same."""
    return ProviderContract().test_an_export_is_made_once(world)


def conflicts(world: World, told: Told) -> Awaitable[None]:
    """Twice, and different."""
    return ProviderContract().test_other_content_is_a_conflict(world)


@pytest.fixture
async def transport() -> AsyncIterator[tuple[FaultyTransport, httpx.AsyncClient, httpx.AsyncClient]]:
    """A sandbox of its own, with and without faults before it."""
    app = create_app(Options())
    inner = httpx.ASGITransport(app)
    faulty = FaultyTransport(inner)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=faulty) as http,
        httpx.AsyncClient(transport=inner) as direct,
    ):
        yield faulty, http, direct


@pytest.mark.parametrize(
    ("faulty", "check"),
    [
        (OverwritingProvider, conflicts),
        (OverwritingProvider, made_once),
        (SwallowingProvider, sweep(Way.REFUSED)),
        (SwallowingProvider, sweep(Way.NEVER_SENT)),
        (ForgetfulProvider, made_once),
    ],
)
async def test_a_faulty_hand_over_is_found(
    transport: tuple[FaultyTransport, httpx.AsyncClient, httpx.AsyncClient],
    faulty: type[CustomObjectProvider],
    check: Check,
    told: Told,
) -> None:
    """Overwriting, swallowing and forgetting fail."""
    through, http, _ = transport
    api, _ = client(http)

    class FaultyWorld(CustomObjectWorld):
        """One whose provider stays the faulty one."""

        async def renew(self) -> None:
            """Empty, with the same provider."""
            await super().renew()
            self.provider = faulty(self.commercetools)

    world = FaultyWorld(faulty(api), through, api, http)
    with pytest.raises((AssertionError, ConcurrentModification)):
        await check(world, told)


async def test_guessing_absence_is_found(
    transport: tuple[FaultyTransport, httpx.AsyncClient, httpx.AsyncClient], told: Told
) -> None:
    """An order that is created after its look-up has failed."""
    world = GuessingWorld(*transport)
    with pytest.raises(AssertionError, match="went wrong, and the answer was"):
        await sweep(Way.REFUSED)(world, told)
