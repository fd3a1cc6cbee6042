"""Writing and reading the audit trail. Every use case that writes adds its entry in its own transaction."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.models import AuditEntry, Training
from trainingmgr.queries.accounts import Actor


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
) -> None:
    """Add an audit entry to the running transaction. `details` must be plain JSON and hold no ID numbers."""
    session.add(
        AuditEntry(
            actor=actor.name,
            user_id=actor.user_id,
            action=action,
            subject_type=subject_type,
            subject_id=subject_id,
            training_id=training.id if training else None,
            organisation_id=training.organisation_id if training else organisation_id,
            details=details,
        )
    )


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
