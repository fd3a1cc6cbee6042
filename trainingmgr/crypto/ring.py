"""The installation's keys, and the sealing of sensitive fields with them.

Keys live in `instance/keys.json`, outside the database and its backups. Values are sealed with
AES-256-GCM under a named key; what binds a value to its place (table, row, column) is
authenticated with it, so that a value copied into another row does not open. Equal values are
found through an HMAC under another key.
"""

import base64
import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trainingmgr.crypto.signing import SigningKeys
from trainingmgr.crypto.tokens import TokenKeys

_NONCE = 12
_VERSION = 2


class SealBrokenError(Exception):
    """A sealed value does not open: another key, another place, or altered bytes."""


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    # Setting a key up takes longer than sealing an ID number with it.
    return AESGCM(key)


@dataclass(frozen=True)
class KeyRing:
    """Every secret of one installation."""

    secret_key: str = field(repr=False)
    current: str
    field_keys: dict[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)
    token_keys: TokenKeys
    signing: SigningKeys

    @classmethod
    def generate(cls) -> "KeyRing":
        """A new ring from the system's random source."""
        return cls(
            secret_key=secrets.token_urlsafe(48),
            current="k1",
            field_keys={"k1": secrets.token_bytes(32)},
            index_key=secrets.token_bytes(32),
            token_keys=TokenKeys.generate(),
            signing=SigningKeys.generate(),
        )

    @classmethod
    def load_or_create(cls, path: Path) -> "KeyRing":
        """Read the ring at `path`, making it on first start; safe when two processes start at once."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            temporary = _write_beside(path, cls.generate())
            # A link fails where the other process was first: its keys stand then.
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
            temporary.unlink()
        text = path.read_text(encoding="utf-8")
        if json.loads(text)["version"] < _VERSION:
            return cls.update(path, lambda ring: ring)
        return cls.parse(text)

    @classmethod
    def update(cls, path: Path, change: "Callable[[KeyRing], KeyRing]") -> "KeyRing":
        """Put what `change` makes of the ring at `path` in its place, one process at a time, and give it back.

        The file is replaced as a whole or not at all. Running processes keep the ring that they have loaded.
        """
        with path.with_name(f".{path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            text = path.read_text(encoding="utf-8")
            ring = change(cls.parse(text))
            if ring.dump() != text:
                _write_beside(path, ring).replace(path)
        return ring

    @classmethod
    def parse(cls, text: str, beside: "KeyRing | None" = None) -> "KeyRing":
        """Read what `dump` wrote. Raises ValueError or KeyError when it is something else.

        Keys that an older version had not are taken from the ring `beside`, and made where there is none.
        """
        data = json.loads(text)
        if data["version"] >= _VERSION:
            tokens, signing = TokenKeys.read(data["tokens"]), SigningKeys.read(data["signing"])
        else:
            tokens = beside.token_keys if beside else TokenKeys.generate()
            signing = beside.signing if beside else SigningKeys.generate()
        return cls(
            secret_key=data["secret_key"],
            current=data["current"],
            field_keys={name: base64.b64decode(key) for name, key in data["field_keys"].items()},
            index_key=base64.b64decode(data["index_key"]),
            token_keys=tokens,
            signing=signing,
        )

    def dump(self) -> str:
        """The ring as JSON text, in the clear."""
        return json.dumps(
            {
                "version": _VERSION,
                "secret_key": self.secret_key,
                "current": self.current,
                "field_keys": {k: base64.b64encode(v).decode() for k, v in self.field_keys.items()},
                "index_key": base64.b64encode(self.index_key).decode(),
                "tokens": self.token_keys.record(),
                "signing": self.signing.record(),
            },
            indent=1,
        )

    def remember(self, other: "KeyRing") -> "KeyRing":
        """This ring, by which what `other` signed can be verified too."""
        return replace(
            self,
            token_keys=self.token_keys.remember(other.token_keys),
            signing=self.signing.remember(other.signing, datetime.now(UTC)),
        )

    def seal(self, value: str | bytes, place: str) -> bytes:
        """Encrypt `value` for `place` (`table:row:column`)."""
        plain = value.encode() if isinstance(value, str) else value
        nonce = os.urandom(_NONCE)
        name = self.current.encode()
        sealed = _cipher(self.field_keys[self.current]).encrypt(nonce, plain, place.encode())
        return bytes([len(name)]) + name + nonce + sealed

    def seal_each(self, values: Sequence[tuple[str, str]]) -> list[bytes]:
        """What `seal` gives for each pair of a value and its place, from one call of the random source."""
        name = self.current.encode()
        head = bytes([len(name)]) + name
        encrypt = _cipher(self.field_keys[self.current]).encrypt
        random = os.urandom(_NONCE * len(values))
        nonces = [random[start : start + _NONCE] for start in range(0, len(random), _NONCE)]
        return [
            head + nonce + encrypt(nonce, value.encode(), place.encode())
            for nonce, (value, place) in zip(nonces, values, strict=True)
        ]

    def unseal_bytes(self, sealed: bytes, place: str) -> bytes:
        """Decrypt what `seal` gave for the same `place`. Raises SealBrokenError."""
        size = sealed[0] if sealed else 0
        name, body = sealed[1 : 1 + size].decode(errors="replace"), sealed[1 + size :]
        key = self.field_keys.get(name)
        if key is None:
            raise SealBrokenError(f"no key {name!r}")
        try:
            return _cipher(key).decrypt(body[:_NONCE], body[_NONCE:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError(place) from error

    def unseal(self, sealed: bytes, place: str) -> str:
        """Decrypt text that `seal` gave for the same `place`. Raises SealBrokenError."""
        return self.unseal_bytes(sealed, place).decode()

    def blind_index(self, value: str, scope: str) -> bytes:
        """A keyed fingerprint by which equal values of one `scope` are found without opening them."""
        return hmac.digest(self.index_key, f"{scope}\x00{value}".encode(), "sha256")

    def blind_indexes(self, values: Iterable[str], scope: str) -> list[bytes]:
        """What `blind_index` gives for each of many values of one scope."""
        begun = hmac.new(self.index_key, f"{scope}\x00".encode(), "sha256")
        found = []
        for value in values:
            one = begun.copy()
            one.update(value.encode())
            found.append(one.digest())
        return found

    def fingerprint(self) -> str:
        """A short public mark of the field keys: tells whether a database was sealed with this ring."""
        joined = b"".join(self.field_keys[name] for name in sorted(self.field_keys)) + self.index_key
        return hashlib.sha256(b"trainingmgr key ring" + joined).hexdigest()[:16]


def _write_beside(path: Path, ring: KeyRing) -> Path:
    """The ring in a file of another name in the same folder, on the disk, readable by this user alone."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(ring.dump())
        file.flush()
        os.fsync(file.fileno())
    return temporary
