from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_training, make_unit
from tests.rosters import id_number
from trainingmgr.documents.tabular import OutSheet, write_csv, write_xlsx
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.person import IdType
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.models import Attendance, AuditEntry, Training
from trainingmgr.queries.person import seal_id
from trainingmgr.services.attendance import import_attendance

PRESENT, LATE, ON_LEAVE, ABSENT = AttendanceMark
SHANGHAI = ZoneInfo("Asia/Shanghai")
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_training(session, cast.organisation)
    for day, hour, title in ((11, 9, "开班式"), (11, 10, "专题授课"), (12, 10, "专题授课")):
        make_session(
            session,
            training,
            title_zh=title,
            title_en="",
            start=datetime(2026, 5, day, hour, tzinfo=SHANGHAI),
        )
    return training


def stored(session: Session) -> set[tuple[int, str]]:
    session.rollback()
    return {
        (row[0], row[1].value)
        for row in session.execute(sa.select(Attendance.registration_id, Attendance.mark))
    }


def csv(*rows: tuple[str, ...]) -> bytes:
    return write_csv(rows[0], rows[1:])


def test_a_column_for_each_session_is_taken_over(session: Session, cast: Cast, training: Training) -> None:
    one, two = make_registration(session, training, "张伟"), make_registration(session, training, "王芳")
    book = write_xlsx(
        [
            OutSheet(
                "考勤",
                ["序号", "姓 名", "开班式", "5月11日 专题授课", "05-12 10:00 专题授课", "出勤率"],
                [
                    ["1", "张 伟", "√", "迟到", "", "67%"],
                    ["2", "王芳", "请假", "出勤", "缺勤", "33%"],
                    ["", "合计", "1", "2", "0", ""],
                ],
                title="培训班考勤表",
            )
        ]
    )
    result = import_attendance(cast.actor(), training, book)
    assert (result.problems, result.written, result.people, result.new) == ([], True, 2, 5)
    assert stored(session) == {
        (one.id, "present"),
        (one.id, "late"),
        (two.id, "on_leave"),
        (two.id, "present"),
        (two.id, "absent"),
    }
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.action, entry.details["new"]) == ("attendance.imported", 5)


def test_one_row_a_mark_is_taken_over(session: Session, cast: Cast, training: Training) -> None:
    who = make_registration(session, training, "张伟")
    data = csv(
        ("Full name", "Session", "Mark"),
        ("张伟", "开班式", "present"),
        ("张伟", "2026-05-12 专题授课", "leave"),
    )
    result = import_attendance(cast.actor(), training, data)
    assert result.problems == []
    assert stored(session) == {(who.id, "present"), (who.id, "on_leave")}


def test_the_same_file_again_changes_nothing_and_a_changed_cell_that_one_mark(
    session: Session, cast: Cast, training: Training
) -> None:
    make_registration(session, training, "张伟")
    import_attendance(cast.actor(), training, csv(("姓名", "开班式"), ("张伟", "迟到")))
    again = import_attendance(cast.actor(), training, csv(("姓名", "开班式"), ("张伟", "迟到")))
    assert (again.written, again.unchanged) == (False, 1)
    changed = import_attendance(cast.actor(), training, csv(("姓名", "开班式"), ("张伟", "缺")))
    assert (changed.written, changed.new, changed.changed) == (True, 0, 1)


def test_a_dry_run_writes_nothing(session: Session, cast: Cast, training: Training) -> None:
    make_registration(session, training, "张伟")
    result = import_attendance(
        cast.actor(), training, csv(("姓名", "开班式"), ("张伟", "迟到")), dry_run=True
    )
    assert (result.written, result.new) == (False, 1)
    assert stored(session) == set()


def test_with_one_faulty_row_nothing_is_written_and_every_fault_is_named(
    session: Session, cast: Cast, training: Training
) -> None:
    make_registration(session, training, "张伟")
    make_registration(session, training, "孙丽", status=RegistrationStatus.WITHDRAWN)
    data = csv(
        ("姓名", "开班式"),
        ("张伟", "出勤"),
        ("李四", "出勤"),
        ("张伟", "病了"),
        ("", "出勤"),
        ("孙丽", "出勤"),
        ("张伟", "缺勤"),
    )
    result = import_attendance(cast.actor(), training, data)
    assert [(one.code, one.values["row"]) for one in result.problems] == [
        ("attendance_person_unknown", 3),
        ("attendance_mark_unknown", 4),
        ("attendance_name_missing", 5),
        ("attendance_person_not_on_class", 6),
        ("attendance_twice", 7),
    ]
    assert result.problems[-1].values["first"] == 2
    assert not result.written
    assert stored(session) == set()


