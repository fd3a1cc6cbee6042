"""What the public may learn about a certificate: only with the code that is printed on it, or its very file."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from trainingmgr.domain.certificate import (
    CertificateKind,
    CertificateSnapshot,
    CertificateStatus,
    RevocationGround,
    clean_code,
    mask_name,
    names_match,
)
from trainingmgr.models import Certificate, Training

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


_Old, _New = aliased(Certificate), aliased(Certificate)
# Asked by whoever scans a paper: put together once.
_FOUND = (
    sa.select(Certificate, Training.time_zone, _Old.serial, _New.serial)
    .join(Training, Training.id == Certificate.training_id)
    .outerjoin(_Old, _Old.id == Certificate.replaces_id)
    .outerjoin(_New, sa.and_(_New.replaces_id == Certificate.id, _New.status == CertificateStatus.VALID))
)
_BY_SERIAL = _FOUND.where(Certificate.serial == sa.bindparam("serial"))
_BY_SHA256 = _FOUND.where(Certificate.sha256 == sa.bindparam("sha256"))


def prove(session: Session, serial: str, code: str) -> Proof | None:
    """The certificate with this serial and code, valid or revoked.

    None for anything else: no such serial, the wrong code, a number that never became a paper. Those
    are not told apart, neither by the answer nor by the work they cost.
    """
    found = session.execute(_BY_SERIAL, {"serial": serial[:80]}).first()
    shown = found is not None and found[0].status in _SHOWN
    known = found[0].code if found is not None and shown else _NO_CODE
    right = hmac.compare_digest(known.encode(), clean_code(code).encode())
    return _proof(*found) if right and found is not None else None


def prove_file(session: Session, digest: str) -> Proof | None:
    """The certificate whose issued file has this SHA-256 (hexadecimal), valid or revoked.

    Whoever knows it holds the file. None where no such file was issued.
    """
    found = session.execute(_BY_SHA256, {"sha256": digest.lower()[:64]}).first()
    return _proof(*found) if found is not None and found[0].status in _SHOWN else None


def trusted(session: Session, row: Certificate) -> Proof | None:
    """As `prove`, for the operator's command line, which has the register itself."""
    found = session.execute(_BY_SERIAL, {"serial": row.serial}).first()
    return _proof(*found) if found is not None and row.status in _SHOWN else None


def snapshot_of(row: Certificate) -> CertificateSnapshot:
    """What is printed on the certificate."""
    return CertificateSnapshot.from_json(json.dumps(row.snapshot))


def _proof(row: Certificate, zone: str, replaces: str | None, replaced_by: str | None) -> Proof:
    facts = snapshot_of(row)
    return Proof(
        valid=row.status is CertificateStatus.VALID,
        kind=row.kind,
        serial=row.serial,
        code=row.code,
        masked_name=mask_name(facts.holder_name),
        title_zh=facts.training_title_zh,
        title_en=facts.training_title_en,
        host_zh=facts.host_zh,
        host_en=facts.host_en,
        start_date=facts.start_date,
        end_date=facts.end_date,
        class_hours=facts.class_hours,
        issue_date=facts.issue_date,
        is_sample=row.is_sample,
        revoked_on=row.ended_at.astimezone(ZoneInfo(zone)).date() if row.ended_at else None,
        ground=RevocationGround(row.ground) if row.ground else None,
        replaced_by=replaced_by,
        replaces=replaces,
        erased=row.erased_at is not None,
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
