"""A new training from an old one, on other days."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.training import ALL_PARTS, CopyPart, check_titles, clean_code, move_span
from trainingmgr.extensions import Model, transaction
from trainingmgr.models import (
    AnySession,
    Bus,
    Category,
    Contribution,
    Material,
    QuotaLine,
    QuotaPlace,
    SessionBus,
    SessionGroup,
    StudyTopic,
    Training,
    TrainingHost,
    TrainingSession,
    VisitStop,
)
from trainingmgr.models.person import new_uid
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.open_registration import copy_opening
from trainingmgr.queries.registration_form import copy_form
from trainingmgr.queries.training_copy import goes_along
from trainingmgr.services.training.settings import check_pattern, refuse_taken_code, write_with_code

# What belongs to the class that was held, not to the next one.
_LEFT_BEHIND = frozenset(
    {"id", "issue_date", "feedback_zh", "feedback_en", "source_zh", "source_en"}
    | {"archived_at", "created_at", "version"}
)


def copy(
    actor: Actor,
    training: Training,
    code: str,
    start_date: date,
    *,
    title_zh: str = "",
    title_en: str = "",
    own: bool = False,
    parts: frozenset[CopyPart] = ALL_PARTS,
) -> Training:
    """A new training that begins on `start_date`, with the old one's plan and none of its people.

    Settings, hosts, categories and study topics come along, and of the rest the `parts`: materials, buses, the
    registration form, the places offered to units and the timetable with its lecturers, sites and groups, each
    session and each last day for naming people as many days from the first as before; those without a time yet
    come along without one. Sessions outside the days of the class stay behind. Lecturers are to be asked anew: what they answered, sent and were paid stays with
    the class that was held. A new title without its translation drops the old translation. A copy of a sample stays a
    sample unless it is to be the organiser's `own`, which drops every sample mark. Raises `training.bad_code`, `training.code_taken`,
    `training.too_long` and the refusals of `check_pattern`.
    """
    new_code = clean_code(code)
    if not new_code:
        raise Refusal("training.bad_code", code=code)
    check_titles(title_zh, title_en)
    with transaction() as session:
        refuse_taken_code(session, new_code)
        days = (start_date - training.start_date).days
        new = Training(**_values(training, _LEFT_BEHIND))
        new.code, new.start_date = new_code, start_date
        new.end_date = training.end_date + (start_date - training.start_date)
        if "{code}" not in new.serial_pattern:
            new.serial_pattern = "{code}-{seq:04d}"
        if (title_zh.strip() and title_zh.strip() != training.title_zh) or title_en.strip():
            new.title_en, new.title_en_translated = title_en.strip(), False
        new.title_zh = title_zh.strip() or training.title_zh
        new.is_sample = training.is_sample and not own
        session.add(new)
        write_with_code(session, new_code)
        check_pattern(session, new)
        for table in (TrainingHost, Category, StudyTopic):
            _copy_rows(session, table, training.id, new.id)
        if CopyPart.MATERIALS in parts:
            _copy_rows(session, Material, training.id, new.id)
        session.flush()
        if CopyPart.PLACES in parts:
            _copy_quotas(session, training, new, days)
        if CopyPart.FORM in parts:
            copy_form(session, training.id, new.id)
            copy_opening(session, training.id, new.id)
        buses = _copy_buses(session, training.id, new.id) if CopyPart.BUSES in parts else {}
        sessions = (
            _copy_sessions(session, training, new, days, parts, buses) if CopyPart.SESSIONS in parts else 0
        )
        session.flush()
        if own:
            _drop_sample_marks(session, new.id)
        audit.record(
            session,
            actor,
            "training.copied",
            "training",
            new.id,
            training=new,
            source=training.code,
            sessions=sessions,
        )
    return new


def _values(row: Model, left_out: frozenset[str]) -> dict[str, Any]:
    columns = sa.inspect(type(row)).column_attrs.keys()
    return {name: getattr(row, name) for name in columns if name not in left_out}


def _copy_rows(session: Session, table: type[Model], source_id: int, target_id: int) -> None:
    columns = sa.inspect(table).columns
    rows = session.scalars(sa.select(table).where(columns["training_id"] == source_id))
    session.add_all(
        table(training_id=target_id, **_values(row, frozenset({"id", "training_id"}))) for row in rows
    )


def _copy_quotas(session: Session, source: Training, target: Training, days: int) -> None:
    """The lines with their units and places, and nobody who was named on them."""
    categories = dict(
        session.execute(sa.select(Category.position, Category.id).where(Category.training_id == target.id))
        .tuples()
        .all()
    )
    places = {one.id: categories[one.position] for one in source.categories}
    old = session.scalars(
        sa.select(QuotaLine)
        .where(QuotaLine.training_id == source.id)
        .options(sa.orm.selectinload(QuotaLine.places))
    ).all()
    for row in old:
        new = QuotaLine(training_id=target.id, **_values(row, frozenset({"id", "training_id", "version"})))
        new.category_id = places.get(row.category_id) if row.category_id is not None else None
        new.deadline = row.deadline + timedelta(days=days) if row.deadline else None
        new.is_sample = row.is_sample and target.is_sample
        new.places = [
            QuotaPlace(
                training_id=target.id,
                **_values(one, frozenset({"id", "line_id", "training_id"})),
            )
            for one in row.places
        ]
        session.add(new)


def _copy_buses(session: Session, source_id: int, target_id: int) -> dict[int, int]:
    """The buses with their seats, by the ids of those before; who drives and leads belongs to the class that was held."""
    made = {}
    for row in session.scalars(sa.select(Bus).where(Bus.training_id == source_id)):
        made[row.id] = Bus(training_id=target_id, name=row.name, seats=row.seats, is_sample=row.is_sample)
    session.add_all(made.values())
    session.flush()
    return {old: bus.id for old, bus in made.items()}


def _copy_sessions(
    session: Session,
    source: Training,
    target: Training,
    days: int,
    parts: frozenset[CopyPart],
    buses: dict[int, int],
) -> int:
    old = session.scalars(
        sa.select(AnySession)
        .where(AnySession.training_id == source.id, goes_along(source))
        .options(
            sa.orm.selectinload(AnySession.contributions),
            sa.orm.selectinload(AnySession.stops),
            sa.orm.selectinload(AnySession.groups),
            sa.orm.selectinload(AnySession.rides),
        )
        .order_by(AnySession.id)
    ).all()
    for row in old:
        left_out = frozenset({"id", "uid", "sequence", "training_id", "version", "placed"})
        new = type(row)(training_id=target.id, uid=new_uid(), **_values(row, left_out))
        zone = source.time_zone
        if isinstance(new, TrainingSession):
            new.starts_at, new.ends_at = move_span(new.starts_at, new.ends_at, days, zone, zone)
        part = frozenset({"id", "session_id"})
        if CopyPart.LECTURERS in parts:
            new.contributions = [Contribution(**_values(one, part)) for one in row.contributions]
        if CopyPart.SITES in parts:
            new.stops = [VisitStop(**_values(one, part)) for one in row.stops]
        if CopyPart.GROUPS in parts:
            new.groups = [SessionGroup(group_name=one.group_name) for one in row.groups]
            new.rides = [
                SessionBus(training_id=target.id, bus_id=buses[one.bus_id], group_name=one.group_name)
                for one in row.rides
                if one.bus_id in buses
            ]
        session.add(new)
    return len(old)


def _drop_sample_marks(session: Session, training_id: int) -> None:
    session.execute(
        sa.update(AnySession)
        .where(AnySession.training_id == training_id)
        .values(is_sample=False, times_are_sample=False)
    )
    for table in (Material, Bus):
        session.execute(sa.update(table).where(table.training_id == training_id).values(is_sample=False))
