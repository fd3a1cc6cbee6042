"""Two records of one person made one, and taken apart again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import db, storage, transaction
from trainingmgr.models import (
    ApartPeople,
    CalendarEntry,
    Nomination,
    Person,
    PersonMerge,
    Registration,
    Training,
)
from trainingmgr.queries import audit, known_people, places
from trainingmgr.queries import person as people
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.record import Record
from trainingmgr.queries.references import pointing_at, references_to
from trainingmgr.queries.same_person import MERGE_UNDO_WITHIN, forget_old, old_merges
from trainingmgr.queries.twins import twins
from trainingmgr.services.people.planning import FACTS, Both, MergePlan, plan

MERGE_ACTIONS = frozenset({"person.merge"})

_PERSON = cast("sa.Table", Person.__table__)
_CALENDAR = cast("sa.Table", CalendarEntry.__table__)
_REGISTRATION = cast("sa.Table", Registration.__table__)
_APART = cast("sa.Table", ApartPeople.__table__)
_NOMINATION = cast("sa.Table", Nomination.__table__)
_MERGE = cast("sa.Table", PersonMerge.__table__)


@dataclass(frozen=True, slots=True)
class MergeDone:
    """How many registrations are the one's who stays, how many went. `undo` names the merge for `undo_merge`."""

    moved: int
    dropped: int
    undo: int


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """The person who is there again; `left` rows were changed since and stay as they are."""

    person_id: int
    left: int


def merge(
    actor: Actor,
    organisation_id: int,
    staying_id: int,
    going_id: int,
    taken: frozenset[str] | None = None,
    kept: Mapping[int, int] | None = None,
) -> MergeDone:
    """Make two people one: every registration of the one who goes is the other's afterwards.

    `taken` and `kept` as in `plan`. Certificates stay as they were issued, with the registrations that
    they belong to. Places that come free where both were on one training go to whoever waits longest,
    if the training wants that. Raises NotFound; Refusal `people.same`, or an obstacle of the plan:
    `people.merge_sample`, `people.merge_being_issued`, `people.merge_requests`,
    `people.merge_twice_on` (code), `people.merge_keep_other` (code).
    """
    with transaction() as session:
        known_people.lock_people(session, organisation_id)
        standing = _lock(session, staying_id, going_id)
        made = plan(session, organisation_id, staying_id, going_id, taken, kept)
        if made.obstacles:
            raise made.obstacles[0]
        photo = _photo_left(made)
        record = Record(session)
        session.expire_all()
        for one in made.both:
            _one_place(record, session, one)
        moved = _bring_over(record, session, staying_id, going_id)
        _become_one(record, session, made)
        session.expire_all()
        people.refresh_registration_keys(session, [staying_id])
        promoted = {
            str(training.id): [one.written() for one in places.fill_freed(session, actor, training, before)]
            for training, before in standing
        }
        entry = audit.record(
            session,
            actor,
            "person.merge",
            "person",
            staying_id,
            organisation_id=organisation_id,
            merged=going_id,
            registrations=moved,
            dropped=len(made.both),
            fields=[one.name for one in made.facts if one.taken],
            promoted={code: rows for code, rows in promoted.items() if rows},
            before="person_merge",
        )
        session.flush()
        session.add(
            PersonMerge(
                entry_id=entry.id,
                kept_id=staying_id,
                gone_id=going_id,
                sealed=record.sealed(_place(organisation_id, going_id)),
                photo=photo,
            )
        )
        keys = forget_old(session)
    for key in keys:
        storage.delete(key)
    return MergeDone(moved, len(made.both), entry.id)


def undo_merge(actor: Actor, organisation_id: int, change: int) -> MergeUndone:
    """Take a merge apart again, once: both are as they were, with all that nobody has touched since.

    `change` is the `undo` of its `MergeDone`. Raises Refusal `undo_gone` for a merge by somebody else, an
    old one, one that was taken back already, or where something stands in its way by now;
    `places.undo_beyond_capacity` where others have the places.
    """
    try:
        with transaction() as session:
            known_people.lock_people(session, organisation_id)
            entry = audit.to_undo_in_organisation(
                session, actor, organisation_id, change, MERGE_ACTIONS, MERGE_UNDO_WITHIN
            )
            row = session.scalar(sa.select(PersonMerge).where(PersonMerge.entry_id == change))
            if entry is None or row is None:
                raise Refusal("undo_gone")
            promoted = cast("dict[str, list[list[Any]]]", entry.details.get("promoted", {}))
            standing = [locked(session, int(one)) for one in sorted(promoted, key=int)]
            before = [places.of(session, one).over for one in standing]
            for training in standing:
                places.send_back(session, training.id, promoted[str(training.id)])
            record = Record.opened(session, row.sealed, _place(organisation_id, row.gone_id))
            kept_id, gone_id = row.kept_id, row.gone_id
            session.delete(row)
            session.flush()
            left = record.take_back()
            session.expire_all()
            people.refresh_registration_keys(session, [kept_id, gone_id])
            if any(places.of(session, one).over > over for one, over in zip(standing, before, strict=True)):
                raise Refusal("places.undo_beyond_capacity")
            audit.record_undo(session, actor, "person.merge_undone", None, entry, left=left)
            return MergeUndone(gone_id, left)
    except IntegrityError as error:
        raise Refusal("undo_gone") from error


