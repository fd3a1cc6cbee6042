"""A table of places from a file: kept sealed, previewed, written as a whole or not at all."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.documents.tabular import pick_table
from trainingmgr.domain.person import text_key
from trainingmgr.domain.quota import UnitPlaces
from trainingmgr.domain.quota_file import QuotaFile, has_header, read_quota_file
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db, transaction
from trainingmgr.models import Category, QuotaLine, Training
from trainingmgr.queries import audit, import_draft
from trainingmgr.queries.accounts import Actor
from trainingmgr.services.quota import _records as records
from trainingmgr.services.quota.planning import Plan, PlannedLine, PlannedRow, Verdict, make_plan

__all__ = [
    "Draft",
    "Plan",
    "PlannedRow",
    "Verdict",
    "confirm_draft",
    "discard_draft",
    "keep_upload",
    "open_draft",
]


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


def confirm_draft(actor: Actor, training: Training, uid: str, *, expected: tuple[int, int]) -> Plan:
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
        plan = make_plan(session, row, file)
        counts = plan.counts
        if counts[Verdict.REFUSED]:
            raise Refusal("quota.file_faulty", rows=counts[Verdict.REFUSED])
        if (counts[Verdict.NEW], counts[Verdict.UPDATE]) != expected:
            raise Refusal("quota.moved")
        _write(session, row, plan)
        import_draft.discard(session, training.id, actor, uid)
        audit.record(
            session, actor, "quota.imported", "training", training.id, training=row, file=file_name[:255],
            new=counts[Verdict.NEW], changed=counts[Verdict.UPDATE], unchanged=counts[Verdict.UNCHANGED],
        )  # fmt: skip
    return plan


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
