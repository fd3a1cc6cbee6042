import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.crypto import TokenKeys
from trainingmgr.documents.token import (
    CERTIFICATE,
    CertificateClaims,
    claims_of,
    jwk_set,
    read_payload,
    read_token,
    sign_payload,
    write_token,
)
from trainingmgr.domain.certificate import (
    CertificateKind,
    CertificateLanguage,
    CertificateSnapshot,
    new_code,
    verify_url,
)
from trainingmgr.domain.refusal import Refusal

KEYS = TokenKeys.generate()
CLAIMS = CertificateClaims(
    serial="CD2019-0001",
    code="2" * 26,
    kind=CertificateKind.COMPLETION,
    masked_name="王*明",
    title="全国社区治理和服务创新实验区示范培训班",
    host="民政部",
    start_date=date(2019, 10, 30),
    end_date=date(2019, 11, 2),
    class_hours=Decimal("24.5"),
    issue_date=date(2019, 11, 2),
    is_sample=True,
)


def encode(data: object) -> str:
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    return urlsafe_b64encode(text).rstrip(b"=").decode()


def decode(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def refused(token: str, keys: dict[str, bytes] | None = None) -> str:
    with pytest.raises(Refusal) as caught:
        read_token(token, KEYS.public_keys if keys is None else keys)
    return caught.value.code


def with_header(**changes: object) -> str:
    head, body, signature = write_token(KEYS, CLAIMS).split(".")
    return f"{encode(json.loads(decode(head)) | changes)}.{body}.{signature}"


def test_a_token_says_what_it_was_made_of() -> None:
    assert read_token(write_token(KEYS, CLAIMS), KEYS.public_keys) == CLAIMS


def test_strangers_with_nothing_but_the_public_key_can_prove_it() -> None:
    (key,) = jwk_set(KEYS.public_keys)["keys"]
    head, body, signature = write_token(KEYS, CLAIMS).split(".")
    public = Ed25519PublicKey.from_public_bytes(decode(key["x"]))
    public.verify(decode(signature), f"{head}.{body}".encode())
    assert json.loads(decode(head)) == {"alg": "Ed25519", "kid": key["kid"], "typ": "tmc"}
    assert json.loads(decode(body))["sub"] == "CD2019-0001"


def test_no_key_that_signs_is_among_the_public_ones() -> None:
    (key,) = jwk_set(KEYS.public_keys)["keys"]
    assert set(key) == {"kid", "alg", "use", "kty", "crv", "x"}
    assert encode(KEYS.seed) not in json.dumps(key)


def test_a_token_of_a_former_key_is_proven_after_the_key_was_changed() -> None:
    old = write_token(KEYS, CLAIMS)
    now = KEYS.rotate()
    assert read_token(old, now.public_keys) == CLAIMS
    assert read_token(write_token(now, CLAIMS), now.public_keys) == CLAIMS
    assert refused(write_token(now, CLAIMS)) == "token.key_unknown"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (lambda: with_header(alg="none"), "token.algorithm"),
        (lambda: with_header(alg="HS256"), "token.algorithm"),
        (lambda: with_header(alg="EdDSA"), "token.algorithm"),
        (lambda: with_header(typ="tmr"), "token.type"),
        (lambda: with_header(kid="AAAAAAAA"), "token.key_unknown"),
        (lambda: with_header(kid=None), "token.key_unknown"),
        (lambda: write_token(TokenKeys.generate(), CLAIMS), "token.key_unknown"),
        (lambda: sign_payload(KEYS, CERTIFICATE, {"aud": "another system"}), "token.audience"),
        (lambda: sign_payload(KEYS, CERTIFICATE, {"aud": "trainingmgr-certificate"}), "token.malformed"),
        (lambda: write_token(KEYS, CLAIMS)[:-8], "token.forged"),
        (lambda: "not a token", "token.malformed"),
        (lambda: "a.b.c", "token.malformed"),
        (lambda: "x" * 5000 + ".b.c", "token.malformed"),
        (lambda: f"{encode([1])}.{encode([2])}.{encode([3])}", "token.malformed"),
    ],
)
def test_what_is_no_genuine_token_is_refused_for_its_own_reason(token: Callable[[], str], code: str) -> None:
    assert refused(token()) == code


def test_a_changed_claim_is_a_forgery() -> None:
    head, body, signature = write_token(KEYS, CLAIMS).split(".")
    payload = json.loads(decode(body)) | {"n": "李*红"}
    assert refused(f"{head}.{encode(payload)}.{signature}") == "token.forged"


def test_a_stranger_who_names_our_key_is_a_forger() -> None:
    stranger = replace(KEYS, seed=Ed25519PrivateKey.generate().private_bytes_raw())
    head, body, _ours = write_token(KEYS, CLAIMS).split(".")
    signature = write_token(stranger, CLAIMS).split(".")[2]
    assert refused(f"{head}.{body}.{signature}") == "token.forged"


@given(st.text(max_size=80))
def test_whatever_is_read_is_refused_in_words_or_proven(text: str) -> None:
    with pytest.raises(Refusal):
        read_payload(text, KEYS.public_keys, CERTIFICATE)


def test_the_longest_facts_still_fit_a_qr_that_phones_read() -> None:
    snapshot = CertificateSnapshot(
        language=CertificateLanguage.BOTH,
        serial="S" * 48,
        code=new_code(),
        verify_url="",
        holder_name="迪丽热巴·迪力木拉提·阿不都热合曼·买买提",
        training_title_zh="全" * 120,
        training_title_en="",
        host_zh="中" * 60,
        host_en="",
        place_zh="",
        place_en="",
        start_date=date(2026, 5, 11),
        end_date=date(2026, 5, 14),
        class_hours=Decimal("24.25"),
        issue_date=date(2026, 5, 14),
        is_sample=True,
    )
    token = write_token(KEYS, claims_of(snapshot))
    claims = read_token(token, KEYS.public_keys)
    assert claims.title.endswith("…")
    address = verify_url("https://certificates.of.a.rather.long.example.org", snapshot.serial, token)
    # A symbol of version 20 at level L holds 858 bytes; at 30 mm its modules are 0.31 mm wide.
    assert len(address) <= 858
