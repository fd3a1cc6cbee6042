"""Columns and saved filters are the reader's own; files hold the columns that were chosen."""

import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.documents.test_vcard import read
from tests.factories import Cast, look_again, make_registration, make_training, make_unit
from tests.queries.counting import statements
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import IdType, read_id_number
from trainingmgr.domain.quota import OverQuota
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.extensions import now
from trainingmgr.models import (
    AuditEntry,
    Category,
    Nomination,
    QuotaLine,
    SavedFilter,
    Training,
)
from trainingmgr.services import roster

NUMBER = "11010519491231002X"
ClientAs = Callable[[str], FlaskClient]
ROSTER = "/t/CD2026/roster"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CD2026")


@pytest.fixture
def wang(session: Session, cast: Cast, training: Training) -> int:
    facts = Facts(
        name="王小明",
        unit="成都市民政局",
        phone="+8613800138000",
        post="=处长",
        email="wang@example.org",
        sex="male",
        ethnicity="<汉>",
        note="吃素",
        document=read_id_number(NUMBER, IdType.RESIDENT_ID, today=date(2026, 5, 1)),
    )
    return roster.add(cast.actor(), training.id, facts).registration_id


def body(client: FlaskClient, address: str = ROSTER) -> str:
    return unescape(client.get(address).text)


def heads(page: str) -> list[str]:
    return re.findall(r'<th scope="col" data-h="(\w+)"', page)


def test_chosen_columns_are_shown_in_every_roster_and_to_their_reader_alone(
    session: Session, cast: Cast, client_as: ClientAs, training: Training, wang: int
) -> None:
    unit = make_unit(session, cast.organisation, "四川省民政厅")
    line = QuotaLine(training_id=training.id, position=1, over=OverQuota.REFUSE)
    session.add(line)
    session.flush()
    session.add(
        Nomination(
            training_id=training.id, unit_id=unit.id, line_id=line.id, registration_id=wang,
            content_sealed=b"", sent_at=now(),
        )
    )  # fmt: skip
    session.commit()
    client = client_as("organiser")
    everything = [
        "note",
        "email",
        "sex",
        "ethnicity",
        "id_number",
        "id_type",
        "nominated_by",
        "registered_at",
    ]
    sent = {"column": [*everything, "phone", "evil"], "back": "q=wxm"}
    assert client.post(f"{ROSTER}/columns", data=sent).location == f"{ROSTER}?q=wxm"
    page = client.get(ROSTER).text
    assert heads(page) == [
        "sex", "ethnicity", "nominated_by", "phone", "email", "id_type", "id_number", "registered_at", "note",
    ]  # fmt: skip
    cells = dict(re.findall(r'<td data-[fr]="(\w+)">(.*?)</td>', page))
    assert cells["nominated_by"] == "四川省民政厅"
    assert cells["ethnicity"] == "&lt;汉&gt;"
    assert (cells["id_number"], cells["sex"], cells["note"]) == ("110***********002X", "Male", "吃素")
    assert heads(body(client_as("owner"))) == [
        "latin_name", "unit", "post", "category", "group", "phone", "status",
    ]  # fmt: skip
    look_again(session)
    make_registration(session, make_training(session, cast.organisation, code="LATER"))
    assert "note" in heads(body(client, "/t/LATER/roster"))
    # A cell that was changed comes back as a line of the same columns.
    saved = client.post(
        f"{ROSTER}/{wang}/field", data={"field": "note", "value": "素食"}, headers={"HX-Request": "true"}
    )
    assert saved.text.count("<td data-") == 9
    client.post(f"{ROSTER}/columns", data={"at_first": "1"})
    assert len(heads(body(client))) == 7


def test_own_columns_and_filters_cost_no_further_statement(client_as: ClientAs, wang: int) -> None:
    client = client_as("organiser")
    with statements() as plain:
        client.get(ROSTER)
    client.post(f"{ROSTER}/columns", data={"column": ["note", "nominated_by"]})
    client.post(f"{ROSTER}/filters", data={"name": "我的", "status": "confirmed"})
    client.get(ROSTER)
    with statements() as own:
        client.get(ROSTER)
    assert len(own) == len(plain)


