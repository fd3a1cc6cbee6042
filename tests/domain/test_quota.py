"""Lists of units with their places, and tables of them as offices send them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.domain.quota import OverQuota, UnitPlaces, is_over, read_units, write_units
from trainingmgr.domain.quota_file import QuotaRow, has_header, read_quota_file
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.table import Table


def table(*rows: list[str], name: str = "名额分配表") -> Table:
    return Table(name, list(enumerate(rows, 1)))


@pytest.mark.parametrize(
    ("typed", "unit", "places"),
    [
        ("四川省民政厅", "四川省民政厅", 3),
        ("四川省民政厅 2", "四川省民政厅", 2),
        ("四川省民政厅　２名", "四川省民政厅", 2),
        ("四川省民政厅：10", "四川省民政厅", 10),
        ("四川省民政厅,0", "四川省民政厅", 0),
        ("上海市民政局 3 人", "上海市民政局", 3),
        ("第101中学", "第101中学", 3),
        ("Ministry of Civil Affairs 12", "Ministry of Civil Affairs", 12),
    ],
)
def test_a_number_behind_a_name_is_its_places(typed: str, unit: str, places: int) -> None:
    assert read_units(f"\n{typed}\n\n", 3) == (UnitPlaces(unit, places),)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("四川省民政厅\n四川省 民政厅 2", "quota.unit_twice"),
        ("四川省民政厅 10000", "quota.too_many_places"),
        ("厅" * 121, "too_long"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_units(typed)
    assert refused.value.code == code


@given(
    st.dictionaries(
        st.text("甲乙丙丁民政厅局（）", min_size=1, max_size=12),
        st.integers(0, 9_999),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_written_is_read_again(units: dict[str, int]) -> None:
    assert read_units(write_units(units.items())) == tuple(map(UnitPlaces._make, units.items()))


def test_the_last_day_counts_whole() -> None:
    day = date(2026, 4, 20)
    assert [is_over(day, one) for one in (day, date(2026, 4, 21))] == [False, True]
    assert not is_over(None, date(2099, 1, 1))


def test_a_table_is_read_with_its_title_empty_cells_and_totals() -> None:
    file = read_quota_file(
        table(
            ["2026年培训班名额分配表"],
            ["序号", "人员类别", "单位名称", "名 额（人）", "职务要求", "报名截止日期", "超出名额", "备注"],
            ["1", "处长", "四川省民政厅", "2", "处长", "2026年4月20日", "候补", "含带队"],
            ["2", "", "云南省民政厅", "1名"],
            ["3", "局长", "成都市民政局", "1.0", "局长", "2026-04-25 00:00", "不收"],
            ["", "", "合计", "4"],
        )
    )
    first, second = date(2026, 4, 20), date(2026, 4, 25)
    assert not file.problems
    assert file.rows == (
        QuotaRow(3, "四川省民政厅", 2, "处长", "处长", first, OverQuota.WAITLIST, "含带队"),
        QuotaRow(4, "云南省民政厅", 1, "处长", "处长", first, OverQuota.WAITLIST, ""),
        QuotaRow(5, "成都市民政局", 1, "局长", "局长", second, OverQuota.REFUSE, ""),
    )


def test_every_faulty_row_is_told_with_its_number() -> None:
    file = read_quota_file(
        table(
            ["单位", "名额", "截止日期", "超出名额"],
            ["甲局", "许多"],
            ["", "2"],
            ["乙局", "2", "四月底"],
            ["丙局", "2", "2026-02-30"],
            ["丁局", "2", "2026-04-20", "看情况"],
            ["5", "2"],
            ["戊局", "3"],
        )
    )
    assert [(one.values["row"], one.code) for one in file.problems] == [
        (2, "quota_row_bad_places"),
        (3, "quota_row_no_unit"),
        (4, "quota_row_bad_day"),
        (5, "quota_row_bad_day"),
        (6, "quota_row_bad_over"),
        (7, "quota_row_no_name"),
    ]
    assert [one.values["unit"] for one in file.problems] == ["甲局", "", "乙局", "丙局", "丁局", "5"]
    # Rows below one that cannot be read take what could be read above it.
    assert [(one.unit, one.deadline, one.over) for one in file.rows] == [("戊局", date(2026, 4, 20), None)]


def test_a_sheet_without_units_and_places_is_no_table() -> None:
    assert not has_header(table(["姓名", "单位"], ["王芳", "甲局"]))
    with pytest.raises(Refusal) as refused:
        read_quota_file(table(["单位", "名额"]))
    assert refused.value.code == "quota_file_no_rows"
