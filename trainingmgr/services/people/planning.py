"""What merging two people would do, and what stands in its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.rights import RequestStatus
from trainingmgr.models import (
    Attendance,
    Certificate,
    DataRequest,
    Distinction,
    Handout,
    Person,
    Registration,
    Training,
    Unit,
)

# The facts of a person that may be chosen, each with its columns.
FACTS: dict[str, tuple[str, ...]] = {
    "name": ("name", "name_key", "pinyin"),
    "unit": ("unit_id",),
    "sex": ("sex",),
    "ethnicity": ("ethnicity",),
    "phone": ("phone", "phone_tail"),
    "email": ("email",),
    "document": ("id_type", "id_sealed", "id_index", "id_masked"),
    "photo": ("photo",),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as the two have it, in words; `taken` tells that that of the one who goes is to stand."""

    name: str
    staying: str
    going: str
    taken: bool

    @property
    def differs(self) -> bool:
        return self.staying != self.going


@dataclass(frozen=True, slots=True)
class Place:
    """A registration with what hangs on it."""

    id: int
    status: RegistrationStatus
    unit: str
    post: str
    group: str
    marks: int
    handouts: int
    certificates: int
    distinctions: int

    @property
    def fixed(self) -> bool:
        """Tell whether it has to stay: something hangs on it that is not to be moved."""
        return bool(self.marks or self.certificates or self.distinctions)


@dataclass(frozen=True, slots=True)
class Both:
    """A training that both are on: of the two registrations one stays, `kept`; None where neither may go."""

    training_id: int
    code: str
    title_zh: str
    title_en: str
    staying: Place
    going: Place
    kept: int | None

    @property
    def dropped(self) -> Place:
        return self.going if self.kept == self.staying.id else self.staying


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What merging `going` into `staying` would do.

    `moved` are the codes of the trainings whose registration is the one's who stays afterwards, `both`
    those that both are on, `page_closes` tells that the own page of the one who goes has its address no
    more. `obstacles` are refusals, each with what has to be done first.
    """

    staying: Person
    going: Person
    facts: Sequence[Fact]
    moved: Sequence[tuple[str, str, str]]
    both: Sequence[Both]
    page_closes: bool
    obstacles: Sequence[Refusal]


def plan(
    session: Session,
    organisation_id: int,
    staying_id: int,
    going_id: int,
    taken: frozenset[str] | None = None,
    kept: Mapping[int, int] | None = None,
) -> MergePlan:
    """What `merge` would do; writes nothing.

    `taken` are the facts to take from the one who goes (by itself those that the one who stays lacks),
    `kept` the registration that stays, by training. Raises NotFound; Refusal `people.same`.
    """
    if staying_id == going_id:
        raise Refusal("people.same")
    staying, going = _own(session, organisation_id, staying_id), _own(session, organisation_id, going_id)
    obstacles: list[Refusal] = []
    if staying.is_sample != going.is_sample:
        obstacles.append(Refusal("people.merge_sample"))
    if session.scalar(_being_made((staying_id, going_id))):
        obstacles.append(Refusal("people.merge_being_issued"))
    if session.scalar(_same_request(staying_id, going_id)):
        obstacles.append(Refusal("people.merge_requests"))
    both = [_choose(one, kept or {}) for one in _both(session, staying_id, going_id)]
    for one in both:
        if one.kept is None:
            obstacles.append(Refusal("people.merge_twice_on", code=one.code))
        elif one.dropped.fixed:
            obstacles.append(Refusal("people.merge_keep_other", code=one.code))
    return MergePlan(
        staying,
        going,
        _facts(session, staying, going, taken),
        _moved(session, going_id, [one.training_id for one in both]),
        both,
        bool(staying.page_key and going.page_key),
        obstacles,
    )


def _own(session: Session, organisation_id: int, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None or person.organisation_id != organisation_id:
        raise NotFound("not_found")
    return person


def _being_made(people: tuple[int, int]) -> sa.Select[int]:
    return (
        sa.select(Certificate.id)
        .join(Registration, Registration.id == Certificate.registration_id)
        .where(Registration.person_id.in_(people), Certificate.status == CertificateStatus.RESERVED)
        .limit(1)
    )


def _same_request(staying_id: int, going_id: int) -> sa.Select[int]:
    """Open requests of one kind by both: a person has one of each at a time."""
    other = sa.orm.aliased(DataRequest)
    return (
        sa.select(DataRequest.id)
        .join(other, other.kind == DataRequest.kind)
        .where(
            DataRequest.person_id == staying_id,
            other.person_id == going_id,
            DataRequest.status == RequestStatus.OPEN,
            other.status == RequestStatus.OPEN,
        )
        .limit(1)
    )


def _facts(session: Session, staying: Person, going: Person, taken: frozenset[str] | None) -> list[Fact]:
    wanted = sa.select(Unit.id, Unit.name).where(Unit.id.in_((staying.unit_id, going.unit_id)))
    units = dict(session.execute(wanted).tuples().all())

    def shown(person: Person, name: str) -> str:
        if name == "unit":
            return units.get(person.unit_id or 0, "")
        return str(getattr(person, {"document": "id_masked"}.get(name, name)))

    facts = []
    for name in FACTS:
        one, other = shown(staying, name), shown(going, name)
        by_itself = not one and bool(other)
        facts.append(Fact(name, one, other, by_itself if taken is None else name in taken and bool(other)))
    return facts


def _moved(session: Session, going_id: int, left_out: list[int]) -> list[tuple[str, str, str]]:
    rows = session.execute(
        sa.select(Training.code, Training.title_zh, Training.title_en)
        .join(Registration, Registration.training_id == Training.id)
        .where(Registration.person_id == going_id, Training.id.not_in(left_out))
        .order_by(Training.start_date.desc(), Training.id.desc())
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _both(session: Session, staying_id: int, going_id: int) -> list[Both]:
    mine, theirs = sa.orm.aliased(Registration), sa.orm.aliased(Registration)
    rows = session.execute(
        sa.select(Training.id, Training.code, Training.title_zh, Training.title_en, mine.id, theirs.id)
        .join(mine, mine.training_id == Training.id)
        .join(theirs, theirs.training_id == Training.id)
        .where(mine.person_id == staying_id, theirs.person_id == going_id)
        .order_by(Training.start_date.desc(), Training.id.desc())
    ).all()
    places = _places(session, [one for row in rows for one in row[4:]])
    return [Both(*row[:4], places[row[4]], places[row[5]], None) for row in rows]


def _places(session: Session, ids: list[int]) -> dict[int, Place]:
    counted = [
        sa.select(sa.func.count())
        .select_from(table)
        .where(table.registration_id == Registration.id)
        .correlate(Registration)
        .scalar_subquery()
        for table in (Attendance, Handout, Certificate, Distinction)
    ]
    rows = session.execute(
        sa.select(
            Registration.id,
            Registration.status,
            sa.func.coalesce(Unit.name, ""),
            Registration.post,
            Registration.group_name,
            *counted,
        )
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .where(Registration.id.in_(ids))
    )
    return {row[0]: Place(*row) for row in rows}


def _choose(one: Both, kept: Mapping[int, int]) -> Both:
    """The same with the registration that stays: the one that was chosen, else the one that has to."""
    chosen = kept.get(one.training_id)
    if one.staying.fixed and one.going.fixed:
        chosen = None
    elif chosen not in {one.staying.id, one.going.id}:
        chosen = one.going.id if one.going.fixed else one.staying.id
    return Both(one.training_id, one.code, one.title_zh, one.title_en, one.staying, one.going, chosen)
