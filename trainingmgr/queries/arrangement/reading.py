"""Reading a plan: who is on the class, what there is to put them into, who is where, what is wished."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.arrangement import (
    FIRST_RANKS,
    ArrangementKind,
    Relation,
    level_of,
    read_aims,
    read_proposal,
)
from trainingmgr.domain.chinese import natural_key
from trainingmgr.domain.person import IdDocument, IdType, sex_of
from trainingmgr.domain.registration import PRESENT_STATUSES
from trainingmgr.domain.registration_form import FieldKey
from trainingmgr.models import (
    Arrangement,
    ArrangementRank,
    ArrangementWish,
    ArrangementWishPerson,
    Bus,
    DiningTable,
    LodgingRoom,
    Person,
    Placement,
    Registration,
    RegistrationAnswer,
    SessionBus,
    TrainingGroup,
    Unit,
)
from trainingmgr.queries.arrangement.plan import Holder, Member, Plan, Wish
from trainingmgr.queries.arrangement.tables import PLACE_OF
from trainingmgr.queries.coverage import city_of, region_of
from trainingmgr.queries.person import open_id


def plan(session: Session, training_id: int, kind: ArrangementKind) -> Plan:
    """Everything about a kind of container; the number of statements does not grow with people or containers."""
    own = ranks(session, training_id)
    found = members(session, training_id, own)
    present, pinned = _placements(session, training_id, kind, found)
    listed = holders(session, training_id, kind)
    known = {one.key for one in listed}
    if kind is ArrangementKind.GROUP:
        more = {key for key in present.values() if key not in known}
        listed = _in_order([*listed, *(Holder(name, name, None) for name in more)])
    row = state(session, training_id, kind)
    return Plan(
        kind,
        found,
        listed,
        present,
        pinned,
        _wishes(session, training_id, kind, {one.id for one in found}),
        own,
        read_aims(kind, row.aims if row else None),
        read_proposal(row.proposal) if row and row.proposal else None,
        _rides(session, training_id) if kind is ArrangementKind.BUS else {},
    )


def _rides(session: Session, training_id: int) -> dict[str, str]:
    rows = session.execute(
        sa.select(SessionBus.group_name, sa.func.min(SessionBus.bus_id))
        .where(SessionBus.training_id == training_id, SessionBus.group_name != "")
        .group_by(SessionBus.group_name)
        .having(sa.func.count(SessionBus.bus_id.distinct()) == 1)
    )
    return {group: str(bus_id) for group, bus_id in rows}


def state(session: Session, training_id: int, kind: ArrangementKind) -> Arrangement | None:
    """What is ticked and proposed for a kind; None while nobody has."""
    return session.scalar(
        sa.select(Arrangement).where(Arrangement.training_id == training_id, Arrangement.kind == kind)
    )


def ranks(session: Session, training_id: int) -> list[str]:
    """The ranks of posts, from high to low; the first ones where the training has set none."""
    own = session.scalars(
        sa.select(ArrangementRank.words)
        .where(ArrangementRank.training_id == training_id)
        .order_by(ArrangementRank.position)
    ).all()
    return list(own) or list(FIRST_RANKS)


def members(session: Session, training_id: int, own_ranks: Sequence[str]) -> list[Member]:
    """Everybody on the class, in the order of names; one statement."""
    lodging = sa.orm.aliased(RegistrationAnswer)
    rows = session.execute(
        sa.select(
            Registration.id,
            Person.name,
            Registration.sort_key,
            Person.sex,
            Unit.id,
            Unit.name,
            Unit.region,
            Unit.division_code,
            Registration.post,
            Registration.category_id,
            Registration.group_name,
            Person.phone,
            lodging.value,
            Registration.is_sample,
            Person.uid,
            Person.id_type,
            sa.case((Person.sex == "", Person.id_sealed)),
        )
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .outerjoin(
            lodging,
            sa.and_(lodging.registration_id == Registration.id, lodging.key == FieldKey.LODGING.value),
        )
        .where(Registration.training_id == training_id, Registration.status.in_(PRESENT_STATUSES))
        .order_by(Registration.sort_key, Registration.id)
    ).all()
    regions = _regions({row[4]: (row[5], row[6], row[7]) for row in rows if row[4] is not None})
    found = []
    for (
        number, name, pinyin, sex, unit_id, unit, _region, _code, post, category_id, group, phone, answer,
        is_sample, uid, id_type, sealed,
    ) in rows:  # fmt: skip
        found.append(
            Member(
                number,
                name,
                pinyin,
                sex or _sex_in(uid, id_type, sealed),
                unit_id,
                unit or "",
                regions.get(unit_id, "") if unit_id is not None else "",
                post,
                level_of(post, own_ranks),
                category_id,
                group,
                phone,
                answer or "",
                is_sample,
            )
        )
    return found


def _regions(units: Mapping[int, tuple[str, str, str]]) -> dict[int, str]:
    """Where units lie by their number, from name, region and code: the province, or the city where all are of one."""
    provinces = {number: region_of(number, *facts) for number, facts in units.items()}
    if len(set(provinces.values())) > 1:
        return provinces
    cities = {number: city_of(*facts) for number, facts in units.items()}
    return {number: city or provinces[number] for number, city in cities.items()}


def _sex_in(uid: str, id_type: str, sealed: bytes | None) -> str:
    """What an ID number tells of the sex; the number itself goes nowhere."""
    if not sealed or not id_type:
        return ""
    return sex_of(IdDocument(IdType(id_type), open_id(uid, sealed))) or ""


def _placements(
    session: Session, training_id: int, kind: ArrangementKind, found: Sequence[Member]
) -> tuple[dict[int, str], frozenset[int]]:
    here = {one.id for one in found}
    rows = session.execute(
        sa.select(
            Placement.registration_id,
            Placement.bus_id,
            Placement.room_id,
            Placement.table_id,
            Placement.pinned,
        ).where(Placement.training_id == training_id, Placement.kind == kind)
    ).all()
    pinned = frozenset(row.registration_id for row in rows if row.pinned and row.registration_id in here)
    if kind is ArrangementKind.GROUP:
        present = {one.id: one.group for one in found if one.group}
        return present, pinned & present.keys()
    column = PLACE_OF[kind]
    return {
        row.registration_id: str(getattr(row, column)) for row in rows if row.registration_id in here
    }, pinned


def holders(session: Session, training_id: int, kind: ArrangementKind) -> list[Holder]:
    """The containers of a kind, in the order of their names; of groups those that were set up."""
    if kind is ArrangementKind.GROUP:
        rows = session.execute(
            sa.select(TrainingGroup.name, TrainingGroup.size).where(TrainingGroup.training_id == training_id)
        )
        return _in_order([Holder(row.name, row.name, row.size) for row in rows])
    found = session.execute(_HOLDERS[kind], {"training": training_id})
    return _in_order([Holder(str(row[0]), *row[1:]) for row in found])


_TRAINING: sa.BindParameter[int] = sa.bindparam("training")
_NOBODY = sa.cast(sa.null(), sa.Integer)
_HOLDERS: dict[ArrangementKind, sa.Select[int, str, int, str, int | None, bool]] = {
    ArrangementKind.BUS: sa.select(
        Bus.id, Bus.name, Bus.seats, Bus.plate, Bus.leader_registration_id, Bus.is_sample
    ).where(Bus.training_id == _TRAINING),
    ArrangementKind.ROOM: sa.select(
        LodgingRoom.id, LodgingRoom.name, LodgingRoom.beds, LodgingRoom.note, _NOBODY, LodgingRoom.is_sample
    ).where(LodgingRoom.training_id == _TRAINING),
    ArrangementKind.TABLE: sa.select(
        DiningTable.id, DiningTable.name, DiningTable.seats, DiningTable.note, _NOBODY, DiningTable.is_sample
    ).where(DiningTable.training_id == _TRAINING),
}


def _in_order(found: list[Holder]) -> list[Holder]:
    return sorted(found, key=lambda one: (natural_key(one.name), one.key))


def _wishes(session: Session, training_id: int, kind: ArrangementKind, here: set[int]) -> list[Wish]:
    rows = session.execute(
        sa.select(ArrangementWish.id, ArrangementWish.relation, ArrangementWishPerson.registration_id)
        .join(ArrangementWishPerson, ArrangementWishPerson.wish_id == ArrangementWish.id)
        .where(ArrangementWish.training_id == training_id, ArrangementWish.kind == kind)
        .order_by(ArrangementWish.id, ArrangementWishPerson.registration_id)
    )
    found: dict[int, tuple[Relation, list[int]]] = {}
    for number, relation, registration_id in rows:
        people = found.setdefault(number, (relation, []))[1]
        if registration_id in here:
            people.append(registration_id)
    return [Wish(number, relation, tuple(people)) for number, (relation, people) in found.items() if people]
