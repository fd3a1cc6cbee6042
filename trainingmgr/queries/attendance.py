"""Reads for taking attendance: sessions with their state, the sheet of one, people by sessions."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.attendance import CountedSession, Verdict
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.domain.schedule import NOT_COUNTED, SessionKind, concerns
from trainingmgr.models import (
    Attendance,
    Person,
    Registration,
    Training,
    TrainingSession,
    Unit,
)
from trainingmgr.queries import sheet as sheets
from trainingmgr.queries.eligibility import Candidate, eligibility
from trainingmgr.queries.session_group import among, is_for, of_sessions
from trainingmgr.queries.sheet import Filters, Place, Sheet, Ticks

# Who may be ticked off at the welcome desk: whoever was named and neither waits for a place nor is gone.
ARRIVING = PRESENT_STATUSES | {RegistrationStatus.NOMINATED}
ARRIVED = "arrived"
# Stands in the matrix where a session is for other groups.
NOT_THEIRS = "not_theirs"

MATRIX_PAGE = 50


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session with how far its sheet is; `people` are those on the class now, of its `groups` if it has any."""

    id: int
    title_zh: str
    title_en: str
    kind: SessionKind
    place_zh: str
    place_en: str
    starts_at: datetime
    ends_at: datetime
    class_hours: Decimal
    compulsory: bool
    is_sample: bool
    groups: tuple[str, ...]
    people: int
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        return min(self.people, sum(self.counts.values()))

    @property
    def done(self) -> bool:
        return self.taken >= self.people

    @property
    def counted(self) -> bool:
        return self.kind not in NOT_COUNTED


