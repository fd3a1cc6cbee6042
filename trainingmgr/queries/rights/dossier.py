"""Everything that an organisation keeps of one person, for the person to read and take along."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.arrangement import ArrangementKind, Relation
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.certificate import CertificateKind, CertificateStatus
from trainingmgr.domain.mail import MailStatus
from trainingmgr.domain.person import mask_id_number
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import Question, in_words, read_form
from trainingmgr.models import (
    ArrangementWish,
    ArrangementWishPerson,
    Attendance,
    Bus,
    Category,
    Certificate,
    Consent,
    DiningTable,
    Handout,
    LodgingRoom,
    MailMessage,
    Material,
    Nomination,
    Person,
    Placement,
    Registration,
    RegistrationAnswer,
    RegistrationForm,
    Training,
    TrainingSession,
    Unit,
)
from trainingmgr.queries.nomination import open_content

Row = TypeVar("Row")


class Present(NamedTuple):
    """A session and how the person was there."""

    starts_at: datetime
    title_zh: str
    title_en: str
    mark: AttendanceMark


class Paper(NamedTuple):
    """A certificate number that the person was given."""

    serial: str
    kind: CertificateKind
    status: CertificateStatus
    issue_date: date


class Given(NamedTuple):
    """A book or paper that the person was handed."""

    title_zh: str
    title_en: str
    given_at: datetime


class Answered(NamedTuple):
    """What the person answered on registering; `value` is None where it is sealed, then kept until a day."""

    key: str
    question: str
    value: str | None
    keep_until: date | None


class Agreed(NamedTuple):
    """What the person consented to, in the words that they were shown."""

    key: str
    text: str
    given_at: datetime
    withdrawn_at: datetime | None


class Letter(NamedTuple):
    """A mail to the person."""

    created_at: datetime
    subject: str
    status: MailStatus


class Named(NamedTuple):
    """That a unit named the person, and what it said of them beside the rest."""

    unit: str
    sent_at: datetime
    phone: str
    email: str
    id_masked: str


class Placed(NamedTuple):
    """The bus or room that the person was put into, or the table."""

    kind: ArrangementKind
    name: str


class Demanded(NamedTuple):
    """That the person was to be with certain others, apart from them or alone; who they are is not told."""

    kind: ArrangementKind
    relation: Relation


@dataclass(frozen=True, slots=True)
class Part:
    """One training and what is kept of the person's part in it."""

    code: str
    title_zh: str
    title_en: str
    start_date: date
    end_date: date
    time_zone: str
    status: RegistrationStatus
    registered_at: datetime
    arrived_at: datetime | None
    unit: str
    post: str
    category_zh: str
    category_en: str
    group: str
    latin_name: str
    note: str
    reason: str
    attendance: list[Present]
    certificates: list[Paper]
    materials: list[Given]
    mails: list[Letter]
    answers: list[Answered]
    consents: list[Agreed]
    nominations: list[Named]
    places: list[Placed]
    demands: list[Demanded]


