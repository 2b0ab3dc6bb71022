"""One attempt to deliver one notification, and the list of recent attempts that people look at."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

import httpx

from sandbox.destinations import Push
from sandbox.notifications import Body, cloud_event, encode
from sandbox.resources import timestamp

Health = Literal["Healthy", "ConfigurationError", "TemporaryError"]
_REMEMBERED = 1000


@dataclass
class Notification:
    """A Platform payload on its way to one subscription.

    `message_type` names a message whose payload was left out for its size. `attempts`, `born` and `due` are
    delivery's own: how often it was tried, and (seconds on the event loop's clock) since when and when again.
    """

    body: Body
    message_type: str | None = None
    attempts: int = 0
    born: float = 0.0
    due: float = 0.0

    def copy(self) -> "Notification":
        """The same notification, to be delivered once more on its own."""
        return replace(self)


@dataclass(frozen=True)
class Outcome:
    """What the destination did. Anything but a 2xx is a failure; `health` is what that says of the subscription."""

    health: Health
    status: int | None
    why: str | None = None

    @property
    def delivered(self) -> bool:
        """Whether the destination took the notification."""
        return self.health == "Healthy"


@dataclass
class Courier:
    """Posts notifications; `client` gives the one HTTP client, made when first needed."""

    client: Callable[[], httpx.AsyncClient]
    recent: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    async def deliver(self, push: Push, notification: Notification, subscription: str | None) -> Outcome:
        """One POST of the notification in the subscription's format; never raises for what the receiver does."""
        body, content_type = notification.body, "application/json"
        if push.cloud_events:
            body = cloud_event(body, message_type=notification.message_type)
            content_type = "application/cloudevents+json; charset=utf-8"
        headers = {"Content-Type": content_type, "Authorization": f"Bearer {push.token}"}
        try:
            answer = await self.client().post(push.url, content=encode(body), headers=headers)
        except Exception as error:  # noqa: BLE001 - an in-process receiver may raise anything: it did not take it
            outcome = Outcome("TemporaryError", None, type(error).__name__)
        else:
            outcome = _judge(answer.status_code)
        self.note(push, notification, subscription, outcome)
        return outcome

    def note(
        self, push: Push, notification: Notification, subscription: str | None, outcome: Outcome
    ) -> None:
        """Remember an attempt, or why there was none, for `GET /sandbox/deliveries`."""
        body = notification.body
        self.recent.append(
            {
                "at": timestamp(datetime.now(UTC)),
                "subscriptionId": subscription,
                "url": push.url,
                "notificationType": body["notificationType"],
                "type": notification.message_type or body.get("type"),
                "id": body.get("id"),
                "resource": body["resource"],
                "sequenceNumber": body.get("sequenceNumber"),
                "attempt": notification.attempts + 1,
                "delivered": outcome.delivered,
                "status": outcome.status,
                "why": outcome.why,
            }
        )


def _judge(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome("Healthy", status)
    if status in {408, 425, 429} or status >= 500:
        return Outcome("TemporaryError", status, f"answered {status}")
    return Outcome("ConfigurationError", status, f"answered {status}")
