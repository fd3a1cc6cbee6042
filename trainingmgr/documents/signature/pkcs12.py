"""The organiser's own key and certificates out of a PKCS#12 file."""

from datetime import UTC, datetime

from asn1crypto import pkcs12 as asn1
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from trainingmgr.crypto import OwnKeys
from trainingmgr.domain.refusal import Refusal

_LARGEST = 1 << 20
_LEAST_RSA_BITS = 2048
# Purposes that fit no document: a certificate that names these alone is for something else.
_OTHER_PURPOSES = frozenset(
    {
        ExtendedKeyUsageOID.SERVER_AUTH,
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.TIME_STAMPING,
        ExtendedKeyUsageOID.OCSP_SIGNING,
        ExtendedKeyUsageOID.CODE_SIGNING,
    }
)


def read_pkcs12(data: bytes, passphrase: str) -> OwnKeys:
    """Key and certificates, the signer's first and its issuers after it.

    Raises Refusal `signature.p12_unreadable` (no PKCS#12, or a cipher that is not known), `signature.p12_passphrase`,
    `signature.no_key`, `signature.no_certificate`, `signature.key_kind`, and what `check_certificate` raises.
    """
    try:
        if len(data) > _LARGEST or asn1.Pfx.load(data, strict=True)["version"].native != "v3":
            raise ValueError("no PKCS#12")
    except (ValueError, TypeError) as error:
        raise Refusal("signature.p12_unreadable") from error
    try:
        store = pkcs12.load_pkcs12(data, passphrase.encode())
    except UnsupportedAlgorithm as error:
        raise Refusal("signature.p12_unreadable") from error
    except ValueError as error:
        raise Refusal("signature.p12_passphrase") from error
    if store.key is None:
        raise Refusal("signature.no_key")
    if store.cert is None:
        raise Refusal("signature.no_certificate")
    if not isinstance(store.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) or (
        isinstance(store.key, rsa.RSAPrivateKey) and store.key.key_size < _LEAST_RSA_BITS
    ):
        raise Refusal("signature.key_kind")
    leaf = store.cert.certificate
    check_certificate(leaf.public_bytes(serialization.Encoding.DER))
    key = store.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = _chain(leaf, [one.certificate for one in store.additional_certs])
    return OwnKeys(tuple(one.public_bytes(serialization.Encoding.DER) for one in chain), key)


def check_certificate(der: bytes, moment: datetime | None = None) -> None:
    """Whether a certificate may sign documents now.

    Raises Refusal `signature.certificate_expired` (start, end) or `signature.certificate_purpose`.
    """
    certificate = x509.load_der_x509_certificate(der)
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not start <= (moment or datetime.now(UTC)) <= end:
        raise Refusal(
            "signature.certificate_expired", start=start.date().isoformat(), end=end.date().isoformat()
        )
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            raise Refusal("signature.certificate_purpose")
    except x509.ExtensionNotFound:
        pass
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        if set(purposes) <= _OTHER_PURPOSES:
            raise Refusal("signature.certificate_purpose")
    except x509.ExtensionNotFound:
        pass


def _chain(leaf: x509.Certificate, others: list[x509.Certificate]) -> list[x509.Certificate]:
    chain = [leaf]
    while chain[-1].issuer != chain[-1].subject:
        above = next((one for one in others if one.subject == chain[-1].issuer and one not in chain), None)
        if above is None:
            break
        chain.append(above)
    return chain
