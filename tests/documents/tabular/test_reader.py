"""Files as offices send them, read or refused."""

import csv
import io
import os
import signal
import threading
from datetime import date

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import rosters
from trainingmgr.documents.tabular import pick_table, tables, workbook
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.roster_file import find_layout, read_roster
from trainingmgr.domain.table import Table

TODAY = date(2026, 11, 1)


def has_header(table: Table) -> bool:
    return find_layout(table) is not None


@pytest.mark.parametrize("case", rosters.ACCEPTED)
def test_a_file_as_offices_send_it_is_read(case: str) -> None:
    build, names = rosters.ACCEPTED[case]
    table = pick_table(build(), has_header)
    layout = find_layout(table)
    assert layout is not None
    roster = read_roster(table, layout, today=TODAY)
    assert [row.name for row in roster.rows] == names
    assert roster.problems == ()


@pytest.mark.parametrize("case", rosters.REFUSED)
def test_a_hopeless_file_is_refused_for_its_own_reason(case: str) -> None:
    build, code = rosters.REFUSED[case]
    with pytest.raises(Refusal) as refused:
        pick_table(build(), has_header)
    assert refused.value.code == code


def test_the_bomb_is_as_small_and_as_large_as_it_says() -> None:
    bomb = rosters.bomb()
    assert 6.5 * 2**20 < len(bomb) < 7.5 * 2**20
    with pytest.raises(Refusal) as refused:
        pick_table(bomb, has_header)
    assert refused.value.values["megabytes"] >= 350  # type: ignore[operator]


def test_undecodable_bytes_are_named_by_place() -> None:
    data = "姓名,单位\r\n张三,甲\r\n李".encode() + b"\xff" + "四,乙\r\n王五六,丙丁\r\n".encode()
    with pytest.raises(Refusal) as refused:
        list(tables(data))
    assert refused.value.values == {"byte": data.index(b"\xff"), "row": 3, "encoding": "UTF-8"}


def test_a_latin_file_in_another_encoding_is_not_taken_for_chinese() -> None:
    with pytest.raises(Refusal, match="file_undecodable"):
        list(tables("Name;Unit\r\nHans Müller;Köln\r\n".encode("latin-1")))


def test_cells_keep_their_text_and_numbers_their_digits() -> None:
    data = rosters.xlsx([("00123", 13800138000, 1.5, date(2019, 10, 30), True, " x ", 110105198003070014)])
    (table,) = tables(data)
    assert table.rows == [
        (1, ["00123", "13800138000", "1.5", "2019-10-30", "TRUE", " x ", "1.1010519800307E+17"])
    ]


def test_row_numbers_are_the_spreadsheets_own() -> None:
    (table,) = tables(rosters.xlsx([(), ("a",), (), (), ("b",)]))
    assert [number for number, _ in table.rows] == [2, 5]
    (table,) = tables(b"\r\na,b\r\n\r\n,\r\nc,d\r\n")
    assert [number for number, _ in table.rows] == [2, 5]


def test_a_line_naming_the_delimiter_is_obeyed_and_counted() -> None:
    (table,) = tables(b"sep=;\r\nName;Note\r\nAnn;a,b,c\r\n")
    assert table.rows == [(2, ["Name", "Note"]), (3, ["Ann", "a,b,c"])]


def test_a_faulty_sheet_behind_the_roster_does_not_matter() -> None:
    book = openpyxl.load_workbook(io.BytesIO(rosters.xlsx([rosters.HEADER, *rosters.PEOPLE])))
    wide = book.create_sheet("wide")
    wide.cell(1, 400, "x")
    out = io.BytesIO()
    book.save(out)
    assert pick_table(out.getvalue(), has_header).name == "名单"


def test_the_death_of_a_child_harms_no_other_file() -> None:
    good = rosters.xlsx([rosters.HEADER, *rosters.PEOPLE])
    outcomes: list[str] = []

    def read(data: bytes) -> None:
        try:
            outcomes.append(f"{len(pick_table(data, has_header).rows)} rows")
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=read, args=(data,)) for data in [rosters.sparse(), good] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["4 rows"] * 3 + ["file_too_sparse"] * 3


def test_a_killed_helper_process_is_replaced() -> None:
    good = rosters.xlsx([rosters.HEADER, *rosters.PEOPLE])
    pick_table(good, has_header)
    process = workbook._nursery._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len(pick_table(good, has_header).rows) == 4


def test_a_forked_server_process_gets_a_helper_of_its_own() -> None:
    good = rosters.xlsx([rosters.HEADER, *rosters.PEOPLE])
    pick_table(good, has_header)
    ours = workbook._nursery._process
    child = os.fork()
    if child == 0:
        status = 1
        try:
            fine = len(pick_table(good, has_header).rows) == 4
            status = 0 if fine and workbook._nursery._process is not ours else 2
            workbook._nursery.stop()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(pick_table(good, has_header).rows) == 4


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400))
def test_no_bytes_whatever_break_the_reader(data: bytes) -> None:
    try:
        for table in tables(data):
            assert all(isinstance(cell, str) for _, cells in table.rows for cell in cells)
    except Refusal:
        return


_cell = st.text(
    st.characters(codec="gb18030", exclude_categories=["Cc", "Cs", "Co", "Cn", "Cf"]), min_size=1, max_size=12
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(_cell.filter(str.strip), min_size=3, max_size=3), min_size=2, max_size=6),
    st.sampled_from(["utf-8-sig", "utf-16"]),
)
def test_a_written_table_reads_back(rows: list[list[str]], encoding: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    (table,) = tables(out.getvalue().encode(encoding))
    assert [cells for _, cells in table.rows] == rows
