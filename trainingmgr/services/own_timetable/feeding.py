"""A calendar asks for a feed: what it is told, and remembered of having been told."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.calendar_feed import Followed, Remembered, Shown, follow
from trainingmgr.extensions import db, now, transaction
from trainingmgr.models import CalendarEntry, Person, TimetableLink
from trainingmgr.queries.own_timetable import Holder

_FIELDS = (
    "uid", "sequence", "fingerprint", "changed_at", "cancelled", "starts_at", "ends_at", "zone", "title_zh",
    "title_en",
)  # fmt: skip


def what_feed_says(holder: Holder, shown: Sequence[Shown]) -> Mapping[str, Remembered]:
    """What the feed of `holder` says now by UID, where `shown` are the holder's sessions.

    Written down only when that differs from what it said last, so that most visits of a calendar are reads.
    """
    followed = follow(_known(db.session(), holder), shown, now())
    if not followed.written and not followed.forgotten:
        return followed.says
    with transaction() as session:
        # Two calendars that ask at once are told one after the other, and so the same.
        if not _locked(session, holder):
            return {}
        followed = follow(_known(session, holder), shown, now())
        _write(session, holder, followed)
    return followed.says


def _of(holder: Holder) -> sa.ColumnElement[bool]:
    if holder.person_id is not None:
        return CalendarEntry.person_id == holder.person_id
    return CalendarEntry.link_id == holder.link_id


def _known(session: Session, holder: Holder) -> list[Remembered]:
    columns = [getattr(CalendarEntry, name) for name in _FIELDS]
    return [Remembered(*row) for row in session.execute(sa.select(*columns).where(_of(holder)))]


def _locked(session: Session, holder: Holder) -> bool:
    """Hold the row that the feed hangs on; False where it was taken back at this moment."""
    if holder.person_id is not None:
        wanted = sa.select(Person.id).where(Person.id == holder.person_id, Person.page_key.is_not(None))
    else:
        wanted = sa.select(TimetableLink.id).where(TimetableLink.id == holder.link_id)
    return session.scalar(wanted.with_for_update()) is not None


def _write(session: Session, holder: Holder, followed: Followed) -> None:
    changed = followed.written | followed.forgotten
    session.execute(
        sa.delete(CalendarEntry)
        .where(_of(holder), CalendarEntry.uid.in_(changed))
        .execution_options(synchronize_session=False)
    )
    session.add_all(
        CalendarEntry(
            person_id=holder.person_id,
            link_id=holder.link_id,
            **{name: getattr(followed.says[uid], name) for name in _FIELDS},
        )
        for uid in sorted(followed.written)
    )
