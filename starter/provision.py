"""`placet setup`: what must be there before the first order, planned, and made where it is missing.

All of it may be run again at any time: what is right is left alone.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import Client

from clients.commercetools import Commercetools
from configuration.splitting import load_splitting
from configuration.types import load_types
from domain.states import DeclaredStates, StateMachine
from settings import Settings
from starter.commercetools_account import account
from starter.outgoing import outgoing
from starter.schedules import reconciliation_schedule
from starter.setup_extension import ExtensionPart, WithoutExtension, address
from starter.setup_plan import Change, Done, Part, SetUp
from starter.setup_project import AdoptionPart, MessagesPart, StatesPart
from starter.setup_subscription import SubscriptionPart, edge_destination
from starter.setup_temporal import SearchAttributesPart
from starter.setup_types import TypesPart
from starter.subscribed import subscribed_types

__all__ = ["Change", "Choices", "Done", "edge_destination", "provision", "set_up"]


@dataclass(frozen=True)
class Choices:
    """What a set-up may be asked for beside what settings and files say."""

    guard: bool = True
    """Whether commercetools is to ask before an order's state is changed."""
    rotate_token: bool = False
    """Whether the token that it shows then is written again: it cannot be read back, and so not be compared."""


async def provision(
    settings: Settings,
    client: Client,
    declared: StateMachine | DeclaredStates,
    destination: Mapping[str, Any] | None = None,
    choices: Choices = Choices(),
) -> AsyncIterator[Done]:
    """Set everything up, each thing told as it is done; raises as `SetUp.run` does."""
    async with set_up(settings, client, declared, destination, choices) as everything:
        async for done in everything.run():
            yield done


@asynccontextmanager
async def set_up(
    settings: Settings,
    client: Client,
    declared: StateMachine | DeclaredStates,
    destination: Mapping[str, Any] | None = None,
    choices: Choices = Choices(),
) -> AsyncIterator[SetUp]:
    """The set-up that settings and files mean, neither planned nor carried out yet.

    The sandbox delivers to the edge; a real project must be told where to (`destination`).

    Raises:
        ConfigurationError: `types.yaml` or `routing.yaml` has mistakes.
    """
    if destination is None and settings.embedded:
        destination = edge_destination(settings, f"{settings.public_edge_url}/subscriptions/commercetools")
    if isinstance(declared, StateMachine):
        declared = DeclaredStates(states=declared.states, phases=declared.phases)
    types, rules = load_types(settings.config_dir), load_splitting(settings.config_dir)
    async with outgoing(settings) as http:
        commercetools = Commercetools(account(settings), http)
        guard: Part = WithoutExtension()
        if choices.guard:
            guard = ExtensionPart(commercetools, address(settings), rotate_token=choices.rotate_token)
        since = settings.adopt_since or datetime.now(UTC)
        yield SetUp(
            (
                SearchAttributesPart(client),
                StatesPart(commercetools, declared),
                TypesPart(commercetools, types),
                MessagesPart(commercetools),
                AdoptionPart(commercetools, since),
                reconciliation_schedule(client, timedelta(hours=settings.reconcile_every_hours)),
                guard,
                # The subscription last, so that the first message finds all that it needs.
                SubscriptionPart(commercetools, destination, subscribed_types(rules)),
            )
        )
