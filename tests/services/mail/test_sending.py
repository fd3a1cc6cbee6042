"""Sending in the background: once at most, again where that is safe, and never where nobody can know."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from tests.factories import Cast, at_once, look_again, make_registration, make_training, make_unit
from tests.mail.bounces import UID, failed
from tests.mail.letter_box import letter_box
from tests.mail.post_office import PostOffice, post_office
from tests.mails import make_mail, set_server
from trainingmgr.config import Settings
from trainingmgr.crypto import new_link_key, without_tokens
from trainingmgr.domain.mail import MailFault, MailStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.extensions import db, now
from trainingmgr.jobs import Worker
from trainingmgr.mail import build
from trainingmgr.models import (
    Lecturer,
    MailMessage,
    MailServer,
    NominationLink,
    Organisation,
    OwnRegistration,
    Person,
    TimetableLink,
    Training,
)
from trainingmgr.queries.invitation import invitation_token
from trainingmgr.queries.mail.claiming import MAX_ATTEMPTS
from trainingmgr.queries.mail.server import seal
from trainingmgr.queries.nomination import address_token
from trainingmgr.queries.own_page import new_key
from trainingmgr.queries.own_registration import new_own, token_of
from trainingmgr.queries.own_timetable.access import feed_token_of_link, feed_token_of_person, page_token
from trainingmgr.services import mail as service
from trainingmgr.services.mail import sending


@pytest.fixture(scope="module")
def running() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def office(running: PostOffice, session: Session, cast: Cast) -> PostOffice:
    running.taken.clear()
    running.connections, running.sender_refused = 0, False
    set_server(session, cast.organisation, port=running.port)
    return running


def _send() -> None:
    # A context of its own, as a worker has: the test's session is none of its business.
    with current_app._get_current_object().app_context():  # type: ignore[attr-defined]  # a stand-in for the app
        service.send_due("test")


def _server(session: Session) -> MailServer:
    look_again(session)
    return session.scalars(sa.select(MailServer)).one()


def _mails(session: Session) -> list[MailMessage]:
    look_again(session)
    return list(session.scalars(sa.select(MailMessage).order_by(MailMessage.id)))


def _set(session: Session, **values: object) -> None:
    session.execute(sa.update(MailMessage).values(**values))
    session.commit()


def test_queued_mail_goes_out_and_says_when_and_what_the_server_answered(
    office: PostOffice, session: Session, cast: Cast
) -> None:
    make_mail(session, cast.organisation, "first@example.net")
    make_mail(session, cast.organisation, "refused@example.net")
    make_mail(session, cast.organisation, "second@example.net")
    _send()
    first, refused, second = _mails(session)
    assert [one.status for one in (first, refused, second)] == [
        MailStatus.SENT,
        MailStatus.FAILED,
        MailStatus.SENT,
    ]
    assert first.sent_at is not None
    assert "queued as" in first.answer
    assert refused.fault is MailFault.REFUSED
    assert "User unknown" in refused.answer
    assert office.mails[0]["From"] == "培训办公室 <office@example.org>"
    assert office.connections == 1
    _send()
    assert len(office.taken) == 2


def test_what_is_put_off_is_tried_again_later_and_given_up_in_the_end(
    office: PostOffice, session: Session, cast: Cast
) -> None:
    make_mail(session, cast.organisation, "later@example.net")
    _send()
    (row,) = _mails(session)
    assert (row.status, row.fault, row.attempts) == (MailStatus.QUEUED, MailFault.LATER, 1)
    assert timedelta(seconds=50) < row.due_at - now() <= timedelta(minutes=1)
    _send()
    assert _mails(session)[0].attempts == 1, "not before its time"
    _set(session, due_at=now(), attempts=MAX_ATTEMPTS - 1)
    _send()
    (row,) = _mails(session)
    assert (row.status, row.attempts) == (MailStatus.FAILED, MAX_ATTEMPTS)
    assert "Greylisting" in row.answer


def test_a_server_that_is_away_is_left_alone_for_a_while_and_no_mail_is_lost(
    session: Session, cast: Cast
) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        set_server(session, cast.organisation, port=taken.getsockname()[1])
        for number in range(3):
            make_mail(session, cast.organisation, f"p{number}@example.net")
        _send()
        _send()
        assert [one.attempts for one in _mails(session)] == [1, 0, 0]
        server = _server(session)
        assert (server.fault, server.holds) == (MailFault.UNREACHABLE, 1)
        assert server.held_until is not None
    with post_office() as office:
        server.port, server.held_until = office.port, now()
        session.commit()
        _set(session, due_at=now())
        _send()
        assert len(office.taken) == 3
    server = _server(session)
    assert (server.fault, server.holds, server.error) == (MailFault.NONE, 0, "")
    assert server.held_until is None


def test_a_mail_cut_off_behind_its_text_is_uncertain_and_not_repeated(
    office: PostOffice, session: Session, cast: Cast
) -> None:
    make_mail(session, cast.organisation, "lost@example.net")
    make_mail(session, cast.organisation, "next@example.net")
    _send()
    _set(session, due_at=now() - timedelta(days=1))
    _send()
    assert [(one.status, one.fault) for one in _mails(session)] == [
        (MailStatus.UNCERTAIN, MailFault.CUT_OFF),
        (MailStatus.SENT, MailFault.NONE),
    ]
    assert len(office.taken) == 2


def test_a_worker_that_died_before_the_text_is_replaced_and_one_that_died_in_it_leaves_it_uncertain(
    office: PostOffice, session: Session, cast: Cast
) -> None:
    past = now() - timedelta(seconds=1)
    make_mail(session, cast.organisation, "taken@example.net", worker="dead", lease_until=past)
    make_mail(
        session,
        cast.organisation,
        "begun@example.net",
        status=MailStatus.SENDING,
        worker="dead",
        lease_until=past,
    )
    make_mail(
        session,
        cast.organisation,
        "held@example.net",
        worker="alive",
        lease_until=now() + timedelta(minutes=1),
    )
    _send()
    assert [one.status for one in _mails(session)] == [
        MailStatus.SENT,
        MailStatus.UNCERTAIN,
        MailStatus.QUEUED,
    ]
    assert [to for to, _data in office.taken] == ["taken@example.net"]


def test_a_worker_that_was_thought_dead_sends_nothing_more(
    office: PostOffice, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_mail(session, cast.organisation, "slow@example.net")

    def taken_away_meanwhile(*values: object) -> bytes:
        # Another worker takes the mail while this one is asleep.
        with db.engine.begin() as other:
            other.execute(sa.update(MailMessage).values(worker="another"))
        return build(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "build", taken_away_meanwhile)
    _send()
    (row,) = _mails(session)
    assert (row.status, row.worker) == (MailStatus.QUEUED, "another")
    assert office.taken == []


def test_several_workers_send_each_mail_once(
    app: Flask, office: PostOffice, session: Session, cast: Cast
) -> None:
    for number in range(40):
        make_mail(session, cast.organisation, f"p{number}@example.net")
    raised = at_once(app, *(partial(service.send_due, f"worker{number}") for number in range(3)))
    assert raised == []
    assert sorted(to for to, _data in office.taken) == sorted(f"p{n}@example.net" for n in range(40))
    assert {one.status for one in _mails(session)} == {MailStatus.SENT}


def test_a_killed_worker_process_leaves_the_mail_in_its_hand_uncertain_and_the_others_go_out_once(
    session: Session, cast: Cast, run_settings: Settings
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        server = set_server(session, cast.organisation, port=silent.getsockname()[1])
        for number in range(3):
            make_mail(session, cast.organisation, f"p{number}@example.net")
        worker = subprocess.Popen(
            [sys.executable, "-m", "trainingmgr", "worker"],
            env=os.environ
            | {
                "TRAININGMGR_INSTANCE": str(run_settings.instance),
                "TRAININGMGR_DATABASE_URL": run_settings.database_url,
                "TRAININGMGR_QUEUE_URL": run_settings.queue_url,
                "TRAININGMGR_QUEUE_PREFIX": run_settings.queue_prefix,
            },
        )
        try:
            # Held open until the worker is gone: one that is hung up on writes the mail down as uncertain itself.
            with _take_and_fall_silent(silent):
                worker.send_signal(signal.SIGKILL)
                worker.wait()
        finally:
            worker.kill()
            worker.wait()
    (first, second, third) = _mails(session)
    assert first.status is MailStatus.SENDING
    assert (second.status, third.status) == (MailStatus.QUEUED, MailStatus.QUEUED)
    session.execute(
        sa.update(MailMessage)
        .where(MailMessage.id == first.id)
        .values(lease_until=now() - timedelta(seconds=1))
    )
    with post_office() as office:
        server.port = office.port
        session.commit()
        _send()
        _send()
        assert [to for to, _data in office.taken] == ["p1@example.net", "p2@example.net"]
    assert _mails(session)[0].status is MailStatus.UNCERTAIN


def _take_and_fall_silent(silent: socket.socket) -> socket.socket:
    silent.settimeout(30)
    connection, _address = silent.accept()
    wire = connection.makefile("rwb")
    answers = {b"DATA": b"354 go ahead\r\n"}
    wire.write(b"220 ready\r\n")
    wire.flush()
    for line in wire:
        if line == b".\r\n":
            break
        if answers:
            wire.write(answers.get(line[:4].upper(), b"250 ok\r\n"))
            wire.flush()
        if line[:4].upper() == b"DATA":
            answers = {}
    return connection


def test_nothing_is_sent_for_an_organisation_whose_password_no_key_opens(
    office: PostOffice, session: Session, cast: Cast
) -> None:
    session.execute(
        sa.update(MailServer).values(username="office", password_sealed=seal(cast.organisation.id, "x", "y"))
    )
    session.commit()
    make_mail(session, cast.organisation, "a@example.net")
    _send()
    server = _server(session)
    assert (server.fault, server.holds) == (MailFault.SIGN_IN, 1)
    assert _mails(session)[0].attempts == 0


def test_one_organisations_trouble_holds_up_no_other(
    office: PostOffice, session: Session, cast: Cast, app: Flask
) -> None:
    set_server(session, cast.elsewhere, port=1)
    make_mail(session, cast.elsewhere, "a@example.net")
    make_mail(session, cast.organisation, "b@example.net")
    with app.app_context():
        Worker(app).post()
    assert [to for to, _data in office.taken] == ["b@example.net"]
    assert sorted(one.status for one in _mails(session)) == [MailStatus.QUEUED, MailStatus.SENT]


def test_a_mail_that_comes_back_is_marked_with_the_reason_in_its_own_organisation_alone(
    app: Flask, session: Session, cast: Cast
) -> None:
    make_mail(session, cast.organisation, "wang@example.net", status=MailStatus.SENT, uid=UID)
    with letter_box() as box:
        box.messages = {4: failed()}
        for organisation in (cast.elsewhere, cast.organisation):
            _with_mailbox(session, organisation, box.port)
        _read(app)
        (row,) = _mails(session)
        assert (row.status, row.fault) == (MailStatus.BOUNCED, MailFault.BOUNCED)
        assert row.answer == "550 5.1.1 User unknown"
        asked = len(box.asked)
        _read(app)
        assert len(box.asked) == asked, "not again before its time"
    assert {
        (one.read_validity, one.read_from, one.read_error) for one in session.scalars(sa.select(MailServer))
    } == {(7, 4, "")}


def test_another_organisations_mailbox_says_nothing_of_our_mail(
    app: Flask, session: Session, cast: Cast
) -> None:
    make_mail(session, cast.organisation, "wang@example.net", status=MailStatus.SENT, uid=UID)
    with letter_box() as box:
        box.messages = {4: failed()}
        _with_mailbox(session, cast.elsewhere, box.port)
        _read(app)
    assert _mails(session)[0].status is MailStatus.SENT


def _with_mailbox(session: Session, organisation: Organisation, port: int) -> None:
    set_server(
        session,
        organisation,
        imap_host="127.0.0.1",
        imap_port=port,
        imap_security="none",
        imap_username="office",
        imap_password_sealed=seal(organisation.id, "imap_password", "correct-horse"),
    )


def _read(app: Flask) -> None:
    with app.app_context():
        service.read_mailboxes()


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
    _send()
    (sent,) = _mails(session)
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
    _first, again = _mails(session)
    assert again.body == hidden
    _send()
    renewed = _text(reader.addresses())
    look_again(session)
    assert renewed != open_text
    assert renewed in office.mails[1].get_content()
    make_mail(session, cast.organisation, "late@example.net", body=hidden, **reader.about)
    session.execute(reader.close)
    session.commit()
    _send()
    late = _mails(session)[2]
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
    _send()
    assert own.replace("CLASS", "CLASS-2") in office.mails[0].get_content()


def _text(addresses: list[str]) -> str:
    return " ".join(f"https://classes.example.org{one}" for one in addresses)


def test_an_address_that_somebody_typed_is_hidden_once_the_mail_is_out(
    office: PostOffice, session: Session, cast: Cast
) -> None:
    body = f"https://classes.example.org/timetable/{page_token(new_link_key())}"
    make_mail(session, cast.organisation, "li@example.net", subject=body, body=body)
    _send()
    (sent,) = _mails(session)
    assert (sent.subject, sent.body) == (without_tokens(body),) * 2
    assert body in office.mails[0].get_content()
    with pytest.raises(Refusal, match=r"mail\.link_ended"):
        service.send_again(cast.actor(), cast.organisation.id, sent.uid)
