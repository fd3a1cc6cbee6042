"""What is read out of messages that came back, of every make of server, and what is no bounce."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail.bounces import OURS, PER_MESSAGE, UID, failed, message, per_recipient, report
from trainingmgr.mail import read_bounce

FIELDS = f"{PER_MESSAGE}\n{per_recipient()}"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("postfix", failed(), "550 5.1.1 User unknown"),
        (
            "postfix, folded",
            failed(
                "smtp; 550-5.1.1 The account that you tried to reach does not exist.\n    550 5.1.1 See help"
            ),
            "550-5.1.1 The account that you tried to reach does not exist. 550 5.1.1 See help",
        ),
        (
            "the whole mail came back",
            report(FIELDS, original_type="message/rfc822", original=f"Message-ID: {OURS}\n\nDear all"),
            "550 5.1.1 User unknown",
        ),
        (
            "no copy, but an answer to ours",
            report(
                FIELDS, original="Subject: x", headers=f"From: postmaster@example.net\nIn-Reply-To: {OURS}"
            ),
            "550 5.1.1 User unknown",
        ),
        (
            "fields in base64",
            report(
                base64.encodebytes(FIELDS.replace("\n", "\r\n").encode()).decode(),
                status_headers="Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64",
            ),
            "550 5.1.1 User unknown",
        ),
        (
            "no diagnosis",
            report(f"{PER_MESSAGE}\nFinal-Recipient: rfc822; a@b.cn\nAction: Failed\nStatus: 5.4.7\n"),
            "5.4.7",
        ),
        (
            "two recipients, the second failed",
            report(f"{PER_MESSAGE}\n{per_recipient('relayed', 'smtp; 250 ok')}\n{per_recipient()}"),
            "550 5.1.1 User unknown",
        ),
        (
            "exim, a letter",
            message(
                "From: Mail Delivery System <Mailer-Daemon@mx.example.net>\nX-Failed-Recipients: wang@example.net",
                "This message was created automatically.\n\n  wang@example.net\n"
                f"    host in.example.net: 550 Unrouteable address\n\nMessage-Id: {OURS}\n",
            ),
            "550 Unrouteable address",
        ),
        (
            "a letter in Chinese",
            message(
                "From: Postmaster@example.cn\nContent-Type: text/plain; charset=gb18030\n"
                "Content-Transfer-Encoding: base64",
                base64.encodebytes(
                    f"抱歉，您的邮件被退回。\n原因：550 5.2.1 收件人不存在\n原邮件：{OURS}".encode("gb18030")
                ).decode(),
            ),
            "550 5.2.1 收件人不存在",
        ),
    ],
)
def test_a_bounce_names_our_mail_and_the_reason(name: str, data: bytes, reason: str) -> None:
    bounce = read_bounce(data)
    assert bounce is not None, name
    assert (bounce.uid, bounce.reason) == (UID, reason)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a delay", report(f"{PER_MESSAGE}\n{per_recipient('delayed', 'smtp; 451 try later')}")),
        ("a receipt", report(f"{PER_MESSAGE}\n{per_recipient('delivered', 'smtp; 250 ok')}")),
        ("of somebody else's mail", report(FIELDS, original="Message-ID: <other@example.org>")),
        (
            "a person on holiday",
            message(f"From: Wang <wang@example.net>\nIn-Reply-To: {OURS}", "I am away until 550 o'clock."),
        ),
        (
            "a machine that puts off",
            message("From: MAILER-DAEMON@example.net", f"451 4.7.1 greylisted, still trying\n{OURS}"),
        ),
    ],
)
def test_what_is_no_bounce_changes_nothing(name: str, data: bytes) -> None:
    assert read_bounce(data) is None, name


def test_messages_within_messages_without_an_end_tell_nothing() -> None:
    inner = b"From: mailer-daemon@example.net\nContent-Type: message/rfc822\n\n"
    assert read_bounce(inner * 1500) is None


def test_a_report_that_was_cut_off_behind_its_fields_is_still_read() -> None:
    whole = report(
        FIELDS,
        original_type="message/rfc822",
        original=f"Message-ID: {OURS}\nContent-Type: application/pdf\n\n" + "JVBERi0x\n" * 400,
    )
    cut = read_bounce(whole[: whole.index(b"JVBERi0x") + 900])
    assert cut is not None
    assert cut.uid == UID


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 900), st.integers(0, 40))
def test_no_message_whatsoever_breaks_the_reading(noise: bytes, at: int, length: int) -> None:
    data = failed()
    read_bounce(noise)
    read_bounce(data[:at] + noise + data[at + length :])
