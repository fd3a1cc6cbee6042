"""A unit puts right what it wrote of somebody, until the organiser has decided."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    look_again,
    make_category,
    make_line,
    make_registration,
    make_training,
    make_unit,
)
from tests.nominations import entry_of, name_person, offered, token_of, typed
from trainingmgr.domain.person import IdType
from trainingmgr.domain.quota import OverQuota
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.domain.registration_form import Mode, Modes
from trainingmgr.models import AuditEntry, Nomination, Person, QuotaLine, Registration, Training, Unit
from trainingmgr.queries.person import open_id, phone_columns, seal_id
from trainingmgr.services import nomination as service
from trainingmgr.services import registration_form as forms

ClientAs = Callable[[str], FlaskClient]
ID_NUMBER = "11010519491231002X"
OTHER_ID = "510104199003076417"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="NOMI")


@pytest.fixture
def line(session: Session, cast: Cast, training: Training) -> QuotaLine:
    category = make_category(session, training, "处长")
    return offered(session, cast, training, 2, "甲厅", category_id=category.id)[0]


@pytest.fixture
def unit(line: QuotaLine) -> Unit:
    return line.places[0].unit


def _row(session: Session, of: int = 0) -> Registration:
    look_again(session)
    return session.scalars(sa.select(Registration).order_by(Registration.id)).all()[of]


def test_a_unit_puts_right_what_it_wrote_until_the_organiser_has_decided(
    session: Session, cast: Cast, training: Training, unit: Unit, client_as: ClientAs
) -> None:
    token = token_of(session, cast, training, unit)
    outcome = name_person(entry_of(session, cast, training, unit), typed("王方"))
    client, page = client_as("nobody"), f"/n/{token}/people/{outcome.nomination_id}/correct"
    shown = client.get(page).text
    assert 'value="王方"' in shown
    assert 'name="line"' not in shown
    wrong = client.post(page, data=typed("王芳", phone="12", id_number="11"))
    assert wrong.status_code == 422
    assert set(re.findall(r'id="(\w+)-error"', wrong.text)) == {"phone", "id_number"}
    assert 'id="name-error"' in client.post(page, data=typed("")).text
    right = typed(
        "王芳", sex="female", unit="甲厅办公室", post="副处长", phone="13900139000", email="fang@example.net",
        id_number=ID_NUMBER,
    )  # fmt: skip
    assert client.post(page, data=right).status_code == 303
    row = _row(session)
    who = row.person
    assert (who.name, who.pinyin, who.sex, who.phone) == ("王芳", "wang fang", "female", "+8613900139000")
    assert (who.email, open_id(who.uid, who.id_sealed)) == ("fang@example.net", ID_NUMBER)
    assert (row.post, row.unit.name if row.unit else "") == ("副处长", "甲厅办公室")
    assert row.sort_key == "wang fang"
    assert "9000" in row.search_text
    page_of_unit = client.get(f"/n/{token}").text
    assert "王芳" in page_of_unit
    assert "王方" not in page_of_unit
    kept = client.get(page).text
    assert ID_NUMBER not in kept
    assert "Kept: 110***********002X" in kept
    client.post(page, data=right | {"id_number": "", "note": "少数民族餐"})
    assert open_id(who.uid, _row(session).person.id_sealed) == ID_NUMBER
    entries = sa.select(AuditEntry.details).where(AuditEntry.action == "nomination.corrected")
    told = [one["fields"] for one in session.scalars(entries.order_by(AuditEntry.id))]
    assert told == [
        ["name", "sex", "unit", "post", "phone", "email", "id_type", "id_number"],
        ["note"],
    ]
    look_again(session)
    session.execute(sa.update(Registration).values(status=S.CONFIRMED))
    session.commit()
    assert f"{outcome.nomination_id}/correct" not in client.get(f"/n/{token}").text
    refused = client.post(page, data=right | {"post": "科长"})
    assert "has decided about this person" in refused.text
    _other_line, other = offered(session, cast, training, 2)
    theirs = token_of(session, cast, training, other)
    assert client.get(page.replace(token, theirs)).status_code == 404


def test_who_is_known_stays_as_known_and_the_organiser_sees_both_names(
    session: Session, cast: Cast, training: Training, unit: Unit, client_as: ClientAs
) -> None:
    known = make_registration(session, make_training(session, cast.organisation), "王芳").person
    for column, value in phone_columns("+8613800138000").items():
        setattr(known, column, value)
    session.commit()
    outcome = name_person(entry_of(session, cast, training, unit), typed("王芳"))
    service.correct(entry_of(session, cast, training, unit), outcome.nomination_id, typed("王方"))
    look_again(session)
    assert [one.name for one in session.scalars(sa.select(Person))] == ["王芳"]
    page = client_as("organiser").get(f"/t/NOMI/nominations/units/{unit.id}").text
    assert "On the roster as 王芳: compare the two." in page
    token = token_of(session, cast, training, unit)
    theirs = client_as("nobody").get(f"/n/{token}").text
    assert "王方" in theirs
    assert "王芳" not in theirs


def test_nobody_becomes_somebody_whom_the_unit_has_sent_already(
    session: Session, cast: Cast, training: Training, unit: Unit
) -> None:
    entry = entry_of(session, cast, training, unit)
    name_person(entry, typed("王芳"))
    second = name_person(entry, typed("李华", phone="13900139000"))
    with pytest.raises(Refusal) as refused:
        service.correct(entry, second.nomination_id, typed("王芳"))
    assert refused.value.code == "nomination.already_sent"


def test_on_another_line_somebody_gets_a_place_or_waits_and_leaves_theirs_to_who_waits(
    session: Session, cast: Cast, training: Training, line: QuotaLine, unit: Unit, client_as: ClientAs
) -> None:
    training.promotes_waiting = True
    line.over, line.places[0].places = OverQuota.WAITLIST, 1
    deputies = make_category(session, training, "副处长")
    full = make_line(session, training, {unit: 1}, category_id=deputies.id)
    entry = entry_of(session, cast, training, unit)
    first = name_person(entry, typed("王芳"), line.id)
    waits = name_person(entry, typed("李华", phone="13900139000"), line.id)
    assert waits.status is S.WAITLISTED
    page = f"/n/{token_of(session, cast, training, unit)}/people/{first.nomination_id}/correct"
    client = client_as("nobody")
    assert re.search(rf'<option selected value="{line.id}">', client.get(page).text)
    assert client.post(page, data=typed("王芳", line=str(full.id))).status_code == 303
    row, other = _row(session), _row(session, 1)
    assert (row.status, row.category_id) == (S.NOMINATED, deputies.id)
    assert other.status is S.NOMINATED
    assert session.get_one(Nomination, first.nomination_id).line_id == full.id
    with pytest.raises(Refusal) as refused:
        service.correct(entry, waits.nomination_id, {}, full.id)
    assert refused.value.code == "nomination.full"
    with pytest.raises(Refusal) as refused:
        service.correct(entry, waits.nomination_id, {}, 999_999)
    assert refused.value.code == "nomination.line_unknown"
    service.correct(entry, first.nomination_id, {}, line.id)
    assert _row(session).status is S.WAITLISTED
    assert _row(session).waitlisted_at is not None


def test_a_form_of_the_trainings_own_says_what_may_be_put_right(
    session: Session, cast: Cast, training: Training, line: QuotaLine, unit: Unit, client_as: ClientAs
) -> None:
    deputies = make_category(session, training, "副处长")
    other = make_line(session, training, {unit: 1}, category_id=deputies.id)
    modes = {
        "post": Modes(Mode.OPTIONAL),
        "sex": Modes(Mode.OFF),
        "document": Modes(Mode.OPTIONAL),
        "lodging": Modes(Mode.OFF, {deputies.id: Mode.REQUIRED}),
    }
    forms.set_modes(cast.actor(), training.id, modes, version=0)
    entry = entry_of(session, cast, training, unit)
    sent = name_person(entry, typed("王方", post=""), line.id)
    page = f"/n/{token_of(session, cast, training, unit)}/people/{sent.nomination_id}/correct"
    first = client_as("nobody").get(page).text
    shown = set(re.findall(r'name="(\w+)"', first))
    assert {"name", "unit", "post", "phone", "email", "note"} <= shown
    assert not shown & {"sex", "ethnicity", "id_type", "id_number", "line"}
    answer = client_as("nobody").post(page, data={"name": "王芳", "post": "", "phone": ""})
    assert set(re.findall(r'id="(\w+)-error"', answer.text)) == {"phone"}
    right = typed("王芳", post="", sex="male", id_number=ID_NUMBER)
    assert client_as("nobody").post(page, data=right).status_code == 303
    look_again(session)
    trail = sa.select(AuditEntry.details).where(AuditEntry.action == "nomination.corrected")
    assert session.scalars(trail).one()["fields"] == ["name"]
    with pytest.raises(Refusal) as refused:
        service.correct(entry, sent.nomination_id, {}, other.id)
    assert refused.value.code == "nomination.other_questions"


def test_what_the_organiser_put_right_stays_unless_the_unit_writes_that_very_field_anew(
    session: Session, cast: Cast, training: Training, unit: Unit
) -> None:
    entry = entry_of(session, cast, training, unit)
    sent = name_person(entry, typed("王芳", note="少数民族餐"))
    row = _row(session)
    row.post, row.note, row.unit_id = "副处长", "", make_unit(session, cast.organisation, "乙厅").id
    session.commit()
    service.correct(entry, sent.nomination_id, {"email": "fang@example.net"})
    row = _row(session)
    assert (row.post, row.note, row.unit and row.unit.name) == ("副处长", "", "乙厅")
    assert row.person.email == "fang@example.net"
    service.correct(entry, sent.nomination_id, {"post": "科长", "unit": "甲厅办公室"})
    row = _row(session)
    assert (row.post, row.note, row.unit and row.unit.name) == ("科长", "", "甲厅办公室")


def test_whom_a_correction_puts_on_the_waiting_list_is_said_to_wait(
    session: Session, cast: Cast, training: Training, line: QuotaLine, unit: Unit, client_as: ClientAs
) -> None:
    deputies = make_category(session, training, "副处长")
    full = make_line(session, training, {unit: 1}, category_id=deputies.id, over=OverQuota.WAITLIST)
    entry = entry_of(session, cast, training, unit)
    name_person(entry, typed("李华", phone="13900139000"), full.id)
    moved = name_person(entry, typed("王芳"), line.id)
    token, client = token_of(session, cast, training, unit), client_as("nobody")
    page = f"/n/{token}/people/{moved.nomination_id}/correct"
    words = "All your places are taken; on the waiting list: 王芳."
    told = client.post(page, data=typed("王芳", line=str(full.id)), follow_redirects=True).text
    assert _row(session, 1).status is S.WAITLISTED
    assert words in told
    assert "What you wrote of 王芳 is put right." not in told
    told = client.post(page, data=typed("王芳", post="科长", line=str(full.id)), follow_redirects=True).text
    assert words not in told
    assert "What you wrote of 王芳 is put right." in told


def test_an_id_number_put_right_to_that_of_somebody_on_the_class_is_shown_to_the_organiser_until_it_is_another(
    session: Session, cast: Cast, training: Training, unit: Unit, client_as: ClientAs
) -> None:
    bearer = make_registration(session, training, "李雷")
    for column, value in seal_id(
        bearer.person.uid, training.organisation_id, IdType.RESIDENT_ID, ID_NUMBER
    ).items():
        setattr(bearer.person, column, value)
    session.commit()
    entry = entry_of(session, cast, training, unit)
    sent = name_person(entry, typed("王芳"))
    organiser, page = client_as("organiser"), f"/t/NOMI/nominations/units/{unit.id}"
    assert "Seems to be on this training twice" not in organiser.get(page).text
    service.correct(entry, sent.nomination_id, {"id_number": ID_NUMBER})
    assert "Seems to be on this training twice" in organiser.get(page).text
    assert f"/t/NOMI/roster/{bearer.id}" in organiser.get(page).text
    service.correct(entry, sent.nomination_id, {"note": "少数民族餐", "phone": "13900139000"})
    assert "Seems to be on this training twice" in organiser.get(page).text
    service.correct(entry, sent.nomination_id, {"id_number": OTHER_ID})
    assert "Seems to be on this training twice" not in organiser.get(page).text
    who = _row(session, 1).person
    assert (who.name, open_id(who.uid, who.id_sealed)) == ("王芳", OTHER_ID)


def test_whom_another_unit_named_too_stays_pointed_out_through_a_correction(
    session: Session, cast: Cast, training: Training, unit: Unit
) -> None:
    _line, other = offered(session, cast, training)
    name_person(entry_of(session, cast, training, other), typed("王芳"))
    entry = entry_of(session, cast, training, unit)
    sent = name_person(entry, typed("王芳"))
    first = _row(session).id
    service.correct(entry, sent.nomination_id, {"unit": "甲厅办公室", "id_number": ID_NUMBER})
    look_again(session)
    assert session.get_one(Nomination, sent.nomination_id).double_of_id == first
    service.correct(entry, sent.nomination_id, {"name": "王方"})
    look_again(session)
    assert session.get_one(Nomination, sent.nomination_id).double_of_id is None


def test_two_sent_with_one_id_number_under_two_names_are_both_put_right(
    session: Session, cast: Cast, training: Training, unit: Unit
) -> None:
    entry = entry_of(session, cast, training, unit)
    name_person(entry, typed("王芳", id_number=ID_NUMBER))
    second = name_person(entry, typed("李华", phone="13900139000", id_number=ID_NUMBER))
    service.correct(entry, second.nomination_id, {"note": "少数民族餐"})
    assert _row(session, 1).note == "少数民族餐"
    service.correct(entry, second.nomination_id, {"phone": "13900139001"})
    assert session.get_one(Nomination, second.nomination_id).double_of_id == _row(session).id
    service.correct(entry, second.nomination_id, {"id_number": OTHER_ID})
    who = _row(session, 1).person
    assert (who.phone, open_id(who.uid, who.id_sealed)) == ("+8613900139001", OTHER_ID)
    assert session.get_one(Nomination, second.nomination_id).double_of_id is None
