"""How providers speak: Fluent's webhooks, and CloudEvents of a system that signs with a shared secret."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

import pydantic_core
from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, ValidationError

from domain.inbound import PROVIDERS, EventId, Named, Received
from domain.value import Value, digest_of
from settings import Settings
from starter.inbound_gateway import Sender, WebhookError
from starter.keys import public_keys, secrets
from starter.problems import field_errors
from starter.signatures import FluentSignature, SharedSecretSignature

FLUENT, WEBHOOK = PROVIDERS


def _text(written: object) -> object:
    """Fluent's ids are numbers to some of its services, and text to others."""
    return str(written) if isinstance(written, int) and not isinstance(written, bool) else written


def _perhaps(written: object) -> object:
    """What need not be there is no reason to refuse an event, whatever stands in its place."""
    text = _text(written)
    return text if isinstance(text, str) and 0 < len(text) <= 256 else None


def _attributes(written: object) -> object:
    """An object in the webhooks' documentation; a list of `{name, type, value}` everywhere else at Fluent."""
    if isinstance(written, list):
        named = [one for one in written if isinstance(one, dict) and isinstance(one.get("name"), str)]
        return {one["name"]: one.get("value") for one in named}
    return written if isinstance(written, dict) else {}


M = TypeVar("M", bound=Value)
Name = Annotated[Named, BeforeValidator(_text)]
Perhaps = Annotated[str | None, BeforeValidator(_perhaps)]


class FluentWebhook(Value):
    """The body of Fluent's webhooks; what else there is in it is passed over.

    Source: docs.fluentcommerce.com/essential-knowledge/introduction-to-webhooks.
    """

    model_config = ConfigDict(extra="ignore")

    id: Annotated[EventId, BeforeValidator(_text)]
    name: Name
    account_id: Name
    retailer_id: Name
    entity_id: Name
    entity_ref: Name
    entity_type: Name
    entity_subtype: Perhaps = None
    entity_status: Perhaps = None
    root_entity_id: Perhaps = None
    root_entity_ref: Perhaps = None
    root_entity_type: Perhaps = None
    attributes: Annotated[dict[str, JsonValue], BeforeValidator(_attributes)] = {}


class SignedEvent(Value):
    """A CloudEvent (1.0, structured mode, JSON) of one of your own systems.

    `subject` is the commercetools order id, `data` what the handler of `type` wants.
    """

    model_config = ConfigDict(extra="ignore")

    specversion: str = Field(alias="specversion", pattern=r"^1\.")
    id: Named
    source: Named
    type: Named
    subject: Named
    data: dict[str, JsonValue]


class Fluent:
    """`Sender` for Fluent Commerce."""

    def __init__(self, signature: FluentSignature) -> None:
        self._signature = signature

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """See Sender."""
        self._signature.verify(headers, body)

    def read(self, provider: str, body: bytes, now: datetime) -> Received:
        """See Sender."""
        said = _read(FluentWebhook, body)
        rest = said.model_dump(by_alias=False, exclude={"id", "attributes"})
        return _received(
            **rest, provider=provider, event_id=said.id, attributes=said.attributes, received_at=now
        )


class SignedEvents:
    """`Sender` for signed CloudEvents."""

    def __init__(self, signature: SharedSecretSignature) -> None:
        self._signature = signature

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """See Sender."""
        self._signature.verify(headers, body, now)

    def read(self, provider: str, body: bytes, now: datetime) -> Received:
        """See Sender. An event's id is its own only together with its source (CloudEvents 1.0)."""
        said = _read(SignedEvent, body)
        return _received(
            provider=provider,
            event_id=digest_of([said.source, said.id]),
            name=said.type,
            entity_id=said.id,
            entity_ref=said.subject,
            entity_type="event",
            attributes=said.data,
            received_at=now,
        )


def senders_of(settings: Settings) -> dict[str, Sender]:
    """Every provider that can send. One whose keys are not set up is there as well, and believed nothing."""
    keys = public_keys(settings.fluent_public_keys)
    fluent = FluentSignature(keys, legacy=settings.fluent_legacy_signatures)
    return {
        FLUENT: Fluent(fluent),
        WEBHOOK: SignedEvents(SharedSecretSignature(secrets(settings.webhook_secrets))),
    }


def _read(model: type[M], body: bytes) -> M:
    try:
        document = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError:
        raise WebhookError("", "the body is no JSON") from None
    if not isinstance(document, dict):
        raise WebhookError("", "the body must be a JSON object")
    try:
        return model.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise _first(error) from None


def _received(**fields: Any) -> Received:
    try:
        return Received(**fields)
    except ValidationError as error:
        raise _first(error) from None


def _first(error: ValidationError) -> WebhookError:
    first = field_errors(error)[0]
    return WebhookError(first["field"], first["message"])
