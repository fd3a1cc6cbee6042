"""What units are told on their pages."""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.attachment import check_attachment
from trainingmgr.extensions import storage, transaction
from trainingmgr.models import NominationNotice, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor


def set_notice(
    actor: Actor,
    training: Training,
    text_zh: str,
    text_en: str,
    *,
    late_replacement: bool,
    file: tuple[str, bytes] | None = None,
) -> None:
    """Say what units read, and whether they may replace people after the last day.

    `file` is the name and the bytes of a PDF or picture, which takes the place of one there was. Raises
    what `check_attachment` raises.
    """
    checked = check_attachment(*file) if file is not None else None
    old = None
    with transaction() as session:
        row = _locked(session, training.id)
        row.text_zh, row.text_en, row.late_replacement = text_zh, text_en, late_replacement
        if checked is not None:
            old, key = row.file_key, f"nominations/{secrets.token_hex(16)}"
            storage.put(key, checked.data)
            row.file_name, row.media_type = checked.name, checked.media_type
            row.sha256, row.file_key = checked.sha256, key
        audit.record(
            session,
            actor,
            "nomination.notice_set",
            "training",
            training.id,
            training=training,
            file=checked.name if checked else "",
        )
    if old:
        storage.delete(old)


def drop_file(actor: Actor, training: Training) -> None:
    """Take the notice's file away, if there is one."""
    with transaction() as session:
        row = _locked(session, training.id)
        old = row.file_key
        if old is None:
            return
        row.file_name, row.media_type, row.sha256, row.file_key = "", "", None, None
        audit.record(
            session, actor, "nomination.notice_file_removed", "training", training.id, training=training
        )
    storage.delete(old)


def _locked(session: Session, training_id: int) -> NominationNotice:
    session.execute(sa.select(Training.id).where(Training.id == training_id).with_for_update(key_share=True))
    row = session.scalar(sa.select(NominationNotice).where(NominationNotice.training_id == training_id))
    if row is None:
        row = NominationNotice(training_id=training_id)
        session.add(row)
        session.flush()
    return row
