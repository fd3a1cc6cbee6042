"""How invitations stand: of a training for the organiser, and of a lecturer over all trainings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.invitation import InvitationAnswer, InvitationState, LectureFileKind, invitation_state
from trainingmgr.domain.timetable import Words
from trainingmgr.extensions import now
from trainingmgr.models import (
    AnySession,
    Contribution,
    Invitation,
    LectureFile,
    Lecturer,
    LecturerFee,
    TimetableLink,
    Training,
    TrainingSession,
)
from trainingmgr.queries.prepared import Prepared
from trainingmgr.queries.schedule.table import Entry, lecturer_words

_S, _I = TrainingSession, Invitation
_COLUMNS = (
    _S.id, Contribution.lecturer_id, _S.title_zh, _S.title_en, _S.place_zh, _S.place_en, _S.starts_at,
    _S.ends_at, Contribution.topic_zh, Contribution.topic_en, _I.asked_at, _I.asked_starts_at,
    _I.asked_ends_at, _I.reminded_at, _I.answer, _I.answered_at, _I.word,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that a lecturer contributes to, with how it stands; times are instants."""

    session_id: int
    lecturer_id: int
    title_zh: str
    title_en: str
    place_zh: str
    place_en: str
    starts_at: datetime
    ends_at: datetime
    topic_zh: str
    topic_en: str
    asked_at: datetime | None
    reminded_at: datetime | None
    answer: InvitationAnswer | None
    answered_at: datetime | None
    word: str
    state: InvitationState


class FileRow(NamedTuple):
    """What a lecturer sent, without the bytes; `session_id` is what slides are for."""

    id: int
    lecturer_id: int
    session_id: int | None
    kind: LectureFileKind
    name: str
    size: int
    uploaded_at: datetime
    released: bool


@dataclass(frozen=True, slots=True)
class LecturerRow:
    """A lecturer of a training; `key` is None while they have no address, `fee` while none is set."""

    lecturer: Lecturer
    zh: Words
    en: Words
    key: str | None
    sessions: tuple[SessionRow, ...]
    files: tuple[FileRow, ...]
    fee: LecturerFee | None

    @property
    def open(self) -> bool:
        """Whether they are still to be asked for something."""
        return any(one.state in (InvitationState.TO_ASK, InvitationState.MOVED) for one in self.sessions)

    @property
    def waiting(self) -> bool:
        """Whether they were asked and have not answered."""
        waits = (InvitationState.ASKED, InvitationState.NO_ANSWER)
        return any(one.state in waits for one in self.sessions)


def overview(session: Session, training: Training) -> list[LecturerRow]:
    """The lecturers of a training with their sessions, in the order in which they first come on.

    Last come those who have none with a time, but sent slides for one or have a fee: participants may have the
    slides as long as the published timetable names them.
    """
    sessions: dict[int, list[SessionRow]] = defaultdict(list)
    for one in _sessions(session, _S.training_id == training.id):
        sessions[one.lecturer_id].append(one)
    slides = set(
        session.scalars(
            sa.select(LectureFile.id)
            .join(AnySession, AnySession.id == LectureFile.session_id)
            .where(AnySession.training_id == training.id)
        )
    )
    without = session.scalars(
        sa.union(
            sa.select(LectureFile.lecturer_id).where(LectureFile.id.in_(slides)),
            sa.select(LecturerFee.lecturer_id).where(LecturerFee.training_id == training.id),
        )
    )
    for lecturer_id in sorted(set(without) - sessions.keys()):
        sessions[lecturer_id] = []
    if not sessions:
        return []
    found = session.execute(
        sa.select(Lecturer, TimetableLink.key, LecturerFee)
        .outerjoin(TimetableLink, TimetableLink.lecturer_id == Lecturer.id)
        .outerjoin(
            LecturerFee,
            sa.and_(LecturerFee.lecturer_id == Lecturer.id, LecturerFee.training_id == training.id),
        )
        .where(Lecturer.id.in_(list(sessions)))
    ).all()
    rows = {lecturer.id: (lecturer, key, fee) for lecturer, key, fee in found}
    words = lecturer_words(session, training.organisation_id)
    files: dict[int, list[FileRow]] = defaultdict(list)
    for file in _files(session, LectureFile.lecturer_id.in_(list(sessions))):
        if file.kind is LectureFileKind.BIOGRAPHY or file.id in slides:
            files[file.lecturer_id].append(file)
    return [
        LecturerRow(rows[id_][0], *words[id_][1:], rows[id_][1], tuple(own), tuple(files[id_]), rows[id_][2])
        for id_, own in sessions.items()
    ]


def sessions_of(session: Session, lecturer_id: int) -> list[tuple[Training, list[SessionRow]]]:
    """What a lecturer was asked for, by training, the latest training first; what nobody asked them for is left out."""
    rows = _sessions(session, Contribution.lecturer_id == lecturer_id, _I.id.is_not(None))
    asked = sa.select(_S.training_id).join(_I, _I.session_id == _S.id).where(_I.lecturer_id == lecturer_id)
    trainings = session.scalars(
        sa.select(Training).where(Training.id.in_(asked)).order_by(Training.start_date.desc(), Training.id)
    ).all()
    of_training = dict(
        session.execute(sa.select(_S.id, _S.training_id).where(_S.id.in_([one.session_id for one in rows])))
        .tuples()
        .all()
    )
    by_training = {
        one.id: [row for row in rows if of_training[row.session_id] == one.id] for one in trainings
    }
    return [(one, by_training[one.id]) for one in trainings if by_training[one.id]]


