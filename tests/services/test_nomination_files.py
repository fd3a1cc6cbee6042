"""What units and organisers send as files: lists of people, stamped receipts, the notice."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    look_again,
    make_category,
    make_line,
    make_training,
    make_unit,
)
from tests.nominations import entry_of, offered, picture
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, storage
from trainingmgr.models import (
    Training,
)
from trainingmgr.queries import nomination as queries
from trainingmgr.services import nomination as service

ID_NUMBER = "11010519491231002X"


FUTURE = date(2099, 1, 1)


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation)


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def filled_in(*rows: list[object]) -> bytes:
    book, out = openpyxl.Workbook(), BytesIO()
    page = book.create_sheet("回执", 0)
    page.append(["2026年培训班报名回执"])
    page.append(["推荐单位：甲厅"])
    page.append(["序号", "姓名", "性别", "工作单位", "职务", "手机号码", "证件号码", "类别", "备注"])
    for row in rows:
        page.append(row)
    book.save(out)
    return out.getvalue()


def test_a_file_makes_drafts_of_all_rows_and_a_second_time_only_of_new_ones(
    session: Session, cast: Cast, training: Training
) -> None:
    heads, chiefs = (make_category(session, training, name) for name in ("处长", "局长"))
    unit = make_unit(session, cast.organisation, "甲厅")
    first, second = (make_line(session, training, {unit: 5}, category_id=one.id) for one in (heads, chiefs))
    entry = entry_of(session, cast, training, unit)
    rows: list[list[object]] = [
        [1, "王芳", "女", "甲厅", "处长", "13800138000", ID_NUMBER, "处长", ""],
        [2, "李雷", "男", "甲厅基层处", "副处长", "1380013", "", "局长", "回民"],
        [3, "韩梅梅", "", "", "局长", "13800138002", "", "", ""],
    ]
    taken = service.take_file(entry, "回执.xlsx", filled_in(*rows))
    assert (taken.drafts, taken.known) == (3, ())
    good, faulty, open_ = queries.drafts(session, training.id, unit.id, FUTURE)
    assert (good.line_id, good.reading.complete, good.reading.nominee.id_number) == (
        first.id,
        True,
        ID_NUMBER,
    )
    assert (faulty.line_id, list(faulty.reading.wrong)) == (second.id, ["phone"])
    assert (faulty.reading.nominee.phone, faulty.reading.nominee.unit) == ("1380013", "甲厅基层处")
    assert (open_.line_id, open_.source) == (None, "6\t回执.xlsx")
    assert open_.reading.nominee.unit == "甲厅", "left empty it is their own"
    service.send(entry, good.id)
    again = service.take_file(
        entry, "回执.xlsx", filled_in(*rows, [4, "林涛", "", "", "处长", "13800138003", "", "处长", ""])
    )
    assert (again.drafts, again.known) == (1, ((4, "王芳"), (5, "李雷"), (6, "韩梅梅")))


def test_a_file_that_is_no_list_of_people_is_refused_as_a_whole(
    session: Session, cast: Cast, training: Training
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    assert refusal(lambda: service.take_file(entry, "a.csv", "甲,乙\n1,2\n".encode())) == "roster_no_header"


def test_a_stamped_receipt_is_kept_and_goes_for_good(
    session: Session, cast: Cast, training: Training
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    data = picture()
    receipt_id = service.attach(entry, "C:\\扫描\\回执.exe", data)
    (scan,) = queries.scans(session, training.id, unit.id)
    assert (scan.file_name, scan.media_type) == ("回执.png", "image/png")
    assert service.kept_bytes(scan.file_key) == data
    service.remove_scan(cast.actor(), training, receipt_id)
    assert not storage.exists(scan.file_key)
    look_again(session)
    assert not queries.scans(session, training.id, unit.id)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "attachment.empty"), (b"MZ executable", "attachment.kind"), (b"%PDF-1.7 nothing", "attachment.broken"),
     (b"\x89PNG\r\n\x1a\n" + b"0" * 40, "attachment.broken")],
)  # fmt: skip
def test_what_is_no_sound_pdf_or_picture_is_refused(
    session: Session, cast: Cast, training: Training, data: bytes, code: str
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    assert refusal(lambda: service.attach(entry, "a.pdf", data)) == code


def test_the_file_of_a_notice_takes_the_place_of_the_one_before(
    session: Session, cast: Cast, training: Training
) -> None:
    keys = []
    for _ in range(2):
        service.set_notice(
            cast.actor(), training, "", "", late_replacement=False, file=("通知.png", picture())
        )
        db.session().rollback()
        keys.append(queries.notice_of(session, training.id).file_key)
    assert [storage.exists(key or "") for key in keys] == [False, True]
    service.drop_file(cast.actor(), training)
    assert not storage.exists(keys[1] or "")
