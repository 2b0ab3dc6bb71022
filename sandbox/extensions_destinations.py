"""Where API Extensions are: commercetools' three destinations, of which the sandbox calls `HTTP`.

`AWSLambda` and `GoogleCloudFunction` are well-formed and refused with InvalidInput: the sandbox has no cloud, and an
extension that is never called would let through what it was posted to stop. Source: `types/extension/` of the
official RAML.
"""

from dataclasses import dataclass, field
from typing import Any

import httpx

from sandbox.destinations import hidden
from sandbox.drafts import Check, one_of, record, text
from sandbox.errors import invalid_input

Body = dict[str, Any]

_AUTHENTICATIONS: dict[str, Check] = {
    "AuthorizationHeader": record({"headerValue": text()}),
    "AzureFunctions": record({"key": text()}),
}
# The header that carries each authentication's secret, and the secret's field.
_HEADERS = {
    "AuthorizationHeader": ("Authorization", "headerValue"),
    "AzureFunctions": ("x-functions-key", "key"),
}


@dataclass(frozen=True)
class Endpoint:
    """What to post to; `headers` hold the secret and are kept out of every representation."""

    url: str
    headers: dict[str, str] = field(repr=False)


def _of_a_type(types: dict[str, Check]) -> Check:
    kind = record({"type": one_of(*types)})

    def check(value: Any, field: str) -> Body:
        named = kind(value, field)["type"]
        return {"type": named, **types[named](value, field)}

    return check


destination = _of_a_type(
    {
        "HTTP": record({"url": text()}, {"authentication": _of_a_type(_AUTHENTICATIONS)}),
        "AWSLambda": record({"arn": text(), "accessKey": text(), "accessSecret": text()}),
        "GoogleCloudFunction": record({"url": text()}),
    }
)
"""Check a drafted ExtensionDestination (`sandbox.drafts.Check`)."""


def endpoint_of(given: Body) -> Endpoint:
    """What the sandbox posts to for a checked destination. ApiError InvalidInput where there is nothing."""
    if given["type"] != "HTTP":
        raise invalid_input(f"The sandbox cannot call a {given['type']} destination: use HTTP.")
    try:
        parsed = httpx.URL(given["url"])
    except httpx.InvalidURL as error:
        raise invalid_input("The URL of the destination is malformed.") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise invalid_input("The URL of the destination must be an http or https URL.")
    if (authentication := given.get("authentication")) is None:
        return Endpoint(str(parsed), {})
    header, secret = _HEADERS[authentication["type"]]
    if not authentication[secret].isascii() or not authentication[secret].isprintable():
        raise invalid_input(f"The destination's '{secret}' cannot be sent in a header.")
    return Endpoint(str(parsed), {header: authentication[secret]})


def masked(given: Body) -> Body:
    """The checked destination as it is stored and read back: secrets partly hidden, short ones wholly."""
    if (authentication := given.get("authentication")) is None:
        return given
    _, secret = _HEADERS[authentication["type"]]
    return {**given, "authentication": {**authentication, secret: hidden(authentication[secret])}}