@dataclass(frozen=True, slots=True)
class Dossier:
    """The person's own facts and their trainings, the latest first. The ID number is masked."""

    name: str
    sex: str
    ethnicity: str
    phone: str
    email: str
    unit: str
    id_type: str
    id_masked: str
    has_photo: bool
    known_since: datetime
    trainings: list[Part]

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values; instants and days in ISO 8601."""
        plain: dict[str, Any] = _plain(self)
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Dossier | Part):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(one) for name, one in value._asdict().items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def dossier(session: Session, person_id: int) -> Dossier:
    """What is kept of a person. As many statements whatever the number of trainings."""
    person, unit = (
        session.execute(
            sa.select(Person, Unit.name)
            .outerjoin(Unit, Unit.id == Person.unit_id)
            .where(Person.id == person_id)
        )
        .one()
        ._tuple()
    )
    return Dossier(
        name=person.name,
        sex=person.sex,
        ethnicity=person.ethnicity,
        phone=person.phone,
        email=person.email,
        unit=unit or "",
        id_type=person.id_type,
        id_masked=person.id_masked,
        has_photo=bool(person.photo),
        known_since=person.created_at,
        trainings=_parts(session, person_id),
    )


def _parts(session: Session, person_id: int) -> list[Part]:
    rows = session.execute(
        sa.select(Registration, Training, Unit.name, Category.name_zh, Category.name_en)
        .join(Training, Training.id == Registration.training_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .outerjoin(Category, Category.id == Registration.category_id)
        .where(Registration.person_id == person_id)
        .order_by(Training.start_date.desc(), Training.id.desc())
    ).all()
    present = _by_registration(session, person_id, _PRESENT, Present)
    papers = _by_registration(session, person_id, _PAPERS, Paper)
    given = _by_registration(session, person_id, _GIVEN, Given)
    letters = _by_registration(session, person_id, _LETTERS, Letter)
    answers = _answers(session, person_id)
    consents = _by_registration(session, person_id, _CONSENTS, Agreed)
    named = _named(session, person_id)
    placed = _by_registration(session, person_id, _PLACED, Placed)
    demanded = _by_registration(session, person_id, _DEMANDED, Demanded)
    return [
        Part(
            code=training.code,
            title_zh=training.title_zh,
            title_en=training.title_en,
            start_date=training.start_date,
            end_date=training.end_date,
            time_zone=training.time_zone,
            status=row.status,
            registered_at=row.created_at,
            arrived_at=row.arrived_at,
            unit=unit or "",
            post=row.post,
            category_zh=category_zh or "",
            category_en=category_en or "",
            group=row.group_name,
            latin_name=row.latin_name,
            note=row.note,
            reason=row.reason,
            attendance=present.get(row.id, []),
            certificates=papers.get(row.id, []),
            materials=given.get(row.id, []),
            mails=letters.get(row.id, []),
            answers=answers.get(row.id, []),
            consents=consents.get(row.id, []),
            nominations=named.get(row.id, []),
            places=placed.get(row.id, []),
            demands=demanded.get(row.id, []),
        )
        for row, training, unit, category_zh, category_en in rows
    ]


_PRESENT = (
    sa.select(
        Attendance.registration_id,
        TrainingSession.starts_at,
        TrainingSession.title_zh,
        TrainingSession.title_en,
        Attendance.mark,
    )
    .join(TrainingSession, TrainingSession.id == Attendance.session_id)
    .join(Registration, Registration.id == Attendance.registration_id)
    .order_by(TrainingSession.starts_at, TrainingSession.id)
)
_PAPERS = (
    sa.select(
        Certificate.registration_id,
        Certificate.serial,
        Certificate.kind,
        Certificate.status,
        Certificate.issue_date,
    )
    .join(Registration, Registration.id == Certificate.registration_id)
    .order_by(Certificate.id)
)
_GIVEN = (
    sa.select(Handout.registration_id, Material.title_zh, Material.title_en, Handout.given_at)
    .join(Material, Material.id == Handout.material_id)
    .join(Registration, Registration.id == Handout.registration_id)
    .order_by(Handout.given_at, Handout.id)
)
_LETTERS = (
    sa.select(MailMessage.registration_id, MailMessage.created_at, MailMessage.subject, MailMessage.status)
    .join(Registration, Registration.id == MailMessage.registration_id)
    .order_by(MailMessage.id)
)


_CONSENTS = (
    sa.select(Consent.registration_id, Consent.key, Consent.text, Consent.given_at, Consent.withdrawn_at)
    .join(Registration, Registration.id == Consent.registration_id)
    .order_by(Consent.id)
)


_PLACED = (
    sa.select(
        Placement.registration_id,
        Placement.kind,
        sa.func.coalesce(Bus.name, LodgingRoom.name, DiningTable.name),
    )
    .join(Registration, Registration.id == Placement.registration_id)
    .outerjoin(Bus, Bus.id == Placement.bus_id)
    .outerjoin(LodgingRoom, LodgingRoom.id == Placement.room_id)
    .outerjoin(DiningTable, DiningTable.id == Placement.table_id)
    .where(Placement.kind != ArrangementKind.GROUP)
    .order_by(Placement.id)
)
_DEMANDED = (
    sa.select(ArrangementWishPerson.registration_id, ArrangementWish.kind, ArrangementWish.relation)
    .join(ArrangementWish, ArrangementWish.id == ArrangementWishPerson.wish_id)
    .join(Registration, Registration.id == ArrangementWishPerson.registration_id)
    .order_by(ArrangementWish.id)
)


def _answers(session: Session, person_id: int) -> dict[int, list[Answered]]:
    """The answers by registration, each question as the training's form puts it in Chinese."""
    rows = session.execute(
        sa.select(RegistrationAnswer, RegistrationForm.definition)
        .join(Registration, Registration.id == RegistrationAnswer.registration_id)
        .outerjoin(RegistrationForm, RegistrationForm.training_id == RegistrationAnswer.training_id)
        .where(Registration.person_id == person_id)
        .order_by(RegistrationAnswer.id)
    )
    found: dict[int, list[Answered]] = {}
    for row, definition in rows:
        question = read_form(definition).get(row.key) if definition else None
        words = (question.label_zh, in_words(question, row.value)) if isinstance(question, Question) else None
        title, value = words or ("", row.value)
        sealed = row.value_sealed is not None
        answered = Answered(row.key, title, None if sealed else value, row.keep_until)
        found.setdefault(row.registration_id, []).append(answered)
    return found


def _named(session: Session, person_id: int) -> dict[int, list[Named]]:
    rows = session.execute(
        sa.select(Nomination, Unit.name)
        .join(Registration, Registration.id == Nomination.registration_id)
        .join(Unit, Unit.id == Nomination.unit_id)
        .where(Registration.person_id == person_id)
    )
    found: dict[int, list[Named]] = {}
    for row, unit in rows:
        said = open_content(row.uid, row.content_sealed)
        masked = mask_id_number(said["id_number"]) if said["id_number"] else ""
        one = Named(unit, row.sent_at or row.created_at, said["phone"], said["email"], masked)
        found.setdefault(row.registration_id or 0, []).append(one)
    return found


def _by_registration(
    session: Session, person_id: int, wanted: Any, make: Callable[..., Row]
) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for registration_id, *values in session.execute(wanted.where(Registration.person_id == person_id)):
        found.setdefault(registration_id, []).append(make(*values))
    return found
