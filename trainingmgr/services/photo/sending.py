"""Photographs between their upload and their confirmation: sealed, kept for a day, for the sender alone."""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import SealBrokenError
from trainingmgr.documents.photo_files import MOST_FILES, Found, files_in
from trainingmgr.documents.pictures import prepare_photo
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db, keyring, now, settings, transaction
from trainingmgr.models import BatchPhoto, PhotoBatch, Registration, Training
from trainingmgr.models.person import new_uid
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor

LIFE = timedelta(hours=24)


def keep(actor: Actor, training: Training, uploads: Iterable[tuple[str, IO[bytes]]]) -> str:
    """Keep what was sent, pictures or zips of them, as documents print it; gives the batch's name.

    A file that is no photograph is kept with its fault. Batches older than a day go. Raises Refusal
    `photo.none_sent`, `photo.too_many` (most), `photo.zip_broken` (file) or `photo.zip_too_large` (file, most).
    """
    uid = new_uid()
    folder = settings.instance / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Preparing takes seconds and needs no lock; what is ready waits in a file, since memory may not hold it all.
    with TemporaryFile(dir=folder) as store:
        rows: list[dict[str, Any]] = []
        for name, file in uploads:
            for found in files_in(name, file):
                rows.append(_prepared(found, uid, len(rows), store))
                if len(rows) > MOST_FILES:
                    raise Refusal("photo.too_many", most=MOST_FILES)
        if not rows:
            raise Refusal("photo.none_sent")
        with transaction() as session:
            purge(session)
            batch = PhotoBatch(uid=uid, training_id=training.id, user_id=actor.user_id)
            session.add(batch)
            session.flush()
            store.seek(0)
            for row in rows:
                size = row.pop("size")
                sealed = store.read(size) if size else None
                session.execute(
                    sa.insert(BatchPhoto), [{"batch_id": batch.id, "content_sealed": sealed} | row]
                )
            audit.record(
                session, actor, "photo.uploaded", "training", training.id, training=training, files=len(rows)
            )
    return uid


def _prepared(found: Found, uid: str, position: int, store: IO[bytes]) -> dict[str, Any]:
    """The columns of a file that was sent, and the `size` of what was laid into `store` for it."""
    row: dict[str, Any] = {
        "position": position,
        "path": found.path[-255:],
        "sha256": "",
        "width": 0,
        "height": 0,
        "fault": "",
        "fault_values": {},
        "replaced_by": "",
        "size": 0,
    }
    try:
        if found.fault is not None:
            raise found.fault
        photo = prepare_photo(found.data)
    except Refusal as refusal:
        return row | {"fault": refusal.code, "fault_values": dict(refusal.values)}
    size = store.write(keyring.seal(photo.data, seal_of(uid, position)))
    return row | {
        "sha256": sha256(photo.data).hexdigest(),
        "width": photo.width,
        "height": photo.height,
        "size": size,
    }


def seal_of(uid: str, position: int) -> str:
    """What the photograph at a place of a batch is sealed for."""
    return f"photo_batch:{uid}:{position}"


def purge(session: Session) -> None:
    """Let batches go that are older than a day, in the running transaction."""
    session.execute(sa.delete(PhotoBatch).where(PhotoBatch.created_at < now() - LIFE))


def let_old_go() -> None:
    """Let batches go that are older than a day, where nobody who sends another does so."""
    if db.session().scalar(sa.select(PhotoBatch.id).where(PhotoBatch.created_at < now() - LIFE).limit(1)):
        with transaction() as session:
            purge(session)


def find(session: Session, training_id: int, actor: Actor, uid: str) -> PhotoBatch:
    """What was sent, for whoever sent it alone. Raises NotFound, also past its life."""
    batch = session.scalar(
        sa.select(PhotoBatch).where(
            PhotoBatch.uid == uid,
            PhotoBatch.training_id == training_id,
            PhotoBatch.user_id == actor.user_id,
            PhotoBatch.former.is_(False),
            PhotoBatch.created_at >= now() - LIFE,
        )
    )
    if batch is None:
        raise NotFound("not_found")
    return batch


def content(session: Session, batch: PhotoBatch, photo_id: int) -> bytes:
    """The JPEG of one photograph of a batch. Raises NotFound, also where the keys are others by now."""
    row = session.execute(
        sa.select(BatchPhoto.content_sealed, BatchPhoto.position).where(
            BatchPhoto.id == photo_id, BatchPhoto.batch_id == batch.id
        )
    ).first()
    if row is None or row.content_sealed is None:
        raise NotFound("not_found")
    try:
        return keyring.unseal_bytes(row.content_sealed, seal_of(batch.uid, row.position))
    except SealBrokenError as error:
        raise NotFound("not_found") from error


def choose(actor: Actor, training_id: int, uid: str, photo_id: int, registration_id: int | None) -> None:
    """Say by hand whose a photograph is, or take that back with None. Raises NotFound."""
    with transaction() as session:
        batch = find(session, training_id, actor, uid)
        row = session.scalar(
            sa.select(BatchPhoto)
            .options(sa.orm.defer(BatchPhoto.content_sealed))
            .where(BatchPhoto.id == photo_id, BatchPhoto.batch_id == batch.id)
            .with_for_update()
        )
        registration = session.get(Registration, registration_id) if registration_id else None
        if row is None or (registration_id and registration is None):
            raise NotFound("not_found")
        if registration is not None and registration.training_id != training_id:
            raise NotFound("not_found")
        row.registration_id = registration_id
        audit.record(
            session,
            actor,
            "photo.chosen",
            "registration",
            registration_id,
            training=session.get_one(Training, training_id),
        )


def discard(actor: Actor, training_id: int, uid: str) -> None:
    """Let a batch go. Raises NotFound."""
    with transaction() as session:
        session.delete(find(session, training_id, actor, uid))
        audit.record(
            session,
            actor,
            "photo.discarded",
            "training",
            training_id,
            training=session.get_one(Training, training_id),
        )
