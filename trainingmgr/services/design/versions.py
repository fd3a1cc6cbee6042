"""Published versions: rows that never change, which certificates are issued with."""

from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.design import check_design, write_design
from trainingmgr.domain.refusal import NotFound
from trainingmgr.extensions import transaction
from trainingmgr.models import Design, DesignVersion
from trainingmgr.queries import design as queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.design._common import design_of, record, stored


def publish(
    actor: Actor, organisation_id: int, design_id: int, version: int | None = None
) -> tuple[DesignVersion, bool]:
    """The draft as a version to issue with, and whether it is a new one: an unchanged draft publishes nothing.

    `version` is the state of the design that the asker has seen. Raises NotFound, Refusal `stale`, the
    first of the draft's `faults`, or `design.picture_unknown` (count).
    """
    with transaction() as session:
        row = design_of(session, organisation_id, design_id, version)
        data = queries.draft_of(row)
        check_design(data)
        kept = stored(session, organisation_id, data)
        digest = sha256(write_design(data)).hexdigest()
        newest = _newest(session, row)
        if newest is not None and newest.sha256 == digest:
            return newest, False
        made = DesignVersion(
            design_id=row.id,
            number=newest.number + 1 if newest else 1,
            data=kept,
            sha256=digest,
            created_by=actor.name,
        )
        session.add(made)
        session.flush()
        record(session, actor, "design.published", row, number=made.number)
    return made, True


def restore(actor: Actor, organisation_id: int, design_id: int, number: int, version: int) -> Design:
    """Make the published version `number` the draft again. Raises NotFound, Refusal `stale`."""
    with transaction() as session:
        row = design_of(session, organisation_id, design_id, version)
        wanted = session.scalar(
            sa.select(DesignVersion).where(DesignVersion.design_id == row.id, DesignVersion.number == number)
        )
        if wanted is None:
            raise NotFound("not_found")
        if row.draft != wanted.data:
            row.draft = wanted.data
            record(session, actor, "design.restored", row, number=number)
    return row


def _newest(session: Session, row: Design) -> DesignVersion | None:
    return session.scalar(
        sa.select(DesignVersion)
        .where(DesignVersion.design_id == row.id)
        .order_by(DesignVersion.number.desc())
        .limit(1)
    )
