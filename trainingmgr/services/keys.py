"""Taking the installation's keys elsewhere under a passphrase, and bringing keys in.

The file is JSON: scrypt's parameters and salt, a nonce, and the key ring sealed with AES-256-GCM
under the derived key; everything around the sealed part is authenticated with it.
"""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from trainingmgr.crypto import KeyRing
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import keyring, now, settings, transaction
from trainingmgr.models import Installation
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.installation import is_empty, key_fingerprint

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
    text = _seal(keyring.dump(), passphrase)
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
    return keyring.fingerprint()


def import_keys(actor: Actor, source: Path, passphrase: str, *, replace: bool = False) -> bool:
    """Make the key ring in `source` this installation's; False if it already was.

    Other keys in place are given up only where the database was sealed with the imported ones, or
    holds nothing yet, whose own they become, or with `replace`; a copy of them stays beside, as `keys.json.until-<time>`.
    Running processes keep the former keys until they are started again.
    Raises Refusal `keys_file_unreadable`, `passphrase_wrong`, `keys_differ`.
    """
    ring = _open(source, passphrase)
    if ring.dump() == keyring.dump():
        return False
    with transaction() as session:
        empty = is_empty(session)
        if not (replace or key_fingerprint(session) == ring.fingerprint() or empty):
            raise Refusal("keys_differ", present=keyring.fingerprint(), imported=ring.fingerprint())
        if empty:
            # Nothing is sealed yet: what comes will be, with these.
            session.execute(sa.update(Installation).values(key_fingerprint=ring.fingerprint()))
        audit.record(session, actor, "keys.import", "installation", 1, fingerprint=ring.fingerprint())
        _replace_ring(ring)
    return True


def _replace_ring(ring: KeyRing) -> None:
    path = settings.instance / "keys.json"
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(ring.dump())
        file.flush()
        os.fsync(file.fileno())
    os.link(path, path.with_name(f"{path.name}.until-{now():%Y%m%dT%H%M%S%fZ}"))
    temporary.replace(path)


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


def _open(source: Path, passphrase: str) -> KeyRing:
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
        return KeyRing.parse(AESGCM(key).decrypt(nonce, sealed, _bound(head)).decode())
    except (InvalidTag, ValueError, KeyError) as error:
        raise Refusal("passphrase_wrong") from error


def _derive(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost["n"], r=cost["r"], p=cost["p"]).derive(passphrase.encode())


def _bound(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode()
