"""Tables written and read back."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.documents.tabular import OutSheet, pick_table, write_csv, write_xlsx
from trainingmgr.documents.tabular.template import OwnColumn, reply_template, roster_template
from trainingmgr.documents.tabular.writer import column_widths
from trainingmgr.domain.roster_file import RosterField, find_layout

ACTIVE = ["=1+1", "+86", "-1", "@x", "\tx", "\rx", '=HYPERLINK("http://x.example")']


@pytest.mark.parametrize("text", ACTIVE)
def test_active_looking_text_is_inert_in_a_workbook(text: str) -> None:
    data = write_xlsx([OutSheet("s", ["h"], [[text]])])
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert page is not None
    cell = page["A2"]
    assert cell.data_type == "s"
    assert cell.value in {text, text.replace("\r", "_x000D_")}
    assert cell.quotePrefix


@pytest.mark.parametrize("text", ACTIVE)
def test_active_looking_text_is_inert_in_csv(text: str) -> None:
    data = write_csv(["h"], [[text]])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[1] == ["'" + text]


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_no_csv_cell_ever_begins_a_formula(text: str) -> None:
    data = write_csv(["h", "i"], [["x", text]]).decode("utf-8-sig")
    cell = list(csv.reader(io.StringIO(data, newline="")))[1][1]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text.removeprefix("'") or cell == text


def test_values_keep_their_kind() -> None:
    data = write_xlsx(
        [
            OutSheet(
                "名单",
                ["a", "b", "c", "d"],
                [["007", Decimal("1.5"), date(2019, 10, 30), None]],
                title="名册",
            )
        ]
    )
    page = openpyxl.load_workbook(io.BytesIO(data))["名单"]
    rows = list(page.iter_rows(values_only=True))
    assert rows[0][0] == "名册"
    assert rows[2][:2] == ("007", 1.5)
    assert str(rows[2][2])[:10] == "2019-10-30"


def test_long_numbers_stay_whole() -> None:
    data = write_xlsx([OutSheet("s", ["h"], [[110105198003070014]])])
    assert pick_table(data, lambda table: True).rows[1][1] == ["110105198003070014"]


def test_chinese_columns_are_wide_enough() -> None:
    assert column_widths([["姓名"], ["四川省成都市民政局"]]) == [20]


def test_sheets_of_one_name_are_told_apart() -> None:
    data = write_xlsx([OutSheet("a/b:c", ["h"], []), OutSheet("a/b:c", ["h"], [])])
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["a b c", "a b c 2"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_blank_roster_is_understood_by_the_import(language: str) -> None:
    data = roster_template(language, ("省级民政部门", "城区民政局"))
    table = pick_table(data, lambda one: find_layout(one) is not None)
    layout = find_layout(table)
    assert layout is not None
    assert all(column.field is not None for column in layout.columns)
    assert set(layout.fields) >= {
        RosterField.NAME, RosterField.UNIT, RosterField.POST, RosterField.PHONE, RosterField.ID_TYPE,
        RosterField.ID_NUMBER, RosterField.LATIN_NAME, RosterField.CATEGORY,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_blank_roster_keeps_id_numbers_as_text(language: str) -> None:
    page = openpyxl.load_workbook(io.BytesIO(roster_template(language))).worksheets[0]
    assert page.column_dimensions["G"].width > 18
    assert {str(one.sqref) for one in page.data_validations.dataValidation} >= {"F2:F2001", "H2:H2001"}


def test_a_units_form_has_the_organisers_own_questions_with_what_there_is_to_choose() -> None:
    own = [OwnColumn("想参加", "请选一项", ("讲座", "参观")), OwnColumn("房间数")]
    page = openpyxl.load_workbook(io.BytesIO(reply_template("zh", "名单", ["标题"], (), own))).worksheets[0]
    heads = [cell.value for cell in page[2]]
    assert heads[-2:] == ["想参加", "房间数"]
    lists = {str(one.sqref).split(":")[0]: one.formula1 for one in page.data_validations.dataValidation}
    assert lists[page.cell(3, len(heads) - 1).coordinate] == '"讲座,参观"'
