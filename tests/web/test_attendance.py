import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_training, make_unit
from tests.queries.counting import statements
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.extensions import now
from trainingmgr.models import Attendance, Training, TrainingSession

ClientAs = Callable[[str], FlaskClient]
JSON = {"Accept": "application/json"}


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CD")


@pytest.fixture
def lecture(session: Session, training: Training) -> TrainingSession:
    return make_session(session, training, title_en="Community governance")


def marks(session: Session) -> dict[int, str]:
    session.rollback()
    return {
        row[0]: row[1].value
        for row in session.execute(sa.select(Attendance.registration_id, Attendance.mark))
    }


def shown(page: str) -> list[str]:
    """The names on a sheet that are not hidden, in order."""
    rows = re.findall(r"<li data-id=.*?</li>", page, re.DOTALL)
    return [
        re.findall(r'class="name">([^<]*)<', row)[0] for row in rows if " hidden>" not in row.split("\n")[0]
    ]


def test_one_tap_of_the_script_saves_and_answers_who_and_when(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    who = make_registration(session, training)
    answer = client_as("front_desk").post(
        f"/t/CD/attendance/{lecture.id}", data={f"m{who.id}": "late"}, headers=JSON
    )
    assert answer.status_code == 200
    clock = now().astimezone(ZoneInfo("Asia/Shanghai"))
    assert answer.json is not None
    assert answer.json["stamp"] in {
        f"front_desk {(clock - timedelta(minutes=late)):%H:%M}" for late in (0, 1)
    }
    assert marks(session) == {who.id: "late"}


def test_a_refused_tap_says_why_in_words(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    gone = make_registration(session, training, "王芳", status=RegistrationStatus.WITHDRAWN)
    answer = client_as("front_desk").post(
        f"/t/CD/attendance/{lecture.id}", data={f"m{gone.id}": "late"}, headers=JSON
    )
    assert answer.status_code == 422
    assert "王芳 is not on the class" in json.loads(answer.text)["error"]


def test_the_whole_form_saves_only_what_was_changed_on_it(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    untouched, changed, cleared, fresh = (make_registration(session, training) for _ in range(4))
    client = client_as("front_desk")
    address = f"/t/CD/attendance/{lecture.id}"
    # What another desk has changed since this page was loaded stays as that desk left it.
    client.post(address, data={f"m{one.id}": "absent" for one in (untouched, changed, cleared)}, headers=JSON)
    answer = client.post(
        address,
        data={
            f"m{untouched.id}": "present",
            f"w{untouched.id}": "present",
            f"m{changed.id}": "late",
            f"w{changed.id}": "absent",
            f"m{cleared.id}": "",
            f"w{cleared.id}": "absent",
            f"m{fresh.id}": "present",
            f"w{fresh.id}": "",
            "q": "li",
        },
    )
    assert (answer.status_code, answer.location) == (303, f"{address}?q=li")
    assert marks(session) == {untouched.id: "absent", changed.id: "late", fresh.id: "present"}
    assert "3 marks saved." in client.get(address).text


def test_the_page_s_own_form_sent_back_unchanged_changes_nothing(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    who = make_registration(session, training)
    make_registration(session, training)
    client = client_as("front_desk")
    address = f"/t/CD/attendance/{lecture.id}"
    client.post(address, data={f"m{who.id}": "on_leave"}, headers=JSON)
    page = client.get(address).text
    form = page[page.index("data-sheet\n") : page.index("data-none")]
    data = dict(re.findall(r'name="([mw]\d+)" value="([^"]*)" checked', form))
    data |= dict(re.findall(r'type="hidden" name="(w\d+)" value="([^"]*)"', form))
    assert len(data) == 4
    client.post(address, data=data)
    assert "Nothing was changed." in client.get(address).text
    assert marks(session) == {who.id: "on_leave"}


@pytest.mark.parametrize("data", [{"m1": "asleep"}, {"m1": "given"}])
def test_a_mark_that_does_not_exist_is_refused(
    client_as: ClientAs, training: Training, lecture: TrainingSession, data: dict[str, str]
) -> None:
    assert client_as("front_desk").post(f"/t/CD/attendance/{lecture.id}", data=data).status_code == 422


def test_a_viewer_reads_the_sheet_and_cannot_mark(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    who = make_registration(session, training, phone="+8613800000001")
    client = client_as("viewer")
    page = client.get(f"/t/CD/attendance/{lecture.id}").text
    assert "disabled" in page
    assert "Save the sheet" not in page
    assert "13800000001" not in page
    assert client.post(f"/t/CD/attendance/{lecture.id}", data={f"m{who.id}": "late"}).status_code == 403
    assert marks(session) == {}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["甲", "乙", "丙", "丁"]),
        ("?show=open", ["丁"]),
        ("?show=missing", ["丙", "丁"]),
        ("?show=late", ["乙"]),
        ("?group=%E4%B8%80%E7%BB%84", ["甲", "丁"]),
        ("?group=%E4%B8%80%E7%BB%84&show=missing", ["丁"]),
        ("?q=ding+%E4%B8%81", ["丁"]),
        ("?q=nobody", []),
    ],
)
def test_the_address_says_who_is_shown(
    session: Session,
    client_as: ClientAs,
    training: Training,
    lecture: TrainingSession,
    query: str,
    names: list[str],
) -> None:
    client = client_as("front_desk")
    given = {"甲": "present", "乙": "late", "丙": "absent", "丁": ""}
    for number, (name, mark) in enumerate(given.items()):
        row = make_registration(
            session,
            training,
            name,
            sort_key=str(number),
            group_name="一组" if name in "甲丁" else "二组",
            search_text=f"{name} {'ding' if name == '丁' else 'x'}",
        )
        client.post(f"/t/CD/attendance/{lecture.id}", data={f"m{row.id}": mark}, headers=JSON)
    page = client.get(f"/t/CD/attendance/{lecture.id}{query}").text
    assert shown(page) == names
    assert ("Nobody fits these filters." in page) is True
    assert (" data-none hidden" in page) is bool(names)


def test_one_press_marks_the_rest_and_offers_to_take_it_back(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    people = [make_registration(session, training) for _ in range(3)]
    client = client_as("front_desk")
    address = f"/t/CD/attendance/{lecture.id}"
    client.post(address, data={f"m{people[0].id}": "late"}, headers=JSON)
    answer = client.post(f"{address}/rest", data={"mark": "present"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert re.search(r"Your press of \d\d:\d\d marked 2 people\.", page)
    assert "single marks given since stay" in page
    pressed = re.findall(r'name="pressed" value="([^"]+)"', page)[0]
    client.post(address, data={f"m{people[1].id}": "absent"}, headers=JSON)
    answer = client.post(f"{address}/undo", data={"pressed": pressed})
    assert "One mark taken back." in client.get(answer.location).text
    assert marks(session) == {people[0].id: "late", people[1].id: "absent"}


def test_the_sheet_of_a_session_to_come_says_when_it_begins(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    tomorrow = now().replace(second=0, microsecond=0) + timedelta(days=1)
    coming = make_session(session, training, start=tomorrow)
    soon = make_session(session, training, start=now() + timedelta(minutes=20))
    make_registration(session, training)
    client = client_as("front_desk")
    local = f"{tomorrow.astimezone(ZoneInfo(training.time_zone)):%H:%M}"
    page = client.get(f"/t/CD/attendance/{coming.id}").text
    assert re.search(rf"This session does not begin until [^<]+, {local}\.", page)
    for begun in (lecture, soon):
        assert "does not begin until" not in client.get(f"/t/CD/attendance/{begun.id}").text


def test_the_state_tells_an_open_page_what_other_desks_did(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    who = make_registration(session, training)
    make_registration(session, training)
    client_as("organiser").post(
        f"/t/CD/attendance/{lecture.id}", data={f"m{who.id}": "present"}, headers=JSON
    )
    state = client_as("front_desk").get(f"/t/CD/attendance/{lecture.id}/state").json
    assert state is not None
    assert list(state["ticks"]) == [str(who.id)]
    assert state["ticks"][str(who.id)][:2] == ["present", "organiser"]


def test_sheets_of_another_training_do_not_exist(
    session: Session, cast: Cast, client_as: ClientAs, training: Training
) -> None:
    theirs = make_session(session, make_training(session, cast.organisation))
    client = client_as("organiser")
    for tail in ("", "/state", "/sign-in"):
        assert client.get(f"/t/CD/attendance/{theirs.id}{tail}").status_code == 404
    assert client.post(f"/t/CD/attendance/{theirs.id}/rest", data={"mark": "present"}).status_code == 404


def test_an_arrival_is_one_tap_and_shows_its_time(
    session: Session, client_as: ClientAs, training: Training
) -> None:
    who = make_registration(session, training, "王芳", status=RegistrationStatus.NOMINATED)
    client = client_as("front_desk")
    answer = client.post("/t/CD/attendance/arrival", data={f"m{who.id}": "arrived"}, headers=JSON)
    assert answer.status_code == 200
    session.refresh(who)
    assert who.status is RegistrationStatus.ARRIVED
    assert shown(client.get("/t/CD/attendance/arrival?show=arrived").text) == ["王芳"]
    assert shown(client.get("/t/CD/attendance/arrival?show=open").text) == []
    form = {f"m{who.id}": "", f"w{who.id}": "arrived"}
    assert client.post("/t/CD/attendance/arrival", data=form).status_code == 303
    assert shown(client.get("/t/CD/attendance/arrival?show=open").text) == ["王芳"]


def test_the_sheet_to_sign_lists_everybody_on_the_class_of_a_group(
    session: Session, cast: Cast, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    unit = make_unit(session, cast.organisation, "金牛区民政局")
    make_registration(session, training, "王芳", unit_id=unit.id, group_name="一组")
    make_registration(session, training, "李雷", group_name="二组")
    make_registration(session, training, "赵四", status=RegistrationStatus.WITHDRAWN)
    client = client_as("viewer")
    page = client.get(f"/t/CD/attendance/{lecture.id}/sign-in").text
    assert re.findall(r'<th scope="row">([^<]+)<', page) == ["王芳", "李雷"]
    assert "金牛区民政局" in page
    assert "李雷" not in client.get(f"/t/CD/attendance/{lecture.id}/sign-in?group=一组").text


def test_what_people_are_called_is_text_on_the_page(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    make_registration(session, training, '<b onclick="x">', group_name='"><i>')
    page = client_as("front_desk").get(f"/t/CD/attendance/{lecture.id}").text
    assert "<b onclick" not in page
    assert '"><i>' not in page


@pytest.mark.parametrize(
    "page", ["/t/CD/attendance", "/t/CD/attendance/matrix", "/t/CD/attendance/arrival", "SHEET"]
)
def test_a_page_costs_the_same_number_of_statements_for_few_and_many(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession, page: str
) -> None:
    client = client_as("front_desk")
    address = f"/t/CD/attendance/{lecture.id}" if page == "SHEET" else page

    def grow(people: int) -> int:
        for _ in range(people):
            who = make_registration(session, training)
            session.add(
                Attendance(
                    training_id=training.id, session_id=lecture.id, registration_id=who.id, mark="present"
                )
            )
            make_session(session, training)
        session.commit()
        with statements() as sent:
            assert client.get(address).status_code == 200
        return len(sent)

    assert grow(2) == grow(12)


def test_more_people_than_fit_one_page_are_paged_and_each_is_seen_once(
    session: Session,
    client_as: ClientAs,
    training: Training,
    lecture: TrainingSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("trainingmgr.queries.sheet.WHOLE", 4)
    monkeypatch.setattr("trainingmgr.queries.sheet.PAGE", 3)
    names = [f"人{number}" for number in range(7)]
    people = [make_registration(session, training, name, sort_key="same", search_text=name) for name in names]
    client = client_as("front_desk")
    client.post(f"/t/CD/attendance/{lecture.id}", data={f"m{people[6].id}": "absent"}, headers=JSON)

    def walk(link: str, start: str) -> tuple[list[str], str]:
        seen, address, last = [], start, start
        while address:
            page, last = client.get(address).text, address
            assert "data-whole" not in page
            seen.append(shown(page))
            found = re.findall(rf'href="([^"]+)">{link} page', page)
            address = found[0].replace("&amp;", "&") if found else ""
        return [name for one in seen for name in one], last

    forth, last = walk("Next", f"/t/CD/attendance/{lecture.id}")
    assert forth == names
    back, _ = walk("Previous", last)
    assert sorted(back) == names
    assert shown(client.get(f"/t/CD/attendance/{lecture.id}?show=missing&q=6").text) == ["人6"]


def test_times_of_day_are_those_of_the_training_s_zone(
    session: Session, client_as: ClientAs, cast: Cast
) -> None:
    training = make_training(session, cast.organisation, code="NY", time_zone="America/New_York")
    start: Any = datetime(2026, 5, 11, 9, tzinfo=ZoneInfo("America/New_York"))
    row = make_session(session, training, start=start)
    client = client_as("viewer")
    for address in ("/t/NY/attendance", f"/t/NY/attendance/{row.id}", f"/t/NY/attendance/{row.id}/sign-in"):
        page = client.get(address).text
        assert "09:00–10:30" in page
        assert "Mon 11 May 2026" in page


def test_while_nobody_is_marked_the_button_speaks_of_all_and_then_of_the_rest(
    session: Session, client_as: ClientAs, training: Training, lecture: TrainingSession
) -> None:
    first, _second = make_registration(session, training), make_registration(session, training)
    client = client_as("front_desk")

    def words() -> list[str]:
        page = client.get(f"/t/CD/attendance/{lecture.id}").text
        return re.findall(r"<span data-(?:un)?begun>([^<]*)<", page)

    assert words() == ["All: present", "All: absent"]
    client.post(f"/t/CD/attendance/{lecture.id}", data={f"m{first.id}": "late"}, headers=JSON)
    assert words() == ["Rest: present", "Rest: absent"]
