"""The account's RSA key pair, and what it signs: the raw body of every webhook, RSASSA-PKCS1-v1_5 in base64.

`fluent-signature` is SHA512withRSA, the older `flex.signature` MD5withRSA (docs.fluentcommerce.com, webhook
receivers).
"""

import base64
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import MD5, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_BITS = 2048


def _new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=_BITS)


@cache
def _foreign_key() -> RSAPrivateKey:
    """A key that is nobody's: what a wrong signature is made with."""
    return _new_key()


class Keys:
    """The current pair, made when first needed; `file` is where its public half is written, if anywhere."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._current: RSAPrivateKey | None = None

    @property
    def current(self) -> RSAPrivateKey:
        """The private key in use."""
        return self._current or self.rotate()

    def rotate(self) -> RSAPrivateKey:
        """A new pair from now on; the old one signs nothing more."""
        self._current = _new_key()
        self.publish()
        return self._current

    def publish(self) -> None:
        """Write the public half to its file, where there is one."""
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(self.pem(), encoding="ascii")

    def pem(self) -> str:
        """The public key as PEM (SubjectPublicKeyInfo)."""
        return (
            self.current.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        )

    def bare(self) -> str:
        """The same key as bare base64 of its DER, the only form that Fluent's own SDK reads."""
        public = self.current.public_key()
        return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()

    def headers(self, raw: bytes, *, legacy: bool, wrong: bool = False) -> dict[str, str]:
        """The signature headers of a body; `wrong` signs with a key that is not the account's."""
        key = _foreign_key() if wrong else self.current
        headers = {"fluent-signature": _base64(key.sign(raw, PKCS1v15(), SHA512()))}
        if legacy:
            headers["flex.signature"] = _base64(key.sign(raw, PKCS1v15(), MD5()))  # noqa: S303 - Fluent's legacy header
        return headers


def _base64(signature: bytes) -> str:
    return base64.b64encode(signature).decode("ascii")
