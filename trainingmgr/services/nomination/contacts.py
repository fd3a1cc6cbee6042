"""Mail addresses that an organiser writes beside units."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from trainingmgr.domain.person import clean_email
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import QuotaPlace, Training, Unit
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.unit import lock_units


@dataclass(frozen=True, slots=True)
class Kept:
    """How many addresses were kept, and by unit what was typed and is none."""

    number: int
    faulty: Mapping[int, str]


def keep_mail_addresses(actor: Actor, training: Training, typed: Mapping[int, str]) -> Kept:
    """Keep the addresses with their units, by id, for this and later trainings.

    A unit that has one, and one that this training offers nothing, is passed over.
    """
    with transaction() as session:
        lock_units(session, training.organisation_id)
        offered = sa.select(QuotaPlace.unit_id).where(QuotaPlace.training_id == training.id)
        units = session.scalars(
            sa.select(Unit).where(Unit.id.in_(typed), Unit.id.in_(offered), Unit.contact_email == "")
        ).all()
        number, faulty = 0, {}
        for unit in units:
            try:
                unit.contact_email = clean_email(typed[unit.id])
            except Refusal:
                faulty[unit.id] = typed[unit.id].strip()
                continue
            if unit.contact_email:
                number += 1
                audit.record(
                    session,
                    actor,
                    "unit.change",
                    "unit",
                    unit.id,
                    organisation_id=training.organisation_id,
                    fields=["contact_email"],
                )
        return Kept(number, faulty)
