"""The mail server that an organisation sets."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again
from tests.mail.letter_box import PASSWORD, letter_box
from tests.mail.post_office import post_office
from tests.mails import mails_of, make_mail, set_server
from trainingmgr.domain.mail import MailFault, MailSecurity, MailStatus
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import now
from trainingmgr.models import AuditEntry, MailServer
from trainingmgr.queries.mail.server import mailbox_of, smtp_of
from trainingmgr.services import mail as service


def _given(port: int, **values: object) -> service.ServerInput:
    defaults: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "security": MailSecurity.NONE,
        "username": "office",
        "password": PASSWORD,
        "sender_name": "",
        "sender_address": "Office@Example.org",
        "reply_to": "",
    }
    return service.ServerInput(**(defaults | values))  # type: ignore[arg-type]


def test_a_password_is_sealed_kept_and_never_given_to_another_server(session: Session, cast: Cast) -> None:
    here = cast.organisation.id
    service.set_server(cast.actor("owner"), here, _given(25))
    row = session.scalars(sa.select(MailServer)).one()
    assert PASSWORD.encode() not in (row.password_sealed or b"")
    assert (smtp_of(row).password, row.sender_address) == (PASSWORD, "Office@example.org")
    assert PASSWORD not in str(session.scalars(sa.select(AuditEntry.details)).all())

    service.set_server(
        cast.actor("owner"), here, _given(25, password="", reply_to="r@example.org"), row.version
    )
    look_again(session)
    assert (row.reply_to, smtp_of(row).password) == ("r@example.org", PASSWORD)
    for port, other in ((25, {"host": "evil.example.com"}), (25, {"username": "somebody"}), (26, {})):
        with pytest.raises(Refusal, match=r"mail\.password_again"):
            service.set_server(cast.actor("owner"), here, _given(port, password="", **other))
    with pytest.raises(Refusal, match="stale"):
        service.set_server(cast.actor("owner"), here, _given(25), version=1)
    service.set_server(cast.actor("owner"), here, _given(25, password="", username=""))
    look_again(session)
    assert row.password_sealed is None


def test_the_true_answer_of_the_server_is_given(session: Session, cast: Cast) -> None:
    here = cast.organisation.id
    with post_office(auth_required=True) as office:
        service.set_server(cast.actor("owner"), here, _given(office.port))
        outcome = service.send_test(cast.actor("owner"), here, "me@example.net", "试", "好")
        assert (outcome.status, outcome.words) == (MailStatus.SENT, "250 2.0.0 Ok: queued as 00000001")
        assert office.mails[0]["From"] == "示例省民政厅 <Office@example.org>"
        refused = service.send_test(cast.actor("owner"), here, "refused@example.net", "试", "好")
        assert (refused.fault, refused.words[:9]) == (MailFault.REFUSED, "550 5.1.1")
        service.set_server(cast.actor("owner"), here, _given(office.port, password="wrong"))
        assert service.send_test(cast.actor("owner"), here, "me@example.net", "试", "好").words[:3] == "535"
    with pytest.raises(NotFound):
        service.send_test(cast.actor("stranger"), cast.elsewhere.id, "me@example.net", "试", "好")


def test_a_mailbox_is_tried_and_what_is_wrong_stays_to_be_read(session: Session, cast: Cast) -> None:
    here = cast.organisation.id
    with letter_box() as box:
        imap = {
            "imap_host": "127.0.0.1",
            "imap_port": box.port,
            "imap_security": MailSecurity.NONE,
            "imap_username": "office",
        }
        service.set_server(cast.actor("owner"), here, _given(25, **imap, imap_password="wrong"))
        assert "wrong password" in service.try_mailbox(here)
        row = session.scalars(sa.select(MailServer)).one()
        assert "wrong password" in row.read_error
        service.set_server(cast.actor("owner"), here, _given(25, **imap, imap_password=PASSWORD))
        assert service.try_mailbox(here) == ""
        look_again(session)
        assert (mailbox_of(row).password, row.read_error) == (PASSWORD, "")


def test_without_a_server_what_waits_is_kept_and_with_a_mended_one_it_is_tried_at_once(
    session: Session, cast: Cast
) -> None:
    here = cast.organisation.id
    set_server(session, cast.organisation, held_until=now(), holds=3, fault=MailFault.SIGN_IN, error="535")
    later = now().replace(year=now().year + 1)
    make_mail(session, cast.organisation, "a@example.net", attempts=2, due_at=later)
    service.set_server(cast.actor("owner"), here, _given(25))
    (row,) = mails_of(session)
    assert row.due_at <= now()
    server = session.scalars(sa.select(MailServer)).one()
    assert (server.held_until, server.holds, server.error) == (None, 0, "")
    service.remove_server(cast.actor("owner"), here)
    assert [one.status for one in mails_of(session)] == [MailStatus.KEPT]


def test_a_server_of_the_own_network_is_named_only_where_that_is_allowed(
    app: Flask, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = app.extensions["trainingmgr.settings"]
    here, owner = cast.organisation.id, cast.actor("owner")
    for kept in (replace(said, mail_internal=False), replace(said, mail_internal=None)):
        monkeypatch.setitem(app.extensions, "trainingmgr.settings", kept)
        for inwards in ({}, {"host": "8.8.8.8", "imap_host": "10.0.0.7"}):
            with pytest.raises(Refusal, match=r"mail.host_inward"):
                service.set_server(owner, here, _given(25, **inwards))
    alone = replace(said, mail_internal=None, public_url="")
    monkeypatch.setitem(app.extensions, "trainingmgr.settings", alone)
    service.set_server(owner, here, _given(25))
    monkeypatch.setitem(app.extensions, "trainingmgr.settings", replace(alone, mail_internal=False))
    assert not smtp_of(session.scalars(sa.select(MailServer)).one()).inward
