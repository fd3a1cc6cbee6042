"""The groups that a session can be for."""

from sqlalchemy.orm import Session

from trainingmgr.domain.schedule import sorted_groups
from trainingmgr.queries.roster import group_names
from trainingmgr.queries.session_group import named_in


def offered(session: Session, training_id: int) -> list[str]:
    """The groups that people of a training are in, or that its sessions are for."""
    return list(sorted_groups([*group_names(session, training_id), *session.scalars(named_in(training_id))]))
