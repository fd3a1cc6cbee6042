"""Who gets in by the public page, and what they may do about it afterwards."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, at_once, look_again, make_registration, make_training
from tests.mails import as_read
from tests.open_registrations import ID, code_of, mails_of, open_training, open_up, send_in
from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.registration_form import AnswerKind, QuestionInput, check
from trainingmgr.models import (
    MailMessage,
    OpenRegistration,
    OwnRegistration,
    Person,
    Registration,
    Training,
)
from trainingmgr.queries.own_registration import content_of, written
from trainingmgr.queries.person import seal_id
from trainingmgr.queries.registration_answer import answers_of, consents_of, forget
from trainingmgr.queries.registration_form import form_of
from trainingmgr.services import open_registration as service
from trainingmgr.services import registration_form as forms
from trainingmgr.services import training as trainings
from trainingmgr.services.open_registration import Received, Sent


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return open_training(session, cast)


def people_on(session: Session, training: Training) -> list[tuple[str, RegistrationStatus]]:
    rows = session.execute(
        sa.select(Person.name, Registration.status)
        .join(Registration, Registration.person_id == Person.id)
        .where(Registration.training_id == training.id)
        .order_by(Registration.id)
    )
    return [(name, status) for name, status in rows]


def test_fifty_who_race_for_the_last_place_get_one_and_a_place_in_the_queue_each(
    app: Flask, session: Session, training: Training
) -> None:
    send_in(session, training, "先到者")
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
    statuses = [status for _name, status in people_on(session, training)]
    assert statuses.count(RegistrationStatus.CONFIRMED) == 2
    assert statuses.count(RegistrationStatus.WAITLISTED) == 49


def test_no_more_go_this_way_than_are_meant_to_though_the_training_has_places(
    session: Session, cast: Cast, training: Training
) -> None:
    open_up(cast, training, 1, capacity=1)
    assert send_in(session, training, "王一").status is RegistrationStatus.CONFIRMED
    assert send_in(session, training, "王二").status is RegistrationStatus.WAITLISTED
    open_up(cast, training, 2, capacity=9)
    # Whoever waits comes first: the place that is there now is theirs.
    assert send_in(session, training, "王三").position == 2


def test_a_place_given_up_goes_out_of_the_calendar_that_it_was_put_into(
    session: Session, cast: Cast, training: Training
) -> None:
    first, _second, waits = (
        send_in(session, training, name, phone=f"1380013800{at}", email=f"{at}@example.org")
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
        send_in(session, training, f"王{'一二'[at]}", phone=f"1380013800{at}")
    waits = send_in(session, training, "李华", phone="13900139000", email="b@example.org")
    service.cancel(training, waits.token)
    look_again(session)
    told = sa.select(MailMessage.calendar).where(MailMessage.kind == MailKind.REGISTRATION_CANCELLED)
    assert session.scalars(told).all() == [""]


def test_whoever_registers_is_told_by_mail_in_their_language_with_calendar_and_address(
    session: Session, training: Training
) -> None:
    received = send_in(session, training, email="wang@example.org", lodging="single", diet="halal")
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
    first = send_in(session, training, "王一", email="a@example.org")
    send_in(session, training, "王二", email="b@example.org")
    third = send_in(session, training, "王三", email="c@example.org")
    assert (third.status, third.position) == (RegistrationStatus.WAITLISTED, 1)
    service.cancel(training, first.token)
    look_again(session)
    assert people_on(session, training) == [
        ("王一", RegistrationStatus.WITHDRAWN),
        ("王二", RegistrationStatus.CONFIRMED),
        ("王三", RegistrationStatus.CONFIRMED),
    ]
    assert mails_of(session)[2:] == [
        (MailKind.REGISTRATION_WAITLISTED, "c@example.org"),
        (MailKind.REGISTRATION_CANCELLED, "a@example.org"),
        (MailKind.REGISTRATION_PROMOTED, "c@example.org"),
    ]
    assert code_of(service.cancel, training, first.token) == "open_registration.over"
    open_up(cast, training, 1, waitlist=False)
    assert code_of(send_in, session, training, "王四") == "open_registration.full"


def test_with_approval_the_organiser_decides_and_before_and_after_its_time_it_is_closed(
    session: Session, cast: Cast, training: Training
) -> None:
    open_up(cast, training, 1, approval=True)
    received = send_in(session, training, email="a@example.org")
    assert received.status is RegistrationStatus.NOMINATED
    assert mails_of(session) == [(MailKind.REGISTRATION_RECEIVED, "a@example.org")]
    soon = datetime.now(UTC) + timedelta(hours=1)
    open_up(cast, training, 2, opens_at=soon)
    assert code_of(send_in, session, training, "李华") == "open_registration.not_yet"
    with time_machine.travel(soon, tick=False):
        assert send_in(session, training, "李华").status is RegistrationStatus.CONFIRMED
    with time_machine.travel(datetime.combine(training.start_date, datetime.min.time(), UTC), tick=False):
        assert code_of(send_in, session, training, "李华三") == "open_registration.closed"
        assert code_of(service.cancel, training, received.token) == "open_registration.over"
    assert code_of(open_up, cast, training, 2) == "stale"


def test_the_same_form_sent_twice_counts_once_and_leads_to_the_same_address(
    session: Session, training: Training
) -> None:
    first = send_in(session, training, once="a form")
    assert send_in(session, training, once="a form").token == first.token
    assert people_on(session, training) == [("王小明", RegistrationStatus.CONFIRMED)]


def test_whoever_is_on_the_training_already_is_told_nothing_and_sent_the_address_again_once(
    session: Session, training: Training
) -> None:
    first = send_in(session, training, email="wang@example.org", id_number=ID)
    assert send_in(session, training, email="thief@example.org") == Received(None)
    assert send_in(session, training, "王小明", phone="13900139000", id_number=ID) == Received(None)
    assert mails_of(session) == [(MailKind.REGISTRATION_CONFIRMED, "wang@example.org")]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
        send_in(session, training, email="thief@example.org")
    again = session.scalars(sa.select(MailMessage).order_by(MailMessage.id.desc())).first()
    assert again is not None
    assert again.to_address == "wang@example.org"
    assert first.token in as_read(session, again)
    assert len(people_on(session, training)) == 1

    added = make_registration(session, training, "李华", phone="+8613700137000", email="li@example.org")
    assert send_in(session, training, "李华", phone="13700137000") == Received(None)
    assert mails_of(session)[-1] == (MailKind.REGISTRATION_CONFIRMED, "li@example.org")
    own = session.scalars(sa.select(OwnRegistration).where(OwnRegistration.registration_id == added.id)).one()
    assert (own.by_form, content_of(own)) == (False, {})


def test_what_is_known_of_a_person_stays_and_what_was_written_is_shown_to_the_organiser(
    session: Session, cast: Cast, training: Training
) -> None:
    elsewhere = make_training(session, cast.organisation)
    known = make_registration(session, elsewhere, "王小明", phone="+8613800138000", email="old@example.org")
    person = session.get_one(Person, known.person_id)
    received = send_in(session, training, email="new@example.org", sex="male")
    look_again(session)
    assert (person.email, person.sex) == ("old@example.org", "male")
    row = session.scalars(sa.select(Registration).where(Registration.training_id == training.id)).one()
    assert row.person_id == person.id
    shown = written(session, training, row.id, {"email": person.email, "sex": person.sex})
    assert shown is not None
    assert shown.differing == {"email": "new@example.org"}
    assert shown.address.endswith(received.token)
    assert mails_of(session) == [(MailKind.REGISTRATION_CONFIRMED, "new@example.org")]


def test_an_id_number_that_somebody_else_bears_makes_another_person_and_is_kept_for_the_organiser(
    session: Session, cast: Cast, training: Training
) -> None:
    bearer = make_registration(session, make_training(session, cast.organisation), "李华")
    person = session.get_one(Person, bearer.person_id)
    for column, value in seal_id(person.uid, person.organisation_id, "resident_id", ID).items():
        setattr(person, column, value)
    session.commit()
    received = send_in(session, training, "王小明", id_number=ID)
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


def test_no_mailbox_is_filled_from_the_public_page(session: Session, training: Training) -> None:
    for name in ("王一", "王二", "王三", "王四"):
        send_in(session, training, name, email="Full@example.org" if name == "王三" else "full@example.org")
    send_in(session, training, "王五", email="other@example.org")
    assert [address.lower() for _kind, address in mails_of(session)] == ["full@example.org"] * 3 + [
        "other@example.org"
    ]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61), tick=False):
        send_in(session, training, "王六", email="full@example.org")
    assert len(mails_of(session)) == 5


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
    assert code_of(service.register, training.id, sent) == "registration_form.changed"


def test_a_copy_is_open_the_same_way_once_it_is_switched_on(
    session: Session, cast: Cast, training: Training
) -> None:
    open_up(cast, training, 1, capacity=7, approval=True, closes_at=datetime(2030, 1, 1, tzinfo=UTC))
    made = trainings.copy(cast.actor(), training, "COPY", date(2031, 5, 11))
    copied = session.scalars(sa.select(OpenRegistration).where(OpenRegistration.training_id == made.id)).one()
    assert (copied.capacity, copied.approval, copied.is_on, copied.closes_at) == (7, True, False, None)
