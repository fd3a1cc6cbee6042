"""What a person sees on their own page: all certificates over the years and trainings of one organisation."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateSnapshot, CertificateStatus, RevocationGround
from trainingmgr.domain.training import HostRole
from trainingmgr.models import (
    Certificate,
    CertificateOffer,
    Organisation,
    Person,
    Registration,
    Training,
    TrainingHost,
    Unit,
)
from trainingmgr.queries.certificate.verification import snapshot_of

_SHOWN = (CertificateStatus.VALID, CertificateStatus.REVOKED)


class PageOwner(NamedTuple):
    """Whose page it is, and the organisation that keeps it."""

    person_id: int
    uid: str
    name: str
    host_zh: str
    host_en: str


@dataclass(frozen=True, slots=True)
class OwnPaper:
    """A certificate as its holder sees it; `handover_*` is empty once it is collected."""

    id: int
    code: str
    valid: bool
    is_sample: bool
    issue_date: date
    revoked_at: datetime | None
    ground: RevocationGround | None
    replaced_by: str
    collected_at: datetime | None
    handover_zh: str
    handover_en: str
    time_zone: str
    snapshot: CertificateSnapshot


def owner(session: Session, key: str) -> PageOwner | None:
    """Whose page has the secret `key`; None for one that is none, or none any more."""
    found = session.execute(
        sa.select(Person.id, Person.uid, Person.name, Organisation.name_zh, Organisation.name_en)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.page_key == key[:64])
    ).first()
    return PageOwner._make(found) if found else None


def hosts(session: Session, training_ids: Collection[int]) -> list[tuple[str, str]]:
    """The hosts of these trainings, Chinese and English name, each once."""
    rows = session.execute(
        sa.select(Unit.name, Unit.name_en)
        .join(TrainingHost, TrainingHost.unit_id == Unit.id)
        .where(TrainingHost.training_id.in_(training_ids), TrainingHost.role == HostRole.HOST)
        .order_by(TrainingHost.training_id.desc(), TrainingHost.position)
    )
    return list(dict.fromkeys((name, name_en) for name, name_en in rows))


def key_of(session: Session, person_id: int) -> str | None:
    """The secret in the address of the person's page, None while there is none."""
    return session.scalar(sa.select(Person.page_key).where(Person.id == person_id))


def new_key() -> str:
    """A secret for the address of a page: 256 bits, 43 characters."""
    return secrets.token_urlsafe(32)


def open_missing(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Open a page for each of these people in the running transaction; gives the secrets by their ids.

    The caller has made sure that they have none, and notes the act.
    """
    keys = {person_id: new_key() for person_id in person_ids}
    # Past the version: whoever edits one of them at this moment has nothing to compare.
    for person_id, key in keys.items():
        session.execute(
            sa.update(Person)
            .where(Person.id == person_id)
            .values(page_key=key)
            .execution_options(synchronize_session=False)
        )
    return keys


def papers(session: Session, person_id: int) -> list[OwnPaper]:
    """All valid and revoked certificates of a person, the latest first; one statement."""
    newer = sa.orm.aliased(Certificate)
    rows = session.execute(
        sa.select(Certificate, Training.time_zone, CertificateOffer, newer.serial)
        .join(Registration, Registration.id == Certificate.registration_id)
        .join(Training, Training.id == Certificate.training_id)
        .outerjoin(
            CertificateOffer,
            sa.and_(
                CertificateOffer.training_id == Certificate.training_id,
                CertificateOffer.kind == Certificate.kind,
            ),
        )
        .outerjoin(newer, sa.and_(newer.replaces_id == Certificate.id, newer.status.in_(_SHOWN)))
        .where(*_of(person_id))
        .order_by(Certificate.issue_date.desc(), Certificate.id.desc())
    )
    return [_paper(row, zone, offer, after or "") for row, zone, offer, after in rows]


def paper(session: Session, person_id: int, certificate_id: int) -> Certificate | None:
    """One of those certificates; None for one that is somebody else's."""
    return session.scalar(
        sa.select(Certificate)
        .join(Registration, Registration.id == Certificate.registration_id)
        .where(Certificate.id == certificate_id, *_of(person_id))
    )


def _of(person_id: int) -> list[sa.ColumnElement[bool]]:
    return [
        Registration.person_id == person_id,
        Certificate.status.in_(_SHOWN),
        Certificate.erased_at.is_(None),
    ]


def _paper(row: Certificate, zone: str, offer: CertificateOffer | None, replaced_by: str) -> OwnPaper:
    valid = row.status is CertificateStatus.VALID
    waits = offer if valid and row.collected_at is None else None
    return OwnPaper(
        id=row.id,
        code=row.code,
        valid=valid,
        is_sample=row.is_sample,
        issue_date=row.issue_date,
        revoked_at=row.ended_at,
        ground=RevocationGround(row.ground) if row.ground else None,
        replaced_by=replaced_by,
        collected_at=row.collected_at,
        handover_zh=waits.handover_zh if waits else "",
        handover_en=waits.handover_en if waits else "",
        time_zone=zone,
        snapshot=snapshot_of(row),
    )
