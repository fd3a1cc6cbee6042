"""An attendance file from its upload over the preview to the sheets, as a browser goes."""

import io
from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_training
from trainingmgr.documents.tabular import write_csv
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.models import Attendance, AuditEntry, ImportDraft

PATH = "/t/CD2026/attendance/import"
HEAD = ["姓名", "开班式"]


@pytest.fixture
def client(session: Session, cast: Cast, client_as: Callable[[str], FlaskClient]) -> FlaskClient:
    training = make_training(session, cast.organisation, code="CD2026")
    at = datetime(2026, 5, 11, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    make_session(session, training, title_zh="开班式", title_en="", start=at)
    for name in ("张伟", "王芳"):
        make_registration(session, training, name)
    return client_as("organiser")


def upload(client: FlaskClient, *rows: list[str], head: list[str] = HEAD) -> Any:
    file = (io.BytesIO(write_csv(head, rows)), "考勤.csv")
    return client.post(PATH, data={"file": file}, content_type="multipart/form-data")


def page(client: FlaskClient, address: str) -> str:
    return unescape(client.get(address).get_data(as_text=True))


def marks(session: Session) -> list[AttendanceMark]:
    session.rollback()
    return list(session.scalars(sa.select(Attendance.mark).order_by(Attendance.registration_id)))


def test_a_file_is_shown_first_and_written_when_confirmed(session: Session, client: FlaskClient) -> None:
    shown = upload(client, ["张伟", "出勤"], ["王芳", "迟到"]).location
    assert "Import 2 marks" in page(client, shown)
    assert marks(session) == []
    assert b"csv" not in session.scalars(sa.select(ImportDraft.content_sealed)).one()
    done = client.post(shown + "/confirm", data={"new": 2, "changed": 0})
    assert done.location == "/t/CD2026/attendance"
    assert marks(session) == [AttendanceMark.PRESENT, AttendanceMark.LATE]
    assert session.scalars(sa.select(ImportDraft.id)).all() == []
    actions = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["attendance.uploaded", "attendance.imported"]


def test_a_faulty_row_is_named_and_nothing_is_written(session: Session, client: FlaskClient) -> None:
    shown = upload(client, ["张伟", "出勤"], ["李四", "出勤"], ["王芳", "也许"]).location
    text = page(client, shown)
    assert "Row 3: 李四 is not on the roster." in text
    assert "“也许” is no mark" in text
    assert "Upload the corrected file" in text
    assert client.post(shown + "/confirm", data={"new": 1, "changed": 0}).location == shown
    assert marks(session) == []


def test_what_was_changed_since_the_preview_is_shown_again(session: Session, client: FlaskClient) -> None:
    shown = upload(client, ["张伟", "出勤"]).location
    other = upload(client, ["张伟", "迟到"]).location
    client.post(other + "/confirm", data={"new": 1, "changed": 0})
    refused = client.post(shown + "/confirm", data={"new": 1, "changed": 0}, follow_redirects=True)
    assert "attendance was changed since the preview" in refused.get_data(as_text=True)
    assert marks(session) == [AttendanceMark.LATE]


def test_a_file_that_is_none_is_refused_beside_its_field(session: Session, client: FlaskClient) -> None:
    nothing = client.post(PATH, data={}, content_type="multipart/form-data")
    assert nothing.status_code == 422
    headless = upload(client, ["a", "b"], head=["x", "y"])
    assert headless.status_code == 422
    assert "No heading was found" in headless.get_data(as_text=True)
    assert session.scalars(sa.select(ImportDraft.id)).all() == []


def test_an_upload_is_its_uploaders_alone_and_no_roster(
    client: FlaskClient, client_as: Callable[[str], FlaskClient]
) -> None:
    shown = upload(client, ["张伟", "出勤"]).location
    uid = shown.rsplit("/", 1)[1]
    assert client_as("owner").get(shown).location == PATH
    assert client.get(f"/t/CD2026/roster/import/{uid}").location == "/t/CD2026/roster/import"
    client.post(shown + "/discard")
    assert client.get(shown).location == PATH
