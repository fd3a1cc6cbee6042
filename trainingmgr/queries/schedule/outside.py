"""The timetable that participants, lecturers and calendars see."""

from sqlalchemy.orm import Session

from trainingmgr.models import Training
from trainingmgr.queries.schedule.table import Timetable, timetable
from trainingmgr.queries.schedule.versions import published


def seen_by_outsiders(session: Session, training: Training, group: str = "") -> Timetable:
    """The timetable of a training as whoever does not organise it sees it, of one `group` if named.

    That is the version published last; while none was published, the timetable as it stands.
    """
    return published(session, training, group) or timetable(session, training, group)
