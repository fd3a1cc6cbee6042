"""Badges as somebody else's verifier sees them: by the standards, and by libraries that are not ours."""

import gzip
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jwcrypto import jwk, jws
from PIL import Image
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast
from trainingmgr.domain.certificate import CertificateKind, RevocationGround, new_code
from trainingmgr.extensions import keyring
from trainingmgr.models import Certificate
from trainingmgr.queries import open_badge as query
from trainingmgr.services import certificate as service
from trainingmgr.services import open_badge as badges

HOST = "https://classes.example.org"
_ADDRESS = {"type": "string", "format": "uri", "pattern": "^(https?://|urn:uuid:)"}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}


def _types(*wanted: str) -> dict[str, Any]:
    return {"type": "array", "allOf": [{"contains": {"const": one}} for one in wanted]}


def _object(**members: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(members), "properties": members}


TEXT = {"type": "string", "minLength": 1}
PROFILE = _object(id=_ADDRESS, type=_types("Profile"), name=TEXT)
CREDENTIAL = _object(
    **{
        "@context": {
            "type": "array",
            "prefixItems": [
                {"const": "https://www.w3.org/ns/credentials/v2"},
                {"const": "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"},
            ],
            "minItems": 2,
        },
        "id": _ADDRESS,
        "type": _types("VerifiableCredential", "OpenBadgeCredential"),
        "issuer": PROFILE,
        "validFrom": _MOMENT,
        "credentialSubject": _object(
            id=_ADDRESS,
            type=_types("AchievementSubject"),
            identifier={
                "type": "array",
                "minItems": 1,
                "items": _object(
                    type={"const": "IdentityObject"},
                    hashed={"const": True},
                    identityHash={"type": "string", "pattern": r"^sha256\$[0-9a-f]{64}$"},
                    identityType={"const": "name"},
                    salt={"type": "string", "minLength": 16},
                ),
            },
            achievement=_object(
                id=_ADDRESS,
                type=_types("Achievement"),
                name=TEXT,
                description=TEXT,
                criteria=_object(narrative=TEXT),
                creator=PROFILE,
                achievementType={
                    "type": "string",
                    "pattern": "^(CertificateOfCompletion|Award|ext:[A-Za-z]+)$",
                },
            ),
        ),
        "credentialStatus": _object(
            id=_ADDRESS,
            type={"const": "BitstringStatusListEntry"},
            statusPurpose={"const": "revocation"},
            statusListIndex={"type": "string", "pattern": r"^\d+$"},
            statusListCredential=_ADDRESS,
        ),
        "iss": _ADDRESS,
        "sub": _ADDRESS,
        "jti": _ADDRESS,
        "nbf": {"type": "integer"},
    }
)
STATUS_LIST = _object(
    **{
        "@context": {"type": "array", "contains": {"const": "https://www.w3.org/ns/credentials/v2"}},
        "id": _ADDRESS,
        "type": _types("VerifiableCredential", "BitstringStatusListCredential"),
        "issuer": _ADDRESS,
        "validFrom": _MOMENT,
        "validUntil": _MOMENT,
        "credentialSubject": _object(
            id=_ADDRESS,
            type={"const": "BitstringStatusList"},
            statusPurpose={"const": "revocation"},
            encodedList={"type": "string", "pattern": "^u[A-Za-z0-9_-]+$"},
        ),
    }
)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("trainingmgr_language", "en")
    return client


def one(session: Session, cast: Cast, **values: Any) -> Certificate:
    training = make_class(session, cast, 0, **({"code": "BADGE"} | values))
    add_person(session, training, "王小明", latin_name="Wang Xiaoming")
    issue(cast, training)
    return certificates(session, training)[0]


def fetch(client: FlaskClient, row: Certificate, what: str = "credential") -> Any:
    return client.get(f"/v/{row.serial}/{what}", query_string={"c": row.code})


def verified(client: FlaskClient, token: str) -> dict[str, Any]:
    """What `token` says, once jwcrypto has found it signed with the key that its header leads to."""
    signed = jws.JWS()
    signed.deserialize(token)
    header = signed.jose_header
    assert set(header) == {"alg", "kid", "typ"}
    assert (header["alg"], header["typ"]) == ("EdDSA", "JWT")
    key = client.get(header["kid"].removeprefix(HOST)).get_json()
    assert "d" not in key
    assert key["kid"] == header["kid"]
    signed.allowed_algs = ["EdDSA"]
    signed.verify(jwk.JWK(**key))
    said: dict[str, Any] = json.loads(signed.payload)
    return said


