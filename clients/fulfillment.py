"""Handing an approved order to a fulfilment system that takes CloudEvents over HTTP (1.0, structured mode)."""

from datetime import datetime
from typing import Any

import httpx
from pydantic import SecretStr

from clients.answers import refusal
from clients.transport import Timeouts
from clients.webhook import Webhook
from domain.fulfillment import HandOver

SYSTEM = "fulfilment system"
EVENT_TYPE = "placet.fulfillment.requested"
EVENT_SOURCE = "/placet/orders"
_SAYS_WHAT = ("code", "error", "receipt", "status")
_SAYS_WHICH = ("ref", "id", "key", "idempotencyKey")


class FulfillmentSystem:
    """One fulfilment system. It must count a repeated id once; that is what makes a repeated hand-over safe."""

    def __init__(
        self,
        url: str,
        http: httpx.AsyncClient,
        token: SecretStr | None = None,
        *,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._webhook = Webhook(url, http, token, system=SYSTEM, timeouts=timeouts)

    async def announce(self, hand_over: HandOver, *, at: datetime | None = None) -> None:
        """Hand it over; returns once the system has it. `Idempotency-Key` and the event's id are its ref.

        `at` becomes the event's time. Give an instant that a repeat gives too, or none: the body is then the same.
        A 409 counts as taken over only if its JSON says so of this very ref: `{"duplicate":true,"ref":"..."}` or
        `{"code":"duplicate","ref":"..."}` (or `error`, `receipt`, `status`; or `id`, `key`, `idempotencyKey`).

        Raises:
            Unreachable: no answer.
            ApiError: any other answer but 2xx.
        """
        answer = await self._webhook.post(
            cloud_event(hand_over, at),
            idempotency_key=hand_over.ref,
            content_type="application/cloudevents+json; charset=utf-8",
        )
        if not answer.is_success and not _is_duplicate(answer, hand_over.ref):
            raise refusal(answer, system=SYSTEM, attempted=f"the hand-over of {hand_over.ref}")


def cloud_event(hand_over: HandOver, at: datetime | None) -> dict[str, Any]:
    """The hand-over as a CloudEvent: required attributes, subject, and the document as data."""
    return {
        "specversion": "1.0",
        "id": hand_over.ref,
        "source": EVENT_SOURCE,
        "type": EVENT_TYPE,
        "subject": hand_over.order_id,
        **({"time": at.isoformat()} if at else {}),
        "datacontenttype": "application/json",
        "data": hand_over.document,
    }


def _is_duplicate(answer: httpx.Response, ref: str) -> bool:
    if answer.status_code != 409:
        return False
    try:
        said = answer.json()
    except ValueError:
        return False
    if not isinstance(said, dict):
        return False
    words = [str(said.get(name, "")).casefold() for name in _SAYS_WHAT]
    duplicate = said.get("duplicate") is True or "duplicate" in words
    return duplicate and ref in [said.get(name) for name in _SAYS_WHICH]
