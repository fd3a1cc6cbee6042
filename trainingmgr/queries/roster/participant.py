"""One participant of a training, with what hangs on them."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import NOT_COUNTED, SessionKind
from trainingmgr.models import (
    Attendance,
    Category,
    Certificate,
    Handout,
    Person,
    Registration,
    TrainingSession,
    Unit,
)
from trainingmgr.queries.session_group import is_for


class Participant(NamedTuple):
    """Everything that is known of a participant but the ID number itself. `unit` is None where there is none."""

    id: int
    training_id: int
    person_id: int
    name: str
    latin_name: str
    sex: str
    ethnicity: str
    unit_id: int | None
    unit: str | None
    post: str
    category_id: int | None
    category_zh: str | None
    category_en: str | None
    group: str
    phone: str
    email: str
    id_type: str
    id_masked: str
    status: RegistrationStatus
    arrived_at: datetime | None
    note: str
    pinyin: str
    is_sample: bool
    reason: str
    registration_version: int
    person_version: int

    @property
    def version(self) -> str:
        """What changes with every edit of this participant, for forms to come back with."""
        return f"{self.registration_version}.{self.person_version}"

    def text(self, field: str) -> str:
        """A fact as a form shows it."""
        if field == "category":
            return str(self.category_id or 0)
        if field == "status":
            return self.status.value
        value = getattr(self, field)
        return "" if value is None else str(value)


def participant(session: Session, training_id: int, registration_id: int) -> Participant | None:
    """The participant with this registration, None where the training has no such one."""
    found = session.execute(
        sa.select(
            Registration.id,
            Registration.training_id,
            Person.id,
            Person.name,
            Registration.latin_name,
            Person.sex,
            Person.ethnicity,
            Unit.id,
            Unit.name,
            Registration.post,
            Registration.category_id,
            Category.name_zh,
            Category.name_en,
            Registration.group_name,
            Person.phone,
            Person.email,
            Person.id_type,
            Person.id_masked,
            Registration.status,
            Registration.arrived_at,
            Registration.note,
            Person.pinyin,
            Registration.is_sample,
            Registration.reason,
            Registration.version,
            Person.version,
        )
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .outerjoin(Category, Category.id == Registration.category_id)
        .where(Registration.id == registration_id, Registration.training_id == training_id)
    ).first()
    return Participant._make(found) if found else None


class MarkLine(NamedTuple):
    """A session of the training and how the participant was there; `mark` is None while nobody has said."""

    session_id: int
    title_zh: str
    title_en: str
    kind: SessionKind
    starts_at: datetime
    class_hours: Decimal
    mark: AttendanceMark | None


def marks(session: Session, training_id: int, registration_id: int) -> list[MarkLine]:
    """The sessions that count and are for the participant's group, and any with their mark, in order of time."""
    group = sa.select(Registration.group_name).where(Registration.id == registration_id).scalar_subquery()
    rows = session.execute(
        sa.select(
            TrainingSession.id,
            TrainingSession.title_zh,
            TrainingSession.title_en,
            TrainingSession.kind,
            TrainingSession.starts_at,
            TrainingSession.class_hours,
            Attendance.mark,
        )
        .outerjoin(
            Attendance,
            sa.and_(
                Attendance.session_id == TrainingSession.id, Attendance.registration_id == registration_id
            ),
        )
        .where(
            TrainingSession.training_id == training_id,
            sa.or_(
                Attendance.mark.is_not(None),
                sa.and_(TrainingSession.kind.not_in(NOT_COUNTED), is_for(group)),
            ),
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return [MarkLine._make(row) for row in rows]


class CertificateLine(NamedTuple):
    """A certificate number that was given to the participant."""

    id: int
    serial: str
    status: CertificateStatus
    issued_at: datetime | None
    end_reason: str


def certificates(session: Session, registration_id: int) -> list[CertificateLine]:
    """Every certificate of the participant, the newest first."""
    rows = session.execute(
        sa.select(
            Certificate.id,
            Certificate.serial,
            Certificate.status,
            Certificate.issued_at,
            Certificate.end_reason,
        )
        .where(Certificate.registration_id == registration_id)
        .order_by(Certificate.id.desc())
    )
    return [CertificateLine._make(row) for row in rows]


class Traces(NamedTuple):
    """How much hangs on a registration: it decides whether it may go, and what goes with it."""

    marks: int
    handouts: int
    certificates: int
    other_trainings: int


def traces(session: Session, registration_id: int) -> Traces:
    """What would go with the registration; `certificates` of any status keep it from going."""

    def counted(table: type[Attendance] | type[Handout] | type[Certificate]) -> sa.ScalarSelect[int]:
        return (
            sa.select(sa.func.count())
            .select_from(table)
            .where(table.registration_id == registration_id)
            .scalar_subquery()
        )

    person = sa.select(Registration.person_id).where(Registration.id == registration_id).scalar_subquery()
    others = (
        sa.select(sa.func.count())
        .select_from(Registration)
        .where(Registration.person_id == person, Registration.id != registration_id)
        .scalar_subquery()
    )
    found = sa.select(counted(Attendance), counted(Handout), counted(Certificate), others)
    return Traces._make(session.execute(found).one())


class Named(NamedTuple):
    """Whose a registration is, and since when: what was noted earlier under its id was another's."""

    name: str
    since: datetime


def names_of(session: Session, training_id: int, ids: Collection[int]) -> dict[int, Named]:
    """The names of those of these registrations that the training still has.

    SQLite databases that are older than revision 0038 gave the id of a removed registration to the next one.
    """
    wanted = (
        sa.select(Registration.id, Person.name, Registration.created_at)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.training_id == training_id, Registration.id.in_(ids))
    )
    return {one: Named(name, since) for one, name, since in session.execute(wanted)}
