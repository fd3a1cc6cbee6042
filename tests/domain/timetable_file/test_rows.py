"""Timetables are read as offices write them, and what cannot be read is told by its row."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import ContributorType, SessionKind
from trainingmgr.domain.table import Table
from trainingmgr.domain.timetable_file import (
    Event,
    FileLecturer,
    TimetableFile,
    guess_kind,
    read_events,
    read_lecturers,
    read_timetable,
)
from trainingmgr.domain.timetable_file.clock import read_day, read_times

FIRST, LAST = date(2026, 5, 11), date(2026, 5, 14)
KINDS = {"专题授课": SessionKind.LECTURE, "sitevisit": SessionKind.SITE_VISIT}
HEAD = ["日期", "时间", "内 容", "地点", "授课人", "学时"]


def read(*rows: list[str], head: list[str] = HEAD) -> TimetableFile:
    table = [["社区治理培训班日程表"], head, *rows]
    return read_timetable(Table("日程", [(n, cells) for n, cells in enumerate(table, 1)]), FIRST, LAST, KINDS)


def test_a_day_said_once_holds_for_the_rows_under_it_and_an_end_is_where_the_next_begins() -> None:
    file = read(
        [
            "5月11日（周一）",
            "9:00",
            "开班式",
            "一楼报告厅",
            "陈越良（民政部基层政权建设和社区治理司司长）",
            "",
        ],
        ["", "上午9：45-11:30", "专题授课：基层治理", "", "", "2.5"],
        ["", "下午2:30至4:00", "分组讨论", "", "", ""],
        ["", "", "", "", "", ""],
        ["第二天"],
        ["注：以上安排如有变动另行通知"],
    )
    assert file.problems == []
    assert [(one.row, one.day, one.start, one.end) for one in file.slots] == [
        (3, FIRST, time(9), time(9, 45)),
        (4, FIRST, time(9, 45), time(11, 30)),
        (5, FIRST, time(14, 30), time(16)),
    ]
    assert [one.kind for one in file.slots] == [
        SessionKind.OPENING,
        SessionKind.LECTURE,
        SessionKind.DISCUSSION,
    ]
    assert file.slots[1].hours == Decimal("2.5")
    assert file.slots[0].lecturers == (
        FileLecturer(ContributorType.PERSON, "陈越良", "民政部基层政权建设和社区治理司", "司长"),
    )


@pytest.mark.parametrize(
    ("row", "code", "values"),
    [
        (["周五", "9:00-10:00", "课"], "timetable_day_unknown", {"day": "周五"}),
        (["", "9:00-10:00", "课"], "timetable_day_missing", {"title": "课"}),
        (["5月11日", "早上", "课"], "timetable_time_unknown", {"time": "早上"}),
        (["5月11日", "", "课"], "timetable_time_missing", {"title": "课"}),
        (["5月11日", "9:00-10:00", "", "一号厅"], "timetable_title_missing", {}),
        (["5月11日", "9:00", "课"], "timetable_end_missing", {"title": "课"}),
        (["5月11日", "10:00-9:00", "课"], "timetable_ends_before_start", {"start": "10:00", "end": "09:00"}),
        (["5月11日", "25:00-26:00", "课"], "timetable_time_unknown", {"time": "25:00-26:00"}),
        (["5月11日", "9:00-10:00", "课", "", "", "两"], "timetable_hours_unknown", {"hours": "两"}),
        (["5月11日", "9:00-10:00", "课", "", "", "NaN"], "timetable_hours_unknown", {"hours": "NaN"}),
        (["5月11日", "9:00-10:00", "课" * 201], "timetable_too_long", {"field": "title", "limit": 200}),
    ],
)
def test_a_faulty_row_is_named_with_its_field(row: list[str], code: str, values: dict[str, object]) -> None:
    (problem,) = read(row).problems
    assert (problem.code, problem.values["row"]) == (code, 3)
    assert values.items() <= problem.values.items()


def test_a_kind_is_said_in_the_screen_s_words_or_not_at_all() -> None:
    head = [*HEAD, "类型"]
    rest = ["", "", ""]
    file = read(
        ["5月11日", "9:00-10:00", "走访", *rest, "Site visit"],
        ["", "10:00-11:00", "课", *rest, "游戏"],
        head=head,
    )
    assert file.slots[0].kind is SessionKind.SITE_VISIT
    assert [(one.code, one.values["kind"]) for one in file.problems] == [("timetable_kind_unknown", "游戏")]


@pytest.mark.parametrize("rows", [[["一", "二"]], [["日期", "地点"]]])
def test_a_table_without_a_heading_is_refused(rows: list[list[str]]) -> None:
    with pytest.raises(Refusal, match="timetable_no_header"):
        read_timetable(Table("", list(enumerate(rows, 1))), FIRST, LAST, KINDS)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("中央组织部组织二局有关负责同志", [(ContributorType.UNNAMED, "", "中央组织部组织二局", "有关负责同志")]),
        ("四川省成都市民政局、北京市海淀区", [
            (ContributorType.UNIT, "", "四川省成都市民政局", ""), (ContributorType.UNIT, "", "北京市海淀区", ""),
        ]),
        ("李明；阿卜杜·买买提", [(ContributorType.PERSON, "李明", "", ""), (ContributorType.PERSON, "阿卜杜·买买提", "", "")]),
        ("张三（四川大学教授）", [(ContributorType.PERSON, "张三", "四川大学", "教授")]),
        ("王芳 四川省民政厅副厅长", [(ContributorType.PERSON, "王芳", "四川省民政厅", "副厅长")]),
        ("John Smith", [(ContributorType.PERSON, "John Smith", "", "")]),
        ("待定", []),
    ],
)  # fmt: skip
def test_who_contributes_is_told_apart(
    text: str, wanted: list[tuple[ContributorType, str, str, str]]
) -> None:
    assert [(one.type, one.name, one.unit, one.title) for one in read_lecturers(text)] == wanted


def test_days_without_a_year_lie_in_the_training_also_over_new_year() -> None:
    assert read_day("1月2日", date(2026, 12, 30), date(2027, 1, 3)) == date(2027, 1, 2)
    assert read_day("12月31日", date(2026, 12, 30), date(2027, 1, 3)) == date(2026, 12, 31)
    assert read_day("2026-05-11 00:00:00", FIRST, LAST) == FIRST
    assert read_day("11 May", FIRST, LAST) == FIRST


def test_times_are_read_in_many_forms() -> None:
    for text in ("14:30-16:00", "下午2:30至4:00", "14点半—16点", "2:30pm-4:00pm", "14：30～16：00"):
        assert read_times(text) == [time(14, 30), time(16)], text


def test_titles_tell_their_kind() -> None:
    words = {"开班式": "opening", "结业式": "closing", "午餐": "meal", "现场教学（金牛区）": "site_visit", "经验交流": "exchange",
             "乘车前往金牛区": "transfer", "平台情况介绍": "briefing", "基层治理": "lecture"}  # fmt: skip
    assert {title: guess_kind(title).value for title in words} == words


def test_events_are_read_by_the_training_s_clock_and_faulty_ones_are_told_by_number() -> None:
    def event(number: int, **values: object) -> Event:
        whole: dict[str, object] = {
            "uid": f"u{number}",
            "summary": "课",
            "starts": datetime(2026, 5, 11, 1, tzinfo=UTC),
            "ends": datetime(2026, 5, 11, 2, 30, tzinfo=UTC),
        }
        return Event(number, **(whole | values))  # type: ignore[arg-type]

    file = read_events(
        [
            event(1),
            event(2, summary=" "),
            event(3, starts=FIRST),
            event(4, repeats=True),
            event(5, ends=datetime(2026, 5, 11, 17, tzinfo=UTC)),
            event(6, cancelled=True),
            event(
                7,
                starts=datetime(9999, 12, 31, 23, tzinfo=UTC),
                ends=datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
            ),
        ],
        "Asia/Shanghai",
    )
    assert [(one.uid, one.start, one.end) for one in file.slots] == [("u1", time(9), time(10, 30))]
    assert [(one.values["row"], one.code.removeprefix("timetable_event_")) for one in file.problems] == [
        (2, "nameless"), (3, "whole_day"), (4, "repeats"), (5, "past_midnight"),
        (7, "timetable_time_missing"),
    ]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(st.text("5月11日9:00-10一二课、（）半pm /-.x", max_size=12), max_size=6), max_size=6)
)
def test_whatever_stands_in_the_cells_a_file_is_read_or_refused(rows: list[list[str]]) -> None:
    try:
        file = read(*rows)
    except Refusal:
        file = TimetableFile()
    assert all(one.start < one.end for one in file.slots)
    assert all("row" in one.values for one in file.problems)
