"""A timetable from a file: looked at, then written whole or not at all."""

import re
from collections.abc import Callable
from io import BytesIO

import icalendar
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_training, make_unit, make_unplaced
from tests.timetables import make_timetable
from trainingmgr.documents.tabular import OutSheet, write_xlsx
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.models import Lecturer, SessionGroup, Training, TrainingSession, Unit, UnplacedSession

Client = Callable[[str], FlaskClient]
HEAD = ["日期", "时间", "内容", "地点", "授课人"]
ROWS = [
    ["5月11日", "9:00-9:45", "开班式", "报告厅", "陈越良（民政部基层政权建设和社区治理司司长）"],
    ["", "10:00-11:30", "专题授课（一）", "报告厅", "中央组织部组织二局有关负责同志"],
    ["5月12日", "14:00-17:00", "经验交流", "", "四川省成都市民政局、北京市海淀区"],
]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CLASS")


def workbook(rows: list[list[str]]) -> bytes:
    return write_xlsx([OutSheet("日程", HEAD, rows, title="培训班日程表")])


def upload(client: FlaskClient, data: bytes, name: str = "日程.xlsx") -> tuple[str, str]:
    """The address of the preview and what it says."""
    answer = client.post("/t/CLASS/schedule/import", data={"file": (BytesIO(data), name)})
    assert answer.status_code == 303, re.findall(r'class="error"[^>]*>([^<]*)', answer.text)
    return answer.location, client.get(answer.location).text


def confirm(client: FlaskClient, place: str, page: str) -> str:
    agreed = dict(re.findall(r'name="(new|changed)" value="(\d+)"', page))
    return client.post(f"{place}/confirm", data=agreed, follow_redirects=True).text


def sessions(session: Session) -> list[TrainingSession]:
    look_again(session)
    return list(session.scalars(sa.select(TrainingSession).order_by(TrainingSession.starts_at)))


def test_a_workbook_is_looked_at_and_laid_and_the_same_again_changes_nothing(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    place, page = upload(client, workbook(ROWS))
    assert sessions(session) == []
    assert "Import 3 sessions" in page
    assert "Sessions added: 3, changed: 0." in confirm(client, place, page)
    laid = sessions(session)
    assert [one.title_zh for one in laid] == ["开班式", "专题授课（一）", "经验交流"]
    assert [[part.lecturer.type for part in one.contributions] for one in laid] == [
        [ContributorType.PERSON], [ContributorType.UNNAMED], [ContributorType.UNIT] * 2,
    ]  # fmt: skip
    assert laid[0].contributions[0].lecturer.name == "陈越良"
    again = upload(client, workbook(ROWS))[1]
    assert "Nothing to do: the timetable stands like this already." in again
    assert client.get(place).status_code == 303


def test_a_changed_row_changes_its_session_and_keeps_the_rest_of_it(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    confirm(client, *upload(client, workbook(ROWS)))
    row = sessions(session)[0]
    row.compulsory, row.title_en = True, "Opening"
    session.commit()
    moved = [[*ROWS[0][:3], "大礼堂", ""], *ROWS[1:]]
    place, page = upload(client, workbook(moved))
    assert "Import one session" in page
    confirm(client, place, page)
    row = sessions(session)[0]
    assert (row.place_zh, row.compulsory, row.title_en, row.sequence) == ("大礼堂", True, "Opening", 1)
    assert row.contributions[0].lecturer.name == "陈越良"
    assert session.scalar(sa.select(sa.func.count(Lecturer.id))) == 4


def test_a_session_that_waits_gets_the_time_that_the_file_has_for_it(
    session: Session, training: Training, client_as: Client
) -> None:
    groups = [SessionGroup(group_name="一组")]
    waiting = make_unplaced(session, training, title_zh="开班式", minutes=30, compulsory=True, groups=groups)
    kept = waiting.id, waiting.uid
    del waiting, groups
    client = client_as("organiser")
    place, page = upload(client, workbook(ROWS))
    assert "Sessions added: 2, changed: 1." in confirm(client, place, page)
    row = sessions(session)[0]
    assert ((row.id, row.uid), row.title_zh, row.compulsory) == (kept, "开班式", True)
    assert [one.group_name for one in row.groups] == ["一组"]
    assert session.scalars(sa.select(UnplacedSession)).all() == []
    assert "Nothing to do" in upload(client, workbook(ROWS))[1]


def test_faulty_rows_are_named_and_nothing_is_written(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    rows = [*ROWS, ["5月12日", "九点", "课", "", ""], ["6月1日", "9:00-10:00", "课", "", ""], ROWS[2]]
    place, page = upload(client, workbook(rows))
    assert "Row 6, time: “九点” is no time of day." in page
    assert re.search(r"Row 7: 1 Jun 2026 is not a day of this training", page)
    assert "Row 8: “经验交流” at the same time stands in row 5 already." in page
    assert "Import 3 sessions" not in page
    client.post(f"{place}/confirm", data={"new": 3, "changed": 0})
    assert sessions(session) == []


def test_what_was_agreed_to_is_what_is_written(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    place, page = upload(client, workbook(ROWS))
    confirm(client, *upload(client, workbook(ROWS[:1])))
    assert "The timetable was changed since you looked." in confirm(client, place, page)
    assert len(sessions(session)) == 1


def test_an_alias_of_a_unit_is_the_unit(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    make_unit(session, cast.organisation, "民政部基层政权建设和社区治理司")
    client = client_as("organiser")
    confirm(client, *upload(client, workbook(ROWS[:1])))
    assert session.scalar(sa.select(sa.func.count(Unit.id)).where(Unit.name.contains("基层政权"))) == 1


def test_a_calendar_that_went_out_comes_back_onto_the_same_sessions(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    make_timetable(session, training, cast.organisation, 5)
    client = client_as("organiser")
    client.set_cookie("trainingmgr_language", "zh")
    before = sessions(session)
    session.expunge_all()
    calendar = icalendar.Calendar.from_ical(client.get("/t/CLASS/schedule/calendar.ics").data)
    first = calendar.walk("VEVENT")[0]
    first.pop("location", None)
    first.add("location", "大礼堂")
    place, page = upload(client, calendar.to_ical(), "class.ics")
    confirm(client, place, page)
    after = sessions(session)
    assert [one.uid for one in after] == [one.uid for one in before]
    assert after[0].place_zh == "大礼堂"
    assert "Import one session" not in page
    assert "导入1项日程" in page
    kept = ("kind", "description_zh", "class_hours", "title_en")
    assert [[getattr(one, name) for name in kept] for one in after] == [
        [getattr(one, name) for name in kept] for one in before
    ]


@pytest.mark.parametrize("data", [b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"%PDF-1.7", b"a,b\n1,2\n"])
def test_a_hopeless_file_is_answered_beside_its_field(
    training: Training, client_as: Client, data: bytes
) -> None:
    answer = client_as("organiser").post("/t/CLASS/schedule/import", data={"file": (BytesIO(data), "x.ics")})
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert "This is no readable calendar file." in answer.text
