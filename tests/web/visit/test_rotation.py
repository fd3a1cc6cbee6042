"""Groups over several sites: proposed, taken into the timetable, and taken back."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import mark
from tests.factories import (
    Cast,
    look_again,
    make_registration,
    make_session,
    make_site,
    make_training,
)
from tests.timetables import invite, make_lecturers
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.models import (
    Bus,
    Contribution,
    Invitation,
    LectureFile,
    Registration,
    Site,
    Training,
    TrainingSession,
    Venue,
    VisitStop,
)
from trainingmgr.services import bus as bus_service
from trainingmgr.services.bus import BusDraft

Client = Callable[[str], FlaskClient]
ZONE = ZoneInfo("Asia/Shanghai")
URL = "/t/CLASS/visits/rotation"
DISTRICTS = ("金牛区", "青羊区", "武侯区")


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_training(session, cast.organisation, code="CLASS")
    for number, district in enumerate(DISTRICTS):
        for half in (0, 1):
            make_site(
                session, cast.organisation, name_zh=f"{district}社区{half}", district_zh=district,
                latitude=30.6 + number / 50, longitude=104.0 + half / 100,
            )  # fmt: skip
    for group in "一二三四五六":
        make_registration(session, training, group_name=f"{group}组")
    for number in (1, 2, 3):
        bus_service.save_bus(cast.actor(), training.id, BusDraft(f"{number}号车", 2))
    return training


def _asked(session: Session, **values: Any) -> dict[str, Any]:
    slots = [
        ("2026-05-13", "08:30", "11:45"),
        ("2026-05-13", "14:00", "17:15"),
        ("2026-05-14", "08:30", "11:45"),
    ]
    return {
        "sites": list(session.scalars(sa.select(Site.id))),
        "buses": list(session.scalars(sa.select(Bus.id))),
        "groups": sorted({one for one in session.scalars(sa.select(Registration.group_name)) if one}),
        "slot_day": [day for day, _starts, _ends in slots],
        "slot_starts": [starts for _day, starts, _ends in slots],
        "slot_ends": [ends for _day, _starts, ends in slots],
    } | values


def _seen(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


def test_six_groups_on_three_buses_rotate_over_three_districts(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    visit = make_session(
        session, training, kind=SessionKind.SITE_VISIT, title_zh="全班参观",
        start=datetime(2026, 5, 13, 9, tzinfo=ZONE),
    )  # fmt: skip
    visit.stops.append(
        VisitStop(position=1, site_id=session.scalars(sa.select(Site.id).order_by(Site.id)).first())
    )
    session.add(
        Venue(organisation_id=cast.organisation.id, name_zh="会议厅", latitude=30.62, longitude=104.05)
    )
    session.commit()
    guide = make_lecturers(session, cast.organisation)[0].id
    visit.contributions.append(Contribution(position=1, lecturer_id=guide, role="lecture"))
    invite(session, visit, guide)
    client = client_as("organiser")
    page = unescape(client.get(URL).text)
    assert page.count('name="groups"') == 6
    assert 'value="09:00"' in page
    asked = _asked(session, replaced=[visit.id], start="会议厅")
    page = unescape(client.get(URL, query_string=asked).text)
    assert "Put 9 visits into the timetable" in page
    assert "<svg viewBox" in page
    assert re.search(r'<p class="team">\s*1号车 <span class="small">.组, .组 · 2 people', page), (
        "phones say it too"
    )
    assert not re.search(r"\d\. 金牛区", page), "a number before a place reads like the order of stops"
    look_again(session)
    assert session.scalars(sa.select(TrainingSession.title_zh)).all() == ["全班参观"]
    assert client.post(URL, data=asked | {"seen": "other"}).status_code == 422
    assert client.post(URL, data=asked | {"seen": _seen(page)}).status_code == 303
    look_again(session)
    rows = list(session.scalars(sa.select(TrainingSession)))
    assert "全班参观" not in {row.title_zh for row in rows}
    seen = Counter((one.group_name, row.title_zh) for row in rows for one in row.groups)
    assert len(seen) == 18
    assert set(seen.values()) == {1}
    for row in rows:
        assert [stop.site.district_zh for stop in row.stops] == [row.title_zh[5:8]] * 2
        assert len({ride.bus_id for ride in row.rides}) == 1
        assert {ride.group_name for ride in row.rides} == {one.group_name for one in row.groups}
    page = unescape(client.get("/t/CLASS/visits").text)
    address = page.split('undo-bar" method="post" action="')[1].split('"')[0]
    timetable = unescape(client.get("/t/CLASS/schedule").text)
    for clash in ("in two places", "goes two ways", "two sessions at once"):
        assert clash not in timetable
    assert client.post(address).status_code == 303
    look_again(session)
    again = session.scalars(sa.select(TrainingSession)).one()
    assert again.title_zh == "全班参观"
    assert session.execute(sa.select(Invitation.session_id, Invitation.answer)).one() == (
        again.id,
        "accepted",
    )
    assert session.scalars(sa.select(LectureFile.session_id)).all() == [again.id]


def test_what_stands_is_proposed_to_be_laid_anew_in_its_place(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    asked = _asked(session, start="会议厅")
    client.post(URL, data=asked | {"seen": _seen(unescape(client.get(URL, query_string=asked).text))})
    look_again(session)
    # The planner has let one of the three start later since.
    late = session.scalars(sa.select(TrainingSession).order_by(TrainingSession.starts_at)).first()
    assert late is not None
    late.starts_at += timedelta(minutes=5)
    session.commit()
    page = unescape(client.get(URL).text)
    assert re.findall(r'name="slot_starts" value="(.+?)"', page) == ["08:30", "14:00", "08:30"]
    assert 'name="start" maxlength="120" list="venues" value="会议厅"' in page
    replaced = set(re.findall(r'name="replaced" value="(\d+)" checked', page))
    assert replaced == {str(one) for one in session.scalars(sa.select(TrainingSession.id))}


def test_all_at_once_each_group_sees_its_site(
    session: Session, training: Training, client_as: Client
) -> None:
    asked = _asked(session, mode="at_once", stations="site", buses=[])
    page = unescape(client_as("organiser").get(URL, query_string=asked).text)
    assert "Put 6 visits into the timetable" in page
    assert "Waits" not in page


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"sites": []}, "Choose at least one site"),
        ({"groups": ["没有"]}, "Choose at least one group"),
        (
            {"slot_day": ["2026-05-13"], "slot_starts": ["08:30"], "slot_ends": ["11:45"]},
            "takes 3 times and you gave 1",
        ),
        ({"slot_ends": ["08:50", "17:15", "11:45"]}, "takes at least"),
        ({"slot_ends": ["08:00", "17:15", "11:45"]}, "ends before it begins"),
        ({"slot_starts": ["x", "14:00", "08:30"]}, "Give each time a day"),
        ({"slot_ends": ["08:00+08:00", "17:15", "11:45"]}, "ends before it begins"),
        ({"sites": ["9" * 30], "buses": ["9" * 30]}, "Choose at least one site"),
        ({"slot_day": ["2027-01-01", "2026-05-13", "2026-05-14"]}, "is not a day of this training"),
        ({"slot_starts": ["08:30", "11:00", "08:30"]}, "overlaps the one before"),
    ],
)
def test_what_cannot_be_is_said_with_what_helps(
    session: Session, training: Training, client_as: Client, values: dict[str, Any], told: str
) -> None:
    answer = client_as("organiser").get(URL, query_string=_asked(session, **values))
    assert answer.status_code == 422
    assert told in unescape(answer.text)


def test_a_visit_that_somebody_attended_stays(
    session: Session, training: Training, client_as: Client
) -> None:
    visit = make_session(session, training, kind=SessionKind.SITE_VISIT, title_zh="全班参观")
    mark(session, session.scalars(sa.select(Registration).limit(1)).one(), visit.id)
    session.commit()
    client, asked = client_as("organiser"), _asked(session, replaced=[visit.id])
    seen = _seen(unescape(client.get(URL, query_string=asked).text))
    assert client.post(URL, data=asked | {"seen": seen}).status_code == 422
    look_again(session)
    assert session.scalars(sa.select(TrainingSession.id)).all() == [visit.id]


def test_sites_of_another_organisation_are_not_found(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    other = make_site(session, cast.elsewhere)
    assert client_as("organiser").get(URL, query_string=_asked(session, sites=[other.id])).status_code == 404
