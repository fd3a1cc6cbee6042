"""What the public may learn about a certificate: only with the code that is printed on it."""

import hmac
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import (
    CertificateSnapshot,
    CertificateStatus,
    RevocationGround,
    clean_code,
    mask_name,
    names_match,
)
from trainingmgr.models import Certificate
from trainingmgr.queries.certificate import register

_NO_CODE = "0" * 26
_SHOWN = {CertificateStatus.VALID, CertificateStatus.REVOKED}


@dataclass(frozen=True, slots=True)
class Proof:
    """A certificate that exists and whose code was right. The name is masked."""

    valid: bool
    serial: str
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
    snapshot: CertificateSnapshot

    def is_of(self, typed: str) -> bool:
        """Whether the full name that a checker typed is the holder's, in either script."""
        return names_match(typed, self.snapshot.holder_name) or names_match(
            typed, self.snapshot.holder_latin_name or ""
        )


def prove(session: Session, serial: str, code: str) -> Proof | None:
    """The certificate with this serial and code, valid or revoked.

    None for anything else: no such serial, the wrong code, a number that never became a paper. Those
    are not told apart, neither by the answer nor by the work they cost.
    """
    row = register.by_serial(session, serial[:80])
    known = row.code if row is not None and row.status in _SHOWN else _NO_CODE
    right = hmac.compare_digest(known.encode(), clean_code(code).encode())
    return _proof(row) if right and row is not None else None


def trusted(row: Certificate) -> Proof | None:
    """As `prove`, for the operator's command line, which has the register itself."""
    return _proof(row) if row.status in _SHOWN else None


def snapshot_of(row: Certificate) -> CertificateSnapshot:
    """What is printed on the certificate."""
    return CertificateSnapshot.from_json(json.dumps(row.snapshot))


def _proof(row: Certificate) -> Proof:
    facts = snapshot_of(row)
    return Proof(
        valid=row.status is CertificateStatus.VALID,
        serial=row.serial,
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
        revoked_on=_day_there(row, row.ended_at) if row.ended_at else None,
        ground=RevocationGround(row.ground) if row.ground else None,
        snapshot=facts,
    )


def _day_there(row: Certificate, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(row.training.time_zone)).date()
