"""A table of places from a file: kept sealed, previewed, written as a whole or not at all."""

from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.documents.tabular import pick_table
from trainingmgr.domain.person import text_key
from trainingmgr.domain.quota import UnitPlaces
from trainingmgr.domain.quota_file import QuotaFile, has_header, read_quota_file
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.unit import key_of
from trainingmgr.extensions import db, transaction
from trainingmgr.models import Category, QuotaLine, QuotaPlace, Training, Unit
from trainingmgr.queries import audit, import_draft
from trainingmgr.queries import quota as queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.record import MAX_UNDO, Record
from trainingmgr.queries.unit import lock_units
from trainingmgr.services.quota import _records as records
from trainingmgr.services.quota.planning import Plan, PlannedLine, PlannedRow, Verdict, make_plan

__all__ = [
    "Draft",
    "Imported",
    "Plan",
    "PlannedRow",
    "Verdict",
    "confirm_draft",
    "discard_draft",
    "keep_upload",
    "open_draft",
    "undo_import",
]

_ACTION = "quota.imported"

# By line and unit.
_Places = dict[tuple[int | None, int], int]


@dataclass(frozen=True, slots=True)
class Draft:
    """A kept upload with what it would do."""

    uid: str
    file_name: str
    plan: Plan


def keep_upload(actor: Actor, training: Training, file_name: str, data: bytes) -> str:
    """Keep an upload, sealed, and give its name back. Raises Refusal where the file is no table of places."""
    _read(data)
    with transaction() as session:
        return import_draft.keep(session, actor, training, file_name, data, kind=import_draft.QUOTA)


def open_draft(actor: Actor, training: Training, uid: str) -> Draft:
    """A kept upload with its plan against the table as it is now. Raises NotFound."""
    draft = import_draft.find(db.session(), training.id, actor, uid, kind=import_draft.QUOTA)
    plan = make_plan(db.session(), training, _read(import_draft.content(draft)))
    return Draft(draft.uid, draft.file_name, plan)


@dataclass(frozen=True, slots=True)
class Imported:
    """What was written; `undo` names it for `undo_import`, None where it is too large to be taken back."""

    plan: Plan
    undo: int | None


def confirm_draft(actor: Actor, training: Training, uid: str, *, expected: tuple[int, int]) -> Imported:
    """Write a kept upload as it was previewed and let it go: every row, or none.

    `expected` are the numbers of new and changed rows that somebody agreed to. Units that the file does
    not name keep their places. Raises NotFound, Refusal `quota.file_faulty` (rows), `quota.moved`.
    """
    draft = import_draft.find(db.session(), training.id, actor, uid, kind=import_draft.QUOTA)
    file, file_name = _read(import_draft.content(draft)), draft.file_name
    with transaction() as session:
        records.lock(session, training.id)
        row = session.get(Training, training.id)
        if row is None:
            raise NotFound("not_found")
        # Before the plan looks at them: what somebody else does to units meanwhile is no work of this import.
        lock_units(session, row.organisation_id)
        plan = make_plan(session, row, file)
        counts = plan.counts
        if counts[Verdict.REFUSED]:
            raise Refusal("quota.file_faulty", rows=counts[Verdict.REFUSED])
        if (counts[Verdict.NEW], counts[Verdict.UPDATE]) != expected:
            raise Refusal("quota.moved")
        record = Record(session)
        with record.watching(_rows_of(row, plan)):
            _write(session, row, plan)
        import_draft.discard(session, training.id, actor, uid)
        undoable = bool(record.steps) and record.rows <= MAX_UNDO
        details: dict[str, Any] = {"before": record.sealed(_place(training.id))} if undoable else {}
        entry = audit.record(
            session, actor, _ACTION, "training", training.id, training=row, file=file_name[:255],
            new=counts[Verdict.NEW], changed=counts[Verdict.UPDATE], unchanged=counts[Verdict.UNCHANGED],
            **details,
        )  # fmt: skip
        session.flush()
        return Imported(plan, entry.id if undoable else None)


