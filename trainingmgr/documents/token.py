"""Signed tokens: what a certificate says, provable without asking anybody.

A token is a compact JWS signed with Ed25519 (RFC 7515, RFC 9864). Its header names the key (`kid`) and
the kind of token (`typ`), its payload the audience. docs/certificates.md has the fields.
"""

import json
import re
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import OKPKey

from trainingmgr.crypto import TokenKeys
from trainingmgr.domain.certificate import CertificateKind, CertificateSnapshot, mask_name
from trainingmgr.domain.refusal import Refusal

ALGORITHM = "Ed25519"
AUDIENCE = "trainingmgr-certificate"
CERTIFICATE = "tmc"
REVOCATIONS = "tmr"
LONGEST = 4096

# A QR holds what a phone still reads: longer titles end in an ellipsis, and the serial names the rest.
_TITLE, _HOST, _NAME = 32, 24, 16
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class CertificateClaims:
    """What a certificate's token says. The name is masked; a long title or host is cut, with an ellipsis."""

    serial: str
    code: str
    kind: CertificateKind
    masked_name: str
    title: str
    host: str
    start_date: date
    end_date: date
    class_hours: Decimal
    issue_date: date
    is_sample: bool


def claims_of(snapshot: CertificateSnapshot) -> CertificateClaims:
    """What the token of a certificate with these facts says, in Chinese where there is Chinese."""
    return CertificateClaims(
        serial=snapshot.serial,
        code=snapshot.code,
        kind=snapshot.kind,
        masked_name=_cut(mask_name(snapshot.holder_name), _NAME),
        title=_cut(snapshot.training_title_zh or snapshot.training_title_en, _TITLE),
        host=_cut(snapshot.host_zh or snapshot.host_en, _HOST),
        start_date=snapshot.start_date,
        end_date=snapshot.end_date,
        class_hours=snapshot.class_hours,
        issue_date=snapshot.issue_date,
        is_sample=snapshot.is_sample,
    )


def write_token(keys: TokenKeys, claims: CertificateClaims) -> str:
    """The token of a certificate, signed with the key in force."""
    payload: dict[str, Any] = {
        "aud": AUDIENCE,
        "sub": claims.serial,
        "jti": claims.code,
        "k": claims.kind.value,
        "n": claims.masked_name,
        "t": claims.title,
        "h": claims.host,
        "d": [_day(claims.start_date), _day(claims.end_date), _day(claims.issue_date)],
    }
    if claims.class_hours:
        payload["u"] = format(claims.class_hours.normalize(), "f")
    if claims.is_sample:
        payload["s"] = 1
    return sign_payload(keys, CERTIFICATE, payload)


def sign_payload(
    keys: TokenKeys,
    kind: str,
    payload: Mapping[str, Any],
    *,
    algorithm: str = ALGORITHM,
    kid: str | None = None,
) -> str:
    """A compact JWS of `payload` as JSON, with `kind` for its `typ`.

    `algorithm` may be `EdDSA`, the older name of the same thing, and `kid` another name of the same key, for
    readers that know no other.
    """
    key = OKPKey.import_key(_jwk(keys.private_key.public_key().public_bytes_raw(), keys.seed))
    header = {"alg": algorithm, "kid": kid or keys.kid, "typ": kind}
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        return jws.serialize_compact(header, text.encode(), key, algorithms=[algorithm])


def looks_like_token(text: str) -> bool:
    """Whether `text` has a token's three parts; a code from paper has none."""
    return _SHAPE.fullmatch(text) is not None


def read_token(text: str, public_keys: Mapping[str, bytes]) -> CertificateClaims:
    """What a genuine certificate token says; `public_keys` are raw keys by `kid`, those of the past too.

    Raises Refusal `token.malformed`, `token.algorithm` (algorithm), `token.type`, `token.key_unknown` (kid),
    `token.forged` where the signature is another's, or `token.audience`.
    """
    payload = read_payload(text, public_keys, CERTIFICATE)
    if payload.get("aud") != AUDIENCE:
        raise Refusal("token.audience")
    try:
        start, end, issued = (date.fromisoformat(_long(day)) for day in payload["d"])
        return CertificateClaims(
            serial=_text(payload["sub"]),
            code=_text(payload["jti"]),
            kind=CertificateKind(payload["k"]),
            masked_name=_text(payload["n"]),
            title=_text(payload["t"]),
            host=_text(payload["h"]),
            start_date=start,
            end_date=end,
            class_hours=Decimal(_text(payload.get("u", "0"))),
            issue_date=issued,
            is_sample=bool(payload.get("s")),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation):
        raise Refusal("token.malformed") from None


def read_payload(text: str, public_keys: Mapping[str, bytes], kind: str) -> dict[str, Any]:
    """The payload of a token of `kind` that one of `public_keys` signed. Raises as `read_token`."""
    header = _header(text)
    if header.get("alg") != ALGORITHM:
        raise Refusal("token.algorithm", algorithm=str(header.get("alg"))[:20])
    if header.get("typ") != kind:
        raise Refusal("token.type")
    public = public_keys.get(str(header.get("kid")))
    if public is None:
        raise Refusal("token.key_unknown", kid=str(header.get("kid"))[:20])
    try:
        found = jws.deserialize_compact(text, OKPKey.import_key(_jwk(public)), algorithms=[ALGORITHM])
        payload = json.loads(found.payload)
    except (JoseError, ValueError):
        raise Refusal("token.forged") from None
    if not isinstance(payload, dict):
        raise Refusal("token.malformed")
    return payload


def jwk_set(public_keys: Mapping[str, bytes]) -> dict[str, Any]:
    """The public keys as a JWK set, the one in force first."""
    return {
        "keys": [
            {"kid": kid, "alg": ALGORITHM, "use": "sig", **_jwk(public)}
            for kid, public in public_keys.items()
        ]
    }


def _header(text: str) -> dict[str, Any]:
    if len(text) > LONGEST or not looks_like_token(text):
        raise Refusal("token.malformed")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            header: Any = jws.extract_compact(text.encode()).headers()
    except (JoseError, ValueError, TypeError):
        raise Refusal("token.malformed") from None
    if not isinstance(header, dict):
        raise Refusal("token.malformed")
    return header


def _jwk(public: bytes, seed: bytes | None = None) -> dict[str, str | list[str]]:
    parts: dict[str, str | list[str]] = {"kty": "OKP", "crv": "Ed25519", "x": _base64url(public)}
    return parts if seed is None else parts | {"d": _base64url(seed)}


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _long(day: object) -> str:
    if not isinstance(day, str) or not re.fullmatch(r"\d{8}", day):
        raise ValueError(day)
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
