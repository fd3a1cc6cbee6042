"""Units made from the list of divisions."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, at_once, look_again, make_registration, make_training, make_unit
from tests.queries.counting import statements
from trainingmgr.domain.division import DivisionGroup as G
from trainingmgr.domain.division import Naming
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.unit import UnitType
from trainingmgr.models import AuditEntry, Unit, UnitAlias
from trainingmgr.queries.unit import naming_of, unit_known_as
from trainingmgr.services.unit import (
    GroupDone,
    GroupUndone,
    GroupWish,
    add_of_group,
    plan_of_group,
    undo_group,
)


def units(session: Session, cast: Cast) -> dict[str, Unit]:
    look_again(session)
    rows = session.scalars(sa.select(Unit).where(Unit.organisation_id == cast.organisation.id))
    return {one.name: one for one in rows}


def test_every_province_gets_its_office_under_the_ministry(session: Session, cast: Cast) -> None:
    ministry = make_unit(session, cast.organisation, "民政部")
    done = add_of_group(cast.actor(), cast.organisation.id, GroupWish(G.PROVINCES_AND_CORPS, parent="民政部"))
    assert (done.made, done.present) == (32, 0)
    found = units(session, cast)
    assert {"河北省民政厅", "北京市民政局", "新疆生产建设兵团民政局"} < set(found)
    hebei = found["河北省民政厅"]
    assert (hebei.type, hebei.region, hebei.division_code) == (UnitType.PROVINCIAL, "河北省", "130000")
    assert {one.parent_id for name, one in found.items() if name != "民政部"} == {ministry.id}
    entry = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "unit.added_from_divisions")
    ).one()
    assert (entry.organisation_id, entry.details["made"]) == (cast.organisation.id, 32)


def test_what_stands_under_any_of_its_names_is_left_and_filled_in(session: Session, cast: Cast) -> None:
    chengdu = make_unit(session, cast.organisation, "四川省成都市民政局", type=UnitType.OTHER)
    hangzhou = make_unit(session, cast.organisation, "杭州民政")
    session.add(UnitAlias(unit_id=hangzhou.id, name="杭州市民政局"))
    session.commit()
    done = add_of_group(cast.actor(), cast.organisation.id, GroupWish(G.CAPITALS))
    assert (done.made, done.present) == (27 - 2 + 27, 2)
    found = units(session, cast)
    assert "成都市民政局" not in found
    assert "杭州市民政局" not in found
    assert session.get_one(Unit, chengdu.id).parent_id == found["四川省民政厅"].id
    assert session.get_one(Unit, hangzhou.id).division_code == "330100"
    assert unit_known_as(session, cast.organisation.id, "浙江省宁波市民政局") is None
    assert unit_known_as(session, cast.organisation.id, "湖北省武汉市民政局") is found["武汉市民政局"]
    again = add_of_group(cast.actor(), cast.organisation.id, GroupWish(G.CAPITALS))
    assert again == GroupDone(made=0, present=54)


def test_another_line_of_administration_has_its_own_words(session: Session, cast: Cast) -> None:
    naming = Naming("教育厅", "教育局")
    wish = GroupWish(G.CITIES_OF_PROVINCE, province="460000", naming=naming, provinces=False)
    assert naming_of(session, cast.organisation.id) == Naming()
    add_of_group(cast.actor(), cast.organisation.id, wish)
    assert set(units(session, cast)) == {"海口市教育局", "三亚市教育局", "三沙市教育局", "儋州市教育局"}
    assert naming_of(session, cast.organisation.id) == Naming("民政厅", "教育局")
    group = plan_of_group(session, cast.organisation.id, wish)
    assert [one.known_as for one in group] == ["海口市教育局", "三亚市教育局", "三沙市教育局", "儋州市教育局"]


def test_nothing_is_put_above_itself(session: Session, cast: Cast) -> None:
    make_unit(session, cast.organisation, "成都市民政局")
    add_of_group(cast.actor(), cast.organisation.id, GroupWish(G.CAPITALS, parent="成都市民政局"))
    add_of_group(cast.actor(), cast.organisation.id, GroupWish(G.PROVINCES, parent="成都市民政局"))
    found = units(session, cast)
    assert found["四川省民政厅"].parent_id == found["成都市民政局"].id
    assert found["成都市民政局"].parent_id is None


def test_what_was_made_goes_again_but_for_what_is_used(session: Session, cast: Cast) -> None:
    actor, here = cast.actor(), cast.organisation.id
    make_unit(session, cast.organisation, "河北省民政厅")
    done = add_of_group(actor, here, GroupWish(G.CAPITALS))
    used = units(session, cast)["成都市民政局"]
    make_registration(session, make_training(session, cast.organisation, code="CD"), unit_id=used.id)
    assert undo_group(actor, here, done.undo or 0) == GroupUndone(removed=51, left=2)
    left = set(units(session, cast))
    assert {"河北省民政厅", "成都市民政局", "四川省民政厅"} < left
    assert "石家庄市民政局" not in left
    with pytest.raises(Refusal, match="undo_gone"):
        undo_group(actor, here, done.undo or 0)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (GroupWish(G.CITIES_OF_PROVINCE, province="110000"), "unit.no_such_group"),
        (GroupWish(G.PROVINCES, naming=Naming("民政厅", " ")), "unit.bad_office"),
        (GroupWish(G.PROVINCES, parent="没有这个部"), "unit.parent_unknown"),
    ],
)
def test_a_wish_that_cannot_be_met_makes_nothing(
    session: Session, cast: Cast, wish: GroupWish, code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        add_of_group(cast.actor(), cast.organisation.id, wish)
    assert caught.value.code == code
    assert not units(session, cast)


def test_two_who_press_at_once_make_one_set(app: Flask, session: Session, cast: Cast) -> None:
    actor, here = cast.actor(), cast.organisation.id
    wish = GroupWish(G.SEPARATELY_PLANNED)
    assert not at_once(app, *(lambda: add_of_group(actor, here, wish) for _ in range(2)))
    assert len(units(session, cast)) == 10


def test_a_group_is_read_in_as_many_statements_for_one_city_as_for_all(session: Session, cast: Cast) -> None:
    here = cast.organisation.id
    with statements() as few:
        plan_of_group(session, here, GroupWish(G.CITIES_OF_PROVINCE, province="460000"))
    add_of_group(cast.actor(), here, GroupWish(G.CAPITALS_AND_SEPARATELY_PLANNED))
    with statements() as many:
        group = plan_of_group(session, here, GroupWish(G.CAPITALS_AND_SEPARATELY_PLANNED))
    assert len(few) == len(many)
    assert all(one.unit_id for one in group)
    assert not any(one.unit_id for one in plan_of_group(session, cast.elsewhere.id, GroupWish(G.CAPITALS)))
    assert len(plan_of_group(session, here, GroupWish(G.PROVINCES, outside=True))) == 34
