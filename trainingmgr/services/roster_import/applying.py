"""Writing a plan: units, people, registrations, all in bulk, all or nothing."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.crypto import KeyRing
from trainingmgr.domain.person import mask_id_number, phone_tail, pinyin_initials, text_key
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus, search_text
from trainingmgr.domain.roster_file import RosterField, RosterRow
from trainingmgr.domain.unit import unit_keys
from trainingmgr.extensions import keyring, now
from trainingmgr.models import Category, Person, Registration, Training, Unit
from trainingmgr.queries.bulk import insert_rows, new_ids
from trainingmgr.queries.person import (
    name_columns,
    phone_columns,
    refresh_registration_keys,
    seal_id,
)
from trainingmgr.queries.roster_import import KnownPerson
from trainingmgr.queries.unit import new_unit
from trainingmgr.services.roster_import.planning import Plan, PlannedRow, Verdict

T = TypeVar("T")
Progress = Callable[[int, int], None]
CHUNK = 2_000
_UID_BYTES = 12

_UNIT = cast(sa.Table, Unit.__table__)
_PERSON = cast(sa.Table, Person.__table__)
_REGISTRATION = cast(sa.Table, Registration.__table__)


class _Taken(NamedTuple):
    """A row that writes something."""

    row: PlannedRow
    person: RosterRow


class _Altered(NamedTuple):
    """A row that changes somebody known."""

    row: PlannedRow
    person: RosterRow
    match: KnownPerson


def write_plan(session: Session, training: Training, plan: Plan, progress: Progress) -> None:
    """Write a clean plan into the running transaction. Raises Refusal `stale` where a record moved.

    `progress` is told how many rows of how many are written.
    """
    writer = _Writer(session, training, plan)
    fresh = [_Taken(row, row.person) for row in plan.rows if row.verdict is Verdict.NEW and row.person]
    altered = [
        _Altered(row, row.person, row.match)
        for row in plan.rows
        if row.verdict in {Verdict.NEW, Verdict.UPDATE} and row.changes and row.person and row.match
    ]
    total = len(fresh) + len(altered)
    done = 0
    for new in _chunks(fresh):
        writer.add(new)
        done += len(new)
        progress(done, total)
    for part in _chunks(altered):
        writer.change(part)
        done += len(part)
        progress(done, total)


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def new_uids(count: int) -> list[str]:
    """As many as `count` calls of `new_uid` give, from one call of the system's random source."""
    text = secrets.token_hex(_UID_BYTES * count)
    size = 2 * _UID_BYTES
    return [text[start : start + size] for start in range(0, len(text), size)]


