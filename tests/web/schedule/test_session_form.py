"""What the form of a session offers, and what the next one begins with."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_session, make_training
from tests.session_forms import FILLED, fields_of, only_session
from tests.timetables import make_lecturers
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.models import Training

Client = Callable[[str], FlaskClient]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CLASS")


def test_the_form_of_the_first_session_begins_with_the_opening(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    first = fields_of(client.get("/t/CLASS/schedule/new").text)
    assert (first["kind"], first["title_zh"], first["title_en"]) == ("opening", "开班式", "Opening")
    make_session(session, training)
    second = fields_of(client.get("/t/CLASS/schedule/new").text)
    assert (second["kind"], second["title_zh"]) == ("lecture", "")


def test_the_form_knows_what_a_meal_is_called_at_its_time_in_both_languages(
    training: Training, client_as: Client
) -> None:
    page = client_as("organiser").get("/t/CLASS/schedule/new").text
    titles = json.loads(unescape(re.findall(r'data-titles="([^"]+)"', page)[0]))
    assert titles["meal"] == [
        ["00:00", "早餐", "Breakfast"],
        ["10:00", "午餐", "Lunch"],
        ["15:00", "晚餐", "Dinner"],
    ]
    assert titles["closing"] == [["00:00", "结业式", "Closing ceremony"]]


def test_a_form_leads_back_to_the_grid_that_it_was_opened_from(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    asked = "from=editor&by=group&on=2026-05-12"
    page = client.get(f"/t/CLASS/schedule/new?{asked}&day=2026-05-12&start=10:15").text
    assert 'href="/t/CLASS/schedule/editor?by=group&amp;day=2026-05-12"' in page
    fields = fields_of(page)
    assert (fields["start"], fields["end"], fields["from"]) == ("10:15", "11:00", "editor")
    came = {name: fields[name] for name in ("from", "by", "on")}
    answer = client.post("/t/CLASS/schedule/new", data=FILLED | came)
    row = only_session(session)
    assert answer.location == f"/t/CLASS/schedule/editor?by=group&day=2026-05-12#s{row.id}"
    filled = FILLED | {"from": "editor", "by": "//elsewhere", "on": "x", "version": "1"}
    assert (
        client.post(f"/t/CLASS/schedule/{row.id}", data=filled).location
        == f"/t/CLASS/schedule/editor#s{row.id}"
    )
    filled = FILLED | {"from": "//elsewhere", "version": "2"}
    assert client.post(f"/t/CLASS/schedule/{row.id}", data=filled).location == f"/t/CLASS/schedule#s{row.id}"


@pytest.mark.parametrize(
    ("kind", "start", "minutes", "wanted"),
    [
        (SessionKind.OPENING, 9, 45, ("lecture", "lecture", "10:00", "11:30")),
        (SessionKind.OPENING, 9, 30, ("lecture", "lecture", "09:30", "11:00")),
        (SessionKind.LECTURE, 14, 90, ("lecture", "lecture", "15:45", "17:15")),
        (SessionKind.SITE_VISIT, 14, 90, ("site_visit", "lecture", "15:30", "17:00")),
        (SessionKind.LECTURE, 10, 120, ("lecture", "lecture", "14:30", "16:30")),
    ],
)
def test_an_opening_is_followed_by_a_lecture_a_morning_by_the_afternoon_and_a_long_one_by_a_break(
    session: Session,
    training: Training,
    client_as: Client,
    kind: SessionKind,
    start: int,
    minutes: int,
    wanted: tuple[str, ...],
) -> None:
    begins = datetime(2026, 5, 12, start, tzinfo=ZoneInfo("Asia/Shanghai"))
    row = make_session(
        session,
        training,
        kind=kind,
        start=begins,
        ends_at=(begins + timedelta(minutes=minutes)).astimezone(UTC),
    )
    fields = fields_of(client_as("organiser").get(f"/t/CLASS/schedule/new?like={row.id}").text)
    assert tuple(fields[name] for name in ("kind", "contributors-0-role", "start", "end")) == wanted


def test_one_session_after_the_other_is_added_in_the_same_place(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    filled = FILLED | {
        "kind": "exchange", "place_zh": "一号厅", "another": "y", "end": "09:20",
        "contributors-0-role": "presentation", "contributors-0-type": "unit", "contributors-0-unit": "北京市海淀区",
        "contributors-0-lecturer": "",
    }  # fmt: skip
    next_one = client.post("/t/CLASS/schedule/new", data=filled).location
    fields = fields_of(client.get(next_one).text)
    wanted = {
        "kind": "exchange", "title_zh": "", "place_zh": "一号厅", "day": "2026-05-12", "start": "09:20",
        "end": "09:40", "contributors-0-role": "presentation", "contributors-0-unit": "",
    }  # fmt: skip
    assert {name: fields[name] for name in wanted} == wanted
    elsewhere = make_session(
        session, make_training(session, cast.organisation, code="OTHER"), place_zh="别处"
    )
    other = fields_of(client.get(f"/t/CLASS/schedule/new?like={elsewhere.id}").text)
    assert (other["place_zh"], other["end"]) == ("", "10:30")
    assert client.get("/t/CLASS/schedule/new?like=x").status_code == 200


def test_a_new_session_begins_where_the_day_ends(
    session: Session, training: Training, client_as: Client
) -> None:
    make_session(session, training)
    fields = fields_of(client_as("organiser").get("/t/CLASS/schedule/new?day=2026-05-11").text)
    assert (fields["day"], fields["start"]) == ("2026-05-11", "10:30")


def test_a_form_shows_the_parts_that_its_kind_has_and_those_that_are_filled(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")

    def shown(page: str) -> set[str]:
        return {
            name for name, is_open in re.findall(r'class="part" id="(\w+)"[^>]*?( open)?>', page) if is_open
        }

    meal = make_session(session, training, kind=SessionKind.MEAL)
    visit = make_session(session, training, kind=SessionKind.SITE_VISIT)
    assert shown(client.get("/t/CLASS/schedule/new").text) == {"contributors"}
    assert shown(client.get(f"/t/CLASS/schedule/{meal.id}").text) == set()
    assert shown(client.get(f"/t/CLASS/schedule/{visit.id}").text) == {"stops"}
    page = client.post(
        "/t/CLASS/schedule/new", data=FILLED | {"kind": "meal", "rows": "contributors-add"}
    ).text
    assert shown(page) == {"contributors"}
    named = {"type": "unit", "unit": "某食堂", "role": "speech", "lecturer": ""}
    filled = FILLED | {f"contributors-0-{name}": text for name, text in named.items()}
    answer = client.post(f"/t/CLASS/schedule/{meal.id}", data=filled | {"kind": "meal", "version": "1"})
    assert answer.status_code == 303
    assert shown(client.get(f"/t/CLASS/schedule/{meal.id}").text) == {"contributors"}


def test_lecturers_are_offered_under_headings_where_they_are_known_from_several_places(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    known = make_lecturers(session, cast.organisation)
    assert "<optgroup" not in client.get("/t/CLASS/schedule/new").text
    filled = {"contributors-0-lecturer": str(known[0].id), "contributors-0-role": "lecture"}
    assert client.post("/t/CLASS/schedule/new", data=FILLED | filled).status_code == 303
    page = client.get("/t/CLASS/schedule/new").text
    assert re.findall(r'<optgroup label="([^"]+)">', page) == [
        "Not on the list",
        "In this training",
        "Others on the list",
    ]
