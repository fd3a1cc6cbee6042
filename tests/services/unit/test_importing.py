"""A list of units from a file."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_training, make_unit
from trainingmgr.documents.tabular import OutSheet, write_csv, write_xlsx
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.unit import UnitType
from trainingmgr.models import Unit, UnitAlias
from trainingmgr.queries.unit import unit_known_as
from trainingmgr.services.unit import ImportDone, ListRefused, import_units, undo_import

HEADER = ["序号", "单位名称", "上级单位", "单位类型", "统一社会信用代码", "联系电话", "其他名称（曾用名）"]
ROWS = [
    ["1", "四川省民政厅", "民政部", "省级", "", "", ""],
    [
        "2",
        "成都市民政局",
        "四川省民政厅",
        "市级局",
        "91110000600037341l",
        "028-61881234",
        "四川省成都市民政局、蓉城民政",
    ],
    ["3", "民政部", "", "", "", "", ""],
]


def csv(*rows: list[str], header: list[str] = HEADER) -> bytes:
    return write_csv(header, rows)


def load(cast: Cast, data: bytes) -> ImportDone:
    return import_units(cast.actor(), cast.organisation.id, data)


def all_units(session: Session) -> list[tuple[Any, ...]]:
    look_again(session)
    rows = session.scalars(sa.select(Unit).order_by(Unit.id)).all()
    return [
        (one.id, one.name, one.type, one.parent_id, one.uscc, one.search_text, [a.name for a in one.aliases])
        for one in rows
    ]


def test_a_workbook_of_an_office_is_read_whatever_stands_above_its_heading(
    session: Session, cast: Cast
) -> None:
    known = make_unit(session, cast.organisation, "四川省成都市民政局")
    rows = [HEADER, *([*row[:6], ""] for row in ROWS)]
    title = ["民政系统单位名录", "", "", "", "", "", ""]
    done = load(cast, write_xlsx([OutSheet("名录", title, rows)]))
    assert (done.added, done.changed, done.unchanged) == (3, 0, 0)
    assert session.get_one(Unit, known.id).version == 1


def test_a_known_unit_gets_what_the_list_says_and_keeps_what_it_does_not_say(
    session: Session, cast: Cast
) -> None:
    known = make_unit(session, cast.organisation, "成都市民政局", region="四川省成都市")
    make_unit(session, cast.organisation, "民政部", type=UnitType.MINISTRY)
    before = all_units(session)
    done = load(cast, csv(*ROWS))
    assert (done.added, done.changed, done.unchanged) == (1, 1, 1)
    look_again(session)
    chengdu = session.get_one(Unit, known.id)
    assert (chengdu.region, chengdu.uscc, chengdu.type) == (
        "四川省成都市",
        "91110000600037341L",
        UnitType.CITY,
    )
    assert chengdu.contact_phone == "+862861881234"
    assert chengdu.parent is not None
    assert (chengdu.parent.name, chengdu.parent.parent and chengdu.parent.parent.name) == (
        "四川省民政厅",
        "民政部",
    )
    assert unit_known_as(session, cast.organisation.id, "蓉城民政") is chengdu
    again = load(cast, csv(*ROWS))
    assert (again.added, again.changed, again.unchanged, again.undo) == (0, 0, 3, None)
    assert undo_import(cast.actor(), cast.organisation.id, done.undo or 0) == 0
    assert all_units(session) == before


def test_what_was_used_since_stays_when_an_import_is_taken_back(session: Session, cast: Cast) -> None:
    done = load(cast, csv(*ROWS))
    used = unit_known_as(session, cast.organisation.id, "成都市民政局")
    assert used is not None
    row = make_registration(session, make_training(session, cast.organisation), unit_id=used.id)
    assert undo_import(cast.actor(), cast.organisation.id, done.undo or 0) == 1
    look_again(session)
    assert row.unit_id == used.id
    assert unit_known_as(session, cast.organisation.id, "四川省民政厅") is None
    with pytest.raises(Refusal, match="undo_gone"):
        undo_import(cast.actor(), cast.organisation.id, done.undo or 0)


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([["1", "甲", "没有的部", "", "", "", ""]], [(2, "unit.parent_unknown")]),
        ([["1", "甲", "", "镇", "", "", ""], ["2", "", "", "", "", "1", ""]], [(2, "unit_file.bad_type"), (3, "unit.name_missing")]),
        ([["1", "甲", "", "", "91110000600037342L", "", ""]], [(2, "unit.bad_uscc")]),
        ([["1", "甲", "", "", "91110000600037341L", "", ""]], [(2, "unit.uscc_taken")]),
        ([["1", "甲", "", "", "", "12", ""]], [(2, "phone_invalid")]),
        ([["1", "甲（筹）", "", "", "", "", ""], ["2", "甲(筹)", "", "", "", "", ""]], [(3, "unit_file.twice")]),
        ([["1", "有码单位", "", "", "", "", ""], ["2", "别名", "", "", "", "", ""]], [(3, "unit_file.twice")]),
        ([["1", "甲", "", "", "", "", "别名"]], [(2, "unit.alias_taken")]),
        ([["1", "甲", "", "", "", "", "丙"], ["2", "乙", "", "", "", "", "丙"]], [(3, "unit.alias_taken")]),
        ([["1", "甲", "乙", "", "", "", ""], ["2", "乙", "甲", "", "", "", ""]], [(3, "unit.circle")]),
    ],
)  # fmt: skip
def test_a_list_with_a_fault_names_its_rows_and_writes_nothing(
    session: Session, cast: Cast, rows: list[list[str]], problems: list[tuple[int, str]]
) -> None:
    known = make_unit(session, cast.organisation, "有码单位", uscc="91110000600037341L")
    session.add(UnitAlias(unit_id=known.id, name="别名"))
    session.commit()
    before = all_units(session)
    with pytest.raises(ListRefused) as caught:
        load(cast, csv(*rows))
    assert [(one.row, one.refusal.code) for one in caught.value.problems] == problems
    assert all_units(session) == before


def test_a_file_that_is_no_list_of_units_is_refused(session: Session, cast: Cast) -> None:
    for data, code in (
        (csv(["张三"], header=["姓名"]), "unit_file.no_header"),
        (csv(), "unit_file.no_rows"),
        (b"", "file_empty"),
    ):
        with pytest.raises(Refusal) as caught:
            load(cast, data)
        assert caught.value.code == code
