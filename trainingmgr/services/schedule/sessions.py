"""Sessions of a training: laid, changed, copied and taken out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind, sorted_groups
from trainingmgr.domain.timetable import instants, suggested_hours
from trainingmgr.extensions import transaction
from trainingmgr.models import (
    Attendance,
    Contribution,
    Lecturer,
    SessionBus,
    SessionGroup,
    Site,
    Training,
    TrainingSession,
    VisitStop,
)
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.invitation import kept_of
from trainingmgr.services.schedule import lecturers, sites
from trainingmgr.services.schedule.lecturers import LecturerDraft
from trainingmgr.services.schedule.restoring import snapshot
from trainingmgr.services.schedule.sites import SiteDraft

# What a calendar shows: a change of any of these is a new SEQUENCE of the event (RFC 5545, 3.8.7.4).
_IN_CALENDARS = frozenset({"title_zh", "title_en", "place_zh", "place_en", "starts_at", "ends_at"})
_COPIED = (
    "kind", "title_zh", "title_en", "description_zh", "description_en", "place_zh", "place_en",
    "class_hours", "compulsory", "is_sample",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContributorDraft:
    """A part in a session: a known lecturer by id, else one described by `lecturer`."""

    role: ContributorRole
    lecturer_id: int | None = None
    lecturer: LecturerDraft | None = None
    topic_zh: str = ""
    topic_en: str = ""


@dataclass(frozen=True, slots=True)
class StopDraft:
    """A stop of a visit: a known site by id, else one described by `site`; `minutes` is the stay."""

    site_id: int | None = None
    site: SiteDraft | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class SessionDraft:
    """A session as typed. `start` and `end` are by the training's clock; hours None are suggested ones.

    Without `groups` it is for the whole class.
    """

    kind: SessionKind
    title_zh: str
    day: date
    start: time
    end: time
    title_en: str = ""
    description_zh: str = ""
    description_en: str = ""
    place_zh: str = ""
    place_en: str = ""
    class_hours: Decimal | None = None
    compulsory: bool = False
    contributors: tuple[ContributorDraft, ...] = ()
    stops: tuple[StopDraft, ...] = ()
    groups: tuple[str, ...] = ()


def save_session(
    actor: Actor,
    training_id: int,
    draft: SessionDraft,
    *,
    session_id: int | None = None,
    version: int | None = None,
) -> int:
    """Add a session, or change the one with `session_id`, and give the id.

    `version` is the state that the change began from; None takes any. Raises Refusal `stale`,
    `session_outside_days`, `session_ends_before_start`, `session_time_skipped`, and those of
    `save_lecturer`; NotFound.
    """
    with transaction() as session:
        training = the_training(session, training_id)
        values = columns_of(training, draft)
        row = TrainingSession(training_id=training_id)
        if session_id is not None:
            row = own_session(session, training_id, session_id)
            if version is not None and row.version != version:
                raise Refusal("stale")
        changed = lay(session, training, row, draft, values)
        audit.record(
            session,
            actor,
            "session.change" if session_id is not None else "session.add",
            "session",
            row.id,
            training=training,
            title=row.title_zh,
            fields=sorted(changed),
        )
        return row.id


def lay(
    session: Session,
    training: Training,
    row: TrainingSession,
    draft: SessionDraft,
    values: dict[str, object] | None = None,
) -> set[str]:
    """Make a session as the draft has it, in the running transaction; gives the names of what changed.

    `values` are those of `columns_of`, where they are known already.
    """
    values = values if values is not None else columns_of(training, draft)
    known = row.id is not None
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    if known and changed & _IN_CALENDARS:
        row.sequence += 1
    if changed & {"starts_at", "ends_at"}:
        row.times_are_sample = False
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    if known:
        # The parts belong to what a version guards, though they lie in rows of their own.
        flag_modified(row, "title_zh")
    session.flush()
    changed |= _set_contributors(session, training, row, draft.contributors)
    changed |= _set_stops(session, training, row, draft.stops)
    changed |= set_groups(session, row, draft.groups)
    return changed


def copy_session(actor: Actor, training_id: int, session_id: int, day: date, start: time) -> int:
    """Copy a session with its contributors, stops, buses and groups to another time, as long as it is; give the new id.

    Raises Refusal `session_outside_days`, `session_time_skipped`, `session_past_midnight`; NotFound.
    """
    with transaction() as session:
        training = the_training(session, training_id)
        source = own_session(session, training_id, session_id)
        copy = twin_of(source)
        copy.starts_at, copy.ends_at = span_from(training, day, start, source.ends_at - source.starts_at)
        session.add(copy)
        session.flush()
        audit.record(
            session,
            actor,
            "session.copy",
            "session",
            copy.id,
            training=training,
            title=copy.title_zh,
            source=session_id,
        )
        return copy.id


def twin_of(source: TrainingSession) -> TrainingSession:
    """A session that says what `source` says, at no time yet and not yet in the database."""
    copy = TrainingSession(
        training_id=source.training_id, **{name: getattr(source, name) for name in _COPIED}
    )
    copy.contributions = [
        Contribution(
            position=part.position,
            lecturer_id=part.lecturer_id,
            role=part.role,
            topic_zh=part.topic_zh,
            topic_en=part.topic_en,
        )
        for part in source.contributions
    ]
    copy.stops = [
        VisitStop(position=stop.position, site_id=stop.site_id, minutes=stop.minutes) for stop in source.stops
    ]
    copy.rides = [
        SessionBus(training_id=source.training_id, bus_id=ride.bus_id, group_name=ride.group_name)
        for ride in source.rides
    ]
    copy.groups = [SessionGroup(group_name=one.group_name) for one in source.groups]
    return copy


def span_from(training: Training, day: date, start: time, length: timedelta) -> tuple[datetime, datetime]:
    """The instants of what begins on `day` at `start` by the training's clock and is so long.

    Raises Refusal `session_outside_days`, `session_time_skipped`, `session_past_midnight`.
    """
    end = datetime.combine(day, start) + length
    if end.date() != day:
        raise Refusal("session_past_midnight")
    _check_day(training, day)
    return instants(day, start, end.time(), training.time_zone)


def delete_session(actor: Actor, training_id: int, session_id: int) -> int:
    """Take a session out of the timetable; gives what `restore_session` needs to put it back.

    Raises Refusal `session_has_attendance` once attendance was taken at it; NotFound.
    """
    with transaction() as session:
        training = the_training(session, training_id)
        row = own_session(session, training_id, session_id)
        refuse_attended(session, row)
        entry = audit.record(
            session,
            actor,
            "session.delete",
            "session",
            row.id,
            training=training,
            title=row.title_zh,
            before=snapshot(row),
            kept=kept_of(session, row.id),
        )
        session.delete(row)
        session.flush()
        return entry.id


def the_training(session: Session, training_id: int) -> Training:
    """The training with this id. Raises NotFound."""
    training = session.get(Training, training_id)
    if training is None:
        raise NotFound("not_found")
    return training


def own_session(session: Session, training_id: int, session_id: int) -> TrainingSession:
    """A session of this training, locked. Raises NotFound."""
    row = session.get(TrainingSession, session_id, with_for_update=True)
    if row is None or row.training_id != training_id:
        raise NotFound("not_found")
    return row


def refuse_attended(session: Session, row: TrainingSession) -> None:
    """Raise Refusal `session_has_attendance` (count) where attendance was taken at a session."""
    marks = session.scalar(
        sa.select(sa.func.count()).select_from(Attendance).where(Attendance.session_id == row.id)
    )
    if marks:
        raise Refusal("session_has_attendance", count=marks)


def _check_day(training: Training, day: date) -> None:
    if not training.start_date <= day <= training.end_date:
        raise Refusal(
            "session_outside_days",
            day=day.isoformat(),
            first=training.start_date.isoformat(),
            last=training.end_date.isoformat(),
        )


def columns_of(training: Training, draft: SessionDraft) -> dict[str, object]:
    """The columns of a session as the draft has them. Raises what `save_session` raises of days and times."""
    _check_day(training, draft.day)
    starts_at, ends_at = instants(draft.day, draft.start, draft.end, training.time_zone)
    hours = draft.class_hours
    if hours is None:
        minutes = int((ends_at - starts_at).total_seconds() // 60)
        hours = suggested_hours(draft.kind, minutes, training.class_hour_minutes)
    return {
        "kind": draft.kind,
        "title_zh": draft.title_zh,
        "title_en": draft.title_en,
        "description_zh": draft.description_zh,
        "description_en": draft.description_en,
        "place_zh": draft.place_zh,
        "place_en": draft.place_en,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "class_hours": hours,
        "compulsory": draft.compulsory,
    }


def _set_contributors(
    session: Session, training: Training, row: TrainingSession, drafts: tuple[ContributorDraft, ...]
) -> set[str]:
    wanted = [
        (
            _lecturer(session, training.organisation_id, draft).id,
            draft.role,
            draft.topic_zh,
            draft.topic_en,
        )
        for draft in drafts
    ]
    if wanted == [(p.lecturer_id, p.role, p.topic_zh, p.topic_en) for p in row.contributions]:
        return set()
    row.contributions.clear()
    session.flush()
    row.contributions.extend(
        Contribution(position=number, lecturer_id=one[0], role=one[1], topic_zh=one[2], topic_en=one[3])
        for number, one in enumerate(wanted, 1)
    )
    return {"contributors"}


def _lecturer(session: Session, organisation_id: int, draft: ContributorDraft) -> Lecturer:
    if draft.lecturer_id is None:
        return lecturers.find_or_add(
            session, organisation_id, draft.lecturer or LecturerDraft(ContributorType.PERSON)
        )
    lecturer = session.get(Lecturer, draft.lecturer_id)
    if lecturer is None or lecturer.organisation_id != organisation_id:
        raise NotFound("not_found")
    return lecturer


def _set_stops(
    session: Session, training: Training, row: TrainingSession, drafts: tuple[StopDraft, ...]
) -> set[str]:
    wanted = [(_site(session, training.organisation_id, draft).id, draft.minutes) for draft in drafts]
    if wanted == [(stop.site_id, stop.minutes) for stop in row.stops]:
        return set()
    row.stops.clear()
    session.flush()
    row.stops.extend(
        VisitStop(position=number, site_id=site_id, minutes=minutes)
        for number, (site_id, minutes) in enumerate(wanted, 1)
    )
    return {"stops"}


def set_groups(session: Session, row: TrainingSession, names: tuple[str, ...]) -> set[str]:
    """Let a session be for these groups; gives what changed."""
    wanted, present = set(names), {one.group_name for one in row.groups}
    if wanted == present:
        return set()
    row.groups = [one for one in row.groups if one.group_name in wanted] + [
        SessionGroup(group_name=name) for name in sorted_groups(wanted - present)
    ]
    session.flush()
    return {"groups"}


def _site(session: Session, organisation_id: int, draft: StopDraft) -> Site:
    if draft.site_id is None:
        return sites.find_or_add(session, organisation_id, draft.site or SiteDraft(""))
    site = session.get(Site, draft.site_id)
    if site is None or site.organisation_id != organisation_id:
        raise NotFound("not_found")
    return site
