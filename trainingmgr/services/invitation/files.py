"""Slides and biographies of lecturers: kept, released, taken away."""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.lecture_file import check_lecture_file
from trainingmgr.domain.invitation import MOST_FILES, LectureFileKind
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import now, storage, transaction
from trainingmgr.models import AnySession, LectureFile, Training
from trainingmgr.queries import audit
from trainingmgr.queries import invitation as queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.invitation import Guest
from trainingmgr.queries.locking import locked
from trainingmgr.services.invitation._common import invited, still_open

MOST_WORDS = 4000
"""Characters of a biography."""


def upload(guest: Guest, kind: LectureFileKind, session_id: int | None, name: str, data: bytes) -> int:
    """Keep what a lecturer sends, and give its id: slides for a session that they were asked for, or a biography.

    Raises Refusal `lecture_file.too_many` (limit), `invitation.link_ended`, what `check_lecture_file` raises;
    NotFound.
    """
    checked = check_lecture_file(name, data)
    key = f"lectures/{secrets.token_hex(16)}"
    with transaction() as session:
        lecturer = still_open(session, guest)
        if kind is LectureFileKind.SLIDES:
            invited(session, lecturer.id, session_id or 0)
        kept = session.scalar(
            sa.select(sa.func.count()).select_from(LectureFile).where(LectureFile.lecturer_id == lecturer.id)
        )
        if (kept or 0) >= MOST_FILES:
            raise Refusal("lecture_file.too_many", limit=MOST_FILES)
        storage.put(key, checked.data)
        row = LectureFile(
            lecturer_id=lecturer.id,
            session_id=session_id if kind is LectureFileKind.SLIDES else None,
            kind=kind,
            name=checked.name,
            media_type=checked.media_type,
            size=len(checked.data),
            sha256=checked.sha256,
            file_key=key,
        )
        session.add(row)
        session.flush()
        audit.record(
            session,
            guest.actor,
            "invitation.file_sent",
            "lecture_file",
            row.id,
            organisation_id=lecturer.organisation_id,
            lecturer=lecturer.id,
        )
        return row.id


def remove(guest: Guest, file_id: int) -> None:
    """Take a file away that the lecturer sent. Raises Refusal `invitation.link_ended`; NotFound."""
    with transaction() as session:
        lecturer = still_open(session, guest)
        row = queries.file_of(session, lecturer.id, file_id)
        if row is None:
            raise NotFound("not_found")
        key = row.file_key
        session.delete(row)
        audit.record(
            session,
            guest.actor,
            "invitation.file_removed",
            "lecture_file",
            file_id,
            organisation_id=lecturer.organisation_id,
            lecturer=lecturer.id,
        )
    storage.delete(key)


def set_biography(guest: Guest, text: str) -> None:
    """Say who the lecturer is, in their own words. Raises Refusal `invitation.link_ended`."""
    with transaction() as session:
        lecturer = still_open(session, guest)
        lecturer.biography = text[:MOST_WORDS]
        audit.record(
            session,
            guest.actor,
            "invitation.biography",
            "lecturer",
            lecturer.id,
            organisation_id=lecturer.organisation_id,
        )


def release(actor: Actor, training: Training, lecturer_id: int, file_id: int, *, on: bool) -> None:
    """Let participants have slides, or no longer. Raises NotFound."""
    with transaction() as session:
        row = locked(session, training.id)
        file = _slides(session, row.id, lecturer_id, file_id)
        file.released_at = now() if on else None
        audit.record(
            session,
            actor,
            "invitation.slides_released" if on else "invitation.slides_kept_back",
            "lecture_file",
            file.id,
            training=row,
            lecturer=lecturer_id,
        )


def file_bytes(file: LectureFile) -> bytes:
    """What was kept, byte for byte."""
    return storage.get(file.file_key)


def _slides(session: Session, training_id: int, lecturer_id: int, file_id: int) -> LectureFile:
    row = session.scalar(
        sa.select(LectureFile)
        # Also of one that has lost its time or its lecturer since: outsiders are still told of it until the next version.
        .join(AnySession, AnySession.id == LectureFile.session_id)
        .where(
            LectureFile.id == file_id,
            LectureFile.lecturer_id == lecturer_id,
            LectureFile.kind == LectureFileKind.SLIDES,
            AnySession.training_id == training_id,
        )
        .with_for_update(of=LectureFile)
    )
    if row is None:
        raise NotFound("not_found")
    return row
