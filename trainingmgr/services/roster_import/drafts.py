"""An upload between its preview and its confirmation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from trainingmgr.domain.person import mask_id_number
from trainingmgr.domain.registration import OverCapacity
from trainingmgr.domain.roster_file import RosterField, read_roster
from trainingmgr.extensions import db, now, transaction
from trainingmgr.models import ImportDraft, Training
from trainingmgr.queries import import_draft
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.bulk import collector_paused
from trainingmgr.services.roster_import.planning import Plan, Verdict
from trainingmgr.services.roster_import.use_cases import ReadFile, import_roster, plan_file, read_file

_LONG_NUMBER = re.compile(r"[0-9]{14,17}[0-9Xx]")


@dataclass(frozen=True, slots=True)
class Draft:
    """A kept upload with what it would do.

    `samples` are up to three values of each column, ID numbers masked. `as_typed` are name, unit and
    post of rows that could not be read, as the file has them.
    """

    uid: str
    file_name: str
    plan: Plan
    samples: Mapping[int, tuple[str, ...]]
    as_typed: Mapping[int, tuple[str, str, str]]


def keep_upload(training_id: int, actor: Actor, file_name: str, data: bytes) -> str:
    """Keep an upload, sealed, and give its name back; uploads older than a day go.

    Raises Refusal where the file as a whole is no roster, and keeps nothing then.
    """
    file = read_file(data)
    # Whether anybody stands in it at all is known only by reading it.
    with collector_paused():
        read_roster(file.table, file.layout, today=now().date())
    with transaction() as session:
        training = session.get_one(Training, training_id)
        return import_draft.keep(session, actor, training, file_name, data)


def mapping_of(draft: ImportDraft) -> dict[int, RosterField | None]:
    """What the columns of a kept upload hold, as somebody has said."""
    return {int(index): RosterField(field) if field else None for index, field in draft.mapping.items()}


def open_draft(session: Session, training: Training, actor: Actor, uid: str) -> Draft:
    """A kept upload with its plan against the roster as it is now. Raises NotFound."""
    draft = import_draft.find(session, training.id, actor, uid)
    file = read_file(import_draft.content(draft), mapping_of(draft))
    with collector_paused():
        plan = plan_file(session, training, file)
    return Draft(draft.uid, draft.file_name, plan, _samples(file), _as_typed(file, plan))


def _samples(file: ReadFile) -> dict[int, tuple[str, ...]]:
    rows = [cells for _, cells in file.table.rows[file.layout.position + 1 :][:50]]
    found: dict[int, tuple[str, ...]] = {}
    for column in file.layout.columns:
        texts = (" ".join(cells[column.index].split()) for cells in rows if column.index < len(cells))
        first = list(dict.fromkeys(text for text in texts if text))[:3]
        found[column.index] = tuple(_LONG_NUMBER.sub(_masked, text) for text in first)
    return found


def _masked(found: re.Match[str]) -> str:
    return mask_id_number(found[0])


def _as_typed(file: ReadFile, plan: Plan) -> dict[int, tuple[str, str, str]]:
    unread = {row.row for row in plan.rows if row.person is None}
    fields = file.layout.fields
    name = fields.get(RosterField.NAME)
    unit = fields.get(RosterField.UNIT, fields.get(RosterField.UNIT_AND_POST))
    post = fields.get(RosterField.POST)

    def cell(cells: list[str], index: int | None) -> str:
        return " ".join(cells[index].split())[:120] if index is not None and index < len(cells) else ""

    return {
        number: (cell(cells, name), cell(cells, unit), cell(cells, post))
        for number, cells in file.table.rows
        if number in unread
    }


def map_columns(training_id: int, actor: Actor, uid: str, mapping: Mapping[int, RosterField | None]) -> None:
    """Say what the columns of a kept upload hold. Raises NotFound, Refusal `mapping_twice`, `mapping_no_name`."""
    with transaction() as session:
        draft = import_draft.find(session, training_id, actor, uid)
        read_file(import_draft.content(draft), mapping)
        draft.mapping = {str(index): field.value if field else "" for index, field in mapping.items()}


def confirm_draft(
    training_id: int,
    actor: Actor,
    uid: str,
    *,
    expected: Mapping[Verdict, int],
    over: OverCapacity = OverCapacity.REFUSE,
) -> Plan:
    """Import a kept upload as it was previewed, updates included, and let it go.

    Raises what `import_roster` raises, and NotFound.
    """
    draft = import_draft.find(db.session(), training_id, actor, uid)
    plan = import_roster(
        training_id,
        import_draft.content(draft),
        actor,
        file_name=draft.file_name,
        mapping=mapping_of(draft),
        update=True,
        expected=expected,
        over=over,
    )
    discard_draft(training_id, actor, uid)
    return plan


def discard_draft(training_id: int, actor: Actor, uid: str) -> None:
    """Let a kept upload go, if it is still there."""
    with transaction() as session:
        import_draft.discard(session, training_id, actor, uid)
