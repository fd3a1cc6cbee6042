"""A list of units from a file: all of it written, or none, and taken back as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from trainingmgr.documents.tabular import pick_table
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.unit import AliasKind, UnitType, key_of, makes_a_circle, unit_keys
from trainingmgr.domain.unit_file import Problem, UnitRow, has_header, read_unit_file
from trainingmgr.extensions import transaction
from trainingmgr.models import Unit, UnitAlias
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.record import MAX_UNDO, Record
from trainingmgr.queries.unit import lock_units, new_unit

_ACTION = "unit.imported"
_UNIT = cast("sa.Table", Unit.__table__)
_ALIAS = cast("sa.Table", UnitAlias.__table__)


@dataclass(frozen=True, slots=True)
class ImportDone:
    """How many units were added, changed or left as they are. `undo` names the import for `undo_import`."""

    added: int
    changed: int
    unchanged: int
    undo: int | None


class ListRefused(Refusal):
    """Nothing was written; `problems` say which rows are the reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("unit_file.faulty", rows=len(problems))
        self.problems = sorted(problems)


def import_units(actor: Actor, organisation_id: int, data: bytes) -> ImportDone:
    """Add the units of a list that are unknown, and write down what it says of those that are known.

    A unit is known by any of its names. An empty cell takes nothing away, nor does a name that is missing
    in the list. Raises ListRefused, and Refusal where the file as a whole is no list of units.
    """
    file = read_unit_file(pick_table(data, has_header))
    if file.problems:
        raise ListRefused(file.problems)
    with transaction() as session:
        lock_units(session, organisation_id)
        writer = _Writer(session, organisation_id)
        problems = writer.check(file.rows)
        if problems:
            raise ListRefused(problems)
        for row in file.rows:
            writer.write(row)
        problems = writer.hang(file.rows)
        if problems:
            raise ListRefused(problems)
        counts = {"added": len(writer.added), "changed": len(writer.changed)}
        details: dict[str, Any] = dict(counts)
        if writer.record.steps and writer.record.rows <= MAX_UNDO:
            details["before"] = writer.record.sealed(_place(organisation_id))
        entry = audit.record(
            session,
            actor,
            _ACTION,
            "organisation",
            organisation_id,
            organisation_id=organisation_id,
            **details,
        )
        session.flush()
        unchanged = len(file.rows) - sum(counts.values())
        return ImportDone(**counts, unchanged=unchanged, undo=entry.id if "before" in details else None)


def undo_import(actor: Actor, organisation_id: int, change: int) -> int:
    """Take an import of units back, once; how many values and units stay, since somebody has used them since.

    Raises Refusal `undo_gone`.
    """
    try:
        with transaction() as session:
            lock_units(session, organisation_id)
            entry = audit.to_undo_in_organisation(
                session, actor, organisation_id, change, frozenset({_ACTION})
            )
            if entry is None:
                raise Refusal("undo_gone")
            left = Record.opened(session, entry.details["before"], _place(organisation_id)).take_back()
            audit.record_undo(session, actor, "unit.import_undone", None, entry, left=left)
            return left
    except IntegrityError as error:
        raise Refusal("undo_gone") from error


def _place(organisation_id: int) -> str:
    return f"unit_import:{organisation_id}"


