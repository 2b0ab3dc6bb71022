"""The Subscription by which commercetools tells the edge of orders."""

from collections.abc import Mapping, Sequence
from typing import Any

from clients.commercetools import Commercetools
from clients.drafts import set_subscribed_messages, subscription_draft
from clients.resources import Subscription
from settings import Settings
from starter.setup_plan import Change, Part, Step
from starter.subscribed import SUBSCRIBED_TYPES

SUBSCRIPTION_KEY = "placet"
_MASK = "*****"


class SubscriptionPart(Part):
    """The subscription of our key. It is tested when it is made: the destination must be up."""

    thing = f"subscription {SUBSCRIPTION_KEY}"

    def __init__(
        self,
        commercetools: Commercetools,
        destination: Mapping[str, Any] | None,
        types: Sequence[str] = SUBSCRIBED_TYPES,
    ) -> None:
        """Take the Destination, as the interface has it, None: not known; and the types of messages to ask for."""
        self._commercetools = commercetools
        self._types = types
        self._destination = destination

    async def plan(self) -> list[Step]:
        """Message types are mended. A destination that differs is told: where messages go is for a person to say."""
        present = await self._commercetools.subscription(SUBSCRIPTION_KEY)
        if present is None:
            return [self._creation()]
        steps = []
        words = _differing_messages(present, self._types)
        if words:
            action = set_subscribed_messages(self._types)

            async def act() -> None:
                await self._commercetools.update_subscription(present.id, present.version, [action])

            steps.append(Step(self.thing, Change.UPDATED, words, act))
        if self._destination is not None and _elsewhere(self._destination, present.destination):
            told = f"it delivers to {_where(present.destination)}, and not to {_where(self._destination)}"
            steps.append(Step(self.thing, Change.DIFFERS, (told,)))
        return steps or [Step(self.thing, Change.UNCHANGED, (_where(present.destination),))]

    def _creation(self) -> Step:
        if self._destination is None:
            told = "say where commercetools delivers to: placet setup --destination JSON"
            return Step(self.thing, Change.MISSING, (told,))
        draft = subscription_draft(SUBSCRIPTION_KEY, self._destination, self._types)
        where = (_where(self._destination),)
        return Step(self.thing, Change.CREATED, where, lambda: self._commercetools.create_subscription(draft))


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


def _differing_messages(present: Subscription, asked: Sequence[str]) -> tuple[str, ...]:
    """How the messages that it delivers differ from those that are heeded."""
    if [selection.resource_type_id for selection in present.messages] != ["order"]:
        of = ", ".join(selection.resource_type_id for selection in present.messages)
        return (f"messages of: {of or 'nothing'} -> order",)
    types, wanted = present.messages[0].types, set(asked)
    if not types:
        return (f"messages: all -> the {len(wanted)} that are heeded",)
    words = [f"+ {name}" for name in asked if name not in types]
    words += [f"- {name}" for name in types if name not in wanted]
    return (f"messages: {', '.join(words)}",) if words else ()


def _elsewhere(wanted: Mapping[str, Any], present: Mapping[str, Any]) -> bool:
    """Whether two destinations differ, as far as can be seen: secrets are read back masked."""
    shown = {name: value for name, value in present.items() if _MASK not in str(value)}
    return any(name in shown and shown[name] != value for name, value in wanted.items())


def _where(destination: Mapping[str, Any]) -> str:
    """Where it delivers to, by the field that says it in each type of destination; never a secret."""
    names = ("uri", "bootstrapServer", "queueUrl", "topicArn", "topic", "region", "accountId", "projectId")
    place = next((str(destination[name]) for name in names if name in destination), "")
    return f"{destination.get('type')} {place}".strip()