_s = sa.inspect(TrainingSession).local_table.c
_STATES = Prepared(
    sa.select(
        _I.session_id, _I.lecturer_id, _I.asked_at, _I.asked_starts_at, _I.asked_ends_at, _I.answer,
        _s.starts_at, _s.ends_at,
    )
    .join(_s.id.table, _s.id == _I.session_id)
    .where(_s.training_id == sa.bindparam("training_id"), _s.starts_at.is_not(None))
    .order_by(_I.id)
)  # fmt: skip


def raw_states(session: Session, training_id: int) -> tuple[tuple[Any, ...], ...]:
    """All that is said of invitations to a training's sessions, in plain values, one statement."""
    return _STATES.all(session.connection(), training_id=training_id)


def states_of(raw: Sequence[tuple[Any, ...]]) -> dict[tuple[int, int], InvitationState]:
    """How it stands by session and lecturer; pairs that are to be asked are left out."""
    at = now()
    return {
        (session_id, lecturer_id): invitation_state(asked_at, (first, last), answer, (starts, ends), at)
        for session_id, lecturer_id, asked_at, first, last, answer, starts, ends in raw
    }


def fees_of(session: Session, lecturer_id: int) -> list[tuple[LecturerFee, Training]]:
    """What a lecturer is paid, with the training that it is for, the latest first."""
    return list(
        session.execute(
            sa.select(LecturerFee, Training)
            .join(Training, Training.id == LecturerFee.training_id)
            .where(LecturerFee.lecturer_id == lecturer_id)
            .order_by(Training.start_date.desc(), Training.id)
        )
        .tuples()
        .all()
    )


def files_of(session: Session, lecturer_id: int) -> list[FileRow]:
    """What a lecturer sent, the latest first."""
    return _files(session, LectureFile.lecturer_id == lecturer_id)


def file_of(session: Session, lecturer_id: int, file_id: int) -> LectureFile | None:
    """One file of a lecturer."""
    return session.scalar(
        sa.select(LectureFile).where(LectureFile.id == file_id, LectureFile.lecturer_id == lecturer_id)
    )


def file_keys(session: Session, lecturer_id: int) -> list[str]:
    """Where in the storage everything lies that a lecturer sent."""
    return list(
        session.scalars(sa.select(LectureFile.file_key).where(LectureFile.lecturer_id == lecturer_id))
    )


def released(session: Session, told: Iterable[tuple[int, Entry]]) -> dict[str, list[LectureFile]]:
    """The slides that participants get, by the session's uid and in the order in which they came.

    `told` are the sessions that they are told of, each with its training's id: only whom such a session names
    as teaching has slides there. It is looked up by its uid, since its id may be another session's by now.
    """
    named = {
        one.uid: (training_id, {part.lecturer_id for part in one.contributors}) for training_id, one in told
    }
    rows = session.execute(
        sa.select(AnySession.uid, AnySession.training_id, LectureFile)
        .join(AnySession, AnySession.id == LectureFile.session_id)
        .where(AnySession.uid.in_(named), LectureFile.released_at.is_not(None))
        .order_by(LectureFile.id)
    ).tuples()
    found: dict[str, list[LectureFile]] = defaultdict(list)
    for uid, training_id, file in rows:
        if named[uid][0] == training_id and file.lecturer_id in named[uid][1]:
            found[uid].append(file)
    return dict(found)


def _files(session: Session, *which: sa.ColumnElement[bool]) -> list[FileRow]:
    rows = session.execute(
        sa.select(
            LectureFile.id, LectureFile.lecturer_id, LectureFile.session_id, LectureFile.kind, LectureFile.name,
            LectureFile.size, LectureFile.uploaded_at, LectureFile.released_at.is_not(None),
        )
        .where(*which)
        .order_by(LectureFile.id.desc())
    )  # fmt: skip
    return [FileRow._make(row) for row in rows]


def _sessions(session: Session, *which: sa.ColumnElement[bool]) -> list[SessionRow]:
    at = now()
    rows: Any = session.execute(
        sa.select(*_COLUMNS)
        .join(Contribution, Contribution.session_id == _S.id)
        .outerjoin(_I, sa.and_(_I.session_id == _S.id, _I.lecturer_id == Contribution.lecturer_id))
        .where(*which)
        .order_by(_S.starts_at, _S.id, Contribution.position)
    )
    found: dict[tuple[int, int], SessionRow] = {}
    for row in rows:
        asked = (row.asked_starts_at, row.asked_ends_at) if row.asked_at else None
        state = invitation_state(row.asked_at, asked, row.answer, (row.starts_at, row.ends_at), at)
        values: tuple[Any, ...] = (*row[:11], *row[13:16], row.word or "", state)
        found.setdefault((row.id, row.lecturer_id), SessionRow(*values))
    return list(found.values())
