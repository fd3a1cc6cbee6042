"""The roster's pages as a browser gets them."""

import io
import re
from collections.abc import Callable
from html import unescape

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_training
from tests.queries.test_roster import fill, statements
from tests.web.pages import body, hidden
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.models import AuditEntry, Person, Registration, Training
from trainingmgr.services import roster

NUMBER = "11010519491231002X"
ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CD2026")


@pytest.fixture
def wang(session: Session, cast: Cast, training: Training) -> int:
    facts = Facts(name="王小明", unit="成都市民政局", phone="+8613800138000", post="处长")
    return roster.add(cast.actor(), training.id, facts).registration_id


def test_the_list_masks_phones_and_offers_what_the_role_may_do(client_as: ClientAs, wang: int) -> None:
    seen = {who: body(client_as(who), "/t/CD2026/roster") for who in ("organiser", "front_desk", "viewer")}
    for page in seen.values():
        assert "王小明" in page
        assert "138****8000" in page
        assert "13800138000" not in page
    assert "Note arrival" in seen["front_desk"]
    assert "Add a participant" not in seen["front_desk"]
    assert "Note arrival" not in seen["viewer"]
    assert "Set group" in seen["organiser"]


def test_the_address_holds_the_filters_and_a_chip_takes_each_away(
    session: Session, client_as: ClientAs, training: Training, wang: int
) -> None:
    make_registration(session, training, "李华", status=RegistrationStatus.WITHDRAWN)
    client = client_as("viewer")
    page = body(client, "/t/CD2026/roster?q=wxm&status=confirmed")
    assert "王小明" in page
    assert "李华" not in page
    assert 'href="/t/CD2026/roster?status=confirmed"' in page
    assert 'href="/t/CD2026/roster?q=wxm"' in page
    assert "1 found" in page


def test_pages_lead_on_and_back_with_their_filters(
    session: Session, client_as: ClientAs, training: Training
) -> None:
    fill(session, training, [f"k{n:03d}" for n in range(120)])
    client = client_as("viewer")
    first = body(client, "/t/CD2026/roster?q=学员")
    assert "120 found" in first
    assert first.count("<tr id=") == 50
    onward = re.search(r'href="([^"]*at=[^"]*)">Next', first)
    assert onward is not None
    second = body(client, onward[1])
    assert "学员k050" in second
    back = re.search(r'href="([^"]*at=[^"]*)">Previous', second)
    assert back is not None
    assert "学员k000" in body(client, back[1])
    assert body(client, "/t/CD2026/roster?at=rubbish&q=").count("<tr id=") == 50


def test_a_request_takes_the_same_statements_for_ten_and_for_five_hundred(
    session: Session, cast: Cast, client_as: ClientAs
) -> None:
    costs = []
    for people in (10, 500):
        training = make_training(session, cast.organisation)
        fill(session, training, [f"k{n:04d}" for n in range(people)])
        client = client_as("organiser")
        with statements() as seen:
            assert client.get(f"/t/{training.code}/roster").status_code == 200
        costs.append(len([one for one in seen if one.lstrip().upper().startswith(("SELECT", "WITH"))]))
    assert costs[0] == costs[1] <= 6


def test_an_empty_roster_says_what_to_do(client_as: ClientAs, training: Training) -> None:
    assert "Nobody is on the roster yet" in body(client_as("organiser"), "/t/CD2026/roster")


def test_a_participant_is_added_by_the_form(
    session: Session, client_as: ClientAs, training: Training
) -> None:
    client = client_as("organiser")
    sent = {
        "name": "李 华", "unit": "成都市民政局", "phone": "138 0013 8000", "id_number": NUMBER.lower(),
        "status": "confirmed", "category": "0", "sex": "", "id_type": "",
    }  # fmt: skip
    answer = client.post("/t/CD2026/roster/new", data=sent)
    assert (answer.status_code, answer.location) == (303, "/t/CD2026/roster")
    session.rollback()
    person = session.scalars(sa.select(Person)).one()
    assert (person.name, person.phone, person.id_type) == ("李华", "+8613800138000", "resident_id")
    assert "is on the roster now" in body(client, "/t/CD2026/roster")


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("phone", "12"), ("id_number", "110105194912310021"), ("email", "x@")]
)
def test_a_wrong_field_is_refused_beside_itself_and_nothing_is_lost(
    session: Session, client_as: ClientAs, training: Training, field: str, value: str
) -> None:
    sent = {"name": "李华", "post": "处长", "status": "confirmed", "category": "0"} | {field: value}
    answer = client_as("organiser").post("/t/CD2026/roster/new", data=sent)
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in page
    assert 'value="处长"' in page
    assert not session.scalars(sa.select(Registration)).all()


