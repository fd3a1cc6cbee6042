"""Rosters taken in: all rows or none."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_session, make_training, make_unit
from tests.roster_imports import ROWS, counts, file, roster, run
from tests.rosters import id_number, xlsx
from trainingmgr.domain.registration import OverCapacity, RegistrationStatus
from trainingmgr.domain.roster_file import RosterField
from trainingmgr.extensions import keyring
from trainingmgr.models import (
    AuditEntry,
    Category,
    Person,
    Registration,
    RegistrationTally,
    SessionGroup,
    Training,
    Unit,
    UnitAlias,
)
from trainingmgr.queries.person import open_id
from trainingmgr.services.roster_import import (
    ImportRefused,
    Verdict,
    import_roster,
    plan_import,
)


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation)


def test_a_roster_is_written_whole_with_units_made_on_the_way(
    session: Session, cast: Cast, training: Training
) -> None:
    plan = run(training, cast, file())
    assert counts(plan) == {"new": 3}
    assert plan.new_units == ("甲市民政局", "乙市民政局")
    assert roster(session, training) == [
        ("李四", "乙市民政局", "科长", "+8613800138002"),
        ("欧阳静", "甲市民政局", "局长", ""),
        ("张三", "甲市民政局", "处长", "+8613800138001"),
    ]
    assert session.scalar(sa.select(RegistrationTally.people)) == 3


def test_id_numbers_are_sealed_and_found_again(session: Session, cast: Cast, training: Training) -> None:
    run(training, cast, file())
    person = session.scalars(sa.select(Person).where(Person.name == "张三")).one()
    assert person.id_sealed is not None
    assert id_number(1).encode() not in person.id_sealed
    assert open_id(person.uid, person.id_sealed) == id_number(1)
    assert person.id_masked == "110***********" + id_number(1)[-4:]
    assert person.id_index == keyring.blind_index(
        f"resident_id:{id_number(1)}", f"person:{person.organisation_id}"
    )


def test_names_are_ordered_and_searched_by_their_keys(
    session: Session, cast: Cast, training: Training
) -> None:
    run(training, cast, file())
    row = session.scalars(sa.select(Registration).join(Person).where(Person.name == "欧阳静")).one()
    assert row.sort_key == "ouyang jing"
    for word in ("欧阳静", "ouyangjing", "oj", "甲市民政局"):
        assert word in row.search_text


def test_the_same_file_again_changes_nothing(session: Session, cast: Cast, training: Training) -> None:
    run(training, cast, file())
    before = session.scalars(sa.select(Registration.version).order_by(Registration.id)).all()
    entries = session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    assert counts(run(training, cast, file())) == {"unchanged": 3}
    session.expire_all()
    assert session.scalars(sa.select(Registration.version).order_by(Registration.id)).all() == before
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == entries


def test_one_faulty_row_stops_all(session: Session, cast: Cast, training: Training) -> None:
    with pytest.raises(ImportRefused, match="import_faulty") as refused:
        run(training, cast, file(*ROWS, ("王五", "丙", None, "1.38E+10"), (None, "丁", "科员")))
    assert [(row.row, row.problems[0].code) for row in refused.value.plan.rows if row.problems] == [
        (5, "number_rounded"),
        (6, "name_missing"),
    ]
    assert roster(session, training) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Unit).where(Unit.name == "甲市民政局")) == 0


def test_other_values_are_an_update_and_need_consent(
    session: Session, cast: Cast, training: Training
) -> None:
    run(training, cast, file())
    changed = file(("张三", "甲市民政局", "副局长", "13900139000", id_number(1), None, None), *ROWS[1:])
    with pytest.raises(ImportRefused, match="import_needs_update") as refused:
        run(training, cast, changed)
    (update,) = [row for row in refused.value.plan.rows if row.verdict is Verdict.UPDATE]
    assert [(one.field, one.before, one.after) for one in update.changes] == [
        (RosterField.PHONE, "+8613800138001", "+8613900139000"),
        (RosterField.POST, "处长", "副局长"),
    ]
    assert roster(session, training)[2][2:] == ("处长", "+8613800138001")
    assert counts(run(training, cast, changed, update=True)) == {"update": 1, "unchanged": 2}
    assert roster(session, training)[2][2:] == ("副局长", "+8613900139000")
    row = session.scalars(sa.select(Registration).join(Person).where(Person.name == "张三")).one()
    assert (row.version, row.group_name) == (2, "一组")
    assert row.search_text.endswith("9000")
    assert counts(run(training, cast, changed)) == {"unchanged": 3}


def test_a_group_that_the_file_calls_otherwise_takes_its_sessions_along(
    session: Session, cast: Cast, training: Training
) -> None:
    run(training, cast, file())
    make_session(session, training).groups = [SessionGroup(group_name="一组")]
    session.commit()
    run(training, cast, file(*((*row[:-1], row[-1] and "第一组") for row in ROWS)), update=True)
    look_again(session)
    assert session.scalars(sa.select(SessionGroup.group_name)).all() == ["第一组"]


def test_a_second_phone_joins_the_note_that_somebody_has(
    session: Session, cast: Cast, training: Training
) -> None:
    run(training, cast, xlsx([("姓名", "单位", "备注"), ("张三", "甲市民政局", "素食")]))
    two = xlsx([("姓名", "单位", "手机"), ("张三", "甲市民政局", "13800138001、028-86612345")])
    run(training, cast, two, update=True)
    assert session.scalars(sa.select(Registration.note)).all() == ["素食；028 8661 2345"]
    assert counts(run(training, cast, two)) == {"unchanged": 1}


def test_a_new_unit_in_an_update_is_made(session: Session, cast: Cast, training: Training) -> None:
    run(training, cast, file())
    plan = run(training, cast, file(("李四", "新设民政局", None, "13800138002")), update=True)
    assert plan.new_units == ("新设民政局",)
    assert roster(session, training)[0][1] == "新设民政局"


def test_units_are_known_by_their_aliases(session: Session, cast: Cast, training: Training) -> None:
    unit = make_unit(session, cast.organisation, "基层政权建设和社区治理司")
    session.add(UnitAlias(unit_id=unit.id, name="基层政权和社区建设司"))
    session.commit()
    plan = run(training, cast, file(("张三", "基层政权和社区建设司")))
    assert (plan.new_units, plan.known_units) == ((), {"基层政权和社区建设司": unit.name})
    assert roster(session, training)[0][1] == unit.name
    both = xlsx([("姓名", "单位及职务"), ("李四", "基层政权和社区建设司司长")])
    assert run(training, cast, both).new_units == ()
    assert roster(session, training)[0][:3] == ("李四", unit.name, "司长")


def test_people_and_units_can_be_added_by_hand_after_an_import(
    session: Session, cast: Cast, training: Training
) -> None:
    run(training, cast, file())
    run(training, cast, file(("赵六", "丁市民政局", "科员", "13800138006", None, None, None)))
    make_unit(session, cast.organisation, "戊市民政局")
    make_registration(session, training, name="钱七")
    session.commit()
    people = session.scalars(sa.select(Person.id)).all()
    assert len(people) == len(set(people)) == 5


def test_categories_are_those_of_the_training(session: Session, cast: Cast, training: Training) -> None:
    session.add(Category(training_id=training.id, position=1, name_zh="省级民政部门", name_en="Provincial"))
    session.commit()
    run(training, cast, file(("张三", "甲", None, None, None, "省级 民政部门")))
    row = session.scalars(sa.select(Registration)).one()
    assert row.category is not None
    assert row.category.name_en == "Provincial"
    with pytest.raises(ImportRefused) as refused:
        run(training, cast, file(("李四", "甲", None, None, None, "市级")))
    problem = refused.value.plan.rows[0].problems[0]
    assert (problem.code, problem.values) == ("category_unknown", {"value": "市级", "known": "省级民政部门"})


def test_a_category_is_known_by_an_english_name_of_any_length_that_settings_allow(
    session: Session, cast: Cast, training: Training
) -> None:
    english = "Civil affairs bureaus of " + "x" * 215
    session.add(Category(training_id=training.id, position=1, name_zh="省级民政部门", name_en=english))
    session.commit()
    assert counts(run(training, cast, file(("张三", "甲", None, None, None, english)))) == {"new": 1}


def test_a_new_category_is_no_longer_than_its_column(
    session: Session, cast: Cast, training: Training
) -> None:
    with pytest.raises(ImportRefused) as refused:
        run(training, cast, file(("张三", "甲", None, None, None, "类" * 121)))
    (problem,) = refused.value.plan.rows[0].problems
    assert (problem.code, problem.values) == ("too_long", {"limit": 120, "length": 121})


def test_a_training_without_categories_gets_those_of_the_file(
    session: Session, cast: Cast, training: Training
) -> None:
    plan = run(
        training,
        cast,
        file(("张三", "甲", None, None, None, "省级"), ("李四", "甲", None, None, None, "市级")),
    )
    assert plan.new_categories == ("省级", "市级")
    assert session.scalars(sa.select(Category.name_zh).order_by(Category.position)).all() == ["省级", "市级"]


def test_a_full_training_is_told_of(session: Session, cast: Cast, training: Training) -> None:
    training.capacity = 2
    session.commit()
    assert plan_import(session, training, file()).over_capacity == 1


@pytest.mark.parametrize(
    ("over", "statuses"),
    [
        (OverCapacity.WAITLIST, ["confirmed", "waitlisted", "waitlisted"]),
        (OverCapacity.TAKE, ["confirmed", "confirmed", "confirmed"]),
    ],
)
def test_whoever_has_no_place_is_taken_in_as_somebody_chose(
    session: Session, cast: Cast, training: Training, over: OverCapacity, statuses: list[str]
) -> None:
    training.capacity = 2
    session.commit()
    make_registration(session, training, "别人")
    make_registration(session, training, "还没定", status=RegistrationStatus.NOMINATED)
    with pytest.raises(ImportRefused, match="import_over_capacity") as refused:
        run(training, cast, file())
    assert refused.value.values == {"people": 2, "left": 1}
    import_roster(training.id, file(), cast.actor(), file_name="a", over=over)
    rows = session.execute(
        sa.select(Person.name, Registration.status)
        .join(Registration)
        .where(Person.name.in_([row[0] for row in ROWS]))
        .order_by(Registration.waitlisted_at.is_not(None), Registration.waitlisted_at, Registration.id)
    ).all()
    assert [row.status.value for row in rows] == statuses
    assert [row.name for row in rows] == [row[0] for row in ROWS]
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "roster.imported")).one()
    assert (entry.details["beyond"], entry.details["over"]) == (2, over.value)


def test_the_audit_names_the_act_and_no_id_number(session: Session, cast: Cast, training: Training) -> None:
    run(training, cast, file())
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "roster.imported")).one()
    assert entry.details["new"] == 3
    assert entry.user_id == cast.actor().user_id
    assert id_number(1) not in str(entry.details)


def test_a_plan_writes_nothing(session: Session, cast: Cast, training: Training) -> None:
    assert counts(plan_import(session, training, file())) == {"new": 3}
    assert roster(session, training) == []


def test_a_thousand_rows_are_written_in_few_statements(
    app: Flask, session: Session, cast: Cast, training: Training
) -> None:
    from trainingmgr.extensions import db

    statements: list[str] = []

    def count(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        run(training, cast, file(*((f"学员{n:04d}", f"单位{n % 7}", "科员") for n in range(1_000))))
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    assert len(roster(session, training)) == 1_000
    assert len(statements) < 50
