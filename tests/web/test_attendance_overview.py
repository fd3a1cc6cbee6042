"""The sessions of a training with how far their sheets are, and people by sessions."""

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_training
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.extensions import now
from trainingmgr.models import Training, TrainingSession

ClientAs = Callable[[str], FlaskClient]


JSON = {"Accept": "application/json"}


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CD")


@pytest.fixture
def lecture(session: Session, training: Training) -> TrainingSession:
    return make_session(session, training, title_en="Community governance")


def test_the_list_of_sessions_puts_the_one_to_take_first_and_leaves_meals_out(
    session: Session, client_as: ClientAs, cast: Cast
) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    today = now().astimezone(zone)
    training = make_training(
        session, cast.organisation, code="TODAY", start_date=today.date(), end_date=today.date()
    )
    running = make_session(session, training, title_en="Now on", start=today - timedelta(minutes=20))
    make_session(session, training, title_en="Long ago", start=today - timedelta(days=9))
    make_session(session, training, title_en="Lunch", kind=SessionKind.MEAL, start=today)
    make_registration(session, training)
    client = client_as("front_desk")
    page = client.get("/t/TODAY/attendance").text
    assert page.index("Now on") < page.index("Long ago")
    assert "Lunch" not in page
    assert "Lunch" in client.get("/t/TODAY/attendance?all=1").text
    answer = client.get("/t/TODAY/attendance/now?show=missing")
    assert answer.location == f"/t/TODAY/attendance/{running.id}?show=missing"


def test_the_list_tells_how_far_each_sheet_is(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    people = [make_registration(session, training) for _ in range(3)]
    make_registration(session, training, status=RegistrationStatus.WITHDRAWN)
    client = client_as("front_desk")
    page = client.get("/t/CD/attendance").text
    assert "Not taken" in page
    assert "Take attendance" in page
    for number, one in enumerate(people):
        client.post(f"/t/CD/attendance/{lecture.id}", data={f"m{one.id}": "late"}, headers=JSON)
        page = client.get("/t/CD/attendance").text
        assert ("Taken" in page) if number == 2 else (f"{number + 1} of 3" in page)
    assert "3 late" in page
    assert "Open the sheet" in page
    assert "Take attendance" not in page
    client.set_cookie("trainingmgr_language", "zh")
    assert "迟到 3" in client.get("/t/CD/attendance").text


def test_people_by_sessions_shows_each_mark_and_what_is_missing(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    second = make_session(session, training, title_en="Second")
    who = make_registration(session, training, "王芳")
    client = client_as("front_desk")
    for one, mark in ((lecture, "present"), (second, "absent")):
        client.post(f"/t/CD/attendance/{one.id}", data={f"m{who.id}": mark}, headers=JSON)
    page = client_as("viewer").get("/t/CD/attendance/matrix").text
    assert re.findall(r'class="cell c-(\w+)"', page) == ["present", "absent"]
    assert "Earned 2 of 4 class hours; 3.43 needed, 1.43 short" in page


def test_people_by_sessions_is_paged_and_may_be_had_whole(
    session: Session,
    client_as: ClientAs,
    training: Training,
    lecture: TrainingSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("trainingmgr.web.attendance.views.MATRIX_PAGE", 2)
    names = [make_registration(session, training, f"人{number}").person.name for number in range(5)]
    client, address, seen = client_as("viewer"), "/t/CD/attendance/matrix", []
    while address:
        page = client.get(address).text
        seen += re.findall(r'<th scope="row">([^<]+)<', page)
        found = re.findall(r'href="([^"]+)">Next page', page)
        address = found[0].replace("&amp;", "&") if found else ""
    assert seen == names
    whole = client.get("/t/CD/attendance/matrix?all=1").text
    assert re.findall(r'<th scope="row">([^<]+)<', whole) == names


def test_past_sessions_that_are_not_fully_taken_are_pointed_out_the_earliest_first(
    session: Session, client_as: ClientAs, training: Training
) -> None:
    make_registration(session, training)
    at = now()
    three, *_later = (
        make_session(session, training, start=at - timedelta(days=days), title_en=f"{days} days ago")
        for days in (3, 2, 1)
    )
    page = client_as("front_desk").get("/t/CD/attendance").text
    notice = page[page.index("2 sessions that are over are not fully taken") :]
    assert re.findall(r'href="/t/CD/attendance/(\d+)"', notice)[0] == str(three.id)
