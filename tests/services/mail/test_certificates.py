"""Certificates by mail: once to each by themselves, later to the rest, again to one."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast, at_once, look_again
from tests.mail.post_office import post_office
from tests.mails import mails_of, make_mail, set_server
from tests.services.certificate.test_kinds import add_lecturer
from trainingmgr.domain.certificate import CertificateKind, RevocationGround
from trainingmgr.domain.mail import MailKind, MailStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import storage
from trainingmgr.models import MailMessage, Person, Training
from trainingmgr.queries.mail import certificates as queries
from trainingmgr.queries.mail.certificates import Mailed
from trainingmgr.services import certificate
from trainingmgr.services import mail as service

KIND = CertificateKind.COMPLETION


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    """Three who may get a certificate; the third has no address."""
    set_server(session, cast.organisation)
    training = make_class(session, cast, 0, code="POST")
    for name, email in (("王小明", "wang@example.net"), ("李华", "li@example.net"), ("张伟", "")):
        add_person(session, training, name, email=email)
    return training


def _by_itself(cast: Cast, training: Training) -> None:
    certificate.set_offer(cast.actor(), training, KIND, certificate.OfferInput(mail=True))


def _standing(session: Session, training: Training) -> dict[Mailed, int]:
    look_again(session)
    return {state: count for state, count in queries.counts(session, training.id, KIND).items() if count}


def test_each_holder_with_an_address_gets_theirs_as_it_is_issued_and_once(
    app: Flask, session: Session, cast: Cast, training: Training
) -> None:
    _by_itself(cast, training)
    issue(cast, training)
    issue(cast, training)
    first, second = mails_of(session)
    assert (first.kind, first.to_address, first.to_name) == (
        MailKind.CERTIFICATE,
        "wang@example.net",
        "王小明",
    )
    assert first.subject == "社区治理培训班结业证书（POST-0001）"
    assert second.to_address == "li@example.net"
    paper = certificates(session, training)[0]
    assert f"https://classes.example.org/v/POST-0001?c={paper.code}" in first.body
    assert _standing(session, training) == {Mailed.UNDER_WAY: 2, Mailed.NO_ADDRESS: 1}
    with pytest.raises(sa.exc.IntegrityError):
        make_mail(session, cast.organisation, "wang@example.net", certificate_id=paper.id)
    session.rollback()

    with post_office() as office:
        session.execute(sa.text("UPDATE mail_server SET port = :port"), {"port": office.port})
        session.commit()
        with app.app_context():
            service.send_due("test")
        (attached,) = office.mails[0].iter_attachments()
    assert attached.get_filename() == "POST-0001_王小明.pdf"
    assert attached.get_content() == storage.get(paper.file_key or "")
    assert _standing(session, training) == {Mailed.SENT: 2, Mailed.NO_ADDRESS: 1}


def test_without_the_wish_nothing_is_mailed_and_later_the_rest_is_at_once(
    app: Flask, session: Session, cast: Cast, training: Training
) -> None:
    issue(cast, training)
    assert mails_of(session) == []
    both = [lambda: service.mail_certificates(cast.actor(), training, KIND)] * 2
    raised = at_once(app, *both)
    assert [str(one) for one in raised] == ["mail.all_have_theirs"]
    assert [one.to_address for one in mails_of(session)] == ["wang@example.net", "li@example.net"]

    person = session.scalars(sa.select(Person).where(Person.name == "张伟")).one()
    person.email = "zhang@example.net"
    session.commit()
    assert service.mail_certificates(cast.actor(), training, KIND).mails == 1
    assert _standing(session, training) == {Mailed.UNDER_WAY: 3}


def test_one_can_be_sent_again_to_the_present_address_and_not_twice_at_once(
    session: Session, cast: Cast, training: Training
) -> None:
    issue(cast, training)
    service.mail_certificates(cast.actor(), training, KIND)
    paper = certificates(session, training)[0]
    with pytest.raises(Refusal, match=r"mail\.under_way"):
        service.mail_certificate(cast.actor(), training, paper.id)
    session.execute(sa.update(MailMessage).values(status=MailStatus.SENT))
    person = session.scalars(sa.select(Person).where(Person.name == "王小明")).one()
    person.email = "new@example.net"
    session.commit()
    service.mail_certificate(cast.actor(), training, paper.id)
    first, _second, again = mails_of(session)
    assert (again.to_address, again.status, again.repeats_id) == (
        "new@example.net",
        MailStatus.QUEUED,
        first.id,
    )
    assert again.body == first.body
    assert again.uid != first.uid
    with pytest.raises(Refusal, match=r"mail\.under_way"):
        service.mail_certificate(cast.actor(), training, paper.id)
    assert _standing(session, training) == {Mailed.SENT: 1, Mailed.UNDER_WAY: 1, Mailed.NO_ADDRESS: 1}


def test_a_certificate_that_was_revoked_is_not_sent_any_more(
    app: Flask, session: Session, cast: Cast, training: Training
) -> None:
    issue(cast, training)
    service.mail_certificates(cast.actor(), training, KIND)
    paper = certificates(session, training)[0]
    certificate.revoke(cast.actor(), paper, "理由", RevocationGround.ERROR)
    with post_office() as office:
        session.execute(sa.text("UPDATE mail_server SET port = :port"), {"port": office.port})
        session.commit()
        with app.app_context():
            service.send_due("test")
        assert [to for to, _data in office.taken] == ["li@example.net"]
    assert [one.status for one in mails_of(session)] == [MailStatus.CANCELLED, MailStatus.SENT]
    with pytest.raises(Refusal, match=r"mail\.certificate_not_valid"):
        service.mail_certificate(cast.actor(), training, paper.id)


def test_papers_of_a_sample_are_kept_to_be_read_and_never_sent(session: Session, cast: Cast) -> None:
    set_server(session, cast.organisation)
    training = make_class(session, cast, 0, is_sample=True)
    add_person(session, training, "王小明", email="wang@example.net")
    _by_itself(cast, training)
    issue(cast, training)
    assert [one.status for one in mails_of(session)] == [MailStatus.KEPT]
    assert _standing(session, training) == {Mailed.KEPT: 1}
    with pytest.raises(Refusal, match=r"mail\.all_have_theirs"):
        service.mail_certificates(cast.actor(), training, KIND)
    with pytest.raises(Refusal, match=r"mail\.sample_stays"):
        service.mail_certificate(cast.actor(), training, certificates(session, training)[0].id)


def test_what_was_kept_for_want_of_a_server_is_sent_once_there_is_one(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 0)
    add_person(session, training, "王小明", email="wang@example.net")
    _by_itself(cast, training)
    issue(cast, training)
    assert _standing(session, training) == {Mailed.KEPT: 1}
    set_server(session, cast.organisation)
    assert _standing(session, training) == {Mailed.TO_SEND: 1}
    service.mail_certificates(cast.actor(), training, KIND)
    assert [one.status for one in mails_of(session)] == [MailStatus.QUEUED]


def test_lecturers_get_their_letters_in_the_same_way(session: Session, cast: Cast) -> None:
    set_server(session, cast.organisation)
    training = make_class(session, cast, 0, code="TEACH")
    lecturer = add_lecturer(session, training, "李教授")
    lecturer.email = "li@example.net"
    session.commit()
    wish = certificate.OfferInput(language="en", mail=True)
    certificate.set_offer(cast.actor(), training, CertificateKind.THANKS, wish)
    issue(cast, training, kind=CertificateKind.THANKS)
    (mail,) = mails_of(session)
    assert (mail.to_address, mail.registration_id) == ("li@example.net", None)
    assert mail.subject.startswith("Certificate of Appreciation, Training class on community governance")
