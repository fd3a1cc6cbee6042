"""A unit looks at its page."""

from datetime import timedelta

import sqlalchemy as sa

from trainingmgr.extensions import now, transaction
from trainingmgr.models import NominationLink
from trainingmgr.queries import audit
from trainingmgr.queries.nomination import Entry

# Often enough to see who has looked, seldom enough to cost nothing.
_APART = timedelta(minutes=10)


def note_visit(entry: Entry) -> None:
    """Note that the page was opened; only its first opening is an act of its own."""
    at = now()
    if entry.last_used_at is not None and at - entry.last_used_at < _APART:
        return
    with transaction() as session:
        session.execute(
            sa.update(NominationLink)
            .where(NominationLink.id == entry.link_id)
            .values(last_used_at=at)
            .execution_options(synchronize_session=False)
        )
        if entry.last_used_at is None:
            audit.record(
                session, entry.actor, "nomination.opened", "unit", entry.unit_id, training=entry.training
            )