def test_a_namesake_is_asked_about_with_both_choices(
    session: Session, cast: Cast, client_as: ClientAs, wang: int
) -> None:
    other = make_training(session, cast.organisation, code="LATER")
    client = client_as("organiser")
    sent = {"name": "王小明", "unit": "乙单位", "status": "confirmed", "category": "0"}
    answer = client.post("/t/LATER/roster/new", data=sent)
    page = unescape(answer.get_data(as_text=True))
    session.rollback()
    known = session.get_one(Registration, wang).person_id
    assert answer.status_code == 422
    assert "Is this the same person?</a> Somebody named" in page
    assert f'name="same_as" value="{known}"' in page
    assert 'name="same_as" value="0"' in page
    assert "138****8000" in page
    assert client.post("/t/LATER/roster/new", data=sent | {"same_as": "0"}).status_code == 303
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 2
    assert session.scalar(
        sa.select(sa.func.count()).select_from(Registration).where(Registration.training_id == other.id)
    )


def test_who_is_on_the_roster_already_is_pointed_to(client_as: ClientAs, wang: int) -> None:
    sent = {"name": "王小明", "unit": "成都市民政局", "status": "confirmed", "category": "0"}
    client = client_as("organiser")
    for typed, shown in (("13800138000", "138 0013 8000"), ("12", "12"), ("+12", "+12")):
        answer = client.post("/t/CD2026/roster/new", data=sent | {"phone": typed})
        assert answer.status_code == 422
        assert f'value="{shown}"' in answer.text
    answer = client.post("/t/CD2026/roster/new", data=sent)
    assert f"/t/CD2026/roster/{wang}" in answer.text


def test_a_name_that_no_font_has_is_told_at_once(client_as: ClientAs, training: Training) -> None:
    client = client_as("organiser")
    client.post(
        "/t/CD2026/roster/new", data={"name": "王\U000323af明", "status": "confirmed", "category": "0"}
    )
    page = body(client, "/t/CD2026/roster")
    assert "王\U000323af明 is on the roster but cannot be printed" in page
    assert page.count("U+323AF") == 2  # once said, once beside the name


def test_ticked_people_are_changed_by_one_form(session: Session, client_as: ClientAs, wang: int) -> None:
    client = client_as("organiser")
    sent = {"id": [wang, "x"], "do": "group", "to_group": " 第1组 ", "back": "status=confirmed"}
    answer = client.post("/t/CD2026/roster/bulk", data=sent)
    assert answer.location == "/t/CD2026/roster?status=confirmed"
    session.rollback()
    assert session.get_one(Registration, wang).group_name == "第1组"
    nobody = client.post("/t/CD2026/roster/bulk", data={"do": "status"}, follow_redirects=True)
    assert "Tick at least one" in nobody.get_data(as_text=True)


def test_a_change_to_many_offers_once_to_take_it_back(
    session: Session, client_as: ClientAs, wang: int
) -> None:
    client = client_as("organiser")
    sent = {"id": [wang], "do": "group", "to_group": "第1组", "back": "status=confirmed"}
    page = client.post("/t/CD2026/roster/bulk", data=sent, follow_redirects=True).get_data(as_text=True)
    bar = re.search(r'action="(/t/CD2026/roster/undo/\d+)"', page)
    assert bar is not None
    assert "/roster/undo/" not in body(client, "/t/CD2026/roster")
    assert client_as("front_desk").post(bar[1]).status_code == 403
    theirs = client_as("owner").post(bar[1], follow_redirects=True)
    assert "can no longer be taken back" in theirs.get_data(as_text=True)
    answer = client.post(bar[1], data={"back": hidden(page, "back")})
    assert answer.location == "/t/CD2026/roster?status=confirmed"
    session.rollback()
    assert session.get_one(Registration, wang).group_name == ""
    assert "Undone for 1 participant." in body(client, "/t/CD2026/roster")


def test_removing_says_what_goes_and_does_it(session: Session, client_as: ClientAs, wang: int) -> None:
    client = client_as("organiser")
    assert "the person too" in body(client, f"/t/CD2026/roster/{wang}/remove")
    assert session.get(Registration, wang) is not None
    assert client.post(f"/t/CD2026/roster/{wang}/remove").status_code == 303
    session.rollback()
    assert session.get(Registration, wang) is None


def test_the_id_number_is_shown_to_those_who_may_and_only_on_demand(
    session: Session, cast: Cast, client_as: ClientAs, training: Training, wang: int
) -> None:
    client = client_as("organiser")
    page = body(client, f"/t/CD2026/roster/{wang}/edit")
    client.post(
        f"/t/CD2026/roster/{wang}/edit",
        data={"name": "王小明", "status": "confirmed", "category": "0", "id_number": NUMBER,
              "version": hidden(page, "version")},
    )  # fmt: skip
    address = f"/t/CD2026/roster/{wang}"
    page = body(client, address)
    assert "110***********002X" in page
    assert NUMBER not in page
    assert "Show the number" not in body(client_as("front_desk"), address)
    assert client_as("front_desk").post(f"{address}/reveal").status_code == 403
    assert NUMBER in client.post(f"{address}/reveal").get_data(as_text=True)
    assert NUMBER not in body(client, address)
    session.rollback()
    assert (
        session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()[-1] == "roster.reveal_id"
    )