def lines(session: Session, training: Training) -> list[SessionLine]:
    """All sessions in order of time, with the marks of those on the class; four statements, five with groups."""
    people = sheets.headcount(session, training.id, PRESENT_STATUSES)
    rows = session.execute(
        sa.select(
            TrainingSession.id,
            TrainingSession.title_zh,
            TrainingSession.title_en,
            TrainingSession.kind,
            TrainingSession.place_zh,
            TrainingSession.place_en,
            TrainingSession.starts_at,
            TrainingSession.ends_at,
            TrainingSession.class_hours,
            TrainingSession.compulsory,
            TrainingSession.is_sample,
        )
        .where(TrainingSession.training_id == training.id)
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    groups = of_sessions(session, training.id)
    counts = _counts(session, training.id, in_tracks=bool(groups))
    sizes = _sizes(session, training.id) if groups else {}
    here = {one: sum(sizes.get(name, 0) for name in names) for one, names in groups.items()}
    return [
        SessionLine(*row, groups.get(row.id, ()), here.get(row.id, people), counts.get(row.id, {}))
        for row in rows
    ]


def _counts(session: Session, training_id: int, *, in_tracks: bool) -> dict[int, dict[str, int]]:
    """The marks of those on the class by session and mark; of those for whom the session is."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    mark = sa.type_coerce(Attendance.mark, sa.String)
    query = (
        sa.select(Attendance.session_id, mark, sa.func.count())
        .join(Registration, Registration.id == Attendance.registration_id)
        .where(Attendance.training_id == training_id, Registration.status.in_(PRESENT_STATUSES))
        .group_by(Attendance.session_id, mark)
    )
    if in_tracks:
        query = query.join(TrainingSession, TrainingSession.id == Attendance.session_id).where(
            is_for(Registration.group_name)
        )
    for session_id, value, number in session.execute(query):
        counts[session_id][value] = number
    return counts


def _sizes(session: Session, training_id: int) -> dict[str, int]:
    """How many people on the class each group has."""
    rows = session.execute(
        sa.select(Registration.group_name, sa.func.count())
        .where(Registration.training_id == training_id, Registration.status.in_(PRESENT_STATUSES))
        .group_by(Registration.group_name)
    )
    return dict(rows.tuples().all())


def session_of(session: Session, training: Training, session_id: int) -> TrainingSession | None:
    """The training's session with this id, if it has one."""
    return session.scalar(
        sa.select(TrainingSession).where(
            TrainingSession.id == session_id, TrainingSession.training_id == training.id
        )
    )


def sheet(
    session: Session,
    training: Training,
    session_id: int,
    groups: tuple[str, ...],
    filters: Filters,
    place: Place | None = None,
) -> Sheet:
    """The attendance sheet of one session, of the people in the `groups` that it is for."""
    ticks = Ticks(
        Attendance,
        sa.and_(Attendance.registration_id == Registration.id, Attendance.session_id == session_id),
        Attendance.mark,
        Attendance.marked_by_id,
        Attendance.marked_at,
    )
    return sheets.read(session, training, PRESENT_STATUSES, ticks, filters, place, among(groups))


def arrivals(session: Session, training: Training, filters: Filters, place: Place | None = None) -> Sheet:
    """The welcome desk's sheet: `arrived` for whoever has come."""
    came = sa.case(
        (
            Registration.status.in_([RegistrationStatus.ARRIVED, RegistrationStatus.COMPLETED]),
            sa.literal(ARRIVED),
        ),
        else_=sa.null(),
    )
    ticks = Ticks(None, sa.true(), came, None, Registration.arrived_at)
    return sheets.read(session, training, ARRIVING, ticks, filters, place)


def marked_at_once(session: Session, session_id: int, user_id: int, at: datetime) -> int:
    """How many marks of a user's one press are still as that press left them."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Attendance)
            .where(
                Attendance.session_id == session_id,
                Attendance.marked_by_id == user_id,
                Attendance.marked_at == at,
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A person's marks in the order of the matrix's sessions, and what the rule says of them.

    `NOT_THEIRS` stands where a session is for other groups, unless there is a mark from when they were in one.
    """

    candidate: Candidate
    marks: list[str]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Matrix:
    """People by sessions that count, a page of people at a time."""

    sessions: list[CountedSession]
    rows: list[MatrixRow]
    previous: Place | None
    next: Place | None


def matrix(
    session: Session, training: Training, place: Place | None = None, size: int = MATRIX_PAGE
) -> Matrix:
    """A page of people on the class with their marks; six statements."""
    order = sa.tuple_(Registration.sort_key, Registration.id)
    query = sa.select(Registration.id, Registration.sort_key).where(
        Registration.training_id == training.id, Registration.status.in_(PRESENT_STATUSES)
    )
    backwards = place is not None and place.backwards
    if place is not None:
        edge = sa.tuple_(sa.literal(place.key), sa.literal(place.id))
        query = query.where(order < edge if backwards else order > edge)
    directions = (
        (Registration.sort_key.desc(), Registration.id.desc())
        if backwards
        else (Registration.sort_key, Registration.id)
    )
    page = session.execute(query.order_by(*directions).limit(size + 1)).all()
    more, page = len(page) > size, page[:size]
    if backwards:
        page = page[::-1]
    ids = [row.id for row in page]
    found = eligibility(session, training, ids)
    sessions = [one for one in found.sessions.values() if one.counts]
    marks: dict[tuple[int, int], str] = {}
    for registration_id, session_id, mark in session.execute(
        sa.select(
            Attendance.registration_id, Attendance.session_id, sa.type_coerce(Attendance.mark, sa.String)
        ).where(Attendance.training_id == training.id, Attendance.registration_id.in_(ids))
    ):
        marks[registration_id, session_id] = mark
    rows = [
        MatrixRow(
            one,
            [
                marks.get((one.registration_id, s.id), "" if concerns(s.groups, one.group) else NOT_THEIRS)
                for s in sessions
            ],
            one.verdict,
        )
        for one in found.people
    ]
    before, after = (more, True) if backwards else (place is not None, more)
    return Matrix(
        sessions,
        rows,
        Place(page[0].sort_key, page[0].id, True) if page and before else None,
        Place(page[-1].sort_key, page[-1].id) if page and after else None,
    )


class Signer(NamedTuple):
    """A line to sign on."""

    name: str
    unit: str
    post: str
    group: str


def signers(
    session: Session, training: Training, group: str = "", groups: tuple[str, ...] = ()
) -> list[Signer]:
    """Everybody on the class, or in one of its groups, by name; with `groups` only who is in one of these."""
    query = (
        sa.select(Person.name, sa.func.coalesce(Unit.name, ""), Registration.post, Registration.group_name)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .where(
            Registration.training_id == training.id,
            Registration.status.in_(PRESENT_STATUSES),
            *among(groups),
        )
        .order_by(Registration.sort_key, Registration.id)
    )
    if group:
        query = query.where(Registration.group_name == group)
    return [Signer(*row) for row in session.execute(query)]
