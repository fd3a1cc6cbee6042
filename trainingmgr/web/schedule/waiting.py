"""Sessions without a time as pages list them: in the editor's tray, and where a timetable is laid from."""

from dataclasses import dataclass

from flask import url_for

from trainingmgr.domain.schedule import SessionKind, sorted_groups
from trainingmgr.extensions import db
from trainingmgr.http.locale import language, pick
from trainingmgr.models import Training, UnplacedSession
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.queries.schedule import planning as queries
from trainingmgr.queries.schedule.table import LecturerWords


@dataclass(frozen=True, slots=True)
class Waiting:
    """A session without a time, in the language of the screen; a visit's place is where it leads to."""

    id: int
    version: int
    kind: SessionKind
    title: str
    minutes: int
    people: tuple[str, ...]
    groups: tuple[str, ...]
    place: str
    place_zh: str
    place_en: str
    href: str


def waiting(training: Training) -> list[Waiting]:
    """The sessions of a training that wait for a time."""
    session = db.session()
    rows = queries.unplaced(session, training.id)
    words = schedule_queries.lecturer_words(session, training.organisation_id) if rows else {}
    return [_told(row, training.code, words) for row in rows]


def _told(row: UnplacedSession, code: str, words: LecturerWords) -> Waiting:
    english = language() == "en"
    told = [words[part.lecturer_id] for part in row.contributions]
    sites = [pick(stop.site.name_zh, stop.site.name_en) for stop in row.stops]
    return Waiting(
        id=row.id,
        version=row.version,
        kind=row.kind,
        title=pick(row.title_zh, row.title_en),
        minutes=row.minutes,
        people=tuple((en if english else zh).name for _type, zh, en in told),
        groups=sorted_groups(one.group_name for one in row.groups),
        place=" → ".join(sites) or pick(row.place_zh, row.place_en),
        place_zh=row.place_zh,
        place_en=row.place_en,
        href=url_for("schedule.edit", code=code, session_id=row.id),
    )
