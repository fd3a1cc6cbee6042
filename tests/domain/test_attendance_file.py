from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.attendance_file import MARK_WORDS as KNOWN
from trainingmgr.domain.attendance_file import FileSession, find_sessions, read_attendance, read_mark
from trainingmgr.domain.person import text_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.table import Table

PRESENT, LATE, ON_LEAVE, ABSENT = AttendanceMark
OPENING = FileSession(1, "开班式", "Opening", datetime(2026, 5, 11, 9, tzinfo=UTC))
FIRST = FileSession(2, "专题授课", "Lecture", datetime(2026, 5, 11, 10, tzinfo=UTC))
SECOND = FileSession(3, "专题授课", "Lecture", datetime(2026, 5, 12, 10, 30, tzinfo=UTC))
ALL = [OPENING, FIRST, SECOND]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("出勤", PRESENT),
        (" √ ", PRESENT),
        ("Ｐ", PRESENT),
        ("1.0", PRESENT),
        ("迟 到", LATE),
        ("Late", LATE),
        ("事假", ON_LEAVE),
        ("On leave", ON_LEAVE),
        ("旷课", ABSENT),
        ("×", ABSENT),
        ("", None),
        ("　", None),
    ],
)
def test_marks_are_read_in_the_words_and_signs_of_offices(text: str, mark: AttendanceMark | None) -> None:
    assert read_mark(text) is mark


@given(st.text(max_size=8))
def test_any_other_cell_is_refused_and_never_guessed(text: str) -> None:
    known = text_key(text).removesuffix(".0") in {"", *KNOWN}
    if known:
        assert read_mark(text) in {None, *AttendanceMark}
    else:
        with pytest.raises(Refusal) as refused:
            read_mark(text)
        assert refused.value.code == "attendance_mark_unknown"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("开班式", [OPENING]),
        ("opening", [OPENING]),
        ("专题授课", [FIRST, SECOND]),
        ("5月11日 专题授课", [FIRST]),
        ("2026-05-12 专题授课", [SECOND]),
        ("05-12 10:30 专题授课", [SECOND]),
        ("5月12日（周二）10:30-12:00 专题授课", [SECOND]),
        ("5/11 09:00", [OPENING]),
        ("5月11日", [OPENING, FIRST]),
        ("2025-05-11 专题授课", []),
        ("5月13日 专题授课", []),
        ("结业式", []),
        ("备注", []),
        ("", []),
    ],
)
def test_sessions_are_found_by_title_day_and_time(text: str, expected: list[FileSession]) -> None:
    assert find_sessions(text, ALL) == expected


@pytest.mark.parametrize("session", ALL)
def test_the_example_given_for_a_session_names_that_session(session: FileSession) -> None:
    assert find_sessions(session.example, ALL) == [session]


def test_titles_above_and_notes_below_are_no_rows() -> None:
    table = Table(
        "",
        [
            (1, ["培训班考勤表"]),
            (3, ["姓名", "单位", "开班式", "备注"]),
            (4, ["张伟", "民政局", "出勤", "出勤良好"]),
            (6, ["注：√为出勤"]),
        ],
    )
    found = read_attendance(table, ALL)
    assert found.problems == []
    assert [(row.row, row.person.name, row.person.unit, row.marks) for row in found.rows] == [
        (4, "张伟", "民政局", {1: PRESENT})
    ]
