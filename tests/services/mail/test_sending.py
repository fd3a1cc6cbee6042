"""Sending in the background: once at most, again where that is safe, and never where nobody can know."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, at_once, look_again
from tests.mail.bounces import UID, failed
from tests.mail.letter_box import letter_box
from tests.mail.post_office import PostOffice, post_office
from tests.mails import mails_of, make_mail, send_due, set_server
from trainingmgr.config import Settings
from trainingmgr.domain.mail import MailFault, MailStatus
from trainingmgr.extensions import db, now
from trainingmgr.jobs import Worker
from trainingmgr.mail import build
from trainingmgr.models import (
    MailMessage,
    MailServer,
    Organisation,
)
from trainingmgr.queries.mail.claiming import MAX_ATTEMPTS
from trainingmgr.queries.mail.server import seal
from trainingmgr.services import mail as service
from trainingmgr.services.mail import sending


def _server(session: Session) -> MailServer:
    look_again(session)
    return session.scalars(sa.select(MailServer)).one()


def _set(session: Session, **values: object) -> None:
    session.execute(sa.update(MailMessage).values(**values))
    session.commit()


def test_queued_mail_goes_out_and_says_when_and_what_the_server_answered(
    office: PostOffice, session: Session, cast: Cast
) -> None:
    make_mail(session, cast.organisation, "first@example.net")
    make_mail(session, cast.organisation, "refused@example.net")
    make_mail(session, cast.organisation, "second@example.net")
    send_due()
    first, refused, second = mails_of(session)
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
    send_due()
    assert len(office.taken) == 2


def test_what_is_put_off_is_tried_again_later_and_given_up_in_the_end(
    office: PostOffice, session: Session, cast: Cast
) -> None:
    make_mail(session, cast.organisation, "later@example.net")
    send_due()
    (row,) = mails_of(session)
    assert (row.status, row.fault, row.attempts) == (MailStatus.QUEUED, MailFault.LATER, 1)
    assert timedelta(seconds=50) < row.due_at - now() <= timedelta(minutes=1)
    send_due()
    assert mails_of(session)[0].attempts == 1, "not before its time"
    _set(session, due_at=now(), attempts=MAX_ATTEMPTS - 1)
    send_due()
    (row,) = mails_of(session)
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
        send_due()
        send_due()
        assert [one.attempts for one in mails_of(session)] == [1, 0, 0]
        server = _server(session)
        assert (server.fault, server.holds) == (MailFault.UNREACHABLE, 1)
        assert server.held_until is not None
    with post_office() as office:
        server.port, server.held_until = office.port, now()
        session.commit()
        _set(session, due_at=now())
        send_due()
        assert len(office.taken) == 3
    server = _server(session)
    assert (server.fault, server.holds, server.error) == (MailFault.NONE, 0, "")
    assert server.held_until is None


def test_a_mail_cut_off_behind_its_text_is_uncertain_and_not_repeated(
    office: PostOffice, session: Session, cast: Cast
) -> None:
    make_mail(session, cast.organisation, "lost@example.net")
    make_mail(session, cast.organisation, "next@example.net")
    send_due()
    _set(session, due_at=now() - timedelta(days=1))
    send_due()
    assert [(one.status, one.fault) for one in mails_of(session)] == [
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
    send_due()
    assert [one.status for one in mails_of(session)] == [
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
    send_due()
    (row,) = mails_of(session)
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
    assert {one.status for one in mails_of(session)} == {MailStatus.SENT}


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
    (first, second, third) = mails_of(session)
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
        send_due()
        send_due()
        assert [to for to, _data in office.taken] == ["p1@example.net", "p2@example.net"]
    assert mails_of(session)[0].status is MailStatus.UNCERTAIN


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
    send_due()
    server = _server(session)
    assert (server.fault, server.holds) == (MailFault.SIGN_IN, 1)
    assert mails_of(session)[0].attempts == 0


def test_one_organisations_trouble_holds_up_no_other(
    office: PostOffice, session: Session, cast: Cast, app: Flask
) -> None:
    set_server(session, cast.elsewhere, port=1)
    make_mail(session, cast.elsewhere, "a@example.net")
    make_mail(session, cast.organisation, "b@example.net")
    with app.app_context():
        Worker(app).post()
    assert [to for to, _data in office.taken] == ["b@example.net"]
    assert sorted(one.status for one in mails_of(session)) == [MailStatus.QUEUED, MailStatus.SENT]


def test_a_mail_that_comes_back_is_marked_with_the_reason_in_its_own_organisation_alone(
    app: Flask, session: Session, cast: Cast
) -> None:
    make_mail(session, cast.organisation, "wang@example.net", status=MailStatus.SENT, uid=UID)
    with letter_box() as box:
        box.messages = {4: failed()}
        for organisation in (cast.elsewhere, cast.organisation):
            _with_mailbox(session, organisation, box.port)
        _read(app)
        (row,) = mails_of(session)
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
    assert mails_of(session)[0].status is MailStatus.SENT


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
