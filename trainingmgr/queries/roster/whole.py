"""The whole roster, for a file."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.roster_column import RosterOrder
from trainingmgr.models import Category, Nomination, Person, Registration, Unit
from trainingmgr.queries.arrangement import PLACE_OF, place_name
from trainingmgr.queries.person import open_id
from trainingmgr.queries.roster.filters import Filters, where


class ExportRow(NamedTuple):
    """One participant: `category` in both languages, `phone` in its normal form, instants in UTC.

    `nominated_by` is the unit that named them, `uid` what they are told apart by over all trainings,
    `pinyin` the key by which names are ordered.
    """

    name: str
    latin_name: str
    sex: str
    ethnicity: str
    unit: str
    post: str
    category_zh: str
    category_en: str
    group: str
    phone: str
    email: str
    id_type: str
    id_number: str
    status: RegistrationStatus
    note: str
    reason: str
    nominated_by: str
    arrived_at: datetime | None
    registered_at: datetime
    pinyin: str
    uid: str
    bus: str
    room: str
    table: str


def export_rows(
    session: Session,
    training_id: int,
    filters: Filters | None = None,
    *,
    order: RosterOrder = RosterOrder.NAME,
    clear: bool = False,
) -> Iterator[ExportRow]:
    """Everybody whom the filters leave, read a thousand at a time.

    ID numbers are masked unless `clear`; whoever asks for that writes it into the audit trail.
    """
    naming = aliased(Unit)
    rows = session.execute(
        sa.select(
            Person.name,
            Registration.latin_name,
            Person.sex,
            Person.ethnicity,
            sa.func.coalesce(Unit.name, ""),
            Registration.post,
            sa.func.coalesce(Category.name_zh, ""),
            sa.func.coalesce(Category.name_en, ""),
            Registration.group_name,
            Person.phone,
            Person.email,
            Person.id_type,
            Person.id_masked,
            Registration.status,
            Registration.note,
            Registration.reason,
            sa.func.coalesce(naming.name, ""),
            Registration.arrived_at,
            Registration.created_at,
            Person.pinyin,
            Person.uid,
            *(place_name(kind, Registration.id, Registration.status) for kind in PLACE_OF),
            Person.id_sealed,
        )
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .outerjoin(Category, Category.id == Registration.category_id)
        .outerjoin(Nomination, Nomination.registration_id == Registration.id)
        .outerjoin(naming, naming.id == Nomination.unit_id)
        .where(*where(training_id, filters or Filters()))
        .order_by(*([Registration.sort_key] if order is RosterOrder.NAME else []), Registration.id)
        .execution_options(yield_per=1000)
    )
    for row in rows:
        found = ExportRow._make(row[:-1])
        if clear and row.id_sealed is not None:
            found = found._replace(id_number=open_id(row.uid, row.id_sealed))
        yield found
