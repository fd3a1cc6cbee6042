"""Giving people their photographs, taking them away, and taking either back."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.pictures import prepare_photo
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db, keyring, storage, transaction
from trainingmgr.models import AuditEntry, BatchPhoto, Person, PhotoBatch, Registration, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.photo import photo_key, unused_keys
from trainingmgr.services.photo.planning import Plan, plan_of
from trainingmgr.services.photo.sending import content, find, purge, seal_of

_ACTS = frozenset({"photo.set", "photo.removed", "photo.imported"})


class Given(NamedTuple):
    """How many people's photographs were changed; `undo` names the change for `undo`, None where nothing was."""

    people: int
    undo: int | None = None


def give(actor: Actor, training_id: int, registration_id: int, data: bytes) -> Given:
    """Make a picture the photograph of a participant, in place of the one there may be.

    Raises NotFound, or the refusals of `documents.pictures.prepare_photo`.
    """
    photo = prepare_photo(data)
    digest = sha256(photo.data).hexdigest()
    _person(db.session(), training_id, registration_id)
    with _laid([(digest, photo.data)]):
        done, gone = _change_one(actor, training_id, registration_id, digest)
    _forget(gone)
    return done


def take_away(actor: Actor, training_id: int, registration_id: int) -> Given:
    """Let a participant have no photograph. Raises NotFound."""
    done, gone = _change_one(actor, training_id, registration_id, "")
    _forget(gone)
    return done


def _change_one(actor: Actor, training_id: int, registration_id: int, digest: str) -> tuple[Given, list[str]]:
    with transaction() as session:
        training = session.get_one(Training, training_id)
        person = _person(session, training_id, registration_id)
        if person.photo == digest:
            return Given(0), []
        batch, gone = _replace(session, actor, training, {person.id: digest})
        entry = audit.record(
            session,
            actor,
            "photo.set" if digest else "photo.removed",
            "registration",
            registration_id,
            training=training,
            before=[batch.uid],
        )
        session.flush()
        return Given(1, entry.id), gone


def confirm(actor: Actor, training_id: int, uid: str, expected: int) -> Given:
    """Give everybody whom a file of the batch fits the photograph, or nobody; the batch goes.

    `expected` is how many the sender was told of. Raises NotFound, Refusal `photo.moved` where the roster
    was changed since, and `photo.nothing_fits`.
    """
    session = db.session()
    batch = find(session, training_id, actor, uid)
    plan = plan_of(session, session.get_one(Training, training_id), batch)
    if not plan.written:
        raise Refusal("photo.nothing_fits")
    if len(plan.written) != expected:
        raise Refusal("photo.moved")
    files = ((line.sha256, content(session, batch, line.photo_id)) for line in plan.written)
    with _laid(files):
        done, gone = _confirm(actor, training_id, plan)
    _forget(gone)
    return done


def _confirm(actor: Actor, training_id: int, seen: Plan) -> tuple[Given, list[str]]:
    with transaction() as session:
        training = session.get_one(Training, training_id)
        batch = find(session, training_id, actor, seen.uid)
        wanted = _wanted(seen)
        if _wanted(plan_of(session, training, batch)) != wanted:
            raise Refusal("photo.moved")
        former, gone = _replace(session, actor, training, wanted)
        session.delete(batch)
        entry = audit.record(
            session,
            actor,
            "photo.imported",
            "training",
            training_id,
            training=training,
            people=len(wanted),
            left_out=seen.left_out,
            before=[former.uid],
        )
        session.flush()
        return Given(len(wanted), entry.id), gone


def undo(actor: Actor, training_id: int, change: int) -> Given:
    """Take back one act, once: those whose photograph nobody has changed since have again what they had.

    `change` is the `undo` of its `Given`. Raises Refusal `undo_gone` for an act of somebody else's, an old
    one, or one that was taken back already.
    """
    session = db.session()
    _entry, former = _former(session, actor, training_id, change)
    files = ((one.sha256, content(session, one.batch, one.photo_id)) for one in former if one.sha256)
    with _laid(files):
        done, gone = _undo(actor, training_id, change)
    _forget(gone)
    return done


