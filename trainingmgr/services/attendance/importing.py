"""Attendance from a file: every mark of it, or none."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.tabular import pick_table
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.attendance_file import (
    AttendanceFile,
    FilePerson,
    FileRow,
    FileSession,
    has_header,
    read_attendance,
)
from trainingmgr.domain.person import clean_phone, name_key, read_id_number, text_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import PRESENT_STATUSES, RegistrationStatus
from trainingmgr.extensions import db, now, transaction
from trainingmgr.models import Attendance, Person, Registration, Training, Unit
from trainingmgr.queries import audit, import_draft
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.person import id_index
from trainingmgr.services.attendance.marking import write
from trainingmgr.services.attendance.naming import Choice, file_sessions

MAX_MARKS = 200_000

Present = dict[tuple[int, int], AttendanceMark]


@dataclass(slots=True)
class RowResult:
    """What one row of a file says against what stands: how many marks of which sort, or what is wrong."""

    row: int
    name: str
    unit: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Refusal] = field(default_factory=list)


@dataclass(slots=True)
class ImportResult:
    """What a file says against what stands. With `problems` nothing was written.

    `rows` tells it of each row that has somebody in it; a problem of no row in it is one of a column.
    """

    people: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    written: bool = False
    problems: list[Refusal] = field(default_factory=list)
    rows: list[RowResult] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AttendanceDraft:
    """A kept upload with what it would do."""

    uid: str
    file_name: str
    result: ImportResult


class _Known(NamedTuple):
    id: int
    name_key: str
    latin_key: str
    status: RegistrationStatus
    unit: str
    phone: str
    id_index: bytes | None
    group: str


def import_attendance(
    actor: Actor,
    training: Training,
    data: bytes,
    *,
    dry_run: bool = False,
    expected: tuple[int, int] | None = None,
) -> ImportResult:
    """Take the marks of a file over, all or none. The same file again changes nothing.

    `expected` are the numbers of new and changed marks that somebody agreed to; where they are others
    by now, nothing is written and Refusal `attendance_moved` raised. Empty cells leave what stands. Raises Refusal for a file that cannot be read as a whole (see
    `documents.tabular.tables` and `domain.attendance_file`), and `attendance_file_too_large`;
    faulty rows come back in `problems`.
    """
    reading = db.session()
    sessions = file_sessions(reading, training)
    table = pick_table(data, lambda one: has_header(one, sessions))
    file = read_attendance(table, sessions)
    marks = sum(len(row.marks) for row in file.rows)
    if marks > MAX_MARKS:
        raise Refusal("attendance_file_too_large", marks=marks, limit=MAX_MARKS)
    if dry_run:
        return _take_over(reading, actor, training, file, sessions, dry_run=True)
    with transaction() as session:
        if file_sessions(session, training) != sessions:
            raise Refusal("stale")
        result = _take_over(session, actor, training, file, sessions, dry_run=False)
        if expected is not None and not result.problems and (result.new, result.changed) != expected:
            raise Refusal("attendance_moved")
        return result


def keep_upload(actor: Actor, training: Training, file_name: str, data: bytes) -> str:
    """Keep an upload for its preview and give its name. Raises what `import_attendance` raises, keeping nothing."""
    import_attendance(actor, training, data, dry_run=True)
    with transaction() as session:
        return import_draft.keep(session, actor, training, file_name, data, kind=import_draft.ATTENDANCE)


def open_draft(actor: Actor, training: Training, uid: str) -> AttendanceDraft:
    """A kept upload with what it would do now. Raises NotFound, and what `import_attendance` raises."""
    draft = import_draft.find(db.session(), training.id, actor, uid, kind=import_draft.ATTENDANCE)
    result = import_attendance(actor, training, import_draft.content(draft), dry_run=True)
    return AttendanceDraft(draft.uid, draft.file_name, result)


def confirm_draft(actor: Actor, training: Training, uid: str, *, expected: tuple[int, int]) -> ImportResult:
    """Take a kept upload over as it was previewed and let it go. Raises NotFound, and what `import_attendance` raises."""
    draft = import_draft.find(db.session(), training.id, actor, uid, kind=import_draft.ATTENDANCE)
    result = import_attendance(actor, training, import_draft.content(draft), expected=expected)
    if not result.problems:
        discard_draft(actor, training, uid)
    return result


def discard_draft(actor: Actor, training: Training, uid: str) -> None:
    """Let a kept upload go, if it is still there."""
    with transaction() as session:
        import_draft.discard(session, training.id, actor, uid)


def _take_over(
    session: Session,
    actor: Actor,
    training: Training,
    file: AttendanceFile,
    sessions: list[FileSession],
    *,
    dry_run: bool,
) -> ImportResult:
    result = ImportResult(problems=list(file.problems))
    wanted, known = _wanted(session, training, file, sessions, result.problems)
    result.people = len({one for by_person in wanted.values() for one in by_person})
    present = _present(session, training)
    result.rows = [_told(row, known.get(row.row), present, result.problems) for row in file.rows]
    _apply(session, actor, training, wanted, present, result, write_it=not dry_run and not result.problems)
    return result


def _present(session: Session, training: Training) -> Present:
    rows = session.execute(
        sa.select(Attendance.session_id, Attendance.registration_id, Attendance.mark).where(
            Attendance.training_id == training.id
        )
    )
    return {(session_id, registration_id): mark for session_id, registration_id, mark in rows}


def _told(row: FileRow, who: int | None, present: Present, problems: list[Refusal]) -> RowResult:
    told = RowResult(row.row, row.person.name, row.person.unit)
    told.problems = [one for one in problems if one.values.get("row") == row.row]
    for session_id, mark in row.marks.items() if who is not None else ():
        standing = present.get((session_id, who or 0))
        if standing is None:
            told.new += 1
        elif standing is mark:
            told.unchanged += 1
        else:
            told.changed += 1
    return told


def _wanted(
    session: Session,
    training: Training,
    file: AttendanceFile,
    sessions: list[FileSession],
    problems: list[Refusal],
) -> tuple[dict[int, dict[int, AttendanceMark]], dict[int, int]]:
    """The file's marks by session and registration, and whom each row means; the untold goes to `problems`."""
    roster = _Roster(session, training)
    titles = {one.id: one.title for one in sessions}
    choice = Choice(session, training)
    wanted: dict[int, dict[int, AttendanceMark]] = defaultdict(dict)
    first: dict[tuple[int, int], int] = {}
    meant: dict[int, int] = {}
    for at, row in enumerate(file.rows):
        try:
            known = roster.find(row.person, row.row)
        except Refusal as refusal:
            problems.append(refusal)
            continue
        meant[row.row] = known.id
        marks = {choice.of(session_id, known.group): mark for session_id, mark in row.marks.items()}
        file.rows[at] = replace(row, marks=marks)
        for session_id, mark in marks.items():
            if not choice.is_for(session_id, known.group):
                problems.append(
                    Refusal(
                        "attendance_of_other_groups",
                        row=row.row,
                        name=row.person.name,
                        session=titles[session_id],
                    )
                )
            before = wanted[session_id].setdefault(known.id, mark)
            seen = first.setdefault((session_id, known.id), row.row)
            if before is not mark:
                problems.append(
                    Refusal(
                        "attendance_twice",
                        first=seen,
                        row=row.row,
                        name=row.person.name,
                        session=titles[session_id],
                    )
                )
    problems.sort(key=lambda one: int(str(one.values.get("row", 0))))
    return wanted, meant


