"""Somebody's own hand on their registration: the address of it, and what they wrote of themselves."""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import SealBrokenError, link_key, link_token, new_link_key
from trainingmgr.domain.person import mask_id_number
from trainingmgr.extensions import keyring, now
from trainingmgr.models import OwnRegistration, Registration, Training
from trainingmgr.queries.certificate.facts import public_address

_PURPOSE = "own registration"
_AFTER_CLASS = timedelta(days=90)
_AFTER_MAKING = timedelta(days=30)
ID_BOXES = ("id_type", "id_number", "id_masked")
"""What is kept of an ID document among what somebody wrote."""


def new_own(session: Session, registration: Registration, **values: Any) -> OwnRegistration:
    """A registration's own address, with what is known of whoever has it."""
    row = OwnRegistration(
        training_id=registration.training_id,
        registration_id=registration.id,
        key=new_link_key(),
        **values,
    )
    session.add(row)
    session.flush()
    return row


def own_of(session: Session, registration_id: int, *, lock: bool = False) -> OwnRegistration | None:
    """What the registration's own hand is, if there is one."""
    found = sa.select(OwnRegistration).where(OwnRegistration.registration_id == registration_id)
    return session.scalar(found.with_for_update() if lock else found)


def own_by_token(session: Session, training_id: int, token: str) -> OwnRegistration | None:
    """Whose address ends in `token`; None for one that is none, or none any more."""
    key = link_key(keyring, _PURPOSE, token)
    if key is None:
        return None
    own = session.scalar(
        sa.select(OwnRegistration).where(
            OwnRegistration.training_id == training_id, OwnRegistration.key == key
        )
    )
    if own is None or ends_on(session.get_one(Training, training_id), own) < now().date():
        return None
    return own


def ends_on(training: Training, own: OwnRegistration) -> date:
    """The last day of a registration's address: some time after the class, or after its making if that is later."""
    return max(training.end_date + _AFTER_CLASS, own.sent_at.date() + _AFTER_MAKING)


def token_of(key: str | None) -> str:
    """What the address ends in; empty once it is closed."""
    return link_token(keyring, _PURPOSE, key) if key else ""


def address_of(training: Training, key: str | None) -> str:
    """The whole address under which somebody looks after their registration; empty where there is none."""
    return f"{public_address()}/r/{training.code}/{token_of(key)}" if key else ""


def seal_content(own: OwnRegistration, content: Mapping[str, str]) -> None:
    """Keep what somebody wrote of themselves."""
    text = json.dumps({name: value for name, value in content.items() if value}, ensure_ascii=False)
    own.content_sealed = keyring.seal(text, _place(own))


def content_of(own: OwnRegistration) -> dict[str, str]:
    """What somebody wrote of themselves, by the boxes of the form; nothing where it cannot be read."""
    if own.content_sealed is None:
        return {}
    try:
        content: dict[str, str] = json.loads(keyring.unseal(own.content_sealed, _place(own)))
    except SealBrokenError:
        return {}
    return content


def shown_content(own: OwnRegistration) -> dict[str, str]:
    """The same for their own eyes: an ID number is masked, alike whether or not it was taken over."""
    content = content_of(own)
    number = content.pop("id_number", "")
    return content | {"id_masked": mask_id_number(number)} if number else content


def _place(own: OwnRegistration) -> str:
    return f"own_registration:{own.uid}:content"


def scrub(session: Session, person_ids: Collection[int], names: Collection[str]) -> None:
    """Take some of what people wrote of themselves out again, by the boxes of the form."""
    rows = session.scalars(
        sa.select(OwnRegistration)
        .join(Registration, Registration.id == OwnRegistration.registration_id)
        .where(Registration.person_id.in_(person_ids), OwnRegistration.content_sealed.is_not(None))
        .with_for_update(of=OwnRegistration)
    )
    for own in rows:
        content = content_of(own)
        seal_content(own, {name: text for name, text in content.items() if name not in names})
        own.email = "" if "email" in names else own.email


class Written(NamedTuple):
    """Somebody's own hand on a registration as the organiser sees it.

    `differing` is what they wrote of themselves and what is known otherwise, by box; an ID number that
    was not taken over is masked.
    """

    by_form: bool
    sent_at: datetime
    address: str
    link_sent_at: datetime | None
    differing: dict[str, str]


def written(
    session: Session, training: Training, registration_id: int, known: Mapping[str, str]
) -> Written | None:
    """What somebody wrote of themselves against what is `known`, None for who has no own address."""
    own = own_of(session, registration_id)
    if own is None:
        return None
    content = content_of(own)
    differing = {
        name: content[name] for name, text in known.items() if content.get(name) and content[name] != text
    }
    if "id_number" in content:
        differing["id_number"] = mask_id_number(content["id_number"])
    return Written(own.by_form, own.sent_at, address_of(training, own.key), own.link_sent_at, differing)