def _undo(actor: Actor, training_id: int, change: int) -> tuple[Given, list[str]]:
    with transaction() as session:
        # Of two presses of one button the second waits here, and finds the first one's entry.
        training = locked(session, training_id)
        entry, former = _former(session, actor, training_id, change)
        gone, restored = [], 0
        for one in former:
            person = session.get_one(Person, one.person_id, with_for_update=True)
            if person.photo == one.replaced_by:
                gone.append(person.photo)
                person.photo = one.sha256
                restored += 1
        session.flush()
        session.execute(sa.delete(PhotoBatch).where(PhotoBatch.id.in_({one.batch.id for one in former})))
        audit.record_undo(session, actor, "photo.undone", training, entry, people=restored)
        return Given(restored), gone


class _Former(NamedTuple):
    """What one person had before an act."""

    photo_id: int
    batch: PhotoBatch
    person_id: int
    sha256: str
    replaced_by: str


def _former(
    session: Session, actor: Actor, training_id: int, change: int
) -> tuple[AuditEntry, list[_Former]]:
    """The entry of an act and what stood before it. Raises Refusal `undo_gone`."""
    entry = audit.to_undo(session, actor, training_id, change, _ACTS)
    if entry is None:
        raise Refusal("undo_gone")
    rows = session.execute(
        sa.select(BatchPhoto.id, PhotoBatch, Person.id, BatchPhoto.sha256, BatchPhoto.replaced_by)
        .join(PhotoBatch, PhotoBatch.id == BatchPhoto.batch_id)
        .join(Person, Person.id == BatchPhoto.person_id)
        .where(PhotoBatch.uid.in_(entry.details["before"]), PhotoBatch.former.is_(True))
        .order_by(Person.id)
    )
    found = [_Former(*row) for row in rows]
    if not found:
        raise Refusal("undo_gone")
    return entry, found


def _wanted(plan: Plan) -> dict[int, str]:
    return {line.people[0].person_id: line.sha256 for line in plan.written}


def _person(session: Session, training_id: int, registration_id: int) -> Person:
    person = session.scalar(
        sa.select(Person)
        .join(Registration, Registration.person_id == Person.id)
        .where(Registration.id == registration_id, Registration.training_id == training_id)
    )
    if person is None:
        raise NotFound("not_found")
    return person


def _replace(
    session: Session, actor: Actor, training: Training, wanted: Mapping[int, str]
) -> tuple[PhotoBatch, list[str]]:
    """Change the photographs of people (by id, empty for none), keeping what stood before for an undo.

    Gives that batch, and the SHA-256 of those that somebody had before.
    """
    purge(session)
    batch = PhotoBatch(training_id=training.id, user_id=actor.user_id, former=True)
    session.add(batch)
    session.flush()
    gone = []
    people = session.scalars(
        sa.select(Person).where(Person.id.in_(wanted)).order_by(Person.id).with_for_update()
    ).all()
    for position, person in enumerate(people):
        former, sealed = person.photo, None
        if former:
            gone.append(former)
            try:
                sealed = keyring.seal(storage.get(photo_key(former)), seal_of(batch.uid, position))
            except FileNotFoundError:
                former = ""
        session.add(
            BatchPhoto(
                batch_id=batch.id,
                position=position,
                person_id=person.id,
                sha256=former,
                content_sealed=sealed,
                replaced_by=wanted[person.id],
            )
        )
        person.photo = wanted[person.id]
    session.flush()
    return batch, gone


@contextmanager
def _laid(files: Iterable[tuple[str, bytes]]) -> Iterator[None]:
    """Lay photographs by SHA-256 into the storage for the block; those that nobody has go again where it fails."""
    laid = []
    try:
        for digest, data in files:
            laid.append(digest)
            storage.put(photo_key(digest), data)
        yield
    except BaseException:
        _forget(laid)
        raise


def _forget(digests: Collection[str]) -> None:
    """Delete those of these photographs that nobody has any more, once what took them away is committed."""
    session = db.session()
    session.rollback()
    for key in unused_keys(session, digests):
        storage.delete(key)
