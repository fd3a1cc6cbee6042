"""What whoever registered may do under an address of their own, and what stays theirs alone."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_training
from tests.open_registrations import ID, code_of, mails_of, open_training, send_in
from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.refusal import NotFound
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import AnswerKind, Mode, Modes, QuestionInput, check
from trainingmgr.domain.rights import Kept
from trainingmgr.models import (
    Consent,
    OwnRegistration,
    Person,
    Registration,
    RegistrationAnswer,
    Training,
)
from trainingmgr.queries.own_registration import content_of, own_by_token, token_of, written
from trainingmgr.queries.person import open_id, seal_id
from trainingmgr.queries.registration_answer import answers_of, consents_of
from trainingmgr.queries.registration_form import form_of
from trainingmgr.queries.rights.dossier import dossier
from trainingmgr.queries.rights.wiping import erase_person, wipe
from trainingmgr.services import open_registration as service
from trainingmgr.services import registration_form as forms
from trainingmgr.services.open_registration import Received, Sent

OTHER_ID = "110105194912310011"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return open_training(session, cast)


def _change(session: Session, training: Training, token: str, **typed: str) -> None:
    own = own_by_token(session, training.id, token)
    assert own is not None
    form = form_of(session, training.id)
    given = {"name": "王小明", "unit": "示例市民政局", "phone": "13800138000"} | typed
    checked = check(form.definition, None, given, today=date(2026, 5, 1))
    version = answers_of(session, own.registration_id).version
    service.change(
        training,
        token,
        checked,
        consents=dict.fromkeys(checked.telling, "我同意"),
        form_version=form.version,
        version=version,
    )
    look_again(session)


def test_whoever_registered_changes_what_they_wrote_and_takes_consents_back(
    session: Session, cast: Cast, training: Training
) -> None:
    token = send_in(session, training, diet="halal", id_number=ID, email="a@example.org").token
    _change(session, training, token, unit="另一单位", phone="13900139000", id_number=OTHER_ID, diet="other")
    person = session.scalars(sa.select(Person)).one()
    row = session.scalars(sa.select(Registration)).one()
    assert (person.phone, person.email) == ("+8613900139000", "")
    assert open_id(person.uid, person.id_sealed) == OTHER_ID
    assert row.unit is not None
    assert row.unit.name == "另一单位"
    assert "另一单位" in row.search_text
    for field in ("diet", "document"):
        service.withdraw(training, token, field)
    look_again(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(RegistrationAnswer)) == 0
    own = own_by_token(session, training.id, token)
    assert own is not None
    assert not any(name.startswith("id_") for name in content_of(own))
    assert session.scalars(sa.select(Person)).one().id_sealed is None


def test_an_address_leads_to_one_training_until_another_is_made_or_it_is_closed(
    session: Session, cast: Cast, training: Training
) -> None:
    token = send_in(session, training).token
    other = make_training(session, cast.organisation)
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[:-1], "x" * 44, ""):
        assert own_by_token(session, training.id, wrong) is None
    assert own_by_token(session, other.id, token) is None
    row = session.scalars(sa.select(Registration)).one()
    service.renew(cast.actor(), training, row.id)
    look_again(session)
    with pytest.raises(NotFound):
        service.cancel(training, token)
    assert code_of(service.send_again, cast.actor(), training, row.id) == "open_registration.no_mail"
    service.close(cast.actor(), training, row.id)
    look_again(session)
    shown = written(session, training, row.id, {})
    assert shown is not None
    assert shown.address == ""
    with pytest.raises(NotFound):
        service.renew(cast.actor(), other, row.id)


def test_whoever_cancelled_may_register_again_under_a_new_address(
    session: Session, training: Training
) -> None:
    token = send_in(session, training, diet="halal").token
    service.cancel(training, token)
    look_again(session)
    assert send_in(session, training, once="again", lodging="any") == Received(None)
    assert own_by_token(session, training.id, token) is None
    row = session.scalars(sa.select(Registration)).one()
    assert row.status is RegistrationStatus.CONFIRMED
    assert answers_of(session, row.id).plain() == {"lodging": "any"}
    assert answers_of(session, row.id).sealed() == frozenset()


def test_whoever_knows_name_and_phone_of_somebody_who_cancelled_does_not_become_them(
    session: Session, training: Training
) -> None:
    first = send_in(session, training, email="wang@example.org", diet="halal", sex="male")
    service.cancel(training, first.token)
    look_again(session)
    for _ in range(2):
        thief = send_in(session, training, once="thief", email="thief@example.org", diet="other")
        assert thief == Received(None)
    assert {address for _kind, address in mails_of(session)} == {"wang@example.org"}
    row = session.scalars(sa.select(Registration)).one()
    assert row.status is RegistrationStatus.CONFIRMED
    assert [one.withdrawn_at is None for one in consents_of(session, row.id)] == [False, True]
    own = session.scalars(sa.select(OwnRegistration)).one()
    assert own_by_token(session, training.id, first.token) is None
    _change(session, training, token_of(own.key), phone="13900139000", email="thief@example.org")
    person = session.scalars(sa.select(Person)).one()
    assert (person.phone, person.email, person.sex) == ("+8613800138000", "wang@example.org", "male")


def test_an_address_ends_some_time_after_the_class(session: Session, cast: Cast, training: Training) -> None:
    token = send_in(session, training).token
    last = datetime.combine(training.end_date + timedelta(days=90), datetime.min.time(), UTC)
    with time_machine.travel(last, tick=False):
        assert own_by_token(session, training.id, token) is not None
    with time_machine.travel(last + timedelta(days=1), tick=False):
        assert own_by_token(session, training.id, token) is None
        row = session.scalars(sa.select(Registration)).one()
        assert code_of(service.renew, cast.actor(), training, row.id) == "open_registration.ended"


def test_a_form_without_its_mark_or_with_that_of_somebody_else_opens_nothing(
    session: Session, training: Training
) -> None:
    mine = send_in(session, training, once="a form", id_number=ID)
    assert code_of(send_in, session, training, "李华", once="a form") == "open_registration.unmarked"
    assert (
        code_of(send_in, session, training, once="a form", id_number=OTHER_ID) == "open_registration.unmarked"
    )
    assert send_in(session, training, once="a form", id_number=ID).token == mine.token
    own = session.scalars(sa.select(OwnRegistration)).one()
    own.once = ""
    session.commit()
    sent = Sent(
        checked=check(
            form_of(session, training.id).definition, None, {"name": "王小明"}, today=date(2026, 5, 1)
        ),
        form_version=1,
        category_id=None,
        consents={},
        language="zh",
        once="",
    )
    assert code_of(service.register, training.id, sent) == "open_registration.unmarked"


def test_mail_and_document_of_somebody_known_stay_with_the_registration(
    session: Session, cast: Cast, training: Training
) -> None:
    elsewhere = make_training(session, cast.organisation)
    known = make_registration(session, elsewhere, "王小明", phone="+8613800138000")
    send_in(session, training, email="new@example.org", id_number=ID)
    person = session.get_one(Person, known.person_id)
    assert (person.email, person.id_sealed) == ("", None)
    assert mails_of(session) == [(MailKind.REGISTRATION_CONFIRMED, "new@example.org")]
    row = session.scalars(sa.select(Registration).where(Registration.training_id == training.id)).one()
    assert row.person_id == person.id
    shown = written(session, training, row.id, {"email": ""})
    assert shown is not None
    assert shown.differing == {"email": "new@example.org", "id_number": "110***********002X"}


def test_a_change_leaves_alone_what_the_organiser_put_right_and_what_is_not_asked(
    session: Session, cast: Cast, training: Training
) -> None:
    token = send_in(session, training, email="a@example.org", sex="male", post="主任").token
    modes = {"sex": Modes(Mode.OFF), "email": Modes(Mode.OFF)}
    forms.set_modes(cast.actor(), training.id, modes, version=1)
    row = session.scalars(sa.select(Registration)).one()
    row.post, row.person.phone = "副主任", "+8613700137000"
    session.commit()
    _change(session, training, token, unit="另一单位", post="主任")
    row = session.scalars(sa.select(Registration)).one()
    assert (row.post, row.unit.name if row.unit else "") == ("副主任", "另一单位")
    assert (row.person.phone, row.person.email, row.person.sex) == ("+8613700137000", "a@example.org", "male")
    own = session.scalars(sa.select(OwnRegistration)).one()
    assert (own.email, content_of(own)["sex"]) == ("a@example.org", "male")


def test_only_a_consent_that_stands_is_taken_back_and_only_what_was_given_under_it_goes(
    session: Session, training: Training
) -> None:
    token = send_in(session, training, lodging="any", id_number=ID).token
    person = session.scalars(sa.select(Person)).one()
    for column, value in seal_id(person.uid, person.organisation_id, "resident_id", OTHER_ID).items():
        setattr(person, column, value)
    session.commit()
    for field in ("lodging", "diet", "nonsense"):
        with pytest.raises(NotFound):
            service.withdraw(training, token, field)
    service.withdraw(training, token, "document")
    look_again(session)
    row = session.scalars(sa.select(Registration)).one()
    assert answers_of(session, row.id).plain() == {"lodging": "any"}
    assert open_id(row.person.uid, row.person.id_sealed) == OTHER_ID
    own = session.scalars(sa.select(OwnRegistration)).one()
    assert "id_masked" not in content_of(own)
    own.content_sealed = b"not sealed by us"
    session.commit()
    assert content_of(own) == {}


def test_a_persons_own_data_hold_the_answers_and_what_is_wiped_goes_from_what_they_wrote(
    session: Session, cast: Cast, training: Training
) -> None:
    question = QuestionInput(kind=AnswerKind.SEVERAL, label_zh="议题", options=("协商", "服务"))
    forms.add_question(cast.actor(), training.id, question, version=1)
    typed = {"diet": "halal", "lodging": "any", "q1": "o1,o2", "id_number": ID, "email": "a@example.org"}
    token = send_in(session, training, **typed).token
    person = session.scalars(sa.select(Person)).one()
    (part,) = dossier(session, person.id).trainings
    assert [(one.key, one.question, one.value) for one in part.answers] == [
        ("diet", "", None),
        ("lodging", "", "any"),
        ("q1", "议题", "协商、服务"),
    ]
    assert {(one.key, one.text) for one in part.consents} == {("document", "我同意"), ("diet", "我同意")}
    assert json.dumps(dossier(session, person.id).as_json())
    for kept in (Kept.ID_NUMBER, Kept.CONTACT):
        wipe(session, kept, [person.id])
    session.commit()
    own = own_by_token(session, training.id, token)
    assert own is not None
    assert (own.email, set(content_of(own))) == ("", {"name", "unit"})
    erase_person(session, session.get_one(Person, person.id))
    session.commit()
    for table in (RegistrationAnswer, Consent, OwnRegistration):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
