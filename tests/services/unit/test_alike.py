"""Units that may be one are pointed out."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    make_unit,
)
from trainingmgr.domain.unit import UnitType
from trainingmgr.models import (
    Unit,
    UnitAlias,
)
from trainingmgr.queries.unit import alikes


@pytest.fixture
def staying(session: Session, cast: Cast) -> Unit:
    return make_unit(session, cast.organisation, "四川省成都市民政局", type=UnitType.OTHER)


@pytest.mark.parametrize(
    ("names", "alike"),
    [
        (("四川省成都市民政局", "成都市民政局", "成都民政局", "四川 成都市民政局"), True),
        (("河北省民政厅", "河北民政厅", "河北省民政局"), True),
        (("民政部（社会组织管理局）", "民政部(社会组织管理局)", "民政部社会组织管理局"), True),
        (("吉林省民政厅", "吉林市民政局"), False),
        (("海南省民政厅", "海南藏族自治州民政局"), False),
        (("北京市朝阳区民政局", "辽宁省朝阳市民政局"), False),
        (("成都市民政局", "成都市教育局"), False),
    ],
)
def test_units_that_may_be_one_are_pointed_out(
    session: Session, cast: Cast, names: tuple[str, ...], alike: bool
) -> None:
    ids = [make_unit(session, cast.organisation, name).id for name in names]
    make_unit(session, cast.elsewhere, names[0])
    groups = [[one.id for one in group.units] for group in alikes(session, cast.organisation.id)]
    assert groups == ([ids] if alike else [])


def test_a_unit_that_bears_another_s_name_is_pointed_out(session: Session, cast: Cast, staying: Unit) -> None:
    other = make_unit(session, cast.organisation, "蓉城民政")
    session.add(UnitAlias(unit_id=staying.id, name="蓉城民政"))
    session.commit()
    (group,) = alikes(session, cast.organisation.id)
    assert [one.id for one in group.units] == [staying.id, other.id]
