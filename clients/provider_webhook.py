"""A provider that takes signed CloudEvents over HTTP (1.0, structured mode), and tells what became of them by events.

What is sent: `POST` of an event whose `id` is also its `Idempotency-Key`; the receiver counts a repeat once, which is
what makes a repeat safe. The same request is the same to the byte, so it carries no time. A payment state or a delivery
that comes back after another one is a request of its own, with an id of its own.

Signature: `Placet-Signature: sha256=<hex>`, the HMAC-SHA256 of the raw body under the shared secret. During a change of
secrets there is one for each, separated by commas; any that fits will do. Verify it over the bytes as they came, with
a comparison in constant time, before reading them.

Answers: 2xx takes it over, unless it is a page of HTML. 409 with JSON that names this reference: `{"code":"duplicate","ref":...}` is taken over
already, `{"code":"conflict","ref":...}` stands there with other content. To a change: 409 or 422 with
`{"code":"refused","ref":...,"reason":"alreadyPicked"}` is a no; 2xx with `{"settled":true}` says it is done already.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self

import httpx
from pydantic import SecretStr

from clients.answers import refusal
from clients.correlation import header_value
from clients.errors import Unreadable
from clients.fulfillment import EVENT_SOURCE, EVENT_TYPE
from clients.providers import (
    Changing,
    Exporting,
    Options,
    ProviderConfigurationError,
    Surroundings,
    refuse_unknown,
    required,
)
from clients.transport import Timeouts, attempt, deadline
from domain.logistic_export import LogisticOrderDraft
from domain.order import Address
from domain.provider_answers import Accepted, Conflict, Exported, LineQuantity, Refused, Unsupported
from domain.value import digest_of

SYSTEM = "fulfilment webhook"
SIGNATURE_HEADER = "Placet-Signature"
CHANGE_TYPES = {
    "cancel": "placet.fulfillment.cancellation.requested",
    "amend": "placet.fulfillment.amendment.requested",
    "change_delivery": "placet.fulfillment.delivery.changed",
    "tell_of_payment": "placet.fulfillment.payment.changed",
}
_OPTIONS = ("url", "token", "signing_secrets", "operations")
_LONGEST_REASON = 64


class WebhookProvider:
    """One receiver. `operations` are the changes that it takes; what is not among them is unsupported."""

    def __init__(  # noqa: PLR0913 - what is configured of a receiver, each by its name
        self,
        url: str,
        http: httpx.AsyncClient,
        *,
        secrets: Sequence[SecretStr],
        token: SecretStr | None = None,
        operations: frozenset[str] = frozenset(),
        timeouts: Timeouts | None = None,
    ) -> None:
        self._url = url
        self._http = http
        self._secrets = tuple(secrets)
        self._token = token
        self._operations = operations
        self._timeouts = timeouts or Timeouts()

    @classmethod
    def build(cls, options: Options, surroundings: Surroundings) -> Self:
        """Options: `url`, `signing_secrets` (one or more, blank-separated), `token`, `operations` (blank-separated).

        `operations` are some of `cancel amend change_delivery tell_of_payment`; none without it.
        """
        refuse_unknown(options, _OPTIONS)
        url, secrets = required(options, "url", "signing_secrets")
        if not url.startswith(("https://", "http://")):
            raise ProviderConfigurationError("url must begin with https:// or http://")
        operations = frozenset(options.get("operations", "").split())
        if not operations <= CHANGE_TYPES.keys():
            raise ProviderConfigurationError(f"operations are some of {' '.join(CHANGE_TYPES)}")
        token = options.get("token", "")
        return cls(
            url,
            surroundings.http,
            secrets=[SecretStr(secret) for secret in secrets.split()],
            token=SecretStr(token) if token else None,
            operations=operations,
        )

    async def export(self, draft: LogisticOrderDraft) -> Exporting:
        """Announce it; the receiver looks it up by its reference, as nobody else can."""
        answer = await self._send(draft.ref, EVENT_TYPE, draft.order_id, draft.document)
        said = _said(answer, draft.ref)
        if answer.is_success:
            return Exported(ref=draft.ref, provider_id=_text(said.get("id")))
        if answer.status_code == 409 and _is_duplicate(said):
            return Exported(ref=draft.ref, provider_id=_text(said.get("id")), already=True)
        if answer.status_code == 409 and said.get("code") == "conflict":
            return Conflict(ref=draft.ref, why="the receiver has other content under this reference")
        raise refusal(answer, system=SYSTEM, attempted=f"the export of {draft.ref}")

    async def cancel(self, ref: str, quantities: Sequence[LineQuantity], reason: str) -> Changing:
        """Ask for it; whether it was still possible comes back as an event."""
        return await self._change("cancel", ref, {"items": _listed(quantities), "reason": reason})

    async def amend(self, ref: str, quantities: Sequence[LineQuantity]) -> Changing:
        """Ask for these quantities."""
        return await self._change("amend", ref, {"items": _listed(quantities)})

    async def change_delivery(
        self, ref: str, *, address: Address | None = None, method: str | None = None, telling: int = 0
    ) -> Changing:
        """Ask for this address or method."""
        told = {"address": address.to_json_dict() if address else None, "shippingMethod": method}
        asked = {name: value for name, value in told.items() if value is not None}
        return await self._change("change_delivery", ref, asked, telling)

    async def tell_of_payment(self, ref: str, state: str, *, telling: int = 0) -> Changing:
        """Tell it."""
        return await self._change("tell_of_payment", ref, {"paymentState": state}, telling)

    async def fetch(self, ref: str) -> Unsupported:
        """A receiver is not asked; its events say all there is to know."""
        return Unsupported(operation="fetch", why="a webhook is told, not asked")

    async def fetch_fulfillment(self, fulfillment_id: str) -> Unsupported:
        """As `fetch`."""
        return Unsupported(operation="fetch_fulfillment", why="a webhook is told, not asked")

    async def updated_since(self, instant: datetime, cursor: str | None = None) -> Unsupported:
        """As `fetch`."""
        return Unsupported(operation="updated_since", why="a webhook is told, not asked")

    async def _change(self, operation: str, ref: str, asked: Mapping[str, Any], telling: int = 0) -> Changing:
        if operation not in self._operations:
            return Unsupported(operation=operation, why="not among the operations of this receiver")
        data = {"ref": ref, **asked}
        event_id = f"{ref}/{operation}/{digest_of(data)[:16]}"
        if telling:
            event_id += f"/{telling}"  # what was said before and holds again is no repeat
        answer = await self._send(event_id, CHANGE_TYPES[operation], ref, data)
        said = _said(answer, ref)
        if answer.is_success:
            return Accepted(ref=ref, settled=said.get("settled") is True)
        if answer.status_code == 409 and _is_duplicate(said):
            return Accepted(ref=ref)
        if answer.status_code in {409, 422} and said.get("code") == "refused":
            return Refused(ref=ref, why=(_text(said.get("reason")) or "refused")[:_LONGEST_REASON])
        raise refusal(answer, system=SYSTEM, attempted=f"{operation} of {ref}")

    async def _send(self, event_id: str, type_: str, subject: str, data: Mapping[str, Any]) -> httpx.Response:
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": EVENT_SOURCE,
            "type": type_,
            "subject": subject,
            "datacontenttype": "application/json",
            "data": data,
        }
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "Idempotency-Key": event_id.encode("ascii", "backslashreplace").decode(),
            "X-Correlation-ID": header_value(),
            SIGNATURE_HEADER: signature(body, self._secrets),
        }
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        request = self._http.build_request(
            "POST", self._url, content=body, headers=headers, timeout=self._timeouts.for_httpx()
        )
        async with deadline(self._timeouts, system=SYSTEM):
            answer = await attempt(self._http, request, system=SYSTEM)
        if answer.is_success and answer.headers.get("Content-Type", "").startswith("text/html"):
            # Somebody's log-in page, or a proxy's: whoever wrote it has not understood the event.
            raise Unreadable(f"{SYSTEM} answered {answer.status_code} with a page", system=SYSTEM)
        return answer


def signature(body: bytes, secrets: Sequence[SecretStr]) -> str:
    """The value of the header: one `sha256=<hex>` for each secret, separated by commas."""
    keys = [secret.get_secret_value().encode() for secret in secrets]
    return ",".join(f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}" for key in keys)


def _listed(quantities: Sequence[LineQuantity]) -> list[dict[str, Any]]:
    return [one.to_json_dict() for one in sorted(quantities, key=lambda one: one.line_item_id)]


def _said(answer: httpx.Response, ref: str) -> dict[str, Any]:
    """The JSON that was answered, if it speaks of this reference; an answer to something else says nothing."""
    try:
        said = answer.json()
    except ValueError:
        return {}
    speaks_of_it = isinstance(said, dict) and ref in (
        said.get("ref"),
        said.get("idempotencyKey"),
        said.get("key"),
    )
    return said if speaks_of_it else {}


def _is_duplicate(said: Mapping[str, Any]) -> bool:
    words = [str(said.get(name, "")).casefold() for name in ("code", "error", "receipt", "status")]
    return said.get("duplicate") is True or "duplicate" in words


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
