"""`placet setup`: what must be there before the first order, made if it is missing. One function for each thing.

All of it may be run again at any time: what is right is left alone.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import httpx
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError

from clients.commercetools import Commercetools
from clients.drafts import set_subscribed_messages, subscription_draft
from clients.errors import ConcurrentModification
from domain.states import DeclaredStates, StateMachine
from domain.value import Value
from settings import Settings
from starter.commercetools_account import account
from starter.exits import OutsideError, RefusedError
from starter.states_apply import Applying, Outcome
from starter.states_plan import StepKind
from starter.subscribed import SUBSCRIBED_TYPES
from workflows.names import SEARCH_ATTRIBUTES

SUBSCRIPTION_KEY = "placet"
# The worker reads it under the same name, see activities/records.py.
SETUP_CONTAINER, SETUP_KEY = "placet-setup", "placet"
_MESSAGES_DAYS = 15
_MASK = "*****"


class Change(StrEnum):
    """What became of a thing."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    MISSING = "missing"
    """It is not there, and cannot be made without being told more."""
    DIFFERS = "differs"
    """It is not as it was asked for, and somebody has to look before it is changed."""


class Done(Value):
    """One thing of the set-up, and what became of it."""

    thing: str
    change: Change
    detail: str | None = None


async def search_attributes(client: Client) -> list[Done]:
    """Register the search attributes: a workflow that sets an unregistered one is stuck.

    Raises:
        RefusedError: one is there with another type.
        OutsideError: the server does not let us; the message says what to register by its own tools.
    """
    wanted = {key.name: int(key.indexed_value_type) for key in SEARCH_ATTRIBUTES}
    service = client.operator_service
    listed = await service.list_search_attributes(ListSearchAttributesRequest(namespace=client.namespace))
    present = dict(listed.custom_attributes)
    other = sorted(name for name, type_ in wanted.items() if name in present and present[name] != type_)
    if other:
        raise RefusedError(f"search attributes of another type are in the way: {', '.join(other)}")
    missing = {name: type_ for name, type_ in wanted.items() if name not in present}
    if missing:
        request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)  # type: ignore[arg-type]
        try:
            await service.add_search_attributes(request)
        except RPCError as error:
            raise OutsideError(
                f"Temporal did not register {', '.join(sorted(missing))}: {error.message}; on Temporal Cloud "
                "register them with its own tools (docs/operations.md has the list with the types)"
            ) from error
    return [
        Done(thing=f"search attribute {name}", change=Change.CREATED if name in missing else Change.UNCHANGED)
        for name in wanted
    ]


async def states(commercetools: Commercetools, machine: StateMachine) -> list[Done]:
    """Make the states as declared, as `placet states apply` does.

    Raises:
        RefusedError: a state cannot be as it is declared, such as one whose key is taken by another type.
    """
    declared = DeclaredStates(states=machine.states, phases=machine.phases)
    applying = Applying(commercetools, declared)
    changed: dict[str, Done] = {}
    async for outcome, step in applying.run(await applying.plan()):
        if outcome is not Outcome.DONE:
            continue
        before = changed.get(step.key)
        if before is None:
            created = step.kind is StepKind.CREATE
            change = Change.CREATED if created else Change.UPDATED
            detail = None if created else ", ".join(step.fields)
            changed[step.key] = Done(thing=f"state {step.key}", change=change, detail=detail)
        elif before.change is Change.UPDATED:
            detail = ", ".join([before.detail or "", *step.fields])
            changed[step.key] = Done(thing=before.thing, change=before.change, detail=detail)
    return [
        changed.get(state.key, Done(thing=f"state {state.key}", change=Change.UNCHANGED))
        for state in declared.states
    ]


async def messages(commercetools: Commercetools) -> Done:
    """Let messages be queried: the portal's history and the reconciliation read them."""
    project = await commercetools.project()
    days = project.messages.delete_days_after_creation or _MESSAGES_DAYS
    if project.messages.enabled:
        return Done(thing="messages", change=Change.UNCHANGED, detail=f"kept for {days} days")
    await commercetools.configure_messages(project.version, enabled=True, delete_days=days)
    return Done(thing="messages", change=Change.UPDATED, detail=f"enabled, kept for {days} days")


