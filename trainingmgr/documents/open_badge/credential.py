"""The credential of a certificate, as Open Badges 3.0 over W3C Verifiable Credentials 2.0 has it.

It holds no name and no ID number: the holder is a salted hash of the name, so that whoever knows the name
can tell that it is the one.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from trainingmgr.documents.certificate.wording import EN, ZH, body_en, body_zh, quoted, with_article
from trainingmgr.domain.certificate import FOR_LECTURERS, CertificateKind, CertificateSnapshot
from trainingmgr.domain.chinese import date_range_en, date_range_zh

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
_SALT_LENGTH = 22

_Kind = CertificateKind
_TYPES = {
    _Kind.COMPLETION: "CertificateOfCompletion",
    _Kind.ATTENDANCE: "ext:ProofOfAttendance",
    _Kind.CLASS_HOURS: "ext:ProofOfClassHours",
    _Kind.BEST_TRAINEE: "Award",
    _Kind.APPOINTMENT: "ext:LetterOfAppointment",
    _Kind.THANKS: "ext:LetterOfThanks",
}
_CRITERIA = {
    _Kind.COMPLETION: (
        "按培训班的要求出勤，并修完规定课程。",
        "Attended as the class asks for, and completed the required course.",
    ),
    _Kind.ATTENDANCE: ("参加了培训班。", "Attended the class."),
    _Kind.CLASS_HOURS: (
        "完成了证书所载的培训学时。",
        "Completed the class hours that the certificate states.",
    ),
    _Kind.BEST_TRAINEE: (
        "修完规定课程，并被评为优秀学员。",
        "Completed the required course, and was named a best trainee.",
    ),
    _Kind.APPOINTMENT: ("受聘担任培训班授课教师。", "Was appointed a lecturer of the class."),
    _Kind.THANKS: ("为培训班授课。", "Taught at the class."),
}
_SAMPLE = "示例 SAMPLE"
_NOTHING = ("示例，不作任何证明。", "A sample, which certifies nothing.")


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues credentials. `address` is where the profile is served, and so what it is called by."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class OpenBadge:
    """One certificate as a credential.

    `address` is the page that verifies it, with the checker's code; `subject` and `achievement` name the
    holder and what was achieved, neither of which anybody else need look up. `status_list` is an address.
    """

    snapshot: CertificateSnapshot
    issuer: Issuer
    address: str
    subject: str
    achievement: str
    valid_from: datetime
    status_list: str
    status_index: int

    @property
    def name(self) -> str:
        """What it is called in a wallet, in both languages where there are both."""
        one = self.snapshot
        zh = f"{ZH[one.kind].title} · {one.training_title_zh}" if one.training_title_zh else ""
        en = f"{EN[one.kind].title} · {one.training_title_en}" if one.training_title_en else ""
        return _marked(_both(zh, en), one)


def credential(badge: OpenBadge) -> dict[str, Any]:
    """The credential, unsigned."""
    one = badge.snapshot
    return {
        "@context": CONTEXTS,
        "id": badge.address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": badge.name,
        "description": _paragraphs(one, *_held(one)),
        "issuer": {"id": badge.issuer.address, "type": ["Profile"], "name": badge.issuer.name},
        "validFrom": _moment(badge.valid_from),
        "credentialSubject": {
            "id": badge.subject,
            "type": ["AchievementSubject"],
            "identifier": [_identity(name, one.code) for name in _names(one)],
            "licenseNumber": one.serial,
            "achievement": _achievement(badge),
            **_told(one),
        },
        "credentialStatus": {
            "id": f"{badge.status_list}#{badge.status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(badge.status_index),
            "statusListCredential": badge.status_list,
        },
        "credentialSchema": [{"id": _SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def payload(badge: OpenBadge) -> dict[str, Any]:
    """What is signed: the credential, and what a JWT says of it by its own names."""
    return {
        "iss": badge.issuer.address,
        "jti": badge.address,
        "sub": badge.subject,
        "nbf": int(badge.valid_from.timestamp()),
        **credential(badge),
    }


def issuer_profile(issuer: Issuer, keys: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What is served at the issuer's address: the profile with the public keys, by their addresses."""
    return {
        "@context": CONTEXTS,
        "id": issuer.address,
        "type": ["Profile"],
        "name": issuer.name,
        "verificationMethod": [
            {"id": address, "type": "JsonWebKey", "controller": issuer.address, "publicKeyJwk": key}
            for address, key in keys.items()
        ],
        "assertionMethod": list(keys),
    }


def _achievement(badge: OpenBadge) -> dict[str, Any]:
    one = badge.snapshot
    host = _both(one.host_zh, one.host_en)
    return {
        "id": badge.achievement,
        "type": ["Achievement"],
        "achievementType": _TYPES[one.kind],
        "name": badge.name,
        "description": _paragraphs(one, *_held(one)),
        "criteria": {"narrative": _paragraphs(one, *_CRITERIA[one.kind])},
        "creator": {
            "id": uuid5(NAMESPACE_URL, f"{badge.issuer.address}#{host}").urn,
            "type": ["Profile"],
            "name": host,
        },
    }


def _names(one: CertificateSnapshot) -> Iterator[str]:
    yield one.holder_name
    if one.holder_latin_name:
        yield one.holder_latin_name


def _identity(name: str, code: str) -> dict[str, Any]:
    """The salt follows from the checker's code, so that a badge fetched twice is the same one."""
    salt = sha256(f"salt:{code}".encode()).hexdigest()[:_SALT_LENGTH]
    plain = unicodedata.normalize("NFC", name) + salt
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${sha256(plain.encode()).hexdigest()}",
        "identityType": "name",
        "salt": salt,
    }


def _held(one: CertificateSnapshot) -> tuple[str, str]:
    """Which training it was, where there is a title in the language."""
    zh = en = ""
    if one.training_title_zh:
        days = date_range_zh(one.start_date, one.end_date)
        where = f"在{one.place_zh}" if one.place_zh else ""
        zh = f"{one.host_zh}于{days}{where}主办的{quoted(one.training_title_zh)}。"
    if one.training_title_en:
        days = date_range_en(one.start_date, one.end_date)
        where = f" in {one.place_en}" if one.place_en else ""
        by = f", held by {with_article(one.host_en)}" if one.host_en else ""
        en = f"{quoted(one.training_title_en)}{by}{where}, {days}."
    return zh, en


def _told(one: CertificateSnapshot) -> dict[str, str]:
    """What the paper says of a participant; a lecturer's speaks to its reader."""
    if one.kind in FOR_LECTURERS:
        return {}
    zh = en = ""
    if one.training_title_zh:
        zh = "持证人" + "".join(atom.text for atom in body_zh(one))
    if one.training_title_en and one.host_en:
        en = "The holder " + "".join(atom.text for atom in body_en(one))
    return {"narrative": _paragraphs(one, zh, en)}


def _paragraphs(one: CertificateSnapshot, *texts: str) -> str:
    said = [*_NOTHING, *texts] if one.is_sample else texts
    return "\n\n".join(text for text in said if text)


def _marked(text: str, one: CertificateSnapshot) -> str:
    return f"{_SAMPLE} · {text}" if one.is_sample else text


def _both(zh: str, en: str) -> str:
    return " / ".join(text for text in (zh, en) if text)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
