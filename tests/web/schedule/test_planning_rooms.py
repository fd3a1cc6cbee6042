"""Having a timetable laid while another training of the organisation is in the hall."""

from collections.abc import Callable
from datetime import datetime
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_session, make_training, make_unplaced
from tests.web.schedule.planned import FRAME, ZONE, proposal_page, work
from trainingmgr.models import Training, TrainingSession, Venue

Client = Callable[[str], FlaskClient]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    """One day long; the hall is another training's in the morning."""
    session.add(Venue(organisation_id=cast.organisation.id, name_zh="大厅", name_en="Hall"))
    training = make_training(session, cast.organisation, code="CLASS")
    training.end_date = training.start_date
    other = make_training(session, cast.organisation, title_zh="别班", title_en="Other class")
    for hour in (9, 10, 17):
        make_session(session, other, place_zh="大厅", start=datetime(2026, 5, 11, hour, tzinfo=ZONE))
    return training


def _lecture(session: Session, training: Training) -> TrainingSession:
    return make_session(session, training, title_en="Talk", place_zh="大厅", place_en="Hall")


def _laid(session: Session, client: FlaskClient, *, optimise: bool, **asked: object) -> str:
    client.post("/t/CLASS/schedule/plan", data=FRAME | asked)
    work(session, optimise)
    return proposal_page(client)


@pytest.mark.parametrize("optimise", [False, True], ids=["greedy", "optimiser"])
def test_a_lecture_is_laid_when_no_other_training_is_in_the_hall(
    session: Session, training: Training, client_as: Client, optimise: bool
) -> None:
    lecture = _lecture(session, training)
    client = client_as("organiser")
    clash = "Hall is taken by “Lecture” of “Other class”"
    assert clash in unescape(client.get("/t/CLASS/schedule").text)
    assert clash not in _laid(session, client, optimise=optimise, keep="y")
    assert client.post("/t/CLASS/schedule/plan/proposal/accept").status_code == 303
    look_again(session)
    assert session.get_one(TrainingSession, lecture.id).starts_at.astimezone(ZONE).hour == 14
    assert "is taken by" not in unescape(client.get("/t/CLASS/schedule").text)


def test_a_room_is_chosen_that_no_other_training_is_in(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    make_unplaced(session, training, title_zh="课", minutes=180)
    client = client_as("organiser")
    page = _laid(session, client, optimise=False, choose_rooms="y")
    assert "14:00–17:00" in page
    assert ">Hall<" in page
    client.post("/t/CLASS/schedule/plan/proposal/discard")
    session.add(Venue(organisation_id=cast.organisation.id, name_zh="小厅", name_en=""))
    session.commit()
    page = _laid(session, client, optimise=False, choose_rooms="y")
    assert "08:30–11:30" in page
    assert "小厅" in page


@pytest.mark.parametrize("choice", [False, True])
def test_the_room_of_an_accepted_proposal_is_the_sessions(
    session: Session, cast: Cast, training: Training, client_as: Client, choice: bool
) -> None:
    make_unplaced(session, training, title_zh="课")
    make_unplaced(session, training, title_zh="讨论", place_en="Lobby")
    asked = {"choose_rooms": "y"}
    if choice:
        session.add(Venue(organisation_id=cast.organisation.id, name_zh="小厅", name_en="Small hall"))
        session.commit()
        asked |= {"lunch_ends": "12:00", "ends": "12:00"}
    client = client_as("organiser")
    _laid(session, client, optimise=False, **asked)
    assert client.post("/t/CLASS/schedule/plan/proposal/accept").status_code == 303
    look_again(session)
    of = sa.select(TrainingSession.title_zh, TrainingSession.place_zh, TrainingSession.place_en)
    rows = session.execute(of.where(TrainingSession.training_id == training.id)).all()
    assert {tuple(row) for row in rows} == {
        ("课", "小厅", "Small hall") if choice else ("课", "大厅", "Hall"),
        ("讨论", "", "Lobby"),
    }


def test_the_training_that_is_in_the_hall_is_named_where_nothing_can_be_laid(
    session: Session, training: Training, client_as: Client
) -> None:
    _lecture(session, training)
    client = client_as("organiser")
    noon = {"lunch_ends": "12:00", "ends": "12:00"}
    page = _laid(session, client, optimise=True, **noon)
    assert "no timetable in which all of this holds" in page
    assert "Hall is taken by “Other class” (Mon 11 May 2026 09:00–11:30, 17:00–18:30)." in page
    assert "Hold the session elsewhere, or let the other training move." in page
    client.set_cookie("trainingmgr_language", "zh")
    page = unescape(client.get("/t/CLASS/schedule/plan/proposal").text)
    assert "大厅已由“别班”（2026年5月11日" in page
