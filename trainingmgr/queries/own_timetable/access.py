"""Who may open which timetable: the secret of a page, and another one of its feed.

A calendar service keeps the address of a feed with strangers, so it must not open the page, where a person's
papers lie: both come from one key by marks that only this installation makes, and neither tells the other. The
feed of a person hangs on the address of their page, and ends with it.
"""

import hmac
import re
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import link_key, link_mark, link_token
from trainingmgr.extensions import keyring
from trainingmgr.models import Bus, Lecturer, Organisation, Person, TimetableLink, Training
from trainingmgr.queries.schedule.table import lecturer_words

_PAGE, _FEED, _PERSON_FEED = "timetable", "calendar", "calendar:person"
_OF_PERSON = re.compile(r"([0-9a-f]{24})[A-Za-z0-9_-]{22}")


class Holder(NamedTuple):
    """Whose feed it is: a person, or whoever has the address of a link."""

    person_id: int | None
    link_id: int | None
    lecturer_id: int | None
    bus_id: int | None
    training_id: int | None
    group: str
    name_zh: str
    name_en: str


class LinkOwner(NamedTuple):
    """Whose page it is, a lecturer's or a group's, and the organisation that keeps it."""

    holder: Holder
    key: str
    host_zh: str
    host_en: str


def page_token(key: str) -> str:
    """What stands in the address of a lecturer's, group's or bus's page."""
    return link_token(keyring, _PAGE, key)


def feed_token_of_link(key: str) -> str:
    """What stands in the address of a lecturer's, group's or bus's feed."""
    return link_token(keyring, _FEED, key)


def feed_token_of_person(uid: str, page_key: str) -> str:
    """What stands in the address of the feed of the person `uid`, whose page has the secret `page_key`."""
    return uid + link_mark(keyring, _PERSON_FEED, page_key)


def link_owner(session: Session, token: str) -> LinkOwner | None:
    """Whose page has this address; None for one that is none, or none any more."""
    key = link_key(keyring, _PAGE, token)
    return _of_link(session, key) if key is not None else None


def feed_holder(session: Session, token: str) -> Holder | None:
    """Whose feed has this address; None for one that is none, or none any more."""
    key = link_key(keyring, _FEED, token)
    if key is not None:
        owner = _of_link(session, key)
        return owner.holder if owner is not None else None
    found = _OF_PERSON.fullmatch(token)
    if found is None:
        return None
    row = session.execute(
        sa.select(Person.id, Person.name, Person.page_key).where(
            Person.uid == found[1], Person.page_key.is_not(None)
        )
    ).first()
    wanted = feed_token_of_person(found[1], row.page_key if row else "")
    if not hmac.compare_digest(wanted, token) or row is None:
        return None
    return Holder(row.id, None, None, None, None, "", row.name, row.name)


def _of_link(session: Session, key: str) -> LinkOwner | None:
    row = session.execute(
        sa.select(TimetableLink, Bus.name, Organisation)
        .outerjoin(Bus, Bus.id == TimetableLink.bus_id)
        .outerjoin(Training, Training.id == sa.func.coalesce(TimetableLink.training_id, Bus.training_id))
        .outerjoin(Lecturer, Lecturer.id == TimetableLink.lecturer_id)
        .join(
            Organisation,
            Organisation.id == sa.func.coalesce(Training.organisation_id, Lecturer.organisation_id),
        )
        .where(TimetableLink.key == key)
    ).first()
    if row is None:
        return None
    link, bus, organisation = row
    zh = en = bus or link.group_name
    if link.lecturer_id is not None:
        _type, words_zh, words_en = lecturer_words(session, organisation.id)[link.lecturer_id]
        zh, en = words_zh.name, words_en.name
    holder = Holder(None, link.id, link.lecturer_id, link.bus_id, link.training_id, link.group_name, zh, en)
    return LinkOwner(holder, key, organisation.name_zh, organisation.name_en)
