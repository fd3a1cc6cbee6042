"""Timetables of one's own, as their owners, their calendars, an organiser and a stranger get them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.calendars import strictly
from tests.factories import (
    Cast,
    look_again,
    make_registration,
    make_session,
    make_site,
    make_training,
)
from tests.mails import as_read
from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.domain.schedule import ContributorRole, ContributorType
from trainingmgr.models import (
    Bus,
    CalendarEntry,
    Contribution,
    Lecturer,
    LodgingRoom,
    MailMessage,
    Placement,
    Registration,
    SessionBus,
    SessionGroup,
    TimetableLink,
    TimetableVersion,
    Training,
    TrainingSession,
    VisitStop,
)
from trainingmgr.queries import own_timetable as queries
from trainingmgr.services import own_page, roster, schedule
from trainingmgr.services import own_timetable as services

SignIn = Callable[[str], FlaskClient]
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def coming(session: Session, cast: Cast) -> Training:
    """A class of two days, a week from now."""
    first = datetime.now(ZONE).date() + timedelta(days=7)
    return make_training(
        session, cast.organisation, code="SOON", start_date=first, end_date=first + timedelta(days=1)
    )


def lecturer_of(session: Session, cast: Cast, *rows: TrainingSession, name: str = "李明") -> Lecturer:
    lecturer = Lecturer(
        organisation_id=cast.organisation.id, type=ContributorType.PERSON, name=name, email="li@example.org"
    )
    session.add(lecturer)
    session.flush()
    for row in rows:
        session.add(
            Contribution(session_id=row.id, position=1, lecturer_id=lecturer.id, role=ContributorRole.LECTURE)
        )
    session.commit()
    return lecturer


def person_page(session: Session, cast: Cast, training: Training, who: Registration) -> tuple[str, str]:
    key = own_page.open_page(cast.actor(), training, who.id)
    look_again(session)
    token = queries.feed_token_of_person(who.person.uid, key)
    return f"/me/{key}", f"/calendar/{token}.ics?language=zh"


def events(client: FlaskClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return {str(one["SUMMARY"]): one for one in strictly(answer.data)}


def test_a_participant_sees_days_group_and_when_the_bus_is_where(
    session: Session, cast: Cast, coming: Training, stranger: FlaskClient
) -> None:
    start = datetime.combine(coming.start_date, datetime.min.time(), ZONE) + timedelta(hours=14)
    visit = make_session(session, coming, title_en="Site teaching", start=start)
    for position, name in enumerate(("Qingbo", "Jifu"), 1):
        site = make_site(session, cast.organisation, name_en=name)
        session.add(VisitStop(session_id=visit.id, position=position, site_id=site.id, minutes=30))
    session.commit()
    who = make_registration(session, coming, "王小明", group_name="第一组")
    page, feed = person_page(session, cast, coming, who)
    text = stranger.get(page).text
    assert "Timetable and certificates of 王小明" in text
    assert "<dt>Group</dt><dd>第一组</dd>" in text
    assert re.findall(r"<time>(\d\d:\d\d)</time> <strong>(\w+)", text) == [
        ("14:00", "Qingbo"),
        ("14:30", "Jifu"),
    ]
    assert f"webcal://classes.example.org{feed.split('?')[0]}" in text
    (event,) = events(stranger, feed.replace("zh", "en")).values()
    assert "1. 14:00–14:30 Qingbo" in event["DESCRIPTION"]


def test_a_feed_tells_of_changes_and_of_what_is_called_off(
    session: Session, cast: Cast, coming: Training, stranger: FlaskClient
) -> None:
    keeps = make_session(session, coming, title_zh="留下的课程" * 20)
    goes = make_session(session, coming, title_zh="取消的课程")
    who = make_registration(session, coming, "王小明")
    _page, feed = person_page(session, cast, coming, who)
    first = stranger.get(feed)
    names = {str(one["SUMMARY"]): one for one in strictly(first.data)}
    assert set(names) == {"留下的课程" * 20, "取消的课程"}
    assert (b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in first.data, first.headers["Cache-Control"]) == (
        True,
        "private, no-cache",
    )
    look_again(session)
    again = stranger.get(feed, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    uid = str(names["取消的课程"]["UID"])

    undo = schedule.delete_session(cast.actor(), coming.id, goes.id)
    cancelled = events(stranger, feed)["取消的课程"]
    assert (str(cancelled["UID"]), cancelled["STATUS"], cancelled["SEQUENCE"]) == (uid, "CANCELLED", 1)
    look_again(session)
    session.get_one(TrainingSession, keeps.id).place_zh = "二号厅"
    session.commit()
    schedule.restore_session(cast.actor(), coming.id, undo)
    after = events(stranger, feed)
    assert "STATUS" not in after["取消的课程"]
    assert after["取消的课程"]["SEQUENCE"] > cancelled["SEQUENCE"]
    kept = after["留下的课程" * 20]
    assert (kept["SEQUENCE"], kept["LOCATION"]) == (1, "二号厅")
    assert kept.decoded("LAST-MODIFIED") == kept.decoded("DTSTAMP")


def test_a_lecturer_has_all_trainings_and_loses_what_somebody_else_gives(
    session: Session, cast: Cast, coming: Training, stranger: FlaskClient
) -> None:
    abroad = make_training(
        session,
        cast.organisation,
        title_en="Class in Berlin",
        time_zone="Europe/Berlin",
        start_date=coming.start_date,
        end_date=coming.end_date,
    )
    here = make_session(session, coming, title_en="In Chengdu")
    there = make_session(session, abroad, title_en="In Berlin")
    make_session(session, coming, title_en="Not theirs")
    lecturer = lecturer_of(session, cast, here, there)
    services.renew_lecturer(cast.actor(), cast.organisation.id, lecturer.id)
    key = session.scalars(sa.select(TimetableLink.key)).one()
    page, feed = queries.page_token(key), f"/calendar/{queries.feed_token_of_link(key)}.ics?language=en"
    text = stranger.get(f"/timetable/{page}").text
    assert re.findall(r"<h4>([\w ]+)", text) == ["In Chengdu", "In Berlin"]
    assert re.findall(r"All times are ([\w ]+)\.", text) == ["Beijing time", "Central European Time"]
    assert {name: str(one["DTSTART"].params["TZID"]) for name, one in events(stranger, feed).items()} == {
        "In Chengdu": "Asia/Shanghai",
        "In Berlin": "Europe/Berlin",
    }
    look_again(session)
    session.execute(sa.delete(Contribution).where(Contribution.session_id == there.id))
    session.commit()
    assert events(stranger, feed)["In Berlin"]["STATUS"] == "CANCELLED"
    assert session.scalars(sa.select(sa.func.count()).select_from(CalendarEntry)).one() == 2


def test_a_lecturer_is_told_of_what_their_organisation_published_last_alone(
    session: Session, cast: Cast, coming: Training
) -> None:
    days = {"start_date": coming.start_date, "end_date": coming.end_date}
    left = make_training(session, cast.organisation, **days)
    foreign = make_training(session, cast.elsewhere, **days)
    lecturer = lecturer_of(session, cast)
    names = f'{{"lecturer_id":{lecturer.id},"zone":"Asia/Shanghai","sessions":[]}}'
    nobody = names.replace("lecturer_id", "none")
    for training, texts in ((coming, (nobody, names)), (left, (names, nobody)), (foreign, (names,))):
        for number, text in enumerate(texts, 1):
            session.add(
                TimetableVersion(
                    training_id=training.id, number=number, sessions=0, fingerprint="x", snapshot=text
                )
            )
    session.commit()
    found = queries.parts_of_lecturer(session, lecturer.id, coming.start_date)
    assert [one.training.id for one in found] == [coming.id]


def test_no_address_opens_what_another_one_opens_or_what_was_taken_back(
    session: Session, cast: Cast, coming: Training, stranger: FlaskClient
) -> None:
    who = make_registration(session, coming, "王小明", group_name="第一组")
    page, feed = person_page(session, cast, coming, who)
    services.make_links(cast.actor(), coming)
    key = session.scalars(sa.select(TimetableLink.key)).one()
    group_page, group_feed = queries.page_token(key), queries.feed_token_of_link(key)
    assert stranger.get(f"/timetable/{group_page}").status_code == 200
    assert stranger.get(f"/calendar/{group_feed}.ics").status_code == 200
    secret = page.removeprefix("/me/")
    crossed = [
        f"/timetable/{group_feed}",
        f"/calendar/{group_page}.ics",
        f"/timetable/{secret}",
        f"/calendar/{secret}.ics",
        f"/calendar/{who.person.uid}{'A' * 22}.ics",
        f"/calendar/{'0' * 24}{'A' * 22}.ics",
    ]
    assert secret not in feed
    services.revoke_group(cast.actor(), coming, "第一组")
    own_page.close_page(cast.actor(), coming, who.id)
    for address in (*crossed, f"/timetable/{group_page}", f"/calendar/{group_feed}.ics", feed, page):
        answer = stranger.get(address)
        assert answer.status_code == 404, address
        assert "王小明" not in answer.text


def test_groups_and_buses_see_what_is_theirs(
    session: Session, cast: Cast, coming: Training, stranger: FlaskClient
) -> None:
    for title, groups in (("For all", ()), ("First alone", ("第一组",)), ("Second alone", ("第二组",))):
        row = make_session(session, coming, title_en=title)
        session.add_all(SessionGroup(session_id=row.id, group_name=name) for name in groups)
    bus = Bus(training_id=coming.id, name="1号车", seats=40, plate="川A12345")
    session.add(bus)
    session.flush()
    session.add(SessionBus(training_id=coming.id, session_id=row.id, bus_id=bus.id, group_name="第二组"))
    session.commit()
    who = make_registration(session, coming, "王小明", group_name="第二组")
    make_registration(session, coming, "李雷", group_name="第一组")
    room = LodgingRoom(training_id=coming.id, name="302", beds=2, note="North wing")
    session.add(room)
    session.flush()
    session.add(
        Placement(training_id=coming.id, registration_id=who.id, kind=ArrangementKind.ROOM, room_id=room.id)
    )
    session.commit()
    page, _feed = person_page(session, cast, coming, who)
    titles = re.compile(r"<h4>([\w ]+)")
    text = stranger.get(page).text
    assert titles.findall(text) == ["For all", "Second alone"]
    assert "1号车 川A12345" in text
    assert re.search(r"<dt>Lodging room</dt><dd>302 <span[^>]*>North wing", text)
    services.make_links(cast.actor(), coming)
    links = session.scalars(sa.select(TimetableLink)).all()
    keys = {one.group_name or "bus": queries.page_token(one.key) for one in links}
    assert titles.findall(stranger.get(f"/timetable/{keys['第一组']}").text) == ["For all", "First alone"]
    of_bus = stranger.get(f"/timetable/{keys['bus']}").text
    assert titles.findall(of_bus) == ["Second alone"]
    assert "Timetable of 1号车" in of_bus
    roster.set_group(cast.actor(), coming.id, [who.id], "蓝组")
    assert "Timetable of 蓝组" in stranger.get(f"/timetable/{keys['第二组']}").text


def test_an_organiser_opens_sends_prints_and_renews(
    session: Session, cast: Cast, coming: Training, client_as: SignIn, stranger: FlaskClient
) -> None:
    lecturer = lecturer_of(session, cast, make_session(session, coming))
    make_registration(session, coming, "王小明", group_name="第一组", email="wang@example.org")
    make_registration(session, coming, "李雷", group_name="第一组")
    client, base = client_as("organiser"), "/t/SOON/timetables"
    assert base in client.get("/t/SOON/schedule").text
    assert "No mail server is set, so mails are kept in the outbox and not sent." in client.get(base).text
    client.post(f"{base}/participants", data={"do": "send"})
    page = client.get(base).text
    assert "nothing was sent: 李雷" in page
    assert "One mail lies in the outbox. Nothing is sent, since no mail server is set." in page
    client.post(f"{base}/links", data={"do": "send", "language": "zh"})
    client.post(f"{base}/links", data={"do": "make"})
    look_again(session)
    mails = {row.to_address: as_read(session, row) for row in session.scalars(sa.select(MailMessage))}
    assert set(mails) == {"wang@example.org", "li@example.org"}
    for body in mails.values():
        for address in re.findall(r"https://classes\.example\.org(/\S+)", body):
            assert stranger.get(address).status_code == 200
    client.post(f"{base}/participants", data={"do": "open", "group": "第一组"})
    copied = re.findall(r"([^\s>]+)\t(https\S+)", client.get(f"{base}/addresses").text)
    assert {name for name, _address in copied} == {"王小明", "李雷"}
    with pikepdf.open(BytesIO(client.get(f"{base}/slips.pdf").data)) as pdf:
        assert len(pdf.pages) == 1
    old = re.search(r"/timetable/([\w-]{44})", mails["li@example.org"])
    assert old is not None
    client.post(f"{base}/lecturers/{lecturer.id}", data={"do": "renew"})
    assert stranger.get(old[0]).status_code == 404
    client.post(f"{base}/groups", data={"do": "renew", "group": "第一组"})
    client.post(f"{base}/groups", data={"do": "revoke", "group": "第一组"})
    assert client.post(f"{base}/groups", data={"group": "nobody's"}).status_code == 404
    assert client_as("front_desk").get(base).status_code == 403


def test_reading_addresses_puts_no_token_into_the_address(
    session: Session, cast: Cast, coming: Training, client_as: SignIn
) -> None:
    make_registration(session, coming, "王小明", group_name="第一组")
    client, base = client_as("organiser"), "/t/SOON/timetables"
    client.post(f"{base}/participants", data={"do": "open"})
    page = client.get(base).text
    reading = [
        form
        for form in re.findall(r"<form.*?</form>", page, re.DOTALL)
        if f'action="{base}/addresses"' in form
    ]
    assert len(reading) == 1
    assert "csrf_token" not in reading[0]
    assert '<select class="form-select" name="group">' in reading[0]
    assert f'formaction="{base}/slips.pdf"' in reading[0]
    assert 'data-copies="all"' in client.get(f"{base}/addresses").text
