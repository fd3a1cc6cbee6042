"""One demo training on its way into the tables, in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.person import (
    IdType,
    latin_form,
    name_key,
    phone_tail,
    pinyin_initials,
    pinyin_key,
)
from trainingmgr.domain.registration import RegistrationStatus, search_text
from trainingmgr.domain.schedule import NOT_COUNTED, ContributorType
from trainingmgr.domain.training import HostRole, TrainingInput
from trainingmgr.domain.unit import unit_keys
from trainingmgr.extensions import Model
from trainingmgr.models import (
    Attendance,
    Category,
    Contribution,
    Handout,
    Lecturer,
    Material,
    Person,
    Registration,
    Site,
    StudyTopic,
    Training,
    TrainingHost,
    TrainingSession,
    Unit,
    UnitAlias,
    VisitStop,
)
from trainingmgr.models.person import new_uid
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.person import NO_ID, seal_id
from trainingmgr.services.demo.names import address
from trainingmgr.services.demo.nominating import write_nominations
from trainingmgr.services.demo.placing import write_places
from trainingmgr.services.demo.plan import PartPlan, SessionPlan, TrainingPlan, UnitPlan

_LISTS = frozenset({"hosts", "co_hosts", "categories", "study_topics"})
# People come in during the half hour before the first session.
_DOORS_OPEN = timedelta(minutes=30)


def _insert(session: Session, table: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(sa.insert(table), list(rows))


def _insert_with_ids(
    session: Session, table: type[Model], key: str, rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Write rows in bulk and give their ids in the rows' order; `key` is a column that tells them apart.

    Asking for the ids afterwards keeps it at two statements: SQLite gives back ids in order one row
    at a time only.
    """
    _insert(session, table, rows)
    columns = sa.inspect(table).columns
    wanted = sa.select(columns[key], columns["id"])
    for shared in ("organisation_id", "training_id"):
        if shared in columns and rows:
            wanted = wanted.where(columns[shared] == rows[0][shared])
    found = dict(session.execute(wanted).tuples().all())
    return [found[row[key]] for row in rows]


