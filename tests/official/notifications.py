"""Judges what subscriptions deliver: the Platform format and CloudEvents (sections 5.5 and 5.6)."""

from typing import Any

from tests.official.openapi import OfficialApi

_ENVELOPE = {"notificationType", "projectKey"}


def notification_problems(official: OfficialApi, payload: dict[str, Any]) -> list[str]:
    """What is wrong with a notification in the Platform format.

    A message's own fields stand at the top level beside the envelope's (section 5.5), which the definition
    cannot say: the envelope and the message are judged one after the other.
    """
    if payload.get("notificationType") != "Message" or "payloadNotIncluded" in payload:
        return official.problems("SubscriptionNotification", payload)
    declared = official.schemas.named("MessageDeliveryPayload")["closed"]
    envelope = {key: value for key, value in payload.items() if key in declared}
    message = {key: value for key, value in payload.items() if key not in _ENVELOPE}
    return official.problems("MessageDeliveryPayload", envelope) + official.problems("Message", message)


def cloud_event_problems(official: OfficialApi, event: dict[str, Any]) -> list[str]:
    """What is wrong with a CloudEvent whose `data` is a notification in the Platform format."""
    data = event.get("data")
    if not isinstance(data, dict):
        return official.problems("CloudEventsPayload", event)
    shell = event | {"data": _any_notification()}
    return official.problems("CloudEventsPayload", shell) + notification_problems(official, data)


def _any_notification() -> dict[str, Any]:
    """A notification that is right, so that only the event round it is judged."""
    return {
        "notificationType": "ResourceCreated",
        "projectKey": "any",
        "resource": {"typeId": "order", "id": "any"},
        "version": 1,
        "modifiedAt": "2026-03-01T10:00:00.000Z",
    }
