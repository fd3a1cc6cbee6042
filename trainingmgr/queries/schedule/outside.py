"""The timetable that participants, lecturers and calendars see."""

from sqlalchemy.orm import Session

from trainingmgr.models import Training
from trainingmgr.queries.schedule.table import Timetable, timetable


def seen_by_outsiders(session: Session, training: Training) -> Timetable:
    """The timetable of a training as whoever does not organise it sees it."""
    return timetable(session, training)
