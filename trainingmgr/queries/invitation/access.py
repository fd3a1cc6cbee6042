"""Who may open which lecturer's page: its address comes from the key of the lecturer's timetable, by a mark of its own.

So who has the address of the timetable, or of the feed, can neither answer nor sign; and all of them end together.
"""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import link_key, link_token
from trainingmgr.extensions import keyring
from trainingmgr.models import Lecturer, Organisation, TimetableLink
from trainingmgr.queries.accounts import Actor

_PURPOSE = "invitation"


class Guest(NamedTuple):
    """The lecturer whose page it is, and the organisation that invites."""

    link_id: int
    key: str
    lecturer: Lecturer
    host_zh: str
    host_en: str

    @property
    def actor(self) -> Actor:
        """The lecturer, as the audit trail names them: by what they are, since the trail is kept for ever."""
        return Actor(None, "lecturer")


def invitation_token(key: str) -> str:
    """What stands in the address of the lecturer's page, for the key of their timetable."""
    return link_token(keyring, _PURPOSE, key)


def guest(session: Session, token: str) -> Guest | None:
    """Whose page has this address; None for one that is none, or none any more."""
    key = link_key(keyring, _PURPOSE, token)
    if key is None:
        return None
    row = session.execute(
        sa.select(TimetableLink.id, Lecturer, Organisation.name_zh, Organisation.name_en)
        .join(Lecturer, Lecturer.id == TimetableLink.lecturer_id)
        .join(Organisation, Organisation.id == Lecturer.organisation_id)
        .where(TimetableLink.key == key)
    ).first()
    return Guest(row[0], key, *row[1:]) if row else None
