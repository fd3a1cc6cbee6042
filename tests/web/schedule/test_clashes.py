"""What does not fit in a timetable stands above it, with what would mend it."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_site, make_training
from tests.timetables import invite, make_lecturers
from trainingmgr.domain.clash import Clash, ClashKind, Plan, Slot
from trainingmgr.domain.schedule import ContributorRole, SessionKind
from trainingmgr.http.clashes import said_of
from trainingmgr.models import (
    Contribution,
    LecturerWindow,
    SessionGroup,
    Training,
    TrainingSession,
    Venue,
    VisitStop,
)

Client = Callable[[str], FlaskClient]
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_training(session, cast.organisation, code="CLASS")
    person, unit, _unnamed = make_lecturers(session, cast.organisation)
    for title, hour in (("第一讲", 9), ("第二讲", 10)):
        row = make_session(
            session,
            training,
            title_zh=title,
            title_en=title,
            start=datetime(2026, 5, 11, hour, tzinfo=ZONE),
            class_hours=Decimal(2),
            kind=SessionKind.LECTURE,
        )
        for position, lecturer in enumerate((person, unit), 1):
            row.contributions.append(
                Contribution(position=position, lecturer_id=lecturer.id, role=ContributorRole.LECTURE)
            )
    session.commit()
    return training


def test_a_clash_is_said_with_its_remedy_to_those_who_may_mend_it(
    training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    page = unescape(client.get("/t/CLASS/schedule").text)
    assert "CHEN Yueliang is in two places at once: “第一讲” and “第二讲”." in page
    assert "Begin “第二讲” at 10:30 or later, or ask somebody else." in page
    # Of the unit several people may come.
    assert page.count("is in two places at once") == 1
    client.set_cookie("trainingmgr_language", "zh")
    assert "陈越良同时在两处" in unescape(client.get("/t/CLASS/schedule").text)
    assert "two places at once" not in client_as("viewer").get("/t/CLASS/schedule").text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", list(ClashKind))
def test_every_kind_of_clash_has_its_sentence_and_its_remedy(
    app: Flask, kind: ClashKind, language: str
) -> None:
    start = datetime.combine(date(2026, 5, 11), time(9))
    slots = [
        Slot(number, SessionKind.LECTURE, f"课{number}", start, start.replace(hour=10)) for number in (1, 2)
    ]
    values: dict[str, object] = dict.fromkeys(("who", "place", "next_place", "bus", "site", "other"), "某")
    values |= {"group": "一组", "minutes": 130, "gap": 5, "hours": Decimal("4.5"), "most": Decimal(4)}
    values |= {"free_from": start, "free_to": start, "break_at": start, "people": 9, "capacity": 3}
    values |= {"opens": time(9), "closes": time(17), "first": date(2026, 5, 11), "last": date(2026, 5, 12)}
    values |= {"ends": start, "free_day": start.date(), "training": "另一班", "other_title": "讲座"}
    clash = Clash(kind, (1, 2), start, values)
    with app.test_request_context(headers={"Accept-Language": language}):
        (said,) = said_of(Plan(date(2026, 5, 11), date(2026, 5, 12), slots), [clash])
    assert said.text
    assert said.remedy
    assert "%" not in said.text + said.remedy
    assert any("\u4e00" <= one <= "\u9fff" for one in said.remedy.replace("课2", "").replace("某", "")) == (
        language == "zh"
    )


def test_a_clash_is_mended_by_the_button_beside_it_and_that_is_taken_back(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    address, sent = _mend(client.get("/t/CLASS/schedule").text)
    assert "Begin “第二讲” at 10:40" in unescape(client.get("/t/CLASS/schedule").text)
    answer = client.post(address, data=sent, follow_redirects=True)
    page = unescape(answer.text)
    assert "“第二讲” was changed as proposed." in page
    assert "is in two places at once" not in page
    assert 'class="mend"' not in page
    # Sent once more from an old page it does nothing.
    assert "was changed since you looked" in unescape(
        client.post(address, data=sent, follow_redirects=True).text
    )
    undo = re.search(r'action="([^"]+/schedule/acts/\d+/undo)"', page)
    assert undo
    client.post(undo[1])
    assert "is in two places at once" in unescape(client.get("/t/CLASS/schedule").text)


def test_what_another_training_keeps_from_its_room_goes_to_another_one_as_well(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    rows = session.scalars(sa.select(TrainingSession).order_by(TrainingSession.starts_at)).all()
    beside = make_training(session, cast.organisation, code="BESIDE")
    noon = datetime(2026, 5, 11, 11, 30, tzinfo=ZONE)
    make_session(session, beside, place_zh="大厅", start=noon)
    make_session(session, training, place_zh="中厅", start=noon + timedelta(hours=3))
    for row in rows:
        row.place_zh = "大厅"
    person = rows[0].contributions[0].lecturer_id
    session.add_all([
        Venue(organisation_id=cast.organisation.id, name_zh="大厅", name_en="Large Hall", capacity=100),
        Venue(organisation_id=cast.organisation.id, name_zh="中厅", name_en="Middle Hall", capacity=60),
        LecturerWindow(lecturer_id=person, starts_at=rows[0].starts_at, ends_at=noon + timedelta(minutes=30)),
    ])  # fmt: skip
    session.commit()
    client = client_as("organiser")
    page = unescape(client.get("/t/CLASS/schedule").text)
    assert "Begin “第二讲” at 10:30 in 中厅</button>" in page
    address, sent = _mend(page)
    assert "was changed as proposed" in client.post(address, data=sent, follow_redirects=True).text
    session.expire_all()
    assert (rows[1].starts_at.astimezone(ZONE).time(), rows[1].place_zh) == (time(10, 30), "中厅")
    rows[1].place_zh = "大厅"
    session.commit()
    told = unescape(client.get("/t/CLASS/schedule").text)
    assert "At the time of “第二讲”, 大厅 is taken by “Lecture” of" in told


def test_a_mend_overwrites_nothing_that_a_colleague_changed_at_the_same_time_of_day(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    address, sent = _mend(client.get("/t/CLASS/schedule").text)
    row = session.get_one(TrainingSession, int(address.split("/")[-2]))
    row.place_zh = "另一处"
    session.commit()
    asked = sent | {"placed": "y", "place_zh": "大厅", "grouped": "y", "groups": "三组"}
    assert "was changed since you looked" in client.post(address, data=asked, follow_redirects=True).text
    session.expire_all()
    assert (row.place_zh, [one.group_name for one in row.groups]) == ("另一处", [])
    # The page tells the session as it is by now, and what it proposes is done.
    address, sent = _mend(client.get("/t/CLASS/schedule").text)
    assert "was changed as proposed" in client.post(address, data=sent, follow_redirects=True).text


def test_the_grid_sends_with_a_mend_the_version_that_it_was_proposed_for(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    page = client.get("/t/CLASS/schedule/editor").text
    found = re.search(r'id="editor-state">(.+?)</script>', page)
    assert found
    state = json.loads(found[1])
    mend = next(one["mend"] for one in state["clashes"] if one["mend"])
    (seen,) = [one["version"] for one in state["sessions"] if one["id"] == mend["session"]]
    assert mend["version"] == str(seen)
    session.get_one(TrainingSession, mend["session"]).place_zh = "另一处"
    session.commit()
    del mend["words"]
    assert client.post("/t/CLASS/schedule/editor", data=mend).status_code == 409


@pytest.mark.parametrize("page", ["schedule", "schedule/editor"])
def test_in_a_running_class_nothing_is_proposed_for_a_day_that_is_over(
    session: Session, cast: Cast, client_as: Client, page: str
) -> None:
    training = make_training(session, cast.organisation, code="RUNS")
    make_session(
        session, training, title_zh="讲", title_en="Talk", start=datetime(2026, 5, 10, 9, tzinfo=ZONE)
    )
    session.commit()
    with time_machine.travel(datetime(2026, 5, 12, 12, tzinfo=ZONE), tick=False):
        text = unescape(client_as("organiser").get(f"/t/RUNS/{page}").text)
    assert re.findall(r"Move “Talk” to [^<\"]+", text.replace("\\u201c", "“").replace("\\u201d", "”")) == [
        "Move “Talk” to Tue 12 May 2026, 09:00"
    ]


@pytest.mark.parametrize("both_named_elsewhere", [False, True])
def test_a_room_is_not_left_for_itself_by_its_other_name(
    session: Session, cast: Cast, client_as: Client, both_named_elsewhere: bool
) -> None:
    training = make_training(session, cast.organisation, code="HALLS")
    session.add(
        Venue(
            organisation_id=cast.organisation.id,
            name_zh="大厅",
            name_en="Hall",
            capacity=100,
            latitude=30.65,
            longitude=104.06,
        )
    )
    for group, day in (("一组", 11), ("二组", 11), ("三组", 12)):
        english = "Hall" if both_named_elsewhere and day == 12 else ""
        row = make_session(session, training, place_zh="大厅", start=datetime(2026, 5, day, 9, tzinfo=ZONE))
        row.place_en = english
        row.groups = [SessionGroup(group_name=group)]
    session.commit()
    page = unescape(client_as("organiser").get("/t/HALLS/schedule").text)
    assert "大厅 is used twice at once" in page
    assert " in Hall</button>" not in page
    assert re.search(r"Begin “[^”]+” at 10:30</button>", page)


@pytest.mark.parametrize("invited", [False, True])
def test_whoever_breaks_off_a_lecture_is_told_that_its_lecturer_is_to_be_asked_again(
    session: Session, cast: Cast, client_as: Client, invited: bool
) -> None:
    training = make_training(session, cast.organisation, code="LONG")
    person, *_others = make_lecturers(session, cast.organisation)
    for day in (11, 12):
        row = make_session(session, training, start=datetime(2026, 5, day, 9, tzinfo=ZONE))
        row.ends_at = row.starts_at + timedelta(hours=3)
        row.contributions.append(
            Contribution(position=1, lecturer_id=person.id, role=ContributorRole.LECTURE)
        )
        session.flush()
        if invited:
            invite(session, row, person.id)
    session.commit()
    client, clause = client_as("organiser"), "to be asked again, about both parts"
    address, sent = _mend(client.get("/t/LONG/schedule").text)
    assert sent["act"] == "split"
    page = client.post(address, data=sent, follow_redirects=True).text
    assert "was changed as proposed" in page
    assert (clause in page) is invited
    found = re.search(r'id="editor-state">(.+?)</script>', client.get("/t/LONG/schedule/editor").text)
    assert found
    mend = next(one["mend"] for one in json.loads(found[1])["clashes"] if one["mend"])
    del mend["words"]
    assert (clause in client.post("/t/LONG/schedule/editor", data=mend).get_json()["note"]) is invited


@pytest.mark.parametrize("invited", [False, True])
def test_whoever_splits_a_lecture_by_its_form_is_told_that_its_lecturer_is_to_be_asked_again(
    session: Session, cast: Cast, client_as: Client, invited: bool
) -> None:
    training = make_training(session, cast.organisation, code="LONG")
    person, *_others = make_lecturers(session, cast.organisation)
    row = make_session(session, training, start=datetime(2026, 5, 11, 9, tzinfo=ZONE))
    row.contributions.append(Contribution(position=1, lecturer_id=person.id, role=ContributorRole.LECTURE))
    session.flush()
    if invited:
        invite(session, row, person.id)
    session.commit()
    page = client_as("organiser").post(
        f"/t/LONG/schedule/{row.id}/split",
        data={"version": row.version, "at": "09:45"},
        follow_redirects=True,
    )
    assert "The session is split." in page.text
    assert ("to be asked again, about both parts" in page.text) is invited


def test_a_mend_is_offered_to_those_alone_who_may_do_it(training: Training, client_as: Client) -> None:
    address, sent = _mend(client_as("organiser").get("/t/CLASS/schedule").text)
    client = client_as("viewer")
    assert 'class="mend"' not in client.get("/t/CLASS/schedule").text
    assert client.post(address, data=sent).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "nonsense"},
        {"act": "remove"},
        {"act": "aside"},
        {"day": ""},
        {"start": "25:00"},
        {"version": ""},
        {"act": "split", "pause": "-5"},
    ],
)
def test_a_mend_that_is_not_what_was_offered_does_nothing(
    training: Training, client_as: Client, wrong: dict[str, str]
) -> None:
    client = client_as("organiser")
    address, sent = _mend(client.get("/t/CLASS/schedule").text)
    assert (
        "was changed since you looked" in client.post(address, data=sent | wrong, follow_redirects=True).text
    )
    assert "is in two places at once" in unescape(client.get("/t/CLASS/schedule").text)


def _mend(page: str) -> tuple[str, dict[str, str]]:
    """Where the first button beside a clash leads, and what it sends."""
    form = re.search(r'<form class="mend" method="post" action="([^"]+)">(.+?)</form>', page)
    assert form
    return form[1], dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))


def test_what_no_act_on_a_session_mends_leads_to_the_page_that_does(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    site = make_site(session, cast.organisation, capacity=1, name_zh="小社区")
    for group in ("一组", "二组"):
        make_registration(session, training, group_name=group)
    visit = make_session(
        session, training, kind=SessionKind.SITE_VISIT, start=datetime(2026, 5, 12, 9, tzinfo=ZONE)
    )
    visit.stops = [VisitStop(position=1, site_id=site.id, minutes=30)]
    make_session(session, training, start=datetime(2026, 4, 1, 9, tzinfo=ZONE))
    session.commit()
    client = client_as("organiser")
    page = unescape(client.get("/t/CLASS/schedule").text)
    assert "Send groups there one after the other, or visit another site." in page
    ways = re.findall(r'<a href="([^"]+)"><strong>([^<]+)</strong></a>', page)
    assert sorted(ways) == [
        ("/t/CLASS/settings", "Change the training's days"),
        ("/t/CLASS/visits/rotation", "Groups over several sites"),
    ]
    assert [client.get(way).status_code for way, _word in ways] == [200, 200]
    grid = client.get("/t/CLASS/schedule/editor").text
    assert grid.count('"way": [') == 2