async def subscription(commercetools: Commercetools, destination: Mapping[str, Any] | None) -> Done:
    """Have messages about orders delivered to the edge. The destination gets a test notification first."""
    thing = f"subscription {SUBSCRIPTION_KEY}"
    present = await commercetools.subscription(SUBSCRIPTION_KEY)
    if present is None:
        if destination is None:
            detail = "say where commercetools delivers to: placet setup --destination JSON"
            return Done(thing=thing, change=Change.MISSING, detail=detail)
        await commercetools.create_subscription(
            subscription_draft(SUBSCRIPTION_KEY, destination, SUBSCRIBED_TYPES)
        )
        return Done(thing=thing, change=Change.CREATED, detail=_where(destination))
    selected = [set(of.types) for of in present.messages if of.resource_type_id == "order"]
    if selected != [set(SUBSCRIBED_TYPES)] or len(present.messages) != 1:
        action = set_subscribed_messages(SUBSCRIBED_TYPES)
        await commercetools.update_subscription(present.id, present.version, [action])
        return Done(thing=thing, change=Change.UPDATED, detail="message types")
    if destination is not None and _elsewhere(destination, present.destination):
        detail = f"it delivers to {_where(present.destination)}, and not to {_where(destination)}"
        return Done(thing=thing, change=Change.DIFFERS, detail=detail)
    return Done(thing=thing, change=Change.UNCHANGED, detail=_where(present.destination))


async def adoption(commercetools: Commercetools, since: datetime) -> Done:
    """Write down since when orders are taken up, once: older ones are never moved."""
    thing = "orders are taken up"
    value = {"adoptSince": since.isoformat()}
    try:
        await commercetools.put_custom_object(SETUP_CONTAINER, SETUP_KEY, value, 0)
    except ConcurrentModification:
        held = await commercetools.custom_object(SETUP_CONTAINER, SETUP_KEY)
        known = held.value.get("adoptSince") if held is not None and isinstance(held.value, dict) else None
        return Done(thing=thing, change=Change.UNCHANGED, detail=f"since {known}")
    return Done(thing=thing, change=Change.CREATED, detail=f"since {since.isoformat()}")


async def set_up(
    client: Client,
    commercetools: Commercetools,
    machine: StateMachine,
    destination: Mapping[str, Any] | None,
    since: datetime,
) -> AsyncIterator[Done]:
    """Everything in order; the subscription last, so that the first message finds all that it needs."""
    for done in await search_attributes(client):
        yield done
    for done in await states(commercetools, machine):
        yield done
    yield await messages(commercetools)
    yield await adoption(commercetools, since)
    yield await subscription(commercetools, destination)


async def provision(
    settings: Settings,
    client: Client,
    machine: StateMachine,
    destination: Mapping[str, Any] | None = None,
) -> AsyncIterator[Done]:
    """The set-up that the settings mean. The sandbox delivers to the edge; a real project must be told where to."""
    if destination is None and settings.embedded:
        destination = edge_destination(settings, f"{settings.public_edge_url}/subscriptions/commercetools")
    since = settings.adopt_since or datetime.now(UTC)
    async with httpx.AsyncClient() as http:
        commercetools = Commercetools(account(settings), http)
        async for done in set_up(client, commercetools, machine, destination, since):
            yield done


def edge_destination(settings: Settings, url: str) -> dict[str, str]:
    """A URL as a destination of the sandbox, whose HTTP push stands in for the cloud queue (sandbox/destinations.py)."""
    return {
        "type": "ConfluentCloud",
        "bootstrapServer": url,
        "apiKey": "placet",
        "apiSecret": settings.bearer().get_secret_value(),
        "acks": "1",
        "topic": "placet",
    }


def _elsewhere(wanted: Mapping[str, Any], present: Mapping[str, Any]) -> bool:
    """Whether two destinations differ, as far as can be seen: secrets are read back masked."""
    shown = {name: value for name, value in present.items() if _MASK not in str(value)}
    return any(name in shown and shown[name] != value for name, value in wanted.items())


def _where(destination: Mapping[str, Any]) -> str:
    """Where it delivers to, by the field that says it in each type of destination; never a secret."""
    names = ("uri", "bootstrapServer", "queueUrl", "topicArn", "topic", "region", "accountId", "projectId")
    place = next((str(destination[name]) for name in names if name in destination), "")
    return f"{destination.get('type')} {place}".strip()
