"""A filled-in form from a file: each row becomes a draft, faulty ones too, to be completed on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session

from trainingmgr.documents.tabular import pick_table
from trainingmgr.domain.nomination import FIELDS, MOST_DRAFTS, Nominee
from trainingmgr.domain.person import IdType, name_key, read_id_type, text_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration_form import FileBox, FormDefinition, box_of, columns_of, from_cell
from trainingmgr.domain.roster_file import (
    Layout,
    RosterField,
    RosterRow,
    find_layout,
    read_roster,
    split_unit_and_post,
)
from trainingmgr.domain.table import Table
from trainingmgr.extensions import transaction
from trainingmgr.models import Category, QuotaLine, Training, Unit
from trainingmgr.queries import audit
from trainingmgr.queries.nomination import Entry, askings, drafts, sent, still_open
from trainingmgr.services.nomination import _records as records

_FROM_FILE = {
    "name": RosterField.NAME,
    "sex": RosterField.SEX,
    "ethnicity": RosterField.ETHNICITY,
    "unit": RosterField.UNIT,
    "post": RosterField.POST,
    "phone": RosterField.PHONE,
    "email": RosterField.EMAIL,
    "id_type": RosterField.ID_TYPE,
    "id_number": RosterField.ID_NUMBER,
    "note": RosterField.NOTE,
}


class _Row(NamedTuple):
    """A row of the file: what it says of a person, cleaned where it could be read, and its category."""

    number: int
    typed: dict[str, str]
    category: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows: `drafts` were written down, `known` (row, name) were there already."""

    drafts: int
    known: tuple[tuple[int, str], ...]


def take_file(entry: Entry, file_name: str, data: bytes, built_in: Sequence[FileBox] = ()) -> Taken:
    """Write a draft for each person in a file who is neither among the unit's drafts nor named by it.

    `built_in` are the boxes of built-in fields that the training asks, by their words on screen.

    Raises Refusal where the file as a whole is no list of people, `nomination.too_many_drafts` (limit),
    `nomination.link_ended`, `nomination.archived`.
    """
    table, layout = _table(data)
    with transaction() as session:
        training = still_open(session, entry)
        unit = session.get_one(Unit, entry.unit_id)
        form = askings(session, training.id).definition
        rows = _rows(training, unit, table, layout, _boxes(form, built_in))
        lines = _lines(session, training, entry.unit_id)
        known = _known(session, training, entry)
        there: list[tuple[int, str]] = []
        made = 0
        for row in rows:
            keys = _keys(row.typed)
            if keys & known:
                there.append((row.number, row.typed["name"]))
                continue
            known |= keys
            draft = records.new_draft(session, entry, row.typed, _line(lines, row.category))
            draft.source = f"{row.number}\t{file_name}"[:160]
            made += 1
        audit.record(
            session,
            entry.actor,
            "nomination.file_taken",
            "unit",
            entry.unit_id,
            training=training,
            file=file_name[:255],
            drafts=made,
            known=len(there),
        )
    return Taken(made, tuple(there))


def _table(data: bytes) -> tuple[Table, Layout]:
    layouts: list[Layout] = []

    def usable(table: Table) -> bool:
        layout = find_layout(table)
        if layout is not None:
            layouts.append(layout)
        return layout is not None

    table = pick_table(data, usable)
    if not layouts:
        raise Refusal("roster_no_header", sheet=table.name)
    return table, layouts[0]


