"""Lecturers asked, and reminded of what they were asked."""

from collections.abc import Collection, Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import new_link_key
from trainingmgr.domain.chinese import date_en, date_zh
from trainingmgr.domain.invitation import InvitationState
from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.refusal import NotFound
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Invitation, TimetableLink, Training
from trainingmgr.queries import audit
from trainingmgr.queries import invitation as queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.invitation import LecturerRow, SessionRow
from trainingmgr.queries.locking import locked
from trainingmgr.queries.mail.queueing import Mailing
from trainingmgr.queries.schedule.calendar import pick

_OPEN = frozenset({InvitationState.TO_ASK, InvitationState.MOVED})
_WAITING = frozenset({InvitationState.ASKED, InvitationState.NO_ANSWER})


class Asked(NamedTuple):
    """How many lecturers were written to, and who has no mail address, by id."""

    mails: int
    without_address: tuple[int, ...]


def ask(
    actor: Actor, training: Training, lecturer_ids: Collection[int] | None, *, page: str, language: str
) -> Asked:
    """Write to each lecturer who is to be asked for a session, or to those chosen, with the address of their page.

    `page` is where such pages lie, `{token}` standing for the secret part. Whoever has no mail address is left
    as they were. Raises NotFound for somebody who does not teach there.
    """
    with transaction() as session:
        row = locked(session, training.id)
        chosen = [one for one in _chosen(session, row, lecturer_ids) if one.open]
        mailed = [one for one in chosen if one.lecturer.email]
        for one in mailed:
            _note_asked(session, one.sessions)
        _write(session, row, MailKind.LECTURER_INVITATION, mailed, _OPEN, page, language)
        if mailed:
            audit.record(
                session,
                actor,
                "invitation.asked",
                "training",
                row.id,
                training=row,
                lecturers=[one.lecturer.id for one in mailed],
            )
    return Asked(len(mailed), tuple(one.lecturer.id for one in chosen if not one.lecturer.email))


def mark_asked(actor: Actor, training: Training, lecturer_id: int) -> None:
    """Note that the organiser has asked a lecturer by another way than mail, and give them an address.

    Raises NotFound.
    """
    with transaction() as session:
        row = locked(session, training.id)
        (one,) = _chosen(session, row, [lecturer_id])
        _note_asked(session, one.sessions)
        _key(session, one)
        audit.record(
            session, actor, "invitation.asked", "lecturer", lecturer_id, training=row, lecturers=[lecturer_id]
        )


def remind(
    actor: Actor, training: Training, lecturer_ids: Collection[int] | None, *, page: str, language: str
) -> Asked:
    """Write again to each lecturer who has not answered, or to those chosen. As `ask` otherwise."""
    with transaction() as session:
        row = locked(session, training.id)
        chosen = [one for one in _chosen(session, row, lecturer_ids) if one.waiting]
        mailed = [one for one in chosen if one.lecturer.email]
        for one in mailed:
            session.execute(
                sa.update(Invitation)
                .where(
                    Invitation.lecturer_id == one.lecturer.id,
                    Invitation.session_id.in_(
                        [part.session_id for part in one.sessions if part.state in _WAITING]
                    ),
                )
                .values(reminded_at=now())
                .execution_options(synchronize_session=False)
            )
        _write(session, row, MailKind.LECTURER_REMINDER, mailed, _WAITING, page, language)
        if mailed:
            audit.record(
                session,
                actor,
                "invitation.reminded",
                "training",
                row.id,
                training=row,
                lecturers=[one.lecturer.id for one in mailed],
            )
    return Asked(len(mailed), tuple(one.lecturer.id for one in chosen if not one.lecturer.email))


def _chosen(session: Session, training: Training, lecturer_ids: Collection[int] | None) -> list[LecturerRow]:
    rows = queries.overview(session, training)
    if lecturer_ids is None:
        return rows
    wanted = set(lecturer_ids)
    found = [one for one in rows if one.lecturer.id in wanted]
    if len(found) != len(wanted):
        raise NotFound("not_found")
    return found


def _note_asked(session: Session, rows: Iterable[SessionRow]) -> None:
    """An invitation for each session that is to be asked for; one that moved has no answer any more."""
    for one in rows:
        if one.state not in _OPEN:
            continue
        known = session.scalar(
            sa.select(Invitation).where(
                Invitation.session_id == one.session_id, Invitation.lecturer_id == one.lecturer_id
            )
        )
        row = known or Invitation(session_id=one.session_id, lecturer_id=one.lecturer_id)
        row.asked_at, row.asked_starts_at, row.asked_ends_at = now(), one.starts_at, one.ends_at
        row.answer = row.answered_at = row.reminded_at = None
        session.add(row)
    session.flush()


def _write(
    session: Session,
    training: Training,
    kind: MailKind,
    rows: Collection[LecturerRow],
    states: frozenset[InvitationState],
    page: str,
    language: str,
) -> None:
    mailing = Mailing(
        session,
        organisation_id=training.organisation_id,
        kind=kind,
        language=language,
        training_id=training.id,
    )
    for one in rows:
        named = [_line(part, training, language) for part in one.sessions if part.state in states]
        mailing.add(
            to_name=(one.en if language == "en" else one.zh).name,
            to_address=one.lecturer.email,
            values={
                "link": page.format(token=queries.invitation_token(_key(session, one))),
                "sessions": "\n".join(named),
            },
            lecturer_id=one.lecturer.id,
            is_sample=one.lecturer.is_sample,
        )


def _key(session: Session, row: LecturerRow) -> str:
    if row.key is not None:
        return row.key
    link = TimetableLink(lecturer_id=row.lecturer.id, key=new_link_key())
    session.add(link)
    session.flush()
    return link.key


def _line(part: SessionRow, training: Training, language: str) -> str:
    zone = ZoneInfo(training.time_zone)
    start, end = part.starts_at.astimezone(zone), part.ends_at.astimezone(zone)
    title = pick(language, part.topic_zh, part.topic_en) or pick(language, part.title_zh, part.title_en)
    if language == "en":
        return f"{date_en(start.date())}, {start:%H:%M}–{end:%H:%M}: {title}"
    return f"{date_zh(start.date())} {start:%H:%M}–{end:%H:%M} {title}"
