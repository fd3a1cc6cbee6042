"""Lecturers as a pool over all trainings: what they teach, when they can come, and where they are already."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_session, make_training
from tests.queries.counting import statements
from tests.timetables import make_lecturers
from trainingmgr.domain.schedule import ContributorRole, ContributorType
from trainingmgr.models import Contribution, Lecturer, LecturerWindow, Training

Client = Callable[[str], FlaskClient]
ZONE = ZoneInfo("Asia/Shanghai")
NOTED = {"first": "2026-05-11", "last": "2026-05-12", "start": "09:00", "end": "11:00"}


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CLASS")


@pytest.fixture
def person(session: Session, cast: Cast) -> Lecturer:
    return make_lecturers(session, cast.organisation)[0]


def _teaches(session: Session, training: Training, lecturer: Lecturer, title: str, hour: int) -> None:
    start = datetime(2026, 5, 11, hour, tzinfo=ZONE)
    row = make_session(session, training, title_zh=title, title_en=title, start=start)
    row.contributions.append(
        Contribution(
            position=1, lecturer_id=lecturer.id, role=ContributorRole.LECTURE, topic_zh="社区协商100%落实"
        )
    )
    session.commit()


def test_times_are_noted_a_stretch_a_day_and_removed_again(
    session: Session, training: Training, person: Lecturer, client_as: Client
) -> None:
    client = client_as("organiser")
    address = f"/t/CLASS/lecturers/{person.id}"
    assert "can come at any time" in client.get(address).text
    for wrong, words in (
        ({"last": "2026-05-10"}, "The last day is before the first"),
        ({"last": "2026-08-01"}, "note at most 62 at once"),
        ({"end": "09:00"}, "must be later than the start"),
        ({"start": ""}, "This is needed."),
    ):
        answer = client.post(f"{address}/availability", data=NOTED | wrong)
        assert answer.status_code == 422
        assert words in answer.text
        # What was typed, and the lecturer's own form, are still there.
        assert 'value="2026-05-11"' in answer.text
        assert 'value="陈越良"' in answer.text
    for _again in range(2):
        assert client.post(f"{address}/availability", data=NOTED).status_code == 303
    look_again(session)
    rows = session.scalars(sa.select(LecturerWindow).order_by(LecturerWindow.starts_at)).all()
    assert [row.starts_at for row in rows] == [datetime(2026, 5, day, 1, tzinfo=UTC) for day in (11, 12)]
    assert "Mon 11 May 2026 09:00–11:00" in client.get(address).text
    assert client.post(f"{address}/availability/{rows[0].id}/delete").status_code == 303
    assert "Mon 11 May 2026 09:00–11:00" not in client.get(address).text
    assert client.post(f"{address}/availability/{rows[0].id}/delete").status_code == 404


def test_other_organisations_lecturers_get_no_times(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    stranger = make_lecturers(session, cast.elsewhere)[0]
    row = LecturerWindow(
        lecturer_id=stranger.id,
        starts_at=datetime(2026, 5, 11, 1, tzinfo=UTC),
        ends_at=datetime(2026, 5, 11, 2, tzinfo=UTC),
    )
    session.add(row)
    session.commit()
    address = f"/t/CLASS/lecturers/{stranger.id}/availability"
    client = client_as("owner")
    assert client.post(address, data=NOTED).status_code == 404
    assert client.post(f"{address}/{row.id}/delete").status_code == 404


def test_the_timetable_tells_of_a_lecturer_who_does_not_come_then(
    session: Session, training: Training, person: Lecturer, client_as: Client
) -> None:
    _teaches(session, training, person, "第一讲", 10)
    client = client_as("organiser")
    address = f"/t/CLASS/lecturers/{person.id}/availability"
    words = "CHEN Yueliang is not there at the time of “第一讲”."
    # What was said of an earlier training says nothing of this one.
    client.post(address, data=NOTED | {"first": "2026-05-04", "last": "2026-05-04"})
    assert words not in unescape(client.get("/t/CLASS/schedule").text)
    client.post(address, data=NOTED)
    page = unescape(client.get("/t/CLASS/schedule").text)
    assert words in page
    assert "They come on 11 May 2026 from 09:00 to 11:00" in page
    # The next stretch begins where the first ends: the two are one.
    client.post(address, data=NOTED | {"last": "2026-05-11", "start": "11:00", "end": "12:00"})
    assert words not in unescape(client.get("/t/CLASS/schedule").text)


def test_somebody_in_two_trainings_at_once_is_told_in_both(
    session: Session, cast: Cast, training: Training, person: Lecturer, client_as: Client
) -> None:
    other = make_training(session, cast.organisation, code="OTHER", title_en="The other class")
    _teaches(session, training, person, "甲讲", 9)
    client = client_as("organiser")
    assert "two places" not in client.get("/t/CLASS/schedule").text
    _teaches(session, other, person, "乙讲", 10)
    here = unescape(client.get("/t/CLASS/schedule").text)
    assert "At the time of “甲讲”, CHEN Yueliang is in “乙讲” of “The other class”." in here
    there = unescape(client.get("/t/OTHER/schedule").text)
    assert "At the time of “乙讲”, CHEN Yueliang is in “甲讲” of" in there
    assert "Begin “乙讲” at 10:30 or later" in there


def test_the_pool_is_searched_by_what_people_teach_and_taught(
    session: Session, cast: Cast, training: Training, person: Lecturer, client_as: Client
) -> None:
    other = make_training(session, cast.organisation, code="OTHER", title_en="The other class")
    _teaches(session, training, person, "甲讲", 9)
    _teaches(session, other, person, "乙讲", 14)
    client = client_as("organiser")
    address = f"/t/CLASS/lecturers/{person.id}"
    filled = {"type": "person", "name": "陈越良", "unit": "中央组织部组织二局", "title_zh": "局长"}
    assert (
        client.post(address, data=filled | {"topics_en": "Elections", "languages": "英语"}).status_code == 303
    )
    for text, found in (
        ("elections 英语", True),
        ("协商100%", True),
        ("协商100_", False),
        ("二局 陈", True),
        ("选举", False),
    ):
        page = client.get("/t/CLASS/lecturers", query_string={"q": text}).text
        assert ("陈越良" in page.split("<tbody>")[-1]) == found, text
    assert "2 sessions, 2 trainings" in client.get("/t/CLASS/lecturers").text
    page = client.get(address).text
    # The latest first, in whichever training.
    assert page.index("/t/OTHER/schedule#s") < page.index("/t/CLASS/schedule#s")
    assert "The other class" in page


def test_the_list_and_the_clashes_take_as_many_statements_for_many_lecturers(
    session: Session, cast: Cast, training: Training, person: Lecturer, client_as: Client
) -> None:
    _teaches(session, training, person, "甲讲", 8)
    client = client_as("organiser")
    counts = []
    for names in ((), ("李", "王", "赵", "周")):
        for hour, name in enumerate(names, 9):
            lecturer = Lecturer(organisation_id=cast.organisation.id, type=ContributorType.PERSON, name=name)
            session.add(lecturer)
            session.flush()
            _teaches(session, training, lecturer, f"{name}讲", hour)
        with statements() as seen:
            client.get("/t/CLASS/lecturers")
            client.get("/t/CLASS/schedule")
        counts.append(len(seen))
    assert counts[0] == counts[1]
