"""Requests of people, the times for which data is kept, and the wipings so far."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.rights import CORRECTABLE, Kept, RequestKind, RequestStatus
from trainingmgr.extensions import now
from trainingmgr.models import DataRequest, Person, Registration, RetentionRun, RetentionTime, Training

_SHOWN = 50


class Asked(NamedTuple):
    """A request with the person it is about; `name` is empty once the person is erased.

    `present` is what is kept of the person now, in the fields of `domain.rights.CORRECTABLE`.

    `code` and `registration_id` lead to the person on their latest training, where there is one.
    """

    id: int
    kind: RequestKind
    status: RequestStatus
    wanted: dict[str, Any]
    words: str
    answer: str
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str
    person_id: int | None
    name: str
    code: str
    registration_id: int | None
    present: dict[str, str]


def _latest_part(column: Any) -> Any:
    return (
        sa.select(column)
        .select_from(Registration)
        .join(Training, Training.id == Registration.training_id)
        .where(Registration.person_id == DataRequest.person_id)
        .order_by(Training.start_date.desc(), Registration.id.desc())
        .limit(1)
        .correlate(DataRequest)
        .scalar_subquery()
    )


_ASKED = sa.select(
    DataRequest.id,
    DataRequest.kind,
    DataRequest.status,
    DataRequest.wanted,
    DataRequest.words,
    DataRequest.answer,
    DataRequest.asked_at,
    DataRequest.decided_at,
    DataRequest.decided_by,
    DataRequest.person_id,
    sa.func.coalesce(Person.name, ""),
    sa.func.coalesce(_latest_part(Training.code), ""),
    _latest_part(Registration.id),
    *(sa.func.coalesce(getattr(Person, name), "") for name in CORRECTABLE),
).outerjoin(Person, Person.id == DataRequest.person_id)


def open_requests(session: Session, organisation_id: int) -> list[Asked]:
    """What waits for an answer, the oldest first."""
    return _read(
        session,
        _ASKED.where(
            DataRequest.organisation_id == organisation_id, DataRequest.status == RequestStatus.OPEN
        ).order_by(DataRequest.id),
    )


def latest_answered(session: Session, organisation_id: int) -> list[Asked]:
    """What was answered last, the newest first."""
    return _read(
        session,
        _ASKED.where(DataRequest.organisation_id == organisation_id, DataRequest.status != RequestStatus.OPEN)
        .order_by(DataRequest.id.desc())
        .limit(_SHOWN),
    )


def request(session: Session, organisation_id: int, request_id: int) -> Asked | None:
    """One request of an organisation."""
    found = _read(
        session,
        _ASKED.where(DataRequest.organisation_id == organisation_id, DataRequest.id == request_id),
    )
    return found[0] if found else None


def requests_of(session: Session, person_id: int) -> list[Asked]:
    """What a person asked for, the newest first."""
    return _read(
        session,
        _ASKED.where(DataRequest.person_id == person_id).order_by(DataRequest.id.desc()).limit(_SHOWN),
    )


def forget_requests(session: Session, *which: sa.ColumnElement[bool]) -> None:
    """Leave of these requests that they were made; what was asked for goes with the person."""
    told = sa.update(DataRequest).where(*which).execution_options(synchronize_session=False)
    session.execute(told.values(wanted={}, words="", answer=""))
    session.execute(
        told.where(DataRequest.status == RequestStatus.OPEN).values(
            status=RequestStatus.DONE, decided_at=now()
        )
    )


def _read(session: Session, wanted: sa.Select[Any]) -> list[Asked]:
    fixed = len(Asked._fields) - 1
    return [
        Asked._make((*row[:fixed], dict(zip(CORRECTABLE, row[fixed:], strict=True))))
        for row in session.execute(wanted)
    ]


def times(session: Session, organisation_id: int) -> dict[Kept, int]:
    """For how many days each kind is kept; what is not in it is kept without an end."""
    rows = session.execute(
        sa.select(RetentionTime.kept, RetentionTime.days).where(
            RetentionTime.organisation_id == organisation_id
        )
    )
    return {row.kept: row.days for row in rows}


def runs(session: Session, organisation_id: int) -> list[RetentionRun]:
    """The wipings that took something away or were asked for by hand, the newest first."""
    return list(
        session.scalars(
            sa.select(RetentionRun)
            .where(
                RetentionRun.organisation_id == organisation_id,
                sa.or_(RetentionRun.total > 0, RetentionRun.day.is_(None)),
            )
            .order_by(RetentionRun.id.desc())
            .limit(_SHOWN)
        )
    )


def with_times(session: Session) -> list[int]:
    """The organisations that have set a time."""
    return list(
        session.scalars(
            sa.select(RetentionTime.organisation_id).distinct().order_by(RetentionTime.organisation_id)
        )
    )
