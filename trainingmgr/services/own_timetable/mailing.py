"""The addresses of timetables, sent by mail."""

from datetime import timedelta

from trainingmgr.domain.mail import MailKind
from trainingmgr.extensions import transaction
from trainingmgr.models import Training
from trainingmgr.queries import audit
from trainingmgr.queries import own_timetable as queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked
from trainingmgr.queries.mail.queueing import Mailing
from trainingmgr.queries.mail.registered import tell
from trainingmgr.queries.own_page import open_missing
from trainingmgr.services.own_timetable.links import Mailed, add_link


def send_to_participants(
    actor: Actor, training: Training, *, page: str, feed: str, group: str = ""
) -> Mailed:
    """Write each participant, or those of one group, a mail with the address of their own page.

    Whoever has no page gets one. `page` and `feed` are where pages and feeds lie, `{token}` standing for the
    secret part. Whoever registered by themselves is written to in the language that they did it, the others
    in that of the training's certificates.
    """
    with transaction() as session:
        row = locked(session, training.id)
        people = queries.participants(session, row.id, group)
        mailed = [one for one in people if one.email]
        keys = {one.person_id: one.page_key for one in mailed}
        keys |= open_missing(session, [one.person_id for one in mailed if one.page_key is None])
        own = {
            one.registration_id: {
                "link": page.format(token=keys[one.person_id]),
                "calendar": feed.format(
                    token=queries.feed_token_of_person(one.person_uid, keys[one.person_id] or "")
                ),
            }
            for one in mailed
        }
        mails = tell(session, row, MailKind.TIMETABLE, list(own), own=own, wait=timedelta(0))
        if mails:
            audit.record(
                session, actor, "own_timetable.sent", "training", row.id, training=row, people=len(mails)
            )
    return Mailed(len(mails), tuple(one.name for one in people if not one.email))


def send_to_lecturers(actor: Actor, training: Training, *, page: str, feed: str, language: str) -> Mailed:
    """Write each lecturer of a training a mail with the address of their own timetable, making one where none is.

    `page` and `feed` as in `send_to_participants`.
    """
    with transaction() as session:
        row = locked(session, training.id)
        lecturers = queries.lecturers_of(session, row)
        mailed = [one for one in lecturers if one.email]
        mailing = Mailing(
            session,
            organisation_id=row.organisation_id,
            kind=MailKind.TIMETABLE,
            language=language,
            training_id=row.id,
        )
        for one in mailed:
            key = one.key or add_link(session, lecturer_id=one.lecturer_id)
            mailing.add(
                to_name=one.en if language == "en" else one.zh,
                to_address=one.email,
                values={
                    "link": page.format(token=queries.page_token(key)),
                    "calendar": feed.format(token=queries.feed_token_of_link(key)),
                },
                lecturer_id=one.lecturer_id,
                is_sample=one.is_sample,
            )
        if mailed:
            audit.record(
                session, actor, "own_timetable.sent", "training", row.id, training=row, lecturers=len(mailed)
            )
    return Mailed(
        len(mailed),
        tuple(one.en if language == "en" else one.zh for one in lecturers if not one.email),
    )
