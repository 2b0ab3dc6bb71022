"""Signatures of webhooks, over the raw bytes as they came: RSA by public key, HMAC by shared secret."""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from starter.keys import PublicKeys, Secrets

# Fluent's own SDK looks for these (fc-connect-sdk 0.1.56); header names are compared without regard to case (RFC 9110).
STRONG = ("fluent-signature", "x-fluent-signature", "fluent_signature")
LEGACY = ("flex.signature", "flex-signature", "flex_signature")
_TOLERANCE = timedelta(minutes=5)
_VERSION = "v1,"


class Doubt(StrEnum):
    """Why a webhook is not believed: a closed list, fit for a metric."""

    NO_SIGNATURE = "noSignature"
    NOT_SWITCHED_ON = "legacyNotSwitchedOn"
    MALFORMED = "malformed"
    NO_KEY = "noKey"
    """We have no key to verify it by, so that nothing is believed."""
    WRONG = "wrong"
    STALE = "stale"


class SignatureError(Exception):
    """The webhook is not believed. Nothing of what was sent is repeated."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt


class FluentSignature:
    """`fluent-signature`: base64 of SHA512withRSA (RSASSA-PKCS1-v1_5) over the body.

    Where a webhook has one, it decides. `flex.signature` (MD5withRSA) counts only if `legacy` is switched on.
    Source: docs.fluentcommerce.com/essential-knowledge/webhook-receivers.
    """

    def __init__(self, keys: PublicKeys, *, legacy: bool = False) -> None:
        self._keys = keys
        self._legacy = legacy

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """See that the body is signed by one of the keys that are there now.

        Raises:
            SignatureError: it is not.
        """
        algorithm: hashes.HashAlgorithm = hashes.SHA512()
        written = _header(headers, STRONG)
        if written is None:
            written, algorithm = _header(headers, LEGACY), hashes.MD5()  # noqa: S303 - theirs, and off by default
            if written is None:
                raise SignatureError(Doubt.NO_SIGNATURE)
            if not self._legacy:
                raise SignatureError(Doubt.NOT_SWITCHED_ON)
        signature = _decoded(written)
        keys = self._keys.now()
        for key in keys:
            try:
                key.verify(signature, body, PKCS1v15(), algorithm)
            except (InvalidSignature, UnsupportedAlgorithm):
                continue
            return
        raise SignatureError(Doubt.WRONG if keys else Doubt.NO_KEY)


class SharedSecretSignature:
    """`webhook-signature`: `v1,` and base64 of HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}`.

    Several, separated by blanks, where the sender changes its secret. Timestamps are Unix seconds, and may differ from
    now by five minutes. Source: the specification of Standard Webhooks 1.0 (standardwebhooks.com).
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """See that the body is signed with one of the secrets that are there now, and lately.

        Raises:
            SignatureError: it is not.
        """
        found = [_header(headers, (f"webhook-{name}",)) for name in ("id", "timestamp", "signature")]
        sent_as, at, written = (one or "" for one in found)
        if not (sent_as and at and written):
            raise SignatureError(Doubt.NO_SIGNATURE)
        if not (at.isascii() and at.isdigit()):
            raise SignatureError(Doubt.MALFORMED)
        secrets = self._secrets.now()
        if not secrets:
            raise SignatureError(Doubt.NO_KEY)
        signed = f"{sent_as}.{at}.".encode() + body
        if not _is_among(written.split(), secrets, signed):
            raise SignatureError(Doubt.WRONG)
        if abs(now.timestamp() - int(at)) > _TOLERANCE.total_seconds():
            raise SignatureError(Doubt.STALE)


def _is_among(written: Sequence[str], secrets: Sequence[bytes], signed: bytes) -> bool:
    claimed = [_decoded(one.removeprefix(_VERSION)) for one in written if one.startswith(_VERSION)]
    made = [hmac.digest(secret, signed, "sha256") for secret in secrets]
    return any([hmac.compare_digest(one, other) for one in claimed for other in made])  # noqa: C419 - all, each time


def _header(headers: Mapping[str, str], names: Sequence[str]) -> str | None:
    """The first of those headers that is there, whatever the case that it is written in."""
    given = {name.lower(): value for name, value in headers.items()}
    return next((given[name].strip() for name in names if given.get(name, "").strip()), None)


def _decoded(written: str) -> bytes:
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise SignatureError(Doubt.MALFORMED) from None
