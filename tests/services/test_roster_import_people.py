"""Who is meant by a row of a file: nobody is doubled, and nobody guessed."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_training, make_unit
from tests.roster_imports import ROWS, counts, file, roster, run
from tests.rosters import id_number
from trainingmgr.domain.roster_column import RosterOrder
from trainingmgr.domain.roster_file import RosterField
from trainingmgr.models import (
    Person,
    Registration,
    Training,
)
from trainingmgr.queries.person import open_id
from trainingmgr.queries.roster import export_rows
from trainingmgr.services.roster_import import (
    ImportRefused,
)


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation)


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


def test_another_organisations_people_are_not_seen(session: Session, cast: Cast, training: Training) -> None:
    run(training, cast, file())
    elsewhere = make_training(session, cast.elsewhere)
    assert counts(run(elsewhere, cast, file())) == {"new": 3}
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 6