class _Writer:
    def __init__(self, session: Session, organisation_id: int) -> None:
        self._session = session
        self._organisation_id = organisation_id
        units = session.scalars(
            sa.select(Unit)
            .where(Unit.organisation_id == organisation_id)
            .options(selectinload(Unit.aliases))
            .order_by(Unit.id)
        ).all()
        self._units = {unit.id: unit for unit in units}
        self._ids: dict[str, int] = {}
        names = [(unit.id, unit.name) for unit in units]
        names += [(unit.id, alias.name) for unit in units for alias in unit.aliases]
        for unit_id, name in names:
            self._ids.setdefault(key_of(name), unit_id)
        self._parents = {unit.id: unit.parent_id for unit in units}
        self.record = Record(session)
        self.added: set[int] = set()
        self.changed: set[int] = set()

    def check(self, rows: Sequence[UnitRow]) -> list[Problem]:
        """What the list says that cannot be, before anything is written."""
        codes = {unit.uscc: (unit.id, unit.name) for unit in self._units.values() if unit.uscc}
        bearers: dict[int, UnitRow] = {}
        names = {key_of(name): row for row in reversed(rows) for name in (*row.aliases, row.name)}
        problems = []
        for row in rows:
            try:
                self._check_names(row, names, bearers)
                if code := row.said.get("uscc"):
                    known = codes.setdefault(code, (self._ids.get(key_of(row.name), -row.row), row.name))
                    if known[0] != self._ids.get(key_of(row.name), -row.row):
                        raise Refusal("unit.uscc_taken", name=known[1])
            except Refusal as refusal:
                problems.append(Problem(row.row, refusal))
        return problems

    def _check_names(self, row: UnitRow, names: Mapping[str, UnitRow], bearers: dict[int, UnitRow]) -> None:
        unit_id = self._ids.get(key_of(row.name))
        if unit_id is not None:
            other = bearers.setdefault(unit_id, row)
            if other is not row:
                raise Refusal("unit_file.twice", name=row.name, other=other.row)
        for name in row.aliases:
            bearer = self._ids.get(key_of(name))
            if bearer is not None and bearer != unit_id:
                raise Refusal("unit.alias_taken", alias=name, name=self._units[bearer].name)
            if names[key_of(name)] is not row:
                raise Refusal("unit.alias_taken", alias=name, name=names[key_of(name)].name)
        parent = key_of(row.parent)
        if row.parent and parent not in self._ids and parent not in names:
            raise Refusal("unit.parent_unknown", name=row.parent)

    def write(self, row: UnitRow) -> None:
        """Add the unit, or write down what the row says of it; its place in the tree comes with `hang`."""
        unit_id = self._ids.get(key_of(row.name))
        if unit_id is None:
            self._add(row)
            return
        unit = self._units[unit_id]
        new = {name: value for name, value in _typed(row.said).items() if getattr(unit, name) != value}
        names = [one.name for one in unit.aliases]
        more = [one for one in row.aliases if self._ids.get(key_of(one)) != unit_id]
        if new or more:
            keys = unit_keys(unit.name, new.get("name_en", unit.name_en), [*names, *more])
            self.record.change(_UNIT, unit_id, new | {"search_text": keys["search_text"]})
            self._add_aliases(unit_id, more)
            self.changed.add(unit_id)

    def _add(self, row: UnitRow) -> None:
        columns = new_unit(self._organisation_id, row.name) | _typed(row.said)
        columns |= unit_keys(row.name, row.said.get("name_en", ""), row.aliases)
        unit_id = self.record.add(_UNIT, columns)
        self._ids[key_of(row.name)] = unit_id
        self._parents[unit_id] = None
        self._add_aliases(unit_id, row.aliases)
        self.added.add(unit_id)

    def _add_aliases(self, unit_id: int, names: Sequence[str]) -> None:
        for name in names:
            row = {"unit_id": unit_id, "name": name, "name_key": key_of(name), "kind": AliasKind.ALIAS}
            self.record.add(_ALIAS, row | {"since": "", "until": ""})
            self._ids[key_of(name)] = unit_id

    def hang(self, rows: Sequence[UnitRow]) -> list[Problem]:
        """Put the units under those that the list names; what would stand under itself comes back."""
        problems = []
        for row in rows:
            unit_id = self._ids[key_of(row.name)]
            parent = self._ids[key_of(row.parent)] if row.parent else self._parents[unit_id]
            if parent == self._parents[unit_id]:
                continue
            if makes_a_circle(self._parents, unit_id, parent):
                values = {"name": row.name, "parent": row.parent}
                problems.append(Problem(row.row, Refusal("unit.circle", **values)))
                continue
            self.record.change(_UNIT, unit_id, {"parent_id": parent})
            self._parents[unit_id] = parent
            if unit_id not in self.added:
                self.changed.add(unit_id)
        return problems


def _typed(said: Mapping[str, str]) -> dict[str, Any]:
    return {name: UnitType(value) if name == "type" else value for name, value in said.items()}
