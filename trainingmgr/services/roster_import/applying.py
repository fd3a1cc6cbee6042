"""Writing a plan: units, people, registrations, all in bulk, all or nothing."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import (
    mask_id_number,
    name_key,
    phone_tail,
    pinyin_initials,
    pinyin_key,
    text_key,
)
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus, search_text
from trainingmgr.domain.roster_file import RosterField, RosterRow
from trainingmgr.domain.unit import unit_keys
from trainingmgr.extensions import now
from trainingmgr.models import Category, Person, Registration, Training, Unit
from trainingmgr.queries.bulk import as_driver, insert_rows
from trainingmgr.queries.ids import new_ids
from trainingmgr.queries.person import (
    name_columns,
    phone_columns,
    refresh_registration_keys,
    seal_id,
    seal_numbers,
)
from trainingmgr.queries.roster_import import KnownPerson
from trainingmgr.queries.unit import new_unit
from trainingmgr.services.roster_import.planning import Plan, PlannedRow, Verdict

T = TypeVar("T")
Progress = Callable[[int, int], None]
# A row that writes something; one that changes somebody known.
_Taken = tuple[PlannedRow, RosterRow]
_Altered = tuple[PlannedRow, RosterRow, KnownPerson]
CHUNK = 2_000
_UID_BYTES = 12

_UNIT = cast(sa.Table, Unit.__table__)
_PERSON = cast(sa.Table, Person.__table__)
_REGISTRATION = cast(sa.Table, Registration.__table__)


def write_plan(
    session: Session, training: Training, plan: Plan, progress: Progress, *, waitlist: bool = False
) -> None:
    """Write a clean plan into the running transaction. Raises Refusal `stale` where a record moved.

    With `waitlist` whoever has no place waits for one, in the order of the file. `progress` is told how many rows of how many are written.
    """
    writer = _Writer(session, training, plan, plan.without_place if waitlist else frozenset())
    fresh = [(row, row.person) for row in plan.rows if row.verdict is Verdict.NEW and row.person]
    altered = [
        (row, row.person, row.match)
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


def _identity_columns(rows: Sequence[_Taken]) -> dict[str, Sequence[Any]]:
    """New people's uids and the columns of their ID documents."""
    uids = new_uids(len(rows))
    documents = [person.document for _, person in rows]
    sealed = iter(
        seal_numbers((uid, one.number) for uid, one in zip(uids, documents, strict=True) if one is not None)
    )
    return {
        "uid": uids,
        "id_type": ["" if one is None else one.type for one in documents],
        "id_sealed": [None if one is None else next(sealed) for one in documents],
        "id_index": [row.id_index for row, _ in rows],
        "id_masked": ["" if one is None else mask_id_number(one.number) for one in documents],
    }