def undo_import(actor: Actor, training: Training, change: int) -> int:
    """Take an import back, once; how much of it stays, since somebody has used or changed it since.

    `change` is the `undo` of its `Imported`. Raises Refusal `undo_gone` for an import by somebody else, an old
    one or one that was taken back already, `quota.places_taken` (unit, places, taken) where people were named
    for its places since.
    """
    try:
        with transaction() as session:
            records.lock(session, training.id)
            lock_units(session, training.organisation_id)
            entry = audit.to_undo(session, actor, training.id, change, frozenset({_ACTION}))
            if entry is None:
                raise Refusal("undo_gone")
            before = _places(session, training.id)
            left = Record.opened(session, entry.details["before"], _place(training.id)).take_back()
            _check_named(session, training.id, before)
            # Whoever has a line open is to notice.
            _every_line_changed(session, training.id)
            audit.record_undo(session, actor, "quota.import_undone", training, entry, left=left)
            return left
    except IntegrityError as error:
        raise Refusal("undo_gone") from error


def _rows_of(training: Training, plan: Plan) -> dict[sa.Table, sa.ColumnElement[bool]]:
    """What an import may add or change, tables that others name first. Of units it adds some and changes none."""
    unit = cast("sa.Table", Unit.__table__)
    new = [key_of(name) for name in plan.new_units]
    tables = [cast("sa.Table", one.__table__) for one in (Category, QuotaLine, QuotaPlace)]
    return {unit: sa.and_(unit.c.organisation_id == training.organisation_id, unit.c.name_key.in_(new))} | {
        table: table.c.training_id == training.id for table in tables
    }


def _place(training_id: int) -> str:
    return f"quota_import:{training_id}"


def _places(session: Session, training_id: int) -> _Places:
    rows = session.execute(
        sa.select(QuotaPlace.line_id, QuotaPlace.unit_id, QuotaPlace.places).where(
            QuotaPlace.training_id == training_id
        )
    )
    return {(line_id, unit_id): places for line_id, unit_id, places in rows}


def _every_line_changed(session: Session, training_id: int) -> None:
    session.execute(
        sa.update(QuotaLine)
        .where(QuotaLine.training_id == training_id)
        .values(version=QuotaLine.version + 1)
        .execution_options(synchronize_session=False)
    )


def _check_named(session: Session, training_id: int, before: _Places) -> None:
    after = _places(session, training_id)
    for (line_id, unit_id), (taken, waiting) in queries.counts(session, training_id).items():
        held = line_id, unit_id
        places = after.get(held, 0)
        if after.get(held) != before.get(held) and (places < taken or (waiting and held not in after)):
            name = session.get_one(Unit, unit_id).name
            raise Refusal("quota.places_taken", unit=name, places=places, taken=taken + waiting)


def discard_draft(actor: Actor, training: Training, uid: str) -> None:
    """Let a kept upload go, if it is still there."""
    with transaction() as session:
        import_draft.discard(session, training.id, actor, uid)


def _read(data: bytes) -> QuotaFile:
    return read_quota_file(pick_table(data, has_header))


def _write(session: Session, training: Training, plan: Plan) -> None:
    categories = _make_categories(session, training, plan)
    for line in plan.lines:
        row = _line(session, training, line, categories)
        given = [UnitPlaces(one.unit, one.places) for one in line.rows]
        if given:
            wanted = records.units(session, training.organisation_id, given)
            records.set_places(session, row, wanted, whole=False)


def _make_categories(session: Session, training: Training, plan: Plan) -> dict[str, int]:
    rows = [
        Category(training_id=training.id, position=position, name_zh=name)
        for position, name in enumerate(plan.new_categories, 1)
    ]
    session.add_all(rows)
    session.flush()
    return {text_key(row.name_zh): row.id for row in rows}


def _line(session: Session, training: Training, line: PlannedLine, categories: dict[str, int]) -> QuotaLine:
    if line.id is not None:
        found = session.scalars(sa.select(QuotaLine).where(QuotaLine.id == line.id).with_for_update()).one()
        found.deadline, found.over, found.note = line.deadline, line.over, line.note
        return found
    row = QuotaLine(
        training_id=training.id,
        position=records.next_position(session, training.id),
        category_id=line.category_id or categories.get(text_key(line.category)),
        post=line.post,
        deadline=line.deadline,
        over=line.over,
        note=line.note,
    )
    session.add(row)
    session.flush()
    return row
