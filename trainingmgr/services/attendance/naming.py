"""The sessions that attendance is taken at, as a file can name them."""

from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.attendance_file import FileSession
from trainingmgr.domain.schedule import concerns
from trainingmgr.models import Training, TrainingSession
from trainingmgr.queries.session_group import of_sessions


def file_sessions(session: Session, training: Training) -> list[FileSession]:
    """The sessions as a file names them; of those that it cannot tell apart, being for different groups, the first."""
    zone = ZoneInfo(training.time_zone)
    of_groups = of_sessions(session, training.id)
    seen: set[tuple[object, ...]] = set()
    found = []
    for id_, zh, en, starts_at in session.execute(_named(training)):
        key = (zh, en, starts_at)
        if id_ not in of_groups or key not in seen:
            found.append(FileSession(id_, zh, en, starts_at.astimezone(zone)))
        if id_ in of_groups:
            seen.add(key)
    return found


def _named(training: Training) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            TrainingSession.id, TrainingSession.title_zh, TrainingSession.title_en, TrainingSession.starts_at
        )
        .where(TrainingSession.training_id == training.id)
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )


class Choice:
    """Which of several sessions that a file cannot tell apart is meant: the one for the person's group."""

    def __init__(self, session: Session, training: Training) -> None:
        self._groups = of_sessions(session, training.id)
        self._alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
        self._key: dict[int, tuple[object, ...]] = {}
        for id_, *key in session.execute(_named(training)):
            if id_ in self._groups:
                self._alike[tuple(key)].append(id_)
                self._key[id_] = tuple(key)

    def of(self, session_id: int, group: str) -> int:
        """The session with the same title and beginning that is for this group; else the one that was found."""
        alike = self._alike.get(self._key.get(session_id, ()), ())
        return next((one for one in alike if group in self._groups[one]), session_id)

    def is_for(self, session_id: int, group: str) -> bool:
        """Whether a session is for somebody of this group."""
        return concerns(self._groups.get(session_id, ()), group)
