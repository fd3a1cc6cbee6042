"""Each row of a roster judged."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rosters import id_number
from trainingmgr.domain.person import IdDocument, IdType, Sex
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.roster_file import (
    Problem,
    RosterField,
    RosterFile,
    RosterRow,
    find_layout,
    read_roster,
)
from trainingmgr.domain.table import Table

F = RosterField
HEADER = ["姓名", "单位", "职务", "手机", "身份证号", "性别", "民族", "备注"]


def judge(*rows: list[str], header: list[str] | None = None) -> RosterFile:
    table = Table("s", list(enumerate([header or HEADER, *rows], 1)))
    layout = find_layout(table)
    assert layout is not None
    return read_roster(table, layout, today=date(2026, 11, 1))


def found(roster: RosterFile) -> list[tuple[int, RosterField | None, str]]:
    return [(problem.row, problem.field, problem.code) for problem in roster.problems]


def test_a_row_is_cleaned() -> None:
    roster = judge([" 张　三 ", "成都市 民政局", "处长", "138-0013-8000", id_number(1), "男", "汉", "素食"])
    assert roster.rows == (
        RosterRow(
            row=2,
            name="张三",
            unit="成都市民政局",
            post="处长",
            phone="+8613800138000",
            document=IdDocument(IdType.RESIDENT_ID, id_number(1)),
            sex=Sex.MALE,
            ethnicity="汉族",
            note="素食",
        ),
    )


def test_every_fault_of_every_row_is_named() -> None:
    roster = judge(
        ["", "甲", "", "138", "", "", "", ""],
        ["张三", "甲", "", "1.38E+10", "1.10105E+17", "不详", "", ""],
        ["李四", "乙", "", "", "", "", "", ""],
        ["王五", "#REF!", "", "", "110105198003070011", "", "", ""],
    )
    assert found(roster) == [
        (2, F.NAME, "name_missing"),
        (2, F.PHONE, "phone_invalid"),
        (3, F.ID_NUMBER, "number_rounded"),
        (3, F.SEX, "sex_unknown"),
        (3, F.PHONE, "number_rounded"),
        (5, F.UNIT, "cell_error"),
        (5, F.ID_NUMBER, "id_check_digit"),
    ]
    assert [row.name for row in roster.rows] == ["李四"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["张三", "甲", "", "", "", "", "", ""], ["张 三", "甲", "处长", "", "", "", "", ""]),
        (["张三", "甲", "", "13800138000", "", "", "", ""], ["张三", "乙", "", "+86 13800138000", "", "", "", ""]),
        (["张三", "甲", "", "", id_number(1), "", "", ""], ["张三", "甲", "", "", "", "", "", ""]),
        (["张三", "", "", "", "", "", "", ""], ["张三", "", "", "", "", "", "", ""]),
    ],
)  # fmt: skip
def test_one_person_twice_names_both_rows(one: list[str], other: list[str]) -> None:
    roster = judge(one, other)
    assert roster.rows == ()
    assert roster.problems == (
        Problem(2, None, "person_twice", {"other": 3}),
        Problem(3, None, "person_twice", {"other": 2}),
    )


def test_one_document_under_two_names_names_both_rows() -> None:
    roster = judge(
        ["张三", "甲", "", "", id_number(1), "", "", ""], ["张山", "乙", "", "", id_number(1), "", "", ""]
    )
    assert found(roster) == [(2, None, "document_twice"), (3, None, "document_twice")]


def test_one_document_under_one_name_is_the_same_person_whatever_the_unit() -> None:
    roster = judge(
        ["张三", "甲", "", "", id_number(1), "", "", ""], ["张 三", "乙", "", "", id_number(1), "", "", ""]
    )
    assert found(roster) == [(2, None, "row_twice"), (3, None, "row_twice")]


def test_namesakes_stay_apart() -> None:
    roster = judge(
        ["张伟", "甲", "", "13800138000", id_number(1), "", "", ""],
        ["张伟", "甲", "", "13800138000", id_number(3), "", "", ""],
        ["张伟", "乙", "", "", "", "", "", ""],
    )
    assert len(roster.rows) == 3
    assert roster.problems == ()


def test_namesakes_without_a_unit_are_told_apart_by_their_phones() -> None:
    roster = judge(
        ["张伟", "", "", "13800138000", "", "", "", ""],
        ["张伟", "", "", "13800138001", "", "", "", ""],
    )
    assert len(roster.rows) == 2
    third = judge(
        ["张伟", "", "", "13800138000", "", "", "", ""],
        ["张伟", "", "", "13800138001", "", "", "", ""],
        ["张伟", "", "", "", "", "", "", ""],
    )
    assert [problem.row for problem in third.problems if problem.code == "person_twice"] == [2, 4]


def test_thousands_of_namesakes_are_judged_in_no_time() -> None:
    rows = [
        ["张伟", "甲", "", "", id_number(1 + n % 998, born=date(1950 + n // 998, 1, 1)), "", "", ""]
        for n in range(15_000)
    ]
    started = time.perf_counter()
    assert len(judge(*rows).rows) == 15_000
    assert time.perf_counter() - started < 5


def test_a_note_behind_the_name_is_understood() -> None:
    (row,) = judge(["王芳（女，回族）", "甲", "", "", "", "", "", ""]).rows
    assert (row.name, row.sex, row.ethnicity) == ("王芳", Sex.FEMALE, "回族")


def test_strange_names_and_a_sex_against_the_number_are_doubts_that_stop_nothing() -> None:
    roster = judge(
        ["张伟(大)", "甲", "", "", "", "", "", ""], ["李四", "乙", "", "", id_number(1), "女", "", ""]
    )
    assert [(one.row, one.code) for one in roster.doubts] == [(2, "name_unusual"), (3, "sex_differs_from_id")]
    assert len(roster.rows) == 2


def test_a_masked_number_as_our_own_exports_have_it_says_nothing() -> None:
    roster = judge(["张伟", "甲", "", "", "110***********002X", "", "", ""])
    assert found(roster) == []
    assert [row.document for row in roster.rows] == [None]
    assert [(doubt.field, doubt.code) for doubt in roster.doubts] == [(F.ID_NUMBER, "id_masked")]


def test_surname_and_given_name_columns_make_one_name() -> None:
    header = ["Family name", "Given name", "Organisation"]
    roster = judge(["Smith", "John", "X"], ["张", "三", "Y"], header=header)
    assert [row.name for row in roster.rows] == ["John Smith", "张三"]


def test_a_cell_with_unit_and_post_is_parted() -> None:
    (row,) = judge(["张三", "成都市民政局副局长"], header=["姓名", "工作单位及职务"]).rows
    assert (row.unit, row.post) == ("成都市民政局", "副局长")


def test_the_apostrophe_of_our_own_csv_files_is_taken_off_again() -> None:
    (row,) = judge(["张三", "'=成都市民政局", "'-", "", "", "", "", "'+1"]).rows
    assert (row.unit, row.post, row.note) == ("=成都市民政局", "-", "+1")


def test_what_looks_like_a_formula_is_text_and_told_of_and_an_underline_is_none() -> None:
    roster = judge(
        ["张三", "＝B2", "", "", "", "", "", ""],
        ['=HYPERLINK("x")', "甲", "", "", "", "", "", ""],
        ["李四", "甲", "", "", "", "", "", "====="],
    )
    assert found(roster) == []
    assert [(row.name, row.unit, row.note) for row in roster.rows] == [
        ("张三", "＝B2", ""),
        ('=HYPERLINK("x")', "甲", ""),
        ("李四", "甲", "====="),
    ]
    told = [(doubt.row, doubt.field) for doubt in roster.doubts if doubt.code == "formula_as_text"]
    assert told == [(2, F.UNIT), (3, F.NAME)]


def test_a_formula_where_only_a_number_can_stand_is_refused() -> None:
    roster = judge(["张三", "甲", "", "=B2", "=C2", "", "", ""])
    assert found(roster) == [(2, F.ID_NUMBER, "cell_formula"), (2, F.PHONE, "cell_formula")]


def test_as_above_means_the_row_above_and_nothing_where_none_is() -> None:
    roster = judge(
        ["张三", "同上", "", "", "", "", "", ""],
        ["李四", "甲", "处长", "", "", "", "", ""],
        ["王五", "〃", "同上", "", "", "", "", ""],
        ["同上", "乙", "", "", "", "", "", ""],
    )
    assert found(roster) == [(5, F.NAME, "name_not_a_name")]
    assert [(row.name, row.unit, row.post) for row in roster.rows] == [
        ("张三", "", ""),
        ("李四", "甲", "处长"),
        ("王五", "甲", "处长"),
    ]


@pytest.mark.parametrize(
    ("typed", "phone", "aside"),
    [
        ("13800138000/13900139000", "+8613800138000", "139 0013 9000"),
        ("028-86612345 13800138000", "+8613800138000", "028 8661 2345"),
        ("办公：028-86612345，手机：138 0013 8000", "+8613800138000", "028 8661 2345"),
        ("13800138000、13800138000", "+8613800138000", ""),
        ("13800138000（微信同号）", "+8613800138000", ""),
        ("Tel: +44 20 7946 0018", "+442079460018", ""),
    ],
)
def test_words_around_a_phone_and_a_second_one_do_no_harm(typed: str, phone: str, aside: str) -> None:
    roster = judge(["张三", "甲", "", typed, "", "", "", ""])
    assert [(row.phone, row.aside) for row in roster.rows] == [(phone, aside)]
    assert [one.code for one in roster.doubts] == (["phone_others"] if aside else [])


@pytest.mark.parametrize("typed", ["13800138000/1390013900", "13800138000 王五", "138001380001/"])
def test_a_phone_with_something_wrong_beside_it_is_refused(typed: str) -> None:
    roster = judge(["张三", "甲", "", typed, "", "", "", ""])
    assert [(row, field) for row, field, _ in found(roster)] == [(2, F.PHONE)]


def test_the_unit_above_the_table_counts_where_there_is_no_column() -> None:
    table = Table("s", [(1, ["填报单位：成都市民政局"]), (2, ["姓名", "职务"]), (3, ["张三", "处长"])])
    layout = find_layout(table)
    assert layout is not None
    (row,) = read_roster(table, layout, today=date(2026, 11, 1)).rows
    assert row.unit == "成都市民政局"


def test_what_was_passed_over_is_reported() -> None:
    roster = judge(["张三", "甲"], ["合计：1人", ""], header=["姓名", "单位"])
    assert [(one.row, one.kind) for one in roster.ignored] == [(3, "note")]


def test_a_file_with_nobody_in_it_is_refused() -> None:
    with pytest.raises(Refusal, match="roster_empty"):
        judge()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), max_size=8), min_size=1, max_size=5))
def test_no_cells_whatever_break_the_judge(rows: list[list[str]]) -> None:
    try:
        roster = judge(*rows)
    except Refusal:
        return
    numbers = (
        {row.row for row in roster.rows} | {p.row for p in roster.problems} | {i.row for i in roster.ignored}
    )
    assert numbers == set(range(2, len(rows) + 2))
