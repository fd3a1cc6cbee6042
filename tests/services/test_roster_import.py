"""Rosters taken in: all rows or none, nobody doubled, nobody guessed."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_session, make_training, make_unit
from tests.rosters import id_number, xlsx
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import OverCapacity, RegistrationStatus
from trainingmgr.domain.roster_column import RosterOrder
from trainingmgr.domain.roster_file import RosterField
from trainingmgr.extensions import keyring
from trainingmgr.models import (
    AuditEntry,
    Category,
    ImportDraft,
    Person,
    Registration,
    RegistrationTally,
    SessionGroup,
    Training,
    Unit,
    UnitAlias,
)
from trainingmgr.queries.person import open_id
from trainingmgr.queries.roster import export_rows
from trainingmgr.services.roster_import import (
    ImportRefused,
    Plan,
    Verdict,
    confirm_draft,
    discard_draft,
    import_roster,
    keep_upload,
    map_columns,
    open_draft,
    plan_import,
)
from trainingmgr.services.roster_import.use_cases import STATISTICS_FROM

HEADER = ("姓名", "单位", "职务", "手机", "身份证号", "类别", "组别")
ROWS: list[Sequence[object]] = [
    ("张三", "甲市民政局", "处长", "13800138001", id_number(1), None, "一组"),
    ("李四", "乙市民政局", "科长", "13800138002", None, None, "一组"),
    ("欧阳静", "甲市民政局", "局长", None, None, None, None),
]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation)


def file(*rows: Sequence[object]) -> bytes:
    return xlsx([HEADER, *(rows or ROWS)])


def run(training: Training, cast: Cast, data: bytes, *, update: bool = False) -> Plan:
    return import_roster(training.id, data, cast.actor(), file_name="名册.xlsx", update=update)


def counts(plan: Plan) -> dict[str, int]:
    return {verdict.value: count for verdict, count in plan.counts.items() if count}


def roster(session: Session, training: Training) -> list[tuple[str, str, str, str]]:
    session.expire_all()
    rows = session.execute(
        sa.select(Person.name, Unit.name, Registration.post, Person.phone)
        .select_from(Registration)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .where(Registration.training_id == training.id)
        .order_by(Registration.sort_key)
    )
    return [(name, unit or "", post, phone) for name, unit, post, phone in rows]


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


def test_somebody_known_by_document_changes_name_and_unit(
    session: Session, cast: Cast, training: Training
) -> None:
    run(training, cast, file())
    plan = run(training, cast, file(("张叁", "丙市民政局", None, None, id_number(1))), update=True)
    (row,) = plan.rows
    assert [one.field for one in row.changes] == [RosterField.NAME, RosterField.UNIT]
    person = session.scalars(sa.select(Person).where(Person.name == "张叁")).one()
    assert person.pinyin == "zhang san"
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 3


def test_a_document_is_added_to_somebody_known_by_name_and_unit(
    session: Session, cast: Cast, training: Training
) -> None:
    run(training, cast, file())
    plan = run(training, cast, file(("李四", "乙市民政局", None, None, id_number(5))), update=True)
    assert [(one.field, one.before) for one in plan.rows[0].changes] == [(RosterField.ID_NUMBER, "")]
    person = session.scalars(sa.select(Person).where(Person.name == "李四")).one()
    assert open_id(person.uid, person.id_sealed) == id_number(5)


def test_namesakes_stay_apart(session: Session, cast: Cast, training: Training) -> None:
    run(training, cast, file())
    plan = run(
        training,
        cast,
        file(
            ("张三", "甲市民政局", None, None, id_number(7)),
            ("李四", "丙市民政局", None, "13800138009"),
        ),
    )
    assert counts(plan) == {"new": 2}
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 5


def test_who_is_meant_is_never_guessed(session: Session, cast: Cast, training: Training) -> None:
    run(training, cast, file())
    for row in (("李四", None, None, None), ("李四", None, None, None, id_number(9))):
        with pytest.raises(ImportRefused) as refused:
            run(training, cast, file(row))
        assert refused.value.plan.rows[0].problems[0].code == "person_ambiguous"


def test_two_rows_for_one_known_person_are_both_named(
    session: Session, cast: Cast, training: Training
) -> None:
    run(training, cast, file())
    with pytest.raises(ImportRefused) as refused:
        run(
            training,
            cast,
            file(("张三", None, None, "13800138001"), ("张三丰", None, None, None, id_number(1))),
        )
    assert [(one.row, one.problems[0].code) for one in refused.value.plan.rows] == [
        (2, "person_twice"),
        (3, "person_twice"),
    ]


def test_somebody_known_from_another_training_is_joined_not_doubled(
    session: Session, cast: Cast, training: Training
) -> None:
    run(training, cast, file())
    second = make_training(session, cast.organisation)
    assert counts(run(second, cast, file())) == {"new": 3}
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 3
    assert roster(session, second) == roster(session, training)


def test_somebody_invented_stays_marked_on_every_roster(
    session: Session, cast: Cast, training: Training
) -> None:
    run(training, cast, file())
    session.execute(sa.update(Person).where(Person.name == "张三").values(is_sample=True))
    session.commit()
    second = make_training(session, cast.organisation)
    run(second, cast, file())
    marked = (
        sa.select(Person.name)
        .join(Registration)
        .where(Registration.training_id == second.id, Registration.is_sample.is_(True))
    )
    assert session.scalars(marked).all() == ["张三"]


def test_nobody_known_from_another_training_is_renamed_by_a_mistyped_id_number(
    session: Session, cast: Cast, training: Training
) -> None:
    run(training, cast, file())
    second = make_training(session, cast.organisation)
    with pytest.raises(ImportRefused) as refused:
        run(second, cast, file(("赵六", "丁市民政局", None, None, id_number(1))))
    (row,) = refused.value.plan.rows
    assert [(one.code, one.values) for one in row.problems] == [("id_of_another", {"name": "张三"})]
    assert [name for name, *_ in roster(session, training)] == ["李四", "欧阳静", "张三"]


def test_known_and_new_people_in_one_file_each_get_their_own_registration(
    session: Session, cast: Cast, training: Training
) -> None:
    other = make_training(session, cast.organisation)
    run(other, cast, file(*ROWS[:2]))
    new = ("王五", "丙市民政局", "处长", "13800138005", id_number(5), None, None)
    run(training, cast, file(ROWS[0], new, ROWS[1]))
    posts = {name: (unit, post, phone[-4:]) for name, unit, post, phone in roster(session, training)}
    assert posts == {
        "张三": ("甲市民政局", "处长", "8001"),
        "王五": ("丙市民政局", "处长", "8005"),
        "李四": ("乙市民政局", "科长", "8002"),
    }


def test_the_order_of_the_file_is_kept_among_known_and_new(
    session: Session, cast: Cast, training: Training
) -> None:
    known = make_registration(session, make_training(session, cast.organisation), "孙七")
    known.person.unit = known.unit = make_unit(session, cast.organisation, "丁市民政局")
    session.commit()
    rows = [("周八", "甲市民政局"), ("孙七", "丁市民政局"), ("安九", "乙市民政局"), ("李四", "丙市民政局")]
    run(training, cast, file(*((*row, None, None, None, None, None) for row in rows)))
    written = export_rows(session, training.id, order=RosterOrder.ENTERED)
    assert [one.name for one in written] == [name for name, _unit in rows]
    by_name = [one.name for one in export_rows(session, training.id)]
    assert by_name == ["安九", "李四", "孙七", "周八"]


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


def test_another_organisations_people_are_not_seen(session: Session, cast: Cast, training: Training) -> None:
    run(training, cast, file())
    elsewhere = make_training(session, cast.elsewhere)
    assert counts(run(elsewhere, cast, file())) == {"new": 3}
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 6


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


def test_an_upload_is_kept_sealed_till_it_is_confirmed(
    session: Session, cast: Cast, training: Training
) -> None:
    data = file()
    uid = keep_upload(training.id, cast.actor(), "名册.xlsx", data)
    draft = session.scalars(sa.select(ImportDraft)).one()
    assert data[:200] not in draft.content_sealed
    shown = open_draft(session, training, cast.actor(), uid)
    assert counts(shown.plan) == {"new": 3}
    assert shown.samples[0] == ("张三", "李四", "欧阳静")
    confirm_draft(training.id, cast.actor(), uid, expected={Verdict.NEW: 3, Verdict.UPDATE: 0})
    assert len(roster(session, training)) == 3
    assert session.scalars(sa.select(ImportDraft)).all() == []


def test_what_was_not_previewed_is_not_written(session: Session, cast: Cast, training: Training) -> None:
    uid = keep_upload(training.id, cast.actor(), "名册.xlsx", file())
    make_registration(session, training, "别人")
    run(training, cast, file(ROWS[0]))
    with pytest.raises(ImportRefused, match="import_moved"):
        confirm_draft(training.id, cast.actor(), uid, expected={Verdict.NEW: 3, Verdict.UPDATE: 0})
    assert len(roster(session, training)) == 2


def test_an_upload_is_its_uploaders_alone_and_goes_after_a_day(
    session: Session, cast: Cast, training: Training
) -> None:
    uid = keep_upload(training.id, cast.actor(), "名册.xlsx", file())
    with pytest.raises(NotFound):
        open_draft(session, training, cast.actor("owner"), uid)
    session.execute(sa.update(ImportDraft).values(created_at=ImportDraft.created_at))
    draft = session.scalars(sa.select(ImportDraft)).one()
    draft.created_at -= timedelta(hours=25)
    session.commit()
    with pytest.raises(NotFound):
        open_draft(session, training, cast.actor(), uid)
    keep_upload(training.id, cast.actor(), "名册.xlsx", file())
    assert session.scalar(sa.select(sa.func.count()).select_from(ImportDraft)) == 1


def test_columns_are_mapped_by_hand(session: Session, cast: Cast, training: Training) -> None:
    data = xlsx([("姓名", "甲列", "乙列"), ("张三", "13800138000", "处长")])
    uid = keep_upload(training.id, cast.actor(), "名册.xlsx", data)
    map_columns(
        training.id,
        cast.actor(),
        uid,
        {0: RosterField.NAME, 1: RosterField.PHONE, 2: RosterField.POST},
    )
    (row,) = open_draft(session, training, cast.actor(), uid).plan.rows
    assert row.person is not None
    assert (row.person.phone, row.person.post) == ("+8613800138000", "处长")
    with pytest.raises(Refusal, match="mapping_no_name"):
        map_columns(training.id, cast.actor(), uid, {0: None})


def test_a_discarded_upload_is_gone(session: Session, cast: Cast, training: Training) -> None:
    uid = keep_upload(training.id, cast.actor(), "名册.xlsx", file())
    discard_draft(training.id, cast.actor(), uid)
    assert session.scalars(sa.select(ImportDraft)).all() == []


def test_a_hopeless_file_is_not_kept(session: Session, cast: Cast, training: Training) -> None:
    with pytest.raises(Refusal, match="roster_no_header"):
        keep_upload(training.id, cast.actor(), "x.xlsx", xlsx([("a", "b"), ("c", "d")]))
    assert session.scalars(sa.select(ImportDraft)).all() == []


def analysed(session: Session) -> int:
    """How often, or for how many indexes, the planner was told of the roster."""
    session.rollback()
    if session.connection().dialect.name == "postgresql":
        query = "SELECT sum(analyze_count) FROM pg_stat_user_tables WHERE relname = 'registration'"
    elif "sqlite_stat1" in session.scalars(sa.text("SELECT name FROM sqlite_master")).all():
        query = "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'registration'"
    else:
        return 0
    found = int(session.scalar(sa.text(query)) or 0)
    session.rollback()
    return found


def many(people: int) -> bytes:
    return file(*((f"学员{n}", "甲市民政局", "", f"138{n:08d}", None, None, None) for n in range(people)))


def test_a_large_import_tells_the_planner_how_large_the_roster_is(
    session: Session, training: Training, cast: Cast
) -> None:
    before = analysed(session)
    run(training, cast, many(STATISTICS_FROM))
    assert analysed(session) > before


def test_a_small_import_leaves_the_planners_statistics_alone(
    session: Session, training: Training, cast: Cast
) -> None:
    before = analysed(session)
    run(training, cast, many(20))
    assert analysed(session) == before


def test_a_large_import_stands_though_the_statistics_cannot_be_refreshed(
    session: Session, training: Training, cast: Cast
) -> None:
    failed = []

    def refuse(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("ANALYZE"):
            failed.append(statement)
            raise OperationalError(statement, None, Exception("locked"))

    sa.event.listen(session.get_bind(), "before_cursor_execute", refuse)
    try:
        run(training, cast, many(STATISTICS_FROM))
    finally:
        sa.event.remove(session.get_bind(), "before_cursor_execute", refuse)
    assert failed
    assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == STATISTICS_FROM
