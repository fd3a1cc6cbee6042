"""The demo as a whole: loaded once, over, nobody real, ready to issue."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, make_training
from tests.services.demo.conftest import ACTOR
from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.domain.attendance import AttendanceMark, Shortfall
from trainingmgr.domain.person import IdType, clean_email, clean_name, clean_phone, read_id_number
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.training import Phase
from trainingmgr.extensions import metadata
from trainingmgr.models import (
    Attendance,
    AuditEntry,
    Person,
    Registration,
    Training,
    Unit,
)
from trainingmgr.queries import arrangement as arrangements
from trainingmgr.queries import nomination as nominations
from trainingmgr.queries import quota as quotas
from trainingmgr.queries import training as training_queries
from trainingmgr.queries.eligibility import eligibility
from trainingmgr.queries.person import open_id
from trainingmgr.services import demo
from trainingmgr.services.demo.names import phone


def counts(session: Session) -> dict[str, int]:
    return {
        table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def test_loading_twice_changes_nothing_and_says_so(session: Session, app: Any) -> None:
    first = demo.load(ACTOR)
    before = counts(session)
    session.rollback()
    second = demo.load(ACTOR)
    assert (first.loaded, first.present, first.people) == (("CD2019", "BJ2019"), (), 345)
    assert (second.loaded, second.present, second.people) == ((), ("BJ2019", "CD2019"), 0)
    assert counts(session) == before


def test_a_code_of_somebody_else_is_never_taken(session: Session, cast: Cast) -> None:
    make_training(session, cast.organisation, code="BJ2019")
    with pytest.raises(Refusal) as refused:
        demo.load(ACTOR)
    assert (refused.value.code, refused.value.values) == ("demo.code_taken", {"code": "BJ2019"})
    assert counts(session)["training"] == 1


def test_both_classes_are_over_and_nothing_is_issued(session: Session, loaded: Session) -> None:
    cards = training_queries.cards(session, None)
    assert {(card.code, card.phase, card.people, card.certificates) for card in cards} == {
        ("CD2019", Phase.CLOSING, 84, 0),
        ("BJ2019", Phase.CLOSING, 260, 0),
    }
    assert all(card.is_sample for card in cards)
    assert all(session.scalars(sa.select(Attendance.is_sample).distinct()))


def test_all_of_beijing_may_get_a_certificate_though_not_all_were_always_there(
    session: Session, beijing: Training
) -> None:
    people = eligibility(session, beijing).people
    assert len(people) == 260
    assert all(one.eligible for one in people)
    marks = set(
        session.scalars(sa.select(Attendance.mark).where(Attendance.training_id == beijing.id).distinct())
    )
    assert marks == set(AttendanceMark)


def test_a_few_of_chengdu_may_not_each_for_a_reason_of_their_own(session: Session, chengdu: Training) -> None:
    people = eligibility(session, chengdu).people
    reasons = [
        one.verdict.shortfalls
        for one in people
        if not one.eligible and one.status is not RegistrationStatus.WITHDRAWN
    ]
    assert sorted(reasons) == [
        (Shortfall.COMPULSORY_MISSED,),
        (Shortfall.NOT_MARKED,),
        (Shortfall.TOO_FEW_HOURS,),
    ]
    (gone,) = [one for one in people if one.status is RegistrationStatus.WITHDRAWN]
    assert gone.verdict.shortfalls[0] is Shortfall.NOT_ON_CLASS
    assert sum(one.eligible for one in people) == 81


def test_who_was_on_leave_too_long_was_so_by_the_rule_of_a_seventh(
    session: Session, chengdu: Training
) -> None:
    (person,) = [
        one
        for one in eligibility(session, chengdu).people
        if one.verdict.shortfalls == (Shortfall.TOO_FEW_HOURS,)
    ]
    assert (person.earned, person.planned) == (Decimal(19), Decimal(24))
    away = session.scalars(
        sa.select(Attendance.mark).where(
            Attendance.registration_id == person.registration_id, Attendance.mark != AttendanceMark.PRESENT
        )
    ).all()
    assert away == [AttendanceMark.ON_LEAVE]


def test_names_are_as_varied_as_an_office_meets_them(session: Session, loaded: Session) -> None:
    rows = session.execute(sa.select(Registration.training_id, Person.name, Person.id).join(Person)).all()
    names = [row[1] for row in rows]
    assert all(clean_name(name) == name for name in names)
    assert {len(name) for name in names} >= {2, 3, 4}
    assert any("·" in name for name in names)
    assert any("䶮" in name for name in names)
    for training_id in {row[0] for row in rows}:
        here = [row[1] for row in rows if row[0] == training_id]
        assert len(here) - len(set(here)) == 1
    assert len({row[2] for row in rows}) == len(rows)


def test_latin_names_follow_the_surnames_readings_or_the_persons_own_spelling(
    session: Session, loaded: Session
) -> None:
    latin = dict(
        session.execute(sa.select(Person.name, Registration.latin_name).join(Registration)).tuples().all()
    )
    assert latin["万俟长青"].startswith("Moqi ")
    assert latin["尉迟静"] == "Yuchi Jing"
    assert latin["次仁央金"] == "Cering Yangjin"
    assert latin["欧阳修远"] == "Ouyang Xiuyuan"
    assert all(name.isascii() and name for name in latin.values())


def test_phones_are_well_formed_and_in_a_range_of_nobody(session: Session, loaded: Session) -> None:
    phones = session.scalars(sa.select(Person.phone)).all()
    assert all(clean_phone(one) == one and one.startswith("+861540000") for one in phones)
    assert len(set(phones)) == 345
    assert phone(7) == "+8615400000007"


def test_mail_addresses_are_of_who_is_invented_alone_and_under_a_domain_of_nobody(
    session: Session, loaded: Session
) -> None:
    people = session.scalars(sa.select(Person.email)).all()
    assert len(set(people)) == 345
    units = session.execute(sa.select(Unit.is_sample, Unit.contact_email)).tuples().all()
    assert all(bool(address) == is_sample for is_sample, address in units)
    for one in [*people, *(address for _, address in units if address)]:
        assert one.endswith("@example.org")
        assert clean_email(one) == one


def test_id_numbers_are_sealed_right_and_of_no_real_county(session: Session, loaded: Session) -> None:
    people = session.scalars(sa.select(Person).where(Person.id_sealed.is_not(None))).all()
    assert len(people) == 5
    for one in people:
        assert one.id_sealed is not None
        number = open_id(one.uid, one.id_sealed)
        document = read_id_number(number, today=date(2019, 10, 30))
        assert document is not None
        assert (document.type, number[:6]) == (IdType.RESIDENT_ID, "119999")
        assert number[-4:] == one.id_masked[-4:]
        assert "*" in one.id_masked


def test_people_are_found_and_ordered_by_pinyin(session: Session, loaded: Session) -> None:
    row = session.execute(
        sa.select(Registration.sort_key, Registration.search_text).join(Person).where(Person.name == "单斌")
    ).one()
    assert row[0] == "shan bin"
    assert {"单斌", "shanbin", "sb"} <= set(row[1].split())


def test_the_loading_is_written_down(session: Session, chengdu: Training) -> None:
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.training_id == chengdu.id)).one()
    assert (entry.action, entry.details) == ("demo.loaded", {"people": 85, "sessions": 19})


def test_the_demo_travels_as_code_alone() -> None:
    folder = Path(demo.__file__).parent
    assert {path.suffix for path in folder.iterdir() if path.is_file()} == {".py"}


def test_loading_takes_few_statements(session: Session, app: Any) -> None:
    seen = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    engine = session.get_bind()
    assert isinstance(engine, sa.Engine)
    sa.event.listen(engine, "before_cursor_execute", note)
    started = datetime.now().astimezone()
    try:
        demo.load(ACTOR)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert len(seen) < 150
    assert (datetime.now().astimezone() - started).total_seconds() < 10


def test_chengdu_is_offered_to_its_four_categories_and_every_unit_named_one(
    session: Session, chengdu: Training
) -> None:
    table = quotas.table(session, chengdu)
    assert [(line.category_zh[:8], len(line.units), line.is_sample) for line in table.lines] == [
        ("民政部基层政权和", 1, False),
        ("各省（直辖市、自", 32, False),
        ("各省会（首府）城", 32, False),
        ("部分全国社区治理", 20, True),
    ]
    assert (table.places, table.taken) == (85, 84)
    people = [
        one for unit in table.lines[0].units for one in nominations.sent(session, chengdu.id, unit.unit_id)
    ]
    assert [one.nominee.post for one in people] == ["副司长"]


def test_everybody_of_chengdu_has_a_sample_bed_and_a_sample_chair(
    session: Session, chengdu: Training
) -> None:
    rooms, tables = (
        arrangements.plan(session, chengdu.id, kind) for kind in (ArrangementKind.ROOM, ArrangementKind.TABLE)
    )
    for plan in (rooms, tables):
        assert (len(plan.members), plan.without) == (84, [])
        assert all(holder.is_sample for holder in plan.holders)
        assert all(len(plan.inside[holder.key]) <= (holder.places or 0) for holder in plan.holders)
    for people in rooms.inside.values():
        assert len({one.sex for one in people}) <= 1
    assert next(people[0].post for people in rooms.inside.values() if len(people) == 1) == "副司长"
    assert [len(people) for people in tables.inside.values()] == [10, 10, 10, 9, 9, 9, 9, 9, 9]
    assert sum(not people for people in rooms.inside.values()) in {1, 2, 3}
