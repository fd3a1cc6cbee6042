"""Mails are kept without the secrets of the addresses in them, and leave with those in force."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_training, make_unit
from tests.mail.post_office import PostOffice
from tests.mails import mails_of, make_mail, send_due
from trainingmgr.crypto import new_link_key, without_tokens
from trainingmgr.domain.mail import MailFault, MailStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.extensions import now
from trainingmgr.models import (
    Lecturer,
    NominationLink,
    OwnRegistration,
    Person,
    TimetableLink,
    Training,
)
from trainingmgr.queries.invitation import invitation_token
from trainingmgr.queries.nomination import address_token
from trainingmgr.queries.own_page import new_key
from trainingmgr.queries.own_registration import new_own, token_of
from trainingmgr.queries.own_timetable.access import feed_token_of_link, feed_token_of_person, page_token
from trainingmgr.services import mail as service


class Reader(NamedTuple):
    """Somebody with addresses of their own: what a mail to them names, and their addresses as they are now."""

    about: dict[str, int]
    addresses: Callable[[], list[str]]
    close: sa.Executable


def _unit(session: Session, cast: Cast) -> Reader:
    training, unit = make_training(session, cast.organisation), make_unit(session, cast.organisation)
    moment = now() + timedelta(days=1)
    session.add(
        NominationLink(training_id=training.id, unit_id=unit.id, key=new_link_key(), expires_at=moment)
    )
    return Reader(
        {"training_id": training.id, "unit_id": unit.id},
        lambda: [f"/n/{address_token(session.scalars(sa.select(NominationLink.key)).one())}"],
        sa.update(NominationLink).values(revoked_at=now()),
    )


def _participant(session: Session, cast: Cast) -> Reader:
    training = make_training(session, cast.organisation, code="CLASS", end_date=now().date())
    row = make_registration(session, training, "王小明", page_key=new_key())
    new_own(session, row, by_form=True)

    def addresses() -> list[str]:
        key, person = (
            session.scalars(sa.select(OwnRegistration.key)).one(),
            session.get_one(Person, row.person_id),
        )
        feed = feed_token_of_person(person.uid, person.page_key or "")
        return [f"/r/CLASS/{token_of(key)}", f"/me/{person.page_key}", f"/calendar/{feed}"]

    about = {"training_id": training.id, "registration_id": row.id}
    return Reader(about, addresses, sa.update(OwnRegistration).values(key=None))


def _lecturer(session: Session, cast: Cast) -> Reader:
    lecturer = Lecturer(organisation_id=cast.organisation.id, type=ContributorType.PERSON, name="李明")
    session.add(lecturer)
    session.flush()
    session.add(TimetableLink(lecturer_id=lecturer.id, key=new_link_key()))

    def addresses() -> list[str]:
        key = session.scalars(sa.select(TimetableLink.key)).one()
        return [
            f"/invitation/{invitation_token(key)}",
            f"/timetable/{page_token(key)}",
            f"/calendar/{feed_token_of_link(key)}",
        ]

    return Reader({"lecturer_id": lecturer.id}, addresses, sa.delete(TimetableLink))


@pytest.mark.parametrize("reader_of", [_unit, _participant, _lecturer])
def test_no_mail_holds_the_secret_of_an_address_and_each_leaves_with_the_one_that_is_in_force(
    office: PostOffice, session: Session, cast: Cast, reader_of: Callable[[Session, Cast], Reader]
) -> None:
    reader = reader_of(session, cast)
    session.commit()
    open_text = _text(reader.addresses())
    hidden = without_tokens(open_text)
    look_again(session)
    make_mail(session, cast.organisation, "li@example.net", body=hidden, **reader.about)
    send_due()
    (sent,) = mails_of(session)
    assert (sent.status, sent.body) == (MailStatus.SENT, hidden)
    assert open_text in office.mails[0].get_content()
    for row in session.scalars(sa.select(NominationLink)).all():
        row.key = new_link_key()
    for own in session.scalars(sa.select(OwnRegistration)).all():
        own.key = new_link_key()
    for link in session.scalars(sa.select(TimetableLink)).all():
        link.key = new_link_key()
    session.commit()
    service.send_again(cast.actor(), cast.organisation.id, sent.uid)
    _first, again = mails_of(session)
    assert again.body == hidden
    send_due()
    renewed = _text(reader.addresses())
    look_again(session)
    assert renewed != open_text
    assert renewed in office.mails[1].get_content()
    make_mail(session, cast.organisation, "late@example.net", body=hidden, **reader.about)
    session.execute(reader.close)
    session.commit()
    send_due()
    late = mails_of(session)[2]
    assert (late.status, late.fault, len(office.taken)) == (MailStatus.FAILED, MailFault.LINK_ENDED, 2)
    with pytest.raises(Refusal, match=r"mail\.link_ended"):
        service.send_again(cast.actor(), cast.organisation.id, late.uid)


def test_a_mail_leads_to_a_registration_under_the_code_that_the_training_has_by_then(
    office: PostOffice, session: Session, cast: Cast
) -> None:
    reader = _participant(session, cast)
    session.commit()
    own = reader.addresses()[0]
    make_mail(session, cast.organisation, "li@example.net", body=without_tokens(own), **reader.about)
    session.execute(sa.update(Training).values(code="CLASS-2"))
    session.commit()
    send_due()
    assert own.replace("CLASS", "CLASS-2") in office.mails[0].get_content()


def _text(addresses: list[str]) -> str:
    return " ".join(f"https://classes.example.org{one}" for one in addresses)


def test_an_address_that_somebody_typed_is_hidden_once_the_mail_is_out(
    office: PostOffice, session: Session, cast: Cast
) -> None:
    body = f"https://classes.example.org/timetable/{page_token(new_link_key())}"
    make_mail(session, cast.organisation, "li@example.net", subject=body, body=body)
    send_due()
    (sent,) = mails_of(session)
    assert (sent.subject, sent.body) == (without_tokens(body),) * 2
    assert body in office.mails[0].get_content()
    with pytest.raises(Refusal, match=r"mail\.link_ended"):
        service.send_again(cast.actor(), cast.organisation.id, sent.uid)
