"""Keys in files, read at every use: one that is taken away or replaced stops working with the next request."""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

from starter.journal import warn

_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_MOST = 64 * 1024
"""Bytes of a key file: a bundle of keys has a few thousand."""
_SECRET_PREFIX = b"whsec_"
_LEAST_SECRET = 24
K = TypeVar("K")


class UnusableKeyError(Exception):
    """A file holds no key that could be used."""


Tell = Callable[[str], None]
"""Told of what is wrong with a part of a file whose other keys are used."""


class KeyFiles(Generic[K]):
    """The keys of several files, each of which may hold several.

    The files are read again at every use, and nothing is remembered but what the very same bytes were parsed to: a
    cache that asks the clock, or the beginning of a key, is how a removed key goes on being believed.
    """

    def __init__(self, files: Sequence[Path], parse: Callable[[bytes, Tell], tuple[K, ...]]) -> None:
        self._files = tuple(files)
        self._parse = parse
        self._parsed: dict[bytes, tuple[K, ...]] = {}

    def now(self) -> tuple[K, ...]:
        """The keys that are there now. A file that cannot be read has none, and is told of in the log."""
        held = {
            content: self._keys(file, content)
            for file in self._files
            if (content := _content(file)) is not None
        }
        self._parsed = held
        return tuple(key for keys in held.values() for key in keys)

    def _keys(self, file: Path, content: bytes) -> tuple[K, ...]:
        known = self._parsed.get(content)
        if known is not None:
            return known

        def tell(wrong: str) -> None:
            warn("webhookKey", file=file.name, wrong=wrong)

        try:
            return self._parse(content, tell)
        except UnusableKeyError as error:
            tell(str(error))
            return ()


PublicKeys = KeyFiles[RSAPublicKey]
Secrets = KeyFiles[bytes]


def public_keys(files: Sequence[Path]) -> PublicKeys:
    """RSA public keys: PEM (SubjectPublicKeyInfo, PKCS#1, X.509 certificates), or bare base64 of the DER.

    A block of PEM that is none of these is told of in the log, and leaves the others of its file as they are.
    """
    return KeyFiles(files, _public_keys)


def secrets(files: Sequence[Path]) -> Secrets:
    """Secrets of 24 bytes and more, one in each file; `whsec_` is followed by base64, as Standard Webhooks has it."""
    return KeyFiles(files, _secret)


def _content(file: Path) -> bytes | None:
    try:
        with file.open("rb") as opened:
            content = opened.read(_MOST + 1)
    except OSError as error:
        warn("webhookKey", file=file.name, wrong=type(error).__name__)
        return None
    if len(content) <= _MOST:
        return content
    warn("webhookKey", file=file.name, wrong="too large for a key")
    return None


def _public_keys(content: bytes, tell: Tell) -> tuple[RSAPublicKey, ...]:
    blocks = list(_PEM.finditer(content))
    if not blocks:
        return (_of_der(_unwrapped(content)),)
    keys = []
    for number, block in enumerate(blocks, 1):
        try:
            keys.append(_of_pem(block[1], block[0]))
        except UnusableKeyError as error:
            tell(f"block {number}: {error}")
    return tuple(keys)


def _of_pem(kind: bytes, block: bytes) -> RSAPublicKey:
    try:
        if kind == b"CERTIFICATE":
            return _rsa(x509.load_pem_x509_certificate(block).public_key())
        return _rsa(load_pem_public_key(block))
    except (ValueError, UnsupportedAlgorithm):
        raise UnusableKeyError("not a public key in PEM") from None


def _of_der(der: bytes) -> RSAPublicKey:
    try:
        return _rsa(load_der_public_key(der))
    except (ValueError, UnsupportedAlgorithm):
        pass
    try:
        return _rsa(x509.load_der_x509_certificate(der).public_key())
    except (ValueError, UnsupportedAlgorithm):
        raise UnusableKeyError("not a public key in base64") from None


def _rsa(key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey):
        raise UnusableKeyError("not an RSA key")
    return key


def _unwrapped(content: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        raise UnusableKeyError("neither PEM nor base64") from None


def _secret(content: bytes, _: Tell) -> tuple[bytes, ...]:
    written = content.strip()
    secret = (
        _unwrapped(written.removeprefix(_SECRET_PREFIX)) if written.startswith(_SECRET_PREFIX) else written
    )
    if len(secret) < _LEAST_SECRET:
        raise UnusableKeyError(f"a secret has at least {_LEAST_SECRET} bytes")
    return (secret,)
