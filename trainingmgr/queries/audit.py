"""Writing and reading the audit trail. Every use case that writes adds its entry in its own transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from trainingmgr.extensions import now
from trainingmgr.models import AuditEntry, Training
from trainingmgr.queries.accounts import Actor

# A bar offers it for ten seconds; whoever reads slowly, or has no scripts, is not turned away.
UNDO_WITHIN = timedelta(minutes=10)
_ENTRY = "audit_entry"


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: int | None = None,
    *,
    training: Training | None = None,
    organisation_id: int | None = None,
    **details: Any,
) -> AuditEntry:
    """Add an audit entry to the running transaction. `details` must be plain JSON and hold no ID numbers."""
    entry = AuditEntry(
        actor=actor.name,
        user_id=actor.user_id,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        training_id=training.id if training else None,
        organisation_id=training.organisation_id if training else organisation_id,
        details=details,
    )
    session.add(entry)
    return entry


def record_undo(
    session: Session,
    actor: Actor,
    action: str,
    training: Training | None,
    undone: AuditEntry,
    **details: Any,
) -> AuditEntry:
    """Add the entry that says that what `undone` tells of was taken back; without a training, in its organisation."""
    organisation_id = undone.organisation_id
    return record(
        session,
        actor,
        action,
        _ENTRY,
        undone.id,
        training=training,
        organisation_id=organisation_id,
        **details,
    )


def to_undo(
    session: Session,
    actor: Actor,
    training_id: int,
    entry_id: int,
    actions: frozenset[str],
    within: timedelta = UNDO_WITHIN,
) -> AuditEntry | None:
    """The actor's own entry of late that may still be taken back: one of `actions`, not undone yet."""
    entry = session.get(AuditEntry, entry_id)
    if entry is None or entry.training_id != training_id or not _may_be_undone(entry, actor, actions, within):
        return None
    return entry if not _undone(session, entry, AuditEntry.training_id == training_id) else None


def to_undo_in_organisation(
    session: Session,
    actor: Actor,
    organisation_id: int,
    entry_id: int,
    actions: frozenset[str],
    within: timedelta = UNDO_WITHIN,
) -> AuditEntry | None:
    """As `to_undo`, for acts of an organisation that belong to no training."""
    entry = session.get(AuditEntry, entry_id)
    if (
        entry is None
        or entry.training_id is not None
        or entry.organisation_id != organisation_id
        or not _may_be_undone(entry, actor, actions, within)
    ):
        return None
    return entry if not _undone(session, entry, AuditEntry.organisation_id == organisation_id) else None


def open_to_undo(
    session: Session, actor: Actor, organisation_id: int, action: str, subject_id: int
) -> list[AuditEntry]:
    """The entries of one subject that `to_undo_in_organisation` would give the actor, newest first."""
    later = aliased(AuditEntry)
    undone = sa.exists().where(
        later.organisation_id == organisation_id,
        later.subject_type == _ENTRY,
        later.subject_id == AuditEntry.id,
    )
    entries = session.scalars(
        sa.select(AuditEntry)
        .where(
            AuditEntry.organisation_id == organisation_id,
            AuditEntry.training_id.is_(None),
            AuditEntry.action == action,
            AuditEntry.subject_id == subject_id,
            AuditEntry.at >= now() - UNDO_WITHIN,
            ~undone,
        )
        .order_by(AuditEntry.id.desc())
    )
    return [one for one in entries if _may_be_undone(one, actor, frozenset({action}))]


def _may_be_undone(
    entry: AuditEntry, actor: Actor, actions: frozenset[str], within: timedelta = UNDO_WITHIN
) -> bool:
    return (
        entry.user_id is not None
        and entry.user_id == actor.user_id
        and entry.action in actions
        and entry.at >= now() - within
        and "before" in entry.details
    )


def _undone(session: Session, entry: AuditEntry, within: sa.ColumnElement[bool]) -> bool:
    found = session.scalar(
        sa.select(AuditEntry.id).where(
            within,
            AuditEntry.id > entry.id,
            AuditEntry.subject_type == _ENTRY,
            AuditEntry.subject_id == entry.id,
        )
    )
    return found is not None


class Change(NamedTuple):
    """A change to many of late. `may_undo` tells that the reader can still take it back."""

    id: int
    at: datetime
    actor: str
    action: str
    subject_id: int | None
    details: Mapping[str, Any]
    may_undo: bool


def changes(
    session: Session,
    actor: Actor,
    training_id: int,
    actions: frozenset[str],
    within: timedelta,
    limit: int = 10,
) -> list[Change]:
    """The latest entries of `actions` in a training, newest first, each with whether `to_undo` would give it."""
    return _changes(session, actor, AuditEntry.training_id, training_id, actions, within, limit)


def changes_in_organisation(
    session: Session,
    actor: Actor,
    organisation_id: int,
    actions: frozenset[str],
    within: timedelta,
    limit: int = 10,
) -> list[Change]:
    """As `changes`, for acts of an organisation that belong to no training."""
    return _changes(session, actor, AuditEntry.organisation_id, organisation_id, actions, within, limit)


def _changes(
    session: Session,
    actor: Actor,
    place: sa.orm.InstrumentedAttribute[int | None],
    place_id: int,
    actions: frozenset[str],
    within: timedelta,
    limit: int,
) -> list[Change]:
    undone = aliased(AuditEntry)
    back = sa.exists().where(
        getattr(undone, place.key) == place_id,
        undone.id > AuditEntry.id,
        undone.subject_type == _ENTRY,
        undone.subject_id == AuditEntry.id,
    )
    rows = session.execute(
        sa.select(AuditEntry, back)
        .where(place == place_id, AuditEntry.action.in_(actions), AuditEntry.at >= now() - within)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return [
        Change(
            entry.id,
            entry.at,
            entry.actor,
            entry.action,
            entry.subject_id,
            entry.details,
            entry.user_id is not None
            and entry.user_id == actor.user_id
            and "before" in entry.details
            and not taken_back,
        )
        for entry, taken_back in rows
    ]


def latest(session: Session, training_id: int, limit: int = 8) -> list[AuditEntry]:
    """The newest entries of a training, newest first."""
    return list(
        session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.training_id == training_id)
            .order_by(AuditEntry.id.desc())
            .limit(limit)
        )
    )


def latest_of(
    session: Session,
    training_id: int,
    subject_type: str,
    subject_id: int,
    within: timedelta = timedelta(days=1),
) -> AuditEntry | None:
    """The newest entry of late that tells of one record of a training."""
    return session.scalar(
        sa.select(AuditEntry)
        .where(
            AuditEntry.training_id == training_id,
            AuditEntry.at >= now() - within,
            AuditEntry.subject_type == subject_type,
            AuditEntry.subject_id == subject_id,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
