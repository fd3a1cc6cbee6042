"""How a session that was typed becomes a row, with its contributors, stops and groups."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from trainingmgr.domain.planning.lines import LONGEST, SHORTEST
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind, sorted_groups
from trainingmgr.domain.timetable import instants, suggested_hours
from trainingmgr.models import (
    AnySession,
    Contribution,
    Lecturer,
    SessionGroup,
    Site,
    Training,
    Venue,
    VisitStop,
)
from trainingmgr.services.schedule import lecturers, sites
from trainingmgr.services.schedule.lecturers import LecturerDraft
from trainingmgr.services.schedule.sites import SiteDraft

# What a calendar shows: a change of any of these is a new SEQUENCE of the event (RFC 5545, 3.8.7.4).
TIMES = frozenset({"starts_at", "ends_at"})
_IN_CALENDARS = frozenset({"title_zh", "title_en", "place_zh", "place_en"}) | TIMES


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

    One without a day and a start has no time yet, and is `minutes` long; these also stand for an end that is
    left out. Without `groups` it is for the whole class.
    """

    kind: SessionKind
    title_zh: str
    day: date | None = None
    start: time | None = None
    end: time | None = None
    minutes: int | None = None
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


def lay(
    session: Session,
    training: Training,
    row: AnySession,
    draft: SessionDraft,
    values: dict[str, Any] | None = None,
) -> set[str]:
    """Make a session as the draft has it, in the running transaction; gives the names of what changed.

    The row has a time, or none, as the draft has. `values` are those of `columns_of`, where they are known already.
    A place that is named in one language, and bears the name of a room, gets that in the other as well.
    """
    values = values if values is not None else columns_of(training, draft)
    values = values | _in_both(session, training.organisation_id, draft.place_zh, draft.place_en)
    known = row.id is not None
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    if known and changed & _IN_CALENDARS:
        row.sequence += 1
    if changed & TIMES:
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


def span_from(training: Training, day: date, start: time, length: timedelta) -> tuple[datetime, datetime]:
    """The instants of what begins on `day` at `start` by the training's clock and is so long.

    Raises Refusal `session_outside_days`, `session_time_skipped`, `session_past_midnight`.
    """
    end = datetime.combine(day, start) + length
    if end.date() != day:
        raise Refusal("session_past_midnight")
    _check_day(training, day)
    return instants(day, start, end.time(), training.time_zone)


def _check_day(training: Training, day: date) -> None:
    if not training.start_date <= day <= training.end_date:
        raise Refusal(
            "session_outside_days",
            day=day.isoformat(),
            first=training.start_date.isoformat(),
            last=training.end_date.isoformat(),
        )


def columns_of(training: Training, draft: SessionDraft) -> dict[str, Any]:
    """The columns of a session as the draft has them. Raises what `save_session` raises of days, times and lengths."""
    times: dict[str, Any]
    if draft.day is not None and draft.start is not None:
        _check_day(training, draft.day)
        starts_at, ends_at = (
            span_from(training, draft.day, draft.start, timedelta(minutes=draft.minutes or 0))
            if draft.end is None
            else instants(draft.day, draft.start, draft.end, training.time_zone)
        )
        times = {"starts_at": starts_at, "ends_at": ends_at}
        minutes = int((ends_at - starts_at).total_seconds() // 60)
    else:
        minutes = draft.minutes or 0
        if not SHORTEST <= minutes <= LONGEST:
            raise Refusal("session_without_length", shortest=SHORTEST, longest=LONGEST)
        times = {"minutes": minutes}
    hours = draft.class_hours
    if hours is None:
        hours = suggested_hours(draft.kind, minutes, training.class_hour_minutes)
    return {
        "kind": draft.kind,
        "title_zh": draft.title_zh,
        "title_en": draft.title_en,
        "description_zh": draft.description_zh,
        "description_en": draft.description_en,
        "place_zh": draft.place_zh,
        "place_en": draft.place_en,
        **times,
        "class_hours": hours,
        "compulsory": draft.compulsory,
    }


def _in_both(session: Session, organisation_id: int, zh: str, en: str) -> dict[str, str]:
    if bool(zh) != bool(en):
        named = Venue.name_zh == zh if zh else Venue.name_en == en
        known = session.execute(
            sa.select(Venue.name_zh, Venue.name_en)
            .where(Venue.organisation_id == organisation_id, named)
            .order_by(Venue.id)
        ).first()
        zh, en = known or (zh, en)
    return {"place_zh": zh, "place_en": en}


def _set_contributors(
    session: Session, training: Training, row: AnySession, drafts: tuple[ContributorDraft, ...]
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
    session: Session, training: Training, row: AnySession, drafts: tuple[StopDraft, ...]
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


def set_groups(session: Session, row: AnySession, names: tuple[str, ...]) -> set[str]:
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