class _Writer:
    def __init__(self, session: Session, training: Training, plan: Plan, waiting: frozenset[int]) -> None:
        self._session = session
        self._training = training
        self._organisation_id = training.organisation_id
        self._now = now()
        self._waiting = waiting
        self._units = self._make_units(plan.new_units)
        self._categories = self._make_categories(plan.new_categories)

    def _make_units(self, names: Sequence[str]) -> dict[str, int]:
        if not names:
            return {}
        connection = self._session.connection()
        ids = new_ids(connection, _UNIT, len(names))
        keys: list[Mapping[str, object]] = [unit_keys(name) for name in names]
        own = {"name": names, **{column: [one[column] for one in keys] for column in keys[0]}}
        same = {key: value for key, value in new_unit(self._organisation_id, "").items() if key not in own}
        insert_rows(connection, _UNIT, {"id": ids, **own}, same)
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
        known = [(row, person, row.match) for row, person in rows if row.match is not None]
        strangers = [one for one in rows if one[0].match is None] if known else rows
        if not known:
            self._add_strangers(strangers, {})
            return
        # Those known and those new are written apart, but their numbers follow the file, by which it is ordered again.
        ids = new_ids(self._session.connection(), _REGISTRATION, len(rows))
        places = list(zip(rows, ids, strict=True))
        if strangers:
            self._add_strangers(strangers, {"id": [at for (row, _), at in places if row.match is None]})
        self._add_known(known, {"id": [at for (row, _), at in places if row.match is not None]})

    def _add_strangers(self, rows: Sequence[_Taken], numbers: Mapping[str, Sequence[int]]) -> None:
        connection = self._session.connection()
        ids = new_ids(connection, _PERSON, len(rows))
        names = [person.name for _, person in rows]
        pinyin = [pinyin_key(name)[:240] for name in names]
        phones = [person.phone for _, person in rows]
        tails = [phone_tail(phone) for phone in phones]
        units = [self._unit_id(row, person) for row, person in rows]
        insert_rows(
            connection,
            _PERSON,
            {
                "id": ids,
                "name": names,
                "name_key": [name_key(name)[:120] for name in names],
                "pinyin": pinyin,
                "unit_id": units,
                "sex": [person.sex or "" for _, person in rows],
                "ethnicity": [person.ethnicity for _, person in rows],
                "phone": phones,
                "phone_tail": tails,
                "email": [person.email for _, person in rows],
                **_identity_columns(rows),
            },
            {
                "organisation_id": self._organisation_id,
                "is_sample": False,
                "created_at": self._now,
                "version": 1,
            },
        )
        sought = [
            search_text(name, key, pinyin_initials(name), person.unit, tail, person.latin_name)
            for name, key, (_, person), tail in zip(names, pinyin, rows, tails, strict=True)
        ]
        columns: dict[str, Sequence[Any]] = {
            "person_id": ids,
            "unit_id": units,
            "sort_key": pinyin,
            "search_text": sought,
            "is_sample": [False] * len(rows),
            **numbers,
        }
        self._register(rows, columns)

    def _add_known(self, rows: Sequence[_Altered], numbers: Mapping[str, Sequence[int]]) -> None:
        people = [match.person_id for _, _, match in rows]
        columns: dict[str, Sequence[Any]] = {
            "person_id": people,
            "unit_id": [self._unit_id(row, person) for row, person, _ in rows],
            "sort_key": [match.pinyin for _, _, match in rows],
            "search_text": [""] * len(rows),
            "is_sample": [match.is_sample for _, _, match in rows],
            **numbers,
        }
        self._register([(row, person) for row, person, _ in rows], columns)
        # What is searched of them follows from their record.
        refresh_registration_keys(self._session, people)

    def _register(self, rows: Sequence[_Taken], columns: Mapping[str, Sequence[Any]]) -> None:
        insert_rows(
            self._session.connection(),
            _REGISTRATION,
            {
                **columns,
                **self._statuses(rows),
                "category_id": [self._category_id(row, person) for row, person in rows],
                "post": [person.post for _, person in rows],
                "group_name": [person.group for _, person in rows],
                "latin_name": [person.latin_name for _, person in rows],
                "note": [person.note_over("") if person.aside else person.note for _, person in rows],
            },
            {
                "training_id": self._training.id,
                "created_at": self._now,
                "version": 1,
                **({} if self._waiting else {"status": RegistrationStatus.CONFIRMED}),
            },
        )

    def _statuses(self, rows: Sequence[_Taken]) -> dict[str, Sequence[Any]]:
        """Who is confirmed and who waits, where anybody does; since a moment later for each further row."""
        if not self._waiting:
            return {}
        waits = [row.row in self._waiting for row, _ in rows]
        moments = [
            self._now + timedelta(microseconds=row.row) if one else None
            for one, (row, _) in zip(waits, rows, strict=True)
        ]
        return {
            "status": [
                RegistrationStatus.WAITLISTED if one else RegistrationStatus.CONFIRMED for one in waits
            ],
            "waitlisted_at": as_driver(self._session.connection(), _REGISTRATION.c.waitlisted_at, moments),
        }

    def change(self, rows: Sequence[_Altered]) -> None:
        """Write what the file says otherwise of people who are known."""
        for row, person, match in rows:
            fields = {change.field for change in row.changes}
            values = self._person_changes(row, person, match, fields)
            if values:
                self._update(_PERSON, match.person_id, match.version, values)
            if match.registration_id is not None and match.registration_version is not None:
                values = self._registration_changes(row, person, match.note or "", fields)
                if values:
                    self._update(_REGISTRATION, match.registration_id, match.registration_version, values)
        refresh_registration_keys(self._session, [match.person_id for _, _, match in rows])

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
        self, row: PlannedRow, person: RosterRow, note: str, fields: set[RosterField]
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
            (RosterField.NOTE, "note", person.note_over(note)),
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
