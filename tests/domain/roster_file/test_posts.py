"""Cells that hold a unit and a post in one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.roster_file import is_post, split_unit_and_post


@pytest.mark.parametrize(
    ("cell", "unit", "post"),
    [
        ("四川省成都市民政局副局长", "四川省成都市民政局", "副局长"),
        ("四川省成都市民政局局长", "四川省成都市民政局", "局长"),
        ("四川省民政厅基层政权和社区建设处处长", "四川省民政厅基层政权和社区建设处", "处长"),
        ("成都市民政局党组成员、副局长", "成都市民政局", "党组成员、副局长"),
        ("成都市民政局党组书记、局长", "成都市民政局", "党组书记、局长"),
        ("成都市民政局 副局长", "成都市民政局", "副局长"),
        ("沙河源街道新桥社区党委书记", "沙河源街道新桥社区", "党委书记"),
        ("晋阳街道办事处主任", "晋阳街道办事处", "主任"),
        ("民政部社会组织管理局一级主任科员", "民政部社会组织管理局", "一级主任科员"),
        ("民政部社会组织管理局四级调研员", "民政部社会组织管理局", "四级调研员"),
        ("中国矿业联合会新闻发言人", "中国矿业联合会", "新闻发言人"),
        ("中国儿童少年基金会副秘书长兼新闻发言人", "中国儿童少年基金会", "副秘书长兼新闻发言人"),
        ("某市民政局副局长（主持工作）", "某市民政局", "副局长（主持工作）"),
        ("某公司常务副总经理", "某公司", "常务副总经理"),
        ("局长", "", "局长"),
        ("成都市民政局", "成都市民政局", ""),
        ("", "", ""),
    ],
)
def test_a_unit_and_a_post_are_parted(cell: str, unit: str, post: str) -> None:
    assert split_unit_and_post(cell) == (unit, post)


def test_a_known_unit_settles_it() -> None:
    assert split_unit_and_post("成都市民政局特派联络人", ["成都市", "成都市民政局"]) == (
        "成都市民政局",
        "特派联络人",
    )


def test_a_known_ministry_does_not_swallow_its_bureau() -> None:
    assert split_unit_and_post("民政部社会组织管理局副局长", ["民政部"]) == ("民政部社会组织管理局", "副局长")


@settings(deadline=None)
@given(st.text("成都市民政局处副长主任科员党组书记、 ", max_size=20))
def test_parting_loses_nothing(cell: str) -> None:
    unit, post = split_unit_and_post(cell)
    drop = str.maketrans("", "", "、， ,")
    assert (unit + post).translate(drop) == cell.translate(drop)


def test_words_for_posts_are_known_as_such() -> None:
    assert is_post("党组成员、副局长")
    assert not is_post("成都市民政局")
