"""The installation's keys: taking them elsewhere under a passphrase, bringing keys in, and putting new ones in force.

An exported file is JSON: scrypt's parameters and salt, a nonce, and the key ring sealed with AES-256-GCM
under the derived key; everything around the sealed part is authenticated with it.
"""

import base64
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding

from trainingmgr.crypto import KeyRing, OwnKeys, SigningKeys, TokenDevice
from trainingmgr.documents.signature import read_device, read_pkcs12
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, now, settings, transaction
from trainingmgr.models import Installation
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.installation import is_empty, key_fingerprint, organisation_names

PASSPHRASE_LENGTH = 12
_MARK = "trainingmgr-keys"
# 128 MB and about half a second a guess: the passphrase stands between a lost file and every sealed field.
_COST = {"n": 1 << 17, "r": 8, "p": 1}
_MOST_MEMORY = 1 << 30


def export_keys(actor: Actor, target: Path, passphrase: str) -> str:
    """Write the key ring to `target`, readable by this user alone, and give its fingerprint.

    Raises Refusal `passphrase_short`, `keys_file_exists`, `keys_file_unwritable`.
    """
    if len(passphrase) < PASSPHRASE_LENGTH:
        raise Refusal("passphrase_short", least=PASSPHRASE_LENGTH)
    ring = KeyRing.load_or_create(settings.keys_file)
    text = _seal(ring.dump(), passphrase)
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refusal("keys_file_exists", file=str(target)) from error
    except OSError as error:
        raise Refusal("keys_file_unwritable", file=str(target), reason=error.strerror or "") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    with transaction() as session:
        audit.record(session, actor, "keys.export", "installation", 1)
    return ring.fingerprint()


def import_keys(actor: Actor, source: Path, passphrase: str, *, replace: bool = False) -> bool:
    """Make the key ring in `source` this installation's; False if it already was.

    Other keys in place are given up only where the database was sealed with the imported ones, or
    holds nothing yet, whose own they become, or with `replace`; a copy of them stays beside, as `keys.json.until-<time>`.
    Running processes keep the former keys until they are started again.
    Raises Refusal `keys_file_unreadable`, `passphrase_wrong`, `keys_differ`.
    """
    present = KeyRing.load_or_create(settings.keys_file)
    ring = _open(source, passphrase, present)
    if ring.fingerprint() == present.fingerprint():
        # An export from before a rotation: what was signed since then is still ours.
        ring = ring.remember(present)
    if ring.dump() == present.dump():
        return False
    with transaction() as session:
        empty = is_empty(session)
        if not (replace or key_fingerprint(session) == ring.fingerprint() or empty):
            raise Refusal("keys_differ", present=present.fingerprint(), imported=ring.fingerprint())
        if empty:
            # Nothing is sealed yet: what comes will be, with these.
            session.execute(sa.update(Installation).values(key_fingerprint=ring.fingerprint()))
        audit.record(session, actor, "keys.import", "installation", 1, fingerprint=ring.fingerprint())
        _replace_ring(ring)
    return True


def rotate(actor: Actor, *, tokens: bool, signing: bool) -> None:
    """New keys for what is asked for; what the former ones signed stays verifiable, and their private parts go.

    Keys that an organisation brought stay in force for it. Running processes sign with the former keys until
    they are started again.
    """
    moment = now()
    names = organisation_names(db.session())

    def renew(ring: KeyRing) -> KeyRing:
        if tokens:
            ring = replace(ring, token_keys=ring.token_keys.rotate())
        if signing:
            ring = replace(ring, signing=ring.signing.renew(moment, names))
        return ring

    _change(actor, "keys.rotate", renew, tokens=tokens, signing=signing)


def use_pkcs12(actor: Actor, source: Path, passphrase: str, organisation: str = "") -> None:
    """Sign an organisation's certificates with the key in a PKCS#12 file from now on.

    The organisation may be left out where there is but one. Raises Refusal `keys_organisation_unclear` (names)
    and what `read_pkcs12` raises.
    """
    try:
        data = source.read_bytes()
    except OSError as error:
        raise Refusal("signature.p12_unreadable") from error
    _use(actor, organisation, read_pkcs12(data, passphrase))


def use_device(actor: Actor, device: TokenDevice, organisation: str = "") -> None:
    """The same with a key on a PKCS#11 device. Raises `keys_organisation_unclear` and what `read_device` raises."""
    _use(actor, organisation, read_device(device))


def use_made(actor: Actor, organisation: str = "") -> None:
    """Sign an organisation's certificates with the keys made here again. Raises Refusal `keys_organisation_unclear`."""
    _use(actor, organisation, None)


def _use(actor: Actor, organisation: str, own: OwnKeys | None) -> None:
    moment = now()
    name = _one_organisation(organisation)
    _change(
        actor,
        "keys.use",
        lambda ring: replace(ring, signing=ring.signing.use(name, own, moment)),
        organisation=name,
        pin=own.pin if own else None,
    )


