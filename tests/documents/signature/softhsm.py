"""A PKCS#11 token in software (SoftHSM), filled as the office that sells seals fills one."""

import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

from trainingmgr.crypto import TokenDevice

LABEL, KEY, PIN = "office", "seal", "20191108"
_FOLDERS = ("/usr/lib/softhsm", "/usr/local/lib/softhsm", "/opt/homebrew/lib/softhsm", "/usr/lib64/softhsm")


def library() -> str:
    """Where the token's library lies."""
    found = [path for folder in _FOLDERS for path in Path(folder).glob("libsofthsm2.so")]
    assert found, "SoftHSM is missing: `sh scripts/tools.sh` installs it"
    return str(found[0])


def make_token(folder: Path, organisation: str) -> tuple[TokenDevice, bytes]:
    """A token with a P-256 key that was made on it, and beside it certificates of an authority; and the authority's.

    Once a process: the library reads where tokens lie when it is loaded.
    """
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n", encoding="utf-8")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--so-pin", PIN, "--pin", PIN],
        check=True,
        capture_output=True,
    )
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Sample Seal Office", root_key.public_key(), None, root_key)
    token = pkcs11.lib(library()).get_token(token_label=LABEL)
    with token.open(rw=True, user_pin=PIN) as session:
        curve = session.create_domain_parameters(
            pkcs11.KeyType.EC,
            {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
            local=True,
        )
        public, _private = curve.generate_keypair(store=True, label=KEY, id=b"\1")
        key = serialization.load_der_public_key(encode_ec_public_key(public))
        assert isinstance(key, ec.EllipticCurvePublicKey)
        own = _certificate(organisation, key, root, root_key)
        _lay(session, [(KEY, own, b"\1"), ("issuer", root, b"\2")])
    return TokenDevice(library(), LABEL, KEY, PIN), root.public_bytes(serialization.Encoding.DER)


def _lay(session: pkcs11.Session, certificates: Sequence[tuple[str, x509.Certificate, bytes]]) -> None:
    for label, certificate, number in certificates:
        session.create_object(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.LABEL: label,
                pkcs11.Attribute.ID: number,
                pkcs11.Attribute.SUBJECT: certificate.subject.public_bytes(),
                pkcs11.Attribute.VALUE: certificate.public_bytes(serialization.Encoding.DER),
            }
        )


def _certificate(
    name: str,
    key: ec.EllipticCurvePublicKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    moment = datetime.now(UTC)
    usage = dict.fromkeys(
        ("data_encipherment", "key_agreement", "key_encipherment", "encipher_only", "decipher_only"), False
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=issuer is not None,
                content_commitment=issuer is not None,
                key_cert_sign=issuer is None,
                crl_sign=issuer is None,
                **usage,
            ),
            critical=True,
        )
        .sign(issuer_key, hashes.SHA256())
    )
