"""Who signed a webhook: real keys, real signatures, and the four faults of Fluent's own verifier."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from starlette.datastructures import Headers

from starter.keys import public_keys, secrets
from starter.signatures import Doubt, FluentSignature, SharedSecretSignature, SignatureError
from tests.starter.signing import SECRET, Signer, hmac_headers, key_file, webhook

BODY = webhook()
NOW = datetime(2026, 3, 1, tzinfo=UTC)
FIRST, SECOND = Signer(), Signer()


def verifier(*files: Path, legacy: bool = False) -> FluentSignature:
    """Believes the keys in these files."""
    return FluentSignature(public_keys(files), legacy=legacy)


def doubt(signature: FluentSignature, headers: Mapping[str, str], body: bytes = BODY) -> Doubt | None:
    """Why it is not believed; None if it is."""
    try:
        signature.verify(headers, body)
    except SignatureError as error:
        return error.doubt
    return None


def signed(by: Signer = FIRST, name: str = "fluent-signature") -> dict[str, str]:
    """The header of a signed webhook."""
    return {name: by.sha512(BODY)}


def test_fault_of_the_sdk_a_key_in_pem_is_read(tmp_path: Path) -> None:
    """PEM as well as bare base64, on one line or many; there PEM is an "Invalid character"."""
    bare = FIRST.bare
    wrapped = b"\n".join(bare[start : start + 64] for start in range(0, len(bare), 64)) + b"\n"
    for number, content in enumerate((FIRST.pem, bare, wrapped, b"\r\n" + FIRST.pem.replace(b"\n", b"\r\n"))):
        assert doubt(verifier(key_file(tmp_path, f"{number}", content)), signed()) is None
    assert doubt(verifier(key_file(tmp_path, "other", SECOND.pem)), signed()) is Doubt.WRONG


def test_fault_of_the_sdk_an_md5_signature_is_verified_as_md5(tmp_path: Path) -> None:
    """Where it is switched on; there it is verified as SHA-1, so that it never fits."""
    key = key_file(tmp_path, "key", FIRST.pem)
    for name in ("flex.signature", "flex-signature", "flex_signature", "Flex.Signature"):
        assert doubt(verifier(key, legacy=True), {name: FIRST.md5(BODY)}) is None
        assert doubt(verifier(key, legacy=True), {name: FIRST.sha1(BODY)}) is Doubt.WRONG
        assert doubt(verifier(key, legacy=True), {name: FIRST.sha512(BODY)}) is Doubt.WRONG


@pytest.mark.parametrize(
    "name",
    [
        *("fluent-signature", "Fluent-Signature", "FLUENT-SIGNATURE", "X-Fluent-Signature"),
        *("x-fluent-signature", "fluent_signature", "Fluent_Signature"),
    ],
)
def test_fault_of_the_sdk_a_title_case_header_is_found(tmp_path: Path, name: str) -> None:
    """Names of headers have no case; there only the lower one is found."""
    signature = verifier(key_file(tmp_path, "key", FIRST.pem))
    assert doubt(signature, signed(name=name)) is None
    assert doubt(signature, Headers(signed(name=name))) is None


def test_fault_of_the_sdk_after_a_rotation_the_new_key_works_and_the_removed_one_fails(
    tmp_path: Path,
) -> None:
    """Both while both are there; there the old one is believed for ever, and the new one never."""
    old = key_file(tmp_path, "old.pem", FIRST.pem)
    new = tmp_path / "new.pem"
    signature = verifier(old, new)
    assert [doubt(signature, signed(by)) for by in (FIRST, SECOND)] == [None, Doubt.WRONG]
    new.write_bytes(SECOND.bare)
    assert [doubt(signature, signed(by)) for by in (FIRST, SECOND)] == [None, None]
    old.unlink()
    assert [doubt(signature, signed(by)) for by in (FIRST, SECOND)] == [Doubt.WRONG, None]


def test_a_key_that_is_replaced_in_place_is_replaced_at_once(tmp_path: Path) -> None:
    """Also where size and times of the file are the same as before."""
    key = key_file(tmp_path, "key.pem", FIRST.pem)
    was = key.stat()
    signature = verifier(key)
    assert doubt(signature, signed(FIRST)) is None
    key.write_bytes(SECOND.pem)
    os.utime(key, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert key.stat().st_size == was.st_size
    assert [doubt(signature, signed(by)) for by in (FIRST, SECOND)] == [Doubt.WRONG, None]
    key.write_bytes(b"no key any more")
    assert doubt(signature, signed(SECOND)) is Doubt.NO_KEY


def test_several_keys_in_one_file_and_a_certificate(tmp_path: Path) -> None:
    """A bundle of PEM is what rotation often looks like; Fluent publishes X.509."""
    bundle = key_file(tmp_path, "bundle.pem", FIRST.pem + SECOND.pem)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fluent")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    built = built.public_key(FIRST.private.public_key())
    built = built.not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    certificate = built.sign(FIRST.private, hashes.SHA256()).public_bytes(Encoding.PEM)
    assert [doubt(verifier(bundle), signed(by)) for by in (FIRST, SECOND)] == [None, None]
    assert doubt(verifier(key_file(tmp_path, "certificate.pem", certificate)), signed()) is None


def test_an_unusable_block_of_a_bundle_leaves_the_other_keys_as_they_are(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether it is of another kind or damaged: it is skipped, and the log says which it is."""
    elliptic = ec.generate_private_key(ec.SECP256R1()).public_key()
    odd = elliptic.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    damaged = b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
    for unusable in (odd, damaged, FIRST.pem.replace(b"PUBLIC", b"PRIVATE")):
        caplog.clear()
        bundle = key_file(tmp_path, "bundle.pem", FIRST.pem + unusable + SECOND.pem)
        assert [doubt(verifier(bundle), signed(by)) for by in (FIRST, SECOND)] == [None, None]
        assert "bundle.pem" in caplog.text
        assert "block 2" in caplog.text


