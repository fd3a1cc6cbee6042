"""The revocation list of a training: what stands on it may be shown to anybody, so it names nobody."""

from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from trainingmgr.domain.certificate import CertificateKind, CertificateStatus, RevocationGround
from trainingmgr.models import Certificate, Training


class Revoked(NamedTuple):
    """A revoked certificate; `replaced_by` is the serial of the one in its place, empty without one."""

    serial: str
    kind: CertificateKind
    issue_date: date
    revoked_on: date
    ground: RevocationGround
    replaced_by: str


def revoked(session: Session, training: Training) -> list[Revoked]:
    """The revoked certificates of a training by serial, the day of revocation as it was at the training's place."""
    newer = aliased(Certificate)
    zone = ZoneInfo(training.time_zone)
    issued = (CertificateStatus.VALID, CertificateStatus.REVOKED)
    rows = session.execute(
        sa.select(
            Certificate.serial,
            Certificate.kind,
            Certificate.issue_date,
            Certificate.ended_at,
            Certificate.ground,
            sa.func.coalesce(newer.serial, ""),
        )
        .outerjoin(newer, sa.and_(newer.replaces_id == Certificate.id, newer.status.in_(issued)))
        .where(Certificate.training_id == training.id, Certificate.status == CertificateStatus.REVOKED)
        .order_by(Certificate.kind, Certificate.number)
    )
    return [
        Revoked(serial, kind, issued_on, ended_at.astimezone(zone).date(), RevocationGround(ground), after)
        for serial, kind, issued_on, ended_at, ground, after in rows
        if ended_at is not None
    ]
