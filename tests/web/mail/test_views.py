"""The pages of mail, as an owner and an organiser use them without scripts."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import add_person, issue, make_class
from tests.factories import Cast, look_again, make_registration, make_training
from tests.mail.post_office import PASSWORD, post_office
from tests.mails import make_mail, set_server
from tests.queries.counting import statements
from trainingmgr.crypto import HIDDEN, new_link_key, without_tokens
from trainingmgr.domain.mail import MailFault, MailStatus
from trainingmgr.models import MailMessage, MailServer, MailTemplate, Person
from trainingmgr.models.person import new_uid
from trainingmgr.queries.invitation import invitation_token
from trainingmgr.queries.mail.repeating import STAYED
from trainingmgr.queries.nomination import address_token
from trainingmgr.queries.own_page import new_key
from trainingmgr.queries.own_registration import token_of
from trainingmgr.queries.own_timetable import feed_token_of_link, feed_token_of_person, page_token

As = Callable[[str], FlaskClient]


def _text(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return _plain(response.text)


def _plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_mails_of_a_sample_are_read_in_the_outbox_with_what_goes_along(
    session: Session, cast: Cast, client_as: As
) -> None:
    training = make_class(session, cast, 0, code="DEMO", is_sample=True)
    add_person(session, training, "王小明", email="wang@example.net")
    client = client_as("organiser")
    saved = client.post("/t/DEMO/certificates/kinds/completion", data={"mail": "y", "scope": "training"})
    assert saved.status_code == 303
    issue(cast, training)
    page = _text(client, "/t/DEMO/mail")
    assert "never sent" in page
    assert "Kept here, not sent" in page
    mail = session.scalars(sa.select(MailMessage)).one()
    mail.calendar = "BEGIN:VCALENDAR"
    session.commit()
    own = f"/o/{cast.organisation.id}/mail/{mail.uid}"
    shown = client.get(own).text
    assert "王小明，您好" in shown
    assert f"/t/DEMO/certificates/{mail.certificate_id}.pdf" in shown
    assert client.get(f"{own}/calendar.ics").data == b"BEGIN:VCALENDAR"
    assert "Send now" not in shown


def test_what_somebody_typed_is_shown_as_text(session: Session, cast: Cast, client_as: As) -> None:
    mail = make_mail(
        session,
        cast.organisation,
        "a@example.net",
        to_name="<b>x</b>",
        subject="<script>1</script>",
        body="<img src=x> https://example.org/a?b=1&c=2",
    )
    page = client_as("organiser").get(f"/o/{cast.organisation.id}/mail/{mail.uid}").text
    assert "<script>1" not in page
    assert "<img" not in page
    assert "<b>x" not in page
    assert 'href="https://example.org/a?b=1&amp;c=2"' in page


def test_the_outbox_is_narrowed_and_costs_the_same_however_long_it_is(
    session: Session, cast: Cast, client_as: As
) -> None:
    training = make_training(session, cast.organisation, code="LONG")
    set_server(session, cast.organisation)
    client = client_as("organiser")

    def cost() -> int:
        with statements() as sent:
            assert client.get("/t/LONG/mail?status=failed").status_code == 200
        return len(sent)

    for number in range(3):
        make_mail(
            session,
            cast.organisation,
            f"p{number}@example.net",
            training_id=training.id,
            status=MailStatus.FAILED,
            fault=MailFault.REFUSED,
            answer="550 no such user",
        )
    before = cost()
    for number in range(57):
        make_mail(
            session,
            cast.organisation,
            f"q{number}@example.net",
            training_id=training.id,
            status=MailStatus.FAILED,
        )
    assert cost() == before
    page = client.get("/t/LONG/mail?status=failed")
    assert "550 no such user" not in page.text
    onward = re.search(r'href="([^"]*at=[^"]*)"', page.text)
    assert onward is not None
    assert "550 no such user" in client.get(onward[1].replace("&amp;", "&")).text
    sent = client.post("/t/LONG/mail/again", data={"status": "failed"}, follow_redirects=True)
    assert "60 mails are sent now." in _plain(sent.text)


def test_an_owner_sets_the_server_and_reads_what_it_answers(
    session: Session, cast: Cast, client_as: As
) -> None:
    client, base = client_as("owner"), f"/o/{cast.organisation.id}/mail/server"
    typed = {
        "port": "70000",
        "security": "none",
        "sender_address": "office",
        "imap_security": "tls",
        "imap_host": "imap.example.org",
        "imap_port": "993",
    }
    wrong = client.post(base, data=typed | {"host": "http://x"})
    assert wrong.status_code == 422
    for said in ("no name of a server", "between 1 and 65535", "no mail address", "Fill this in."):
        assert said in wrong.text
    assert 'value="office"' in wrong.text, "nothing typed is lost"
    with post_office(auth_required=True) as office:
        right = {
            "host": "127.0.0.1",
            "port": str(office.port),
            "security": "none",
            "username": "office",
            "password": PASSWORD,
            "sender_address": "office@example.org",
            "imap_port": "993",
            "imap_security": "tls",
        }
        assert client.post(base, data=right).status_code == 303
        page = client.get(base).text
        assert PASSWORD not in page
        answered = client.post(f"{base}/test", data={"to_address": "me@example.net"}, follow_redirects=True)
        assert "250 2.0.0 Ok: queued as 00000001" in answered.text
        refused = client.post(
            f"{base}/test", data={"to_address": "refused@example.net"}, follow_redirects=True
        )
        assert "550 5.1.1 &lt;refused@example.net&gt;" in refused.text
        assert client.post(f"{base}/test", data={"to_address": "me"}).status_code == 422
        elsewhere = right | {"password": "", "port": "2525"}
        assert client.post(base, data=elsewhere).status_code == 422, "a kept password goes to no other port"
    assert client.post(f"{base}/remove").status_code == 303
    look_again(session)
    assert session.scalars(sa.select(MailServer)).all() == []


def test_a_text_is_previewed_checked_and_saved(session: Session, cast: Cast, client_as: As) -> None:
    client = client_as("organiser")
    own = f"/o/{cast.organisation.id}/mail/texts/nomination_invitation/en"
    assert "Sample City Bureau" in client.get(own).text
    typed = {"subject": "Please name {quota}", "body": "Go to {link}", "version": ""}
    looked = client.post(own, data=typed | {"preview": "1"})
    assert "Please name 3" in _plain(looked.text)
    assert session.scalars(sa.select(MailTemplate)).all() == []
    wrong = client.post(own, data=typed | {"body": "Go to {lnik}"})
    assert wrong.status_code == 422
    assert "{lnik} is no variable" in _plain(wrong.text)
    assert "Go to {lnik}" in wrong.text
    assert client.post(own, data=typed).status_code == 303
    texts = _text(client, f"/o/{cast.organisation.id}/mail/texts")
    assert ("Your own Edit" in texts, "Standard text Edit" in texts) == (True, True)
    other = client.post(own, data=typed)
    assert other.status_code == 422, "somebody else changed it meanwhile"
    assert client.get(f"/o/{cast.organisation.id}/mail/texts/nothing/en").status_code == 404


def test_the_mail_of_a_training_leads_to_the_texts_and_each_is_named(
    session: Session, cast: Cast, client_as: As
) -> None:
    make_training(session, cast.organisation, code="LEADS")
    client = client_as("organiser")
    texts = f"/o/{cast.organisation.id}/mail/texts"
    assert f'href="{texts}"' in client.get("/t/LEADS/mail").text
    named = re.findall(r'aria-label="(Edit: [^"]+)"', client.get(texts).text)
    assert len(named) == len(set(named)) > 20


def test_an_invented_number_of_places_reads_as_the_real_mail_does(cast: Cast, client_as: As) -> None:
    page = client_as("organiser").get(f"/o/{cast.organisation.id}/mail/texts/nomination_invitation/zh").text
    assert "名额：3名" in page


def test_a_message_is_looked_at_with_its_count_before_it_goes(
    session: Session, cast: Cast, client_as: As
) -> None:
    training = make_training(session, cast.organisation, code="TALK")
    set_server(session, cast.organisation)
    make_registration(session, training, "王小明", email="wang@example.net", group_name="1组")
    make_registration(session, training, "李华", group_name="1组")
    make_registration(session, training, "张伟", email="z@example.net", group_name="2组")
    client = client_as("organiser")
    form = client.get("/t/TALK/mail/new?group=1组").text
    batch = re.search(r'name="batch"[^>]*value="([0-9a-f]{24})"', form)
    assert batch is not None
    assert re.search(r'<option selected value="1组">', form)
    typed = {"group": "1组", "language": "zh", "subject": "报到", "body": "{name}请准时。", "batch": batch[1]}
    looked = client.post("/t/TALK/mail/new", data=typed | {"look": "1"})
    assert "One person gets this" in looked.text
    assert "王小明请准时。" in looked.text
    assert "One person has no mail address" in looked.text
    assert f'value="{batch[1]}"' in looked.text
    assert session.scalars(sa.select(MailMessage)).all() == []
    for _ in range(2):
        client.post("/t/TALK/mail/new", data=typed | {"send": "1"})
    look_again(session)
    assert [one.to_address for one in session.scalars(sa.select(MailMessage))] == ["wang@example.net"]
    assert "王小明请准时。" in client.post("/t/TALK/mail/new", data=typed | {"send": "1"}).text


def test_who_has_no_address_is_listed_and_the_rest_is_mailed(
    session: Session, cast: Cast, client_as: As
) -> None:
    set_server(session, cast.organisation)
    training = make_class(session, cast, 0, code="PAPER")
    add_person(session, training, "王小明", email="wang@example.net")
    lacking = add_person(session, training, "张伟")
    issue(cast, training)
    client = client_as("organiser")
    page = client.get("/t/PAPER/mail/certificates?show=no_address").text
    assert "张伟" in page
    assert "王小明" not in page
    assert f"/t/PAPER/roster/{lacking.id}/edit" in page
    assert "Mail one certificate" in page
    for said in ("1 mail was written.", "was sent theirs already"):
        sent = client.post("/t/PAPER/mail/certificates", data={"kind": "completion"}, follow_redirects=True)
        assert said in _plain(sent.text)
    assert client_as("front_desk").get("/t/PAPER/mail/certificates").status_code == 403


@pytest.mark.parametrize("status", [MailStatus.FAILED, MailStatus.BOUNCED, MailStatus.UNCERTAIN])
def test_a_mail_that_did_not_arrive_shows_on_the_person_until_it_is_sent_again(
    session: Session, cast: Cast, client_as: As, status: MailStatus
) -> None:
    set_server(session, cast.organisation)
    training = make_training(session, cast.organisation, code="WHO")
    person = make_registration(session, training, "王小明", email="wang@example.net")
    mail = make_mail(
        session,
        cast.organisation,
        "wang@example.net",
        training_id=training.id,
        registration_id=person.id,
        status=status,
        fault=MailFault.REFUSED,
        answer="550 5.1.1 User unknown",
    )
    client, own = client_as("organiser"), f"/t/WHO/roster/{person.id}"
    assert "Mail to wang@example.net: The mail server refused it. 550 5.1.1 User unknown" in _text(
        client, own
    )
    assert "User unknown" not in _text(client_as("viewer"), own)
    client.post(f"/o/{cast.organisation.id}/mail/{mail.uid}/again")
    assert "User unknown" not in _text(client, own)


def test_addresses_that_let_in_whoever_has_them_are_whole_in_mails_that_stayed_alone(
    session: Session, cast: Cast, client_as: As
) -> None:
    person = make_registration(session, make_training(session, cast.organisation), page_key=new_key())
    secret = session.scalars(sa.select(Person.page_key)).one()
    base = f"/o/{cast.organisation.id}/mail"
    shown = {}
    for status in (
        MailStatus.KEPT,
        MailStatus.FAILED,
        MailStatus.QUEUED,
        MailStatus.UNCERTAIN,
        MailStatus.SENT,
    ):
        body = f"https://x.example.org/me/{HIDDEN} 见"
        mail = make_mail(
            session,
            cast.organisation,
            "a@example.net",
            status=status,
            body=body,
            registration_id=person.id,
        )
        text = client_as("owner").get(f"{base}/{mail.uid}").text
        shown[status] = (f"/me/{secret}" in text, "secret part" in text)
    assert shown == dict.fromkeys(shown, (False, True)) | dict.fromkeys(STAYED, (True, False))
    session.scalars(sa.select(Person)).one().page_key = None
    session.commit()
    kept = session.scalars(sa.select(MailMessage).where(MailMessage.status == MailStatus.KEPT)).one()
    assert f"/me/{HIDDEN}" in client_as("owner").get(f"{base}/{kept.uid}").text


def test_every_kind_of_address_that_lets_its_readers_in_is_hidden(app: Flask) -> None:
    key = new_link_key()
    with app.test_request_context():
        addresses = [
            url_for("own_page.show", page_key=new_key()),
            url_for("own_page.slides", page_key=new_key(), file_id=7),
            url_for("own_timetable.show", timetable_token=page_token(key)),
            url_for("own_timetable.feed", feed_token=feed_token_of_link(key), language="en"),
            url_for("own_timetable.feed", feed_token=feed_token_of_person(new_uid(), new_key())),
            url_for("invitation.guest.show", invitation_token=invitation_token(key)),
            url_for("nomination_page.show", token=address_token(key)),
            url_for("open_registration.show_own", code="CLASS", own_key=token_of(key)),
        ]
    for one in addresses:
        hidden = without_tokens(f"Look at https://classes.example.org{one}, please.")
        assert HIDDEN in hidden
        assert not re.search(r"[A-Za-z0-9_-]{20}", hidden)
    for plain in (
        f"https://classes.example.org/t/{'x' * 42}/schedule",
        f"https://classes.example.org/v/{'X' * 44}",
        f"https://meet.example.com/j/{'x' * 44}?from=mail",
        f"https://files.example.com/{'x' * 43}",
    ):
        assert without_tokens(plain) == plain
