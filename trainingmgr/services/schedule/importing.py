"""A timetable from a file: every session of it, or none."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from trainingmgr.documents import calendar
from trainingmgr.documents.tabular import pick_table
from trainingmgr.domain.person import text_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import ContributorRole, SessionKind, sorted_groups
from trainingmgr.domain.timetable_file import (
    FileLecturer,
    FileSlot,
    TimetableFile,
    has_header,
    read_events,
    read_timetable,
)
from trainingmgr.extensions import db, transaction
from trainingmgr.models import (
    AnySession,
    Contribution,
    Lecturer,
    Training,
    TrainingSession,
    Unit,
    UnplacedSession,
)
from trainingmgr.queries import audit, import_draft
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.schedule.laying import ContributorDraft, SessionDraft, StopDraft, columns_of, lay
from trainingmgr.services.schedule.lecturers import LecturerDraft
from trainingmgr.services.schedule.placing import length_of, place

MAX_SESSIONS = 1_000
ROLES = {
    SessionKind.OPENING: ContributorRole.SPEECH,
    SessionKind.CLOSING: ContributorRole.SPEECH,
    SessionKind.EXCHANGE: ContributorRole.PRESENTATION,
    SessionKind.BRIEFING: ContributorRole.PRESENTATION,
}


class Verdict(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class SlotResult:
    """One session of the file; `fields` are what it changes of the session that is there."""

    slot: FileSlot
    verdict: Verdict
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class TimetableResult:
    """What a file says against the timetable. With `problems` nothing was written."""

    slots: list[SlotResult] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        """How many sessions of the file have this verdict."""
        return Counter(one.verdict for one in self.slots)[verdict]


@dataclass(frozen=True, slots=True)
class TimetableDraft:
    """A kept upload with what it would do."""

    uid: str
    file_name: str
    result: TimetableResult


def keep_timetable(
    actor: Actor, training: Training, file_name: str, data: bytes, kinds: Mapping[str, SessionKind]
) -> str:
    """Keep an upload for its preview and give its name. Raises what reading it raises, keeping nothing.

    What calls itself a calendar and is none is refused as such, `file_not_a_calendar`.
    """
    if file_name.lower().endswith(".ics") and not calendar.is_calendar(data):
        raise Refusal("file_not_a_calendar")
    _read(training, data, kinds)
    with transaction() as session:
        return import_draft.keep(session, actor, training, file_name, data, kind=import_draft.TIMETABLE)


def open_timetable(
    actor: Actor, training: Training, uid: str, kinds: Mapping[str, SessionKind]
) -> TimetableDraft:
    """A kept upload with what it would do now. Raises NotFound, and what reading it raises."""
    draft = import_draft.find(db.session(), training.id, actor, uid, kind=import_draft.TIMETABLE)
    file = _read(training, import_draft.content(draft), kinds)
    return TimetableDraft(draft.uid, draft.file_name, _judged(db.session(), training, file))


def confirm_timetable(
    actor: Actor, training: Training, uid: str, kinds: Mapping[str, SessionKind], *, expected: tuple[int, int]
) -> TimetableResult:
    """Lay the sessions of a kept upload, all or none, and let it go; sessions that it does not name stay.

    A session that waits for a time gets the one that the file has for it.

    `expected` are the numbers of new and changed sessions that were agreed to. Raises NotFound, what
    reading it raises, and Refusal `timetable_moved` where they are others by now.
    """
    draft = import_draft.find(db.session(), training.id, actor, uid, kind=import_draft.TIMETABLE)
    file = _read(training, import_draft.content(draft), kinds)
    with transaction() as session:
        # Two who confirm at once lay each session once.
        training = session.get_one(Training, training.id, with_for_update=True)
        result = _judged(session, training, file)
        if result.problems:
            return result
        if (result.count(Verdict.NEW), result.count(Verdict.CHANGED)) != expected:
            raise Refusal("timetable_moved")
        standing = _standing(session, training, file)
        for one in result.slots:
            if one.verdict is not Verdict.UNCHANGED:
                row = standing.get(one.slot.row) or TrainingSession(training_id=training.id)
                said = _draft(one.slot, row)
                values = columns_of(training, said)
                if isinstance(row, UnplacedSession):
                    row = place(session, row, values["starts_at"], values["ends_at"])
                    row.sequence += 1
                lay(session, training, row, said, values)
        audit.record(
            session,
            actor,
            "timetable.imported",
            "training",
            training.id,
            training=training,
            new=expected[0],
            changed=expected[1],
        )
        import_draft.discard(session, training.id, actor, uid)
    return result


def discard_timetable(actor: Actor, training: Training, uid: str) -> None:
    """Let a kept upload go, if it is still there."""
    with transaction() as session:
        import_draft.discard(session, training.id, actor, uid)


def _read(training: Training, data: bytes, kinds: Mapping[str, SessionKind]) -> TimetableFile:
    if calendar.is_calendar(data):
        file = read_events(calendar.read(data), training.time_zone)
    else:
        table = pick_table(data, has_header)
        file = read_timetable(table, training.start_date, training.end_date, kinds)
    if len(file.slots) > MAX_SESSIONS:
        raise Refusal("timetable_file_too_large", sessions=len(file.slots), limit=MAX_SESSIONS)
    return file


def _judged(session: Session, training: Training, file: TimetableFile) -> TimetableResult:
    result = TimetableResult(problems=list(file.problems))
    standing = _standing(session, training, file)
    seen: dict[tuple[object, ...], int] = {}
    for slot in file.slots:
        twin = seen.setdefault((slot.title, slot.day, slot.start, slot.groups), slot.row)
        if twin != slot.row:
            result.problems.append(Refusal("timetable_twice", row=slot.row, title=slot.title, other=twin))
            continue
        try:
            result.slots.append(_verdict(training, slot, standing.get(slot.row)))
        except Refusal as refusal:
            result.problems.append(Refusal(refusal.code, row=slot.row, **refusal.values))
    result.problems.sort(key=lambda one: int(str(one.values.get("row", 0))))
    return result


def _verdict(training: Training, slot: FileSlot, row: AnySession | None) -> SlotResult:
    values = columns_of(training, _draft(slot, row))
    if row is None:
        return SlotResult(slot, Verdict.NEW)
    fields = {name for name, value in values.items() if getattr(row, name, None) != value}
    if slot.lecturers and not _same_people(slot.lecturers, row):
        fields.add("contributors")
    if slot.groups is not None and slot.groups != _groups(row):
        fields.add("groups")
    return SlotResult(slot, Verdict.CHANGED if fields else Verdict.UNCHANGED, tuple(sorted(fields)))


def _same_people(named: Sequence[FileLecturer], row: AnySession) -> bool:
    there = [part.lecturer for part in row.contributions]
    return len(named) == len(there) and all(map(_is, named, there))


def _is(named: FileLecturer, lecturer: Lecturer) -> bool:
    unit = lecturer.unit
    names = {text_key(unit.name), *(text_key(one.name) for one in unit.aliases)} if unit else {""}
    return (named.type, named.name, named.title) == (
        lecturer.type,
        lecturer.name,
        lecturer.title_zh,
    ) and text_key(named.unit) in names


def _draft(slot: FileSlot, row: AnySession | None) -> SessionDraft:
    """The session as the file has it; what a file cannot say, or leaves empty, stays as it is."""
    if row is None or row.id is None:
        return SessionDraft(
            kind=slot.kind,
            title_zh=slot.title,
            day=slot.day,
            start=slot.start,
            end=slot.end,
            title_en=slot.title_en,
            description_zh=slot.note,
            place_zh=slot.place,
            class_hours=slot.hours,
            contributors=_contributors(slot),
            groups=slot.groups or (),
        )
    place = row.place_zh if _says_no_place(slot, row) else slot.place
    # A calendar's event tells neither the kind nor what of its text is the description.
    from_calendar = bool(slot.uid)
    return SessionDraft(
        kind=row.kind if from_calendar else slot.kind,
        title_zh=row.title_zh if slot.title == row.title_en else slot.title,
        day=slot.day,
        start=slot.start,
        end=slot.end,
        title_en=slot.title_en or row.title_en,
        description_zh=row.description_zh if from_calendar or not slot.note else slot.note,
        description_en=row.description_en,
        place_zh=place,
        place_en=row.place_en if place == row.place_zh else "",
        class_hours=slot.hours if slot.hours is not None else _hours(slot, row),
        compulsory=row.compulsory,
        contributors=_contributors(slot) or _parts(row),
        stops=tuple(StopDraft(stop.site_id, minutes=stop.minutes) for stop in row.stops),
        groups=_groups(row) if slot.groups is None else slot.groups,
    )


def _says_no_place(slot: FileSlot, row: AnySession) -> bool:
    # Our own calendars write the way of a visit for its place.
    return slot.place in {"", row.place_en} or (bool(slot.uid) and bool(row.stops))


def _hours(slot: FileSlot, row: AnySession) -> Decimal | None:
    """Those that stand, unless the session has become longer or shorter."""
    length = datetime.combine(slot.day, slot.end) - datetime.combine(slot.day, slot.start)
    return row.class_hours if length_of(row) == length else None


def _contributors(slot: FileSlot) -> tuple[ContributorDraft, ...]:
    role = ROLES.get(slot.kind, ContributorRole.LECTURE)
    return tuple(
        ContributorDraft(role, lecturer=LecturerDraft(one.type, one.name, unit=one.unit, title_zh=one.title))
        for one in slot.lecturers
    )


def _parts(row: AnySession) -> tuple[ContributorDraft, ...]:
    return tuple(
        ContributorDraft(part.role, part.lecturer_id, topic_zh=part.topic_zh, topic_en=part.topic_en)
        for part in row.contributions
    )


def _groups(row: AnySession) -> tuple[str, ...]:
    return sorted_groups(one.group_name for one in row.groups)


def _standing(session: Session, training: Training, file: TimetableFile) -> dict[int, AnySession]:
    """The sessions that stand, or wait for a time, and that rows of the file mean, each by the number of one row.

    By the name that calendars know them by, else by title, beginning and groups, else by title and
    beginning where no other row means them; of those that wait by title and groups, then by title.
    """
    rows = session.scalars(
        sa.select(AnySession)
        .where(AnySession.training_id == training.id)
        .options(
            selectinload(AnySession.contributions)
            .joinedload(Contribution.lecturer)
            .joinedload(Lecturer.unit)
            .selectinload(Unit.aliases),
            selectinload(AnySession.stops),
            selectinload(AnySession.groups),
        )
        .order_by(AnySession.id)
    ).all()
    found: dict[int, AnySession] = {}
    taken: set[int] = set()
    zone = ZoneInfo(training.time_zone)
    for placed, exactly in ((True, True), (True, False), (False, True), (False, False)):
        known: dict[tuple[object, ...], AnySession] = {}
        for row in rows:
            if row.id not in taken:
                known.setdefault((row.uid,), row)
                begins = row.starts_at if isinstance(row, TrainingSession) else None
                known.setdefault((row.title_zh, begins, *([_groups(row)] if exactly else [])), row)
        for slot in file.slots:
            moment = datetime.combine(slot.day, slot.start, zone).astimezone(UTC) if placed else None
            key = (slot.title, moment, *([slot.groups or ()] if exactly else []))
            meant = known.get((slot.uid,)) or known.get(key)
            if slot.row not in found and meant is not None and meant.id not in taken:
                found[slot.row] = meant
                taken.add(meant.id)
    return found
