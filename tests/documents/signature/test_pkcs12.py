from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.documents.signature.tools import pdfsig, pyhanko
from trainingmgr.crypto import OwnKeys, SigningKeys
from trainingmgr.documents.signature import SignatureState, Signer, inspect, read_pkcs12
from trainingmgr.domain.refusal import Refusal

PASSPHRASE = "口令 pass"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
NOW = datetime.now(UTC)
P256 = ec.generate_private_key(ec.SECP256R1())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    key: Key,
    *,
    days: tuple[int, int] = (-1, 9),
    signing: bool = True,
    purposes: tuple[x509.ObjectIdentifier, ...] = (),
    issuer: Key | None = None,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name("某办公室"))
        .issuer_name(_name("某认证中心" if issuer else "某办公室"))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
        .add_extension(
            x509.KeyUsage(signing, signing, not signing, False, False, False, False, False, False),
            critical=True,
        )
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    by = issuer or key
    return builder.sign(by, None if isinstance(by, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def _file(
    key: Key | None, certificate: x509.Certificate | None, others: list[x509.Certificate] | None = None
) -> bytes:
    encryption = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    return pkcs12.serialize_key_and_certificates(b"office", key, certificate, others, encryption)


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 2048), P256, ec.generate_private_key(ec.SECP384R1())],
    ids=["rsa", "p256", "p384"],
)
def test_a_key_of_ones_own_signs_so_that_others_accept_it(key: Key, pdf: bytes, tmp_path: Path) -> None:
    issuer = ec.generate_private_key(ec.SECP256R1())
    root = (
        x509.CertificateBuilder()
        .subject_name(_name("某认证中心"))
        .issuer_name(_name("某认证中心"))
        .public_key(issuer.public_key())
        .serial_number(8)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(issuer, hashes.SHA256())
    )
    own = read_pkcs12(_file(key, _certificate(key, issuer=issuer), [root]), PASSPHRASE)
    keys = SigningKeys.generate().use("某办公室", own, NOW)
    identity = keys.identity("某办公室")
    signed = Signer(identity).sign(pdf)
    assert "Signature is Valid." in pdfsig(signed, tmp_path)
    assert pyhanko(signed, identity.certificates[-1]).bottom_line
    found = inspect(signed, keys.pins)
    assert (found.state, found.signer, found.issuer) == (SignatureState.OURS, "某办公室", "某认证中心")


def test_the_issuers_other_customers_are_not_us(pdf: bytes) -> None:
    issuer, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    own = read_pkcs12(_file(P256, _certificate(P256, issuer=issuer)), PASSPHRASE)
    stranger = read_pkcs12(_file(other, _certificate(other, issuer=issuer)), PASSPHRASE)
    signed = Signer(stranger.identity("")).sign(pdf)
    assert inspect(signed, {own.pin}).state is SignatureState.UNKNOWN_ISSUER


def test_what_was_signed_stays_ours_when_the_certificate_has_run_out(
    pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = read_pkcs12(_file(P256, _certificate(P256)), PASSPHRASE)
    old = OwnKeys((_certificate(P256, days=(-20, -10)).public_bytes(serialization.Encoding.DER),), own.key)
    identity = old.identity("")
    monkeypatch.setattr("trainingmgr.documents.signature.signer.datetime", _At(NOW - timedelta(days=15)))
    signed = Signer(identity).sign(pdf)
    found = inspect(signed, {own.pin})
    assert (found.state, found.expired) == (SignatureState.OURS, True)


class _At:
    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self, _zone: object) -> datetime:
        return self._moment


@pytest.mark.parametrize(
    ("data", "passphrase", "code"),
    [
        (_file(P256, _certificate(P256)), "wrong", "signature.p12_passphrase"),
        (b"no file of that kind", PASSPHRASE, "signature.p12_unreadable"),
        (b"", PASSPHRASE, "signature.p12_unreadable"),
        (bytes(2 << 20), PASSPHRASE, "signature.p12_unreadable"),
        (_file(None, None, [_certificate(P256)]), PASSPHRASE, "signature.no_key"),
        (_file(P256, None), PASSPHRASE, "signature.no_certificate"),
        (_file(P256, _certificate(P256, days=(-9, -1))), PASSPHRASE, "signature.certificate_expired"),
        (_file(P256, _certificate(P256, days=(1, 9))), PASSPHRASE, "signature.certificate_expired"),
        (_file(P256, _certificate(P256, signing=False)), PASSPHRASE, "signature.certificate_purpose"),
        (
            _file(P256, _certificate(P256, purposes=(ExtendedKeyUsageOID.SERVER_AUTH,))),
            PASSPHRASE,
            "signature.certificate_purpose",
        ),
    ],
)
def test_files_that_are_of_no_use_are_refused_each_with_its_own_reason(
    data: bytes, passphrase: str, code: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        read_pkcs12(data, passphrase)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 1024), ed25519.Ed25519PrivateKey.generate()],
    ids=["short", "ed25519"],
)
def test_keys_of_other_kinds_are_refused(key: Key) -> None:
    with pytest.raises(Refusal) as refusal:
        read_pkcs12(_file(key, _certificate(key)), PASSPHRASE)
    assert refusal.value.code == "signature.key_kind"
