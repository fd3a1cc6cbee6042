"""Reads about trainings as a whole: the list of one's trainings, and how one of them stands."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.domain.attendance import EARNING, hours_of_tracks
from trainingmgr.domain.certificate import CertificateKind, CertificateStatus
from trainingmgr.domain.membership import Role
from trainingmgr.domain.next_steps import NextStep, Pile, Sheet, Situation, next_steps
from trainingmgr.domain.photo import PhotoNeed
from trainingmgr.domain.registration import GONE_STATUSES, PRESENT_STATUSES, RegistrationStatus
from trainingmgr.domain.schedule import NOT_COUNTED
from trainingmgr.domain.training import Phase, phase
from trainingmgr.extensions import now, settings
from trainingmgr.models import (
    Attendance,
    Certificate,
    Handout,
    Material,
    Membership,
    Organisation,
    Registration,
    RegistrationTally,
    SessionGroup,
    Training,
    TrainingHost,
    TrainingSession,
)
from trainingmgr.queries import photo
from trainingmgr.queries.arrangement import PLACE_OF, count_without
from trainingmgr.queries.eligibility import counted_sessions, eligibility
from trainingmgr.queries.mail import outbox
from trainingmgr.queries.nomination import units_to_hear_from

_NOT_BEGUN = frozenset({Phase.PLANNED, Phase.OPEN})
_ORDER = (Phase.RUNNING, Phase.OPEN, Phase.PLANNED, Phase.CLOSING, Phase.ARCHIVED)
# A sheet is offered a little before its session begins, when people come in.
_EARLY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TrainingCard:
    """One training in a list. `people` are those neither declined nor withdrawn, `certificates` those valid.

    `role` is the reader's, None for the command line.
    """

    id: int
    code: str
    title_zh: str
    title_en: str
    place_zh: str
    place_en: str
    start_date: date
    end_date: date
    time_zone: str
    capacity: int | None
    is_sample: bool
    organisation_id: int
    organisation_zh: str
    organisation_en: str
    role: Role | None
    phase: Phase
    people: int
    sessions: int
    certificates: int


def cards(session: Session, user_id: int | None, at: datetime | None = None) -> list[TrainingCard]:
    """The trainings of a user's organisations, or all of them for None; one query.

    Those that run come first, then what is coming (soonest first), then what is over (latest first).
    """
    people = _count(RegistrationTally.people, RegistrationTally.training_id).where(
        RegistrationTally.status.not_in(GONE_STATUSES)
    )
    valid = (
        sa.select(sa.func.count())
        .select_from(Certificate)
        .where(Certificate.training_id == Training.id, Certificate.status == CertificateStatus.VALID)
        .correlate(Training)
    )
    planned = (
        sa.select(sa.func.count())
        .select_from(TrainingSession)
        .where(TrainingSession.training_id == Training.id)
        .correlate(Training)
    )
    wanted: Any = sa.select(
        Training.id,
        Training.code,
        Training.title_zh,
        Training.title_en,
        Training.place_zh,
        Training.place_en,
        Training.start_date,
        Training.end_date,
        Training.time_zone,
        Training.capacity,
        Training.is_sample,
        Training.archived_at,
        Organisation.id.label("organisation_id"),
        Organisation.name_zh.label("organisation_zh"),
        Organisation.name_en.label("organisation_en"),
        people.scalar_subquery().label("people"),
        planned.scalar_subquery().label("sessions"),
        valid.scalar_subquery().label("certificates"),
    ).join(Organisation, Organisation.id == Training.organisation_id)
    if user_id is not None:
        wanted = (
            wanted.add_columns(Membership.role)
            .join(Membership, Membership.organisation_id == Training.organisation_id)
            .where(Membership.user_id == user_id)
        )
    moment = at or now()
    found = [_card(dict(row), moment) for row in session.execute(wanted).mappings()]
    return sorted(found, key=_by_urgency)


def _count(
    column: sa.orm.InstrumentedAttribute[int], training_id: sa.orm.InstrumentedAttribute[int]
) -> sa.Select[Any]:
    return (
        sa.select(sa.func.coalesce(sa.func.sum(column), 0))
        .where(training_id == Training.id)
        .correlate(Training)
    )


def _card(row: dict[str, Any], moment: datetime) -> TrainingCard:
    archived = row.pop("archived_at") is not None
    today = moment.astimezone(ZoneInfo(row["time_zone"])).date()
    row["people"] = int(row["people"])
    stage = phase(row["start_date"], row["end_date"], today, archived=archived, people=row["people"])
    return TrainingCard(**{"role": None} | row, phase=stage)


def _by_urgency(card: TrainingCard) -> tuple[int, int, str]:
    coming = card.phase in {Phase.OPEN, Phase.PLANNED, Phase.RUNNING}
    place = 1 if card.phase is Phase.PLANNED else _ORDER.index(card.phase)
    day = card.start_date.toordinal()
    return place, day if coming else -day, card.code


@dataclass(frozen=True, slots=True)
class Overview:
    """How a training stands. `on_class` are those confirmed, arrived or completed.

    `hours` are the planned class hours that count, of the group that has most. A sheet is taken once it holds a mark,
    and due once its session has begun (an hour before, on its day) or it is taken.
    """

    phase: Phase
    today: date
    people: dict[RegistrationStatus, int]
    on_class: int
    capacity: int | None
    sessions: int
    hours: Decimal
    sheets_due: int
    sheets_taken: int
    certificates_valid: int
    certificates_revoked: int
    next_steps: tuple[NextStep, ...]


def people_by_status(session: Session, training_id: int) -> dict[RegistrationStatus, int]:
    """How many registrations there are in each status, in the order of the statuses; none left out."""
    rows = session.execute(
        sa.select(RegistrationTally.status, RegistrationTally.people).where(
            RegistrationTally.training_id == training_id
        )
    ).all()
    counts = {RegistrationStatus(status): people for status, people in rows}
    return {status: counts.get(status, 0) for status in RegistrationStatus}


def overview(session: Session, training: Training, at: datetime | None = None) -> Overview:
    """How the training stands at an instant (now), and what to do next; a fixed number of queries."""
    moment = at or now()
    zone = ZoneInfo(training.time_zone)
    today = moment.astimezone(zone).date()
    people = people_by_status(session, training.id)
    on_class = sum(people[status] for status in PRESENT_STATUSES)
    rows = _sessions(session, training.id)
    counted = [row for row in rows if row.kind not in NOT_COUNTED]
    sheets = tuple(
        Sheet(row.id, row.title_zh, row.title_en, row.taken, row.starts_at.astimezone(zone).date() == today)
        for row in counted
        if _begun(row, moment)
    )
    certificates = _certificates(session, training.id)
    stage = phase(
        training.start_date,
        training.end_date,
        today,
        archived=training.archived_at is not None,
        people=sum(count for status, count in people.items() if status not in GONE_STATUSES),
    )
    unasked, silent = units_to_hear_from(session, training.id) if stage in _NOT_BEGUN else (0, 0)
    hosts, mails, to_arrive, without_place = _hosts_mails_and_people(session, training)
    situation = Situation(
        phase=stage,
        people=people,
        capacity=training.capacity,
        hosts=hosts,
        counted_sessions=len(counted),
        sheets=sheets,
        piles=_piles(session, training.id, on_class) if on_class else (),
        to_arrive=to_arrive,
        certificates_valid=certificates.completed,
        certificates_collected=certificates.collected,
        certificates_reserved=certificates.reserved,
        address_missing=not settings.public_url and not training.is_sample,
        without_photo=_without_photo(session, training),
        mails_in_trouble=mails,
        units_unasked=unasked,
        units_silent=silent,
        without_place=without_place,
    )
    # Judging everybody takes longest, so nobody is judged before papers can be made or once all have theirs.
    if situation.attendance_complete and situation.certificates_valid < on_class:
        ready = len(eligibility(session, training).waiting)
        situation = replace(situation, certificates_ready=ready)
    return Overview(
        phase=stage,
        today=today,
        people=people,
        on_class=on_class,
        capacity=training.capacity,
        sessions=len(rows),
        hours=_hours(session, training.id, counted),
        sheets_due=sum(row.taken or _begun(row, moment) for row in counted),
        sheets_taken=sum(row.taken for row in counted),
        certificates_valid=certificates.valid,
        certificates_revoked=certificates.revoked,
        next_steps=next_steps(situation),
    )


def _begun(row: sa.Row[Any], moment: datetime) -> bool:
    began: bool = row.starts_at - _EARLY <= moment
    return began


def _hours(session: Session, training_id: int, counted: list[sa.Row[Any]]) -> Decimal:
    """The class hours of the group that has most."""
    if any(row.in_tracks for row in counted):
        return hours_of_tracks(counted_sessions(session, training_id))[1]
    return sum((row.class_hours for row in counted), Decimal(0))


def _sessions(session: Session, training_id: int) -> list[sa.Row[Any]]:
    named = sa.exists().where(SessionGroup.session_id == TrainingSession.id).correlate(TrainingSession)
    taken = sa.exists().where(Attendance.session_id == TrainingSession.id).correlate(TrainingSession)
    return list(
        session.execute(
            sa.select(
                TrainingSession.id,
                TrainingSession.kind,
                TrainingSession.title_zh,
                TrainingSession.title_en,
                TrainingSession.starts_at,
                TrainingSession.class_hours,
                taken.label("taken"),
                named.label("in_tracks"),
            )
            .where(TrainingSession.training_id == training_id)
            .order_by(TrainingSession.starts_at, TrainingSession.id)
        )
    )


class _Certificates(NamedTuple):
    """How many there are; `completed` are the valid ones of completion, `collected` those of them handed over."""

    valid: int
    reserved: int
    revoked: int
    completed: int
    collected: int


def _certificates(session: Session, training_id: int) -> _Certificates:
    status, valid = Certificate.status, Certificate.status == CertificateStatus.VALID
    completed = valid & (Certificate.kind == CertificateKind.COMPLETION)
    row = session.execute(
        sa.select(
            *(
                sa.func.count().filter(condition)
                for condition in (
                    valid,
                    status == CertificateStatus.RESERVED,
                    status == CertificateStatus.REVOKED,
                    completed,
                    completed & Certificate.collected_at.is_not(None),
                )
            )
        )
        .select_from(Certificate)
        .where(Certificate.training_id == training_id)
    ).one()
    return _Certificates._make(row)


def _without_photo(session: Session, training: Training) -> int:
    if photo.strongest_need(session, training) is PhotoNeed.NONE:
        return 0
    return photo.count(session, training.id).missing


def _hosts_mails_and_people(
    session: Session, training: Training
) -> tuple[int, int, int, dict[ArrangementKind, int]]:
    """How many host the training, mails that may not have arrived, people to arrive and people without a place."""
    hosts = sa.select(sa.func.count()).select_from(TrainingHost)
    mails = outbox.troubles_in(outbox.Box(training.organisation_id, training.id))
    counts = [count_without(training.id, kind) for kind in PLACE_OF]
    # Whoever sits in a session has arrived, though nobody wrote it down at the door.
    seen = sa.exists().where(Attendance.registration_id == Registration.id, Attendance.mark.in_(EARNING))
    to_arrive = (
        sa.select(sa.func.count())
        .select_from(Registration)
        .where(
            Registration.training_id == training.id,
            Registration.status == RegistrationStatus.CONFIRMED,
            ~seen,
        )
    )
    found = session.execute(
        sa.select(
            hosts.where(TrainingHost.training_id == training.id).scalar_subquery(),
            mails.scalar_subquery(),
            to_arrive.scalar_subquery(),
            *counts,
        )
    ).one()
    return found[0], found[1], found[2], dict(zip(PLACE_OF, found[3:], strict=True))


def _piles(session: Session, training_id: int, on_class: int) -> tuple[Pile, ...]:
    given = (
        sa.select(sa.func.count())
        .select_from(Handout)
        .join(Registration, Registration.id == Handout.registration_id)
        .where(Handout.material_id == Material.id, Registration.status.in_(PRESENT_STATUSES))
        .correlate(Material)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Material.id, Material.title_zh, Material.title_en, given)
        .where(Material.training_id == training_id)
        .order_by(Material.id)
    )
    return tuple(Pile(row[0], row[1], row[2], on_class - row[3]) for row in rows)
