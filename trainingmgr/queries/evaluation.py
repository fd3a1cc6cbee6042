"""Reads of how lecturers and sites were judged."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.models import Evaluation


def evaluations_of(
    session: Session, *, lecturer_id: int | None = None, site_id: int | None = None
) -> Sequence[Evaluation]:
    """The judgements of a lecturer or of a site, the latest first."""
    which = (
        Evaluation.lecturer_id == lecturer_id if lecturer_id is not None else Evaluation.site_id == site_id
    )
    return session.scalars(
        sa.select(Evaluation).where(which).order_by(Evaluation.created_at.desc(), Evaluation.id.desc())
    ).all()
