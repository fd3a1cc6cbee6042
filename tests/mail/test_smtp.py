"""Handing mails to a real server: what it takes, refuses and puts off, and what nobody can know."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.mail.post_office import PASSWORD, PostOffice, post_office
from trainingmgr.domain.mail import MailFault, MailSecurity, MailStatus
from trainingmgr.mail import Attachment, Connection, Outgoing, Server, build

MAIL = Outgoing(
    uid="0123456789abcdef01234567",
    sender_name="示例省民政厅，培训办",
    sender_address="office@example.org",
    reply_to="ask@example.org",
    to_name="王小明",
    to_address="wang@example.net",
    subject="社区治理培训班结业证书（CD2026-0001）",
    body="王小明，您好：\n\n.这一行以点开头\n证书见附件。",
    calendar="BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
    attachments=(Attachment("CD2026-0001_王小明.pdf", b"%PDF-1.7 \x00\xff\r\n.\r\n"),),
)


@pytest.fixture(scope="module")
def running() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def office(running: PostOffice) -> PostOffice:
    running.taken.clear()
    running.connections, running.sender_refused = 0, False
    return running


def _send(office: PostOffice, *locals_: str) -> list[tuple[MailStatus, MailFault, bool]]:
    outcomes = []
    with Connection(office.server) as connection:
        for local in locals_:
            address = f"{local}@example.net"
            one = connection.send("office@example.org", address, build(replace(MAIL, to_address=address)))
            outcomes.append((one.status, one.fault, one.everybody))
    return outcomes


def test_a_mail_arrives_as_it_was_written(office: PostOffice) -> None:
    with Connection(office.server) as connection:
        outcome = connection.send(
            "office@example.org", MAIL.to_address, build(MAIL, datetime(2026, 5, 14, 1, tzinfo=UTC))
        )
    assert (outcome.status, outcome.words) == (MailStatus.SENT, "250 2.0.0 Ok: queued as 00000001")
    (mail,) = office.mails
    assert mail["From"] == "示例省民政厅，培训办 <office@example.org>"
    assert (mail["To"], mail["Reply-To"]) == ("王小明 <wang@example.net>", "ask@example.org")
    assert mail["Subject"] == MAIL.subject
    assert mail["Message-ID"] == "<tm.0123456789abcdef01234567@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == datetime(2026, 5, 14, 1, tzinfo=UTC)
    body = mail.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == MAIL.body + "\n"
    calendar, paper = mail.iter_attachments()
    assert calendar.get_content_type() == "text/calendar"
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    assert (paper.get_filename(), paper.get_content()) == (MAIL.attachments[0].name, MAIL.attachments[0].data)


def test_one_connection_carries_many_mails_and_outlives_refusals(office: PostOffice) -> None:
    assert _send(office, "first", "refused", "later", "full", "busy", "last") == [
        (MailStatus.SENT, MailFault.NONE, False),
        (MailStatus.FAILED, MailFault.REFUSED, False),
        (MailStatus.QUEUED, MailFault.LATER, False),
        (MailStatus.FAILED, MailFault.REFUSED, False),
        (MailStatus.QUEUED, MailFault.LATER, False),
        (MailStatus.SENT, MailFault.NONE, False),
    ]
    assert [to.partition("@")[0] for to, _data in office.taken] == ["first", "last"]
    assert office.connections == 1


def test_a_connection_lost_behind_the_text_leaves_the_mail_uncertain_and_the_next_one_goes(
    office: PostOffice,
) -> None:
    assert _send(office, "lost", "next") == [
        (MailStatus.UNCERTAIN, MailFault.CUT_OFF, False),
        (MailStatus.SENT, MailFault.NONE, False),
    ]
    assert len(office.taken) == 2, "the server has the one that nobody heard of"


def test_a_sender_that_the_server_does_not_take_is_a_fault_for_everybody(office: PostOffice) -> None:
    office.sender_refused = True
    assert _send(office, "anybody") == [(MailStatus.QUEUED, MailFault.SENDER, True)]


def test_nothing_leaves_where_the_sender_lost_its_right_to_the_mail(office: PostOffice) -> None:
    with Connection(office.server) as connection:
        outcome = connection.send("office@example.org", "a@example.net", build(MAIL), begin=lambda: False)
        assert outcome.status is MailStatus.QUEUED
        assert connection.send("office@example.org", "b@example.net", build(MAIL)).status is MailStatus.SENT
    assert [to for to, _data in office.taken] == ["b@example.net"]


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        with Connection(Server("127.0.0.1", taken.getsockname()[1], MailSecurity.NONE)) as connection:
            outcome = connection.send("a@example.org", "b@example.org", build(MAIL))
    assert (outcome.status, outcome.fault, outcome.everybody) == (
        MailStatus.QUEUED,
        MailFault.UNREACHABLE,
        True,
    )
    assert "refused" in outcome.words


def test_a_server_without_encryption_gets_no_password(office: PostOffice) -> None:
    for security in (MailSecurity.STARTTLS, MailSecurity.TLS):
        server = replace(office.server, security=security, username="office", password=PASSWORD)
        with Connection(server) as connection:
            outcome = connection.send("a@example.org", "b@example.org", build(MAIL))
        assert (outcome.status, outcome.fault) == (MailStatus.QUEUED, MailFault.UNREACHABLE), security
    assert office.taken == []


@pytest.mark.parametrize("security", [MailSecurity.TLS, MailSecurity.STARTTLS])
def test_an_encrypted_connection_needs_a_certificate_that_this_machine_trusts(
    security: MailSecurity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    at_server.load_cert_chain(_certificate(tmp_path))
    how = (
        {"ssl_context": at_server}
        if security is MailSecurity.TLS
        else {"tls_context": at_server, "require_starttls": True}
    )
    with post_office(**how) as office:
        server = replace(office.server, host="localhost", security=security)
        for trusted, expected in ((False, MailFault.UNREACHABLE), (True, MailFault.NONE)):
            if trusted:
                monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
            with Connection(server) as connection:
                outcome = connection.send("a@example.org", "b@example.org", build(MAIL))
            assert outcome.fault is expected
            assert ("CERTIFICATE_VERIFY_FAILED" in outcome.words) is not trusted
        assert len(office.taken) == 1


def _certificate(folder: Path) -> Path:
    """A certificate for localhost that is its own authority, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    moment = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def test_the_password_decides_whether_mails_are_taken() -> None:
    with post_office(auth_required=True) as office:
        for password, expected in (
            (PASSWORD, (MailStatus.SENT, MailFault.NONE)),
            ("wrong", (MailStatus.QUEUED, MailFault.SIGN_IN)),
        ):
            with Connection(replace(office.server, username="office", password=password)) as connection:
                outcome = connection.send("a@example.org", "b@example.org", build(MAIL))
            assert (outcome.status, outcome.fault) == expected
        assert outcome.words.startswith("535 ")
        assert PASSWORD not in repr(replace(office.server, password=PASSWORD))
        with Connection(office.server) as connection:
            outcome = connection.send("a@example.org", "b@example.org", build(MAIL))
        assert (outcome.fault, outcome.everybody) == (MailFault.SIGN_IN, True)


