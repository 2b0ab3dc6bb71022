"""A provider's side of a signed webhook, with real keys."""

import base64
import hmac
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SECRET = "a-secret-of-thirty-two-bytes-and-more"
WEBHOOK: dict[str, Any] = {
    "id": "2a4c9d6e-0000-4000-8000-000000000001",
    "name": "fc.connect.order.webhook.order-status-update",
    "accountId": "ACME",
    "retailerId": "34",
    "entityId": "1801",
    "entityRef": "ON-1-1",
    "entityType": "ORDER",
    "entityStatus": "BOOKED",
    "attributes": {"TrackingNumber": "TN-1"},
}


class Signer:
    """A provider that signs with a key of its own."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)

    @property
    def pem(self) -> bytes:
        """Its public key in PEM."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def bare(self) -> bytes:
        """The same as bare base64, as Fluent prints it in its console."""
        der = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der)

    @property
    def private(self) -> rsa.RSAPrivateKey:
        """Its private key."""
        return self._key

    def sha512(self, body: bytes) -> str:
        """What `fluent-signature` has."""
        return base64.b64encode(self._key.sign(body, PKCS1v15(), hashes.SHA512())).decode()

    def md5(self, body: bytes) -> str:
        """What `flex.signature` has."""
        return base64.b64encode(self._key.sign(body, PKCS1v15(), hashes.MD5())).decode()

    def sha1(self, body: bytes) -> str:
        """What Fluent's own SDK takes for the MD5 signature."""
        return base64.b64encode(self._key.sign(body, PKCS1v15(), hashes.SHA1())).decode()


def webhook(**changes: Any) -> bytes:
    """A webhook's body, formatted as no JSON library of ours would do it."""
    document = {name: value for name, value in {**WEBHOOK, **changes}.items() if value is not ...}
    return json.dumps(document, indent=3, ensure_ascii=False).encode() + b"\n"


def key_file(folder: Path, name: str, content: bytes) -> Path:
    """A file with a key."""
    file = folder / name
    file.write_bytes(content)
    return file


def hmac_headers(body: bytes, at: int, *, secret: str = SECRET, sent_as: str = "msg-1") -> dict[str, str]:
    """The headers of Standard Webhooks."""
    made = hmac.digest(secret.encode(), f"{sent_as}.{at}.".encode() + body, "sha256")
    signature = f"v1,{base64.b64encode(made).decode()}"
    return {"webhook-id": sent_as, "webhook-timestamp": str(at), "webhook-signature": signature}
