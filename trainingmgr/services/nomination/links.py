"""Addresses under which units name people: made, sent by mail, made anew, taken back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import new_link_key
from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.nomination import LINK_LIFE, LinkState, link_state
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import now, transaction
from trainingmgr.models import Nomination, NominationLink, QuotaPlace, Training, Unit
from trainingmgr.queries import audit
from trainingmgr.queries import nomination as queries
from trainingmgr.queries import quota as quotas
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.mail.queueing import Mailing
from trainingmgr.queries.nomination import address_token, letter_values


@dataclass(frozen=True, slots=True)
class Mailed:
    """How many mails were written, and the names of the units that have no mail address."""

    mails: int
    without_address: tuple[str, ...]


def make_links(actor: Actor, training: Training, unit_ids: Collection[int] | None = None) -> int:
    """Give an address to each unit that has places and none in force, or to those chosen; how many were made.

    Raises NotFound for a unit that this training offers nothing.
    """
    with transaction() as session:
        row = _locked(session, training.id)
        offered = _offered(session, row.id)
        chosen = offered if unit_ids is None else list(dict.fromkeys(unit_ids))
        if not set(chosen) <= set(offered):
            raise NotFound("not_found")
        made = [one for one in chosen if _renewed(session, row, one, only_missing=True)]
        if made:
            audit.record(
                session,
                actor,
                "nomination.links_made",
                "training",
                row.id,
                training=row,
                units=len(made),
                unit_ids=made,
            )
        return len(made)


def renew(actor: Actor, training: Training, unit_id: int) -> None:
    """Give a unit another address; the one before leads nowhere from now on. Raises NotFound."""
    with transaction() as session:
        row = _locked(session, training.id)
        if unit_id not in _offered(session, row.id):
            raise NotFound("not_found")
        _renewed(session, row, unit_id, only_missing=False)
        audit.record(session, actor, "nomination.link_renewed", "unit", unit_id, training=row)


def revoke(actor: Actor, training: Training, unit_id: int) -> None:
    """Let a unit's address lead nowhere; once more changes nothing."""
    with transaction() as session:
        row = _locked(session, training.id)
        link = queries.link_in_force(session, row.id, unit_id)
        if link is not None:
            link.revoked_at = now()
            audit.record(session, actor, "nomination.link_revoked", "unit", unit_id, training=row)


def send_links(
    actor: Actor,
    training: Training,
    unit_ids: Collection[int],
    *,
    language: str,
    address: str,
    reminder: bool = False,
) -> Mailed:
    """Write each unit a mail with its address, making one where none is in force.

    `address` is where units' pages lie, `{token}` standing for the secret part; a `reminder` says how many
    were named so far. Raises NotFound.
    """
    with transaction() as session:
        row = _locked(session, training.id)
        offered = _offered(session, row.id)
        chosen = [one for one in offered if one in set(unit_ids)]
        if len(chosen) != len(set(unit_ids)):
            raise NotFound("not_found")
        table = quotas.table(session, row)
        mailing = Mailing(
            session,
            organisation_id=row.organisation_id,
            kind=MailKind.NOMINATION_REMINDER if reminder else MailKind.NOMINATION_INVITATION,
            language=language,
            training_id=row.id,
        )
        without: list[str] = []
        mailed: list[int] = []
        for unit in session.scalars(sa.select(Unit).where(Unit.id.in_(chosen)).order_by(Unit.id)):
            if not unit.contact_email:
                without.append(unit.name_en if language == "en" and unit.name_en else unit.name)
                continue
            _renewed(session, row, unit.id, only_missing=True)
            link = queries.link_in_force(session, row.id, unit.id)
            if link is None:
                raise NotFound("not_found")
            values = letter_values(table, unit, language) | {
                "link": address.format(token=address_token(link.key))
            }
            mailing.add(
                to_name=unit.contact_name or unit.name,
                to_address=unit.contact_email,
                values=values,
                unit_id=unit.id,
            )
            mailed.append(unit.id)
        if mailed:
            action = "nomination.reminded" if reminder else "nomination.links_sent"
            audit.record(
                session, actor, action, "training", row.id, training=row, units=len(mailed), unit_ids=mailed
            )
    return Mailed(len(mailed), tuple(without))


def _renewed(session: Session, training: Training, unit_id: int, *, only_missing: bool) -> bool:
    """Give the unit a new link unless one is in force that may stay; tell whether one was made."""
    link = queries.link_in_force(session, training.id, unit_id)
    if link is not None:
        if only_missing and link_state(link.expires_at, None, now()) is LinkState.IN_FORCE:
            return False
        link.revoked_at = now()
        session.flush()
    session.add(
        NominationLink(
            training_id=training.id, unit_id=unit_id, key=new_link_key(), expires_at=_expiry(training)
        )
    )
    session.flush()
    return True


def _expiry(training: Training) -> datetime:
    """A week after the class, so that units can look up who came; a month where that is past or near."""
    zone = ZoneInfo(training.time_zone)
    last = datetime.combine(training.end_date + timedelta(days=8), time(), zone)
    return max(last, now() + LINK_LIFE)


def _locked(session: Session, training_id: int) -> Training:
    row = session.scalar(
        sa.select(Training).where(Training.id == training_id).with_for_update(key_share=True)
    )
    if row is None:
        raise NotFound("not_found")
    if row.archived_at is not None:
        raise Refusal("nomination.archived")
    return row


def _offered(session: Session, training_id: int) -> list[int]:
    """The units that have places or have named somebody, each once, in the order of the table."""
    placed = session.scalars(
        sa.select(QuotaPlace.unit_id)
        .where(QuotaPlace.training_id == training_id)
        .order_by(QuotaPlace.line_id, QuotaPlace.position, QuotaPlace.id)
    )
    named = session.scalars(sa.select(Nomination.unit_id).where(Nomination.training_id == training_id))
    return list(dict.fromkeys([*placed, *named]))
