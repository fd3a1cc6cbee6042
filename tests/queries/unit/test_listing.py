"""The list and the tree of units."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_training, make_unit
from tests.queries.counting import statements
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.domain.training import HostRole
from trainingmgr.domain.unit import UnitType, unit_keys
from trainingmgr.http.paging import Cursor
from trainingmgr.models import Lecturer, Person, TrainingHost, Unit, UnitAlias
from trainingmgr.queries.unit import Filters, page, tree, unit_of, whole


def names(session: Session, cast: Cast, **filters: object) -> list[str]:
    return [one.name for one in page(session, cast.organisation.id, Filters(**filters)).rows]  # type: ignore[arg-type]


@pytest.fixture
def chengdu(session: Session, cast: Cast) -> Unit:
    make_unit(session, cast.organisation, "民政部", type=UnitType.MINISTRY)
    make_unit(session, cast.organisation, "重庆市民政局", division_code="500000")
    make_unit(session, cast.elsewhere, "成都市教育局")
    unit = make_unit(
        session, cast.organisation, "成都市民政局", name_en="Chengdu Civil Affairs", region="四川省成都市"
    )
    session.add(UnitAlias(unit_id=unit.id, name="蓉城民政"))
    for column, value in unit_keys(unit.name, unit.name_en, ["蓉城民政"]).items():
        setattr(unit, column, value)
    session.commit()
    return unit


@pytest.mark.parametrize(
    "text", ["成都", "chengdu", "cdsmzj", "Chengdu civil", "蓉城", "rongcheng", "都市 affairs"]
)
def test_a_unit_is_found_by_name_other_name_and_sound(
    session: Session, cast: Cast, chengdu: Unit, text: str
) -> None:
    assert names(session, cast, text=text) == ["成都市民政局"]


def test_the_list_is_narrowed_by_type_and_province_and_ordered_by_sound(
    session: Session, cast: Cast, chengdu: Unit
) -> None:
    assert names(session, cast) == ["成都市民政局", "重庆市民政局", "民政部"]
    assert names(session, cast, type=UnitType.MINISTRY) == ["民政部"]
    assert names(session, cast, province="四川省") == ["成都市民政局"]
    assert names(session, cast, province="重庆市") == ["重庆市民政局"]
    assert names(session, cast, text="%") == []


def test_every_unit_is_met_once_on_the_way_through_the_pages_and_back(session: Session, cast: Cast) -> None:
    made = {make_unit(session, cast.organisation, f"第{number}社区").name for number in range(23)}
    forth: list[list[str]] = []
    cursor: Cursor | None = None
    while True:
        found = page(session, cast.organisation.id, Filters(), cursor, size=5)
        assert found.found == 23
        forth.append([one.name for one in found.rows])
        if found.next is None:
            break
        cursor = Cursor(*found.next)
    assert {name for rows in forth for name in rows} == made
    assert sum(map(len, forth)) == 23
    for rows in reversed(forth[:-1]):
        assert found.previous is not None
        found = page(
            session, cast.organisation.id, Filters(), Cursor(*found.previous, backwards=True), size=5
        )
        assert [one.name for one in found.rows] == rows
    assert found.previous is None


def test_lists_take_as_many_statements_for_many_units_as_for_one(
    session: Session, cast: Cast, chengdu: Unit
) -> None:
    here = cast.organisation.id

    def cost() -> list[int]:
        counts = []
        for read in (
            lambda: page(session, here, Filters(text="民政")),
            lambda: tree(session, here),
            lambda: whole(session, unit_of(session, here, chengdu.id) or chengdu),
        ):
            with statements() as sent:
                read()
            counts.append(len(sent))
        return counts

    before = cost()
    training = make_training(session, cast.organisation)
    for number in range(8):
        child = make_unit(session, cast.organisation, f"第{number}民政所", parent_id=chengdu.id)
        make_unit(session, cast.organisation, f"第{number}民政站", parent_id=child.id)
        make_registration(session, training, unit_id=chengdu.id)
    assert cost() == before


def test_people_and_trainings_of_a_unit_are_counted_once_and_only_who_came(
    session: Session, cast: Cast, chengdu: Unit
) -> None:
    first, second = (make_training(session, cast.organisation) for _ in range(2))
    one = make_registration(session, first, "王小明", unit_id=chengdu.id)
    make_registration(session, second, "李华", unit_id=chengdu.id, status=RegistrationStatus.WITHDRAWN)
    session.add(
        type(one)(
            training_id=second.id, person_id=one.person_id, unit_id=chengdu.id, sort_key="w", search_text="w"
        )
    )
    session.commit()
    (row,) = page(session, cast.organisation.id, Filters(text="成都")).rows
    assert (row.people, row.trainings) == (1, 2)
    assert whole(session, chengdu).people == 3


def test_the_tree_shows_branches_first_in_the_order_of_divisions(session: Session, cast: Cast) -> None:
    for name, code in (("四川省民政厅", "510000"), ("安徽省民政厅", "340000"), ("民政部", "")):
        make_unit(session, cast.organisation, name, division_code=code)
    sichuan = page(session, cast.organisation.id, Filters(text="四川")).rows[0].id
    child = make_unit(session, cast.organisation, "成都市民政局", parent_id=sichuan)
    make_unit(session, cast.organisation, "金牛区民政局", parent_id=child.id)
    found = tree(session, cast.organisation.id)
    assert [branch.unit.name for branch in found.branches] == ["四川省民政厅", "安徽省民政厅", "民政部"]
    assert [one.name for one in found.branches[0].under] == ["成都市民政局"]
    assert (found.total, found.branches[0].below) == (3, 1)
    below = tree(session, cast.organisation.id, child.id)
    assert [branch.unit.name for branch in below.branches] == ["金牛区民政局"]
    low = unit_of(session, cast.organisation.id, below.branches[0].unit.id)
    assert low is not None
    assert [one.name for one in whole(session, low).above] == ["四川省民政厅", "成都市民政局"]


def test_units_known_from_samples_alone_come_last_on_every_page(session: Session, cast: Cast) -> None:
    for number in range(3):
        make_unit(session, cast.organisation, f"阿{number}局", is_sample=True)
    used = make_unit(session, cast.organisation, "安县民政局", is_sample=True)
    make_unit(session, cast.organisation, "卓县民政局")
    make_registration(session, make_training(session, cast.organisation), unit_id=used.id)
    sample = make_training(session, cast.organisation, is_sample=True)
    first = session.scalars(sa.select(Unit.id)).first()
    make_registration(session, sample, unit_id=first, is_sample=True)
    met: list[tuple[str, bool]] = []
    cursor: Cursor | None = None
    while True:
        found = page(session, cast.organisation.id, Filters(), cursor, size=2)
        met += [(one.name, one.set_apart) for one in found.rows]
        if found.next is None:
            break
        cursor = Cursor(*found.next)
    own = [("安县民政局", False), ("卓县民政局", False)]
    met = [one for one in met if "主办单位" not in one[0]]
    assert met == [*own, ("阿0局", True), ("阿1局", True), ("阿2局", True)]


def by_host(session: Session, cast: Cast, unit: Unit, sample: bool) -> object:
    return TrainingHost(
        training_id=make_training(session, cast.organisation, is_sample=sample).id,
        unit_id=unit.id,
        role=HostRole.CO_HOST,
        position=2,
    )


def by_lecturer(_session: Session, cast: Cast, unit: Unit, sample: bool) -> object:
    kind = ContributorType.UNIT
    return Lecturer(organisation_id=cast.organisation.id, type=kind, unit_id=unit.id, is_sample=sample)


def by_person(_session: Session, cast: Cast, unit: Unit, sample: bool) -> object:
    columns = {"name": "王明", "name_key": "王明", "pinyin": "wang ming", "is_sample": sample}
    return Person(organisation_id=cast.organisation.id, unit_id=unit.id, **columns)


def by_unit_under_it(_session: Session, cast: Cast, unit: Unit, sample: bool) -> object:
    return Unit(
        organisation_id=cast.organisation.id,
        name="下属",
        type=UnitType.OTHER,
        parent_id=unit.id,
        is_sample=sample,
    )


@pytest.mark.parametrize("naming", [by_host, by_lecturer, by_person, by_unit_under_it])
@pytest.mark.parametrize("sample", [True, False])
def test_a_unit_that_anything_of_ones_own_names_is_not_known_from_samples_alone(
    session: Session,
    cast: Cast,
    naming: Callable[[Session, Cast, Unit, bool], object],
    sample: bool,
) -> None:
    unit = make_unit(session, cast.organisation, "示例司", is_sample=True)
    session.add(naming(session, cast, unit, sample))
    session.commit()
    rows = page(session, cast.organisation.id, Filters(text="示例司")).rows
    assert [(one.name, one.set_apart) for one in rows] == [("示例司", sample)]