def test_a_connection_that_the_server_closed_meanwhile_is_made_anew() -> None:
    """A server that takes one mail a connection, then hangs up."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        taken: list[bytes] = []
        thread = threading.Thread(target=_one_mail_a_connection, args=(listener, 2, taken), daemon=True)
        thread.start()
        with Connection(Server("127.0.0.1", listener.getsockname()[1], MailSecurity.NONE)) as connection:
            outcomes = [connection.send("a@example.org", "b@example.org", build(MAIL)) for _ in range(2)]
        thread.join(10)
    assert [one.status for one in outcomes] == [MailStatus.SENT] * 2
    assert len(taken) == 2
    assert b"\r\n..\r\n" not in taken[0]


def _one_mail_a_connection(listener: socket.socket, times: int, taken: list[bytes]) -> None:
    for _ in range(times):
        connection, _address = listener.accept()
        with connection, connection.makefile("rwb") as wire:
            wire.write(b"220 ready\r\n")
            wire.flush()
            for line in wire:
                if line.upper().startswith(b"DATA"):
                    wire.write(b"354 go ahead\r\n")
                    wire.flush()
                    taken.append(b"".join(iter(wire.readline, b".\r\n")))
                    wire.write(b"250 taken\r\n")
                    wire.flush()
                    break
                wire.write(b"250 ok\r\n")
                wire.flush()
