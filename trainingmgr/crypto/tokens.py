"""The Ed25519 keys that sign tokens: one in force, and the public parts of those before it."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True)
class TokenKeys:
    """`seed` is the raw private key in force; `retired` maps the name of each former key to its raw public part."""

    seed: bytes = field(repr=False)
    retired: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def generate(cls) -> "TokenKeys":
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @cached_property
    def private_key(self) -> Ed25519PrivateKey:
        """The key that signs."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def kid(self) -> str:
        """The name of the key in force, as it stands in a token's header."""
        return key_name(self.private_key.public_key().public_bytes_raw())

    @cached_property
    def public_keys(self) -> Mapping[str, bytes]:
        """Every key that a genuine token may be signed with, by name, the one in force first."""
        return MappingProxyType({self.kid: self.private_key.public_key().public_bytes_raw(), **self.retired})

    def rotate(self) -> "TokenKeys":
        """A new key in force; the private part of the former one is gone."""
        return TokenKeys(Ed25519PrivateKey.generate().private_bytes_raw(), dict(self.public_keys))

    def remember(self, other: "TokenKeys") -> "TokenKeys":
        """These keys, that also know the public keys of `other`."""
        known = {**other.public_keys, **self.retired}
        return TokenKeys(self.seed, {name: key for name, key in known.items() if name != self.kid})

    def record(self) -> dict[str, Any]:
        """What `read` takes, as plain JSON."""
        return {
            "seed": base64.b64encode(self.seed).decode(),
            "retired": {name: base64.b64encode(key).decode() for name, key in self.retired.items()},
        }

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "TokenKeys":
        """Raises ValueError or KeyError when it is something else."""
        return cls(
            base64.b64decode(data["seed"]),
            {name: base64.b64decode(key) for name, key in data["retired"].items()},
        )


def key_name(public: bytes) -> str:
    """The `kid` of a raw Ed25519 public key: short, since it is printed in every QR."""
    return base64.urlsafe_b64encode(hashlib.sha256(public).digest()[:6]).decode()
