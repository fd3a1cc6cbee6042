"""Reading attendance out of a table: one column a session, or one row a mark."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.person import clean_name, text_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.roster_file import RosterField, field_of
from trainingmgr.domain.table import Table

HEADER_WITHIN = 50

# What a cell may say, width, case and spaces put aside.
MARK_WORDS: dict[str, AttendanceMark] = {
    **dict.fromkeys(
        [
            "出勤",
            "到",
            "已到",
            "到场",
            "到课",
            "出席",
            "签到",
            "已签到",
            "全勤",
            "正常",
            "是",
            "√",
            "✓",
            "✔",
            "☑",
            "1",
            "present",
            "p",
            "yes",
            "y",
            "attended",
            "here",
            "ok",
        ],
        AttendanceMark.PRESENT,
    ),
    **dict.fromkeys(["迟到", "迟", "late", "l"], AttendanceMark.LATE),
    **dict.fromkeys(
        ["请假", "假", "事假", "病假", "公假", "已请假", "leave", "onleave", "on_leave", "excused"],
        AttendanceMark.ON_LEAVE,
    ),
    **dict.fromkeys(
        [
            "缺勤",
            "缺",
            "缺席",
            "缺课",
            "旷课",
            "旷",
            "未到",
            "否",
            "×",
            "✗",
            "✘",
            "╳",
            "x",
            "0",
            "absent",
            "a",
            "no",
            "n",
        ],
        AttendanceMark.ABSENT,
    ),
}
_SESSION_HEADINGS = frozenset(
    [
        "日程",
        "课程",
        "课程名称",
        "日程名称",
        "场次",
        "活动",
        "session",
        "sessiontitle",
        "course",
        "class",
        "lecture",
    ]
)
_MARK_HEADINGS = frozenset(
    [
        "考勤",
        "考勤结果",
        "出勤",
        "出勤情况",
        "考勤情况",
        "签到情况",
        "考勤状态",
        "出勤状态",
        "mark",
        "attendance",
        "attendancestatus",
        "status",
        "result",
    ]
)
_TOTALS = frozenset({"合计", "总计", "小计", "total", "totals", "sum"})
_DAY = re.compile(r"(?:(\d{4})\s*[-年/.]\s*)?(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*日?")
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?:\s*[-–—~至]+\s*\d{1,2}[:：]\d{2})?")


def read_mark(text: str) -> AttendanceMark | None:
    """The mark that a cell means; None for an empty cell. Raises Refusal `attendance_mark_unknown`."""
    key = text_key(text).removesuffix(".0")
    if not key:
        return None
    found = MARK_WORDS.get(key)
    if found is None:
        raise Refusal("attendance_mark_unknown", mark=text.strip()[:40])
    return found


@dataclass(frozen=True, slots=True)
class FileSession:
    """A session as a file may name it: its titles, and its beginning in the training's zone."""

    id: int
    title: str
    title_en: str
    starts: datetime

    @property
    def example(self) -> str:
        """The way of naming it that is never ambiguous."""
        return f"{self.starts:%m-%d %H:%M} {self.title}"


def find_sessions(text: str, sessions: Sequence[FileSession]) -> list[FileSession]:
    """The sessions that a heading may mean: by title in either language, day and time before it where given."""
    whole = text_key(text)
    if not whole:
        return []
    exact = [one for one in sessions if whole in {text_key(one.title), text_key(one.title_en)}]
    if exact:
        return exact
    rest = unicodedata.normalize("NFKC", text)
    day, time = _DAY.search(rest), None
    if day:
        rest = rest[: day.start()] + rest[day.end() :]
    time = _TIME.search(rest)
    if time:
        rest = rest[: time.start()] + rest[time.end() :]
    if not day and not time:
        return []
    title = text_key(re.sub(r"[（(]?周[一二三四五六日][)）]?", "", rest))
    return [
        one
        for one in sessions
        if (not title or title in {text_key(one.title), text_key(one.title_en)})
        and (not day or _same_day(day, one.starts))
        and (not time or (int(time[1]), int(time[2])) == (one.starts.hour, one.starts.minute))
    ]


def _same_day(found: re.Match[str], starts: datetime) -> bool:
    year, month, day = found.groups()
    return (not year or int(year) == starts.year) and (int(month), int(day)) == (starts.month, starts.day)