def test_filters_are_saved_under_a_name_used_replaced_and_dropped(
    session: Session, cast: Cast, client_as: ClientAs, training: Training, wang: int
) -> None:
    category = Category(training_id=training.id, position=1, name_zh="处长")
    session.add(category)
    session.commit()
    client = client_as("organiser")
    sent = {"q": "王", "status": "confirmed", "category": str(category.id), "name": "王姓", "back": "q=x"}
    assert client.post(f"{ROSTER}/filters", data=sent).location == f"{ROSTER}?q=x"
    client.post(f"{ROSTER}/filters", data=sent | {"name": "各班", "everywhere": "1"})
    client.post(f"{ROSTER}/filters", data=sent | {"group": "-"})
    client.post(f"{ROSTER}/filters", data={"photo": "none", "name": "缺照片", "back": ""})
    page = body(client)
    shown = dict(re.findall(r'<a class="chip" href="([^"]+)">([^<]+)</a>', page))
    assert shown == {
        f"{ROSTER}?q=%E7%8E%8B&status=confirmed&category={category.id}&group=-": "王姓",
        f"{ROSTER}?q=%E7%8E%8B&status=confirmed": "各班",
        f"{ROSTER}?photo=none": "缺照片",
    }
    for who, address in (("owner", ROSTER), ("organiser", "/t/LATER/roster")):
        if who == "organiser":
            look_again(session)
            make_registration(session, make_training(session, cast.organisation, code="LATER"))
        assert ("王姓" in body(client_as(who), address)) is False
    assert "各班" in body(client, "/t/LATER/roster")
    for wrong in ({"name": ""}, {"name": "无", "q": "", "status": "", "category": ""}, {"name": "长" * 41}):
        client.post(f"{ROSTER}/filters", data=sent | wrong)
        assert 'role="alert"' in body(client)
    mine = session.scalars(sa.select(SavedFilter.id).where(SavedFilter.name == "王姓")).one()
    client_as("owner").post(f"{ROSTER}/filters/{mine}/drop")
    assert "王姓" in body(client)
    client.post(f"{ROSTER}/filters/{mine}/drop")
    assert "王姓" not in body(client)


def test_a_file_holds_the_chosen_columns_and_the_choice_is_remembered(
    session: Session, client_as: ClientAs, training: Training, wang: int
) -> None:
    make_registration(session, training, "李华", status=S.DECLINED, reason="名额已满")
    client = client_as("organiser")
    sent = {"form": "csv", "column": ["post", "phone", "id_number", "registered_at", "reason"]}
    answer = client.post(f"{ROSTER}/export", data=sent)
    rows = [line.split(",") for line in answer.get_data().decode("utf-8-sig").splitlines()]
    assert rows[0] == ["Name", "Post", "Phone", "ID number", "Reason", "Registered at"]
    assert rows[1][:4] == ["王小明", "'=处长", "138 0013 8000", "110***********002X"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", rows[1][5])
    assert rows[2][0] == "李华"
    assert rows[2][4] == "名额已满"
    page = body(client, f"{ROSTER}/export")
    assert re.findall(r'name="column" value="(\w+)" checked', page) == [
        "post", "phone", "id_number", "reason", "registered_at",
    ]  # fmt: skip
    assert client.post(f"{ROSTER}/export", data={"form": "csv"}).status_code == 422
    xlsx = client.post(f"{ROSTER}/export", data=sent | {"form": "xlsx", "status": "declined"})
    book = openpyxl.load_workbook(io.BytesIO(xlsx.get_data()))
    assert [row[0].value for row in book.worksheets[0].iter_rows()][-1] == "李华"


def test_numbers_in_clear_are_noted_with_how_many_and_which_columns(
    session: Session, client_as: ClientAs, training: Training, wang: int
) -> None:
    sent = {"form": "csv", "column": ["unit"], "q": "wxm"}
    assert client_as("viewer").post(f"{ROSTER}/export-in-clear", data=sent).status_code == 403
    answer = client_as("owner").post(f"{ROSTER}/export-in-clear", data=sent)
    assert answer.get_data().decode("utf-8-sig").splitlines()[1] == f"王小明,成都市民政局,{NUMBER}"
    look_again(session)
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()[-1]
    assert (entry.action, entry.details) == (
        "roster.export_in_clear",
        {"people": 1, "columns": ["unit", "id_number"]},
    )
    refused = client_as("owner").post(f"{ROSTER}/export-in-clear", data=sent | {"form": "vcf"})
    assert refused.status_code == 422
    assert NUMBER not in refused.text


def test_contacts_for_telephones_hold_what_was_ticked(
    session: Session, client_as: ClientAs, training: Training, wang: int
) -> None:
    sent = {"form": "vcf", "column": ["unit", "phone", "id_number", "group"]}
    answer = client_as("organiser").post(f"{ROSTER}/export", data=sent)
    assert answer.mimetype == "text/vcard"
    assert answer.headers["Content-Disposition"].endswith(".vcf")
    (card,) = read(answer.get_data())
    assert (card["FN"], card["N"], card["TEL"]) == ("王小明", "王;小明;;;", "tel:+8613800138000")
    assert card["CATEGORIES"] == "Training class on community governance"
    assert "EMAIL" not in card
    assert "002X" not in answer.text
    assert client_as("viewer").post(f"{ROSTER}/export", data=sent).status_code == 400
    assert read(client_as("owner").post(f"{ROSTER}/export", data=sent | {"form": "vcf3"}).get_data())
