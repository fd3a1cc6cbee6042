"""The keys and certificates that sign PDF files: those in force, and what is known of those before.

Keys that the installation made itself are kept without certificates: both certificates of an organisation
follow from the keys and the organisation's name, the same bytes each time. So nothing has to be
written when the first certificate of an organisation is signed, by whichever process does it.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# As long as the paper is kept, and the years in which the key is in use.
_YEARS = 40
_NAME_LENGTH = 64
# A viewer takes a certificate for documents by one of these: RFC 9336, Adobe, Microsoft; poppler's NSS knows mail alone.
_PURPOSES = (
    x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
    x509.ObjectIdentifier("1.2.840.113583.1.1.5"),
    x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
)


@dataclass(frozen=True, slots=True)
class TokenDevice:
    """Where a key lies that never leaves its device: the PKCS#11 module, the token's and the key's label."""

    module: str
    token: str
    key: str
    pin: str = field(repr=False)


@dataclass(frozen=True)
class Identity:
    """Who signs: certificates in DER, the signer's first and its issuers after it, and the key or its device.

    `issuer_key` is there where the issuer is the installation itself, which then can also state that it
    revoked nothing.
    """

    certificates: tuple[bytes, ...]
    key: PrivateKeyTypes | None = field(repr=False, default=None)
    device: TokenDevice | None = None
    issuer_key: ec.EllipticCurvePrivateKey | None = field(repr=False, default=None)

    def revocation_list(self, moment: datetime) -> bytes | None:
        """An empty list signed by the issuer, in DER; None where the issuer is somebody else."""
        if self.issuer_key is None:
            return None
        issuer = x509.load_der_x509_certificate(self.certificates[-1])
        built = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(moment - timedelta(hours=1))
            .next_update(moment + timedelta(days=31))
            .add_extension(x509.CRLNumber(int(moment.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.issuer_key.public_key()),
                critical=False,
            )
        )
        return built.sign(self.issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True)
class MadeKeys:
    """An issuer's key and a signer's key, both P-256, made by the installation; PKCS#8 in DER."""

    created: date
    issuer: bytes = field(repr=False)
    signer: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> "MadeKeys":
        return cls(datetime.now(UTC).date(), _new_key(), _new_key())

    @property
    def pin(self) -> str:
        return pin_of(_load(self.issuer).public_key())

    def identity(self, organisation: str) -> Identity:
        """The organisation's signer under its own issuer; equal arguments give equal certificates."""
        return _made_identity(self, organisation)

    def record(self) -> dict[str, Any]:
        return {
            "created": self.created.isoformat(),
            "issuer": _text(self.issuer),
            "signer": _text(self.signer),
        }

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "MadeKeys":
        return cls(
            date.fromisoformat(data["created"]),
            base64.b64decode(data["issuer"]),
            base64.b64decode(data["signer"]),
        )


@dataclass(frozen=True)
class OwnKeys:
    """What the organiser brought: certificates with the signer's first, and its key (PKCS#8) or the device that holds it."""

    certificates: tuple[bytes, ...]
    key: bytes = field(repr=False, default=b"")
    device: TokenDevice | None = None

    @property
    def pin(self) -> str:
        """Of the signer's own key: its issuer certifies others as well."""
        return pin_of(x509.load_der_x509_certificate(self.certificates[0]).public_key())

    def identity(self, organisation: str) -> Identity:  # noqa: ARG002 - it signs under the name that it bears
        return Identity(self.certificates, _load(self.key) if self.key else None, self.device)

    def record(self) -> dict[str, Any]:
        device = self.device
        return {
            "certificates": [_text(one) for one in self.certificates],
            "key": _text(self.key),
            "device": device
            and {"module": device.module, "token": device.token, "key": device.key, "pin": device.pin},
        }

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "OwnKeys":
        device = TokenDevice(**data["device"]) if data["device"] else None
        return cls(_several(data["certificates"]), base64.b64decode(data["key"]), device)


@dataclass(frozen=True)
class RetiredKeys:
    """Keys that sign no more: by `pin` what they signed is still known, and `certificates` are those of their issuers."""

    pin: str
    retired: str
    certificates: tuple[bytes, ...] = ()

    def record(self) -> dict[str, Any]:
        return {
            "pin": self.pin,
            "retired": self.retired,
            "certificates": [_text(one) for one in self.certificates],
        }


