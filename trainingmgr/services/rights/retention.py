"""How long data is kept, and wiping what was kept long enough."""

import logging
from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.rights import MOST_DAYS, Kept, last_day_wiped
from trainingmgr.extensions import db, now, storage, transaction
from trainingmgr.models import RetentionRun, RetentionTime
from trainingmgr.queries import audit, known_people
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.nomination import forget_drafts
from trainingmgr.queries.rights import asked
from trainingmgr.queries.rights.wiping import due, wipe

# A day is over where most of the program's classes are held.
_ZONE = ZoneInfo("Asia/Shanghai")
_BY_ITSELF = Actor(None, "retention")
_log = logging.getLogger(__name__)


def set_times(actor: Actor, organisation_id: int, times: Mapping[Kept, int]) -> None:
    """Set for how many days after people's last class each kind is kept; what is not named is kept for ever.

    Raises Refusal `rights.days_out_of_range` (most).
    """
    if any(not 0 <= days <= MOST_DAYS for days in times.values()):
        raise Refusal("rights.days_out_of_range", most=MOST_DAYS)
    with transaction() as session:
        session.execute(sa.delete(RetentionTime).where(RetentionTime.organisation_id == organisation_id))
        session.add_all(
            RetentionTime(organisation_id=organisation_id, kept=kept, days=days)
            for kept, days in times.items()
        )
        audit.record(
            session,
            actor,
            "rights.times_set",
            "organisation",
            organisation_id,
            organisation_id=organisation_id,
            days={kept.value: days for kept, days in times.items()},
        )


def foresee(organisation_id: int, today: date | None = None) -> dict[Kept, int]:
    """How much of each kind `run` would wipe, the kinds in their order."""
    session, day = db.session(), today or _today()
    times = asked.times(session, organisation_id)
    return {
        kept: len(due(session, organisation_id, kept, last_day_wiped(times[kept], day)))
        for kept in Kept
        if kept in times
    }


def run(actor: Actor, organisation_id: int) -> dict[Kept, int]:
    """Wipe now what was kept long enough, and note how much it was."""
    return _run(actor, organisation_id, _today(), by_itself=False)


def run_daily() -> int:
    """Wipe what is due in every organisation that has set a time, once a day; gives how many were looked at.

    Of several workers one does it: the day's note is unique. An organisation where it fails holds up no other.
    """
    today, done = _today(), 0
    for organisation_id in asked.with_times(db.session()):
        if db.session().scalar(_noted(organisation_id, today)) is not None:
            continue
        try:
            _run(_BY_ITSELF, organisation_id, today, by_itself=True)
        except IntegrityError:
            continue
        except Exception:
            _log.exception("what an organisation kept long enough was not wiped; that is tried again")
            continue
        done += 1
    return done


def _run(actor: Actor, organisation_id: int, today: date, *, by_itself: bool) -> dict[Kept, int]:
    wiped: dict[Kept, int] = {}
    keys: list[str] = []
    with transaction() as session:
        known_people.lock_people(session, organisation_id)
        note = RetentionRun(
            organisation_id=organisation_id, day=today if by_itself else None, actor=actor.name
        )
        session.add(note)
        session.flush()
        times = asked.times(session, organisation_id)
        # Who is forgotten altogether needs no wiping of parts, so the last kind comes first.
        for kept in reversed([one for one in Kept if one in times]):
            ids = due(session, organisation_id, kept, last_day_wiped(times[kept], today))
            keys += wipe(session, kept, ids)
            if kept is Kept.NOT_TAKING_PART:
                forget_drafts(session, organisation_id, last_day_wiped(times[kept], today))
            wiped[kept] = len(ids)
        note.wiped = {kept.value: count for kept, count in wiped.items() if count}
        note.total = sum(wiped.values())
        if note.total or not by_itself:
            audit.record(
                session,
                actor,
                "rights.wiped",
                "organisation",
                organisation_id,
                organisation_id=organisation_id,
                **note.wiped,
            )
    for key in keys:
        storage.delete(key)
    return wiped


def _noted(organisation_id: int, day: date) -> sa.Select[int]:
    return sa.select(RetentionRun.id).where(
        RetentionRun.organisation_id == organisation_id, RetentionRun.day == day
    )


def _today() -> date:
    return now().astimezone(_ZONE).date()
