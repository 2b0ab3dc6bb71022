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

from sandbox.drafts import Check, one_of, record, text
from sandbox.errors import invalid_input

Body = dict[str, Any]

_aws_keys: dict[str, Check] = {
    "accessKey": text(),
    "accessSecret": text(),
    "authenticationMode": one_of("Credentials", "IAM"),
}
_TYPES: dict[str, Check] = {
    "SQS": record({"queueUrl": text(), "region": text()}, _aws_keys),
    "SNS": record({"topicArn": text()}, _aws_keys),
    "EventBridge": record({"region": text(), "accountId": text()}),
    "AzureServiceBus": record({"connectionString": text()}),
    "EventGrid": record({"uri": text(), "accessKey": text()}),
    "GoogleCloudPubSub": record({"projectId": text(), "topic": text()}),
    "ConfluentCloud": record(
        {
            "bootstrapServer": text(),
            "apiKey": text(),
            "apiSecret": text(),
            "acks": one_of("0", "1", "all"),
            "topic": text(),
        },
        {"key": text()},
    ),
    "IronMQ": record({"uri": text()}),
}
_kind = record({"type": one_of(*_TYPES)})
_SECRETS = {"accessKey", "accessSecret", "apiKey", "apiSecret", "connectionString"}


@dataclass(frozen=True)
class Push:
    """An HTTP destination; `token` is a secret and is kept out of every representation."""

    url: str
    token: str
    cloud_events: bool

    def __repr__(self) -> str:
        return f"Push({self.url!r}, cloud_events={self.cloud_events})"


def destination(value: Any, field: str) -> Body:
    """Check a drafted destination (`sandbox.drafts.Check`): one of the official types with its fields."""
    kind = _kind(value, field)["type"]
    return {"type": kind, **_TYPES[kind](value, field)}


def push_of(given: Body, *, cloud_events: bool) -> Push:
    """The HTTP push that stands in for the destination.

    Raises `InvalidInput` where there is none, worded as a test notification that could not be delivered.
    """
    kind = given["type"]
    if kind == "EventGrid" and not cloud_events:
        raise invalid_input("An EventGrid destination supports the CloudEvents format only.")
    if kind == "EventGrid":
        url, token = given["uri"], given["accessKey"]
    elif kind == "ConfluentCloud":
        url, token = given["bootstrapServer"], given["apiSecret"]
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


def masked(given: Body) -> Body:
    """The destination as it is read back: secrets partly hidden, short ones wholly."""
    return {name: hidden(value) if name in _SECRETS else value for name, value in given.items()}


def hidden(secret: str) -> str:
    """What is shown of a secret."""
    return f"{secret[:3]}*****" if len(secret) >= 12 else "*****"
