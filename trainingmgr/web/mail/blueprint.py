"""The blueprint that the screens of mail share."""

from flask import Blueprint, abort

from trainingmgr.extensions import db
from trainingmgr.http.locale import language
from trainingmgr.http.words.mail import FAULTS
from trainingmgr.models import MailMessage, Organisation
from trainingmgr.queries.mail import outbox

bp = Blueprint("mail", __name__)


def organisation(organisation_id: int) -> Organisation:
    return db.session().get_one(Organisation, organisation_id)


def mail_named(organisation_id: int, mail_uid: str) -> MailMessage:
    """The mail that an address names; 404 for one of another organisation."""
    row = outbox.by_uid(db.session(), organisation_id, mail_uid)
    if row is None:
        abort(404)
    return row


def asked_language(asked: str | None) -> str:
    """The language of a mail that a form or an address asks for; that of the screen where it is none."""
    return asked if asked in {"zh", "en"} else language()


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {"mail_faults": FAULTS}
