"""The installation's keys, and the sealing of sensitive fields with them.

Keys live in `instance/keys.json`, outside the database and its backups. Values are sealed with
AES-256-GCM under a named key; what binds a value to its place (table, row, column) is
authenticated with it, so that a value copied into another row does not open. Equal values are
found through an HMAC under another key.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class SealBrokenError(Exception):
    """A sealed value does not open: another key, another place, or altered bytes."""


@dataclass(frozen=True)
class KeyRing:
    """Every secret of one installation."""

    secret_key: str
    current: str
    field_keys: dict[str, bytes]
    index_key: bytes

    @classmethod
    def generate(cls) -> "KeyRing":
        """A new ring from the system's random source."""
        return cls(
            secret_key=secrets.token_urlsafe(48),
            current="k1",
            field_keys={"k1": secrets.token_bytes(32)},
            index_key=secrets.token_bytes(32),
        )

    @classmethod
    def load_or_create(cls, path: Path) -> "KeyRing":
        """Read the ring at `path`, making it on first start; safe when two processes start at once."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(cls.generate().dump())
                file.flush()
                os.fsync(file.fileno())
            # A link fails where the other process was first: its keys stand then.
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
            temporary.unlink()
        return cls.parse(path.read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read what `dump` wrote. Raises ValueError or KeyError when it is something else."""
        data = json.loads(text)
        return cls(
            secret_key=data["secret_key"],
            current=data["current"],
            field_keys={name: base64.b64decode(key) for name, key in data["field_keys"].items()},
            index_key=base64.b64decode(data["index_key"]),
        )

    def dump(self) -> str:
        """The ring as JSON text, in the clear."""
        return json.dumps(
            {
                "version": 1,
                "secret_key": self.secret_key,
                "current": self.current,
                "field_keys": {k: base64.b64encode(v).decode() for k, v in self.field_keys.items()},
                "index_key": base64.b64encode(self.index_key).decode(),
            },
            indent=1,
        )

    def seal(self, value: str | bytes, place: str) -> bytes:
        """Encrypt `value` for `place` (`table:row:column`)."""
        plain = value.encode() if isinstance(value, str) else value
        nonce = os.urandom(_NONCE)
        name = self.current.encode()
        sealed = AESGCM(self.field_keys[self.current]).encrypt(nonce, plain, place.encode())
        return bytes([len(name)]) + name + nonce + sealed

    def unseal_bytes(self, sealed: bytes, place: str) -> bytes:
        """Decrypt what `seal` gave for the same `place`. Raises SealBrokenError."""
        size = sealed[0] if sealed else 0
        name, body = sealed[1 : 1 + size].decode(errors="replace"), sealed[1 + size :]
        key = self.field_keys.get(name)
        if key is None:
            raise SealBrokenError(f"no key {name!r}")
        try:
            return AESGCM(key).decrypt(body[:_NONCE], body[_NONCE:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError(place) from error

    def unseal(self, sealed: bytes, place: str) -> str:
        """Decrypt text that `seal` gave for the same `place`. Raises SealBrokenError."""
        return self.unseal_bytes(sealed, place).decode()

    def blind_index(self, value: str, scope: str) -> bytes:
        """A keyed fingerprint by which equal values of one `scope` are found without opening them."""
        return hmac.digest(self.index_key, f"{scope}\x00{value}".encode(), "sha256")

    def fingerprint(self) -> str:
        """A short public mark of the field keys: tells whether a database was sealed with this ring."""
        joined = b"".join(self.field_keys[name] for name in sorted(self.field_keys)) + self.index_key
        return hashlib.sha256(b"trainingmgr key ring" + joined).hexdigest()[:16]