def _rows(
    training: Training, unit: Unit, table: Table, layout: Layout, boxes: Sequence[FileBox]
) -> list[_Row]:
    file = read_roster(table, layout, today=records.today(training), known_units=[unit.name])
    if len(file.rows) + len(file.typed_names) > MOST_DRAFTS:
        raise Refusal("nomination.too_many_drafts", limit=MOST_DRAFTS)
    read = {row.row: _Row(row.row, _cleaned(row), row.category) for row in file.rows}
    faulty = {problem.row for problem in file.problems}
    typed = {number: cells for number, cells in table.rows if number in faulty}
    read |= {number: _as_typed(number, cells, layout, unit) for number, cells in typed.items()}
    unused = {one.index: one.header for one in layout.columns if one.field is None and one.header}
    asked = columns_of(boxes, unused)
    for row in read.values():
        # As the form has it, too: whose people come from elsewhere says so.
        row.typed["unit"] = row.typed["unit"] or unit.name
    for number, cells in table.rows:
        if number in read:
            answers = {one.key: from_cell(one, cells[at]) for at, one in asked.items() if at < len(cells)}
            read[number].typed.update({key: text for key, text in answers.items() if text})
    return [read[number] for number in sorted(read)]


def _boxes(form: FormDefinition | None, built_in: Sequence[FileBox]) -> list[FileBox]:
    """What the file may answer; a question of the organiser's own goes before a field that is called the same."""
    return [*map(box_of, form.questions), *built_in] if form else []


def _cleaned(row: RosterRow) -> dict[str, str]:
    return Nominee(
        name=row.name,
        sex=row.sex or "",
        ethnicity=row.ethnicity,
        unit=row.unit,
        post=row.post,
        phone=row.phone,
        email=row.email,
        id_type=row.document.type.value if row.document else "",
        id_number=row.document.number if row.document else "",
        note=row.note,
    ).typed()


def _as_typed(number: int, cells: Sequence[str], layout: Layout, unit: Unit) -> _Row:
    """A row that is to be corrected, as the file has it."""

    def cell(field: RosterField) -> str:
        at = layout.fields.get(field)
        return " ".join(cells[at].split()) if at is not None and at < len(cells) else ""

    typed = dict.fromkeys(FIELDS, "") | {name: cell(field) for name, field in _FROM_FILE.items()}
    both = cell(RosterField.UNIT_AND_POST)
    if both:
        parted = split_unit_and_post(both, [unit.name])
        typed["unit"], typed["post"] = typed["unit"] or parted[0], typed["post"] or parted[1]
    typed["name"] = typed["name"] or cell(RosterField.SURNAME) + cell(RosterField.GIVEN_NAME)
    typed["sex"] = {"男": "male", "女": "female"}.get(typed["sex"], typed["sex"])
    typed["id_type"] = _id_type(typed["id_type"])
    return _Row(number, typed, cell(RosterField.CATEGORY))


def _id_type(text: str) -> str:
    try:
        found: IdType | None = read_id_type(text) if text else None
    except Refusal:
        return ""
    return found.value if found else ""


def _keys(typed: Mapping[str, str]) -> set[tuple[str, str]]:
    """By what a unit's own people are told apart: the ID number, else name with phone."""
    found = {("id", typed["id_number"])} if typed["id_number"] else set()
    if typed["name"]:
        found.add((name_key(typed["name"]), typed["phone"]))
    return found


def _known(session: Session, training: Training, entry: Entry) -> set[tuple[str, str]]:
    named = [one.nominee for one in sent(session, training.id, entry.unit_id) if not one.gone]
    written = drafts(session, training.id, entry.unit_id, records.today(training))
    people = [*named, *(one.reading.nominee for one in written)]
    return {key for one in people for key in _keys(one.typed())}


def _lines(session: Session, training: Training, unit_id: int) -> list[tuple[QuotaLine, Category | None]]:
    return [
        (line, session.get(Category, line.category_id) if line.category_id else None)
        for line in records.lines_of(session, training.id, unit_id)
    ]


def _line(lines: Sequence[tuple[QuotaLine, Category | None]], category: str) -> int | None:
    """The line that a row's category means; the only one there is where it says none."""
    if not category:
        return lines[0][0].id if len(lines) == 1 else None
    fitting = [
        line.id
        for line, one in lines
        if one is not None and text_key(category) in {text_key(one.name_zh), text_key(one.name_en)}
    ]
    return fitting[0] if len(fitting) == 1 else None
