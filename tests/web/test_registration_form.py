"""The organiser designs a form, and sees and corrects what participants answered."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_training
from tests.queries.counting import statements
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import FieldKey, Mode
from trainingmgr.models import Category, Registration, Training
from trainingmgr.queries.registration_answer import answers_of, opened_answers
from trainingmgr.queries.registration_form import form_of

ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_training(session, cast.organisation, code="FORM")
    session.add(Category(training_id=training.id, position=1, name_zh="处长", name_en="Heads of division"))
    session.commit()
    return training


@pytest.fixture
def row(session: Session, training: Training) -> Registration:
    return make_registration(session, training, "王小明", sex="female")


def _design(client: FlaskClient, **modes: str) -> int:
    page = client.get("/t/FORM/registration/form").text
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    given = {f"mode-{key}": mode for key, mode in modes.items()} | {"version": found[1]}
    return client.post("/t/FORM/registration/form", data=given).status_code


def _add(client: FlaskClient, session: Session, training: Training, **values: str) -> int:
    look_again(session)
    given = {"kind": "short_text", "mode": "optional", "version": str(form_of(session, training.id).version)}
    return client.post("/t/FORM/registration/form/question", data=given | values).status_code


def test_modes_are_set_for_everybody_and_for_a_category_and_shown_before_they_are_kept(
    session: Session, training: Training, client_as: ClientAs
) -> None:
    client, category = client_as("organiser"), training.categories[0].id
    shown = client.post("/t/FORM/registration/form/preview", data={"mode-lodging": "required"}).text
    assert "A shared room" in shown
    assert "A shared room" not in client.get("/t/FORM/registration/form").text
    assert _design(client, lodging="required", name="off") == 303
    given = {"category": str(category), "version": "1", "mode-lodging": "off", "mode-sex": ""}
    assert client.post("/t/FORM/registration/form", data=given).status_code == 303
    look_again(session)
    form = form_of(session, training.id).definition
    assert form.fields[FieldKey.LODGING].modes.everybody is Mode.REQUIRED
    assert form.fields[FieldKey.LODGING].modes.categories == {category: Mode.OFF}
    assert form.fields[FieldKey.NAME].modes.everybody is Mode.REQUIRED
    assert "A shared room" not in client.get(f"/t/FORM/registration/form?category={category}").text
    late = client.post("/t/FORM/registration/form", data={"version": "1", "mode-lodging": "optional"})
    assert late.status_code == 409
    assert re.search(r'id="m-lodging-optional" value="optional" checked', late.text)


def test_a_question_is_added_with_a_condition_and_its_faults_stand_beside_their_boxes(
    session: Session, training: Training, client_as: ClientAs
) -> None:
    client = client_as("organiser")
    wrong = {"kind": "one", "label_zh": "会场", "options": "成都", "version": "0", "mode": "optional"}
    answer = client.post("/t/FORM/registration/form/question", data=wrong)
    assert answer.status_code == 422
    assert re.search(r'id="options-error">Write at least two choices', answer.text)
    assert 'value="会场"' in answer.text
    halls = {"kind": "one", "label_zh": "会场", "options": "成都 | Chengdu\n重庆"}
    assert _add(client, session, training, **halls) == 303
    assert _add(client, session, training, label_zh="原因", condition="q1=o2") == 303
    page = client.get("/t/FORM/registration/form").text
    assert "Only if “会场” is “重庆”." in page
    assert 'data-when="sample-q1" data-is="o2"' in page
    assert client.post("/t/FORM/registration/form/q2/up").status_code == 303
    client.post("/t/FORM/registration/form/q1/remove")
    assert "“原因” is asked depending on this question." in client.get("/t/FORM/registration/form").text
    edit = client.get("/t/FORM/registration/form/q1").text
    assert "成都 | Chengdu\n重庆" in edit
    assert "q2=" not in edit
    look_again(session)
    assert [one.key for one in form_of(session, training.id).definition.questions] == ["q2", "q1"]


def test_answers_are_shown_masked_to_the_desk_and_kept_sealed_through_an_edit(
    session: Session, training: Training, row: Registration, client_as: ClientAs
) -> None:
    client, address = client_as("organiser"), f"/t/FORM/roster/{row.id}"
    _design(client, lodging="required", diet="optional", health="optional")
    _add(client, session, training, label_zh="是否孕期", kind="yes_no", condition="sex=female")
    form = client.get(f"{address}/answers").text
    hidden = dict(re.findall(r'name="(form_version|answers_version)" type="hidden" value="([^"]*)"', form))
    typed = hidden | {"diet": "halal", "health": "哮喘", "consent_health": "y", "q1": "yes"}
    assert client.post(f"{address}/answers", data=typed).status_code == 303
    look_again(session)
    assert answers_of(session, row.id).sealed() == {"diet", "health"}

    page = client.get(address).text
    assert "哮喘" not in page
    assert "是否孕期" in page
    assert "noted by the organiser" in page
    assert "Answers on registration" not in client_as("viewer").get(address).text
    assert "••••••" in client_as("front_desk").get(address).text
    assert client_as("front_desk").post(f"{address}/answers/reveal").status_code == 403
    assert "哮喘" in client.post(f"{address}/answers/reveal").text

    again = client.get(f"{address}/answers").text
    assert "哮喘" not in again
    hidden = dict(re.findall(r'name="(form_version|answers_version)" type="hidden" value="([^"]*)"', again))
    assert client.post(f"{address}/answers", data=hidden | {"lodging": "any", "q1": "yes"}).status_code == 303
    look_again(session)
    opened = {"diet": "halal", "health": "哮喘", "lodging": "any", "q1": "yes"}
    assert opened_answers(session, row.id) == opened
    late = client.post(f"{address}/answers", data=hidden | {"lodging": "single"})
    assert late.status_code == 422
    assert "Somebody else changed this" in late.text
    assert client.post(f"{address}/answers/health/withdraw").status_code == 303
    look_again(session)
    assert "health" not in opened_answers(session, row.id)


def test_a_participants_page_costs_the_same_however_much_was_answered(
    session: Session, training: Training, row: Registration, client_as: ClientAs
) -> None:
    client = client_as("organiser")

    def cost() -> int:
        with statements() as sent:
            client.get(f"/t/FORM/roster/{row.id}")
        return len(sent)

    before = cost()
    _design(client, lodging="required", emergency="optional", arrival="optional")
    form = client.get(f"/t/FORM/roster/{row.id}/answers").text
    hidden = dict(re.findall(r'name="(form_version|answers_version)" type="hidden" value="([^"]*)"', form))
    typed = {"lodging": "any", "arrival_day": "2026-05-10", "emergency_name": "李华"}
    assert client.post(f"/t/FORM/roster/{row.id}/answers", data=hidden | typed).status_code == 303
    assert cost() == before


def test_everybodys_answers_come_as_a_file_sealed_ones_masked_unless_it_is_noted(
    session: Session, training: Training, row: Registration, client_as: ClientAs
) -> None:
    client = client_as("organiser")
    _design(client, lodging="required", health="optional")
    _add(client, session, training, label_zh="=1+1", kind="several", options="甲\n乙")
    look_again(session)
    make_registration(session, training, "李华", status=RegistrationStatus.DECLINED)
    new = {"name": "赵静", "status": "confirmed", "category": "0", "answers": "1"}
    added = client.post("/t/FORM/roster/new", data=new)
    assert added.location.endswith("/answers")
    form = client.get(f"/t/FORM/roster/{row.id}/answers").text
    hidden = dict(re.findall(r'name="(form_version|answers_version)" type="hidden" value="([^"]*)"', form))
    typed = hidden | {"lodging": "any", "health": "哮喘", "q1": ["o1", "o2"]}
    assert client.post(f"/t/FORM/roster/{row.id}/answers", data=typed).status_code == 303
    lines = client.get("/t/FORM/registration/answers.csv").get_data().decode("utf-8-sig").splitlines()
    assert lines == [
        "Name,Unit,Category,Status,Lodging,What we should know of your health,'=1+1",
        '王小明,,,Confirmed,Either room,••••••,"甲, 乙"',
        "赵静,,,Confirmed,,,",
    ]
    clear = client.post("/t/FORM/registration/answers-in-clear").get_data()
    workbook = load_workbook(BytesIO(clear)).active
    assert workbook is not None
    assert "哮喘" in {cell.value for line in workbook.iter_rows() for cell in line}
    assert client_as("front_desk").get("/t/FORM/registration/answers.xlsx").status_code == 403
