"""Reading the mailboxes that bounces come back to."""

from collections.abc import Callable

from trainingmgr.crypto import SealBrokenError
from trainingmgr.extensions import db, now, transaction
from trainingmgr.mail import MailboxError, Place, read_bounce, read_new
from trainingmgr.models import MailServer
from trainingmgr.queries.mail import claiming
from trainingmgr.queries.mail.server import OTHER_KEYS, mailbox_of


def read_mailboxes(*, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Look into every mailbox whose turn it is, and mark the mails that came back with the reason."""
    while not should_stop():
        organisation_id = claiming.mailbox_due(db.session())
        if organisation_id is None:
            return
        with transaction() as session:
            row = claiming.claim_mailbox(session, organisation_id)
        if row is not None:
            read_mailbox(row)


def read_mailbox(row: MailServer) -> str:
    """Read one mailbox; gives the server's answer where it could not be read, else nothing."""
    organisation_id, place, fault = row.organisation_id, Place(row.read_validity, row.read_from), ""
    found: list[bytes] = []
    try:
        mailbox = mailbox_of(row)
        db.session.rollback()
        found, place = read_new(mailbox, place, now().date())
    except SealBrokenError:
        fault = OTHER_KEYS
    except MailboxError as error:
        fault = str(error)
    bounces = [bounce for one in found if (bounce := read_bounce(one)) is not None]
    with transaction() as session:
        for bounce in bounces:
            claiming.mark_bounced(session, organisation_id, bounce.uid, bounce.reason)
        claiming.note_reading(session, organisation_id, place.validity, place.last, fault)
    return fault
