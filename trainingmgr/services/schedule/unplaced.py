"""Sessions that have a length and no time yet, and what is wished of where sessions stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import text_key
from trainingmgr.domain.planning import Half, WishKind
from trainingmgr.domain.planning.lines import UnplacedLine
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.timetable_file import FileLecturer
from trainingmgr.extensions import transaction
from trainingmgr.models import Lecturer, PlanningWish, Site, Training, TrainingSession, UnplacedSession
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.schedule import lecturers, sites
from trainingmgr.services.schedule.lecturers import LecturerDraft
from trainingmgr.services.schedule.sites import SiteDraft

MOST_UNPLACED = 200
MOST_WISHES = 200


@dataclass(frozen=True, slots=True)
class WishDraft:
    """A wish as typed. Sessions are named as in a problem: by their id, one without a time by that of its row below 0."""

    kind: WishKind
    task: int
    other: int = 0
    day: date | None = None
    half: Half | None = None
    must: bool = False


def add_unplaced(actor: Actor, training_id: int, lines: Sequence[UnplacedLine]) -> int:
    """Note sessions without a time; gives how many.

    A contributor or site that the organisation does not know is added to its lists. Raises NotFound;
    Refusal `planning_too_many_unplaced` (limit).
    """
    with transaction() as session:
        training = _training(session, training_id)
        there = session.scalar(
            sa.select(sa.func.count())
            .select_from(UnplacedSession)
            .where(UnplacedSession.training_id == training_id)
        )
        if (there or 0) + len(lines) > MOST_UNPLACED:
            raise Refusal("planning_too_many_unplaced", limit=MOST_UNPLACED)
        for line in lines:
            lecturer = _lecturer(session, training, line.lecturer) if line.lecturer else None
            site = _site(session, training, line.site) if line.site else None
            session.add(
                UnplacedSession(
                    training_id=training_id,
                    kind=line.kind,
                    title_zh=line.title,
                    minutes=line.minutes,
                    place_zh=line.place,
                    lecturer_id=lecturer.id if lecturer else None,
                    site_id=site.id if site else None,
                )
            )
            session.flush()
        audit.record(
            session,
            actor,
            "planning.unplaced_added",
            "training",
            training_id,
            training=training,
            sessions=len(lines),
        )
        return len(lines)


def remove_unplaced(actor: Actor, training_id: int, unplaced_id: int) -> None:
    """Take away a session that has no time yet, with what is wished of it. Raises NotFound."""
    with transaction() as session:
        training = _training(session, training_id)
        row = session.get(UnplacedSession, unplaced_id, with_for_update=True)
        if row is None or row.training_id != training_id:
            raise NotFound("not_found")
        audit.record(
            session,
            actor,
            "planning.unplaced_removed",
            "training",
            training_id,
            training=training,
            title=row.title_zh,
        )
        session.delete(row)


def add_wish(actor: Actor, training_id: int, draft: WishDraft) -> None:
    """Note what is wished of a session; one that is noted already is changed in whether it must be.

    Raises NotFound; Refusal `planning_wish_of_itself`, `planning_wish_day` (first, last),
    `planning_too_many_wishes` (limit).
    """
    with transaction() as session:
        training = _training(session, training_id)
        for task in (draft.task, draft.other) if draft.kind is WishKind.BEFORE else (draft.task,):
            _check_task(session, training_id, task)
        if draft.kind is WishKind.BEFORE and draft.task == draft.other:
            raise Refusal("planning_wish_of_itself")
        if draft.day is not None and not training.start_date <= draft.day <= training.end_date:
            raise Refusal(
                "planning_wish_day",
                first=training.start_date.isoformat(),
                last=training.end_date.isoformat(),
            )
        values = {
            "kind": draft.kind,
            "session_id": draft.task if draft.task > 0 else None,
            "unplaced_id": -draft.task if draft.task < 0 else None,
            "other_session_id": draft.other if draft.other > 0 else None,
            "other_unplaced_id": -draft.other if draft.other < 0 else None,
            "day": draft.day,
            "half": draft.half,
        }
        of_training = sa.select(PlanningWish).where(PlanningWish.training_id == training_id)
        row = session.scalar(of_training.filter_by(**values).limit(1))
        if row is None:
            count = session.scalar(sa.select(sa.func.count()).select_from(of_training.subquery()))
            if (count or 0) >= MOST_WISHES:
                raise Refusal("planning_too_many_wishes", limit=MOST_WISHES)
            row = PlanningWish(training_id=training_id, **values)
            session.add(row)
        row.must = draft.must
        audit.record(
            session, actor, "planning.wish_added", "training", training_id, training=training, kind=draft.kind
        )


def remove_wish(actor: Actor, training_id: int, wish_id: int) -> None:
    """Take a wish back. Raises NotFound."""
    with transaction() as session:
        training = _training(session, training_id)
        row = session.get(PlanningWish, wish_id, with_for_update=True)
        if row is None or row.training_id != training_id:
            raise NotFound("not_found")
        session.delete(row)
        audit.record(
            session, actor, "planning.wish_removed", "training", training_id, training=training, kind=row.kind
        )


def _training(session: Session, training_id: int) -> Training:
    # Whoever adds at this moment waits, so that the limits hold.
    training = session.get(Training, training_id, with_for_update={"key_share": True})
    if training is None:
        raise NotFound("not_found")
    return training


def _check_task(session: Session, training_id: int, task: int) -> None:
    row = session.get(TrainingSession, task) if task > 0 else session.get(UnplacedSession, -task)
    if row is None or row.training_id != training_id:
        raise NotFound("not_found")


def _lecturer(session: Session, training: Training, named: FileLecturer) -> Lecturer:
    """Whom the organisation knows by this name, where it is one alone; else one as typed."""
    query = sa.select(Lecturer).where(
        Lecturer.organisation_id == training.organisation_id,
        Lecturer.type == named.type,
        Lecturer.name == named.name,
    )
    known = session.scalars(query.limit(2)).all()
    if named.name and not named.unit and len(known) == 1:
        return known[0]
    draft = LecturerDraft(named.type, named.name, unit=named.unit, title_zh=named.title)
    return lecturers.find_or_add(session, training.organisation_id, draft)


def _site(session: Session, training: Training, name: str) -> Site:
    """The site of this name, its district before it or not; a new one where none or several bear it."""
    key = text_key(name)
    rows = session.scalars(sa.select(Site).where(Site.organisation_id == training.organisation_id))
    known = [row for row in rows if key in {text_key(row.name_zh), text_key(row.district_zh + row.name_zh)}]
    return (
        known[0] if len(known) == 1 else sites.find_or_add(session, training.organisation_id, SiteDraft(name))
    )
