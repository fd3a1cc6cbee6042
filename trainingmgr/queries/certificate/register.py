"""The register: every number that was given out, and what became of it."""

import re
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateKind, CertificateStatus, RequestAction, RevocationGround
from trainingmgr.models import Certificate, CertificateRequest

_UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u2028-\u202f\u2066-\u2069\ufeff]')


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with a paper: where its bytes lie and what they must be."""

    id: int
    training_id: int
    serial: str
    name: str
    file_key: str
    sha256: str
    size: int | None

    @classmethod
    def of(cls, row: Certificate) -> "Issued":
        """That of a row with a paper."""
        return cls(
            row.id,
            row.training_id,
            row.serial,
            row.snapshot["holder_name"],
            row.file_key or "",
            row.sha256 or "",
            row.size,
        )

    @property
    def file_name(self) -> str:
        """`SERIAL_name.pdf`, with nothing in it that a file system or a shell would mind."""
        name = re.sub(r"\s+", " ", _UNSAFE_IN_NAMES.sub("", self.name)).strip(" .")[:60]
        return f"{self.serial}_{name}.pdf" if name else f"{self.serial}.pdf"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register. `reason` is why it does not stand any more; `replaces` the serial before it.

    `proof` is the checker's code.
    """

    id: int
    kind: CertificateKind
    number: int
    serial: str
    name: str
    detail: str
    status: CertificateStatus
    issue_date: date
    is_sample: bool
    ended_at: datetime | None
    ended_by: str
    reason: str
    ground: str
    replaces: str | None
    erased: bool
    proof: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many numbers of a training stand where."""

    valid: int = 0
    reserved: int = 0
    revoked: int = 0
    voided: int = 0

    @property
    def total(self) -> int:
        return self.valid + self.reserved + self.revoked + self.voided


def counts(session: Session, training_id: int, kind: CertificateKind | None = None) -> Counts:
    """How many certificates of the training (of one kind, or all) there are, by what became of them."""
    rows = session.execute(
        sa.select(Certificate.status, sa.func.count())
        .where(Certificate.training_id == training_id, *_of_kind(kind))
        .group_by(Certificate.status)
    )
    return Counts(**{status.value: count for status, count in rows})


def _of_kind(kind: CertificateKind | None) -> list[sa.ColumnElement[bool]]:
    return [] if kind is None else [Certificate.kind == kind]


def valid(session: Session, training_id: int, kind: CertificateKind | None = None) -> list[Issued]:
    """The valid certificates of a training (of one kind, or all) in the order of their numbers."""
    rows = session.execute(
        sa.select(
            Certificate.id,
            Certificate.training_id,
            Certificate.serial,
            Certificate.snapshot["holder_name"].as_string(),
            Certificate.file_key,
            Certificate.sha256,
            Certificate.size,
        )
        .where(
            Certificate.training_id == training_id,
            Certificate.status == CertificateStatus.VALID,
            Certificate.erased_at.is_(None),
            *_of_kind(kind),
        )
        .order_by(Certificate.kind, Certificate.number)
    )
    return [Issued(*row) for row in rows]


def entries(session: Session, training_id: int, offset: int = 0, limit: int | None = None) -> list[Entry]:
    """Lines of the register in the order of their numbers."""
    old = sa.orm.aliased(Certificate)
    rows = session.execute(
        sa.select(
            Certificate.id,
            Certificate.kind,
            Certificate.number,
            Certificate.serial,
            Certificate.snapshot["holder_name"].as_string(),
            sa.func.coalesce(Certificate.snapshot["holder_detail"].as_string(), ""),
            Certificate.status,
            Certificate.issue_date,
            Certificate.is_sample,
            Certificate.ended_at,
            Certificate.ended_by,
            Certificate.end_reason,
            Certificate.ground,
            old.serial,
            Certificate.erased_at.is_not(None),
            Certificate.code,
        )
        .outerjoin(old, old.id == Certificate.replaces_id)
        .where(Certificate.training_id == training_id)
        .order_by(Certificate.kind, Certificate.number)
        .offset(offset)
        .limit(limit)
    )
    return [Entry(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Asked:
    """A revocation or reissue that waits for a second person."""

    id: int
    serial: str
    name: str
    action: RequestAction
    ground: RevocationGround
    reason: str
    asked_by_id: int | None
    asked_by: str
    asked_at: datetime


def asked(session: Session, training_id: int) -> list[Asked]:
    """What waits for a second person in a training, the oldest first."""
    rows = session.execute(
        sa.select(
            CertificateRequest.id,
            Certificate.serial,
            Certificate.snapshot["holder_name"].as_string(),
            CertificateRequest.action,
            CertificateRequest.ground,
            CertificateRequest.reason,
            CertificateRequest.asked_by_id,
            CertificateRequest.asked_by,
            CertificateRequest.asked_at,
        )
        .join(Certificate, Certificate.id == CertificateRequest.certificate_id)
        .where(Certificate.training_id == training_id, CertificateRequest.decided_at.is_(None))
        .order_by(CertificateRequest.id)
    )
    return [Asked(*row) for row in rows]


def request_of(session: Session, training_id: int, request_id: int) -> CertificateRequest | None:
    """The request, if it is about a certificate of the training."""
    return session.scalar(
        sa.select(CertificateRequest)
        .join(Certificate, Certificate.id == CertificateRequest.certificate_id)
        .where(Certificate.training_id == training_id, CertificateRequest.id == request_id)
    )


def by_id(session: Session, certificate_id: int) -> Certificate | None:
    """The certificate with this id, whichever training it belongs to."""
    return session.get(Certificate, certificate_id)


def by_serial(session: Session, serial: str) -> Certificate | None:
    """The certificate with exactly this serial."""
    return session.scalar(sa.select(Certificate).where(Certificate.serial == serial))


def by_sha256(session: Session, digest: str) -> Certificate | None:
    """The certificate whose issued file has this SHA-256 (hexadecimal)."""
    return session.scalar(sa.select(Certificate).where(Certificate.sha256 == digest))
