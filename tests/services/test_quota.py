"""Places offered to units: lines, and tables of them from a file."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    look_again,
    make_category,
    make_line,
    make_registration,
    make_training,
    make_unit,
)
from trainingmgr.domain.division import DivisionGroup
from trainingmgr.domain.quota import OverQuota, QuotaInput, UnitPlaces
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.training import TrainingInput
from trainingmgr.extensions import now
from trainingmgr.models import Category, Nomination, QuotaLine, QuotaPlace, Training, Unit, UnitAlias
from trainingmgr.queries import quota as queries
from trainingmgr.services import quota as service
from trainingmgr.services import training as trainings
from trainingmgr.services import unit as units
from trainingmgr.services.quota import Verdict


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_training(session, cast.organisation, capacity=4)
    make_category(session, training, "民政厅处长", name_en="Heads", post_zh="处长")
    return training


def category_of(training: Training) -> int:
    return training.categories[0].id


def offer(cast: Cast, training: Training, *pairs: tuple[str, int], category_id: int = 0) -> int:
    given = QuotaInput(
        category_id=category_id or category_of(training),
        deadline=date(2026, 4, 20),
        units=tuple(map(UnitPlaces._make, pairs)),
    )
    return service.create(cast.actor(), training, given).id


def book(*rows: list[object]) -> bytes:
    workbook, out = openpyxl.Workbook(), BytesIO()
    page = workbook.create_sheet("名额", 0)
    for row in rows:
        page.append(row)
    workbook.save(out)
    return out.getvalue()


def seen(session: Session, training: Training) -> list[tuple[str, int]]:
    look_again(session)
    return [(one.name, one.places) for line in queries.table(session, training).lines for one in line.units]


def test_a_line_offers_places_makes_unknown_units_and_is_summed_up(
    session: Session, cast: Cast, training: Training
) -> None:
    make_unit(session, cast.organisation, "四川省民政厅")
    offer(cast, training, ("四川省 民政厅", 2), ("云南省民政厅", 3))
    table = queries.table(session, training)
    (line,) = table.lines
    assert [(one.name, one.places) for one in line.units] == [("四川省民政厅", 2), ("云南省民政厅", 3)]
    assert (line.category_zh, line.asked_zh) == ("民政厅处长", "处长")
    assert (table.places, table.units, table.over) == (5, 2, 1)


def test_a_line_is_changed_as_a_whole_and_an_older_edit_is_refused(
    session: Session, cast: Cast, training: Training
) -> None:
    line_id = offer(cast, training, ("甲厅", 2), ("乙厅", 1))
    before = queries.table(session, training).lines[0].version
    given = QuotaInput(
        category_id=category_of(training), units=(UnitPlaces("丙厅", 1), UnitPlaces("甲厅", 3))
    )
    service.change(cast.actor(), training, line_id, given, before)
    assert seen(session, training) == [("丙厅", 1), ("甲厅", 3)]
    with pytest.raises(Refusal) as refused:
        service.change(cast.actor(), training, line_id, given, before)
    assert refused.value.code == "stale"


@pytest.mark.parametrize(
    ("pairs", "code"),
    [([("甲厅", 1), ("甲 厅", 2)], "quota.unit_twice"), ([], "quota.no_units")],
)
def test_what_offers_nothing_or_one_unit_twice_leaves_nothing_behind(
    session: Session, cast: Cast, training: Training, pairs: list[tuple[str, int]], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        offer(cast, training, *pairs)
    assert refused.value.code == code
    assert not queries.table(session, training).lines


def test_the_category_must_be_one_of_this_training(session: Session, cast: Cast, training: Training) -> None:
    other = make_training(session, cast.organisation)
    foreign = make_category(session, other, "别的").id
    for wrong in (foreign, 0):
        with pytest.raises(Refusal) as refused:
            service.create(
                cast.actor(), training, QuotaInput(category_id=wrong, units=(UnitPlaces("甲厅", 1),))
            )
        assert refused.value.code == "quota.category_unknown"


def test_a_line_of_another_training_does_not_exist(session: Session, cast: Cast, training: Training) -> None:
    other = make_training(session, cast.organisation)
    line = make_line(session, other, {make_unit(session, cast.organisation): 1})
    with pytest.raises(NotFound):
        service.remove(cast.actor(), training, line.id)


def test_a_category_under_which_places_are_offered_stays_in_the_settings(
    session: Session, cast: Cast, training: Training
) -> None:
    offer(cast, training, ("甲厅", 1))
    given = trainings_input(training)
    with pytest.raises(Refusal) as refused:
        trainings.update(cast.actor(), training, given)
    assert refused.value.code == "training.category_offered"


def trainings_input(training: Training) -> TrainingInput:
    return TrainingInput(
        code=training.code,
        title_zh=training.title_zh,
        start_date=training.start_date,
        end_date=training.end_date,
        categories=(),
    )


def test_a_copied_training_has_the_places_on_days_as_far_off_as_before(
    session: Session, cast: Cast, training: Training
) -> None:
    offer(cast, training, ("甲厅", 2), ("乙厅", 1))
    copy = trainings.copy(cast.actor(), training, "NEXT", date(2027, 5, 11))
    (line,) = queries.table(session, copy).lines
    assert [(one.name, one.places) for one in line.units] == [("甲厅", 2), ("乙厅", 1)]
    assert line.deadline == date(2027, 4, 20)
    assert line.category_id == copy.categories[0].id


def test_a_file_changes_adds_and_leaves_alone(session: Session, cast: Cast, training: Training) -> None:
    offer(cast, training, ("甲厅", 2), ("乙厅", 1))
    data = book(
        ["名额分配表"],
        ["序号", "类别", "单位", "名额", "职务要求", "截止日期", "超出名额"],
        [1, "民政厅处长", "甲厅", 3],
        [2, "", "丙厅", 1],
        [3, "民政厅处长", "丁局", 2, "局长", date(2026, 4, 25), "候补"],
    )
    uid = service.keep_upload(cast.actor(), training, "名额.xlsx", data)
    plan = service.open_draft(cast.actor(), training, uid).plan
    assert [row.verdict for row in plan.rows] == [Verdict.UPDATE, Verdict.NEW, Verdict.NEW]
    assert (plan.places_after, plan.over, plan.new_units) == (7, 3, ("丙厅", "丁局"))
    service.confirm_draft(cast.actor(), training, uid, expected=(2, 1))
    assert seen(session, training) == [("甲厅", 3), ("乙厅", 1), ("丙厅", 1), ("丁局", 2)]
    second = queries.table(session, training).lines[1]
    assert (second.post, second.deadline, second.over) == ("局长", date(2026, 4, 25), OverQuota.WAITLIST)
    again = service.keep_upload(cast.actor(), training, "名额.xlsx", data)
    plan = service.open_draft(cast.actor(), training, again).plan
    assert {row.verdict for row in plan.rows} == {Verdict.UNCHANGED}


def test_a_file_says_as_which_unit_one_of_another_name_is_taken(
    session: Session, cast: Cast, training: Training
) -> None:
    unit = make_unit(session, cast.organisation, "甲省民政厅（本级）")
    session.add(UnitAlias(unit_id=unit.id, name="甲厅"))
    session.commit()
    data = book(["类别", "单位", "名额"], ["民政厅处长", "甲厅", 1], ["民政厅处长", "乙厅", 1])
    uid = service.keep_upload(cast.actor(), training, "a.xlsx", data)
    assert service.open_draft(cast.actor(), training, uid).plan.known_units == {"甲厅": unit.name}


def test_a_file_with_one_faulty_row_writes_nothing(session: Session, cast: Cast, training: Training) -> None:
    data = book(
        ["类别", "单位", "名额"], ["民政厅处长", "甲厅", 1], ["没有的类别", "乙厅", 1], ["", "丙厅", "若干"]
    )
    uid = service.keep_upload(cast.actor(), training, "a.xlsx", data)
    plan = service.open_draft(cast.actor(), training, uid).plan
    assert [row.problem.code for row in plan.rows if row.problem] == [
        "quota_row_category_unknown",
        "quota_row_bad_places",
    ]
    with pytest.raises(Refusal) as refused:
        service.confirm_draft(cast.actor(), training, uid, expected=(1, 0))
    assert refused.value.code == "quota.file_faulty"
    assert seen(session, training) == []


def test_what_was_agreed_to_is_what_is_written(session: Session, cast: Cast, training: Training) -> None:
    data = book(["类别", "单位", "名额"], ["民政厅处长", "甲厅", 1])
    uid = service.keep_upload(cast.actor(), training, "a.xlsx", data)
    offer(cast, training, ("甲厅", 1))
    with pytest.raises(Refusal) as refused:
        service.confirm_draft(cast.actor(), training, uid, expected=(1, 0))
    assert refused.value.code == "quota.moved"
    with pytest.raises(NotFound):
        service.open_draft(cast.actor("owner"), training, uid)


def test_a_training_without_categories_takes_those_of_the_file(session: Session, cast: Cast) -> None:
    bare = make_training(session, cast.organisation)
    data = book(["类别", "单位", "名额"], ["处长", "甲厅", 1], ["局长", "乙局", 1], ["处长", "乙局", 1])
    uid = service.keep_upload(cast.actor(), bare, "a.xlsx", data)
    service.confirm_draft(cast.actor(), bare, uid, expected=(3, 0))
    look_again(session)
    lines = queries.table(session, bare).lines
    assert [(line.category_zh, [one.name for one in line.units]) for line in lines] == [
        ("处长", ["甲厅", "乙局"]),
        ("局长", ["乙局"]),
    ]


def imported(cast: Cast, training: Training, *rows: list[object], expected: tuple[int, int]) -> int:
    uid = service.keep_upload(cast.actor(), training, "a.xlsx", book(["类别", "单位", "名额"], *rows))
    done = service.confirm_draft(cast.actor(), training, uid, expected=expected)
    assert done.undo is not None
    return done.undo


def test_an_import_is_taken_back_once_with_the_units_and_categories_that_it_made(
    session: Session, cast: Cast
) -> None:
    bare = make_training(session, cast.organisation)
    service.create(cast.actor(), bare, QuotaInput(units=(UnitPlaces("甲厅", 2),)))
    line = queries.table(session, bare).lines[0]
    before, units_before = seen(session, bare), session.scalar(sa.select(sa.func.count(Unit.id)))
    version = session.get_one(QuotaLine, line.id).version
    undo = imported(cast, bare, ["", "甲厅", 5], ["", "乙厅", 1], expected=(1, 1))
    assert seen(session, bare) == [("甲厅", 5), ("乙厅", 1)]
    assert service.undo_import(cast.actor(), bare, undo) == 0
    assert seen(session, bare) == before
    assert session.scalar(sa.select(sa.func.count(Unit.id))) == units_before
    assert session.get_one(QuotaLine, line.id).version > version + 1
    for actor in (cast.actor(), cast.actor("owner")):
        with pytest.raises(Refusal) as refused:
            service.undo_import(actor, bare, undo)
        assert refused.value.code == "undo_gone"


def test_new_lines_and_categories_go_with_their_import(session: Session, cast: Cast) -> None:
    bare = make_training(session, cast.organisation)
    undo = imported(cast, bare, ["处长", "甲厅", 1], ["局长", "乙局", 1], expected=(2, 0))
    assert service.undo_import(cast.actor(), bare, undo) == 0
    look_again(session)
    assert not queries.table(session, bare).lines
    assert not session.scalars(sa.select(Category).where(Category.training_id == bare.id)).all()


def test_what_was_changed_since_an_import_stays_and_is_counted(
    session: Session, cast: Cast, training: Training
) -> None:
    undo = imported(cast, training, ["民政厅处长", "甲厅", 1], ["民政厅处长", "乙厅", 1], expected=(2, 0))
    place = session.scalars(sa.select(QuotaPlace).order_by(QuotaPlace.id)).first()
    assert place
    place.places = 4
    session.commit()
    # The place, its line and its unit.
    assert service.undo_import(cast.actor(), training, undo) == 3
    assert seen(session, training) == [("甲厅", 4)]


def test_places_for_which_people_were_named_since_are_not_taken_back(
    session: Session, cast: Cast, training: Training
) -> None:
    undo = imported(cast, training, ["民政厅处长", "甲厅", 1], expected=(1, 0))
    place = session.scalars(sa.select(QuotaPlace)).one()
    row = make_registration(session, training, "王小明", unit_id=place.unit_id)
    session.add(
        Nomination(
            training_id=training.id,
            unit_id=place.unit_id,
            line_id=place.line_id,
            registration_id=row.id,
            content_sealed=b"",
            sent_at=now(),
        )
    )
    session.commit()
    with pytest.raises(Refusal) as refused:
        service.undo_import(cast.actor(), training, undo)
    assert (refused.value.code, refused.value.values["taken"]) == ("quota.places_taken", 1)
    assert seen(session, training) == [("甲厅", 1)]


def test_a_whole_group_of_divisions_is_at_hand_as_units(
    session: Session, cast: Cast, training: Training
) -> None:
    wish = units.GroupWish(DivisionGroup.PROVINCES_AND_CORPS)
    units.add_of_group(cast.actor(), cast.organisation.id, wish)
    names = [one.known_as for one in units.plan_of_group(session, cast.organisation.id, wish)]
    offer(cast, training, *((name, 1) for name in names))
    assert queries.table(session, training).places == 32