@dataclass(frozen=True, slots=True)
class FilePerson:
    """Somebody as a row names them; what the row doesn't say is empty."""

    name: str
    unit: str
    phone: str
    id_number: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row with its number as a spreadsheet program shows it, and its marks by session id."""

    row: int
    person: FilePerson
    marks: dict[int, AttendanceMark]


@dataclass(slots=True)
class AttendanceFile:
    """What was read. `problems` are all faults found, in order; with any of them nothing may be written."""

    header_row: int
    rows: list[FileRow] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)


def has_header(table: Table, sessions: Sequence[FileSession]) -> bool:
    """Tell whether a sheet has a heading that attendance can be read under."""
    return _header(table, sessions) is not None


def _header(table: Table, sessions: Sequence[FileSession]) -> int | None:
    people_only = None
    for position, (_, cells) in enumerate(table.rows[:HEADER_WITHIN]):
        fields = _person_columns(cells)
        if not {RosterField.NAME, RosterField.ID_NUMBER, RosterField.LATIN_NAME} & set(fields):
            continue
        keys = {text_key(cell) for cell in cells}
        if (keys & _SESSION_HEADINGS and keys & _MARK_HEADINGS) or any(
            find_sessions(c, sessions) for c in cells
        ):
            return position
        if people_only is None and len([cell for cell in cells if cell.strip()]) > 1:
            people_only = position
    return people_only


def _person_columns(cells: Sequence[str]) -> dict[RosterField, int]:
    found: dict[RosterField, tuple[int, int]] = {}
    for index, cell in enumerate(cells):
        named = field_of(cell) if cell else None
        if named and (named[0] not in found or named[1] < found[named[0]][1]):
            found[named[0]] = (index, named[1])
    return {one: index for one, (index, _) in found.items()}


def read_attendance(table: Table, sessions: Sequence[FileSession]) -> AttendanceFile:
    """Read a sheet.

    Empty cells say nothing. Raises Refusal `attendance_file_no_header` and `attendance_file_no_rows`;
    every other fault is in `problems`.
    """
    position = _header(table, sessions)
    if position is None:
        raise Refusal("attendance_file_no_header")
    number, header = table.rows[position]
    below = table.rows[position + 1 :]
    people = _person_columns(header)
    keys = [text_key(cell) for cell in header]
    long = next((i for i, key in enumerate(keys) if key in _SESSION_HEADINGS), None)
    mark = next((i for i, key in enumerate(keys) if key in _MARK_HEADINGS), None)
    found = AttendanceFile(number)
    if long is not None and mark is not None:
        _read_long(found, below, people, sessions, long, mark)
    else:
        columns = _session_columns(found, header, below, set(people.values()), sessions)
        if not columns and not found.problems:
            raise Refusal("attendance_file_no_header")
        _read_wide(found, below, people, columns)
    if not found.rows and not found.problems:
        raise Refusal("attendance_file_no_rows")
    return found


def _session_columns(
    found: AttendanceFile,
    header: Sequence[str],
    below: Sequence[tuple[int, list[str]]],
    taken: set[int],
    sessions: Sequence[FileSession],
) -> dict[int, FileSession]:
    columns: dict[int, FileSession] = {}
    for index, cell in enumerate(header):
        if index in taken or not cell.strip():
            continue
        matching = find_sessions(cell, sessions)
        name = " ".join(cell.split())[:80]
        if not matching:
            # A column of remarks or totals is passed over; one full of marks was meant as a session.
            if field_of(cell) is None and _holds_marks(below, index):
                found.problems.append(Refusal("attendance_column_unknown", column=name))
        elif len(matching) > 1:
            found.problems.append(
                Refusal(
                    "attendance_column_ambiguous",
                    column=name,
                    count=len(matching),
                    example=matching[0].example,
                )
            )
        elif matching[0] in columns.values():
            found.problems.append(Refusal("attendance_column_twice", column=name))
        else:
            columns[index] = matching[0]
    return columns


def _holds_marks(rows: Sequence[tuple[int, list[str]]], index: int) -> bool:
    texts = [text_key(cells[index]) for _, cells in rows if index < len(cells) and cells[index].strip()]
    words = [one for one in texts if one in MARK_WORDS]
    return bool(words) and not all(one in {"0", "1"} for one in words) and len(words) * 2 >= len(texts)


def _read_wide(
    found: AttendanceFile,
    rows: Sequence[tuple[int, list[str]]],
    people: dict[RosterField, int],
    columns: dict[int, FileSession],
) -> None:
    for number, cells in rows:
        given = {i: cells[i] for i in columns if i < len(cells) and cells[i].strip()}
        person = _person(cells, people)
        if not given or text_key(person.name) in _TOTALS or text_key(cells[0]) in _TOTALS:
            continue
        if not person.name and not person.id_number:
            found.problems.append(Refusal("attendance_name_missing", row=number))
            continue
        marks: dict[int, AttendanceMark] = {}
        for index, text in given.items():
            value = _mark(found, number, person, columns[index], text)
            if value is not None:
                marks[columns[index].id] = value
        found.rows.append(FileRow(number, person, marks))


def _read_long(
    found: AttendanceFile,
    rows: Sequence[tuple[int, list[str]]],
    people: dict[RosterField, int],
    sessions: Sequence[FileSession],
    session_column: int,
    mark_column: int,
) -> None:
    for number, cells in rows:
        title = cells[session_column].strip() if session_column < len(cells) else ""
        text = cells[mark_column].strip() if mark_column < len(cells) else ""
        person = _person(cells, people)
        if not text or (not title and not person.name and not person.id_number):
            continue
        if not person.name and not person.id_number:
            found.problems.append(Refusal("attendance_name_missing", row=number))
            continue
        matching = find_sessions(title, sessions)
        if len(matching) != 1:
            values = {"row": number, "session": title[:80]}
            found.problems.append(
                Refusal(
                    "attendance_session_ambiguous", **values, count=len(matching), example=matching[0].example
                )
                if matching
                else Refusal("attendance_session_unknown", **values)
            )
            continue
        value = _mark(found, number, person, matching[0], text)
        if value is not None:
            found.rows.append(FileRow(number, person, {matching[0].id: value}))


def _mark(
    found: AttendanceFile, row: int, person: FilePerson, session: FileSession, text: str
) -> AttendanceMark | None:
    try:
        return read_mark(text)
    except Refusal as refusal:
        found.problems.append(
            Refusal(refusal.code, row=row, name=person.name, session=session.title, **refusal.values)
        )
        return None


def _person(cells: Sequence[str], people: dict[RosterField, int]) -> FilePerson:
    def cell(one: RosterField) -> str:
        index = people.get(one)
        return cells[index].strip() if index is not None and index < len(cells) else ""

    name = cell(RosterField.NAME) or cell(RosterField.LATIN_NAME)
    try:
        name = clean_name(name)
    except Refusal:
        name = " ".join(name.split())[:120]
    return FilePerson(
        name,
        cell(RosterField.UNIT) or cell(RosterField.UNIT_AND_POST),
        cell(RosterField.PHONE),
        cell(RosterField.ID_NUMBER),
    )
