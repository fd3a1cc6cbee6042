"""What becomes of mails when people, samples or whole databases go."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast, make_registration, make_training
from tests.mails import mails_of, make_mail, set_server
from trainingmgr.domain.mail import MailFault, MailStatus
from trainingmgr.extensions import db, keyring, now
from trainingmgr.models import Installation, MailMessage, MailServer
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.mail import claiming
from trainingmgr.queries.mail.server import seal, smtp_of
from trainingmgr.services import certificate, roster
from trainingmgr.services.backup import back_up, restore


def _bare(row: MailMessage) -> bool:
    told = row.to_name + row.to_address + row.subject + row.body + row.calendar + row.answer
    return told == "" and row.registration_id is None and row.erased_at is not None


def test_erasing_a_holder_empties_their_mail_and_sends_nothing_more(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 0)
    person = add_person(session, training, "王小明")
    issue(cast, training)
    (paper,) = certificates(session, training)
    first = make_mail(
        session,
        cast.organisation,
        "wang@example.net",
        certificate_id=paper.id,
        registration_id=person.id,
        status=MailStatus.SENT,
        answer="250 to wang@example.net",
    )
    make_mail(session, cast.organisation, "wang@example.net", certificate_id=paper.id, repeats_id=first.id)
    make_mail(session, cast.organisation, "li@example.net")
    certificate.erase(cast.actor("owner"), paper)
    sent, waiting, others = mails_of(session)
    assert _bare(sent)
    assert _bare(waiting)
    assert [one.status for one in (sent, waiting, others)] == [
        MailStatus.SENT,
        MailStatus.CANCELLED,
        MailStatus.QUEUED,
    ]
    assert others.to_address == "li@example.net"


def test_a_bounce_that_comes_after_the_erasing_brings_no_address_back(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 0)
    person = add_person(session, training, "王小明")
    issue(cast, training)
    (paper,) = certificates(session, training)
    mail = make_mail(
        session,
        cast.organisation,
        "wang@example.net",
        certificate_id=paper.id,
        registration_id=person.id,
        status=MailStatus.SENT,
    )
    uid = mail.uid
    certificate.erase(cast.actor("owner"), paper)
    assert claiming.mark_bounced(session, cast.organisation.id, uid, "550 <wang@example.net> unknown")
    session.commit()
    (row,) = mails_of(session)
    assert (row.status, row.answer) == (MailStatus.BOUNCED, "")


def test_whoever_leaves_the_roster_leaves_the_outbox_too(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    person = make_registration(session, training, "王小明")
    make_mail(
        session,
        cast.organisation,
        "wang@example.net",
        training_id=training.id,
        registration_id=person.id,
        status=MailStatus.FAILED,
    )
    roster.remove(cast.actor(), training.id, person.id)
    (row,) = mails_of(session)
    assert _bare(row)
    assert (row.status, row.training_id) == (MailStatus.FAILED, training.id)


def test_mail_that_waited_when_a_backup_was_made_is_not_sent_by_itself_after_a_restore(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    session.add(Installation(id=1, key_fingerprint=keyring.fingerprint()))
    set_server(
        session,
        cast.organisation,
        username="office",
        password_sealed=seal(cast.organisation.id, "password", "correct-horse"),
    )
    training = make_class(session, cast, 1)
    issue(cast, training)
    (paper,) = certificates(session, training)
    first = make_mail(
        session, cast.organisation, "a@example.net", certificate_id=paper.id, status=MailStatus.BOUNCED
    )
    make_mail(session, cast.organisation, "b@example.net", certificate_id=paper.id, repeats_id=first.id)
    make_mail(
        session,
        cast.organisation,
        "c@example.net",
        status=MailStatus.SENDING,
        worker="w",
        lease_until=now(),
    )
    make_mail(session, cast.organisation, "d@example.net", status=MailStatus.SENT, body="到此一游")
    back_up(tmp_path / "a.backup")
    restore(tmp_path / "a.backup", Actor(None, "operator"), replace=True)

    rows = mails_of(db.session())
    assert [(one.status, one.fault) for one in rows] == [
        (MailStatus.BOUNCED, MailFault.NONE),
        (MailStatus.UNCERTAIN, MailFault.RESTORED),
        (MailStatus.UNCERTAIN, MailFault.RESTORED),
        (MailStatus.SENT, MailFault.NONE),
    ]
    assert (rows[1].repeats_id, rows[3].body) == (rows[0].id, "到此一游")
    assert smtp_of(db.session().scalars(sa.select(MailServer)).one()).password == "correct-horse"
