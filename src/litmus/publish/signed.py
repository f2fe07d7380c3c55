"""Signed verdict records: canonical JSON in a DSSE envelope, signed with Ed25519.

Canonical JSON after RFC 8785 (records hold no floating-point numbers, and their keys are ASCII, so that sorted keys and
plain separators suffice). Envelope and pre-authentication encoding after DSSE v1 (secure-systems-lab/dsse). The signature
proves that a record is unchanged since the holder of a key signed it; whose key it is, a reader learns elsewhere.
"""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

PAYLOAD_TYPE = "application/vnd.litmus.verdict+json"


class RecordError(ValueError):
    """A record that cannot be read or trusted; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A record as it was signed: its exact bytes, and for each signature the key's id, its public half and the signature."""

    payload: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @property
    def record(self) -> dict[str, Any]:
        """The record in the payload."""
        found: dict[str, Any] = json.loads(self.payload)
        return found


def canonical_json(value: Any) -> bytes:
    """The one way to write a value. Raises TypeError for floating-point numbers: no float belongs into a record."""
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        msg = f"{value} is a floating-point number; a record holds exact numbers as text"
        raise TypeError(msg)
    for one in value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ():
        _refuse_floats(one)


def key_path(given: str | None) -> Path:
    """Where the signing key lies: the file asked for, $LITMUS_KEY, or the user's configuration folder."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(given or os.environ.get("LITMUS_KEY") or f"{base}/litmus/ed25519.pem")


def signing_key(path: Path) -> Any:
    """The private key; made on first use with file mode 0600, never overwritten. RecordError when it cannot be read."""
    from cryptography.hazmat.primitives import serialization as ser
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_key(path)
    except OSError as err:
        msg = f"{path}: no key can be made here ({err.strerror}); name another file with --key"
        raise RecordError(msg) from err
    key = Ed25519PrivateKey.generate()
    with os.fdopen(handle, "wb") as stream:
        stream.write(key.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8, ser.NoEncryption()))
    return key


def _read_key(path: Path) -> Any:
    from cryptography.hazmat.primitives import serialization as ser
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if path.stat().st_mode & 0o077:
        msg = f"{path}: others may read this key (mode {path.stat().st_mode & 0o777:o}); `chmod 600` it, and think of it as lost"
        raise RecordError(msg)
    try:
        key = ser.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, OSError) as err:
        msg = f"{path}: not a private key in PEM without a password; name another file with --key"
        raise RecordError(msg) from err
    if not isinstance(key, Ed25519PrivateKey):
        msg = f"{path}: a key of another kind; records are signed with Ed25519"
        raise RecordError(msg)
    return key


def public_bytes(key: Any) -> bytes:
    """The 32 bytes of the public half."""
    from cryptography.hazmat.primitives import serialization as ser

    raw: bytes = key.public_key().public_bytes(ser.Encoding.Raw, ser.PublicFormat.Raw)
    return raw


def key_id(public: bytes) -> str:
    """SHA-256 of the public key, in hexadecimal."""
    return sha256(public).hexdigest()


def _encoded(payload: bytes) -> bytes:
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def seal(record: Mapping[str, Any], key: Any) -> bytes:
    """The envelope of one record, as JSON with a line break at its end. The same record and key give the same bytes."""
    payload = canonical_json(record)
    public = public_bytes(key)
    signature = key.sign(_encoded(payload))
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [
            {"keyid": key_id(public), "publicKey": base64.b64encode(public).decode(), "sig": base64.b64encode(signature).decode()}
        ],
    }
    return canonical_json(envelope) + b"\n"


def unseal(data: bytes, name: str) -> Envelope:
    """Read an envelope and check its signatures. Raises RecordError naming the file and the first thing that is wrong."""
    try:
        raw = json.loads(data)
        payload = base64.b64decode(raw["payload"], validate=True)
        signatures = tuple(
            (s["keyid"], base64.b64decode(s["publicKey"], validate=True), base64.b64decode(s["sig"], validate=True))
            for s in raw["signatures"]
        )
    except (ValueError, KeyError, TypeError, RecursionError) as err:
        msg = f"{name}: not a signed verdict record (a DSSE envelope with payload and signatures): {type(err).__name__} {err}"
        raise RecordError(msg) from err
    if raw.get("payloadType") != PAYLOAD_TYPE:
        msg = f"{name}: holds {raw.get('payloadType')!r}, expected {PAYLOAD_TYPE!r}"
        raise RecordError(msg)
    if not signatures:
        msg = f"{name}: bears no signature; `litmus sign` makes one"
        raise RecordError(msg)
    for given, public, signature in signatures:
        _check(given, public, signature, payload, name)
    _check_payload(payload, name)
    return Envelope(payload, signatures)


def _check(given: str, public: bytes, signature: bytes, payload: bytes, name: str) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if key_id(public) != given:
        msg = f"{name}: the key id {given[:16]}… does not belong to the public key beside it; the envelope was altered"
        raise RecordError(msg)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _encoded(payload))
    except (InvalidSignature, ValueError) as err:
        msg = f"{name}: the signature of key {given[:16]}… does not fit the record; record or signature was altered"
        raise RecordError(msg) from err


def _check_payload(payload: bytes, name: str) -> None:
    try:
        record = json.loads(payload)
        fine = isinstance(record, dict) and canonical_json(record) == payload
    except (ValueError, TypeError) as err:
        msg = f"{name}: the signed payload is no record: {err}"
        raise RecordError(msg) from err
    if not fine:
        msg = f"{name}: the signed payload is not in canonical form; whoever signed it did not use Litmus"
        raise RecordError(msg)
