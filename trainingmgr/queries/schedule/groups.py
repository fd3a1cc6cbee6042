"""The groups that a session can be for."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.schedule import sorted_groups
from trainingmgr.models import TrainingGroup
from trainingmgr.queries.roster import group_names
from trainingmgr.queries.session_group import named_in


def offered(session: Session, training_id: int) -> list[str]:
    """The groups that people of a training are in or are to be put into, or that its sessions are for."""
    set_up = sa.select(TrainingGroup.name).where(TrainingGroup.training_id == training_id)
    named = session.scalars(sa.union(named_in(training_id), set_up))
    return list(sorted_groups([*group_names(session, training_id), *named]))