def test_namesakes_are_told_apart_by_unit_phone_or_id_and_never_guessed(
    session: Session, cast: Cast, training: Training
) -> None:
    units = [
        make_unit(session, cast.organisation, name) for name in ("甲市民政局", "乙市民政局", "丙市民政局")
    ]
    by_unit = make_registration(session, training, "张伟", unit_id=units[0].id)
    by_phone = make_registration(session, training, "张伟", unit_id=units[1].id, phone="+8613800000001")
    by_id = make_registration(session, training, "张伟", unit_id=units[2].id)
    person = by_id.person
    for name, value in seal_id(person.uid, cast.organisation.id, IdType.RESIDENT_ID, ID_NUMBER).items():
        setattr(person, name, value)
    session.commit()
    head = ("姓名", "单位", "手机号码", "身份证号", "开班式")
    data = csv(
        head,
        ("张伟", "甲市民政局处长", "", "", "出勤"),
        ("张伟", "", "138-0000-0001", "", "迟到"),
        ("张伟", "", "", ID_NUMBER.lower(), "缺勤"),
    )
    result = import_attendance(cast.actor(), training, data)
    assert result.problems == []
    assert stored(session) == {(by_unit.id, "present"), (by_phone.id, "late"), (by_id.id, "absent")}
    doubtful = import_attendance(cast.actor(), training, csv(head, ("张伟", "", "", "", "出勤")))
    assert [one.code for one in doubtful.problems] == ["attendance_person_ambiguous"]
    other = import_attendance(cast.actor(), training, csv(head, ("李四", "", "", ID_NUMBER, "出勤")))
    assert [one.code for one in other.problems] == ["attendance_id_of_other"]
    rounded = import_attendance(cast.actor(), training, csv(head, ("张伟", "", "", "1.10105E+17", "出勤")))
    assert [one.code for one in rounded.problems] == ["attendance_id_rounded"]


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (("姓名", "专题授课"), "attendance_column_ambiguous"),
        (("姓名", "结业式"), "attendance_column_unknown"),
        (("姓名", "开班式", "5-11 09:00"), "attendance_column_twice"),
    ],
)
def test_columns_that_are_not_plainly_one_session_are_named(
    session: Session, cast: Cast, training: Training, head: tuple[str, ...], code: str
) -> None:
    make_registration(session, training, "张伟")
    result = import_attendance(cast.actor(), training, csv(head, ("张伟", *["出勤"] * (len(head) - 1))))
    assert [one.code for one in result.problems] == [code]
    assert stored(session) == set()


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((("甲", "乙"), ("1", "2")), "attendance_file_no_header"),
        ((("姓名", "单位"), ("张伟", "民政局")), "attendance_file_no_header"),
        ((("姓名", "开班式"), ("张伟", "")), "attendance_file_no_rows"),
    ],
)
def test_files_that_hold_no_attendance_are_refused(
    session: Session, cast: Cast, training: Training, rows: tuple[tuple[str, ...], ...], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        import_attendance(cast.actor(), training, csv(*rows))
    assert refused.value.code == code


def test_somebody_with_another_id_number_is_not_the_namesake_on_the_roster(
    session: Session, cast: Cast, training: Training
) -> None:
    known = make_registration(session, training, "张伟")
    person = known.person
    for column, value in seal_id(person.uid, training.organisation_id, IdType.RESIDENT_ID, ID_NUMBER).items():
        setattr(person, column, value)
    session.commit()
    data = csv(("姓名", "身份证号", "开班式"), ("张伟", id_number(7), "出勤"))
    result = import_attendance(cast.actor(), training, data)
    assert [(one.code, one.values["row"]) for one in result.problems] == [("attendance_id_of_other", 2)]
    assert stored(session) == set()
