"""What a timetable is to be laid from: sessions typed in a hurry, and what is wished of where sessions stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import text_key
from trainingmgr.domain.planning import Half, WishKind
from trainingmgr.domain.planning.lines import UnplacedLine
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import ContributorRole
from trainingmgr.domain.timetable_file import FileLecturer
from trainingmgr.extensions import transaction
from trainingmgr.models import Lecturer, PlanningWish, Site, Training, UnplacedSession
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.services.schedule import lecturers, sites
from trainingmgr.services.schedule.importing import ROLES
from trainingmgr.services.schedule.laying import ContributorDraft, SessionDraft, StopDraft, lay
from trainingmgr.services.schedule.lecturers import LecturerDraft
from trainingmgr.services.schedule.placing import check_room, own_session, the_training
from trainingmgr.services.schedule.sites import SiteDraft

MOST_WISHES = 200


@dataclass(frozen=True, slots=True)
class WishDraft:
    """A wish as typed. `session` and `other` are the ids of sessions, with a time or without."""

    kind: WishKind
    session: int
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
        training = the_training(session, training_id)
        check_room(session, training, len(lines))
        for line in lines:
            lay(session, training, UnplacedSession(training_id=training_id), _draft(session, training, line))
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


def _draft(session: Session, training: Training, line: UnplacedLine) -> SessionDraft:
    role = ROLES.get(line.kind, ContributorRole.LECTURE)
    return SessionDraft(
        kind=line.kind,
        title_zh=line.title,
        title_en=line.title_en,
        minutes=line.minutes,
        place_zh=line.place,
        contributors=tuple(
            ContributorDraft(role, _lecturer(session, training, named).id) for named in line.lecturers
        ),
        stops=(StopDraft(_site(session, training, line.site).id),) if line.site else (),
        groups=line.groups,
    )


def add_wish(actor: Actor, training_id: int, draft: WishDraft) -> None:
    """Note what is wished of a session; one that is noted already is changed in whether it must be.

    Raises NotFound; Refusal `planning_wish_of_itself`, `planning_wish_day` (first, last),
    `planning_too_many_wishes` (limit).
    """
    with transaction() as session:
        training = locked(session, training_id)
        named = {draft.session, draft.other} if draft.kind is WishKind.BEFORE else {draft.session}
        for one in sorted(named):
            own_session(session, training_id, one)
        if draft.kind is WishKind.BEFORE and draft.session == draft.other:
            raise Refusal("planning_wish_of_itself")
        if draft.day is not None and not training.start_date <= draft.day <= training.end_date:
            raise Refusal(
                "planning_wish_day",
                first=training.start_date.isoformat(),
                last=training.end_date.isoformat(),
            )
        values = {
            "kind": draft.kind,
            "session_id": draft.session,
            "other_session_id": draft.other or None,
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
        training = locked(session, training_id)
        row = session.get(PlanningWish, wish_id, with_for_update=True)
        if row is None or row.training_id != training_id:
            raise NotFound("not_found")
        session.delete(row)
        audit.record(
            session, actor, "planning.wish_removed", "training", training_id, training=training, kind=row.kind
        )


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
