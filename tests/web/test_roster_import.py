"""The import on screen: upload, look, confirm."""

import io
import re
from collections.abc import Callable, Sequence

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import rosters
from tests.factories import Cast, make_training, make_unit
from trainingmgr.models import ImportDraft, Person, Registration, Training

Clients = Callable[[str], FlaskClient]
ADDRESS = "/t/IMP/roster/import"


@pytest.fixture
def client(session: Session, cast: Cast, client_as: Clients) -> FlaskClient:
    make_training(session, cast.organisation, code="IMP")
    return client_as("organiser")


def send(client: FlaskClient, data: bytes, name: str = "名册.xlsx") -> TestResponse:
    return client.post(ADDRESS, data={"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def look(client: FlaskClient, data: bytes) -> tuple[str, str]:
    """Upload and open the preview: its address and its text."""
    answer = send(client, data)
    assert answer.status_code == 303
    assert answer.location is not None
    return answer.location, client.get(answer.location).get_data(as_text=True)


def body(page: str) -> str:
    """The lines of the preview's table."""
    return page.split("<tbody>")[1].split("</tbody>")[0]


def people(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(Person.name).join(Registration).order_by(Registration.sort_key)))


def rows(*people: Sequence[object]) -> bytes:
    return rosters.xlsx([rosters.HEADER, *people])


def test_a_roster_is_uploaded_looked_at_and_confirmed(client: FlaskClient, session: Session) -> None:
    address, page = look(client, rosters.titled_and_annotated())
    assert "Add 3 people" in page
    assert "陈一鸣" in page
    assert "填表说明" in page
    assert rosters.id_number(1) not in page
    assert people(session) == []
    answer = client.post(address + "/confirm", data={"new": "3", "update": "0"})
    assert answer.status_code == 303
    assert people(session) == ["阿卜杜拉·麦麦提", "陈一鸣", "欧阳静"]
    assert session.scalars(sa.select(ImportDraft)).all() == []
    assert "3 people added." in client.get(answer.location or "").get_data(as_text=True)


def test_a_unit_that_is_written_otherwise_is_shown_as_what_it_is_taken(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    make_unit(session, cast.organisation, "成都市民政局（社会组织管理局）")
    _, page = look(
        client, rosters.xlsx([("姓名", "单位"), ("张三", "成都市民政局(社会组织管理局)"), ("李四", "新局")])
    )
    assert body(page).count("taken as: 成都市民政局（社会组织管理局）") == 1
    assert "Units known by another name" in page


def test_faulty_rows_are_named_and_nothing_can_be_confirmed(client: FlaskClient, session: Session) -> None:
    address, page = look(client, rosters.bad_id_numbers())
    assert "1 row has to be corrected first." in page
    assert "The check digit of the ID number is wrong" in page
    assert "/confirm" not in page
    client.post(address + "/confirm", data={"new": "1", "update": "0"})
    assert people(session) == []


def test_changes_are_shown_field_by_field(client: FlaskClient, session: Session) -> None:
    address, _ = look(client, rows(*rosters.PEOPLE))
    client.post(address + "/confirm", data={"new": "3", "update": "0"})
    changed = (1, "陈一鸣", "四川省成都市民政局", "局长", "13900139000", rosters.id_number(1))
    address, page = look(client, rows(changed, *rosters.PEOPLE[1:]))
    assert "Change 1 person" in page
    assert re.search(r"Post: <del>副局长</del> → <ins>局长</ins>", page)
    assert re.search(r"Phone: <del>138 0013 8001</del> → <ins>139 0013 9000</ins>", page)
    client.post(address + "/confirm", data={"new": "0", "update": "1"})
    assert (
        session.scalars(sa.select(Registration.post).join(Person).where(Person.name == "陈一鸣")).one()
        == "局长"
    )
    _, page = look(client, rows(changed, *rosters.PEOPLE[1:]))
    assert "Nothing to do" in page


def test_columns_are_mapped_on_the_page(client: FlaskClient, session: Session) -> None:
    address, page = look(client, rosters.xlsx([("姓名", "甲列"), ("张三", "13800138000")]))
    assert '<select class="form-select" id="c1" name="c1">' in page
    assert (
        client.post(address + "/columns", data={"columns": "2", "c0": "name", "c1": "phone"}).status_code
        == 303
    )
    assert "138 0013 8000" in client.get(address).get_data(as_text=True)
    client.post(address + "/columns", data={"columns": "2", "c0": "", "c1": "phone"})
    assert "No column holds the name" in client.get(address).get_data(as_text=True)


@pytest.mark.parametrize("case", rosters.REFUSED)
def test_a_hopeless_file_is_answered_with_words_beside_its_field(
    client: FlaskClient, session: Session, case: str
) -> None:
    answer = send(client, rosters.REFUSED[case][0]())
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'id="file-error"' in page
    assert "%(" not in page
    assert "This was refused" not in page
    assert session.scalars(sa.select(ImportDraft)).all() == []


def test_no_file_at_all_is_answered_with_words(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, data={}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Choose a file first." in answer.get_data(as_text=True)


def test_an_upload_over_the_limit_is_a_413_page_in_words(app: Flask, client: FlaskClient) -> None:
    answer = send(client, b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1))
    assert answer.status_code == 413
    assert "The file is too large" in answer.get_data(as_text=True)


def test_ten_thousand_rows_are_shown_in_pages(client: FlaskClient) -> None:
    text = rosters.csv_text([("姓名", "单位"), *((f"学员甲{n:05d}", "成都市民政局") for n in range(10_000))])
    address, page = look(client, text.encode())
    assert "Page 1 of 100" in page
    assert len(page) < 400_000
    lines = body(client.get(address + "?page=100").get_data(as_text=True))
    assert "学员甲09999" in lines
    assert "学员甲00000" not in lines


def test_rows_are_narrowed_by_verdict(client: FlaskClient) -> None:
    address, page = look(client, rosters.without_names())
    assert "陈一鸣" not in body(page)
    assert "成都市民政局" in body(page)
    assert "陈一鸣" in body(client.get(address + "?show=").get_data(as_text=True))


def test_another_member_does_not_see_an_upload(client: FlaskClient, client_as: Clients) -> None:
    address, _ = look(client, rows(*rosters.PEOPLE))
    answer = client_as("owner").get(address)
    assert answer.status_code == 303
    assert answer.location == ADDRESS


def test_an_upload_can_be_discarded(client: FlaskClient, session: Session) -> None:
    address, _ = look(client, rows(*rosters.PEOPLE))
    assert client.post(address + "/discard").status_code == 303
    assert session.scalars(sa.select(ImportDraft)).all() == []
    assert client.get(address).status_code == 303


def test_text_of_a_file_never_becomes_markup(client: FlaskClient) -> None:
    data = rosters.xlsx([("姓名", "单位"), ("<script>alert(1)</script>", "<b>x</b>")])
    _, page = look(client, data)
    assert "<script>alert(1)" not in page
    assert "<b>x</b>" not in page


def test_the_blank_roster_is_offered(client: FlaskClient) -> None:
    answer = client.get(ADDRESS + "/template.xlsx")
    assert answer.status_code == 200
    assert openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames == ["Roster", "How to fill in"]


def test_a_file_for_which_there_are_not_enough_places_asks_what_becomes_of_the_last(
    client: FlaskClient, session: Session
) -> None:
    session.execute(sa.update(Training).values(capacity=2))
    session.commit()
    address, page = look(client, rows((1, "陈一鸣", "甲"), (2, "李华", "乙"), (3, "王明", "丙")))
    assert "For 1 of the new ones there is no place (capacity 2)." in page
    refused = client.post(f"{address}/confirm", data={"new": 3, "update": 0}, follow_redirects=True)
    assert "for 1 of the new ones there is no place; free places: 2" in refused.get_data(as_text=True)
    assert people(session) == []
    agreed = {"new": 3, "update": 0, "over": "waitlist"}
    done = client.post(f"{address}/confirm", data=agreed, follow_redirects=True)
    assert "1 of them waits for a place." in done.get_data(as_text=True)
    session.rollback()
    waiting = sa.select(Person.name).join(Registration).where(Registration.status == "waitlisted")
    assert session.scalars(waiting).all() == ["王明"]