class Writer:
    """One training on its way into the tables."""

    def __init__(self, session: Session, organisation_id: int, plan: TrainingPlan) -> None:
        self.session = session
        self.organisation_id = organisation_id
        self.plan = plan
        self.zone = ZoneInfo(plan.settings.time_zone)
        self.units: dict[str, int] = {}

    def write(self, actor: Actor) -> int:
        """Write the whole training; how many people it has."""
        self._write_units(self.plan.units)
        training = self._write_training()
        sessions = self._write_sessions(training.id)
        registrations = self._write_people(training.id)
        self._write_marks(training.id, sessions, registrations)
        self._write_materials(training.id, registrations)
        write_places(self.session, training.id, self.plan, registrations)
        first = min(self._moment(one.day, one.start) for one in self.plan.sessions)
        write_nominations(self.session, training.id, self.plan, registrations, self.units, first)
        audit.record(
            self.session,
            actor,
            "demo.loaded",
            "training",
            training.id,
            training=training,
            people=len(registrations),
            sessions=len(sessions),
        )
        return len(registrations)

    def _write_units(self, plans: Iterable[UnitPlan]) -> None:
        known = self.session.execute(
            sa.select(Unit.name, Unit.id).where(Unit.organisation_id == self.organisation_id)
        )
        self.units = dict(known.tuples().all())
        left = [one for one in plans if one.name not in self.units]
        while left:
            ready = [one for one in left if not one.parent or one.parent in self.units]
            ids = _insert_with_ids(self.session, Unit, "name", [self._unit(one) for one in ready])
            self.units |= dict(zip((one.name for one in ready), ids, strict=True))
            aliases = [
                {"unit_id": self.units[one.name], "name": alias} for one in ready for alias in one.aliases
            ]
            _insert(self.session, UnitAlias, aliases)
            left = [one for one in left if one.name not in self.units]

    def _unit(self, one: UnitPlan) -> dict[str, Any]:
        return {
            "organisation_id": self.organisation_id,
            "name": one.name,
            "name_en": one.name_en,
            **unit_keys(one.name, one.name_en, one.aliases),
            "type": one.type,
            "region": one.region,
            "division_code": one.division_code,
            "parent_id": self.units[one.parent] if one.parent else None,
            "contact_email": address(one.name) if one.is_sample else "",
            "is_sample": one.is_sample,
        }

    def _write_training(self) -> Training:
        given = self.plan.settings
        plain = {
            one.name: getattr(given, one.name) for one in fields(TrainingInput) if one.name not in _LISTS
        }
        training = Training(organisation_id=self.organisation_id, is_sample=True, **plain)
        training.hosts = [
            TrainingHost(unit_id=self.units[name], role=HostRole.HOST, position=position)
            for position, name in enumerate(given.hosts or (), start=1)
        ]
        training.categories = [
            Category(
                position=position,
                name_zh=one.name_zh,
                name_en=one.name_en,
                post_zh=one.post_zh,
                post_en=one.post_en,
            )
            for position, one in enumerate(given.categories or (), start=1)
        ]
        training.study_topics = [
            StudyTopic(position=position, text_zh=one.text_zh, text_en=one.text_en)
            for position, one in enumerate(given.study_topics or (), start=1)
        ]
        self.session.add(training)
        self.session.flush()
        return training

    def _moment(self, day: int, clock: time) -> datetime:
        date = self.plan.settings.start_date + timedelta(days=day - 1)
        return datetime.combine(date, clock, self.zone).astimezone(UTC)

    def _write_sessions(self, training_id: int) -> list[int]:
        plans = self.plan.sessions
        rows = [self._session(training_id, one) for one in plans]
        ids = _insert_with_ids(self.session, TrainingSession, "uid", rows)
        lecturers = self._lecturers([part for one in plans for part in one.parts])
        sites = self._sites(plans)
        contributions = [
            {
                "session_id": session_id,
                "position": position,
                "lecturer_id": lecturers[_lecturer_key(part)],
                "role": part.role,
                "topic_zh": part.topic_zh,
                "topic_en": part.topic_en,
            }
            for session_id, one in zip(ids, plans, strict=True)
            for position, part in enumerate(one.parts, start=1)
        ]
        stops = [
            {"session_id": session_id, "position": position, "site_id": sites[stop.district_zh, stop.name_zh]}
            for session_id, one in zip(ids, plans, strict=True)
            for position, stop in enumerate(one.stops, start=1)
        ]
        _insert(self.session, Contribution, contributions)
        _insert(self.session, VisitStop, stops)
        return ids

    def _session(self, training_id: int, one: SessionPlan) -> dict[str, Any]:
        return {
            "training_id": training_id,
            "uid": new_uid(),
            "kind": one.kind,
            "title_zh": one.title_zh,
            "title_en": one.title_en,
            "description_zh": one.description_zh,
            "description_en": one.description_en,
            "starts_at": self._moment(one.day, one.start),
            "ends_at": self._moment(one.day, one.end),
            "class_hours": one.hours,
            "compulsory": one.compulsory,
            "times_are_sample": True,
            "is_sample": one.is_sample,
        }

    def _lecturers(self, parts: Sequence[PartPlan]) -> dict[tuple[Any, ...], int]:
        known = self._known_lecturers()
        missing = {_lecturer_key(one): one for one in parts if _lecturer_key(one) not in known}
        _insert(self.session, Lecturer, [self._lecturer(one) for one in missing.values()])
        return self._known_lecturers()

    def _known_lecturers(self) -> dict[tuple[Any, ...], int]:
        rows = self.session.execute(
            sa.select(Lecturer.type, Lecturer.name, Unit.name, Lecturer.title_zh, Lecturer.id)
            .join(Unit, Unit.id == Lecturer.unit_id)
            .where(Lecturer.organisation_id == self.organisation_id)
        )
        return {tuple(row[:4]): row[4] for row in rows}

    def _lecturer(self, one: PartPlan) -> dict[str, Any]:
        named = one.type is ContributorType.PERSON
        return {
            "organisation_id": self.organisation_id,
            "type": one.type,
            "name": one.name,
            "latin_name": latin_form(one.name) if named else "",
            "unit_id": self.units[one.unit],
            "title_zh": one.title_zh,
            "title_en": one.title_en,
        }

    def _sites(self, plans: Sequence[SessionPlan]) -> dict[tuple[str, str], int]:
        known = self._known_sites()
        rows = [
            {
                "organisation_id": self.organisation_id,
                "name_zh": stop.name_zh,
                "name_en": stop.name_en,
                "district_zh": stop.district_zh,
                "district_en": stop.district_en,
            }
            for one in plans
            for stop in one.stops
            if (stop.district_zh, stop.name_zh) not in known
        ]
        _insert(self.session, Site, rows)
        return self._known_sites()

    def _known_sites(self) -> dict[tuple[str, str], int]:
        rows = self.session.execute(
            sa.select(Site.district_zh, Site.name_zh, Site.id).where(
                Site.organisation_id == self.organisation_id
            )
        )
        return {(row[0], row[1]): row[2] for row in rows}

    def _write_people(self, training_id: int) -> list[int]:
        categories = dict(
            self.session.execute(
                sa.select(Category.position, Category.id).where(Category.training_id == training_id)
            )
            .tuples()
            .all()
        )
        plans = self.plan.people
        persons = []
        for one in plans:
            uid = new_uid()
            document = NO_ID
            if one.id_number:
                document = seal_id(uid, self.organisation_id, IdType.RESIDENT_ID, one.id_number)
            persons.append(
                {
                    "uid": uid,
                    "organisation_id": self.organisation_id,
                    "name": one.name,
                    "name_key": name_key(one.name),
                    "pinyin": pinyin_key(one.name),
                    "unit_id": self.units[one.unit],
                    "sex": one.sex,
                    "phone": one.phone,
                    "phone_tail": phone_tail(one.phone),
                    "email": address(one.name, one.phone[-3:]),
                    "is_sample": True,
                    **document,
                }
            )
        ids = _insert_with_ids(self.session, Person, "uid", persons)
        first = min(self._moment(one.day, one.start) for one in self.plan.sessions)
        rows = []
        for number, (person_id, one) in enumerate(zip(ids, plans, strict=True)):
            here = one.status is not RegistrationStatus.WITHDRAWN
            pinyin = pinyin_key(one.name)
            arrived = first - _DOORS_OPEN + number * _DOORS_OPEN / len(plans)
            rows.append(
                {
                    "training_id": training_id,
                    "person_id": person_id,
                    "category_id": categories[one.category],
                    "unit_id": self.units[one.unit],
                    "post": one.post,
                    "group_name": one.group,
                    "latin_name": one.latin_name or latin_form(one.name),
                    "status": one.status,
                    "arrived_at": arrived.replace(microsecond=0) if here else None,
                    "note": one.note,
                    "sort_key": pinyin,
                    "search_text": search_text(
                        one.name,
                        pinyin,
                        pinyin_initials(one.name),
                        one.unit,
                        phone_tail(one.phone),
                        one.latin_name,
                    ),
                    "is_sample": True,
                }
            )
        return _insert_with_ids(self.session, Registration, "person_id", rows)

    def _write_marks(self, training_id: int, sessions: list[int], registrations: list[int]) -> None:
        counted = [
            (session_id, self._moment(one.day, one.start))
            for session_id, one in zip(sessions, self.plan.sessions, strict=True)
            if one.kind not in NOT_COUNTED
        ]
        rows = []
        for registration_id, person in zip(registrations, self.plan.people, strict=True):
            if person.status is RegistrationStatus.WITHDRAWN:
                continue
            for place, (session_id, begun) in enumerate(counted):
                mark = person.marks.get(place, AttendanceMark.PRESENT)
                if mark is not None:
                    rows.append(
                        {
                            "training_id": training_id,
                            "session_id": session_id,
                            "registration_id": registration_id,
                            "mark": mark,
                            "marked_at": begun,
                            "is_sample": True,
                        }
                    )
        _insert(self.session, Attendance, rows)

    def _write_materials(self, training_id: int, registrations: list[int]) -> None:
        end = max(self._moment(one.day, one.end) for one in self.plan.sessions)
        for plan in self.plan.materials:
            material = Material(
                training_id=training_id, kind=plan.kind, title_zh=plan.title_zh, title_en=plan.title_en
            )
            self.session.add(material)
            self.session.flush()
            rows = [
                {
                    "training_id": training_id,
                    "material_id": material.id,
                    "registration_id": registration_id,
                    "given_at": end,
                    "is_sample": True,
                }
                for registration_id, person in zip(registrations, self.plan.people, strict=True)
                if person.status is not RegistrationStatus.WITHDRAWN
            ]
            _insert(self.session, Handout, rows)


def _lecturer_key(part: PartPlan) -> tuple[Any, ...]:
    return part.type, part.name, part.unit, part.title_zh
