"""Who gets in by the public page, and what they may do about it afterwards."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, at_once, look_again, make_registration, make_training
from tests.mails import as_read, set_server
from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.open_registration import OpenInput
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import AnswerKind, Mode, Modes, QuestionInput, check
from trainingmgr.domain.rights import Kept
from trainingmgr.models import (
    Consent,
    MailMessage,
    OpenRegistration,
    OwnRegistration,
    Person,
    Registration,
    RegistrationAnswer,
    Training,
)
from trainingmgr.queries.own_registration import content_of, own_by_token, token_of, written
from trainingmgr.queries.person import open_id, seal_id
from trainingmgr.queries.registration_answer import answers_of, consents_of, forget
from trainingmgr.queries.registration_form import form_of
from trainingmgr.queries.rights.dossier import dossier
from trainingmgr.queries.rights.wiping import erase_person, wipe
from trainingmgr.services import open_registration as service
from trainingmgr.services import registration_form as forms
from trainingmgr.services import training as trainings
from trainingmgr.services.open_registration import Received, Sent

ID, OTHER_ID = "11010519491231002X", "110105194912310011"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    """A training half a year ahead, with two places, that asks for diet and ID document too."""
    start = datetime.now(UTC).date() + timedelta(days=180)
    training = make_training(
        session,
        cast.organisation,
        start_date=start,
        end_date=start + timedelta(days=3),
        capacity=2,
        promotes_waiting=True,
    )
    set_server(session, cast.organisation)
    modes = {key: Modes(Mode.OPTIONAL) for key in ("document", "diet", "lodging")}
    forms.set_modes(cast.actor(), training.id, modes, version=0)
    _open(cast, training)
    return training


def _open(cast: Cast, training: Training, version: int = 0, **values: Any) -> None:
    service.set_open(cast.actor(), training.id, OpenInput(is_on=True, **values), version=version)


def _send(
    session: Session, training: Training, name: str = "王小明", once: str = "", **typed: str
) -> Received:
    form = form_of(session, training.id)
    given = {"name": name, "unit": "示例市民政局", "phone": "13800138000"} | typed
    checked = check(form.definition, None, given, today=date(2026, 5, 1))
    assert not checked.faults
    sent = Sent(
        checked=checked,
        form_version=form.version,
        category_id=None,
        consents=dict.fromkeys(checked.telling, "我同意"),
        language="en",
        once=once or f"once-{name}-{len(typed)}-{typed}"[:32],
    )
    received = service.register(training.id, sent)
    look_again(session)
    return received


def _people(session: Session, training: Training) -> list[tuple[str, RegistrationStatus]]:
    rows = session.execute(
        sa.select(Person.name, Registration.status)
        .join(Registration, Registration.person_id == Person.id)
        .where(Registration.training_id == training.id)
        .order_by(Registration.id)
    )
    return [(name, status) for name, status in rows]


def _mails(session: Session) -> list[tuple[MailKind, str]]:
    rows = session.execute(sa.select(MailMessage.kind, MailMessage.to_address).order_by(MailMessage.id))
    return [(kind, address) for kind, address in rows]


def _code(act: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code


def test_fifty_who_race_for_the_last_place_get_one_and_a_place_in_the_queue_each(
    app: Flask, session: Session, training: Training
) -> None:
    _send(session, training, "先到者")
    form, training_id = form_of(session, training.id), training.id
    session.rollback()

    def client(number: int) -> Callable[[], None]:
        typed = {"name": f"学员{number}", "unit": "示例市民政局", "phone": f"138{number:08d}"}
        checked = check(form.definition, None, typed, today=date(2026, 5, 1))
        sent = Sent(
            checked=checked,
            form_version=form.version,
            category_id=None,
            consents={},
            language="zh",
            once=f"race-{number}",
        )

        def race() -> None:
            received.append(service.register(training_id, sent))

        return race

    received: list[Received] = []
    assert at_once(app, *[client(number) for number in range(50)]) == []
    look_again(session)
    confirmed = [one for one in received if one.status is RegistrationStatus.CONFIRMED]
    assert len(confirmed) == 1
    assert sorted(one.position for one in received if one not in confirmed) == list(range(1, 50))
    statuses = [status for _name, status in _people(session, training)]
    assert statuses.count(RegistrationStatus.CONFIRMED) == 2
    assert statuses.count(RegistrationStatus.WAITLISTED) == 49


def test_no_more_go_this_way_than_are_meant_to_though_the_training_has_places(
    session: Session, cast: Cast, training: Training
) -> None:
    _open(cast, training, 1, capacity=1)
    assert _send(session, training, "王一").status is RegistrationStatus.CONFIRMED
    assert _send(session, training, "王二").status is RegistrationStatus.WAITLISTED
    _open(cast, training, 2, capacity=9)
    # Whoever waits comes first: the place that is there now is theirs.
    assert _send(session, training, "王三").position == 2


def test_a_place_given_up_goes_out_of_the_calendar_that_it_was_put_into(
    session: Session, cast: Cast, training: Training
) -> None:
    first, _second, waits = (
        _send(session, training, name, phone=f"1380013800{at}", email=f"{at}@example.org")
        for at, name in enumerate(("王一", "王二", "王三"))
    )
    # The place goes to whoever waits, who is told of it and gives it up as well.
    for received in (first, waits):
        service.cancel(training, received.token)
    look_again(session)
    told = session.execute(
        sa.select(MailMessage.to_address, MailMessage.kind, MailMessage.calendar)
        .where(MailMessage.calendar != "", MailMessage.to_address != "1@example.org")
        .order_by(MailMessage.to_address, MailMessage.id)
    ).all()
    assert [(address[0], kind) for address, kind, _text in told] == [
        ("0", MailKind.REGISTRATION_CONFIRMED),
        ("0", MailKind.REGISTRATION_CANCELLED),
        ("2", MailKind.REGISTRATION_PROMOTED),
        ("2", MailKind.REGISTRATION_CANCELLED),
    ]
    put, out = told[0].calendar, told[1].calendar
    assert "METHOD:PUBLISH" in put
    assert "METHOD:CANCEL" in out
    assert "STATUS:CANCELLED" in out
    name = re.compile(r"UID:(\S+)")
    assert name.findall(put) == name.findall(out)


def test_nobody_is_asked_to_take_out_what_was_never_put_in(
    session: Session, cast: Cast, training: Training
) -> None:
    for at in range(2):
        _send(session, training, f"王{'一二'[at]}", phone=f"1380013800{at}")
    waits = _send(session, training, "李华", phone="13900139000", email="b@example.org")
    service.cancel(training, waits.token)
    look_again(session)
    told = sa.select(MailMessage.calendar).where(MailMessage.kind == MailKind.REGISTRATION_CANCELLED)
    assert session.scalars(told).all() == [""]


def test_whoever_registers_is_told_by_mail_in_their_language_with_calendar_and_address(
    session: Session, training: Training
) -> None:
    received = _send(session, training, email="wang@example.org", lodging="single", diet="halal")
    assert received.status is RegistrationStatus.CONFIRMED
    (mail,) = session.scalars(sa.select(MailMessage))
    assert (mail.kind, mail.language) == (MailKind.REGISTRATION_CONFIRMED, "en")
    assert mail.due_at <= datetime.now(UTC)
    assert received.token not in mail.body
    assert f"/r/{training.code}/{received.token}" in as_read(session, mail)
    assert "DTSTART;VALUE=DATE:" + training.start_date.strftime("%Y%m%d") in mail.calendar
    assert "DTEND;VALUE=DATE:" + (training.end_date + timedelta(days=1)).strftime("%Y%m%d") in mail.calendar
    row = session.scalars(sa.select(Registration)).one()
    assert answers_of(session, row.id).plain() == {"lodging": "single"}
    assert [one.key for one in consents_of(session, row.id)] == ["diet"]


def test_the_third_of_two_waits_and_moves_up_when_somebody_cancels(
    session: Session, cast: Cast, training: Training
) -> None:
    first = _send(session, training, "王一", email="a@example.org")
    _send(session, training, "王二", email="b@example.org")
    third = _send(session, training, "王三", email="c@example.org")
    assert (third.status, third.position) == (RegistrationStatus.WAITLISTED, 1)
    service.cancel(training, first.token)
    look_again(session)
    assert _people(session, training) == [
        ("王一", RegistrationStatus.WITHDRAWN),
        ("王二", RegistrationStatus.CONFIRMED),
        ("王三", RegistrationStatus.CONFIRMED),
    ]
    assert _mails(session)[2:] == [
        (MailKind.REGISTRATION_WAITLISTED, "c@example.org"),
        (MailKind.REGISTRATION_CANCELLED, "a@example.org"),
        (MailKind.REGISTRATION_PROMOTED, "c@example.org"),
    ]
    assert _code(service.cancel, training, first.token) == "open_registration.over"
    _open(cast, training, 1, waitlist=False)
    assert _code(_send, session, training, "王四") == "open_registration.full"


def test_with_approval_the_organiser_decides_and_before_and_after_its_time_it_is_closed(
    session: Session, cast: Cast, training: Training
) -> None:
    _open(cast, training, 1, approval=True)
    received = _send(session, training, email="a@example.org")
    assert received.status is RegistrationStatus.NOMINATED
    assert _mails(session) == [(MailKind.REGISTRATION_RECEIVED, "a@example.org")]
    soon = datetime.now(UTC) + timedelta(hours=1)
    _open(cast, training, 2, opens_at=soon)
    assert _code(_send, session, training, "李华") == "open_registration.not_yet"
    with time_machine.travel(soon, tick=False):
        assert _send(session, training, "李华").status is RegistrationStatus.CONFIRMED
    with time_machine.travel(datetime.combine(training.start_date, datetime.min.time(), UTC), tick=False):
        assert _code(_send, session, training, "李华三") == "open_registration.closed"
        assert _code(service.cancel, training, received.token) == "open_registration.over"
    assert _code(_open, cast, training, 2) == "stale"


def test_the_same_form_sent_twice_counts_once_and_leads_to_the_same_address(
    session: Session, training: Training
) -> None:
    first = _send(session, training, once="a form")
    assert _send(session, training, once="a form").token == first.token
    assert _people(session, training) == [("王小明", RegistrationStatus.CONFIRMED)]


def test_whoever_is_on_the_training_already_is_told_nothing_and_sent_the_address_again_once(
    session: Session, training: Training
) -> None:
    first = _send(session, training, email="wang@example.org", id_number=ID)
    assert _send(session, training, email="thief@example.org") == Received(None)
    assert _send(session, training, "王小明", phone="13900139000", id_number=ID) == Received(None)
    assert _mails(session) == [(MailKind.REGISTRATION_CONFIRMED, "wang@example.org")]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
        _send(session, training, email="thief@example.org")
    again = session.scalars(sa.select(MailMessage).order_by(MailMessage.id.desc())).first()
    assert again is not None
    assert again.to_address == "wang@example.org"
    assert first.token in as_read(session, again)
    assert len(_people(session, training)) == 1

    added = make_registration(session, training, "李华", phone="+8613700137000", email="li@example.org")
    assert _send(session, training, "李华", phone="13700137000") == Received(None)
    assert _mails(session)[-1] == (MailKind.REGISTRATION_CONFIRMED, "li@example.org")
    own = session.scalars(sa.select(OwnRegistration).where(OwnRegistration.registration_id == added.id)).one()
    assert (own.by_form, content_of(own)) == (False, {})


def test_what_is_known_of_a_person_stays_and_what_was_written_is_shown_to_the_organiser(
    session: Session, cast: Cast, training: Training
) -> None:
    elsewhere = make_training(session, cast.organisation)
    known = make_registration(session, elsewhere, "王小明", phone="+8613800138000", email="old@example.org")
    person = session.get_one(Person, known.person_id)
    received = _send(session, training, email="new@example.org", sex="male")
    look_again(session)
    assert (person.email, person.sex) == ("old@example.org", "male")
    row = session.scalars(sa.select(Registration).where(Registration.training_id == training.id)).one()
    assert row.person_id == person.id
    shown = written(session, training, row.id, {"email": person.email, "sex": person.sex})
    assert shown is not None
    assert shown.differing == {"email": "new@example.org"}
    assert shown.address.endswith(received.token)
    assert _mails(session) == [(MailKind.REGISTRATION_CONFIRMED, "new@example.org")]


def test_an_id_number_that_somebody_else_bears_makes_another_person_and_is_kept_for_the_organiser(
    session: Session, cast: Cast, training: Training
) -> None:
    bearer = make_registration(session, make_training(session, cast.organisation), "李华")
    person = session.get_one(Person, bearer.person_id)
    for column, value in seal_id(person.uid, person.organisation_id, "resident_id", ID).items():
        setattr(person, column, value)
    session.commit()
    received = _send(session, training, "王小明", id_number=ID)
    assert received.status is RegistrationStatus.CONFIRMED
    row = session.scalars(sa.select(Registration).where(Registration.training_id == training.id)).one()
    assert session.get_one(Person, row.person_id).id_sealed is None
    shown = written(session, training, row.id, {})
    assert shown is not None
    assert shown.differing == {"id_number": "110***********002X"}
    forget(session, row.id, ["id_number"])
    session.commit()
    left = written(session, training, row.id, {})
    assert left is not None
    assert left.differing == {}


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
    token = _send(session, training, diet="halal", id_number=ID, email="a@example.org").token
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
    token = _send(session, training).token
    other = make_training(session, cast.organisation)
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[:-1], "x" * 44, ""):
        assert own_by_token(session, training.id, wrong) is None
    assert own_by_token(session, other.id, token) is None
    row = session.scalars(sa.select(Registration)).one()
    service.renew(cast.actor(), training, row.id)
    look_again(session)
    with pytest.raises(NotFound):
        service.cancel(training, token)
    assert _code(service.send_again, cast.actor(), training, row.id) == "open_registration.no_mail"
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
    token = _send(session, training, diet="halal").token
    service.cancel(training, token)
    look_again(session)
    assert _send(session, training, once="again", lodging="any") == Received(None)
    assert own_by_token(session, training.id, token) is None
    row = session.scalars(sa.select(Registration)).one()
    assert row.status is RegistrationStatus.CONFIRMED
    assert answers_of(session, row.id).plain() == {"lodging": "any"}
    assert answers_of(session, row.id).sealed() == frozenset()


def test_whoever_knows_name_and_phone_of_somebody_who_cancelled_does_not_become_them(
    session: Session, training: Training
) -> None:
    first = _send(session, training, email="wang@example.org", diet="halal", sex="male")
    service.cancel(training, first.token)
    look_again(session)
    for _ in range(2):
        thief = _send(session, training, once="thief", email="thief@example.org", diet="other")
        assert thief == Received(None)
    assert {address for _kind, address in _mails(session)} == {"wang@example.org"}
    row = session.scalars(sa.select(Registration)).one()
    assert row.status is RegistrationStatus.CONFIRMED
    assert [one.withdrawn_at is None for one in consents_of(session, row.id)] == [False, True]
    own = session.scalars(sa.select(OwnRegistration)).one()
    assert own_by_token(session, training.id, first.token) is None
    _change(session, training, token_of(own.key), phone="13900139000", email="thief@example.org")
    person = session.scalars(sa.select(Person)).one()
    assert (person.phone, person.email, person.sex) == ("+8613800138000", "wang@example.org", "male")


def test_no_mailbox_is_filled_from_the_public_page(session: Session, training: Training) -> None:
    for name in ("王一", "王二", "王三", "王四"):
        _send(session, training, name, email="Full@example.org" if name == "王三" else "full@example.org")
    _send(session, training, "王五", email="other@example.org")
    assert [address.lower() for _kind, address in _mails(session)] == ["full@example.org"] * 3 + [
        "other@example.org"
    ]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61), tick=False):
        _send(session, training, "王六", email="full@example.org")
    assert len(_mails(session)) == 5


def test_an_address_ends_some_time_after_the_class(session: Session, cast: Cast, training: Training) -> None:
    token = _send(session, training).token
    last = datetime.combine(training.end_date + timedelta(days=90), datetime.min.time(), UTC)
    with time_machine.travel(last, tick=False):
        assert own_by_token(session, training.id, token) is not None
    with time_machine.travel(last + timedelta(days=1), tick=False):
        assert own_by_token(session, training.id, token) is None
        row = session.scalars(sa.select(Registration)).one()
        assert _code(service.renew, cast.actor(), training, row.id) == "open_registration.ended"


def test_a_form_without_its_mark_or_with_that_of_somebody_else_opens_nothing(
    session: Session, training: Training
) -> None:
    mine = _send(session, training, once="a form", id_number=ID)
    assert _code(_send, session, training, "李华", once="a form") == "open_registration.unmarked"
    assert _code(_send, session, training, once="a form", id_number=OTHER_ID) == "open_registration.unmarked"
    assert _send(session, training, once="a form", id_number=ID).token == mine.token
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
    assert _code(service.register, training.id, sent) == "open_registration.unmarked"


def test_mail_and_document_of_somebody_known_stay_with_the_registration(
    session: Session, cast: Cast, training: Training
) -> None:
    elsewhere = make_training(session, cast.organisation)
    known = make_registration(session, elsewhere, "王小明", phone="+8613800138000")
    _send(session, training, email="new@example.org", id_number=ID)
    person = session.get_one(Person, known.person_id)
    assert (person.email, person.id_sealed) == ("", None)
    assert _mails(session) == [(MailKind.REGISTRATION_CONFIRMED, "new@example.org")]
    row = session.scalars(sa.select(Registration).where(Registration.training_id == training.id)).one()
    assert row.person_id == person.id
    shown = written(session, training, row.id, {"email": ""})
    assert shown is not None
    assert shown.differing == {"email": "new@example.org", "id_number": "110***********002X"}


def test_a_change_leaves_alone_what_the_organiser_put_right_and_what_is_not_asked(
    session: Session, cast: Cast, training: Training
) -> None:
    token = _send(session, training, email="a@example.org", sex="male", post="主任").token
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
    token = _send(session, training, lodging="any", id_number=ID).token
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
    token = _send(session, training, **typed).token
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


def test_a_form_that_was_changed_meanwhile_is_looked_at_again(
    session: Session, cast: Cast, training: Training
) -> None:
    form = form_of(session, training.id)
    checked = check(form.definition, None, {"name": "王小明", "unit": "x"}, today=date(2026, 5, 1))
    question = QuestionInput(kind=AnswerKind.NUMBER, label_zh="人数")
    forms.add_question(cast.actor(), training.id, question, version=form.version)
    sent = Sent(
        checked=checked, form_version=form.version, category_id=None, consents={}, language="zh", once="x"
    )
    assert _code(service.register, training.id, sent) == "registration_form.changed"


def test_a_copy_is_open_the_same_way_once_it_is_switched_on(
    session: Session, cast: Cast, training: Training
) -> None:
    _open(cast, training, 1, capacity=7, approval=True, closes_at=datetime(2030, 1, 1, tzinfo=UTC))
    made = trainings.copy(cast.actor(), training, "COPY", date(2031, 5, 11))
    copied = session.scalars(sa.select(OpenRegistration).where(OpenRegistration.training_id == made.id)).one()
    assert (copied.capacity, copied.approval, copied.is_on, copied.closes_at) == (7, True, False, None)
