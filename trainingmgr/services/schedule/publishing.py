"""Publishing the timetable, and telling those whom a publication concerns."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.mail import MailKind, MailStatus
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.domain.timetable_version import Snapshot, Sort, changes, fingerprint, told, write_snapshot
from trainingmgr.extensions import now, transaction
from trainingmgr.models import TimetableVersion, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.mail.queueing import Mailing
from trainingmgr.queries.own_timetable.access import page_token
from trainingmgr.queries.schedule import timetable
from trainingmgr.queries.schedule.concerned import Concerned, concerned
from trainingmgr.queries.schedule.versions import last_version, snapshot, snapshot_of

KindWords = Mapping[str, Mapping[SessionKind, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """How many mails were written, how many of those are only kept, and how many people have no address."""

    mails: int
    kept: int
    without_address: int


def publish(actor: Actor, training_id: int, note: str = "", *, seen: str) -> int:
    """Publish the timetable as it stands and give the number of the version: outsiders see it from now on.

    `seen` is the fingerprint of what was looked at. Raises Refusal `timetable_seen_otherwise` where that has
    changed since, `timetable_empty`, `timetable_published_already`; NotFound.
    """
    with transaction() as session:
        training = locked(session, training_id)
        present = snapshot_of(timetable(session, training))
        name, last = fingerprint(present), last_version(session, training_id)
        if not present.sessions:
            raise Refusal("timetable_empty")
        if last is not None and last.fingerprint == name:
            raise Refusal("timetable_published_already", number=last.number)
        if name != seen:
            raise Refusal("timetable_seen_otherwise")
        number = last.number + 1 if last else 1
        session.add(
            TimetableVersion(
                training_id=training_id,
                number=number,
                published_by_id=actor.user_id,
                note=note.strip()[:300],
                sessions=len(present.sessions),
                fingerprint=name,
                snapshot=write_snapshot(present),
            )
        )
        before = _before(session, training, number)
        found = changes(before, present)
        audit.record(
            session,
            actor,
            "timetable.published",
            "training",
            training_id,
            training=training,
            number=number,
            **{sort.value: sum(one.sort is sort for one in found) for sort in Sort},
        )
        return number


def tell_of_version(
    actor: Actor, training_id: int, number: int, kinds: KindWords, pages: tuple[str, str] = ("", "")
) -> Told:
    """Write to everybody with an address whose sessions a publication changed, once: each gets their own changes.

    `kinds` are the words for kinds of sessions by language, `pages` the addresses of a participant's and of a
    lecturer's own page with `{token}` for the secret, for those who have one. Raises Refusal `timetable_told_already`,
    `timetable_not_last` where a newer version holds, `mail.nobody`; NotFound.
    """
    with transaction() as session:
        training = locked(session, training_id)
        row = session.scalar(
            sa.select(TimetableVersion)
            .where(TimetableVersion.training_id == training_id)
            .order_by(TimetableVersion.number.desc())
            .limit(1)
        )
        after = snapshot(session, training_id, number)
        if row is None or after is None:
            raise NotFound("not_found")
        if row.number != number:
            raise Refusal("timetable_not_last", number=row.number)
        if row.told_at is not None:
            raise Refusal("timetable_told_already")
        found = changes(_before(session, training, number), after)
        people = concerned(session, training, found)
        addressed = [one for one in people if one.address]
        result = _write(session, training, addressed, row.note, after.zone, kinds, pages)
        row.told_at = now()
        told_of = Told(*result, len(people) - result[0])
        audit.record(
            session,
            actor,
            "timetable.told",
            "training",
            training_id,
            training=training,
            number=number,
            people=told_of.mails,
        )
        return told_of


def _write(
    session: Session,
    training: Training,
    people: list[Concerned],
    note: str,
    zone: str,
    kinds: KindWords,
    pages: tuple[str, str],
) -> tuple[int, int]:
    if not people:
        raise Refusal("mail.nobody")
    mailings: dict[str, Mailing] = {}
    kept = 0
    for one in people:
        if one.language not in mailings:
            mailings[one.language] = Mailing(
                session,
                organisation_id=training.organisation_id,
                kind=MailKind.TIMETABLE_CHANGED,
                language=one.language,
                training_id=training.id,
            )
        lines = [told(change, one.language, zone, kinds[one.language]).line for change in one.changes]
        row = mailings[one.language].add(
            to_name=one.name,
            to_address=one.address,
            values={"changes": "\n".join(lines), "note": note, "link": _page(one, pages)},
            registration_id=one.registration_id,
            lecturer_id=one.lecturer_id,
            is_sample=one.is_sample,
        )
        kept += row.status is MailStatus.KEPT
    return len(people), kept


def _page(one: Concerned, pages: tuple[str, str]) -> str:
    of_participant, of_lecturer = pages
    if not one.key:
        return ""
    if one.lecturer_id is not None:
        return of_lecturer.format(token=page_token(one.key))
    return of_participant.format(token=one.key)


def _before(session: Session, training: Training, number: int) -> Snapshot:
    return snapshot(session, training.id, number - 1) or Snapshot(training.time_zone)
