"""What the public may learn about a certificate: only with the code that is printed on it, or its very file."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.token import read_token
from trainingmgr.domain.certificate import (
    CertificateKind,
    CertificateSnapshot,
    CertificateStatus,
    RevocationGround,
    clean_code,
    mask_name,
    names_match,
    proof_in,
)
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, keyring, metadata
from trainingmgr.models import Certificate, Training
from trainingmgr.queries.prepared import Prepared

_NO_CODE = "0" * 26
_SHOWN = {CertificateStatus.VALID, CertificateStatus.REVOKED}
_ENTRY_BYTES = 12


@dataclass(frozen=True, slots=True)
class Proof:
    """A certificate that exists and whose code was right. The name is masked, and gone where it was erased.

    `replaced_by` is the serial of the valid one in its place, `replaces` that of the one before it.
    """

    valid: bool
    kind: CertificateKind
    serial: str
    code: str
    masked_name: str
    title_zh: str
    title_en: str
    host_zh: str
    host_en: str
    start_date: date
    end_date: date
    class_hours: Decimal
    issue_date: date
    is_sample: bool
    revoked_on: date | None
    ground: RevocationGround | None
    replaced_by: str | None
    replaces: str | None
    erased: bool
    snapshot: CertificateSnapshot

    def is_of(self, typed: str) -> bool:
        """Whether the full name that a checker typed is the holder's: the true one, as printed, or in Latin."""
        names = (
            self.snapshot.holder_name,
            self.snapshot.printed_name,
            self.snapshot.holder_latin_name or "",
        )
        return any(names_match(typed, name) for name in names)


# Asked by whoever scans a paper: no more than the answer needs.
_CERTIFICATE, _TRAINING = metadata.tables[Certificate.__tablename__], metadata.tables[Training.__tablename__]
_OLD, _NEW = _CERTIFICATE.alias(), _CERTIFICATE.alias()
_FOUND = (
    sa.select(
        _CERTIFICATE.c.status,
        _CERTIFICATE.c.kind,
        _CERTIFICATE.c.serial,
        _CERTIFICATE.c.code,
        _CERTIFICATE.c.snapshot,
        _CERTIFICATE.c.snapshot["verify_url"].as_string().label("printed_address"),
        _CERTIFICATE.c.is_sample,
        _CERTIFICATE.c.ended_at,
        _CERTIFICATE.c.ground,
        _CERTIFICATE.c.erased_at,
        _TRAINING.c.time_zone,
        _OLD.c.serial.label("replaces"),
        _NEW.c.serial.label("replaced_by"),
    )
    .join_from(_CERTIFICATE, _TRAINING, _TRAINING.c.id == _CERTIFICATE.c.training_id)
    .outerjoin(_OLD, _OLD.c.id == _CERTIFICATE.c.replaces_id)
    .outerjoin(
        _NEW, sa.and_(_NEW.c.replaces_id == _CERTIFICATE.c.id, _NEW.c.status == CertificateStatus.VALID)
    )
)
_BY_SERIAL = Prepared(_FOUND.where(_CERTIFICATE.c.serial == sa.bindparam("serial")))
_BY_SHA256 = Prepared(_FOUND.where(_CERTIFICATE.c.sha256 == sa.bindparam("sha256")))


def prove(serial: str, code: str) -> Proof | None:
    """The certificate with this serial and code, valid or revoked.

    None for anything else: no such serial, the wrong code, a number that never became a paper. Those
    are not told apart, neither by the answer nor by the work they cost.
    """
    return _if_right(_shown(serial), clean_code(code))


def prove_by_token(serial: str, token: str) -> Proof | None:
    """As `prove`, for whoever has the token in the certificate's QR.

    Raises Refusal `token.serial` for the token of another certificate, and what `read_token` raises for one
    that is not genuine.
    """
    found = _shown(serial)
    # The very token that was printed is known by that. Any other has to be told from an altered one.
    printed = proof_in(found.printed_address) if found is not None else ""
    if hmac.compare_digest(printed.encode(), token.encode()) and found is not None:
        return _proof(found)
    claims = read_token(token, keyring.token_keys.public_keys)
    if claims.serial != serial:
        raise Refusal("token.serial")
    return _if_right(found, claims.code)


def _shown(serial: str) -> Any:
    return _read(_BY_SERIAL, serial=serial[:80])


def _read(query: Prepared, **values: str) -> Any:
    """The row of a certificate with a paper."""
    found = query.first(db.engine, **values)
    return found if found is not None and found.status in _SHOWN else None


def _if_right(found: Any, code: str) -> Proof | None:
    known = found.code if found is not None else _NO_CODE
    right = hmac.compare_digest(known.encode(), code.encode())
    return _proof(found) if right and found is not None else None


def prove_file(digest: str) -> Proof | None:
    """The certificate whose issued file has this SHA-256 (hexadecimal), valid or revoked.

    Whoever knows it holds the file. None where no such file was issued.
    """
    found = _read(_BY_SHA256, sha256=digest.lower()[:64])
    return _proof(found) if found is not None else None


def trusted(serial: str) -> Proof | None:
    """As `prove`, for the operator's command line, which has the register itself."""
    found = _shown(serial)
    return _proof(found) if found is not None else None


def snapshot_of(row: Certificate) -> CertificateSnapshot:
    """What is printed on the certificate."""
    return CertificateSnapshot.from_facts(row.snapshot)


def _proof(found: Any) -> Proof:
    facts = CertificateSnapshot.from_facts(found.snapshot)
    return Proof(
        valid=found.status is CertificateStatus.VALID,
        kind=found.kind,
        serial=found.serial,
        code=found.code,
        masked_name=mask_name(facts.holder_name),
        title_zh=facts.training_title_zh,
        title_en=facts.training_title_en,
        host_zh=facts.host_zh,
        host_en=facts.host_en,
        start_date=facts.start_date,
        end_date=facts.end_date,
        class_hours=facts.class_hours,
        issue_date=facts.issue_date,
        is_sample=found.is_sample,
        revoked_on=found.ended_at.astimezone(ZoneInfo(found.time_zone)).date() if found.ended_at else None,
        ground=RevocationGround(found.ground) if found.ground else None,
        replaced_by=found.replaced_by,
        replaces=found.replaces,
        erased=found.erased_at is not None,
        snapshot=facts,
    )


@dataclass(frozen=True, slots=True)
class RevokedEntry:
    """A line of the list of revoked certificates: it tells nothing to whoever has not the paper."""

    mark: str
    on: datetime
    ground: str


def revocation_mark(serial: str, code: str) -> str:
    """What stands for a certificate in the list: 12 bytes of SHA-256 over `serial|code`, in base64url."""
    return urlsafe_b64encode(sha256(f"{serial}|{code}".encode()).digest()[:_ENTRY_BYTES]).decode()


def revoked(session: Session) -> Iterator[RevokedEntry]:
    """Every revoked certificate of the installation, in the order in which they were issued."""
    rows: Any = session.execute(
        sa.select(Certificate.serial, Certificate.code, Certificate.ended_at, Certificate.ground)
        .where(Certificate.status == CertificateStatus.REVOKED)
        .order_by(Certificate.id)
    )
    for serial, code, ended_at, ground in rows:
        yield RevokedEntry(revocation_mark(serial, code), ended_at, ground)
