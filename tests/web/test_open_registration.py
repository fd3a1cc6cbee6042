"""The public page, one's own registration, and what the organiser sets about both."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_training
from trainingmgr.domain.open_registration import OpenInput
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import Mode, Modes
from trainingmgr.models import Category, OpenRegistration, Registration, Training
from trainingmgr.queries.person import seal_id
from trainingmgr.queries.registration_answer import opened_answers
from trainingmgr.services import open_registration as service
from trainingmgr.services import registration_form as forms

ClientAs = Callable[[str], FlaskClient]
WHO = {"name": "王小明", "unit": "示例市民政局", "phone": "13800138000"}


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    start = datetime.now(UTC).date() + timedelta(days=180)
    training = make_training(
        session, cast.organisation, code="OPEN", start_date=start, end_date=start, capacity=1
    )
    modes = {key: Modes(Mode.OPTIONAL) for key in ("lodging", "health", "document")}
    forms.set_modes(cast.actor(), training.id, modes, version=0)
    _open(cast, training, 0)
    return training


def _open(cast: Cast, training: Training, version: int, **values: object) -> None:
    given = OpenInput(is_on=True, **values)  # type: ignore[arg-type]  # each by its name
    service.set_open(cast.actor(), training.id, given, version=version)


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(once|form_version|answers_version)" type="hidden" value="([^"]*)"', page))


def _register(client: FlaskClient, **typed: str) -> str:
    """Register, and give the address that it led to."""
    hidden = _hidden(client.get("/r/OPEN").text)
    answer = client.post("/r/OPEN", data=hidden | WHO | typed)
    assert answer.status_code == 303, re.findall(r'class="error"[^<]*', answer.text)
    return answer.location


def test_somebody_registers_looks_at_it_changes_it_and_cancels_it(
    session: Session, training: Training, client_as: ClientAs
) -> None:
    client = client_as("nobody")
    typed = {"lodging": "single", "health": "哮喘", "consent_health": "y"}
    own = _register(client, **typed, id_number="11010519491231002X", consent_document="y")
    assert re.fullmatch(r"/r/OPEN/[\w-]{44}", own)
    answer = client.get(own)
    page = answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store"
    for text in ("Thank you, your registration has arrived.", "You have a place.", "A single room"):
        assert text in page
    assert "哮喘" not in page
    assert "11010519491231002X" not in page
    assert "110***********002X" in page

    form = client.get(f"{own}/change").text
    assert 'value="示例市民政局"' in form
    assert form.count("Kept sealed. Leave this empty to keep it.") == 2
    assert "哮喘" not in form
    assert "11010519491231002X" not in form
    typed = _hidden(form) | {"unit": "另一单位", "phone": "13800138000", "lodging": "any"}
    assert client.post(f"{own}/change", data=typed).status_code == 303
    look_again(session)
    row = session.scalars(sa.select(Registration)).one()
    assert opened_answers(session, row.id) == {"lodging": "any", "health": "哮喘"}
    assert row.person.id_masked == "110***********002X"
    assert "Take it back" in client.get(own).text
    assert client.post(f"{own}/consent/health/withdraw").status_code == 303
    assert "BEGIN:VCALENDAR" in client.get(f"{own}/class.ics").text

    assert client.post(f"{own}/cancel").status_code == 303
    page = client.get(own).text
    assert "The registration is cancelled." in page
    assert "Register again" in page
    assert client.post(f"{own}/change", data=typed).location == own
    look_again(session)
    row = session.scalars(sa.select(Registration)).one()
    assert (row.status, opened_answers(session, row.id)) == (RegistrationStatus.WITHDRAWN, {"lodging": "any"})


def test_the_page_does_not_tell_whether_an_id_number_is_known(
    session: Session, cast: Cast, training: Training, client_as: ClientAs
) -> None:
    bearer = make_registration(session, make_training(session, cast.organisation), "李华").person
    number = "11010519491231002X"
    for column, value in seal_id(bearer.uid, bearer.organisation_id, "resident_id", number).items():
        setattr(bearer, column, value)
    session.commit()
    client = client_as("nobody")
    own = _register(client, id_number=number, consent_document="y")
    assert "<dd>110***********002X</dd>" in client.get(own).text
    without = client.post("/r/OPEN", data=_hidden(client.get("/r/OPEN").text) | WHO | {"once": ""})
    assert without.status_code == 422
    assert "The form did not arrive whole." in without.text
    assert _hidden(without.text)["once"]


def test_nothing_is_said_to_be_kept_that_was_not_written(training: Training, client_as: ClientAs) -> None:
    client = client_as("nobody")
    assert "Kept sealed." not in client.get(f"{_register(client)}/change").text


def test_what_is_missing_stands_beside_its_box_and_nothing_typed_is_lost(
    session: Session, cast: Cast, training: Training, client_as: ClientAs
) -> None:
    client = client_as("nobody")
    hidden = _hidden(client.get("/r/OPEN").text)
    typed = hidden | {"name": "王小明", "phone": "12", "health": "哮喘"}
    answer = client.post("/r/OPEN", data=typed)
    assert answer.status_code == 422
    assert re.search(r'class="form-select" id="sex"', answer.text)
    nameless = client.post("/r/OPEN", data=hidden | {"phone": "12"}).text
    assert re.search(r'id="name-error">This field is needed', nameless)
    assert set(re.findall(r'id="(\w+)-error"', answer.text)) == {"unit", "phone", "consent_health"}
    for name in ("加微信 12345", "http://x.example", "WWW.x.example"):
        refused = client.post("/r/OPEN", data=hidden | WHO | {"name": name})
        assert re.search(r'id="name-error">Write the name alone', refused.text)
    assert 'value="王小明"' in answer.text
    assert "哮喘</textarea>" in answer.text
    forms.set_modes(cast.actor(), training.id, {"post": Modes(Mode.REQUIRED)}, version=1)
    late = client.post("/r/OPEN", data=hidden | WHO)
    assert late.status_code == 422
    assert "This field is needed." in late.text
    look_again(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 0


def test_a_name_is_letters_alone(training: Training, client_as: ClientAs) -> None:
    client = client_as("nobody")
    for name in ("王小明😀", "王小明2", "www.example.org"):
        answer = client.post("/r/OPEN", data=_hidden(client.get("/r/OPEN").text) | WHO | {"name": name})
        assert "Write the name alone, without digits, symbols or web addresses." in answer.text, name
    assert _register(client, name="买买提·𬭎")


def test_whoever_waits_for_a_decision_reads_so_and_under_which_category(
    session: Session, cast: Cast, training: Training, client_as: ClientAs
) -> None:
    _open(cast, training, 1, approval=True)
    session.add_all(Category(training_id=training.id, position=n, name_zh=f"第{n}类") for n in (1, 2))
    session.commit()
    client = client_as("nobody")
    chosen = session.scalars(sa.select(Category.id).where(Category.name_zh == "第2类")).one()
    page = client.get(_register(client, category=str(chosen))).text
    assert "Under review" in page
    assert "Nominated" not in page
    assert "<dt>Category</dt><dd>第2类</dd>" in page


def test_a_category_is_asked_its_own_questions_without_losing_what_was_typed(
    session: Session, cast: Cast, training: Training, client_as: ClientAs
) -> None:
    category = Category(training_id=training.id, position=1, name_zh="处长", name_en="Heads of division")
    session.add_all([category, Category(training_id=training.id, position=2, name_zh="副处长")])
    session.commit()
    modes = {"post": Modes(Mode.OFF, {category.id: Mode.REQUIRED})}
    forms.set_modes(cast.actor(), training.id, modes, version=1)
    client = client_as("nobody")
    first = client.get("/r/OPEN").text
    assert 'name="post"' not in first
    chosen = {"category": str(category.id)}
    again = client.post("/r/OPEN", data=_hidden(first) | WHO | chosen | {"again": "1"})
    assert again.status_code == 200
    assert 'name="post"' in again.text
    assert 'value="王小明"' in again.text
    without = client.post("/r/OPEN", data=_hidden(again.text) | WHO)
    assert re.search(r'id="category-error">Choose', without.text)
    sent = client.post("/r/OPEN", data=_hidden(again.text) | WHO | chosen | {"post": "处长"})
    assert sent.status_code == 303
    look_again(session)
    assert session.scalars(sa.select(Registration.category_id)).one() == category.id


def test_the_page_says_clearly_how_it_stands(
    session: Session, cast: Cast, training: Training, client_as: ClientAs
) -> None:
    client = client_as("nobody")
    assert client.get("/r/NOSUCH").status_code == 404
    assert client.get("/r/open").status_code == 200
    _open(cast, training, 1, opens_at=datetime(2099, 1, 2, 3, 4, tzinfo=UTC), shows_places=True)
    page = client.get("/r/OPEN").text
    assert "It opens on 2 Jan 2099 11:04." in page
    assert 'name="once"' not in page
    _open(cast, training, 2, shows_places=True, notice_en="Bring your ID.\nSecond line")
    page = client.get("/r/OPEN").text
    assert "<dt>Places left</dt><dd>1</dd>" in page
    assert "Bring your ID.\nSecond line" in page
    make_registration(session, training, "李华")
    assert "goes on the waiting list" in client.get("/r/OPEN").text
    _open(cast, training, 3, waitlist=False)
    assert "there is no waiting list" in client.get("/r/OPEN").text
    _open(cast, training, 4, closes_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert "Registration is closed." in client.get("/r/OPEN").text
    service.set_open(cast.actor(), training.id, OpenInput(), version=5)
    assert client.get("/r/OPEN").status_code == 404


def test_whoever_registers_again_learns_no_more_than_that(
    session: Session, training: Training, client_as: ClientAs
) -> None:
    make_registration(session, training, "王小明", phone="+8613800138000", email="wang@example.org")
    client = client_as("nobody")
    assert _register(client) == "/r/OPEN"
    page = client.get("/r/OPEN").text
    assert "You are registered for this training already." in page
    assert "wang@example.org" not in page


def test_the_organiser_sets_times_in_the_trainings_zone_and_is_told_of_somebody_faster(
    session: Session, training: Training, client_as: ClientAs
) -> None:
    client, address = client_as("organiser"), "/t/OPEN/registration"
    page = client.get(address).text
    assert "https://classes.example.org/r/OPEN" in page
    assert '<svg class="qr"' in page
    given = {"version": "1", "is_on": "y", "opens_at": "2030-01-02T09:00", "closes_at": "2030-01-02T08:00"}
    wrong = client.post(address, data=given)
    assert wrong.status_code == 422
    assert re.search(r'id="closes_at-error">Registration would close', wrong.text)
    assert client.post(address, data=given | {"closes_at": "2030-01-03T17:00"}).status_code == 303
    look_again(session)
    row = session.scalars(sa.select(OpenRegistration)).one()
    assert row.opens_at == datetime(2030, 1, 2, 1, tzinfo=UTC)
    assert row.closes_at == datetime(2030, 1, 3, 9, tzinfo=UTC)
    assert 'value="2030-01-02T09:00"' in client.get(address).text
    assert client.post(address, data=given | {"closes_at": ""}).status_code == 409
    assert "Scan to register" in client.get(f"{address}/poster").text


def test_the_organiser_sees_who_registered_by_themselves_and_holds_their_address(
    session: Session, training: Training, client_as: ClientAs
) -> None:
    own = _register(client_as("nobody"), email="wang@example.org")
    look_again(session)
    row = session.scalars(sa.select(Registration)).one()
    client, address = client_as("organiser"), f"/t/OPEN/roster/{row.id}"
    page = client.get(address).text
    assert "Registered by themselves on" in page
    assert f"https://classes.example.org{own}" in page
    assert own not in client_as("front_desk").get(address).text
    assert client.post(f"{address}/own-address/send").status_code == 303
    assert "The address is on its way by mail." in client.get(address).text
    client.post(f"{address}/own-address")
    assert client.get(own).status_code == 404
    client.post(f"{address}/own-address/close")
    assert "It is closed." in client.get(address).text
