"""Telling people. What is told is the domain's Notification; how it travels from here is the receiver's business."""

from typing import Protocol, TextIO

import httpx
from pydantic import SecretStr

from clients.answers import refusal
from clients.transport import Timeouts
from clients.webhook import Webhook
from domain.notification import Notification

SYSTEM = "notification webhook"


class Notifier(Protocol):
    """Somewhere that notifications go. Sending one twice is the receiver's to tell, by its idempotency key."""

    async def send(self, notification: Notification) -> None:
        """Send one; returns once it is taken over.

        Raises:
            ClientError: it was not, or perhaps not.
        """


class ConsoleNotifier:
    """One readable line for each notification, for demonstrations and development."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    async def send(self, notification: Notification) -> None:
        """Write the line."""
        self._stream.write(f"{line(notification)}\n")
        self._stream.flush()


class WebhookNotifier:
    """A JSON POST for each notification, with `Idempotency-Key`; any 2xx takes it over."""

    def __init__(
        self,
        url: str,
        http: httpx.AsyncClient,
        token: SecretStr | None = None,
        *,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._webhook = Webhook(url, http, token, system=SYSTEM, timeouts=timeouts)

    async def send(self, notification: Notification) -> None:
        """Post the notification, camelCase, absent instead of null.

        Raises:
            Unreachable: no answer.
            ApiError: any answer but 2xx.
        """
        answer = await self._webhook.post(
            notification.to_json_dict(), idempotency_key=notification.idempotency_key
        )
        if not answer.is_success:
            raise refusal(answer, system=SYSTEM, attempted="a notification")


def line(notification: Notification) -> str:
    """The notification in one line; what cannot be printed is left out, so that no name writes a line of its own."""
    order = notification.order_number or notification.order_id
    total = f", {notification.total}" if notification.total is not None else ""
    told = [f"to {notification.recipient}: {notification.kind}, order {order}{total}"]
    told.append(f"revision {notification.revision}")
    if notification.step:
        told.append(f"step {notification.step}")
    text = f"{', '.join(told)}: {notification.why}"
    if notification.due_at:
        text += f"; due {notification.due_at.isoformat(timespec='minutes')}"
        text += f", then {notification.then}" if notification.then else ""
    if notification.detail:
        text += f" ({notification.detail})"
    return "".join(letter if letter.isprintable() else " " for letter in text)
