"""What forms make of input that no page of ours offers: words beside the field, in the screen's language."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_training
from trainingmgr.models import TrainingSession

SESSION = {"kind": "lecture", "title_zh": "讲座", "day": "2026-05-11", "start": "09:00", "end": "10:00"}
PERSON = {"name": "王小明", "status": "confirmed", "category": "0", "sex": "", "id_type": ""}


@pytest.fixture
def client(session: Session, cast: Cast, client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    make_training(session, cast.organisation, code="CD2026")
    found = client_as("organiser")
    found.set_cookie("trainingmgr_language", "zh")
    return found


def test_endless_class_hours_are_refused(client: FlaskClient) -> None:
    for hours in ("Infinity", "NaN", "-1"):
        answer = client.post("/t/CD2026/schedule/new", data=SESSION | {"class_hours": hours})
        assert answer.status_code == 422
        assert "学时须在 0 至 24 之间" in answer.get_data(as_text=True)


def test_an_unknown_kind_of_document_is_refused(client: FlaskClient) -> None:
    sent = PERSON | {"id_type": "bogus", "id_number": "123456"}
    assert client.post("/t/CD2026/roster/new", data=sent).status_code == 422


def test_errors_in_rows_of_a_form_are_in_the_language_of_the_screen(client: FlaskClient) -> None:
    rows = {"contributors-0-lecturer": "9999", "contributors-0-name": "名" * 121}
    text = client.post("/t/CD2026/schedule/new", data=SESSION | rows).get_data(as_text=True)
    assert "不是有效的选择" in text
    assert "Not a valid choice" not in text
    assert "Field cannot be longer" not in text


def test_a_text_that_is_too_long_is_told_once(client: FlaskClient) -> None:
    text = client.post("/t/CD2026/roster/new", data=PERSON | {"group": "组" * 61}).get_data(as_text=True)
    assert "最多 40 个" in text
    assert "60 个字符" not in text


def test_marks_that_turn_the_direction_of_text_are_dropped(client: FlaskClient, session: Session) -> None:
    client.post("/t/CD2026/schedule/new", data=SESSION | {"title_zh": "讲\u202e座\x07一"})
    assert session.scalars(sa.select(TrainingSession.title_zh)).one() == "讲座一"


def test_days_in_a_refusal_are_written_as_the_screen_writes_them(client: FlaskClient) -> None:
    sent = {
        "code": "BJ2026",
        "title_zh": "培训班",
        "start_date": "2026-05-11",
        "end_date": "2026-05-01",
        "time_zone": "Asia/Shanghai",
        "rule_numerator": "6",
        "rule_denominator": "7",
        "class_hour_minutes": "45",
        "serial_pattern": "{code}-{seq:04d}",
        "certificate_language": "both",
    }
    text = client.post("/t/CD2026/settings", data=sent).get_data(as_text=True)
    assert "2026年5月1日" in text
    assert "2026-05-01）" not in text
