"""Taking a holder's data out of a certificate, for every use case that has to."""

from dataclasses import replace
from json import loads

from sqlalchemy.orm import Session

from trainingmgr.extensions import now
from trainingmgr.models import Certificate, MailMessage
from trainingmgr.queries.certificate.verification import snapshot_of
from trainingmgr.queries.mail.erasing import blank


def erase_holder(session: Session, row: Certificate) -> str | None:
    """Let the holder's name go from a certificate; serial, code, hash, training, dates, hours and status stay.

    Gives the key under which its file lies, for the caller to delete after the commit; None where there is none.
    """
    bare = replace(
        snapshot_of(row),
        holder_name="",
        holder_latin_name=None,
        holder_detail=None,
        holder_unit="",
        holder_unit_en="",
        holder_post="",
        topic_zh="",
        topic_en="",
        photo="",
        verify_url="",
        substitutes=(),
    )
    key = row.file_key
    row.erased_at, row.file_key = now(), None
    row.registration_id = row.lecturer_id = None
    row.collected_by = ""
    row.snapshot = loads(bare.to_json())
    blank(session, MailMessage.certificate_id == row.id)
    return key
