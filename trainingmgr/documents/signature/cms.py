"""The CMS container of a signature, of which all but the digest and the signature value is put together once."""

from collections.abc import Callable
from hashlib import sha256

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

RawSign = Callable[[bytes], bytes]

_SEQUENCE, _SET, _OCTETS = 0x30, 0x31, 0x04
_SIGNED_ATTRIBUTES, _UNSIGNED_ATTRIBUTES, _EXPLICIT = 0xA0, 0xA1, 0xA0
_MARK = bytes(range(100, 132))
# r and s of a curve of 521 bits with their heads; no RSA key in use is longer than 8,192 bits.
_LONGEST_ECDSA = 144


class CmsMaker:
    """Makes detached CAdES containers over SHA-256 for one signer.

    `certificates` are in DER with the signer's first; `raw` signs bytes with the signer's key and SHA-256.
    No signing time is among the attributes: PAdES has it in the signature dictionary.
    """

    def __init__(self, certificates: tuple[bytes, ...], raw: RawSign) -> None:
        self._raw = raw
        signer = x509.Certificate.load(certificates[0])
        scheme = algos.SignedDigestAlgorithm(
            {"algorithm": "sha256_ecdsa" if signer.public_key.algorithm == "ec" else "sha256_rsa"}
        )
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        attributes = cms.CMSAttributes(
            [
                _attribute("content_type", "data"),
                _attribute("message_digest", _MARK),
                _attribute("signing_certificate_v2", _signing_certificate(signer)),
            ]
        ).dump()
        at = attributes.index(_MARK)
        self._before, self._after = attributes[:at], attributes[at + len(_MARK) :]
        issuer = cms.IssuerAndSerialNumber({"issuer": signer.issuer, "serial_number": signer.serial_number})
        self._signer_head = core.Integer(1).dump() + issuer.dump() + digest.dump()
        self._scheme = scheme.dump()
        embedded = b"".join(sorted(certificates))
        self._head = (
            core.Integer(1).dump()
            + _tlv(_SET, digest.dump())
            + _tlv(_SEQUENCE, cms.ContentType("data").dump())
            + _tlv(_EXPLICIT, embedded)
        )
        self._type = cms.ContentType("signed_data").dump()
        longest = _LONGEST_ECDSA if signer.public_key.algorithm == "ec" else signer.public_key.byte_size
        self.longest = len(self._assemble(attributes, bytes(longest), b""))

    def make(self, digest: bytes, stamp: Callable[[bytes], bytes] | None = None) -> bytes:
        """The container for what `digest` is the SHA-256 of, in DER.

        `stamp` gives a time stamp token for the SHA-256 of the signature value.
        """
        attributes = b"".join((self._before, digest, self._after))
        signature = self._raw(attributes)
        token = stamp(sha256(signature).digest()) if stamp else b""
        return self._assemble(attributes, signature, token)

    def _assemble(self, attributes: bytes, signature: bytes, token: bytes) -> bytes:
        # Within the container the attributes bear another tag than the SET that is signed.
        signer = [
            self._signer_head,
            bytes([_SIGNED_ATTRIBUTES]),
            attributes[1:],
            self._scheme,
            _tlv(_OCTETS, signature),
        ]
        if token:
            kind = cms.CMSAttributeType("signature_time_stamp_token").dump()
            signer.append(_tlv(_UNSIGNED_ATTRIBUTES, _tlv(_SEQUENCE, kind + _tlv(_SET, token))))
        infos = _tlv(_SET, _tlv(_SEQUENCE, b"".join(signer)))
        data = _tlv(_SEQUENCE, self._head + infos)
        return _tlv(_SEQUENCE, self._type + _tlv(_EXPLICIT, data))


def raw_sign(key: PrivateKeyTypes) -> RawSign:
    """Signing with a key at hand. ECDSA draws no random number, so that equal files get equal signatures."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        curve = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        return lambda data: key.sign(data, curve)
    if isinstance(key, rsa.RSAPrivateKey):
        return lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    raise ValueError("neither an elliptic curve's nor an RSA key")


def _attribute(name: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": cms.CMSAttributeType(name), "values": (value,)})


def _signing_certificate(signer: x509.Certificate) -> tsp.SigningCertificateV2:
    return tsp.SigningCertificateV2(
        {"certs": [tsp.ESSCertIDv2({"cert_hash": sha256(signer.dump()).digest()})]}
    )


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