def test_the_print_view_holds_everybody_whom_the_filters_leave_with_the_training_at_the_foot(
    session: Session, client_as: ClientAs, training: Training, wang: int
) -> None:
    fill(session, training, [f"x{number:03d}" for number in range(119)])
    make_registration(session, training, "安九", pinyin="an jiu")
    session.commit()
    client = client_as("organiser")
    listed = body(client, "/t/CD2026/roster?q=wxm")
    assert 'href="/t/CD2026/roster/print?q=wxm"' in listed
    whole = body(client, "/t/CD2026/roster/print")
    rows = re.findall(r'<td class="num">(\d+)</td>\s*<th scope="row" class="who">([^<]+)', whole)
    assert [int(number) for number, _name in rows] == [*range(1, 122)]
    assert "CD2026" in whole[whole.index("<tfoot>") : whole.index("</tfoot>")]
    assert "printed " in whole[whole.index("<tfoot>") :]
    entered = body(client, "/t/CD2026/roster/print?order=entered")
    names = re.findall(r'scope="row" class="who">([^<]+)', entered)
    assert (rows[0][1], names[0], names[-1]) == ("安九", "王小明", "安九")
    one = body(client, "/t/CD2026/roster/print?q=wxm")
    assert (one.count('<th scope="row"'), "王小明" in one, "“wxm”" in one) == (1, True, True)
    assert "138 0013 8000" in one
    assert "138****8000" in body(client_as("viewer"), "/t/CD2026/roster/print?q=wxm")


def test_exports_are_masked_and_inert_and_hold_what_the_filters_leave(
    session: Session, cast: Cast, client_as: ClientAs, training: Training, wang: int
) -> None:
    roster.update(cast.actor(), training.id, wang, Facts(post="=HYPERLINK(1)", note="-1+2"))
    make_registration(session, training, "李华")
    client = client_as("organiser")
    csv = client.get("/t/CD2026/roster/export.csv?q=wxm")
    text = csv.get_data().decode("utf-8-sig")
    assert len(text.splitlines()) == 2
    assert "'=HYPERLINK(1)" in text
    assert "'-1+2" in text
    assert "attachment" in csv.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(client.get("/t/CD2026/roster/export.xlsx").get_data()))
    cells = {cell.value: cell.data_type for row in book.worksheets[0].iter_rows() for cell in row}
    assert cells["=HYPERLINK(1)"] == "s"
    assert "李华" in cells
    assert "138****8000" in client_as("viewer").get("/t/CD2026/roster/export.csv").get_data(as_text=True)


def test_full_numbers_leave_only_for_those_who_may_and_with_a_note(
    session: Session, cast: Cast, client_as: ClientAs, training: Training
) -> None:
    sent = {"name": "李华", "status": "confirmed", "category": "0", "id_number": NUMBER}
    client_as("organiser").post("/t/CD2026/roster/new", data=sent)
    assert client_as("front_desk").post("/t/CD2026/roster/export-in-clear").status_code == 403
    assert NUMBER not in client_as("owner").get("/t/CD2026/roster/export.csv").get_data(as_text=True)
    answer = client_as("owner").post("/t/CD2026/roster/export-in-clear", data={"form": "csv"})
    assert NUMBER in answer.get_data(as_text=True)
    session.rollback()
    assert (
        session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()[-1]
        == "roster.export_in_clear"
    )


def test_units_are_suggested_from_the_organisation_alone(
    session: Session, cast: Cast, client_as: ClientAs, wang: int
) -> None:
    theirs = make_training(session, cast.elsewhere)
    roster.add(cast.actor("stranger"), theirs.id, Facts(name="他人", unit="成都市某单位"))
    found = body(client_as("organiser"), "/t/CD2026/roster/units?value=成都")
    assert "成都市民政局" in found
    assert "成都市某单位" not in found


def test_confirming_beyond_the_capacity_takes_a_tick(
    session: Session, client_as: ClientAs, training: Training, wang: int
) -> None:
    training.capacity = 1
    named = make_registration(session, training, "李华", status=RegistrationStatus.NOMINATED).id
    client = client_as("organiser")
    sent = {"id": [named], "do": "status", "to_status": "confirmed"}
    assert "free places: 0" in client.post("/t/CD2026/roster/bulk", data=sent, follow_redirects=True).text
    page = body(client, f"/t/CD2026/roster/{named}/edit")
    assert 'name="beyond"' not in page
    form = {"name": "李华", "status": "confirmed", "category": "0", "version": hidden(page, "version")}
    refused = client.post(f"/t/CD2026/roster/{named}/edit", data=form)
    assert refused.status_code == 422
    assert 'name="beyond"' in refused.text
    assert client.post(f"/t/CD2026/roster/{named}/edit", data=form | {"beyond": "y"}).status_code == 303
    another = {"name": "周明", "status": "confirmed", "category": "0"}
    full = client.post("/t/CD2026/roster/new", data=another)
    assert full.status_code == 422
    assert 'name="beyond"' in full.text
    assert client.post("/t/CD2026/roster/new", data=another | {"beyond": "y"}).status_code == 303
    session.rollback()
    assert session.get_one(Registration, named).status is RegistrationStatus.CONFIRMED