class _Roster:
    """Finds the registration that a row means."""

    def __init__(self, session: Session, training: Training) -> None:
        self._organisation_id = training.organisation_id
        self._today = date.today()  # noqa: DTZ011 - a birth date in the future is the only use
        self._by_name: dict[str, list[_Known]] = defaultdict(list)
        self._by_id: dict[bytes, _Known] = {}
        rows = session.execute(
            sa.select(
                Registration.id,
                Person.name_key,
                Registration.latin_name,
                Registration.status,
                sa.func.coalesce(Unit.name, ""),
                Person.phone,
                Person.id_index,
                Registration.group_name,
            )
            .join(Person, Person.id == Registration.person_id)
            .outerjoin(Unit, Unit.id == Registration.unit_id)
            .where(Registration.training_id == training.id)
            .order_by(Registration.id)
        )
        for row in rows:
            known = _Known(row[0], row[1], name_key(row[2]) if row[2] else "", *row[3:])
            self._by_name[known.name_key].append(known)
            if known.latin_key and known.latin_key != known.name_key:
                self._by_name[known.latin_key].append(known)
            if known.id_index is not None:
                self._by_id[known.id_index] = known

    def find(self, person: FilePerson, row: int) -> _Known:
        """By ID number where the file and the roster have it, else by name, told apart by unit and phone."""
        index = self._index(person, row)
        known = self._by_document(person, index, row) or self._by_words(person, index, row)
        if known.status not in PRESENT_STATUSES:
            raise Refusal("attendance_person_not_on_class", row=row, name=person.name)
        return known

    def _index(self, person: FilePerson, row: int) -> bytes | None:
        """What the row's ID number is found by; None for one that is missing or cannot be read."""
        try:
            document = read_id_number(person.id_number, today=self._today)
        except Refusal as refusal:
            if refusal.code == "number_rounded":
                raise Refusal("attendance_id_rounded", row=row, name=person.name) from refusal
            return None
        return id_index(self._organisation_id, document.type, document.number) if document else None

    def _by_document(self, person: FilePerson, index: bytes | None, row: int) -> _Known | None:
        known = self._by_id.get(index) if index else None
        if known and person.name and name_key(person.name) not in {known.name_key, known.latin_key}:
            raise Refusal("attendance_id_of_other", row=row, name=person.name)
        return known

    def _by_words(self, person: FilePerson, index: bytes | None, row: int) -> _Known:
        called = self._by_name.get(name_key(person.name), []) if person.name else []
        if not called:
            raise Refusal("attendance_person_unknown", row=row, name=person.name or "?")
        # Two different documents are two people.
        fitting = [one for one in called if index is None or one.id_index is None]
        if not fitting:
            raise Refusal("attendance_id_of_other", row=row, name=person.name)
        if len(fitting) > 1:
            fitting = _by_unit(person, _by_phone(person, fitting))
        if len(fitting) > 1:
            fitting = [one for one in fitting if one.status in PRESENT_STATUSES]
        if len(fitting) != 1:
            raise Refusal("attendance_person_ambiguous", row=row, name=person.name, count=len(fitting) or 2)
        return fitting[0]