class _Writer:
    def __init__(self, session: Session, training: Training, plan: Plan) -> None:
        self._session = session
        self._training = training
        self._organisation_id = training.organisation_id
        self._now = now()
        # Through the proxy each of ten thousand rows would look the application up again.
        self._ring: KeyRing = keyring._get_current_object()  # type: ignore[attr-defined]
        self._units = self._make_units(plan.new_units)
        self._categories = self._make_categories(plan.new_categories)

    def _make_units(self, names: Sequence[str]) -> dict[str, int]:
        if not names:
            return {}
        connection = self._session.connection()
        ids = new_ids(connection, _UNIT, len(names))
        own = ("name", *unit_keys(""))
        same = {key: value for key, value in new_unit(self._organisation_id, "").items() if key not in own}
        rows = [(unit_id, name, *unit_keys(name).values()) for unit_id, name in zip(ids, names, strict=True)]
        insert_rows(connection, _UNIT, ("id", *own), rows, same)
        return dict(zip(map(text_key, names), ids, strict=True))

    def _make_categories(self, names: Sequence[str]) -> dict[str, int]:
        if not names:
            return {}
        rows = [
            {"training_id": self._training.id, "position": position, "name_zh": name}
            for position, name in enumerate(names, 1)
        ]
        made = self._session.scalars(
            sa.insert(Category).returning(Category.id, sort_by_parameter_order=True), rows
        ).all()
        return {text_key(name): category_id for name, category_id in zip(names, made, strict=True)}

    def _unit_id(self, row: PlannedRow, person: RosterRow) -> int | None:
        if row.unit_id is not None:
            return row.unit_id
        if person.unit:
            return self._units[text_key(person.unit)]
        # A file that names no unit leaves somebody known at theirs.
        return row.match.unit_id if row.match else None

    def _category_id(self, row: PlannedRow, person: RosterRow) -> int | None:
        if row.category_id is not None or not person.category:
            return row.category_id
        return self._categories[text_key(person.category)]

    def add(self, rows: Sequence[_Taken]) -> None:
        """Put people on the roster; those not known yet are made."""
        people: list[tuple[Any, ...]] = []
        registrations: list[tuple[Any, ...]] = []
        known: list[int] = []
        connection = self._session.connection()
        unknown = sum(row.match is None for row, _ in rows)
        identities = zip(new_ids(connection, _PERSON, unknown), new_uids(unknown), strict=True)
        for row, person in rows:
            unit_id = self._unit_id(row, person)
            if row.match is None:
                person_id, uid = next(identities)
                names = name_columns(person.name)
                pinyin, tail = names["pinyin"], phone_tail(person.phone)
                people.append((person_id, *self._person(uid, unit_id, names, tail, row, person)))
                sought = search_text(person.name, pinyin, pinyin_initials(person.name), person.unit, tail)
            else:
                # The keys of people who are known follow from their record: see below.
                person_id, pinyin, sought = row.match.person_id, row.match.pinyin, ""
                known.append(person_id)
            registrations.append(
                (
                    person_id, self._category_id(row, person), unit_id, person.post, person.group,
                    person.latin_name, person.note, pinyin, sought,
                    row.match is not None and row.match.is_sample,
                )
            )  # fmt: skip
        if people:
            insert_rows(
                connection, _PERSON,
                ("id", "uid", "name", "name_key", "pinyin", "unit_id", "sex", "ethnicity", "phone", "phone_tail",
                 "email", "id_type", "id_sealed", "id_index", "id_masked"),
                people,
                {"organisation_id": self._organisation_id, "is_sample": False, "created_at": self._now,
                 "version": 1},
            )  # fmt: skip
        insert_rows(
            connection, _REGISTRATION,
            ("person_id", "category_id", "unit_id", "post", "group_name", "latin_name", "note", "sort_key",
             "search_text", "is_sample"),
            registrations,
            {"training_id": self._training.id, "status": RegistrationStatus.CONFIRMED,
             "created_at": self._now, "version": 1},
        )  # fmt: skip
        refresh_registration_keys(self._session, known)

    def _person(
        self,
        uid: str,
        unit_id: int | None,
        names: dict[str, str],
        tail: str,
        row: PlannedRow,
        person: RosterRow,
    ) -> tuple[Any, ...]:
        document = person.document
        if document is None:
            identity: tuple[Any, ...] = ("", None, None, "")
        else:
            identity = (
                document.type.value,
                self._ring.seal(document.number, f"person:{uid}:id_number"),
                row.id_index,
                mask_id_number(document.number),
            )
        return (
            uid, names["name"], names["name_key"], names["pinyin"], unit_id, person.sex or "",
            person.ethnicity, person.phone, tail, person.email, *identity,
        )  # fmt: skip

    def change(self, rows: Sequence[_Altered]) -> None:
        """Write what the file says otherwise of people who are known."""
        for row, person, match in rows:
            fields = {change.field for change in row.changes}
            values = self._person_changes(row, person, match, fields)
            if values:
                self._update(_PERSON, match.person_id, match.version, values)
            if match.registration_id is not None and match.registration_version is not None:
                values = self._registration_changes(row, person, fields)
                if values:
                    self._update(_REGISTRATION, match.registration_id, match.registration_version, values)
        refresh_registration_keys(self._session, [one.match.person_id for one in rows])

    def _person_changes(
        self, row: PlannedRow, person: RosterRow, match: KnownPerson, fields: set[RosterField]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if RosterField.NAME in fields:
            values |= name_columns(person.name)
        if RosterField.PHONE in fields:
            values |= phone_columns(person.phone)
        if RosterField.UNIT in fields:
            values["unit_id"] = self._unit_id(row, person)
        if RosterField.ID_NUMBER in fields and person.document is not None:
            document = person.document
            values |= seal_id(match.uid, self._organisation_id, document.type, document.number)
        for field, column, text in (
            (RosterField.EMAIL, "email", person.email),
            (RosterField.SEX, "sex", person.sex or ""),
            (RosterField.ETHNICITY, "ethnicity", person.ethnicity),
        ):
            if field in fields:
                values[column] = text
        return values

    def _registration_changes(
        self, row: PlannedRow, person: RosterRow, fields: set[RosterField]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if RosterField.UNIT in fields:
            values["unit_id"] = self._unit_id(row, person)
        if RosterField.CATEGORY in fields:
            values["category_id"] = self._category_id(row, person)
        for field, column, text in (
            (RosterField.POST, "post", person.post),
            (RosterField.GROUP, "group_name", person.group),
            (RosterField.LATIN_NAME, "latin_name", person.latin_name),
            (RosterField.NOTE, "note", person.note),
        ):
            if field in fields:
                values[column] = text
        return values

    def _update(self, table: sa.Table, row_id: int, version: int, values: dict[str, Any]) -> None:
        done = self._session.connection().execute(
            sa.update(table)
            .where(table.c.id == row_id, table.c.version == version)
            .values(**values, version=version + 1)
        )
        if done.rowcount != 1:
            raise Refusal("stale")
