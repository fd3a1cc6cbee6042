"""A unit's page shows the form that the training has designed."""

import io
import re
from collections.abc import Callable
from datetime import date

import openpyxl
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_line, make_training, make_unit
from tests.nominations import token_of
from tests.rosters import xlsx
from trainingmgr.domain.registration_form import Mode, Modes
from trainingmgr.models import Category, Registration
from trainingmgr.queries import nomination as queries
from trainingmgr.queries.registration_answer import consents_of, opened_answers
from trainingmgr.services import registration_form as forms

ClientAs = Callable[[str], FlaskClient]


def test_the_form_is_that_of_the_category_and_faults_and_consents_stand_beside_their_boxes(
    session: Session, cast: Cast, client_as: ClientAs
) -> None:
    training = make_training(session, cast.organisation)
    heads, deputies = (
        Category(training_id=training.id, position=number, name_zh=name)
        for number, name in enumerate(("处长", "副处长"), 1)
    )
    session.add_all([heads, deputies])
    session.commit()
    modes = {"lodging": Modes(Mode.OFF, {heads.id: Mode.REQUIRED}), "health": Modes(Mode.OPTIONAL)}
    forms.set_modes(cast.actor(), training.id, modes, version=0)
    unit = make_unit(session, cast.organisation)
    line = make_line(session, training, {unit: 2}, category_id=heads.id)
    make_line(session, training, {unit: 1}, category_id=deputies.id)
    base = f"/n/{token_of(session, cast, training, unit)}"
    client = client_as("nobody")

    page = client.get(f"{base}/people/new").text
    assert 'name="health"' in page
    assert 'name="lodging"' not in page
    assert 'name="ethnicity"' not in page
    who = {"name": "王芳", "phone": "13800138000", "health": "哮喘", "line": str(line.id)}
    again = client.post(f"{base}/people/new", data=who | {"again": "1"})
    assert again.status_code == 200
    assert 'name="lodging"' in again.text
    assert 'value="王芳"' in again.text
    wrong = client.post(f"{base}/people/new", data=who | {"do": "send"})
    assert wrong.status_code == 422
    assert set(re.findall(r'id="(\w+)-error"', wrong.text)) == {"lodging", "consent_health"}
    assert "The person consents to Sample Department of Civil Affairs processing" in wrong.text

    saved = client.post(f"{base}/people/new", data=who | {"do": "save", "lodging": "any"})
    assert saved.status_code == 303
    page = client.get(base).text
    assert "For all who are sent now:" in page
    draft = re.search(r'name="id" value="(\d+)"', page)
    assert draft
    shown = client.get(f"{base}/people/{draft[1]}").text
    assert "哮喘</textarea>" in shown
    assert '<option selected value="any">' in shown
    client.post(f"{base}/send", data={"id": draft[1], "consent_health": "y"})
    look_again(session)
    row = session.scalars(sa.select(Registration)).one()
    assert opened_answers(session, row.id) == {"lodging": "any", "health": "哮喘"}
    assert [one.key for one in consents_of(session, row.id)] == ["health"]


def test_a_needed_answer_cannot_be_left_empty_for_want_of_a_consent(
    session: Session, cast: Cast, client_as: ClientAs
) -> None:
    training = make_training(session, cast.organisation)
    forms.set_modes(cast.actor(), training.id, {"health": Modes(Mode.REQUIRED)}, version=0)
    unit = make_unit(session, cast.organisation)
    make_line(session, training, {unit: 1})
    base = f"/n/{token_of(session, cast, training, unit)}"
    who = {"name": "王芳", "phone": "13800138000", "health": "哮喘", "do": "send"}
    refused = client_as("nobody").post(f"{base}/people/new", data=who)
    assert re.search(r'id="consent_health-error">This answer is needed', refused.text)


def test_what_the_form_asks_is_filled_in_by_excel_too(
    session: Session, cast: Cast, client_as: ClientAs
) -> None:
    training = make_training(session, cast.organisation)
    asked = ("lodging", "diet", "arrival", "emergency")
    modes = {key: Modes(Mode.REQUIRED) for key in asked} | {"health": Modes(Mode.OFF)}
    forms.set_modes(cast.actor(), training.id, modes, version=0)
    unit = make_unit(session, cast.organisation)
    make_line(session, training, {unit: 3})
    base, client = f"/n/{token_of(session, cast, training, unit)}", client_as("nobody")
    form = openpyxl.load_workbook(io.BytesIO(client.get(f"{base}/template.xlsx").data)).worksheets[0]
    headings = {str(cell) for row in form.iter_rows(values_only=True) for cell in row if cell}
    assert "What we should know of your health" not in headings
    written = {
        "Full name": ("王芳", "李华"),
        "Mobile": ("13800138000", "13800138001"),
        "Position": ("处长", "科长"),
        "Lodging": ("A single room", "豪华套房"),
        "Meals": ("清真", "Nothing special"),
        "Day of arrival": ("2026-12-09", "下周"),
        "Time of arrival": ("14:30", ""),
        "Arriving by": ("Train", "火车"),
        "Name of the emergency contact": ("古丽", "李母"),
        "Phone of the emergency contact": ("13900139000", "13900139001"),
    }
    assert written.keys() <= headings
    data = xlsx([tuple(written), *zip(*written.values(), strict=True)])
    sent = client.post(f"{base}/upload", data={"file": (io.BytesIO(data), "回执.xlsx")})
    assert sent.status_code == 303
    look_again(session)
    first, second = queries.drafts(session, training.id, unit.id, date(2026, 12, 1))
    assert first.reading.answers == {
        "lodging": "single",
        "diet": "halal",
        "arrival_day": "2026-12-09",
        "arrival_time": "14:30",
        "arrival_by": "train",
        "emergency_name": "古丽",
        "emergency_phone": "+8613900139000",
    }
    assert first.reading.nominee.phone == "+8613800138000"
    assert (first.reading.complete, first.reading.unconsented) == (True, frozenset({"diet"}))
    assert set(second.reading.wrong) == {"lodging", "arrival_day"}