def _by_phone(person: FilePerson, fitting: list[_Known]) -> list[_Known]:
    if not person.phone:
        return fitting
    try:
        phone = clean_phone(person.phone)
    except Refusal:
        return fitting
    return [one for one in fitting if one.phone == phone] or fitting


def _by_unit(person: FilePerson, fitting: list[_Known]) -> list[_Known]:
    if not person.unit:
        return fitting
    unit = text_key(person.unit)
    exact = [one for one in fitting if one.unit and text_key(one.unit) == unit]
    return exact or [one for one in fitting if one.unit and unit.startswith(text_key(one.unit))] or fitting


def _apply(
    session: Session,
    actor: Actor,
    training: Training,
    wanted: dict[int, dict[int, AttendanceMark]],
    present: Present,
    result: ImportResult,
    *,
    write_it: bool,
) -> None:
    at = now()
    changes: dict[str, int] = {}
    for session_id, marks in sorted(wanted.items()):
        differing = {who: mark for who, mark in marks.items() if present.get((session_id, who)) is not mark}
        new = sum(1 for who in differing if (session_id, who) not in present)
        result.new += new
        result.changed += len(differing) - new
        result.unchanged += len(marks) - len(differing)
        if write_it and differing:
            write(session, actor, training, session_id, differing, at)
            changes[str(session_id)] = len(differing)
    if changes:
        result.written = True
        audit.record(
            session,
            actor,
            "attendance.imported",
            "training",
            training.id,
            training=training,
            new=result.new,
            changed=result.changed,
            sessions=changes,
        )
