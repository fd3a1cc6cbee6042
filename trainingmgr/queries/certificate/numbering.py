"""Running numbers of certificates: read for a preview, given out under the lock of their row."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateKind, SerialScope
from trainingmgr.models import SerialCounter, Training
from trainingmgr.queries.upsert import upsert


def counter_key(training: Training, kind: CertificateKind, scope: SerialScope, year: int) -> str:
    """What is numbered together: a kind of one training, or a kind of one year of issue."""
    return f"year/{year}/{kind}" if scope is SerialScope.YEAR else f"training/{training.id}/{kind}"


def next_number(session: Session, training: Training, key: str) -> int:
    """The number that would be given out next; somebody else may be faster."""
    return (
        session.scalar(
            sa.select(SerialCounter.next_number).where(
                SerialCounter.organisation_id == training.organisation_id, SerialCounter.key == key
            )
        )
        or 1
    )


def locked(session: Session, training: Training, key: str) -> SerialCounter:
    """The counter, made where there is none, locked until the transaction ends."""
    row = {"organisation_id": training.organisation_id, "key": key, "next_number": 1}
    upsert(session, SerialCounter, ("organisation_id", "key"), [row], overwrite=False)
    return session.scalars(
        sa.select(SerialCounter)
        .where(SerialCounter.organisation_id == training.organisation_id, SerialCounter.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