def _place(organisation_id: int, gone_id: int) -> str:
    return f"person_merge:{organisation_id}:{gone_id}"


def _lock(session: Session, staying_id: int, going_id: int) -> list[tuple[Training, places.Standing]]:
    """Take the places of trainings that both are on into one's hands, then both people."""
    mine, theirs = sa.orm.aliased(Registration), sa.orm.aliased(Registration)
    shared = (
        sa.select(mine.training_id)
        .join(theirs, theirs.training_id == mine.training_id)
        .where(mine.person_id == staying_id, theirs.person_id == going_id)
        .order_by(mine.training_id)
    )
    trainings = [locked(session, one) for one in session.scalars(shared).all()]
    session.execute(
        sa.select(Person.id)
        .where(Person.id.in_((staying_id, going_id)))
        .order_by(Person.id)
        .with_for_update()
    )
    return [(one, places.standing(session, one)) for one in trainings]


def _photo_left(made: MergePlan) -> str:
    """The photograph that neither has afterwards."""
    taken = any(one.name == "photo" and one.taken for one in made.facts)
    left, stays = (made.staying.photo, made.going.photo) if taken else (made.going.photo, made.staying.photo)
    return left if left != stays else ""


def _one_place(record: Record, session: Session, one: Both) -> None:
    """Let one of two registrations for a training have what hangs on both; the other goes."""
    kept, dropped = cast("int", one.kept), one.dropped.id
    for column in references_to(Registration):
        table = column.table
        for pair in twins(session, column, dropped, kept):
            if column.nullable:
                record.change(table, pair.going, {column.name: None})
            else:
                _let_go(record, session, table, pair.going)
        rows = session.scalars(sa.select(table.c.id).where(column == dropped).order_by(table.c.id)).all()
        record.move(column, rows, dropped, kept)
    # Somebody named as the double of the registration that they now are is nobody's double.
    own = sa.select(_NOMINATION.c.id).where(
        _NOMINATION.c.registration_id == kept, _NOMINATION.c.double_of_id == kept
    )
    for nomination_id in session.scalars(own).all():
        record.change(_NOMINATION, nomination_id, {"double_of_id": None})
    record.drop(_REGISTRATION, [dropped])


def _let_go(record: Record, session: Session, table: sa.Table, row_id: int) -> None:
    """Delete a row, and let go of it first whatever only points to it."""
    for other in pointing_at(table.name):
        if not other.nullable:
            continue
        rows = session.scalars(sa.select(other.table.c.id).where(other == row_id)).all()
        for one in rows:
            record.change(other.table, one, {other.name: None})
    record.drop(table, [row_id])


def _bring_over(record: Record, session: Session, staying_id: int, going_id: int) -> int:
    """Let every row that names the one who goes name the other; gives the number of registrations."""
    moved = 0
    for column in references_to(Person):
        table = column.table
        rows = session.scalars(sa.select(table.c.id).where(column == going_id).order_by(table.c.id)).all()
        if table is _APART or table is _MERGE:
            continue
        if table is _CALENDAR:
            # The feed that was told this ends with whom it was for.
            record.drop(table, rows)
            continue
        record.move(column, rows, going_id, staying_id)
        moved += len(rows) if table is _REGISTRATION else 0
    _stay_apart(record, session, staying_id, going_id)
    merges = session.scalars(sa.select(PersonMerge.id).where(PersonMerge.kept_id == going_id)).all()
    record.drop(_MERGE, merges)
    return moved


def _stay_apart(record: Record, session: Session, staying_id: int, going_id: int) -> None:
    """From whom the one who goes was told apart, the other is too."""
    rows = session.execute(
        sa.select(_APART).where(sa.or_(_APART.c.low_id == going_id, _APART.c.high_id == going_id))
    ).all()
    record.drop(_APART, [row.id for row in rows])
    known = sa.select(_APART.c.id)
    for row in rows:
        low, high = sorted((staying_id, row.low_id + row.high_id - going_id))
        pair = {"low_id": low, "high_id": high}
        if low != high and session.scalar(known.filter_by(**pair)) is None:
            record.add(_APART, pair)


def _become_one(record: Record, session: Session, made: MergePlan) -> None:
    """Let the one who goes go, and the other have the facts that were chosen."""
    staying = session.execute(sa.select(_PERSON).where(_PERSON.c.id == made.staying.id)).mappings().one()
    going = session.execute(sa.select(_PERSON).where(_PERSON.c.id == made.going.id)).mappings().one()
    values: dict[str, Any] = {
        column: going[column] for one in made.facts if one.taken for column in FACTS[one.name]
    }
    if values.get("id_sealed"):
        number = people.open_id(going["uid"], going["id_sealed"])
        values |= people.seal_id(staying["uid"], staying["organisation_id"], going["id_type"], number)
    if not staying["page_key"] and going["page_key"]:
        values["page_key"] = going["page_key"]
    # Whoever edits either of the two at this moment is told that somebody else was there.
    values["version"] = max(staying["version"], going["version"]) + 1
    record.drop(_PERSON, [going["id"]])
    record.change(_PERSON, staying["id"], values)


def forget_merges() -> None:
    """Drop what is kept of merges that can be taken back no more."""
    if db.session().scalar(old_merges().limit(1)) is None:
        return
    with transaction() as session:
        keys = forget_old(session)
    for key in keys:
        storage.delete(key)
