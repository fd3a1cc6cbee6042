"""Plan an import, and do it: all of the file, or nothing of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.documents.tabular import pick_table
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import OverCapacity
from trainingmgr.domain.roster_file import Judged, Layout, RosterField, RosterFile, find_layout, read_roster
from trainingmgr.domain.table import Table
from trainingmgr.extensions import db, metadata, transaction
from trainingmgr.models import Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.bulk import collector_paused, refresh_statistics
from trainingmgr.queries.known_people import lock_people
from trainingmgr.queries.locking import locked
from trainingmgr.queries.session_group import following
from trainingmgr.queries.unit import KnownUnits, known_units
from trainingmgr.services.roster_import.applying import Progress, write_plan
from trainingmgr.services.roster_import.planning import Plan, Verdict, make_plan

# A planner that still takes tables of this size for empty chooses far slower plans.
STATISTICS_FROM = 2_000

ColumnMapping = Mapping[int, RosterField | None]


def _silent(_done: int, _total: int) -> None:
    return


class ImportRefused(Refusal):
    """Nothing was written; `plan` says which rows are the reason."""

    def __init__(self, code: str, plan: Plan, /, **values: object) -> None:
        super().__init__(code, **values)
        self.plan = plan


class ReadFile(NamedTuple):
    """A file's roster sheet and where in it the roster is."""

    table: Table
    layout: Layout


def read_file(data: bytes, mapping: ColumnMapping | None = None) -> ReadFile:
    """Find the roster in a file. Raises Refusal `roster_no_header` (sheet), and what the readers raise."""
    layouts: list[Layout] = []

    def usable(table: Table) -> bool:
        layout = find_layout(table)
        if layout is not None:
            layouts.append(layout)
        return layout is not None

    table = pick_table(data, usable)
    if not layouts:
        raise Refusal("roster_no_header", sheet=table.name)
    return ReadFile(table, layouts[0].with_mapping(mapping) if mapping else layouts[0])


class Judgement(NamedTuple):
    """A file's rows, judged; and the day and the names of units that they were judged by."""

    roster: RosterFile
    today: date
    spoken: tuple[str, ...]


def judge_file(training: Training, file: ReadFile, units: KnownUnits, judged: Judged = _silent) -> Judgement:
    """Judge the rows of a file that was read, by the training's own calendar day; asks the database nothing."""
    today = datetime.now(ZoneInfo(training.time_zone)).date()
    roster = read_roster(file.table, file.layout, today=today, known_units=units.spoken, judged=judged)
    return Judgement(roster, today, units.spoken)


def plan_file(session: Session, training: Training, file: ReadFile, before: Judgement | None = None) -> Plan:
    """Plan the rows of a file that was read; those judged `before` are judged again only if units have come since."""
    units = known_units(session, training.organisation_id)
    if before is None or before.spoken != units.spoken:
        before = judge_file(training, file, units)
    return make_plan(session, training, before.roster, units)


def plan_import(
    session: Session, training: Training, data: bytes, mapping: ColumnMapping | None = None
) -> Plan:
    """What importing `data` would do; writes nothing. Raises Refusal where the file as a whole is no roster."""
    with collector_paused():
        return plan_file(session, training, read_file(data, mapping))


def import_roster(
    training_id: int,
    data: bytes,
    actor: Actor,
    *,
    file_name: str,
    mapping: ColumnMapping | None = None,
    update: bool = False,
    expected: Mapping[Verdict, int] | None = None,
    over: OverCapacity = OverCapacity.REFUSE,
    progress: Progress = _silent,
) -> Plan:
    """Write every row of `data` to the training's roster, or none.

    Rows that equal what is there change nothing. With `update`, people already on the roster get
    the values that the file gives; an empty cell takes nothing away. `expected` are the counts that
    somebody agreed to; `over` says what becomes of new people for whom there is no place. Raises
    ImportRefused `import_faulty` (rows), `import_needs_update` (rows), `import_over_capacity` (people, left)
    or `import_moved`, each with the plan, and Refusal where the file as a whole is no roster.
    """
    with collector_paused():
        # Reading takes the longest and needs no lock.
        plan = _write(
            training_id,
            read_file(data, mapping),
            actor,
            file_name,
            update=update,
            expected=expected,
            over=over,
            progress=progress,
        )
    after_import(plan)
    return plan


def after_import(plan: Plan) -> None:
    """What follows the commit of an import."""
    if plan.counts[Verdict.NEW] >= STATISTICS_FROM:
        refresh_statistics(db.engine, [metadata.tables[name] for name in ("unit", "person", "registration")])


def _write(
    training_id: int,
    file: ReadFile,
    actor: Actor,
    file_name: str,
    *,
    update: bool,
    expected: Mapping[Verdict, int] | None,
    over: OverCapacity,
    progress: Progress,
) -> Plan:
    try:
        with transaction() as session:
            return write_in(
                session,
                training_id,
                file,
                actor,
                file_name,
                update=update,
                expected=expected,
                over=over,
                progress=progress,
            )
    except IntegrityError as error:
        # Somebody else wrote the same person or unit at this moment.
        raise Refusal("stale") from error


def write_in(
    session: Session,
    training_id: int,
    file: ReadFile,
    actor: Actor,
    file_name: str,
    *,
    update: bool,
    expected: Mapping[Verdict, int] | None,
    over: OverCapacity,
    progress: Progress = _silent,
    before: Judgement | None = None,
) -> Plan:
    """The part of `import_roster` that belongs into the caller's transaction.

    `before` is what the rows were found to be beforehand. An IntegrityError means that somebody else wrote
    the same person or unit at this moment.
    """
    # One import at a time in an organisation: two would both make the same new people.
    organisation = sa.select(Training.organisation_id).where(Training.id == training_id)
    lock_people(session, session.scalars(organisation).one())
    training = locked(session, training_id)
    plan = plan_file(session, training, file, before)
    _agree(plan, update=update, expected=expected, over=over)
    if plan.counts[Verdict.NEW] or plan.counts[Verdict.UPDATE]:
        beyond: dict[str, Any] = (
            {"beyond": plan.over_capacity, "over": over.value} if plan.over_capacity else {}
        )
        with following(session, training.id):
            write_plan(session, training, plan, progress, waitlist=over is OverCapacity.WAITLIST)
        audit.record(
            session, actor, "roster.imported", "training", training.id, training=training,
            file=file_name[:255], new=plan.counts[Verdict.NEW], changed=plan.counts[Verdict.UPDATE],
            unchanged=plan.counts[Verdict.UNCHANGED],
            fields=sorted({one.field.value for row in plan.rows for one in row.changes}), **beyond,
        )  # fmt: skip
    return plan


def _agree(plan: Plan, *, update: bool, expected: Mapping[Verdict, int] | None, over: OverCapacity) -> None:
    if not plan.clean:
        raise ImportRefused("import_faulty", plan, rows=plan.counts[Verdict.REFUSED])
    if plan.counts[Verdict.UPDATE] and not update:
        raise ImportRefused("import_needs_update", plan, rows=plan.counts[Verdict.UPDATE])
    if expected is not None and any(plan.counts[verdict] != count for verdict, count in expected.items()):
        raise ImportRefused("import_moved", plan)
    if plan.over_capacity and over is OverCapacity.REFUSE:
        raise ImportRefused(
            "import_over_capacity", plan, people=plan.over_capacity, left=plan.places.left or 0
        )
