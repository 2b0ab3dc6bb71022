"""Where notifications go: commercetools' destinations, and the HTTP push that stands in for the cloud queues.

commercetools has no plain HTTP destination, and the sandbox has no cloud. So that a draft stays valid against
the official schema, two of the official types are delivered as an HTTP POST of the notification's body:

- `EventGrid` `{uri, accessKey}` is posted to `uri`; CloudEvents format only, as on the real API;
- `ConfluentCloud` `{bootstrapServer, apiKey, apiSecret, acks, topic}` is posted to `bootstrapServer`, which
  must then be a URL such as `http://127.0.0.1:8080/subscriptions/commercetools`; either format.

The push carries `Authorization: Bearer <accessKey or apiSecret>`, so that a receiver that wants a token works.
Every other type is well-formed and undeliverable here: its test notification fails.
"""

from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.errors import invalid_field, invalid_input, invalid_json, required_field

Body = dict[str, Any]

_REQUIRED: dict[str, tuple[str, ...]] = {
    "SQS": ("queueUrl", "region"),
    "SNS": ("topicArn",),
    "EventBridge": ("region", "accountId"),
    "AzureServiceBus": ("connectionString",),
    "EventGrid": ("uri", "accessKey"),
    "GoogleCloudPubSub": ("projectId", "topic"),
    "ConfluentCloud": ("bootstrapServer", "apiKey", "apiSecret", "acks", "topic"),
    "IronMQ": ("uri",),
}
_OPTIONAL: dict[str, tuple[str, ...]] = {
    "SQS": ("accessKey", "accessSecret", "authenticationMode"),
    "SNS": ("accessKey", "accessSecret", "authenticationMode"),
    "ConfluentCloud": ("key",),
}
_SECRETS = {"accessKey", "accessSecret", "apiKey", "apiSecret", "connectionString"}
_ENUMS: dict[str, list[str]] = {"authenticationMode": ["Credentials", "IAM"], "acks": ["0", "1", "all"]}


@dataclass(frozen=True)
class Push:
    """An HTTP destination; `token` is a secret and is kept out of every representation."""

    url: str
    token: str
    cloud_events: bool

    def __repr__(self) -> str:
        return f"Push({self.url!r}, cloud_events={self.cloud_events})"


def read_destination(draft: Any) -> Body:
    """The destination as it was drafted, fields the type does not have left out.

    Raises `RequiredField`, `InvalidField` or `InvalidJsonInput` (as an ApiError) if it is none.
    """
    if draft is None:
        raise required_field("destination")
    if not isinstance(draft, dict):
        raise invalid_json("destination: expected an object.")
    kind = draft.get("type")
    if not isinstance(kind, str) or kind not in _REQUIRED:
        raise invalid_field("destination.type", kind, list(_REQUIRED))
    known: Body = {"type": kind}
    for name in _REQUIRED[kind] + _OPTIONAL.get(kind, ()):
        value = draft.get(name)
        if value is None:
            if name in _REQUIRED[kind]:
                raise required_field(f"destination.{name}")
            continue
        if not isinstance(value, str):
            raise invalid_json(f"destination.{name}: expected a string.")
        if name in _ENUMS and value not in _ENUMS[name]:
            raise invalid_field(f"destination.{name}", value, list(_ENUMS[name]))
        known[name] = value
    if kind == "EventBridge":  # the event source that commercetools creates
        known["source"] = f"aws.partner/commercetools.com/sandbox/{known['accountId']}"
    return known


def push_of(destination: Body, *, cloud_events: bool) -> Push:
    """The HTTP push that stands in for the destination.

    Raises `InvalidInput` where there is none, worded as a test notification that could not be delivered.
    """
    kind = destination["type"]
    if kind == "EventGrid" and not cloud_events:
        raise invalid_input("An EventGrid destination supports the CloudEvents format only.")
    if kind == "EventGrid":
        url, token = destination["uri"], destination["accessKey"]
    elif kind == "ConfluentCloud":
        url, token = destination["bootstrapServer"], destination["apiSecret"]
    else:
        raise undeliverable(f"the sandbox has no {kind}; use EventGrid or ConfluentCloud with an HTTP URL")
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise undeliverable("the URL is malformed") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise undeliverable("the sandbox delivers to http and https URLs only")
    if not token.isascii() or not token.isprintable():
        raise undeliverable("the access key cannot be sent in a header")
    return Push(url=str(parsed), token=token, cloud_events=cloud_events)


def undeliverable(why: str) -> Exception:
    """`InvalidInput`: the destination did not take the test notification."""
    return invalid_input(f"A test message could not be delivered to this destination: {why}.")


def masked(destination: Body) -> Body:
    """The destination as it is read back: secrets partly hidden, short ones wholly."""
    return {name: _hide(value) if name in _SECRETS else value for name, value in destination.items()}


def _hide(secret: str) -> str:
    return f"{secret[:3]}*****" if len(secret) >= 12 else "*****"
