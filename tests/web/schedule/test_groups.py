"""Parallel tracks on screen: the form, the timetable, its filter, a file with a column of groups."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_session, make_training
from trainingmgr.documents.tabular import OutSheet, write_xlsx
from trainingmgr.models import SessionGroup, Training, Venue
from trainingmgr.queries.schedule import timetable

Client = Callable[[str], FlaskClient]
FILLED = {
    "kind": "lecture",
    "title_zh": "养老服务",
    "day": "2026-05-12",
    "start": "09:00",
    "end": "10:30",
    "place_zh": "小教室",
}


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_training(session, cast.organisation, code="CLASS")
    for group in ("一组", "一组", "二组"):
        make_registration(session, training, group_name=group)
    return training


def test_a_session_is_laid_for_groups_and_clashes_only_within_them(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    session.add(Venue(organisation_id=cast.organisation.id, name_zh="小教室", capacity=1))
    start = datetime(2026, 5, 12, 9, tzinfo=ZoneInfo(training.time_zone))
    make_session(session, training, title_zh="社会救助", title_en="", start=start).groups = [
        SessionGroup(group_name="二组")
    ]
    session.commit()
    client = client_as("organiser")
    offered = client.get("/t/CLASS/schedule/new").text
    assert 'value="一组"' in offered
    filled = FILLED | {"groups": ["一组"], "more_groups": "观察员、"}
    told = client.post("/t/CLASS/schedule/new", data=filled, follow_redirects=True).text
    assert "小教室 holds 1 people; 2 come" in told
    assert "two sessions at once" not in told
    assert '<p class="g">一组, 观察员</p>' in told
    assert 'class="par tracks' in told
    look_again(session)
    entry = next(one for one in timetable(session, training).entries if one.title_zh == "养老服务")
    kept = client.get(f"/t/CLASS/schedule/{entry.id}").text
    assert 'value="观察员"' in kept
    told = client.post(
        f"/t/CLASS/schedule/{entry.id}",
        data=FILLED | {"groups": ["二组"], "version": "1"},
        follow_redirects=True,
    ).text
    assert "二组 has two sessions at once" in told


def test_only_one_groups_timetable_is_shown_and_taken_along(
    session: Session, training: Training, client_as: Client
) -> None:
    for title, group in (("社会救助", "二组"), ("养老服务", "一组"), ("开班式", "")):
        make_session(session, training, title_zh=title, title_en="").groups = (
            [SessionGroup(group_name=group)] if group else []
        )
    session.commit()
    client = client_as("viewer")
    page = client.get("/t/CLASS/schedule?group=一组").text
    assert "养老服务" in page
    assert "开班式" in page
    assert "社会救助" not in page.split("groupnav")[1]
    calendar = client.get("/t/CLASS/schedule/calendar.ics?group=二组").text
    assert calendar.count("BEGIN:VEVENT") == 2
    assert client.get("/t/CLASS/schedule?group=九组").text.count("<article") == 3


def test_a_file_names_groups_and_parallel_sessions_stay_apart(
    session: Session, training: Training, client_as: Client
) -> None:
    head = ["日期", "时间", "内容", "组别"]
    rows = [
        ["5月12日", "9:00-10:30", "专题授课", "一组"],
        ["", "9:00-10:30", "专题授课", "二组、三组"],
        ["", "14:00-15:30", "总结", "全体"],
    ]
    client = client_as("organiser")

    def bring(rows: list[list[str]], agreed: dict[str, int]) -> str:
        data = write_xlsx([OutSheet("日程", head, rows)])
        answer = client.post("/t/CLASS/schedule/import", data={"file": (BytesIO(data), "日程.xlsx")})
        page = client.get(answer.location).text
        client.post(f"{answer.location}/confirm", data=agreed)
        return page

    bring(rows, {"new": 3, "changed": 0})
    look_again(session)
    assert [one.groups for one in timetable(session, training).entries] == [("一组",), ("二组", "三组"), ()]
    assert "Nothing to do" in bring(rows, {"new": 0, "changed": 0})
    rows[1][3] = "二组"
    assert "Groups" in bring(rows, {"new": 0, "changed": 1})
    look_again(session)
    assert [one.groups for one in timetable(session, training).entries] == [("一组",), ("二组",), ()]