def _one_organisation(name: str) -> str:
    names = organisation_names(db.session())
    if not name and len(names) == 1:
        return names[0]
    if name not in names:
        raise Refusal("keys_organisation_unclear", names="、".join(names))
    return name


def _change(actor: Actor, action: str, change: Callable[[KeyRing], KeyRing], **details: Any) -> None:
    with transaction() as session:
        audit.record(session, actor, action, "installation", 1, **details)
        session.flush()
        KeyRing.update(settings.keys_file, change)


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate in words. `kind` tells whose key it is of: made here, from a PKCS#12 file, or on a device."""

    organisation: str
    kind: Literal["made", "pkcs12", "device"]
    subject: str
    issuer: str
    start: str
    end: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What is in force and what is kept of former keys; no private part."""

    fingerprint: str
    token_key: str
    retired_token_keys: tuple[str, ...]
    certificates: tuple[Shown, ...]
    retired_signing: tuple[dict[str, str], ...]


def overview() -> Overview:
    """The keys as they lie in the file, so that a rotation shows at once."""
    ring = KeyRing.load_or_create(settings.keys_file)
    return Overview(
        fingerprint=ring.fingerprint(),
        token_key=ring.token_keys.kid,
        retired_token_keys=tuple(ring.token_keys.retired),
        certificates=tuple(
            _shown(ring.signing, name, one)
            for name in organisation_names(db.session())
            for one in ring.signing.identity(name).certificates
        ),
        retired_signing=tuple({"pin": one.pin, "retired": one.retired} for one in ring.signing.retired),
    )


def write_certificate(target: Path, organisation: str = "") -> Shown:
    """Write the issuer's certificate of an organisation to `target`, PEM where the name ends so and else DER.

    The organisation may be left out where there is but one. Raises Refusal `keys_organisation_unclear` (names),
    `keys_file_exists`, `keys_file_unwritable`.
    """
    organisation = _one_organisation(organisation)
    signing = KeyRing.load_or_create(settings.keys_file).signing
    der = signing.issuer_certificate(organisation)
    pem = target.suffix.lower() == ".pem"
    data = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) if pem else der
    try:
        with target.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise Refusal("keys_file_exists", file=str(target)) from error
    except OSError as error:
        raise Refusal("keys_file_unwritable", file=str(target), reason=error.strerror or "") from error
    return _shown(signing, organisation, der)


def _shown(signing: SigningKeys, organisation: str, der: bytes) -> Shown:
    own = signing.own.get(organisation)
    certificate = x509.load_der_x509_certificate(der)
    return Shown(
        organisation=organisation,
        kind="made" if own is None else "device" if own.device else "pkcs12",
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        start=certificate.not_valid_before_utc.date().isoformat(),
        end=certificate.not_valid_after_utc.date().isoformat(),
        sha256=hashlib.sha256(der).hexdigest(),
    )


def _replace_ring(ring: KeyRing) -> None:
    path = settings.keys_file
    os.link(path, path.with_name(f"{path.name}.until-{now():%Y%m%dT%H%M%S%fZ}"))
    KeyRing.update(path, lambda _present: ring)


def _seal(text: str, passphrase: str) -> str:
    salt, nonce = os.urandom(16), os.urandom(12)
    head: dict[str, Any] = {
        "format": _MARK,
        "version": 1,
        "kdf": {"name": "scrypt", **_COST, "salt": base64.b64encode(salt).decode()},
        "nonce": base64.b64encode(nonce).decode(),
    }
    sealed = AESGCM(_derive(passphrase, salt, _COST)).encrypt(nonce, text.encode(), _bound(head))
    return json.dumps(head | {"sealed": base64.b64encode(sealed).decode()}, indent=1) + "\n"


def _open(source: Path, passphrase: str, present: KeyRing) -> KeyRing:
    try:
        data = json.loads(source.read_text(encoding="utf-8"))
        if data["format"] != _MARK or data["version"] != 1 or data["kdf"]["name"] != "scrypt":
            raise ValueError(data["format"])
        cost = {name: int(data["kdf"][name]) for name in _COST}
        if cost["n"] * cost["r"] * 128 > _MOST_MEMORY or not 0 < cost["p"] <= 16:
            raise ValueError("cost")
        salt, nonce, sealed = (
            base64.b64decode(value, validate=True)
            for value in (data["kdf"]["salt"], data["nonce"], data["sealed"])
        )
        head = {name: data[name] for name in ("format", "version", "kdf", "nonce")}
        key = _derive(passphrase, salt, cost)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise Refusal("keys_file_unreadable", file=str(source)) from error
    try:
        return KeyRing.parse(AESGCM(key).decrypt(nonce, sealed, _bound(head)).decode(), present)
    except (InvalidTag, ValueError, KeyError) as error:
        raise Refusal("passphrase_wrong") from error


def _derive(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost["n"], r=cost["r"], p=cost["p"]).derive(passphrase.encode())


def _bound(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode()
