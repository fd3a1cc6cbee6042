"""Rooms and sites with what planning needs to know of them, and the way of a visit."""

import re
from collections.abc import Callable
from datetime import datetime, time
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_session, make_site, make_training
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.models import Site, Training, TrainingSession, Venue, VisitStop

Client = Callable[[str], FlaskClient]
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CLASS")


def _visit(session: Session, training: Training, *stops: tuple[Site, int | None]) -> TrainingSession:
    row = make_session(
        session,
        training,
        kind=SessionKind.SITE_VISIT,
        title_zh="现场教学",
        title_en="Visit",
        start=datetime(2026, 5, 11, 14, tzinfo=ZONE),
    )
    row.stops.extend(
        VisitStop(position=number, site_id=site.id, minutes=minutes)
        for number, (site, minutes) in enumerate(stops, 1)
    )
    session.commit()
    return row


def test_a_room_is_added_changed_offered_and_deleted(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    filled = {"name_zh": "一号厅", "name_en": "Hall 1", "capacity": "80", "latitude": "30.65"}
    answer = client.post("/t/CLASS/venues/new", data=filled)
    assert answer.status_code == 422
    assert "give both, or neither" in answer.text
    assert 'value="一号厅"' in answer.text
    filled["longitude"] = "104.0648001"
    assert client.post("/t/CLASS/venues/new", data=filled).status_code == 303
    assert "on the list of rooms already" in client.post("/t/CLASS/venues/new", data=filled).text
    look_again(session)
    row = session.scalars(sa.select(Venue)).one()
    assert (row.latitude, row.longitude, row.capacity) == (30.65, 104.0648, 80)
    make_session(session, training, place_zh="一号厅")
    assert '<option value="一号厅">' in client.get("/t/CLASS/schedule/new").text
    address = f"/t/CLASS/venues/{row.id}"
    for field, wrong in (("latitude", "91"), ("longitude", "nan"), ("capacity", "0"), ("latitude", "x")):
        assert client.post(address, data=filled | {field: wrong}).status_code == 422
    assert client.post(address, data=filled | {"capacity": ""}).status_code == 303
    look_again(session)
    assert session.scalars(sa.select(Venue.capacity)).one() is None
    assert client.post(f"{address}/delete").status_code == 303
    assert "No room is on the list yet" in client.get("/t/CLASS/venues").text
    assert session.scalars(sa.select(TrainingSession.place_zh)).one() == "一号厅"


def test_other_organisations_rooms_and_visits_are_not_found(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    row = Venue(organisation_id=cast.elsewhere.id, name_zh="别处")
    session.add(row)
    session.commit()
    client = client_as("owner")
    assert "别处" not in client.get("/t/CLASS/venues").text
    assert client.get(f"/t/CLASS/venues/{row.id}").status_code == 404
    assert client.post(f"/t/CLASS/venues/{row.id}", data={"name_zh": "x"}).status_code == 404
    assert client.post(f"/t/CLASS/venues/{row.id}/delete").status_code == 404
    lecture = make_session(session, training)
    assert client.get(f"/t/CLASS/schedule/{lecture.id}/route").status_code == 404


def test_a_sites_opening_and_capacity_are_kept_and_checked(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    site = make_site(session, cast.organisation, name_zh="清源社区")
    client = client_as("organiser")
    filled = {"name_zh": "清源社区", "district_zh": "金牛区", "opens_at": "09:00", "closes_at": "08:00"}
    answer = client.post(f"/t/CLASS/sites/{site.id}", data=filled)
    assert answer.status_code == 422
    assert "closes later than it opens" in answer.text
    filled |= {"closes_at": "17:30", "capacity": "60", "taught_zh": "居民议事"}
    assert client.post(f"/t/CLASS/sites/{site.id}", data=filled).status_code == 303
    look_again(session)
    assert session.get_one(Site, site.id).closes_at == time(17, 30)
    listed = client.get("/t/CLASS/sites").text
    assert "09:00–17:30" in listed
    assert "居民议事" in listed


def test_the_timetable_tells_of_rooms_ways_and_opening_times(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    hall = Venue(
        organisation_id=cast.organisation.id, name_zh="一号厅", name_en="Hall 1", capacity=1, latitude=30.65,
        longitude=104.06,
    )  # fmt: skip
    session.add(hall)
    near = make_site(
        session, cast.organisation, name_zh="甲", district_zh="", latitude=30.70, longitude=104.06,
        opens_at=time(9), closes_at=time(14, 30),
    )  # fmt: skip
    far = make_site(session, cast.organisation, name_zh="乙", latitude=30.80, longitude=104.06)
    make_session(
        session,
        training,
        title_zh="讲座",
        title_en="Talk",
        place_zh="一号厅",
        start=datetime(2026, 5, 11, 12, 29, tzinfo=ZONE),
    )
    _visit(session, training, (near, 60), (far, None))
    assert "holds" not in client.get("/t/CLASS/schedule").text
    make_registration(session, training)
    make_registration(session, training)
    # The page that was kept before is not shown again: the people belong to what it is kept under.
    page = unescape(client.get("/t/CLASS/schedule").text)
    assert "一号厅 holds 1 people; 2 come to “Talk”." in page
    assert "From 一号厅 to 甲 it takes 25 minutes; there are 1." in page
    assert "甲 is open from 09:00 to 14:30; “Visit” is there at another time." in page
    session.delete(session.get_one(Venue, hall.id))
    session.commit()
    assert "一号厅 holds" not in client.get("/t/CLASS/schedule").text


def test_a_visit_shows_its_way_as_a_drawing_and_as_a_table(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    place = {"district_zh": "青羊区", "host_contact": "联系人", "host_phone": "13900001234"}
    one = make_site(
        session, cast.organisation, name_zh="甲<社区>", latitude=30.70, longitude=104.06, taught_zh="居民议事", **place
    )  # fmt: skip
    two = make_site(session, cast.organisation, name_zh="乙社区", latitude=30.67, longitude=104.04, **place)
    three = make_site(session, cast.organisation, name_zh="丙社区", **place)
    row = _visit(session, training, (one, None), (two, 20), (three, None))
    page = unescape(client_as("viewer").get(f"/t/CLASS/schedule/{row.id}/route").text)
    assert page.count('<circle r="14"') == 2
    assert "甲<社区>" in page
    assert "居民议事" in page
    assert re.search(r"nobody has entered where they are:\s+丙社区</p>", page)
    # 90 minutes, of which 20 go by on the way and 20 are set.
    assert [part in page for part in ("14:00–14:25", "14:45–15:05", "15:05–15:30")] == [True] * 3
    assert "3.8 km, 20 min" in page
    assert "13900001234" not in page
    assert f'href="/t/CLASS/schedule/{row.id}/route"' in client_as("viewer").get("/t/CLASS/schedule").text
