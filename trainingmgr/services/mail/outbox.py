"""What an organiser does with mails that are written: sending them again, or not at all."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import MailStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import MailMessage, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.mail import repeating
from trainingmgr.queries.mail.outbox import Box


def send_again(actor: Actor, organisation_id: int, uid: str) -> str:
    """Queue a mail again; gives the name of the one that will be sent, its own or another's.

    Raises NotFound and what `repeating.repeat` refuses.
    """
    try:
        with transaction() as session:
            row = repeating.locked(session, organisation_id, uid)
            again = repeating.repeat(session, row)
            _note(session, actor, "mail.again", again)
            return again.uid
    except IntegrityError:
        # Somebody else asked for the same at this very moment.
        raise Refusal("mail.repeated") from None


def cancel(actor: Actor, organisation_id: int, uid: str) -> None:
    """Let a mail that waits not be sent. Raises NotFound, Refusal `mail.not_waiting`."""
    with transaction() as session:
        row = repeating.locked(session, organisation_id, uid)
        if row.status is not MailStatus.QUEUED:
            raise Refusal("mail.not_waiting")
        # A worker that has it in hand finds that it lost it before the text leaves.
        row.status, row.worker, row.lease_until = MailStatus.CANCELLED, "", None
        _note(session, actor, "mail.cancelled", row)


def send_all_again(actor: Actor, box: Box, status: MailStatus) -> int:
    """Queue all mails that failed, or that were kept here, again; gives how many.

    Raises Refusal `mail.no_server`; ValueError for another status.
    """
    with transaction() as session:
        count = repeating.repeat_all(session, box, status)
        if count:
            audit.record(
                session,
                actor,
                "mail.all_again",
                "mail",
                training=session.get_one(Training, box.training_id) if box.training_id else None,
                organisation_id=box.organisation_id,
                mails=count,
                status=status.value,
            )
        return count


def _note(session: Session, actor: Actor, action: str, row: MailMessage) -> None:
    training = session.get(Training, row.training_id) if row.training_id else None
    audit.record(
        session,
        actor,
        action,
        "mail",
        row.id,
        training=training,
        organisation_id=row.organisation_id,
        kind=row.kind.value,
    )