def bit(client: FlaskClient, said: dict[str, Any]) -> int:
    entry = said["credentialStatus"]
    answer = client.get(entry["statusListCredential"].removeprefix(HOST))
    listed = verified(client, answer.text)
    jsonschema.validate(listed, STATUS_LIST)
    assert listed["issuer"] == listed["iss"] == said["issuer"]["id"]
    assert listed["id"] == entry["statusListCredential"]
    encoded = listed["credentialSubject"]["encodedList"][1:]
    bits = gzip.decompress(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    assert len(bits) == 131_072 // 8
    index = int(entry["statusListIndex"])
    return int(f"{int.from_bytes(bits, 'big'):0{len(bits) * 8}b}"[index])


def test_a_stranger_verifies_a_credential_and_what_it_must_hold(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = one(session, cast)
    answer = fetch(client, row)
    assert answer.mimetype == "application/vc+jwt"
    assert "BADGE-0001.jwt" in answer.headers["Content-Disposition"]
    said = verified(client, answer.text)
    jsonschema.validate(said, CREDENTIAL)
    assert said["iss"] == said["issuer"]["id"]
    assert said["jti"] == said["id"]
    assert said["sub"] == said["credentialSubject"]["id"]
    assert said["nbf"] == datetime.fromisoformat(said["validFrom"]).timestamp()
    assert client.get(said["id"].removeprefix(HOST)).status_code == 200
    achievement = said["credentialSubject"]["achievement"]
    assert achievement["name"].startswith(
        "结业证书 · 社区治理培训班 / Certificate of Completion · Training class"
    )
    assert "Sample Bureau of Civil Affairs" in achievement["creator"]["name"]


def test_it_holds_the_name_as_a_salted_hash_alone(session: Session, cast: Cast, client: FlaskClient) -> None:
    token = fetch(client, one(session, cast)).text
    said = verified(client, token)
    text = json.dumps(said, ensure_ascii=False)
    assert "王" not in text
    assert "Xiaoming" not in text
    known = {entry["identityHash"]: entry["salt"] for entry in said["credentialSubject"]["identifier"]}
    for name in ("王小明", "Wang Xiaoming"):
        hashes = {f"sha256${sha256((name + salt).encode()).hexdigest()}" for salt in known.values()}
        assert hashes & set(known)


def test_two_holders_of_one_name_are_not_told_to_be_alike(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    training = make_class(session, cast, 0, code="TWINS")
    for _ in range(2):
        add_person(session, training, "王小明")
    issue(cast, training)
    found = [verified(client, fetch(client, row).text) for row in certificates(session, training)]
    assert found[0]["credentialSubject"]["identifier"] != found[1]["credentialSubject"]["identifier"]
    assert found[0]["credentialSubject"]["achievement"] == found[1]["credentialSubject"]["achievement"]


def test_an_altered_credential_fails(session: Session, cast: Cast, client: FlaskClient) -> None:
    head, body, signature = fetch(client, one(session, cast)).text.split(".")
    said = urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
    for other in (said.replace("BADGE-0001", "BADGE-0002"), said.replace("2026", "2025")):
        assert other != said
        altered = urlsafe_b64encode(other.encode()).rstrip(b"=").decode()
        with pytest.raises(jws.InvalidJWSSignature):
            verified(client, f"{head}.{altered}.{signature}")


def test_both_pictures_carry_the_credential(session: Session, cast: Cast, client: FlaskClient) -> None:
    row = one(session, cast)
    token = fetch(client, row).text
    drawn = fetch(client, row, "badge.svg")
    assert drawn.mimetype == "image/svg+xml"
    found = ElementTree.fromstring(drawn.data).find("{https://purl.imsglobal.org/ob/v3p0}credential")
    assert found is not None
    assert found.get("verify") == token
    painted = fetch(client, row, "badge.png")
    assert painted.mimetype == "image/png"
    assert Image.open(BytesIO(painted.data)).info["openbadgecredential"] == token


def test_revoking_sets_its_bit_and_no_other(session: Session, cast: Cast, client: FlaskClient) -> None:
    training = make_class(session, cast, 3, code="BITS")
    issue(cast, training)
    rows = certificates(session, training)
    said = [verified(client, fetch(client, row).text) for row in rows]
    assert [bit(client, one) for one in said] == [0, 0, 0]
    service.revoke(cast.actor(), rows[1], "姓名有误", RevocationGround.ERROR)
    assert [bit(client, one) for one in said] == [0, 1, 0]
    for what in ("credential", "badge.svg", "badge.png"):
        assert fetch(client, rows[1], what).status_code == 404


def test_a_status_list_may_be_kept_for_minutes_and_trusted_for_a_day(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = one(session, cast)
    said = verified(client, fetch(client, row).text)
    path = said["credentialStatus"]["statusListCredential"].removeprefix(HOST)
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert fetch(client, row).headers["Cache-Control"] == "no-store"
    listed = verified(client, answer.text)
    lasts = datetime.fromisoformat(listed["validUntil"]) - datetime.fromisoformat(listed["validFrom"])
    assert lasts == timedelta(days=1)
    assert listed["exp"] - listed["nbf"] == lasts.total_seconds()


def test_lists_of_nobody_and_issuers_of_nothing_are_not_there(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    organisation = cast.organisation.id
    assert client.get(f"/v/issuer/{organisation}").status_code == 404
    one(session, cast)
    for path in (
        f"/v/issuer/{organisation}/status/1",
        f"/v/issuer/{organisation + 999}/status/0",
        f"/v/issuer/{organisation + 999}",
        f"/v/issuer/{organisation}/status/{10**30}",
        f"/v/issuer/{10**30}",
        "/v/key/AAAAAAAA",
    ):
        assert client.get(path).status_code == 404, path


def test_the_issuer_is_served_at_its_address_with_its_keys(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    token = fetch(client, one(session, cast)).text
    said = verified(client, token)
    profile = client.get(said["iss"].removeprefix(HOST)).get_json()
    jsonschema.validate(profile, PROFILE)
    assert (profile["id"], profile["name"]) == (said["iss"], said["issuer"]["name"])
    (method,) = profile["verificationMethod"]
    assert profile["assertionMethod"] == [method["id"]]
    assert method["controller"] == profile["id"]
    signed = jws.JWS()
    signed.deserialize(token, jwk.JWK(**method["publicKeyJwk"]), alg="EdDSA")


def test_a_credential_outlives_the_key_that_signed_it(
    session: Session, cast: Cast, app: Flask, client: FlaskClient
) -> None:
    row = one(session, cast)
    token = fetch(client, row).text
    ring = app.extensions["trainingmgr.keyring"]
    app.extensions["trainingmgr.keyring"] = replace(ring, token_keys=keyring.token_keys.rotate())
    try:
        assert verified(client, token) == verified(client, fetch(client, row).text)
        assert fetch(client, row).text != token
    finally:
        app.extensions["trainingmgr.keyring"] = ring


def test_an_erased_holder_has_no_badge(session: Session, cast: Cast, client: FlaskClient) -> None:
    row = one(session, cast)
    service.erase(cast.actor(), row)
    for what in ("credential", "badge.svg", "badge.png"):
        assert fetch(client, row, what).status_code == 404
    assert "badge.png" not in client.get(f"/v/{row.serial}?c={row.code}").text


def test_nobody_gets_a_badge_without_the_code(session: Session, cast: Cast, client: FlaskClient) -> None:
    row = one(session, cast)
    for what in ("credential", "badge.svg", "badge.png"):
        for code in (new_code(), "", "%00", "x" * 500):
            answer = client.get(f"/v/{row.serial}/{what}", query_string={"c": code})
            assert answer.status_code == 404
        assert client.get(f"/v/BADGE-9999/{what}", query_string={"c": row.code}).status_code == 404


def test_a_sample_is_said_to_be_one(session: Session, cast: Cast, client: FlaskClient) -> None:
    row = one(session, cast, is_sample=True)
    said = verified(client, fetch(client, row).text)
    assert said["name"].startswith("示例 SAMPLE")
    assert "certifies nothing" in said["description"]
    page = client.get(f"/v/{row.serial}?c={row.code}").text
    assert "badge.png" in page
    assert "linkedin" not in page


def test_the_answer_leads_to_the_badge_and_to_a_profile(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = one(session, cast)
    page = client.get(f"/v/{row.serial}?c={row.code}").text
    for what in ("credential", "badge.svg", "badge.png"):
        assert f'href="/v/BADGE-0001/{what}?c={row.code}"' in page
    assert "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME" in page
    assert "certId=BADGE-0001" in page


def test_a_badge_holds_from_the_issue_day_on_where_the_class_was(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    said = verified(client, fetch(client, one(session, cast)).text)
    assert said["validFrom"] == "2026-05-14T00:00:00+08:00"
    assert datetime.fromtimestamp(said["nbf"], UTC) == datetime(2026, 5, 13, 16, tzinfo=UTC)


@pytest.mark.parametrize("kind", list(CertificateKind))
def test_every_kind_keeps_to_the_standard(
    session: Session, cast: Cast, client: FlaskClient, kind: CertificateKind
) -> None:
    row = one(session, cast)
    badge = query.open_badge(session, row.serial, row.code)
    assert badge is not None
    other = replace(badge, snapshot=replace(badge.snapshot, kind=kind))
    jsonschema.validate(verified(client, badges.signed(other)), CREDENTIAL)
