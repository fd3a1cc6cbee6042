"""Groups and rooms of a class: proposed, accepted, taken back, moved by hand; late changes move the fewest."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_session, make_training, make_unit
from tests.queries.counting import statements
from trainingmgr.domain.arrangement import Aims, ArrangementKind, Relation, Status, Trait
from trainingmgr.domain.next_steps import Step
from trainingmgr.domain.person import IdType
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.roster_column import RosterColumn
from trainingmgr.models import (
    AuditEntry,
    Bus,
    Job,
    Placement,
    Registration,
    RegistrationAnswer,
    SessionBus,
    SessionGroup,
    Training,
    TrainingGroup,
)
from trainingmgr.queries import arrangement as queries
from trainingmgr.queries import roster
from trainingmgr.queries.arrangement import Plan
from trainingmgr.queries.person import seal_id
from trainingmgr.queries.rights.dossier import dossier
from trainingmgr.queries.training import overview
from trainingmgr.services import arrangement
from trainingmgr.services.arrangement import HolderDraft
from trainingmgr.services.arrangement.containers import names_from

BUS, GROUP, ROOM, TABLE = (
    ArrangementKind.BUS,
    ArrangementKind.GROUP,
    ArrangementKind.ROOM,
    ArrangementKind.TABLE,
)
BY_REGION = Aims(gather=(Trait.REGION,))


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    """Four women and four men, two of each from Sichuan and two from Zhejiang."""
    training = make_training(session, cast.organisation, code="CLASS")
    units = [
        make_unit(session, cast.organisation, f"{name}民政厅", region=name) for name in ("四川省", "浙江省")
    ]
    for number in range(8):
        make_registration(
            session,
            training,
            f"学员{number}",
            sex=("female", "male")[number % 2],
            unit_id=units[number // 4].id,
            post=("厅长", "处长", "科员", "")[number % 4],
        )
    return training


def plan(session: Session, training: Training, kind: ArrangementKind) -> Plan:
    look_again(session)
    return queries.plan(session, training.id, kind)


def arrange(
    session: Session, cast: Cast, training: Training, kind: ArrangementKind, aims: Aims, *, stay: bool = True
) -> Plan:
    """The plan with what a worker proposed."""
    job = arrangement.order(cast.actor(), training.id, kind, aims, stay=stay)
    arrangement.work(job.id, "worker")
    look_again(session)
    assert arrangement.running(session, training.id, kind) is None
    return plan(session, training, kind)


def rooms(cast: Cast, training: Training, number: int = 4) -> None:
    arrangement.add_holders(cast.actor(), training.id, ROOM, HolderDraft("301", 2, "三层"), number)


def refusal(code: str, act: object, *args: object, **named: object) -> Refusal:
    assert callable(act)
    with pytest.raises(Refusal) as refused:
        act(*args, **named)
    assert refused.value.code == code
    return refused.value


def names(found: Sequence[queries.Member]) -> list[str]:
    return [one.name for one in found]


def test_rooms_are_proposed_by_sex_and_region_accepted_and_taken_back(
    session: Session, cast: Cast, training: Training
) -> None:
    rooms(cast, training)
    found = arrange(session, cast, training, ROOM, BY_REGION)
    assert found.proposal is not None
    assert (found.proposal.answer.status, len(found.proposal.answer.placed)) == (Status.BEST, 8)
    assert not found.present, "nothing is changed before it is accepted"
    done = arrangement.accept(cast.actor(), training.id, ROOM)
    found = plan(session, training, ROOM)
    assert [one.name for one in found.holders] == ["301", "302", "303", "304"]
    for people in found.inside.values():
        assert len({(one.sex, one.region) for one in people}) == 1
        assert len(people) == 2
    assert found.proposal is None
    assert done.undo is not None
    back = arrangement.undo(cast.actor(), training.id, done.undo)
    assert (back.back, back.left) == (8, 0)
    assert not plan(session, training, ROOM).present
    refusal("undo_gone", arrangement.undo, cast.actor(), training.id, done.undo)


def test_a_late_change_is_told_and_moves_as_few_as_can_be(
    session: Session, cast: Cast, training: Training
) -> None:
    rooms(cast, training)
    arrange(session, cast, training, ROOM, BY_REGION)
    arrangement.accept(cast.actor(), training.id, ROOM)
    gone = session.scalars(
        sa.select(Registration)
        .where(Registration.training_id == training.id)
        .order_by(Registration.id)
        .limit(1)
    ).one()
    gone.status = RegistrationStatus.WITHDRAWN
    session.commit()
    late = make_registration(session, training, "后来者", sex="female")
    found = arrange(session, cast, training, ROOM, BY_REGION)
    assert names(found.without) == ["后来者"]
    assert found.proposal is not None
    assert (found.proposal.answer.moved, late.id in found.proposal.answer.placed) == ((), True)
    make_registration(session, training, "又一位", sex="male")
    refusal("arrangement.stale", arrangement.accept, cast.actor(), training.id, ROOM)
    found = arrange(session, cast, training, ROOM, BY_REGION)
    assert found.proposal is not None
    assert [one.code for one in found.proposal.answer.reasons] == ["arrangement.too_few_places"]
    refusal("arrangement.no_proposal", arrangement.accept, cast.actor(), training.id, ROOM)
    arrangement.discard(cast.actor(), training.id, ROOM)
    assert plan(session, training, ROOM).proposal is None


def test_groups_are_balanced_and_stand_on_the_roster(
    session: Session, cast: Cast, training: Training
) -> None:
    arrangement.add_holders(cast.actor(), training.id, GROUP, HolderDraft("第1组"), 2)
    held = session.scalars(sa.select(Registration.id).order_by(Registration.id)).first()
    assert held is not None
    arrangement.move(cast.actor(), training.id, GROUP, [held], "第2组")
    arrangement.pin(cast.actor(), training.id, GROUP, [held], held=True)
    arrange(session, cast, training, GROUP, Aims(spread=(Trait.SEX, Trait.REGION)), stay=False)
    arrangement.accept(cast.actor(), training.id, GROUP)
    found = plan(session, training, GROUP)
    for people in found.inside.values():
        assert sorted(one.sex for one in people) == ["female"] * 2 + ["male"] * 2
        assert len({one.region for one in people}) == 2
    assert session.get_one(Registration, held).group_name == "第2组"
    assert found.pinned == {held}


def test_a_group_takes_its_people_and_sessions_along_to_a_new_name(
    session: Session, cast: Cast, training: Training
) -> None:
    for row in session.scalars(sa.select(Registration)):
        row.group_name = "一组"
    lecture = make_session(session, training)
    lecture.groups = [SessionGroup(group_name="一组")]
    other = make_session(session, training)
    session.commit()
    seen = {one: one.version for one in (lecture, other)}
    arrangement.change_holder(cast.actor(), training.id, GROUP, "一组", HolderDraft("先锋组", 9))
    look_again(session)
    assert [one.version - seen[one] for one in (lecture, other)] == [1, 0], (
        "whoever has it open sees the old name"
    )
    found = plan(session, training, GROUP)
    assert [(one.name, one.places, len(found.inside[one.key])) for one in found.holders] == [("先锋组", 9, 8)]
    assert session.scalars(sa.select(SessionGroup.group_name)).all() == ["先锋组"]
    too_small = HolderDraft("先锋组", 3)
    refusal(
        "arrangement.more_inside",
        arrangement.change_holder,
        cast.actor(),
        training.id,
        GROUP,
        "先锋组",
        too_small,
    )
    refusal("arrangement.not_empty", arrangement.remove_holder, cast.actor(), training.id, GROUP, "先锋组")


def test_moves_by_hand_keep_to_beds_and_sexes(session: Session, cast: Cast, training: Training) -> None:
    rooms(cast, training, 1)
    found = plan(session, training, ROOM)
    key = found.holders[0].key
    women = [one.id for one in found.members if one.sex == "female"]
    men = [one.id for one in found.members if one.sex == "male"]
    actor = cast.actor()
    refusal("arrangement.full", arrangement.move, actor, training.id, ROOM, women[:3], key)
    refusal("arrangement.two_sexes", arrangement.move, actor, training.id, ROOM, [women[0], men[0]], key)
    refusal("arrangement.no_such_holder", arrangement.move, actor, training.id, ROOM, women[:1], "999")
    unknown = make_registration(session, training, "未登记性别")
    refusal("arrangement.sex_missing", arrangement.move, actor, training.id, ROOM, [unknown.id], key)
    done = arrangement.move(actor, training.id, ROOM, women[:2], key)
    assert done.undo is not None
    arrangement.move(actor, training.id, ROOM, women[:1], "")
    arrangement.move(actor, training.id, ROOM, women[2:3], key)
    back = arrangement.undo(actor, training.id, done.undo)
    assert (back.back, back.left) == (1, 1), "whoever was moved since is left"
    details = [one.details for one in session.scalars(sa.select(AuditEntry))]
    assert not any("学员" in str(one) for one in details), "no names in the trail"


def test_a_sex_is_read_from_the_id_number_and_else_asked_for(
    session: Session, cast: Cast, training: Training
) -> None:
    rooms(cast, training, 6)
    known = make_registration(session, training, "凭证件")
    sealed = seal_id(known.person.uid, training.organisation_id, IdType.RESIDENT_ID, "11010519491231002X")
    for name, value in sealed.items():
        setattr(known.person, name, value)
    session.commit()
    make_registration(session, training, "无从得知")
    found = arrange(session, cast, training, ROOM, BY_REGION)
    assert found.by_id[known.id].sex == "female"
    assert names(found.sex_unknown) == ["无从得知"]
    assert found.proposal is not None
    assert len(found.proposal.answer.placed) == 9


def test_demands_single_rooms_and_answers_are_heeded(
    session: Session, cast: Cast, training: Training
) -> None:
    rooms(cast, training, 7)
    found = plan(session, training, ROOM)
    first, second, third = [one.id for one in found.members if one.sex == "female"][:3]
    elsewhere = next(one.id for one in found.members if one.sex == "male")
    session.add(
        RegistrationAnswer(training_id=training.id, registration_id=elsewhere, key="lodging", value="none")
    )
    session.commit()
    arrangement.add_wish(cast.actor(), training.id, ROOM, Relation.PART, [first, second])
    wish = arrangement.add_wish(cast.actor(), training.id, ROOM, Relation.ALONE, [third])
    found = arrange(session, cast, training, ROOM, Aims(gather=(Trait.REGION,), alone_to=2))
    assert found.proposal is not None
    placed = found.proposal.answer.placed
    assert elsewhere not in placed
    assert placed[first] != placed[second]
    heads = {one.id for one in found.members if one.level == 2} - {elsewhere}
    for one in {third, *heads}:
        assert list(placed.values()).count(placed[one]) == 1
    arrangement.remove_wish(cast.actor(), training.id, wish)
    with pytest.raises(NotFound):
        arrangement.remove_wish(cast.actor(), training.id, wish)
    refusal("arrangement.both_ways", arrangement.order, cast.actor(), training.id, ROOM,
            Aims(spread=(Trait.REGION,), gather=(Trait.REGION,)))  # fmt: skip


def test_buses_keep_groups_and_tables_spread_ranks(session: Session, cast: Cast, training: Training) -> None:
    for number, row in enumerate(session.scalars(sa.select(Registration).order_by(Registration.id))):
        row.group_name = f"第{1 + number // 4}组"
    leader = session.scalars(sa.select(Registration.id).order_by(Registration.id)).first()
    session.add(Bus(training_id=training.id, name="1号车", seats=5))
    session.add(Bus(training_id=training.id, name="2号车", seats=5, leader_registration_id=leader))
    session.commit()
    visit = make_session(session, training)
    wanted = session.scalars(sa.select(Bus).where(Bus.name == "2号车")).one()
    session.add(
        SessionBus(training_id=training.id, session_id=visit.id, bus_id=wanted.id, group_name="第1组")
    )
    session.commit()
    arrange(session, cast, training, BUS, Aims(gather=(Trait.GROUP,), follow_rides=True))
    arrangement.accept(cast.actor(), training.id, BUS)
    assert {one.group for one in plan(session, training, BUS).inside[str(wanted.id)]} == {"第1组"}
    assert all(
        len({one.group for one in people}) == 1 for people in plan(session, training, BUS).inside.values()
    )
    found = plan(session, training, BUS)
    assert next(one.name for one in found.holders if one.key == found.present[leader or 0]) == "2号车"
    arrangement.add_holders(cast.actor(), training.id, TABLE, HolderDraft("1", 4), 2)
    arrange(session, cast, training, TABLE, Aims(spread=(Trait.LEVEL,)))
    arrangement.accept(cast.actor(), training.id, TABLE)
    inside = plan(session, training, TABLE).inside
    assert [people[0].post for people in inside.values()] == ["厅长", "厅长"], "the highest comes first"
    someone = session.scalars(sa.select(Registration.id).order_by(Registration.id)).first()
    assert someone is not None
    named = queries.places_of(session, someone)
    assert [one.kind for one in named] == [BUS, TABLE]
    listed = roster.page(session, training.id, roster.Filters(), columns=[RosterColumn.BUS]).rows
    line = next(one for one in listed if one.id == someone)
    assert (line.bus, line.room, line.table) == (named[0].name, "", named[1].name)
    kept = dossier(session, session.get_one(Registration, someone).person_id).trainings[0]
    assert [one.name for one in kept.places] == [line.bus, line.table]
    filed = next(one for one in roster.export_rows(session, training.id) if one.name == line.name)
    assert (filed.bus, filed.table) == (line.bus, line.table)
    session.delete(session.scalars(sa.select(Bus).where(Bus.name == "1号车")).one())
    session.commit()
    assert len(plan(session, training, BUS).without) == 4
    steps = overview(session, training, datetime(2026, 5, 1, tzinfo=UTC)).next_steps
    assert [(one.step, one.values) for one in steps if one.step is Step.GIVE_BUSES] == [
        (Step.GIVE_BUSES, {"people": 4})
    ]


def test_names_count_up_and_are_taken_once(session: Session, cast: Cast, training: Training) -> None:
    arrangement.add_holders(cast.actor(), training.id, TABLE, HolderDraft("A09号", 10), 3)
    assert [one.name for one in plan(session, training, TABLE).holders] == ["A09号", "A10号", "A11号"]
    told = refusal(
        "arrangement.name_taken",
        arrangement.add_holders,
        cast.actor(),
        training.id,
        TABLE,
        HolderDraft("A11号", 8),
        2,
    )
    assert told.values == {"name": "A11号"}
    refusal(
        "arrangement.kind_elsewhere",
        arrangement.add_holders,
        cast.actor(),
        training.id,
        BUS,
        HolderDraft("1", 8),
    )
    assert session.scalar(sa.select(sa.func.count()).select_from(TrainingGroup)) == 0
    assert arrangement.remove_empty(cast.actor(), training.id, TABLE) == 3
    assert plan(session, training, TABLE).holders == []


def test_ranks_of_a_training_are_its_own(session: Session, cast: Cast, training: Training) -> None:
    arrangement.set_ranks(cast.actor(), training.id, [" 科员 ", "", "厅长  处长"])
    assert queries.ranks(session, training.id) == ["科员", "厅长 处长"]
    assert {one.post: one.level for one in plan(session, training, GROUP).members}["科员"] == 1
    arrangement.set_ranks(cast.actor(), training.id, [])
    assert len(queries.ranks(session, training.id)) > 2


def test_an_order_joins_the_one_under_way(session: Session, cast: Cast, training: Training) -> None:
    refusal("arrangement.no_holders", arrangement.order, cast.actor(), training.id, ROOM, BY_REGION)
    rooms(cast, training)
    first = arrangement.order(cast.actor(), training.id, ROOM, BY_REGION)
    again = arrangement.order(cast.actor(), training.id, ROOM, BY_REGION)
    assert first.id == again.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1


def test_a_plan_costs_as_many_statements_for_many_as_for_few(
    session: Session, cast: Cast, training: Training
) -> None:
    rooms(cast, training)
    arrange(session, cast, training, ROOM, BY_REGION)
    arrangement.accept(cast.actor(), training.id, ROOM)
    with statements() as few:
        plan(session, training, ROOM)
    for _one in range(3):
        make_registration(session, training, sex="male", unit_id=make_unit(session, cast.organisation).id)
    arrangement.add_holders(cast.actor(), training.id, ROOM, HolderDraft("401", 2), 5)
    with statements() as many:
        plan(session, training, ROOM)
    assert len(many) == len(few)
    assert session.scalar(sa.select(sa.func.count()).select_from(Placement)) == 8


def test_a_class_of_one_province_is_told_apart_by_its_cities(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation, code="ONE")

    def regions() -> set[str]:
        look_again(session)
        return {one.region for one in queries.plan(session, training.id, GROUP).members}

    for name, facts in {
        "成都市民政局": {"region": "四川省"},
        "某民政局": {"division_code": "513401"},
        "四川省民政厅": {},
    }.items():
        unit = make_unit(session, cast.organisation, name, **facts)
        make_registration(session, training, unit_id=unit.id)
    assert regions() == {"成都市", "凉山彝族自治州", "四川省"}
    away = make_unit(session, cast.organisation, "浙江省民政厅")
    make_registration(session, training, unit_id=away.id)
    assert regions() == {"四川省", "浙江省"}


@pytest.mark.parametrize(
    ("first", "names"),
    [
        ("第九组", ["第九组", "第十组", "第十一组"]),
        ("一号桌", ["一号桌", "二号桌", "三号桌"]),
        ("第1组", ["第1组", "第2组", "第3组"]),
        ("第九十八组", ["第九十八组", "第九十八组2", "第九十八组3"]),
        ("三亚厅", ["三亚厅", "三亚厅2", "三亚厅3"]),
        ("甲", ["甲", "甲2", "甲3"]),
    ],
)
def test_a_name_goes_on_in_the_way_in_which_it_counts(first: str, names: list[str]) -> None:
    assert names_from(first, 3) == names
