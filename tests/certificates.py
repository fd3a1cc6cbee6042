"""A class that is over, its sheets filled in, for tests about certificates."""

from pathlib import Path
from subprocess import run
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_training, make_unit
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.models import Attendance, Certificate, Registration, Training, TrainingSession
from trainingmgr.services import certificate as service


def make_class(session: Session, cast: Cast, people: int = 3, **values: Any) -> Training:
    """A training of one session where all of `people` were present."""
    host = make_unit(session, cast.organisation, name_en="Sample Bureau of Civil Affairs")
    training = make_training(session, cast.organisation, **({"host": host} | values))
    lecture = make_session(session, training)
    for _ in range(people):
        mark(session, make_registration(session, training), lecture.id)
    return training


def add_person(session: Session, training: Training, name: str, **values: Any) -> Registration:
    """One more who was present at every session."""
    registration = make_registration(session, training, name, **values)
    for lecture in session.scalars(
        sa.select(TrainingSession.id).where(TrainingSession.training_id == training.id)
    ):
        mark(session, registration, lecture)
    return registration


def mark(
    session: Session, registration: Registration, lecture: int, how: AttendanceMark = AttendanceMark.PRESENT
) -> None:
    session.add(
        Attendance(
            training_id=registration.training_id,
            session_id=lecture,
            registration_id=registration.id,
            mark=how,
        )
    )
    session.commit()


def issue(cast: Cast, training: Training, *ids: int, worker: str = "test", **values: Any) -> int:
    """Order and work off; gives the job's id, 0 when nobody was left."""
    job = service.start_issue(cast.actor(), training, ids or None, **values)
    if job is None:
        return 0
    service.work(job.id, worker)
    return job.id


def certificates(session: Session, training: Training, *statuses: CertificateStatus) -> list[Certificate]:
    """The training's certificates in the order of their numbers, fresh from the database."""
    session.rollback()
    query = sa.select(Certificate).where(Certificate.training_id == training.id).order_by(Certificate.number)
    if statuses:
        query = query.where(Certificate.status.in_(statuses))
    return list(session.scalars(query.execution_options(populate_existing=True)))


def text_of(pdf: bytes, folder: Path) -> str:
    """What a reader of the PDF reads, without spaces."""
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    out = run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True, text=True).stdout
    return "".join(out.split())