@dataclass(frozen=True)
class SigningKeys:
    """The keys in force: those made here, and by its name those that an organisation brought; retired ones, latest first."""

    current: MadeKeys
    own: dict[str, OwnKeys] = field(default_factory=dict)
    retired: tuple[RetiredKeys, ...] = ()

    @classmethod
    def generate(cls) -> "SigningKeys":
        return cls(MadeKeys.generate())

    @property
    def pins(self) -> frozenset[str]:
        """By one of these keys, or by one it certifies, everything genuine is signed."""
        return self._in_force | {one.pin for one in self.retired}

    @property
    def _in_force(self) -> frozenset[str]:
        return frozenset({self.current.pin, *(one.pin for one in self.own.values())})

    def identity(self, organisation: str) -> Identity:
        """Who signs for the organisation of this name now."""
        return self.own.get(organisation, self.current).identity(organisation)

    def issuer_certificate(self, organisation: str) -> bytes:
        """What a reader of the organisation's files has to trust, in DER."""
        return self.identity(organisation).certificates[-1]

    def renew(self, moment: datetime, organisations: Iterable[str] = ()) -> "SigningKeys":
        """New keys made here; of the former ones the issuers' certificates for `organisations` are kept."""
        kept = tuple(self.current.identity(name).certificates[-1] for name in organisations)
        return replace(self, current=MadeKeys.generate())._retire([_retired(self.current.pin, moment, kept)])

    def use(self, organisation: str, own: OwnKeys | None, moment: datetime) -> "SigningKeys":
        """What the organisation brought in force for it, or with None the keys made here again."""
        others = {name: keys for name, keys in self.own.items() if name != organisation}
        former = self.own.get(organisation)
        new = replace(self, own=others if own is None else others | {organisation: own})
        return new._retire([] if former is None else [_retired(former.pin, moment, former.certificates)])

    def remember(self, other: "SigningKeys", moment: datetime) -> "SigningKeys":
        """These keys, that also know what `other` signed."""
        brought = [_retired(one.pin, moment, one.certificates) for one in other.own.values()]
        return self._retire([_retired(other.current.pin, moment, ()), *brought, *other.retired])

    def _retire(self, former: Iterable[RetiredKeys]) -> "SigningKeys":
        """Nothing stands among the retired that is in force, and nothing twice."""
        listed = reversed([*former, *self.retired])
        kept = {one.pin: one for one in listed if one.pin not in self._in_force}
        return replace(self, retired=tuple(reversed(kept.values())))

    def record(self) -> dict[str, Any]:
        """What `read` takes, as plain JSON."""
        return {
            "current": self.current.record(),
            "own": {name: one.record() for name, one in self.own.items()},
            "retired": [one.record() for one in self.retired],
        }

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "SigningKeys":
        """Raises ValueError or KeyError when it is something else."""
        return cls(
            MadeKeys.read(data["current"]),
            {name: OwnKeys.read(one) for name, one in data.get("own", {}).items()},
            tuple(
                RetiredKeys(one["pin"], one["retired"], _several(one["certificates"]))
                for one in data["retired"]
            ),
        )


def _retired(pin: str, moment: datetime, certificates: tuple[bytes, ...]) -> RetiredKeys:
    return RetiredKeys(pin, moment.isoformat(timespec="seconds"), certificates)


def pin_of(key: PublicKeyTypes) -> str:
    """The mark of a public key: SHA-256 of its SubjectPublicKeyInfo, in hex."""
    info = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(info).hexdigest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _several(texts: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(text) for text in texts)


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _load(key: bytes) -> PrivateKeyTypes:
    return serialization.load_der_private_key(key, None)


@lru_cache(maxsize=64)
def _made_identity(keys: MadeKeys, organisation: str) -> Identity:
    issuer_key = cast(ec.EllipticCurvePrivateKey, _load(keys.issuer))
    signer_key = cast(ec.EllipticCurvePrivateKey, _load(keys.signer))
    # The issuer bears the key's mark too: after a rotation two issuers of one organisation are told apart.
    mark = f" CA {keys.pin[:8]}"
    issuer_name = _name(_cut(organisation, _NAME_LENGTH - len(mark)) + mark, organisation)
    signer_name = _name(_cut(organisation, _NAME_LENGTH), organisation)
    root = (
        _certificate(keys, issuer_name, issuer_name, issuer_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(issues=True), critical=True)
    )
    signer = (
        _certificate(keys, issuer_name, signer_name, signer_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(issues=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(_PURPOSES), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    signed = (
        one.sign(issuer_key, hashes.SHA256(), ecdsa_deterministic=True).public_bytes(
            serialization.Encoding.DER
        )
        for one in (signer, root)
    )
    return Identity(tuple(signed), signer_key, issuer_key=issuer_key)


def _cut(name: str, size: int) -> str:
    """At most `size` bytes of it: some readers count so, where the standard means characters."""
    return name.encode()[:size].decode(errors="ignore")


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:_NAME_LENGTH]),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    keys: MadeKeys, issuer: x509.Name, subject: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    start = datetime(keys.created.year, keys.created.month, keys.created.day, tzinfo=UTC) - timedelta(days=1)
    number = hashlib.sha256(pin_of(key).encode() + issuer.public_bytes() + subject.public_bytes()).digest()
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key)
        .serial_number(int.from_bytes(number[:15], "big"))
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365.25 * _YEARS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, issues: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issues,
        content_commitment=not issues,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )
