"""Mail servers of the installation's own network are known as such, and not connected to where that is not allowed."""

from dataclasses import replace
from datetime import date

import pytest

from tests.mail.post_office import post_office
from trainingmgr.domain.mail import MailSecurity, MailStatus
from trainingmgr.mail import Connection, Mailbox, MailboxError, Place, is_inward, read_new


@pytest.mark.parametrize(
    ("host", "inward"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("10.1.2.3", True),
        ("192.168.0.9", True),
        ("169.254.169.254", True),
        ("::1", True),
        ("2130706433", True),
        ("8.8.8.8", False),
        ("no-such-host.invalid", False),
    ],
)
def test_a_host_is_judged_by_where_its_name_leads(host: str, inward: bool) -> None:
    assert is_inward(host, 25) == inward


def test_neither_mail_nor_mailbox_is_connected_to_inwards_where_that_is_not_allowed() -> None:
    with post_office() as office, Connection(replace(office.server, inward=False)) as connection:
        outcome = connection.send("office@example.org", "reader@example.org", b"Subject: x\r\n\r\nx")
        assert (outcome.status, outcome.everybody) == (MailStatus.QUEUED, True)
        assert "own network" in outcome.words
    mailbox = Mailbox("127.0.0.1", 1, MailSecurity.NONE, "office", "x", inward=False)
    with pytest.raises(MailboxError, match="own network"):
        read_new(mailbox, Place(), date(2026, 5, 1))
