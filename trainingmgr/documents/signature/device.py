"""Keys that never leave a device: smart cards, USB tokens and security modules by PKCS#11."""

import importlib
from functools import lru_cache
from types import ModuleType
from typing import Any

from asn1crypto import x509

from trainingmgr.crypto import OwnKeys, TokenDevice
from trainingmgr.documents.signature.awaiting import awaited
from trainingmgr.documents.signature.cms import RawSign
from trainingmgr.documents.signature.pkcs12 import check_certificate
from trainingmgr.domain.refusal import Refusal


def read_device(device: TokenDevice) -> OwnKeys:
    """The certificates that lie beside the key, and the way to it; tried once by a signature.

    Raises Refusal `signature.device_missing` (the extra `pkcs11` is not installed), `signature.device_failed`
    (reason), and what `check_certificate` raises.
    """
    signer = _open(device)
    try:
        awaited(signer.async_sign_raw(b"", "sha256"))
        signing = signer.signing_cert
        others = [one.dump() for one in signer.cert_registry if one.dump() != signing.dump()]
    except Exception as error:
        raise _failed(error) from error
    check_certificate(signing.dump())
    return OwnKeys((signing.dump(), *_in_order(signing, others)), device=device)


def device_sign(device: TokenDevice, certificate: bytes) -> RawSign:
    """Signing with the device's key in one session. Raises Refusal `signature.device_missing`, `signature.device_failed`."""
    signer = _open(device, x509.Certificate.load(certificate))

    def sign(data: bytes) -> bytes:
        try:
            return bytes(awaited(signer.async_sign_raw(data, "sha256")))
        except Exception as error:
            raise _failed(error) from error

    return sign


def _library() -> ModuleType:
    try:
        return importlib.import_module("pyhanko.sign.pkcs11")
    except ImportError as error:
        raise Refusal("signature.device_missing") from error


@lru_cache(maxsize=4)
def _session(device: TokenDevice) -> Any:
    """One for the life of the process: whoever is logged in already may not log in again."""
    return _library().open_pkcs11_session(
        device.module, token_criteria=_criteria(device.token), user_pin=device.pin or None
    )


def _criteria(label: str) -> Any:
    return importlib.import_module("pyhanko.config.pkcs11").TokenCriteria(label=label)


def _open(device: TokenDevice, certificate: x509.Certificate | None = None) -> Any:
    library = _library()
    try:
        signer = library.PKCS11Signer(
            _session(device),
            cert_label=device.key,
            key_label=device.key,
            signing_cert=certificate,
            other_certs_to_pull=() if certificate else None,
        )
        # Many devices know no hashing for elliptic curves, and each knows the bare signature.
        signer.use_raw_mechanism = signer.signing_cert.public_key.algorithm == "ec"
        return signer
    except Exception as error:
        raise _failed(error) from error


def _failed(error: Exception) -> Refusal:
    """A device has faults of its own making, each library with its own words for them; after one it is opened anew."""
    _session.cache_clear()
    return Refusal("signature.device_failed", reason=str(error) or type(error).__name__)


def _in_order(signing: x509.Certificate, others: list[bytes]) -> list[bytes]:
    """The issuers one above the other; what has nothing to do with the signer is left out."""
    known = [x509.Certificate.load(one) for one in others]
    chain: list[bytes] = []
    below = signing
    while below.issuer != below.subject:
        above = next((one for one in known if one.subject == below.issuer and one.dump() not in chain), None)
        if above is None:
            break
        chain.append(above.dump())
        below = above
    return chain
