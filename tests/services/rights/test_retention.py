"""Data that was kept long enough is wiped, once, and it is said how much."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast, at_once, look_again, make_registration, make_training, make_unit
from tests.nominations import entry_of, name_person, offered, typed
from trainingmgr.domain.person import IdType
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.rights import Kept, RequestStatus, last_day_wiped
from trainingmgr.extensions import now, storage
from trainingmgr.models import (
    AuditEntry,
    DataRequest,
    MailMessage,
    NominationReceipt,
    Person,
    Registration,
    RetentionRun,
    Training,
)
from trainingmgr.queries import nomination as nominated
from trainingmgr.queries.certificate import verification
from trainingmgr.queries.person import seal_id
from trainingmgr.queries.photo import photo_key
from trainingmgr.services import nomination as nominations
from trainingmgr.services import rights as service

ALL = dict.fromkeys(Kept, 30)


def ended(session: Session, cast: Cast, days_ago: int, **values: object) -> Training:
    day = now().date() - timedelta(days=days_ago)
    return make_training(session, cast.organisation, start_date=day, end_date=day, **values)


def with_everything(session: Session, training: Training, name: str, **values: object) -> Registration:
    row = make_registration(
        session, training, name, phone="+8613800138000", phone_tail="8000", email="a@example.org", **values
    )
    person = session.get_one(Person, row.person_id)
    number = f"11010119900307{row.id:04d}"
    for column, value in seal_id(person.uid, person.organisation_id, IdType.OTHER, number).items():
        setattr(person, column, value)
    person.photo = f"{row.id:064x}"
    storage.put(photo_key(person.photo), b"jpeg")
    session.commit()
    return row


def kept_of(session: Session, row: Registration) -> tuple[bool, bool, bool]:
    look_again(session)
    person = session.get_one(Person, row.person_id)
    return (
        bool(person.id_sealed or person.id_index or person.id_masked),
        bool(person.phone),
        bool(person.photo),
    )


def test_the_last_day_is_counted_in_whole_days() -> None:
    assert last_day_wiped(0, date(2026, 5, 2)) == date(2026, 5, 1)
    assert last_day_wiped(30, date(2026, 3, 3)) == date(2026, 1, 31)


def test_data_goes_after_the_last_class_and_not_before(session: Session, cast: Cast) -> None:
    old, recent = ended(session, cast, 60), ended(session, cast, 10)
    gone, stays = with_everything(session, old, "王一"), with_everything(session, old, "王二")
    session.add(Registration(training_id=recent.id, person_id=stays.person_id, sort_key="w", search_text="w"))
    session.commit()
    photos = [session.get_one(Person, row.person_id).photo for row in (gone, stays)]
    service.set_times(cast.actor("owner"), cast.organisation.id, ALL)
    assert service.foresee(cast.organisation.id)[Kept.ID_NUMBER] == 1
    wiped = service.run(cast.actor("owner"), cast.organisation.id)
    assert (wiped[Kept.ID_NUMBER], wiped[Kept.CONTACT], wiped[Kept.PHOTO]) == (1, 1, 1)
    assert kept_of(session, gone) == (False, False, False)
    assert kept_of(session, stays) == (True, True, True)
    assert [storage.exists(photo_key(photo)) for photo in photos] == [False, True]
    assert "8000" not in session.get_one(Registration, gone.id).search_text
    assert sum(service.run(cast.actor("owner"), cast.organisation.id).values()) == 0


def test_nothing_goes_where_no_time_was_set_or_in_another_organisation(session: Session, cast: Cast) -> None:
    row = with_everything(session, ended(session, cast, 5000), "王一")
    service.set_times(cast.actor("owner"), cast.elsewhere.id, ALL)
    service.run(cast.actor("owner"), cast.elsewhere.id)
    service.run(cast.actor("owner"), cast.organisation.id)
    assert kept_of(session, row) == (True, True, True)


def test_whoever_did_not_take_part_is_forgotten_and_a_certificate_still_verifies(
    session: Session, cast: Cast
) -> None:
    training = make_class(session, cast, 0, code="OLD")
    add_person(session, training, "王小明")
    away = make_registration(session, training, "李四", status=RegistrationStatus.WITHDRAWN)
    away_id, person_id = away.id, away.person_id
    issue(cast, training)
    training = session.get_one(Training, training.id)
    training.start_date = training.end_date = now().date() - timedelta(days=60)
    session.commit()
    (paper,) = certificates(session, training)
    service.set_times(cast.actor("owner"), cast.organisation.id, ALL)
    assert service.run(cast.actor("owner"), cast.organisation.id)[Kept.NOT_TAKING_PART] == 1
    look_again(session)
    assert session.get(Registration, away_id) is None
    assert session.get(Person, person_id) is None
    proof = verification.prove(paper.serial, paper.code)
    assert proof is not None
    assert proof.valid
    assert storage.exists(paper.file_key or "")


def test_mails_keep_that_they_were_and_not_what_they_said(session: Session, cast: Cast) -> None:
    row = with_everything(session, ended(session, cast, 60), "王一")
    session.add(
        MailMessage(
            organisation_id=cast.organisation.id,
            training_id=row.training_id,
            registration_id=row.id,
            kind="message",
            to_name="王一",
            to_address="a@example.org",
            subject="通知",
            body="王一同志",
            status="sent",
        )
    )
    session.commit()
    service.set_times(cast.actor("owner"), cast.organisation.id, {Kept.MAIL: 30})
    assert service.run(cast.actor("owner"), cast.organisation.id) == {Kept.MAIL: 1}
    look_again(session)
    (mail,) = session.scalars(sa.select(MailMessage))
    assert (mail.to_name, mail.to_address, mail.subject, mail.body) == ("", "", "", "")
    assert mail.erased_at is not None


def test_of_several_workers_one_wipes_once_a_day(app: Flask, session: Session, cast: Cast) -> None:
    with_everything(session, ended(session, cast, 60), "王一")
    service.set_times(cast.actor("owner"), cast.organisation.id, ALL)
    assert at_once(app, *[service.run_daily] * 4) == []
    look_again(session)
    (run,) = session.scalars(sa.select(RetentionRun))
    assert run.wiped == {"id_number": 1, "contact": 1, "photo": 1}
    assert run.total == 3
    entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "rights.wiped")).all()
    assert [entry.details for entry in entries] == [run.wiped]


def test_a_time_out_of_range_is_refused(cast: Cast) -> None:
    with pytest.raises(Refusal) as refused:
        service.set_times(cast.actor("owner"), cast.organisation.id, {Kept.PHOTO: -1})
    assert refused.value.code == "rights.days_out_of_range"


def test_what_units_said_goes_with_what_is_wiped_and_what_they_never_sent_goes_too(
    session: Session, cast: Cast
) -> None:
    training = make_training(session, cast.organisation, code="SAID")
    _line, unit = offered(session, cast, training, 2)
    entry = entry_of(session, cast, training, unit)
    name_person(entry, typed("王芳", id_number="11010519491231002X", email="w@example.org"))
    nominations.save(entry, typed("草稿"), None)
    session.execute(sa.update(Registration).values(status=RegistrationStatus.CONFIRMED))
    training = session.get_one(Training, training.id)
    training.start_date = training.end_date = now().date() - timedelta(days=60)
    session.commit()
    service.set_times(cast.actor("owner"), cast.organisation.id, ALL)
    service.run(cast.actor("owner"), cast.organisation.id)
    look_again(session)
    (kept,) = nominated.sent(session, training.id, unit.id)
    assert (kept.nominee.name, kept.nominee.post) == ("王芳", "处长")
    assert (kept.nominee.phone, kept.nominee.email, kept.nominee.id_number, kept.nominee.id_type) == ("",) * 4
    assert not nominated.drafts(session, training.id, unit.id, training.end_date)


def test_stamped_receipts_go_after_their_time(session: Session, cast: Cast) -> None:
    training = ended(session, cast, 60)
    storage.put("receipts/one.pdf", b"%PDF")
    session.add(
        NominationReceipt(
            training_id=training.id,
            unit_id=make_unit(session, cast.organisation).id,
            file_name="回执.pdf",
            media_type="application/pdf",
            size=4,
            sha256="0" * 64,
            file_key="receipts/one.pdf",
        )
    )
    session.commit()
    service.set_times(cast.actor("owner"), cast.organisation.id, ALL)
    assert service.run(cast.actor("owner"), cast.organisation.id)[Kept.RECEIPT] == 1
    look_again(session)
    assert session.scalars(sa.select(NominationReceipt)).all() == []
    assert not storage.exists("receipts/one.pdf")


def test_a_request_of_somebody_who_is_forgotten_keeps_nothing_and_waits_for_nobody(
    session: Session, cast: Cast
) -> None:
    training = ended(session, cast, 60)
    row = make_registration(session, training, "李四", status=RegistrationStatus.WITHDRAWN)
    service.ask_correction(row.person_id, {"name": "李司"}, "名字错了")
    service.set_times(cast.actor("owner"), cast.organisation.id, ALL)
    service.run(cast.actor("owner"), cast.organisation.id)
    look_again(session)
    (request,) = session.scalars(sa.select(DataRequest))
    assert (request.status, request.wanted, request.words) == (RequestStatus.DONE, {}, "")
    with pytest.raises(Refusal):
        service.correct(cast.actor(), cast.organisation.id, request.id)
