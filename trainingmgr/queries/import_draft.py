"""Uploaded files between their preview and their confirmation: sealed, kept for a day, for the uploader alone."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import SealBrokenError
from trainingmgr.domain.refusal import NotFound
from trainingmgr.extensions import keyring, now
from trainingmgr.models import ImportDraft, Training
from trainingmgr.models.person import new_uid
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor

DRAFT_LIFE = timedelta(hours=24)
ROSTER, ATTENDANCE, QUOTA, TIMETABLE = "roster", "attendance", "quota", "timetable"
_OTHERS = (ATTENDANCE, QUOTA, TIMETABLE)


def keep(
    session: Session,
    actor: Actor,
    training: Training,
    file_name: str,
    data: bytes,
    *,
    kind: str = ROSTER,
) -> str:
    """Keep an upload, note it under its kind (`roster.uploaded` and the like), and give its name back.

    Uploads older than a day go.
    """
    uid, name = new_uid(), file_name[-255:]
    session.execute(sa.delete(ImportDraft).where(ImportDraft.created_at < now() - DRAFT_LIFE))
    session.add(
        ImportDraft(
            uid=uid,
            training_id=training.id,
            user_id=actor.user_id,
            file_name=name,
            content_sealed=keyring.seal(data, _seal_of(uid)),
            mapping={} if kind == ROSTER else {kind: True},
        )
    )
    audit.record(session, actor, f"{kind}.uploaded", "training", training.id, training=training, file=name)
    return uid


def find(session: Session, training_id: int, actor: Actor, uid: str, *, kind: str = ROSTER) -> ImportDraft:
    """The upload, for whoever made it alone. Raises NotFound, also past its life or for another kind of file."""
    draft = session.scalar(
        sa.select(ImportDraft).where(
            ImportDraft.uid == uid,
            ImportDraft.training_id == training_id,
            ImportDraft.user_id == actor.user_id,
            ImportDraft.created_at >= now() - DRAFT_LIFE,
        )
    )
    if draft is None or next((one for one in _OTHERS if one in draft.mapping), ROSTER) != kind:
        raise NotFound("draft_not_found")
    return draft


def content(draft: ImportDraft) -> bytes:
    """The bytes of a kept upload. Raises NotFound where the keys are others by now."""
    try:
        return keyring.unseal_bytes(draft.content_sealed, _seal_of(draft.uid))
    except SealBrokenError as error:
        raise NotFound("draft_not_found") from error


def discard(session: Session, training_id: int, actor: Actor, uid: str) -> None:
    """Let a kept upload go, if it is still there."""
    session.execute(
        sa.delete(ImportDraft).where(
            ImportDraft.uid == uid,
            ImportDraft.training_id == training_id,
            ImportDraft.user_id == actor.user_id,
        )
    )


def _seal_of(uid: str) -> str:
    return f"import_draft:{uid}:content"
