"""A person asks about their data, and the organisation answers."""

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast, look_again, make_registration, make_training
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.rights import RequestStatus
from trainingmgr.extensions import metadata, storage
from trainingmgr.models import AuditEntry, Certificate, DataRequest, Person, Registration, Training
from trainingmgr.queries.certificate import verification
from trainingmgr.queries.photo import photo_key
from trainingmgr.queries.rights import asked
from trainingmgr.queries.rights.dossier import dossier
from trainingmgr.services import rights as service

NAME, PHONE = "欧阳小明", "+8613800138000"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_class(session, cast, 0, code="LAW")
    add_person(session, training, NAME, latin_name="Ouyang Xiaoming", note="吃素")
    issue(cast, training)
    person = person_of(session)
    person.phone, person.phone_tail, person.email, person.photo = PHONE, "8000", "o@example.org", "ab" * 32
    storage.put(photo_key(person.photo), b"jpeg")
    session.commit()
    return training


def person_of(session: Session) -> Person:
    return session.scalars(sa.select(Person).where(Person.name == NAME)).one()


def everything(session: Session) -> str:
    """Every value of every table, as text."""
    rows = [
        [str(value) for value in row]
        for table in metadata.sorted_tables
        for row in session.execute(table.select())
    ]
    return json.dumps(rows, ensure_ascii=False)


def test_whoever_is_erased_is_nowhere_any_more_and_the_paper_verifies(
    session: Session, cast: Cast, training: Training
) -> None:
    person, (paper,) = person_of(session), certificates(session, training)
    key, photo, code, digest = paper.file_key or "", person.photo, paper.code, paper.sha256
    service.ask_deletion(person.id, f"我是{NAME}")
    assert NAME in everything(session)
    gone = service.erase(cast.actor("owner"), cast.organisation.id, person.id)
    look_again(session)
    kept = everything(session)
    assert [word for word in (NAME, "Ouyang", PHONE, "o@example.org", "吃素") if word in kept] == []
    assert (gone.trainings, gone.certificates) == (1, 1)
    assert not storage.exists(key)
    assert not storage.exists(photo_key(photo))
    proof = verification.prove(paper.serial, code)
    assert proof is not None
    assert (proof.valid, proof.erased, proof.masked_name) == (True, True, "")
    assert (proof.title_zh, session.scalar(sa.select(Certificate.sha256))) == (training.title_zh, digest)
    (request,) = session.scalars(sa.select(DataRequest))
    assert (request.status, request.person_id, request.words) == (RequestStatus.DONE, None, "")


def test_numbers_without_a_paper_do_not_keep_the_name(
    session: Session, cast: Cast, training: Training
) -> None:
    person = person_of(session)
    voided = add_person(session, training, "王二")
    (paper,) = certificates(session, training)
    session.add(
        Certificate(
            training_id=training.id,
            registration_id=voided.id,
            counter_id=paper.counter_id,
            number=77,
            serial="LAW-0077",
            code="x" * 26,
            status=CertificateStatus.VOIDED,
            snapshot=paper.snapshot | {"holder_name": "王二"},
            issue_date=paper.issue_date,
            ended_at=paper.issued_at,
            end_reason="gone",
        )
    )
    session.commit()
    service.erase(cast.actor("owner"), cast.organisation.id, voided.person_id)
    look_again(session)
    row = session.scalars(sa.select(Certificate).where(Certificate.number == 77)).one()
    assert (row.status, row.serial, row.snapshot["holder_name"]) == (CertificateStatus.VOIDED, "LAW-0077", "")
    assert session.get(Person, person.id) is not None


def test_nobody_is_erased_while_their_certificate_is_being_made(
    session: Session, cast: Cast, training: Training
) -> None:
    waiting = add_person(session, training, "李四")
    (paper,) = certificates(session, training)
    session.add(
        Certificate(
            training_id=training.id,
            registration_id=waiting.id,
            counter_id=paper.counter_id,
            number=78,
            serial="LAW-0078",
            code="y" * 26,
            status=CertificateStatus.RESERVED,
            snapshot=paper.snapshot,
            issue_date=paper.issue_date,
        )
    )
    session.commit()
    with pytest.raises(Refusal) as refused:
        service.erase(cast.actor("owner"), cast.organisation.id, waiting.person_id)
    assert refused.value.code == "rights.being_issued"
    assert session.get(Registration, waiting.id) is not None


def test_another_organisation_s_person_is_not_found(session: Session, cast: Cast) -> None:
    theirs = make_registration(session, make_training(session, cast.elsewhere))
    with pytest.raises(NotFound):
        service.erase(cast.actor("owner"), cast.organisation.id, theirs.person_id)


def test_a_correction_is_asked_for_checked_and_made(session: Session, cast: Cast, training: Training) -> None:
    person = person_of(session)
    service.ask_correction(
        person.id, {"name": "欧阳 晓明", "phone": "139 0013 9000", "email": person.email}, ""
    )
    (waiting,) = asked.open_requests(session, cast.organisation.id)
    assert waiting.wanted == {"name": "欧阳晓明", "phone": "+8613900139000"}
    assert (waiting.code, waiting.name) == ("LAW", NAME)
    service.correct(cast.actor(), cast.organisation.id, waiting.id, "已改")
    look_again(session)
    kept = dossier(session, person.id)
    assert (kept.name, kept.phone) == ("欧阳晓明", "+8613900139000")
    row = session.scalars(sa.select(Registration).where(Registration.person_id == person.id)).one()
    assert "9000" in row.search_text
    assert "晓明" in row.search_text
    assert certificates(session, training)[0].snapshot["holder_name"] == NAME
    (answered,) = asked.requests_of(session, person.id)
    assert (answered.status, answered.answer) == (RequestStatus.DONE, "已改")
    with pytest.raises(Refusal) as refused:
        service.decline(cast.actor(), cast.organisation.id, waiting.id, "为时已晚")
    assert refused.value.code == "rights.answered_already"


def test_what_is_as_wanted_or_asked_twice_is_refused(
    session: Session, cast: Cast, training: Training
) -> None:
    person = person_of(session)
    codes = []
    for wanted, words in (({"name": NAME}, " "), ({}, "单位错了"), ({}, "单位还是错"), ({"phone": "12"}, "")):
        try:
            service.ask_correction(person.id, wanted, words)
        except Refusal as refusal:
            codes.append(refusal.code)
    assert codes[:2] == ["rights.nothing_asked", "rights.asked_already"]
    assert len(codes) == 3
    (waiting,) = asked.open_requests(session, cast.organisation.id)
    service.withdraw(person.id, waiting.id)
    assert asked.open_requests(session, cast.organisation.id) == []
    with pytest.raises(NotFound):
        service.withdraw(person.id, waiting.id)


def test_the_audit_trail_names_fields_and_no_values(session: Session, cast: Cast, training: Training) -> None:
    service.ask_correction(person_of(session).id, {"phone": "13900139000"}, "号码")
    details = json.dumps(
        [entry.details for entry in session.scalars(sa.select(AuditEntry))], ensure_ascii=False
    )
    assert "phone" in details
    assert "13900139000" not in details
