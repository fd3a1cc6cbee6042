"""Who may open which unit's page: an address leads to one unit of one training and to nothing else."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import link_key, link_token
from trainingmgr.domain.nomination import LinkState, link_state
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import keyring, now
from trainingmgr.models import NominationLink, Organisation, Training, Unit
from trainingmgr.queries import known_people
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.locking import locked

_PURPOSE = "nomination"


@dataclass(frozen=True, slots=True)
class Entry:
    """What an address leads to. `organisation_zh` and `_en` name whoever gave it out."""

    link_id: int
    state: LinkState
    expires_at: datetime
    last_used_at: datetime | None
    training: Training
    unit_id: int
    unit: str
    unit_en: str
    organisation_zh: str
    organisation_en: str

    @property
    def actor(self) -> Actor:
        """The unit, as the audit trail names it."""
        return Actor(None, self.unit[:120])


def address_token(key: str) -> str:
    """What stands in the address of the link with this key."""
    return link_token(keyring, _PURPOSE, key)


def entry(session: Session, token: str) -> Entry | None:
    """What an address leads to, be it in force or not; None for one that this installation never gave out."""
    key = link_key(keyring, _PURPOSE, token)
    if key is None:
        return None
    row = session.execute(
        sa.select(
            NominationLink, Training, Unit.name, Unit.name_en, Organisation.name_zh, Organisation.name_en
        )
        .join(Training, Training.id == NominationLink.training_id)
        .join(Unit, Unit.id == NominationLink.unit_id)
        .join(Organisation, Organisation.id == Training.organisation_id)
        .where(NominationLink.key == key)
    ).first()
    if row is None:
        return None
    link, training, unit, unit_en, zh, en = row
    state = link_state(link.expires_at, link.revoked_at, now())
    return Entry(
        link.id, state, link.expires_at, link.last_used_at, training, link.unit_id, unit, unit_en, zh, en
    )


def still_open(session: Session, found: Entry, *, enrolling: bool = False) -> Training:
    """The training of an address that is in force in the running transaction, which holds both until its end.

    The training is locked before the link, as whoever makes and revokes links does; and before it the
    organisation's people where somebody is `enrolling`. Raises NotFound, Refusal `nomination.link_ended` and `nomination.archived`.
    """
    if enrolling:
        known_people.lock_people(session, found.training.organisation_id)
    training = locked(session, found.training.id)
    link = session.scalar(
        sa.select(NominationLink).where(NominationLink.id == found.link_id).with_for_update()
    )
    if link is None or link_state(link.expires_at, link.revoked_at, now()) is not LinkState.IN_FORCE:
        raise Refusal("nomination.link_ended")
    if training.archived_at is not None:
        raise Refusal("nomination.archived")
    return training


def link_in_force(session: Session, training_id: int, unit_id: int) -> NominationLink | None:
    """The unit's link that was not revoked, be it expired."""
    return session.scalar(
        sa.select(NominationLink).where(
            NominationLink.training_id == training_id,
            NominationLink.unit_id == unit_id,
            NominationLink.revoked_at.is_(None),
        )
    )
