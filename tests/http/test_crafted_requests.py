"""Addresses and forms that nobody's browser writes by itself: turned away in words, never a crash."""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_training

HUGE = "9" * 25


@pytest.fixture
def client(session: Session, cast: Cast, client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    training = make_training(session, cast.organisation, code="CD2026")
    make_session(session, training)
    make_registration(session, training, "王小明")
    return client_as("organiser")


@pytest.mark.parametrize(
    "path",
    [
        "attendance/{}",
        "schedule/{}",
        "roster/{}",
        "roster/{}/edit",
        "materials/{}",
        "lecturers/{}",
        "sites/{}",
        "certificates/{}.pdf",
    ],
)
def test_a_number_that_is_no_id_is_a_wrong_address(client: FlaskClient, path: str) -> None:
    assert client.get("/t/CD2026/" + path.format(HUGE)).status_code == 404
    assert client.get("/t/CD2026/" + path.format(2**31)).status_code == 404


def test_a_preview_for_a_number_that_is_no_id_is_that_of_anybody(client: FlaskClient) -> None:
    answer = client.get(f"/t/CD2026/certificates/preview.pdf?holder={HUGE}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")


@pytest.mark.parametrize("key", ["\ud800", "\0", "a"])
@pytest.mark.parametrize("page", ["roster", "attendance/matrix", "attendance/arrival"])
def test_a_place_that_no_page_gave_shows_the_list(client: FlaskClient, page: str, key: str) -> None:
    at = base64.urlsafe_b64encode(json.dumps([key, 2**63 - 1, False]).encode()).decode().rstrip("=")
    assert client.get(f"/t/CD2026/{page}?at={at}").status_code == 200


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_an_instant_at_the_end_of_time_is_none(client: FlaskClient, session: Session, moment: str) -> None:
    address = client.get("/t/CD2026/attendance/now").headers["Location"]
    assert client.get(f"{address}?pressed={quote(moment)}").status_code == 200


def test_query_names_that_mean_something_to_the_router_stay_in_the_query(client: FlaskClient) -> None:
    address = client.get("/t/CD2026/attendance/now").headers["Location"]
    query = "code=X&endpoint=y&self=1&_anchor=z&_external=1&_scheme=javascript&_method=POST&q=a"
    for path in ("/t/CD2026/roster", "/t/CD2026/certificates", "/t/CD2026/attendance/arrival", address):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 200
        assert 'href="javascript:' not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "path", ["/t/CD2026/roster?q=%00", "/t/CD2026/attendance/arrival?group=%00", "/t/%00", "/v/%00?c=a"]
)
def test_a_character_that_no_database_takes_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400
    posted = client.post("/t/CD2026/roster/new", data={"name": "王\0明", "status": "confirmed"})
    assert posted.status_code == 400


def test_a_version_that_is_no_number_is_a_stale_one(client: FlaskClient) -> None:
    page = {
        "code": "CD2026",
        "title_zh": "培训班",
        "start_date": "2026-05-11",
        "end_date": "2026-05-14",
        "time_zone": "Asia/Shanghai",
        "rule_numerator": "6",
        "rule_denominator": "7",
        "class_hour_minutes": "45",
        "serial_pattern": "{code}-{seq:04d}",
        "certificate_language": "both",
        "version": "²",
    }
    assert client.post("/t/CD2026/settings", data=page).status_code == 409


@pytest.mark.parametrize("target", ["/\r\nX: y", "/\t/evil.example", "//evil.example", "/\\evil.example"])
def test_choosing_a_language_leads_to_no_other_site(client: FlaskClient, target: str) -> None:
    answer = client.get("/language/en", query_string={"next": target})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("hours", ["9" * 30, "1e309", "-1e309", "NaN", "Infinity"])
def test_class_hours_longer_than_can_be_rounded_are_refused(client: FlaskClient, hours: str) -> None:
    session = {"kind": "lecture", "title_zh": "专题", "day": "2026-05-12", "start": "09:00", "end": "10:00"}
    answer = client.post("/t/CD2026/schedule/new", data=session | {"class_hours": hours})
    assert answer.status_code == 422
    assert 'id="class_hours-error"' in answer.text