def test_without_a_usable_key_nothing_is_believed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """No files, none that is there, none that is a key: closed, and the log says which file."""
    elliptic = ec.generate_private_key(ec.SECP256R1()).public_key()
    contents = {
        "empty": b"",
        "text": b"this is no key",
        "private": FIRST.pem.replace(b"PUBLIC", b"PRIVATE"),
        "elliptic": elliptic.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "huge": b"A" * 100_000,
        "cut": FIRST.bare[:100],
    }
    files = [tmp_path / "missing", tmp_path, *(key_file(tmp_path, n, c) for n, c in contents.items())]
    assert doubt(verifier(), signed()) is Doubt.NO_KEY
    for file in files:
        caplog.clear()
        assert doubt(verifier(file), signed()) is Doubt.NO_KEY
        assert file.name in caplog.text
    assert doubt(verifier(*files, key_file(tmp_path, "key", FIRST.pem)), signed()) is None


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, Doubt.NO_SIGNATURE),
        ({"fluent-signature": "  "}, Doubt.NO_SIGNATURE),
        ({"fluent-signature": "not base64!"}, Doubt.MALFORMED),
        ({"fluent-signature": "é"}, Doubt.MALFORMED),
        ({"fluent-signature": "AAAA"}, Doubt.WRONG),
        ({"flex.signature": FIRST.md5(BODY)}, Doubt.NOT_SWITCHED_ON),
        ({"fluent-signature": FIRST.sha1(BODY)}, Doubt.WRONG),
    ],
)
def test_what_is_not_believed_has_a_reason(tmp_path: Path, headers: dict[str, str], why: Doubt) -> None:
    """Out of a closed list."""
    assert doubt(verifier(key_file(tmp_path, "key", FIRST.pem)), headers) is why


def test_the_strong_signature_decides_where_both_are_there(tmp_path: Path) -> None:
    """A legacy signature that fits helps no strong one that does not."""
    signature = verifier(key_file(tmp_path, "key", FIRST.pem), legacy=True)
    both = {"flex.signature": FIRST.md5(BODY), "fluent-signature": SECOND.sha512(BODY)}
    assert doubt(signature, both) is Doubt.WRONG
    assert doubt(signature, {**both, "fluent-signature": FIRST.sha512(BODY)}) is None


@pytest.mark.parametrize("changed", [BODY + b" ", BODY[:-1], BODY.replace(b"BOOKED", b"BOOKEd"), b""])
def test_every_byte_of_the_body_counts(tmp_path: Path, changed: bytes) -> None:
    """Also a blank that no parser sees."""
    signature = verifier(key_file(tmp_path, "key", FIRST.pem))
    assert doubt(signature, signed(), changed) is Doubt.WRONG


def shared(tmp_path: Path, *contents: str) -> SharedSecretSignature:
    """Believes these secrets."""
    files = [key_file(tmp_path, f"secret-{n}", content.encode()) for n, content in enumerate(contents)]
    return SharedSecretSignature(secrets(files))


def shared_doubt(signature: SharedSecretSignature, headers: Mapping[str, str]) -> Doubt | None:
    """Why it is not believed; None if it is."""
    try:
        signature.verify(headers, BODY, NOW)
    except SignatureError as error:
        return error.doubt
    return None


def test_a_shared_secret_signs_id_time_and_body(tmp_path: Path) -> None:
    """Any of several secrets and of several signatures; nothing that is too old, or another's."""
    at = int(NOW.timestamp())
    good = hmac_headers(BODY, at)
    wrong = hmac_headers(BODY, at, secret="another secret of thirty-two bytes")
    both = {**good, "webhook-signature": f"{wrong['webhook-signature']} {good['webhook-signature']}"}
    signature = shared(tmp_path, "an older secret, not used any more", SECRET + "\n")
    assert shared_doubt(signature, good) is None
    assert shared_doubt(signature, both) is None
    assert shared_doubt(signature, wrong) is Doubt.WRONG
    assert shared_doubt(signature, {**good, "webhook-id": "msg-2"}) is Doubt.WRONG
    assert shared_doubt(signature, {**good, "webhook-timestamp": str(at + 1)}) is Doubt.WRONG
    assert shared_doubt(signature, {**good, "webhook-timestamp": "soon"}) is Doubt.MALFORMED
    assert shared_doubt(signature, hmac_headers(BODY, at - 301)) is Doubt.STALE
    assert shared_doubt(signature, {}) is Doubt.NO_SIGNATURE
    assert shared_doubt(shared(tmp_path), good) is Doubt.NO_KEY
    assert shared_doubt(shared(tmp_path, "short"), hmac_headers(BODY, at, secret="short")) is Doubt.NO_KEY
